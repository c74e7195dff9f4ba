"""What coaches' edits make of an examiner's verdicts: a person has the last word. Pure, and the one place that says what is current.

Verdicts belong to their coach. Of each question the first coach to grade it leads: their verdicts are the final ones (REVIEW). What
another coach gives without having seen them is a second reading for comparison and changes nothing (CALIBRATION); what another
changes in sight of them decides against them and is shown as that (ADJUDICATION). Where a lead is named (`Interview.lead_id`), theirs is
the final grade as soon as they have judged a question by themselves, whoever was first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from interviewer.grading.scoring import answer_score
from interviewer.models import (
    Edit,
    EditKind,
    FalseStatement,
    Findings,
    Interview,
    Purpose,
    Quote,
    Turn,
    Verdict,
    VerdictStatus,
    standing_edits,
)

GRADING = (EditKind.VERDICT, EditKind.SCORE)


def counting_edits(interview: Interview, question_id: str) -> tuple[Edit, ...]:
    """The verdicts and scores that the final grade of a question is made of, oldest first: the leading coach's, and adjudications."""
    given = [edit for edit in standing_edits(interview.edits) if edit.kind in GRADING and edit.question_id == question_id]
    by_themselves = (Purpose.REVIEW, Purpose.CALIBRATION)
    named = [edit for edit in given if edit.author_id == interview.lead_id and edit.purpose in by_themselves]
    if named:
        # What was decided between others before is not about what the lead says.
        later = given[given.index(named[0]) :]
        return tuple(edit for edit in later if edit.purpose is Purpose.ADJUDICATION or edit in named)
    lead = next((edit.author_id for edit in given if edit.purpose is Purpose.REVIEW), "")
    return tuple(
        edit for edit in given if edit.purpose is Purpose.ADJUDICATION or (edit.purpose is Purpose.REVIEW and edit.author_id == lead)
    )


def leads_of(interview: Interview) -> frozenset[str]:
    """Ids of the coaches who lead: who is named, else who has graded a question first. Empty as long as nobody is or has."""
    if interview.lead_id:
        return frozenset((interview.lead_id,))
    counting = (edit for question_id in interview.questions for edit in counting_edits(interview, question_id))
    return frozenset(edit.author_id for edit in counting if edit.purpose is Purpose.REVIEW)


def purpose_of(interview: Interview, question_id: str, author_id: str, *, blind: bool) -> Purpose:
    """What a verdict or score is for that this coach gives to the question now.

    Where another coach stands for the interview as the examiner graded it, a blind one changes nothing either; one by who leads it does.
    """
    if blind and author_id == interview.lead_id:
        return Purpose.REVIEW
    review = review_of(interview)
    if blind and review and review.author_id != author_id:
        return Purpose.CALIBRATION
    if all(edit.author_id == author_id for edit in counting_edits(interview, question_id)):
        return Purpose.REVIEW
    return Purpose.CALIBRATION if blind else Purpose.ADJUDICATION


def decision_on(interview: Interview, question_id: str) -> Edit | None:
    """The edit that tells who gave the final grade of a question: the last adjudication, else the leading coach's last. None if no coach did."""
    counting = counting_edits(interview, question_id)
    return next((edit for edit in reversed(counting) if edit.purpose is Purpose.ADJUDICATION), counting[-1] if counting else None)


def coaches_on(interview: Interview, question_id: str) -> dict[str, str]:
    """Who has given a verdict or score to a question: name by id, the first to do so first."""
    given = [edit for edit in standing_edits(interview.edits) if edit.kind in GRADING and edit.question_id == question_id]
    return {edit.author_id: edit.author for edit in given}


def findings_of(interview: Interview, turn: Turn) -> Findings | None:
    """What counts for a turn: the last grade's findings with the coach's in their place, None if neither has given any."""
    return _laid_over(interview, turn, counting_edits(interview, turn.question_id))


def findings_by(interview: Interview, turn: Turn, author_id: str) -> Findings | None:
    """What one coach alone makes of a turn; None if they have given no verdict on it."""
    given = [edit for edit in standing_edits(interview.edits) if edit.kind is EditKind.VERDICT and edit.author_id == author_id]
    return _laid_over(interview, turn, given) if any(edit.turn_seq == turn.seq for edit in given) else None


def verdicts_of(interview: Interview, turn: Turn) -> tuple[Verdict, ...]:
    """The verdicts that count for a turn, see `findings_of`; none where nobody has given any."""
    found = findings_of(interview, turn)
    return found.verdicts if found else ()


def feedback_of(interview: Interview, turn: Turn) -> str:
    """The examiner's words on a turn; none once a coach has changed the grade that they speak of."""
    return "" if turn.grade is None or is_edited(interview, turn.question_id) else turn.grade.feedback


def as_it_counts(interview: Interview, turn: Turn) -> Turn:
    """The turn with what counts in its grade: verdicts, errors, score and words as they are after the coach."""
    grade, found = turn.grade, findings_of(interview, turn)
    if grade is None or found is None or not is_edited(interview, turn.question_id):
        return turn
    score = answer_score(interview.questions[turn.question_id].points, found.verdicts, found.errors, scale=found.scale)
    current = replace(grade, verdicts=found.verdicts, errors=found.errors, score=score, interval=None, feedback="")
    return replace(turn, grades=tuple(replace(record, outcome=current) if record.outcome is grade else record for record in turn.grades))


def score_of(interview: Interview, question_id: str) -> Edit | None:
    """The score that a coach gave to a question as a whole, None if there is none; another coach's later adjudication takes it away."""
    found: Edit | None = None
    for edit in counting_edits(interview, question_id):
        if edit.kind is EditKind.SCORE and edit.score is not None:
            found = edit
        elif found and edit.purpose is Purpose.ADJUDICATION and edit.author_id != found.author_id:
            found = None
    return found


def is_edited(interview: Interview, question_id: str) -> bool:
    """Whether a coach's verdict or score counts for the question."""
    return bool(counting_edits(interview, question_id))


def comments_of(interview: Interview, question_id: str) -> tuple[Edit, ...]:
    """The coach's comments on a question and its answers, oldest first."""
    return tuple(edit for edit in _edits_of(interview, EditKind.COMMENT) if edit.question_id == question_id)


def review_of(interview: Interview) -> Edit | None:
    """The edit by which the interview counts as reviewed, None if it was never reviewed or is open again."""
    last = [edit for edit in interview.edits if edit.kind in (EditKind.REVIEWED, EditKind.REOPENED)]
    return last[-1] if last and last[-1].kind is EditKind.REVIEWED else None


def stands_reviewed(interview: Interview) -> bool:
    """Whether the interview counts as reviewed, and nothing of its final grade or of what is said to the candidate has changed since."""
    review = review_of(interview)
    later = interview.edits[interview.edits.index(review) + 1 :] if review else ()
    told = {edit.id for question_id in interview.questions for edit in counting_edits(interview, question_id)}
    return review is not None and not any(edit.id in told or edit.kind in (EditKind.COMMENT, EditKind.WITHDRAWN) for edit in later)


def _edits_of(interview: Interview, kind: EditKind) -> list[Edit]:
    return [edit for edit in standing_edits(interview.edits) if edit.kind is kind]


def _laid_over(interview: Interview, turn: Turn, edits: Iterable[Edit]) -> Findings | None:
    """The last grade's findings with these verdicts in their place.

    Where there is no grade, they stand alone and every other point is missing. An error that the examiner saw on a point goes with
    its verdict once the coach calls the point something other than wrong.
    """
    edited = {edit.point_id: edit for edit in edits if edit.kind is EditKind.VERDICT and edit.turn_seq == turn.seq and edit.status}
    found = turn.grade.findings if turn.grade else None
    if not edited:
        return found
    if found is None:
        points = interview.questions[turn.question_id].points
        found = Findings(tuple(Verdict(point.id, VerdictStatus.MISSING) for point in points))
    graded = found.verdicts
    unknown = [edit for edit in edited.values() if edit.point_id not in {verdict.point_id for verdict in graded}]
    cleared = {edit.point_id for edit in edited.values() if edit.status is not VerdictStatus.WRONG}
    gone = [error for error in found.errors if error.point_id in cleared]
    kept = [_overrule(verdict, edited.get(verdict.point_id), turn, gone) for verdict in graded]
    added = [_overrule(Verdict(edit.point_id or "", VerdictStatus.MISSING), edit, turn, gone) for edit in unknown]
    return replace(found, verdicts=(*kept, *added), errors=tuple(error for error in found.errors if error not in gone))


def _overrule(verdict: Verdict, edit: Edit | None, turn: Turn, gone: Iterable[FalseStatement]) -> Verdict:
    if edit is None or edit.status is None:
        return verdict
    misconception = verdict.misconception if edit.status is verdict.status else None
    quote = _quote_of(edit, turn) or (verdict.quote if _still_shows(verdict, edit.status, gone) else None)
    return replace(verdict, status=edit.status, quote=quote, reason=edit.reason, misconception=misconception, unproven=False, unsure=False)


def _still_shows(verdict: Verdict, now: VerdictStatus, gone: Iterable[FalseStatement]) -> bool:
    """Whether the words that the examiner pointed at can stand for the coach's verdict: none for a missing point, no false ones for a right one."""
    if now is VerdictStatus.MISSING or verdict.quote is None:
        return False
    false = verdict.status is VerdictStatus.WRONG or any(_overlap(verdict.quote, error.quote) for error in gone)
    return now is VerdictStatus.WRONG or not false


def _overlap(one: Quote, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end


def _quote_of(edit: Edit, turn: Turn) -> Quote | None:
    if edit.start is None or edit.end is None or turn.reply is None or not 0 <= edit.start < edit.end <= len(turn.reply.text):
        return None
    return Quote(turn.reply.text[edit.start : edit.end], edit.start, edit.end)
