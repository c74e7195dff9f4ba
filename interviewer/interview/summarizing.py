"""What an interview comes to for the desk's lists and maps: a pure reading of its records, coach's last word included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from statistics import fmean

from interviewer.interview.contesting import unanswered_claims
from interviewer.interview.last_word import counting_edits, decision_on, is_edited, review_of, verdicts_of
from interviewer.interview.results import NO_ANSWER, QuestionResult, QuestionStatus, results_of
from interviewer.interview.unknown_errors import unknown_errors
from interviewer.models import Flag, Grade, Interview, Mode, Purpose, Turn, Ungraded
from interviewer.records.summaries import InterviewSummary, PointSummary, QuestionSummary

COACH = "coach"
"""Who judged, where a coach did."""
ADJUDICATION = "adjudication"
"""The same where a coach decided against another's grade."""

_TO_LOOK_AT = frozenset({Flag.HIDDEN_TEXT, Flag.MANIPULATION, Flag.DISAVOWED})


def summarize(interview: Interview) -> InterviewSummary:
    """The interview as its row in a list shows it, and its results by question and point."""
    results = results_of(interview)
    scores = [result.score for result in results if result.score is not None]
    review = review_of(interview)
    return InterviewSummary(
        questions=_summarize_questions(interview, [result for result in results if result.status is not QuestionStatus.NOT_ASKED]),
        planned=len(interview.setup.question_ids),
        answered=len({turn.question_id for turn in interview.turns if turn.reply}),
        examiner=last_examiner(interview),
        total=round(fmean(scores), 1) if scores and interview.setup.mode is not Mode.DRILL else None,
        ungraded=sum(_is_ungraded(interview, turn) for turn in interview.turns),
        pending=sum(turn.pending for turn in interview.turns),
        flagged=sum(bool(_TO_LOOK_AT & set(turn.grade.flags)) for turn in interview.turns if turn.grade),
        low_confidence=sum(is_doubtful(interview, turn) for turn in interview.turns),
        contested=sum(len(unanswered_claims(interview, turn)) for turn in interview.turns),
        unknown_errors=sum(len(unknown_errors(interview, turn)) for turn in interview.turns),
        reviewed_at=review.at if review else None,
    )


def last_examiner(interview: Interview) -> str:
    """Who judged last: rubric, llm, coach, or empty while nobody has."""
    overruled = [(edit.at, COACH) for question_id in interview.questions for edit in counting_edits(interview, question_id)]
    records = [record for turn in interview.turns for record in turn.grades if isinstance(record.outcome, Grade)]
    judged = overruled + [(record.at, record.outcome.provenance.examiner) for record in records]
    return max(judged, key=itemgetter(0))[1] if judged else ""


def is_doubtful(interview: Interview, turn: Turn) -> bool:
    """Whether the examiner was not sure of its grade, or claimed something that is not in the answer and nobody has put right."""
    if turn.grade is None:
        return False
    return Flag.LOW_CONFIDENCE in turn.grade.flags or any(verdict.unproven or verdict.unsure for verdict in verdicts_of(interview, turn))


def _is_ungraded(interview: Interview, turn: Turn) -> bool:
    return isinstance(turn.outcome, Ungraded) and not turn.pending and not is_edited(interview, turn.question_id)


def _summarize_questions(interview: Interview, results: Sequence[QuestionResult]) -> tuple[QuestionSummary, ...]:
    """One for each question of the bank; what a drill found out about its points counts, but no score: it asked for a part only."""
    found: dict[str, QuestionSummary] = {}
    for result in results:
        one, id = _summarize_question(interview, result), result.question.bank_id
        if result.question.parent:
            first = found.get(id, replace(one, question_id=id, score=None, machine_score=None, points=(), low=None, high=None))
            found[id] = replace(first, points=(*first.points, *one.points))
        else:
            found[id] = one
    return tuple(found.values())


def _summarize_question(interview: Interview, result: QuestionResult) -> QuestionSummary:
    weights = {point.id: point.weight for point in result.question.points}
    judged_by, judge_id = _judge_of(interview, result)
    return QuestionSummary(
        result.question.id,
        result.status.value,
        next((turn.reply.at for turn in result.turns if turn.reply), interview.created_at),
        result.score,
        result.machine_score,
        # What was left without an answer says nothing of its points.
        ()
        if result.status in NO_ANSWER
        else tuple(
            PointSummary(verdict.point_id, verdict.status, weights[verdict.point_id])
            for verdict in result.verdicts
            # What the examiner could not tell is no result: a map of misses must not count it as one.
            if verdict.point_id in weights and not verdict.unsure
        ),
        low=result.interval.low if result.interval else None,
        high=result.interval.high if result.interval else None,
        judged_by=judged_by,
        judge_id=judge_id,
    )


def _judge_of(interview: Interview, result: QuestionResult) -> tuple[str, str]:
    """Whose the score is, and which coach's."""
    if decision := decision_on(interview, result.question.id):
        return (ADJUDICATION if decision.purpose is Purpose.ADJUDICATION else COACH), decision.author_id
    graded = [grade for turn in result.turns if (grade := turn.grade)]
    return (graded[-1].provenance.examiner if graded and result.status is QuestionStatus.GRADED else ""), ""
