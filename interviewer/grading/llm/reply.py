"""The contract of a model's reply: the JSON schema that is sent, and the reading of what comes back.

Strict in what is asked, tolerant in what is read; what is claimed is checked in `evidence`. No number is asked for. What is read while a reply arrives is in `partial_reply`, other words and spellings in `tolerant`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeGuard

from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.evidence import Claim, ErrorClaim
from interviewer.grading.llm.tolerant import read_id, read_verdict
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

_REASON_LENGTH, _QUOTE_LENGTH, _BEYOND_LENGTH, _SPOKEN_LENGTH = 300, 2000, 200, 1000
_STRING: Mapping[str, Any] = {"type": "string"}
_ID_KEYS = ("id", "point_id", "point")


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
    All else may be left out or be of another type. Of several objects that differ `find_object` chooses. `only`: the one point that was
    asked about, None for all. `settled`: what the message is for certain, whatever the reply takes it for.
    """

    def fits(found: Mapping[str, Any]) -> bool:
        return _read_object(found, question, only=only, aimed=aimed, settled=settled) is not None

    found = find_object(text, required=("points",), fits=fits) or find_object(text, required=("utterance",), fits=fits)
    read = _read_object(found, question, only=only, aimed=aimed, settled=settled) if found else None
    if read is None:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with findings on half of the points, or two that differ")
    return read


def _read_object(
    found: Mapping[str, Any], question: Question, *, only: str | None, aimed: str | None, settled: Utterance | None
) -> ReadReply | None:
    """What an object says, None if it takes the message for an answer but has too few findings."""
    utterance = settled or _read_utterance(found) or Utterance.ANSWER
    spoken = _read_spoken(found, utterance, question)
    if not utterance.is_answer:
        return replace(spoken, utterance=utterance)
    listed = (read_claim(item, question) for item in _listed(found.get("points")))
    claims = tuple(claim for claim in listed if claim is not None and only in (None, claim.point_id))
    judged = frozenset(claim.point_id for claim in claims)
    wanted = 1 if only or aimed in judged else len(question.points)
    if not judged or 2 * len(judged) < wanted:
        return None
    return replace(
        spoken,
        claims=claims,
        judged=judged,
        beyond=_read_beyond(found.get("beyond")),
        feedback=_text(found.get("feedback")),
        follow_up=_read_follow_up(found.get("follow_up"), question),
        errors=tuple(_read_errors(found.get("errors"), question)),
        utterance=utterance,
    )


def _read_utterance(found: Mapping[str, object]) -> Utterance | None:
    named = read_id(_text(found.get("utterance")), UTTERANCES)
    return Utterance(named) if named else None


def _read_spoken(found: Mapping[str, object], utterance: Utterance, question: Question) -> ReadReply:
    """The words to the candidate; none where they were meant for a message of another kind."""
    meant = _read_utterance(found) or utterance
    if meant is not utterance and not (meant.is_answer and utterance.is_answer):
        return ReadReply((), frozenset())
    reply, assumed = (_text(found.get(name))[:_SPOKEN_LENGTH] for name in ("reply", "assumed"))
    given = _text(found.get("given"))
    given = read_id(given, (each.id for each in question.givens)) or given
    return ReadReply((), frozenset(), reply=reply, given=given or None, assumed=assumed)


def join_replies(replies: Iterable[ReadReply]) -> ReadReply:
    """One reply out of one for each point; of their words none."""
    listed = tuple(replies)
    claims = tuple(claim for reply in listed for claim in reply.claims)
    return ReadReply(claims, frozenset(claim.point_id for claim in claims), errors=tuple(each for reply in listed for each in reply.errors))


def _listed(points: object) -> Iterator[Mapping[str, object]]:
    """The findings, whether they are keyed by point, as asked, or listed, as in the first contract; several for one point if there are."""
    if isinstance(points, list):
        for item in points:
            yield from [item] if _names_a_point(item) else _listed(item)
    elif isinstance(points, dict):
        for key, value in points.items():
            for each in value if isinstance(value, list) else [value]:
                finding = {"verdict": each} if isinstance(each, str) else each
                if isinstance(finding, dict) and (not _names_a_point(finding) or read_id(_point_of(finding), [key]) is not None):
                    yield {**finding, "id": key}


def _names_a_point(item: object) -> TypeGuard[dict[str, object]]:
    return isinstance(item, dict) and bool(_point_of(item))


def _point_of(item: Mapping[str, object]) -> str:
    return next((named for key, value in item.items() if str(key).strip().lower() in _ID_KEYS and (named := _text(value))), "")


def read_claim(item: object, question: Question) -> Claim | None:
    """One finding, or None if it is malformed, on no point of the question, or with a verdict that may mean several."""
    if not isinstance(item, dict):
        return None
    item = {str(key).strip().lower(): value for key, value in item.items()}
    point_id, verdict = read_id(_point_of(item), (point.id for point in question.points)), read_verdict(_text(item.get("verdict")))
    if verdict is None or point_id is None:
        return None
    belief = _text(item.get("misconception"))
    return Claim(
        point_id=point_id,
        status=verdict,
        quote=_read_quote(item.get("quote"))[:_QUOTE_LENGTH],
        reason=_text(item.get("reason"))[:_REASON_LENGTH],
        misconception=(read_id(belief, _beliefs_of(question)) or belief) if belief else None,
    )


def _read_quote(value: object) -> str:
    """The quote; of a list the pieces, as if the model had put them together with an ellipsis."""
    return "…".join(filter(None, map(_text, value))) if isinstance(value, list) else _text(value)


def _read_errors(value: object, question: Question) -> Iterable[ErrorClaim]:
    """The false statements; what they are about in one word, as asked, or as two ids, as some models have it."""
    for item in value[: 2 * MOST_ERRORS] if isinstance(value, list) else ():
        if not isinstance(item, dict) or not _text(item.get("quote")):
            continue
        about, points = _text(item.get("about")), [point.id for point in question.points]
        on_point = read_id(about, points)
        belief = _text(item.get("misconception")) or ("" if on_point else about)
        yield ErrorClaim(
            quote=_text(item["quote"])[:_QUOTE_LENGTH],
            explanation=_text(item.get("wrong"))[:_REASON_LENGTH],
            misconception=read_id(belief, _beliefs_of(question)) or belief or None,
            point_id=read_id(_text(item.get("point_id")), points) or on_point,
        )


def _beliefs_of(question: Question) -> list[str]:
    return [belief.id for point in question.points for belief in point.misconceptions]


def _read_beyond(value: object) -> tuple[str, ...]:
    items = [_text(item)[:_BEYOND_LENGTH] for item in value] if isinstance(value, list) else []
    return tuple(item for item in items if item)[:MOST_BEYOND]


def _read_follow_up(value: object, question: Question) -> FollowUp | None:
    if not isinstance(value, dict):
        return None
    named, text = _text(value.get("point_id")), _text(value.get("text"))
    point_id = read_id(named, (point.id for point in question.points)) or named
    return FollowUp(point_id, text) if point_id and text else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
