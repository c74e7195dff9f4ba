"""What an interviewer asks around a question: follow-ups and drills for its points, hints, what clarifying questions are answered with. One call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from interviewer.drafting.draft import DraftText, GivenDraft, Line, Origin, PointDraft, QuestionDraft
from interviewer.drafting.model.texts import BOTH, items_of, read_both, read_list, read_name, read_words
from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.llm.tolerant import read_id
from interviewer.models import LANGS, Lang, Provenance, Reason, Ungraded, Usage
from interviewer.text.normalize import squeeze

PROMPT = "draft_asking-v1"
MOST_DRILLS = 2
MOST_HINTS = 2
MOST_GIVENS = 2
_MOST_WAYS = 4
_TEXTS = {"type": "array", "items": BOTH}
_WAYS = {"type": "array", "items": {"type": "string"}}
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_asking",
    "type": "object",
    "properties": {
        "points": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "follow_ups": _TEXTS, "drills": _TEXTS},
                "required": ["id", "follow_ups", "drills"],
                "additionalProperties": False,
            },
        },
        "hints": _TEXTS,
        "givens": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "asked": {
                        "type": "object",
                        "properties": {"zh": _WAYS, "en": _WAYS},
                        "required": ["zh", "en"],
                        "additionalProperties": False,
                    },
                    "says": BOTH,
                },
                "required": ["id", "asked", "says"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["points", "hints", "givens"],
    "additionalProperties": False,
}


class AskingWriter(Writer):
    """Writes what is asked around questions with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def write_asking(self, draft: QuestionDraft, *, token_budget: int | None) -> tuple[QuestionDraft | Ungraded, Provenance, Usage]:
        """The draft with follow-ups, drills, hints and givens; every failure is an `Ungraded` with its reason."""
        return self._write(lambda: self._write_messages(draft), _SCHEMA, lambda text: read_asking(text, draft), token_budget=token_budget)

    def _write_messages(self, draft: QuestionDraft) -> tuple[Message, Message]:
        points = [{"id": point.id, "idea": neutralize(point.intent.words(draft.lang))} for point in draft.points]
        told = f"{neutralize(draft.prompt.words(draft.lang))}\n\nPoints, as JSON: {write_json(points)}"
        values = {"nonce": self._nonce(), "question": told}
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_asking(text: str, draft: QuestionDraft) -> QuestionDraft:
    """The draft with what may be taken of a reply; EndpointError(unparsable) if it has no points."""
    found = find_object(text, required=("points",))
    if not found or not isinstance(found["points"], list):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with points")
    ids = [point.id for point in draft.points]
    told = {id: item for item in found["points"] if isinstance(item, Mapping) and (id := read_id(str(item.get("id")), ids))}
    asked = _Asked(draft.prompt)
    points = tuple(_with_follow_up(point, told.get(point.id, {}), asked) for point in draft.points)
    return replace(
        draft,
        points=tuple(replace(point, drills=asked.take(told.get(point.id, {}).get("drills"), MOST_DRILLS)) for point in points),
        hints=read_list(found.get("hints"), MOST_HINTS),
        givens=tuple(_read_givens(found.get("givens"))),
    )


class _Asked:
    """What is asked of a question so far: nothing is asked twice in the same words."""

    def __init__(self, prompt: DraftText) -> None:
        self._bare = {(lang, _bare(prompt, lang)) for lang in LANGS}

    def take(self, value: object, most: int) -> tuple[DraftText, ...]:
        """Those of the texts that are new. A single drill is soon known by heart, so that one alone is none."""
        new = [text for text in read_list(value, 2 * most) if self._add(text)][:most]
        return tuple(new) if len(new) == most else ()

    def _add(self, text: DraftText) -> bool:
        bare = {(lang, _bare(text, lang)) for lang in LANGS}
        new = self._bare.isdisjoint(bare)
        self._bare |= bare
        return new


def _with_follow_up(point: PointDraft, item: Mapping[str, Any], asked: _Asked) -> PointDraft:
    return replace(point, follow_ups=asked.take(item.get("follow_ups"), 1) or point.follow_ups)


def _read_givens(value: object) -> Iterator[GivenDraft]:
    taken = set[str]()
    for item in items_of(value)[:MOST_GIVENS]:
        says = read_both(item.get("says")) if isinstance(item, Mapping) else None
        ways = item.get("asked") if isinstance(item, Mapping) else None
        if says and isinstance(ways, Mapping):
            asked = DraftText(zh=_read_ways(ways.get("zh"), "zh"), en=_read_ways(ways.get("en"), "en"))
            if len(asked.written()) == len(LANGS):
                name = read_name(item.get("id"), taken, otherwise="given")
                taken.add(name)
                yield GivenDraft(name, asked, says)


def _read_ways(value: object, lang: Lang) -> tuple[Line, ...]:
    return tuple(Line(words, Origin.ADDED) for each in items_of(value)[:_MOST_WAYS] if (words := read_words(each, lang)))


def _bare(text: DraftText, lang: Lang) -> str:
    return "".join(filter(str.isalnum, squeeze(text.words(lang)).text))
