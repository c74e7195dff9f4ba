"""The contract of a model's reply: the JSON schema that is sent, and the reading of what comes back, whole or in part.

Strict in what is asked, tolerant in what is read; what is claimed is checked in `evidence`. No number is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from interviewer.endpoint.json_reply import find_object, strip_thinking
from interviewer.errors import EndpointError
from interviewer.grading.evidence import Claim
from interviewer.models import FollowUp, Misconception, Question, Reason, RubricPoint, VerdictStatus

BELIEFS_LISTED = 2

_MARK, _QUOTE_END = re.compile(r'["{}\]]'), re.compile(r'["\\]')
"""Where a scan of JSON stops: outside a string, and inside one."""
_POINTS = re.compile(r'"points"\s*:\s*\[')
_REASON_LENGTH, _QUOTE_LENGTH, _BEYOND_LENGTH, _BEYOND_ITEMS = 300, 2000, 200, 5


class _PointReply(BaseModel):
    """One rubric point: first why, then the finding, then the candidate's words."""

    model_config = ConfigDict(extra="forbid")

    id: str
    reason: str
    verdict: Literal["covered", "partial", "missing", "wrong"]
    quote: str
    misconception: str | None


class _FollowUpReply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    point_id: str
    text: str


class GradeReply(BaseModel):
    """A whole reply, its fields in the order in which they are to be written: findings before feedback."""

    model_config = ConfigDict(extra="forbid")

    points: list[_PointReply]
    beyond: list[str]
    feedback: str
    follow_up: _FollowUpReply | None


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What a reply says. `judged`: ids of the points that it has a finding on."""

    claims: tuple[Claim, ...]
    judged: frozenset[str]
    beyond: tuple[str, ...]
    feedback: str
    follow_up: FollowUp | None


def listed_beliefs(point: RubricPoint) -> tuple[Misconception, ...]:
    """The wrong beliefs of a point that a model is shown. It knows the others without being told; the prompt must stay short."""
    return point.misconceptions[:BELIEFS_LISTED]


@lru_cache(maxsize=128)
def reply_schema(question: Question) -> Mapping[str, Any]:
    """The JSON schema of a reply on one question: every field required, nothing else allowed, only this question's ids."""
    schema = GradeReply.model_json_schema()
    plain: dict[str, Any] = _inline(schema, schema.get("$defs", {}))
    points = [point.id for point in question.points]
    beliefs = [belief.id for point in question.points for belief in listed_beliefs(point)]
    item = plain["properties"]["points"]["items"]["properties"]
    item["id"] = {"type": "string", "enum": points}
    item["misconception"] = {"anyOf": [{"type": "string", "enum": beliefs}, {"type": "null"}]} if beliefs else {"type": "null"}
    plain["properties"]["follow_up"]["anyOf"][0]["properties"]["point_id"] = {"type": "string", "enum": points}
    return {"title": "submit_findings", **plain}


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    """References resolved, titles and descriptions dropped: not every server follows references."""
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    return {key: _inline(value, definitions) for key, value in node.items() if key not in ("$defs", "title", "description")}


def read_reply(text: str, question: Question) -> ReadReply:
    """Read a complete reply; EndpointError(unparsable) if it has no findings, or findings on fewer than half of the points."""
    found = find_object(text, required=("points",))
    if found is None:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with the findings")
    claims = tuple(claim for item in _listed(found["points"]) if (claim := read_claim(item, question)) is not None)
    judged = frozenset(claim.point_id for claim in claims)
    if not judged or 2 * len(judged) < len(question.points):
        raise EndpointError(Reason.UNPARSABLE, f"findings on {len(judged)} of {len(question.points)} points")
    return ReadReply(
        claims=claims,
        judged=judged,
        beyond=_read_beyond(found.get("beyond")),
        feedback=_text(found.get("feedback")),
        follow_up=_read_follow_up(found.get("follow_up")),
    )


def _listed(points: object) -> Sequence[object]:
    """Some models key the findings by point id instead of listing them."""
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


def _read_beyond(value: object) -> tuple[str, ...]:
    items = [_text(item)[:_BEYOND_LENGTH] for item in value] if isinstance(value, list) else []
    return tuple(item for item in items if item)[:_BEYOND_ITEMS]


def _read_follow_up(value: object) -> FollowUp | None:
    if not isinstance(value, dict):
        return None
    point_id, text = _text(value.get("point_id")), _text(value.get("text"))
    return FollowUp(point_id, text) if point_id and text else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


class PartialReply:
    """Reads a reply while it arrives. Given the text so far, again and again, it yields each finding once it is complete."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._text = ""
        self._at = self._start = -1
        self._depth = 0
        self._in_string = self._closed = False

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
            self._at = opened.end()
        return self._scan(body)

    def _restart(self) -> None:
        self._at = self._start = -1
        self._depth = 0
        self._in_string = self._closed = False

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
                case "]" if self._depth == 0:
                    self._closed = True
        if not self._closed:
            self._at = len(body)
        return tuple(claims)

    def _complete(self, body: str) -> Claim | None:
        try:
            item = json.loads(body[self._start : self._at], strict=False)
        except (ValueError, RecursionError):
            return None
        return read_claim(item, self._question)
