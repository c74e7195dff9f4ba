"""Sample answers to a drafted question, one of each level from excellent to hollow, that a language model writes to test it with; one call.

The model is told the question's sheet and nothing of the CV from which it was drafted: an examiner reads these answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.leaks import find_outward_fault
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.wording import tidy
from interviewer.models import LabelledAnswer, Lang, Level, PointLabel, Provenance, Question, Reason, Ungraded, Usage
from interviewer.posting.lines import split_orders
from interviewer.text.language import detect_language
from interviewer.text.words import measure_length

PROMPT = "samples-v1"
LONGEST = 500
"""Of an answer, in units of `words.measure_length`."""
_ANSWER = {
    "type": "object",
    "properties": {
        "level": {"type": "string", "enum": [level.value for level in Level]},
        "text": {"type": "string"},
        "covers": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["level", "text", "covers"],
    "additionalProperties": False,
}
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_samples",
    "type": "object",
    "properties": {"answers": {"type": "array", "maxItems": len(Level), "items": _ANSWER}},
    "required": ["answers"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Samples:
    """One answer of each level. Nobody has confirmed them."""

    answers: tuple[LabelledAnswer, ...]
    provenance: Provenance
    usage: Usage


class AnswerSampler(Writer):
    """Writes sample answers with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def write(self, question: Question, lang: Lang, *, token_budget: int | None = None) -> Samples | Ungraded:
        """The answers in the language; every failure is an `Ungraded` with its reason, also a level that is missing."""
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(question, lang),
            _SCHEMA,
            lambda text: read_samples(text, question, lang),
            token_budget=token_budget,
        )
        return outcome if isinstance(outcome, Ungraded) else Samples(outcome, provenance, usage)

    def _write_messages(self, question: Question, lang: Lang) -> tuple[Message, Message]:
        points = [{"number": number, "text": neutralize(point.intent[lang])} for number, point in enumerate(question.points, start=1)]
        values = {
            "language": lang,
            "question": neutralize(question.prompt[lang]),
            "reference": neutralize(question.reference[lang]),
            "points": write_json(points),
            "nonce": self._nonce(),
        }
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_samples(text: str, question: Question, lang: Lang) -> tuple[LabelledAnswer, ...]:
    """The answers of a reply, from the best level to the worst; EndpointError(unparsable) unless there is a different one of each."""
    found = find_object(text, required=("answers",))
    listed = found["answers"] if found else None
    made = {answer.level: answer for item in listed if (answer := _read(item, question, lang))} if isinstance(listed, list) else {}
    if len(made) < len(Level) or len({answer.text for answer in made.values()}) < len(Level):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with an answer of each level")
    return tuple(made[level] for level in Level)


def _read(item: object, question: Question, lang: Lang) -> LabelledAnswer | None:
    """One answer, None if it is of no level or nothing that somebody could say."""
    level = next((each for each in Level if isinstance(item, dict) and item.get("level") == each.value), None)
    text, covers = (item.get("text"), item.get("covers")) if isinstance(item, dict) else (None, None)
    said = tidy(text) if isinstance(text, str) else ""
    if level is None or not said or measure_length(said) > LONGEST:
        return None
    if detect_language(said, lang) != lang or find_outward_fault(said) or split_orders(said)[1]:
        return None
    covered = {number for number in covers if isinstance(number, int)} if isinstance(covers, list) else set()
    labels = {
        point.id: PointLabel.COVERED if number in covered else PointLabel.MISSING for number, point in enumerate(question.points, start=1)
    }
    return LabelledAnswer(level.value, question.id, lang, said, level, labels, by_model=True, confirmed=False)
