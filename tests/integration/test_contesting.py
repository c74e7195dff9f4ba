"""A claim on a point: kept with the answer, judged anew where a language model gave the grade, never hiding or costing anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.errors import StaleMove
from interviewer.interview.contesting import ClaimRefused, Refusal, contest_of
from interviewer.interview.flow import AwaitNext, next_move
from interviewer.interview.judging import spending_of
from interviewer.interview.results import result_of
from interviewer.models import (
    SCALE,
    AsideReply,
    Claim,
    ClaimStatus,
    ExaminerName,
    Grade,
    Interview,
    Outcome,
    Provenance,
    Quote,
    Reason,
    Ungraded,
    Usage,
    Utterance,
)
from interviewer.records.tables import claims
from tests.databases import ON_BOTH
from tests.examples import START, ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

MODEL = Provenance("llm", "m", "grade-v3", scale=SCALE)
GRADED = replace(grade(b="missing"), provenance=MODEL)


def found(status: str) -> Grade:
    """What the model finds on point b alone."""
    verdict = grade(b=status).verdicts[1]
    return Grade((verdict,), 0.0, "", replace(MODEL, prompt_version="grade-v3+claim"), Usage(7, 3, cost=0.5))


@contextmanager
def with_model(folder: Path, *outcomes: Outcome) -> Iterator[tuple[Room, ScriptedExaminer]]:
    examiner = ScriptedExaminer(*outcomes)
    with open_room(folder, examiner, examiner_name=ExaminerName.LLM) as room:
        yield room, examiner


def answered(room: Room, *, examiner: ExaminerName = ExaminerName.LLM, **setup: object) -> Interview:
    """A question that is over after one answer."""
    interview = room.begin(examiner=examiner, **{"follow_ups": 0, **setup})
    return room.settle(room.service.submit(interview, "an answer"))


def status_of(interview: Interview) -> list[ClaimStatus]:
    return [claim.status for turn in interview.turns for claim in turn.claims]


def test_a_dispute_is_won_by_a_new_verdict_on_the_one_point(tmp_path: Path) -> None:
    with with_model(tmp_path, GRADED, found("covered")) as (room, examiner):
        before = answered(room)
        after = room.settle(room.service.contest(before, 1, "b", 3, 9))
        assert (examiner.tasks[1].claim, examiner.tasks[1].aimed_point) == (Quote("answer", 3, 9), "b")
        assert after.turns[0].claims == (Claim("b", 3, 9, START, ClaimStatus.GRANTED),)
        assert (result_of(before, "q1").score, result_of(after, "q1").score) == (GRADED.score, 100)
        first, _ = after.turns[0].grades
        assert first.outcome == GRADED
        assert after.turns[0].grade is not None
        assert after.turns[0].grade.provenance.prompt_version == "grade-v3+claim"
        assert spending_of(after).tokens - spending_of(before).tokens == 10
        assert (after.current, next_move(after)) == (after.turns[0], next_move(before))
        assert room.read(after) == after


def test_a_verdict_that_stands_leaves_the_score_and_the_claim_beside_it(tmp_path: Path) -> None:
    with with_model(tmp_path, GRADED, found("missing")) as (room, _):
        after = room.settle(room.service.contest(answered(room), 1, "b", 0, 2))
        assert status_of(after) == [ClaimStatus.STANDS]
        assert result_of(after, "q1").score == GRADED.score
        with pytest.raises(ClaimRefused) as refused:
            room.service.contest(after, 1, "b", 3, 9)
        assert refused.value.why is Refusal.CONTESTED


@pytest.mark.parametrize("failed", [ungraded(), ungraded(Reason.QUOTA), AsideReply(Utterance.DISPUTE, "no", MODEL)])
def test_a_failure_leaves_the_claim_open_and_the_grade_what_counts(tmp_path: Path, failed: Outcome) -> None:
    with with_model(tmp_path, GRADED, failed) as (room, _):
        after = room.settle(room.service.contest(answered(room), 1, "b", 0, 2))
        turn = after.turns[0]
        assert (status_of(after), turn.grade, turn.pending, turn.waiting) == ([ClaimStatus.OPEN], GRADED, False, None)
        assert turn.reply is not None
        assert turn.asides == ()
        assert isinstance(turn.grades[-1].outcome, type(failed))


def test_offline_the_claim_is_kept_and_nobody_is_asked(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(grade(b="missing"))
    with open_room(tmp_path, examiner) as room:
        before = answered(room, examiner=ExaminerName.RUBRIC)
        after = room.service.contest(before, 1, "b", 0, 2)
        assert (status_of(after), after.turns[0].pending, after.turns[0].grades) == ([ClaimStatus.OPEN], False, before.turns[0].grades)
        assert len(examiner.tasks) == 1


def test_a_grade_of_the_offline_examiner_is_not_the_models_to_judge(tmp_path: Path) -> None:
    model, offline = ScriptedExaminer(Ungraded(Reason.QUOTA, MODEL)), ScriptedExaminer(grade(b="missing"))
    with open_room(tmp_path, model, examiner_name=ExaminerName.LLM, offline=offline) as room:
        stood_in = room.service.stand_in(answered(room), 1)
        after = room.settle(room.service.contest(stood_in, 1, "b", 0, 2))
        assert (status_of(after), len(model.tasks)) == ([ClaimStatus.OPEN], 1)


def test_one_point_at_a_time_is_judged_and_it_shows(tmp_path: Path) -> None:
    hold = threading.Event()
    calls: list[int] = []

    def wait() -> None:
        calls.append(1)
        if len(calls) > 1:
            hold.wait(10)

    examiner = ScriptedExaminer(replace(grade("missing", "missing"), provenance=MODEL), found("covered"), before=wait)
    with open_room(tmp_path, examiner, examiner_name=ExaminerName.LLM) as room:
        judging = room.service.contest(answered(room), 1, "b", 0, 2)
        assert contest_of(judging, "q1").made["b"].judging
        assert isinstance(next_move(judging), AwaitNext)
        with pytest.raises(ClaimRefused) as refused:
            room.service.contest(judging, 1, "a", 0, 2)
        assert refused.value.why is Refusal.BEING_JUDGED
        hold.set()
        after = room.settle(judging)
        assert (contest_of(after, "q1").made["b"].judging, status_of(after)) == (False, [ClaimStatus.GRANTED])
        assert status_of(room.settle(room.service.contest(after, 1, "a", 0, 2))) == [ClaimStatus.GRANTED, ClaimStatus.STANDS]


def test_a_claim_that_a_dead_process_left_behind_is_judged_by_the_next(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(GRADED), examiner_name=ExaminerName.LLM) as room:
        before = answered(room)
    with open_room(tmp_path, ScriptedExaminer(found("covered")), examiner_name=ExaminerName.LLM, started=False) as room:
        left = room.service.contest(before, 1, "b", 0, 2)
        assert left.turns[0].pending
        room.clock.forward(seconds=60)
        late = room.clock
    examiner = ScriptedExaminer(found("covered"))
    with open_room(tmp_path, examiner, examiner_name=ExaminerName.LLM, clock=late, worker="w2") as room:
        while not examiner.tasks:
            room.service.worker.beaten.wait(1)
        assert status_of(room.settle(left)) == [ClaimStatus.GRANTED]
        assert examiner.tasks[0].claim == Quote("an", 0, 2)


def test_two_pages_cannot_contest_the_same_point(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(b="missing"))) as room:
        before = answered(room, examiner=ExaminerName.RUBRIC)
        room.service.contest(before, 1, "b", 0, 2)
        with pytest.raises(StaleMove):
            room.service.contest(before, 1, "b", 3, 9)


def test_another_grade_of_the_answer_is_one_of_all_its_points(tmp_path: Path) -> None:
    with with_model(tmp_path, GRADED, ungraded(), grade()) as (room, examiner):
        kept = room.settle(room.service.contest(answered(room), 1, "b", 0, 2))
        room.settle(room.service.grade_again(kept, 1))
        assert examiner.tasks[-1].claim is None


def test_claims_go_with_their_interview(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(b="missing"))) as room:
        gone = room.service.contest(answered(room, examiner=ExaminerName.RUBRIC), 1, "b", 0, 2)
        kept = room.service.contest(answered(room, examiner=ExaminerName.RUBRIC), 1, "b", 0, 2)
        room.service.delete(gone.id, owner=gone.owner)
        with room.store.database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(claims)) == 1
        assert status_of(room.read(kept)) == [ClaimStatus.OPEN]
