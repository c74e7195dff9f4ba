"""One question of a document in both languages: its topic, its answer line by line, and what the document leaves out. One call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from interviewer.drafting.draft import DraftText, Line, Origin, QuestionDraft
from interviewer.drafting.model.texts import BOTH, LONGEST, items_of, numbered, read_both, read_words
from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize
from interviewer.models import Competency, Lang, Provenance, Reason, Ungraded, Usage
from interviewer.text.normalize import normalize
from interviewer.text.words import list_figures, measure_length

PROMPT = "draft_question-v1"
MOST_LINES = 12
MOST_ADDED = 6
MOST_COMPETENCIES = 3
_LONGEST_TOPIC = 16.0
_LONGEST_ANSWER = 700.0
"""Of the lines together, in units of `measure_length`: what a reply of 2,000 tokens can hold in the other language."""
_LONGEST_LINE = 400.0
_STRETCHED = 3.0
"""A translation that is so many times as long as its line says more than it."""
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_question",
    "type": "object",
    "properties": {
        "topic": BOTH,
        "prompt": {"type": "string"},
        "lines": {
            "type": "array",
            "maxItems": MOST_LINES,
            "items": {
                "type": "object",
                "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["number", "text"],
                "additionalProperties": False,
            },
        },
        "added": {"type": "array", "maxItems": MOST_ADDED, "items": BOTH},
        "competencies": {"type": "array", "maxItems": MOST_COMPETENCIES, "items": {"type": "string"}},
        "difficulty": {"type": "integer"},
    },
    "required": ["topic", "prompt", "lines", "added", "competencies", "difficulty"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Task:
    """A question that is to be completed. `lines`: of its answer in the document's language."""

    draft: QuestionDraft
    lines: tuple[Line, ...]

    @property
    def other(self) -> Lang:
        return "en" if self.draft.lang == "zh" else "zh"


class QuestionWriter(Writer):
    """Completes questions with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def complete(
        self, draft: QuestionDraft, *, competencies: Sequence[Competency], token_budget: int | None
    ) -> tuple[QuestionDraft | Ungraded, Provenance, Usage]:
        """The draft in both languages; every failure is an `Ungraded` with its reason.

        An answer that is too long for one call, or is in the other language than its question, stays as it is.
        """
        lines, task = draft.reference[draft.lang], Task(draft, ())
        long = len(lines) > MOST_LINES or measure_length(draft.reference.words(draft.lang)) > _LONGEST_ANSWER
        kept = long or bool(draft.reference[task.other])
        task = task if kept else Task(draft, lines)
        return self._write(
            lambda: self._write_messages(task, competencies),
            _SCHEMA,
            lambda text: read_completed(text, task, competencies, more=not kept),
            token_budget=token_budget,
        )

    def _write_messages(self, task: Task, competencies: Sequence[Competency]) -> tuple[Message, Message]:
        draft = task.draft
        told = f"{neutralize(draft.prompt.words(draft.lang))}\n\n{numbered(line.text for line in task.lines) or '(no sentences)'}"
        known = "\n".join(f"- {each.id}: {each.name.en}" for each in competencies)
        values = {"language": draft.lang, "other": task.other, "nonce": self._nonce(), "question": told}
        return Message("system", self._prompt.render_static({"competencies": known})), Message("user", self._prompt.render_dynamic(values))


def read_completed(text: str, task: Task, competencies: Sequence[Competency], *, more: bool) -> QuestionDraft:
    """The draft with what the reply has of it; EndpointError(unparsable) without the question in the other language.

    `more`: whether the answer may be added to. What the document says stays as it is, in its language.
    """
    found = find_object(text, required=("prompt",))
    prompt = read_words(found["prompt"], task.other, longest=_LONGEST_LINE) if found else ""
    if not found or not prompt:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with the question in the other language")
    draft, other = task.draft, task.other
    asked = tuple(span for line in draft.prompt[draft.lang] for span in line.spans)
    completed = replace(
        draft,
        prompt=_with(draft.prompt, other, (Line(prompt, Origin.RESTATED, asked),)),
        topic=_read_topic(found.get("topic"), draft),
        competencies=_read_competencies(found.get("competencies"), competencies) or draft.competencies,
        difficulty=_read_difficulty(found.get("difficulty")) or draft.difficulty,
    )
    return replace(completed, reference=_read_reference(found, task)) if more else completed


def _read_reference(found: Mapping[str, Any], task: Task) -> DraftText:
    """The document's lines with their translations, if all of them have one, and what is added to both languages."""
    translated = _read_lines(found.get("lines"), task)
    theirs = translated if len(translated) == len(task.lines) else ()
    added = [text for item in items_of(found.get("added"))[:MOST_ADDED] if (text := read_both(item))]
    both = DraftText() if task.lines and not theirs else _joined(added)
    return _with(
        _with(task.draft.reference, task.draft.lang, (*task.lines, *both[task.draft.lang])), task.other, (*theirs, *both[task.other])
    )


def _read_lines(value: object, task: Task) -> tuple[Line, ...]:
    """The translations of the lines in their order, those that there are."""
    words: dict[int, str] = {}
    for item in items_of(value):
        number = item.get("number") if isinstance(item, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= len(task.lines):
            words.setdefault(number, read_words(item.get("text"), task.other, longest=_LONGEST_LINE))
    return tuple(_translation(line, words[number]) for number, line in enumerate(task.lines, start=1) if words.get(number))


def _translation(line: Line, words: str) -> Line:
    """A line in the other language. One that is far longer, or names figures that the line does not, is an addition."""
    figures = set(list_figures(normalize(words).text)) - set(list_figures(normalize(line.text).text))
    stretched = measure_length(words) > _STRETCHED * measure_length(line.text) + LONGEST / 10
    return Line(words, Origin.ADDED) if figures or stretched else Line(words, Origin.RESTATED, line.spans)


def _read_topic(value: object, draft: QuestionDraft) -> DraftText:
    """The document's topic stays; the model's words stand where there are none."""
    own = draft.topic
    spans = tuple(span for line in own[draft.lang] for span in line.spans)
    theirs = read_both(value, Origin.RESTATED if own[draft.lang] else Origin.ADDED, spans, longest=_LONGEST_TOPIC)
    return DraftText(zh=own.zh or theirs.zh, en=own.en or theirs.en) if theirs else own


def _read_competencies(value: object, known: Sequence[Competency]) -> tuple[str, ...]:
    ids = [each.id for each in known]
    return tuple(dict.fromkeys(each for each in items_of(value) if each in ids))[:MOST_COMPETENCIES]


def _read_difficulty(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 3 else 0


def _with(text: DraftText, lang: Lang, lines: tuple[Line, ...]) -> DraftText:
    return replace(text, zh=lines) if lang == "zh" else replace(text, en=lines)


def _joined(texts: Sequence[DraftText]) -> DraftText:
    return DraftText(tuple(line for text in texts for line in text.zh), tuple(line for text in texts for line in text.en))
