"""The contract of a model's reply: the JSON schema that is sent, and the reading of what comes back, whole or in part.

Strict in what is asked, tolerant in what is read; what is claimed is checked in `evidence`. No number is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from interviewer.endpoint.json_reply import find_object, strip_thinking
from interviewer.errors import EndpointError
from interviewer.grading.evidence import Claim, ErrorClaim
from interviewer.models import FollowUp, Misconception, Question, Reason, RubricPoint, Utterance, VerdictStatus

CONTRACT = 3
"""The version of the reply that is asked for.

The first listed the points, had four verdicts and kept an error in its point; the second took every message for an answer and did not talk.
"""
UTTERANCES = tuple(each for each in Utterance if each is not Utterance.UNSURE)
"""What a model may take a message for."""
BELIEFS_LISTED = 2
MOST_ERRORS, MOST_BEYOND = 6, 3
LOOSE = "none"
"""What an error is about that belongs to no point."""

_MARK, _QUOTE_END = re.compile(r'["{}\]]'), re.compile(r'["\\]')
"""Where a scan of JSON stops: outside a string, and inside one."""
_POINTS = re.compile(r'"points"\s*:\s*[\[{]')
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*\Z')
_ASIDE = re.compile(rf'"utterance"\s*:\s*"(?:{"|".join(each for each in UTTERANCES if not each.is_answer)})"')
_REASON_LENGTH, _QUOTE_LENGTH, _BEYOND_LENGTH, _SPOKEN_LENGTH = 300, 2000, 200, 1000
_STRING: Mapping[str, Any] = {"type": "string"}


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What a reply says. `judged`: ids of the points that it has a finding on, none where the message is no answer.

    `reply`: what the interviewer says aloud; `given`, `assumed`: see `models.Aside`.
    """

    claims: tuple[Claim, ...]
    judged: frozenset[str]
    beyond: tuple[str, ...] = ()
    feedback: str = ""
    follow_up: FollowUp | None = None
    errors: tuple[ErrorClaim, ...] = ()
    utterance: Utterance = Utterance.ANSWER
    reply: str = ""
    given: str | None = None
    assumed: str = ""


def listed_beliefs(point: RubricPoint) -> tuple[Misconception, ...]:
    """The wrong beliefs of a point that a model is shown. It knows the others without being told; the prompt must stay short."""
    return point.misconceptions[:BELIEFS_LISTED]


def by_importance(question: Question) -> tuple[RubricPoint, ...]:
    """The points as a model is shown them: essential before extra, heavy before light."""
    return tuple(sorted(question.points, key=lambda point: (not point.essential, -point.weight)))


@lru_cache(maxsize=512)
def reply_schema(question: Question, contract: int = CONTRACT, only: str | None = None) -> Mapping[str, Any]:
    """The JSON schema of a reply on one question: nothing allowed that is not asked for, every point exactly once, lists bounded.

    What an error is about is one word, so that a wrong belief always comes with its own point. No references, which not every server
    follows. `only`: the one point that is asked about, None for all, with the words after them.
    """
    if contract == 1:
        return _first_schema(question)
    points = [point for point in by_importance(question) if only in (None, point.id)]
    about = [LOOSE, *(name for point in points for name in (point.id, *(belief.id for belief in listed_beliefs(point))))]
    error = _object({"quote": _STRING, "wrong": _STRING, "about": {"type": "string", "enum": about}})
    findings = {
        "points": _object({point.id: _finding_schema([status.value for status in VerdictStatus]) for point in points}),
        "errors": {"type": "array", "maxItems": MOST_ERRORS, "items": error},
    }
    if only is None:
        findings |= _words_schema([point.id for point in points])
        findings = findings if contract == 2 else _talk_schema(findings, question)
    return {"title": "submit_findings", **_object(findings)}


def _talk_schema(findings: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """First what the message is, then the findings, which may be none, then what is said to it."""
    utterance = {"type": "string", "enum": [each.value for each in UTTERANCES]}
    givens = [given.id for given in question.givens]
    spoken = {"given": _or_null({"type": "string", "enum": givens}) if givens else {"type": "null"}, "assumed": _STRING, "reply": _STRING}
    return {"utterance": utterance, **findings, "points": _or_null(findings["points"]), **spoken}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _first_schema(question: Question) -> Mapping[str, Any]:
    points = [point.id for point in question.points]
    beliefs = [belief.id for point in question.points for belief in listed_beliefs(point)]
    finding = _finding_schema([status.value for status in VerdictStatus if status is not VerdictStatus.NAMED])["properties"]
    known = _or_null({"type": "string", "enum": beliefs}) if beliefs else {"type": "null"}
    item = _object({"id": {"type": "string", "enum": points}, **finding, "misconception": known})
    return {"title": "submit_findings", **_object({"points": {"type": "array", "items": item}, **_words_schema(points)})}


def _finding_schema(verdicts: Sequence[str]) -> dict[str, Any]:
    """First why, then the finding, then the candidate's words."""
    return _object({"reason": _STRING, "verdict": {"type": "string", "enum": list(verdicts)}, "quote": _STRING})


def _words_schema(points: Sequence[str]) -> dict[str, Any]:
    follow_up = _object({"point_id": {"type": "string", "enum": list(points)}, "text": _STRING})
    return {
        "beyond": {"type": "array", "maxItems": MOST_BEYOND, "items": _STRING},
        "feedback": _STRING,
        "follow_up": _or_null(follow_up),
    }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def read_reply(
    text: str, question: Question, *, only: str | None = None, aimed: str | None = None, settled: Utterance | None = None
) -> ReadReply:
    """Read a complete reply; EndpointError(unparsable) if it takes the message for an answer but has too few findings.

    That is none, or on fewer than half of the points asked about; for the answer to a follow-up the point that it is `aimed` at is enough.
    All else may be left out. `only`: the one point that was asked about, None for all. `settled`: what the message is for certain,
    whatever the reply takes it for.
    """
    found = find_object(text, required=("points",)) or find_object(text, required=("utterance",))
    if found is None:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with the findings")
    utterance = settled or _read_utterance(found) or Utterance.ANSWER
    spoken = _read_spoken(found, utterance)
    if not utterance.is_answer:
        return replace(spoken, utterance=utterance)
    listed = (read_claim(item, question) for item in _listed(found.get("points")))
    claims = tuple(claim for claim in listed if claim is not None and only in (None, claim.point_id))
    judged = frozenset(claim.point_id for claim in claims)
    wanted = 1 if only or aimed in judged else len(question.points)
    if not judged or 2 * len(judged) < wanted:
        raise EndpointError(Reason.UNPARSABLE, f"findings on {len(judged)} of {wanted} points")
    return replace(
        spoken,
        claims=claims,
        judged=judged,
        beyond=_read_beyond(found.get("beyond")),
        feedback=_text(found.get("feedback")),
        follow_up=_read_follow_up(found.get("follow_up")),
        errors=tuple(_read_errors(found.get("errors"), question)),
        utterance=utterance,
    )


def _read_utterance(found: Mapping[str, object]) -> Utterance | None:
    named = _text(found.get("utterance")).lower()
    return next((each for each in UTTERANCES if each == named), None)


def _read_spoken(found: Mapping[str, object], utterance: Utterance) -> ReadReply:
    """The words to the candidate; none where they were meant for a message of another kind."""
    meant = _read_utterance(found) or utterance
    if meant is not utterance and not (meant.is_answer and utterance.is_answer):
        return ReadReply((), frozenset())
    reply, assumed = (_text(found.get(name))[:_SPOKEN_LENGTH] for name in ("reply", "assumed"))
    return ReadReply((), frozenset(), reply=reply, given=_text(found.get("given")) or None, assumed=assumed)


def join_replies(replies: Iterable[ReadReply]) -> ReadReply:
    """One reply out of one for each point; of their words none."""
    listed = tuple(replies)
    claims = tuple(claim for reply in listed for claim in reply.claims)
    return ReadReply(claims, frozenset(claim.point_id for claim in claims), errors=tuple(each for reply in listed for each in reply.errors))


def _listed(points: object) -> Sequence[object]:
    """The findings, whether they are keyed by point, as asked, or listed, as in the first contract."""
    if isinstance(points, dict):
        return [{"id": key, **value} for key, value in points.items() if isinstance(value, dict)]
    return points if isinstance(points, list) else ()


def read_claim(item: object, question: Question) -> Claim | None:
    """One finding, or None if it is malformed or on no point of the question."""
    if not isinstance(item, dict):
        return None
    point_id, verdict = _text(item.get("id")), _text(item.get("verdict")).lower()
    if verdict not in set(VerdictStatus) or all(point.id != point_id for point in question.points):
        return None
    return Claim(
        point_id=point_id,
        status=VerdictStatus(verdict),
        quote=_text(item.get("quote"))[:_QUOTE_LENGTH],
        reason=_text(item.get("reason"))[:_REASON_LENGTH],
        misconception=_text(item.get("misconception")) or None,
    )


def _read_errors(value: object, question: Question) -> Iterable[ErrorClaim]:
    """The false statements; what they are about in one word, as asked, or as two ids, as some models have it."""
    for item in value[: 2 * MOST_ERRORS] if isinstance(value, list) else ():
        if not isinstance(item, dict) or not _text(item.get("quote")):
            continue
        about = _text(item.get("about"))
        is_point = any(about == point.id for point in question.points)
        yield ErrorClaim(
            quote=_text(item["quote"])[:_QUOTE_LENGTH],
            explanation=_text(item.get("wrong"))[:_REASON_LENGTH],
            misconception=_text(item.get("misconception")) or (None if is_point else about) or None,
            point_id=_text(item.get("point_id")) or (about if is_point else None),
        )


def _read_beyond(value: object) -> tuple[str, ...]:
    items = [_text(item)[:_BEYOND_LENGTH] for item in value] if isinstance(value, list) else []
    return tuple(item for item in items if item)[:MOST_BEYOND]


def _read_follow_up(value: object) -> FollowUp | None:
    if not isinstance(value, dict):
        return None
    point_id, text = _text(value.get("point_id")), _text(value.get("text"))
    return FollowUp(point_id, text) if point_id and text else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


class PartialReply:
    """Reads a reply while it arrives. Given the text so far, again and again, it yields each finding once it is complete.

    `settled`: the message is an answer for certain; else a reply that takes it for none has no findings.
    """

    def __init__(self, question: Question, *, settled: bool = True) -> None:
        self._question, self._settled = question, settled
        self._text = ""
        self._at = self._start = self._item = -1
        self._depth = 0
        self._keyed = self._in_string = self._closed = False

    def feed(self, text: str) -> tuple[Claim, ...]:
        """The findings that were completed since the last call; a text that does not continue the last one starts anew."""
        body = strip_thinking(text)
        if not body.startswith(self._text):
            self._restart()
        self._text = body
        if self._at < 0:
            opened = _POINTS.search(body)
            if opened is None:
                return ()
            self._at = self._item = opened.end()
            self._closed = not self._settled and _ASIDE.search(body, 0, opened.start()) is not None
            self._keyed = body[opened.end() - 1] == "{"
        return self._scan(body)

    def _restart(self) -> None:
        self._at = self._start = self._item = -1
        self._depth = 0
        self._keyed = self._in_string = self._closed = False

    def _scan(self, body: str) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        while not self._closed and (mark := (_QUOTE_END if self._in_string else _MARK).search(body, self._at)):
            # What a backslash escapes may still be on its way.
            if mark.group() == "\\" and mark.end() == len(body):
                self._at = mark.start()
                return tuple(claims)
            self._at = mark.end()
            match mark.group():
                case "\\":
                    self._at += 1
                case '"':
                    self._in_string = not self._in_string
                case "{":
                    self._start = mark.start() if self._depth == 0 else self._start
                    self._depth += 1
                case "}" if self._depth:
                    self._depth -= 1
                    claim = self._complete(body) if self._depth == 0 else None
                    claims.extend([claim] if claim else [])
                case "]" | "}" if self._depth == 0:
                    self._closed = True
        if not self._closed:
            self._at = len(body)
        return tuple(claims)

    def _complete(self, body: str) -> Claim | None:
        try:
            item = json.loads(body[self._start : self._at], strict=False)
        except (ValueError, RecursionError):
            return None
        before, self._item = body[self._item : self._start], self._at
        key = _KEY.search(before) if self._keyed else None
        return read_claim({"id": key[1], **item} if key and isinstance(item, dict) else item, self._question)
