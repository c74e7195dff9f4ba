"""What the desk lays out of a question, and what it keeps back in a blind review."""

from __future__ import annotations

from dataclasses import replace

from interviewer.models import Claim, Edit, EditKind, Interview, ReplyKind, TurnKind, VerdictStatus
from interviewer.ui.desk_scene import coach_changes, lay_out, steps_of
from tests.examples import RICH_ANSWER, START, grade, interview, rich_grade, turn

COVERED, PARTIAL, MISSING = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING


def held() -> Interview:
    """A first answer that found a, and a follow-up that found b."""
    first = turn(1, reply=ReplyKind.TEXT, outcomes=[grade("covered", "partial", "missing")])
    probe = turn(2, kind=TurnKind.FOLLOW_UP, reply=ReplyKind.TEXT, outcomes=[grade("missing", "covered", "missing")], aimed="b")
    return interview(first, probe, questions=["q1", "q2"])


def said(held: Interview, *edits: Edit) -> Interview:
    return replace(held, edits=tuple(replace(edit, id=number) for number, edit in enumerate(edits, start=1)))


def verdict(
    point: str, status: VerdictStatus, *, seq: int = 1, blind: bool = False, by: str = "coach", was: VerdictStatus | None = None
) -> Edit:
    return Edit(0, "i1", EditKind.VERDICT, by, by, START, "q1", seq, point, status, blind=blind, was_status=was)


def judged(seq: int, by: str = "coach") -> list[Edit]:
    return [verdict(point, COVERED, seq=seq, blind=True, by=by) for point in "abc"]


def test_a_verdict_names_the_answer_that_decided_it() -> None:
    rows = {row.point.id: row for row in lay_out(held(), 1, coach_id="coach", blind=False).points}
    assert (rows["a"].seq, rows["b"].seq) == (1, 2)
    assert [found.status for _, _, found in rows["b"].by_turn] == [PARTIAL, COVERED]
    assert not rows["a"].changed


def test_a_changed_verdict_stands_beside_the_examiner_s() -> None:
    edited = said(held(), verdict("a", MISSING, was=COVERED), verdict("c", MISSING, was=MISSING))
    rows = {row.point.id: row for row in lay_out(edited, 1, coach_id="coach", blind=False).points}
    machine = rows["a"].machine
    assert machine is not None
    assert (machine.status, rows["a"].verdict.status, rows["a"].changed, rows["c"].changed) == (COVERED, MISSING, True, False)
    assert coach_changes(edited, "q1").keys() == {"a"}
    [columns, _] = [answer.columns for answer in lay_out(edited, 1, coach_id="coach", blind=False).answers]
    assert [column.by for column in columns] == ["rubric", "coach"]


def test_a_blind_scene_has_no_grade_no_score_and_no_later_turn() -> None:
    scene = lay_out(said(held(), verdict("a", MISSING, by="another")), 1, coach_id="coach", blind=True)
    assert (scene.points, scene.history, scene.step.score, scene.kept_back) == ((), (), None, 1)
    [answer] = scene.answers
    assert (answer.grade, answer.columns, answer.flags, {piece.status for piece in answer.stretches}) == (None, (), (), {None})
    assert scene.to_judge == answer


def test_the_next_answer_is_judged_after_the_first_and_then_all_is_shown() -> None:
    halfway = lay_out(said(held(), *judged(1)), 1, coach_id="coach", blind=True)
    assert halfway.to_judge is not None
    assert (halfway.to_judge.turn.seq, halfway.points, halfway.answers[0].grade) == (2, (), None)
    done = lay_out(said(held(), *judged(1), *judged(2)), 1, coach_id="coach", blind=True)
    assert done.to_judge is None
    assert len(done.points) == 3
    assert done.step.score is not None


def test_another_coach_s_blind_review_reveals_nothing() -> None:
    assert lay_out(said(held(), *judged(1, "other"), *judged(2, "other")), 1, coach_id="coach", blind=True).to_judge is not None


def test_a_question_without_an_answer_has_nothing_to_hide() -> None:
    first, second = steps_of(held(), coach_id="coach", blind=True)
    assert (first.masked, second.masked) == (True, False)


def test_the_errors_are_laid_out_and_marked_and_kept_back_like_the_rest() -> None:
    told = interview(turn(reply=ReplyKind.TEXT, text=RICH_ANSWER, outcomes=[rich_grade()]), questions=["q1"])
    scene = lay_out(told, 1, coach_id="coach", blind=False)
    assert scene.errors == rich_grade().errors
    assert VerdictStatus.WRONG in {piece.status for piece in scene.answers[0].stretches}
    masked = lay_out(told, 1, coach_id="coach", blind=True)
    assert masked.errors == ()
    assert {piece.status for piece in masked.answers[0].stretches} == {None}


def test_what_was_not_recognised_is_laid_out_as_that_and_differs_from_nothing_that_is_missing() -> None:
    told = interview(turn(reply=ReplyKind.TEXT, outcomes=[grade("covered", "named", "missing"), rich_grade()]), questions=["q1"])
    scene = lay_out(told, 1, coach_id="coach", blind=False)
    assert scene.points[2].verdict.unsure
    assert [column.verdicts["c"].unsure for column in scene.answers[0].columns] == [False, True]
    assert scene.answers[0].differing == frozenset()


def test_a_claim_stands_beside_its_point_with_its_words_and_where_they_are() -> None:
    first, probe = held().turns
    contested = replace(held(), turns=(first, replace(probe, claims=(Claim("c", 3, 9, START),))))
    [step, _] = steps_of(contested, coach_id="coach", blind=False)
    rows = {row.point.id: row for row in lay_out(contested, 1, coach_id="coach", blind=False).points}
    [view] = rows["c"].claims
    assert (view.contested.words, view.number, view.contested.waits, step.contested) == ("answer", 1, True, True)
    assert rows["a"].claims == ()
    answered = said(contested, verdict("c", MISSING, seq=2))
    [view] = next(row.claims for row in lay_out(answered, 1, coach_id="coach", blind=False).points if row.point.id == "c")
    assert (view.contested.waits, steps_of(answered, coach_id="coach", blind=False)[0].contested) == (False, False)
    assert not steps_of(contested, coach_id="coach", blind=True)[0].contested
