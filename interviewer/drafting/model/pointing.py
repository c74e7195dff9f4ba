"""Rubric points for a question with a reference answer: one call. Each says which lines it rests on, and is an addition where they are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from interviewer.drafting.draft import DraftText, Line, MisconceptionDraft, Origin, PointDraft, QuestionDraft
from interviewer.drafting.model.texts import BOTH, items_of, read_both, read_name
from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize
from interviewer.models import Bilingual, Provenance, Reason, Ungraded, Usage
from interviewer.questions.derive import share_out, usual_follow_up

PROMPT = "draft_points-v1"
MOST_POINTS = 8
MOST_WEIGHT = 10
_RUBRIC = "(rubric line) "
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_points",
    "type": "object",
    "properties": {
        "points": {
            "type": "array",
            "maxItems": MOST_POINTS,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "weight": {"type": "number"},
                    "essential": {"type": "boolean"},
                    "lines": {"type": "array", "items": {"type": "integer"}},
                    "intent": BOTH,
                    "core": BOTH,
                    "misconceptions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"statement": BOTH, "correction": BOTH},
                            "required": ["statement", "correction"],
                            "additionalProperties": False,
                        },
                    },
                },
                "required": ["id", "weight", "essential", "lines", "intent", "core", "misconceptions"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["points"],
    "additionalProperties": False,
}


class PointWriter(Writer):
    """Writes rubrics with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def write_points(self, draft: QuestionDraft, *, token_budget: int | None) -> tuple[QuestionDraft | Ungraded, Provenance, Usage]:
        """The draft with points; every failure is an `Ungraded` with its reason."""
        return self._write(
            lambda: self._write_messages(draft),
            _SCHEMA,
            lambda text: replace(draft, points=read_points(text, draft)),
            token_budget=token_budget,
        )

    def _write_messages(self, draft: QuestionDraft) -> tuple[Message, Message]:
        rubric = len(draft.points)
        lines = _lines_of(draft)
        told = "\n".join(
            f"[{number}] {_RUBRIC if number > len(lines) - rubric else ''}{neutralize(line.text)}"
            for number, line in enumerate(lines, start=1)
        )
        values = {"nonce": self._nonce(), "question": f"{neutralize(draft.prompt.words(draft.lang))}\n\n{told}"}
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_points(text: str, draft: QuestionDraft) -> tuple[PointDraft, ...]:
    """The points of a reply, whose weights sum to 100; EndpointError(unparsable) if there is none.

    A rubric line of the document is a point in the document's words, whether the reply has it or not.
    """
    found = find_object(text, required=("points",))
    points = list(_read_each(items_of(found["points"]) if found else [], draft))
    if not points:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with points")
    told = {line for point in points for line in point.intent[draft.lang]}
    points += [point for point in draft.points if not told.intersection(point.intent[draft.lang])]
    if not any(point.essential for point in points):
        points[0] = replace(points[0], essential=True)
    sizes = share_out([point.weight for point in points])
    return tuple(replace(point, weight=size) for point, size in zip(points, sizes, strict=True))


def _read_each(items: Sequence[object], draft: QuestionDraft) -> Iterator[PointDraft]:
    ids, beliefs = {point.id for point in draft.points}, set[str]()
    for number, item in enumerate(items[:MOST_POINTS]):
        point = _read_point(item, draft, ids, beliefs, number) if isinstance(item, Mapping) else None
        if point:
            ids.add(point.id)
            beliefs.update(belief.id for belief in point.misconceptions)
            yield point


def _read_point(item: Mapping[str, Any], draft: QuestionDraft, ids: set[str], beliefs: set[str], number: int) -> PointDraft | None:
    lines = _named_lines(item.get("lines"), _lines_of(draft))
    rests = bool(lines) and all(line.origin in (Origin.QUOTED, Origin.RESTATED) for line in lines)
    origin, spans = (Origin.RESTATED, [span for line in lines for span in line.spans]) if rests else (Origin.ADDED, [])
    intent = read_both(item.get("intent"), origin, spans)
    if intent is None:
        return None
    name = read_name(item.get("id"), ids, otherwise="idea")
    weight = item.get("weight")
    return PointDraft(
        id=name,
        weight=min(max(float(weight), 1.0), MOST_WEIGHT) if isinstance(weight, int | float) and not isinstance(weight, bool) else 1.0,
        essential=item.get("essential") is not False,
        intent=_in_own_words(intent, lines, draft),
        core=read_both(item.get("core"), origin, spans) or DraftText(),
        misconceptions=tuple(_read_belief(item.get("misconceptions"), name, beliefs)),
        follow_ups=(_usual(usual_follow_up(number)),),
    )


def _read_belief(value: object, name: str, taken: set[str]) -> Iterator[MisconceptionDraft]:
    """At most one: what more there is, is mostly the same in other words."""
    for item in items_of(value)[:1]:
        statement, correction = (read_both(item.get(key)) if isinstance(item, Mapping) else None for key in ("statement", "correction"))
        if statement and correction:
            yield MisconceptionDraft(read_name(f"not {name}", taken, otherwise="not"), statement, correction)


def _in_own_words(intent: DraftText, lines: Sequence[Line], draft: QuestionDraft) -> DraftText:
    """A point that rests on one rubric line of the document says it in the document's words."""
    rubric = {line for point in draft.points for line in point.intent[draft.lang]}
    if len(lines) != 1 or lines[0] not in rubric:
        return intent
    return replace(intent, zh=tuple(lines)) if draft.lang == "zh" else replace(intent, en=tuple(lines))


def _named_lines(value: object, lines: Sequence[Line]) -> list[Line]:
    numbers = dict.fromkeys(each for each in items_of(value) if isinstance(each, int) and not isinstance(each, bool))
    return [lines[number - 1] for number in numbers if 1 <= number <= len(lines)]


def _lines_of(draft: QuestionDraft) -> tuple[Line, ...]:
    """What the points are made of: the lines of the reference, then the rubric lines of the document."""
    return (*draft.reference[draft.lang], *(line for point in draft.points for line in point.intent[draft.lang]))


def _usual(text: Bilingual) -> DraftText:
    return DraftText((Line(text.zh, Origin.USUAL),), (Line(text.en, Origin.USUAL),))
