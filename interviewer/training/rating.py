"""From vetted verdicts to ratings: how well each point that was judged was recalled. Pure.

HARD is a pass for FSRS, so no failure is rated so; EASY is never given, because no verdict tells that an answer took no effort.
"""

from __future__ import annotations

from interviewer.interview.last_word import counting_edits, findings_of
from interviewer.interview.results import QuestionResult, results_of
from interviewer.models import (
    CardKey,
    EditKind,
    Findings,
    Interview,
    Rating,
    Reply,
    ReplyKind,
    Review,
    Turn,
    TurnKind,
    Verdict,
    VerdictStatus,
)


def reviews_of(interview: Interview) -> tuple[Review, ...]:
    """The reviews that an interview gives as it stands: one for each point that was judged, in the order of the plan and its points.

    None from a question that was not asked, skipped, left open, ran out of time or has no grade (yet), nor from a verdict that is not
    sure. "I don't know" misses the essential points, and in a drill all that it asks.
    """
    return tuple(review for result in results_of(interview) for review in _reviews(interview, result))


def rate(status: VerdictStatus, *, essential: bool, helped: bool = False, erred: bool = False) -> Rating:
    """The rating of a verdict. `helped`: it came after a hint or in a follow-up; `erred`: something false was said on the same point."""
    match status:
        case VerdictStatus.COVERED:
            return Rating.HARD if helped or erred else Rating.GOOD
        case VerdictStatus.PARTIAL:
            return Rating.AGAIN if essential or erred else Rating.HARD
        case _:
            return Rating.AGAIN


def _reviews(interview: Interview, result: QuestionResult) -> list[Review]:
    judged = [(turn, findings) for turn in result.turns if turn.reply and (findings := _findings(interview, turn))]
    unknown = result.turns[0].reply if result.turns else None
    if unknown is None or unknown.kind is not ReplyKind.UNKNOWN:
        unknown = None
    found = []
    for verdict in result.verdicts:
        turns = [turn for turn, findings in judged if verdict.point_id in _points(findings)]
        if turns:
            if not verdict.unsure:
                found.append(_review(interview, result, verdict, judged, turns[0]))
        elif unknown and _is_asked(result, verdict.point_id):
            found.append(_missed(interview, result, verdict.point_id, unknown))
    return found


def _findings(interview: Interview, turn: Turn) -> Findings | None:
    """What somebody has judged of a turn. Where there is no grade, only the points to which a coach gave a verdict."""
    findings = findings_of(interview, turn)
    if findings is None or turn.grade:
        return findings
    counting = counting_edits(interview, turn.question_id)
    judged = {edit.point_id for edit in counting if edit.kind is EditKind.VERDICT and edit.turn_seq == turn.seq and edit.status}
    return Findings(tuple(verdict for verdict in findings.verdicts if verdict.point_id in judged), scale=findings.scale)


def _points(findings: Findings) -> set[str]:
    return {verdict.point_id for verdict in findings.verdicts} | {error.point_id for error in findings.errors if error.point_id}


def _is_asked(result: QuestionResult, point_id: str) -> bool:
    return bool(result.question.parent) or result.question.point(point_id).essential


def _review(interview: Interview, result: QuestionResult, verdict: Verdict, judged: list[tuple[Turn, Findings]], first: Turn) -> Review:
    late = verdict.point_id in result.discounted or first.kind is TurnKind.FOLLOW_UP
    earned = next((turn for turn, findings in judged if turn.kind is TurnKind.FOLLOW_UP and verdict in findings.verdicts), first)
    turn = earned if late else judged[0][0]
    assert turn.reply is not None
    erred = verdict.status is VerdictStatus.WRONG or any(_errs(findings, verdict.point_id) for _, findings in judged)
    essential = result.question.point(verdict.point_id).essential
    rating = rate(verdict.status, essential=essential, helped=late or bool(result.hints), erred=erred)
    return Review(_key(result, verdict.point_id), turn.reply.at, rating, verdict.status, erred, interview.id, turn.seq)


def _errs(findings: Findings, point_id: str) -> bool:
    wrong = any(verdict.point_id == point_id and verdict.status is VerdictStatus.WRONG for verdict in findings.verdicts)
    return wrong or any(error.point_id == point_id for error in findings.errors)


def _missed(interview: Interview, result: QuestionResult, point_id: str, reply: Reply) -> Review:
    key, seq = _key(result, point_id), result.turns[0].seq
    return Review(key, reply.at, Rating.AGAIN, VerdictStatus.MISSING, False, interview.id, seq)


def _key(result: QuestionResult, point_id: str) -> CardKey:
    return CardKey(result.question.parent or result.question.id, point_id)
