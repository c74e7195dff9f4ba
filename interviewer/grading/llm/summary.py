"""What the language model says of a whole interview: one call, every remark tied to an answer and to the candidate's words in it.

The model writes; code leaves out every remark whose words are not in the answer that it names, praise of what is not covered or of
what is false, and advice on what is covered. It tells of the key, so that it is only asked for once the interview is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.evidence import locate_quote
from interviewer.grading.leaks import find_outward_fault
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.wording import tidy
from interviewer.models import Lang, Provenance, Quote, Reason, Remark, SummaryText, Ungraded, Usage
from interviewer.text.language import detect_language
from interviewer.text.words import count_words

PROMPT = "summary-v1"
MOST: Mapping[str, int] = {"strengths": 3, "habits": 2, "steps": 3}
"""Remarks of each kind."""
LONGEST: Mapping[Lang, int] = {"zh": 160, "en": 80}
"""Of the level and of each remark: characters in Chinese, words in English. A longer one is left out."""
_REMARK = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "answer": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["text", "answer", "quote"],
    "additionalProperties": False,
}
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_summary",
    "type": "object",
    "properties": {
        "level": {"type": "string"},
        **{kind: {"type": "array", "maxItems": most, "items": _REMARK} for kind, most in MOST.items()},
    },
    "required": ["level", *MOST],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of the interview, and where in it stands what. `good`: words of covered points; `weak`: words of points that fell
    short; `false`: false statements. `open`: whether anything of its question is still to be said.
    """

    turn_seq: int
    asked: str
    text: str
    good: tuple[Quote, ...] = ()
    weak: tuple[Quote, ...] = ()
    false: tuple[Quote, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """An interview to be spoken about. `results`: of each question what was asked and what was found, ready for JSON. `lang`: of its candidate."""

    answers: tuple[Answered, ...]
    results: tuple[Mapping[str, object], ...]
    lang: Lang
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class SummedUp:
    """What may be shown of a summary, in the candidate's language."""

    text: SummaryText
    provenance: Provenance
    usage: Usage


class Summarizer(Writer):
    """Sums interviews up with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def sum_up(self, course: Course) -> SummedUp | Ungraded:
        """The summary; every failure is an `Ungraded` with its reason."""
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(course), _SCHEMA, lambda text: read_summary(text, course), token_budget=course.token_budget
        )
        return outcome if isinstance(outcome, Ungraded) else SummedUp(outcome, provenance, usage)

    def _write_messages(self, course: Course) -> tuple[Message, Message]:
        answers = "\n\n".join(
            f"[{number}] {neutralize(each.asked)}\n{neutralize(each.text)}" for number, each in enumerate(course.answers, start=1)
        )
        values = {"language": course.lang, "results": write_json(course.results), "nonce": self._nonce(), "answers": answers}
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_summary(text: str, course: Course) -> SummaryText:
    """The level and what may be shown of the remarks; EndpointError(unparsable) if there is no level that may be shown."""
    found = find_object(text, required=("level",))
    level = tidy(found["level"]) if found and isinstance(found["level"], str) else ""
    if not _may_be_shown(level, course.lang):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with a level that may be shown")
    assert found is not None
    return SummaryText(level, **{kind: tuple(_read_remarks(found.get(kind), kind, course))[:most] for kind, most in MOST.items()})


def _read_remarks(listed: object, kind: str, course: Course) -> Iterator[Remark]:
    said = set[str]()
    for item in listed if isinstance(listed, list) else []:
        remark = _read_remark(item, kind, course)
        if remark and remark.text not in said:
            said.add(remark.text)
            yield remark


def _read_remark(item: object, kind: str, course: Course) -> Remark | None:
    """One remark with its words as they stand in the answer; None if it may not be shown, or claims what was not found."""
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not isinstance(item.get("quote"), str):
        return None
    text, number = tidy(item["text"]), item.get("answer")
    if not isinstance(number, int) or not 1 <= number <= len(course.answers) or not _may_be_shown(text, course.lang):
        return None
    answer = course.answers[number - 1]
    quote = locate_quote(answer.text, item["quote"])
    if quote is None or not _ALLOWED[kind](answer, quote):
        return None
    return Remark(text, answer.turn_seq, quote.text)


def _is_good(answer: Answered, quote: Quote) -> bool:
    return _touches(quote, answer.good) and not _touches(quote, answer.false)


def _may_be_better(answer: Answered, quote: Quote) -> bool:
    return answer.open or _touches(quote, answer.weak) or _touches(quote, answer.false)


_ALLOWED: Mapping[str, Callable[[Answered, Quote], bool]] = {
    "strengths": _is_good,
    "habits": lambda answer, quote: not _touches(quote, answer.false),
    "steps": _may_be_better,
}


def _touches(quote: Quote, others: Sequence[Quote]) -> bool:
    return any(quote.start < other.end and other.start < quote.end for other in others)


def _may_be_shown(text: str, lang: Lang) -> bool:
    length = len(text) if lang == "zh" else count_words(text)
    spoken = any(char.isalnum() for char in text) and length <= LONGEST[lang]
    return spoken and detect_language(text, lang) == lang and not find_outward_fault(text)
