"""What a coach's edits make of an examiner's verdicts: a person has the last word. Pure."""

from __future__ import annotations

from dataclasses import replace

from interviewer.models import Edit, EditKind, Findings, Interview, Quote, Turn, Verdict, VerdictStatus, standing_edits


def findings_of(interview: Interview, turn: Turn) -> Findings | None:
    """What counts for a turn: the last grade's findings with the coach's in their place, None if neither has given any.

    Where there is no grade, the coach's verdicts stand alone and every other point is missing. An error that the examiner saw on a
    point goes with its verdict once the coach calls the point something other than wrong.
    """
    edited = {edit.point_id: edit for edit in _edits_of(interview, EditKind.VERDICT) if edit.turn_seq == turn.seq and edit.status}
    found = turn.grade.findings if turn.grade else None
    if not edited:
        return found
    if found is None:
        points = interview.questions[turn.question_id].points
        found = Findings(tuple(Verdict(point.id, VerdictStatus.MISSING) for point in points))
    graded = found.verdicts
    unknown = [edit for edit in edited.values() if edit.point_id not in {verdict.point_id for verdict in graded}]
    kept = [_overrule(verdict, edited.get(verdict.point_id), turn) for verdict in graded]
    added = [_overrule(Verdict(edit.point_id or "", VerdictStatus.MISSING), edit, turn) for edit in unknown]
    cleared = {edit.point_id for edit in edited.values() if edit.status is not VerdictStatus.WRONG}
    return replace(found, verdicts=(*kept, *added), errors=tuple(error for error in found.errors if error.point_id not in cleared))


def verdicts_of(interview: Interview, turn: Turn) -> tuple[Verdict, ...]:
    """The verdicts that count for a turn, see `findings_of`; none where nobody has given any."""
    found = findings_of(interview, turn)
    return found.verdicts if found else ()


def score_of(interview: Interview, question_id: str) -> Edit | None:
    """The score that a coach gave to a question as a whole, None if there is none."""
    given = [edit for edit in _edits_of(interview, EditKind.SCORE) if edit.question_id == question_id and edit.score is not None]
    return given[-1] if given else None


def is_edited(interview: Interview, question_id: str) -> bool:
    """Whether a coach has changed a verdict or the score of the question."""
    kinds = (EditKind.VERDICT, EditKind.SCORE)
    return any(edit.question_id == question_id and edit.kind in kinds for edit in standing_edits(interview.edits))


def comments_of(interview: Interview, question_id: str) -> tuple[Edit, ...]:
    """The coach's comments on a question and its answers, oldest first."""
    return tuple(edit for edit in _edits_of(interview, EditKind.COMMENT) if edit.question_id == question_id)


def review_of(interview: Interview) -> Edit | None:
    """The edit by which the interview counts as reviewed, None if it was never reviewed or is open again."""
    last = [edit for edit in interview.edits if edit.kind in (EditKind.REVIEWED, EditKind.REOPENED)]
    return last[-1] if last and last[-1].kind is EditKind.REVIEWED else None


def _edits_of(interview: Interview, kind: EditKind) -> list[Edit]:
    return [edit for edit in standing_edits(interview.edits) if edit.kind is kind]


def _overrule(verdict: Verdict, edit: Edit | None, turn: Turn) -> Verdict:
    if edit is None or edit.status is None:
        return verdict
    misconception = verdict.misconception if edit.status is verdict.status else None
    quote = _quote_of(edit, turn) or (verdict.quote if edit.status is not VerdictStatus.MISSING else None)
    return replace(verdict, status=edit.status, quote=quote, reason=edit.reason, misconception=misconception, unproven=False, unsure=False)


def _quote_of(edit: Edit, turn: Turn) -> Quote | None:
    if edit.start is None or edit.end is None or turn.reply is None or not 0 <= edit.start < edit.end <= len(turn.reply.text):
        return None
    return Quote(turn.reply.text[edit.start : edit.end], edit.start, edit.end)
