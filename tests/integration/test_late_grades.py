"""A model that fails: the answer waits, is tried again, somebody may stand in, and the interview goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.interview.flow import AwaitNext, AwaitReply, Probe, next_move
from interviewer.interview.judging import Limits, spending_of
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.interview.retrying import COSTLY_TRIES, LAST_STRAW, RetryPlan
from interviewer.interview.worker import MAX_CLAIMS
from interviewer.models import ExaminerName, Grade, Interview, Mode, Outcome, Reason, TurnKind, Ungraded, Usage
from interviewer.regrade import regrade, render_text
from interviewer.ui.exports import EXPORTS, export_markdown
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from interviewer.ui.words_grading import tell_waiting
from tests.databases import ON_BOTH
from tests.examples import Clock, ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

DOWN = ungraded(Reason.UNREACHABLE)


def by_model(**findings: str) -> Grade:
    found = grade(**findings)
    return replace(found, provenance=replace(found.provenance, examiner="llm"))


@contextmanager
def on_model(
    folder: Path, *outcomes: Outcome, offline: ScriptedExaminer | None = None, clock: Clock | None = None, plan: RetryPlan | None = None,
    limits: Limits | None = None,
) -> Iterator[tuple[Room, ScriptedExaminer]]:  # fmt: skip
    """A room with a model that gives these outcomes. Nobody looks into the queue by himself: `again` does."""
    model = ScriptedExaminer(*outcomes)
    with open_room(
        folder, model, examiner_name=ExaminerName.LLM, offline=offline or ScriptedExaminer(grade(b="missing")), clock=clock, plan=plan, limits=limits
    ) as room:  # fmt: skip
        # The heart looks into the queue once at the start; after that it stops, and the test says when the queue is looked at.
        room.service.worker._stopping.set()
        assert room.service.worker._heart is not None
        room.service.worker._heart.join()
        room.service.worker._stopping.clear()
        yield room, model


def begin(room: Room, **changes: object) -> Interview:
    return room.begin(examiner=ExaminerName.LLM, **changes)


def again(room: Room, interview: Interview) -> Interview:
    """Work off what is due now."""
    while claimed := room.queue.claim(room.clock()):
        room.service.worker.work_on(*claimed)
        while room.service.watch(claimed[1], seen=10**6, timeout=10) is not None:
            pass
    return room.read(interview)


def test_an_answer_waits_with_the_reason_and_is_graded_when_the_model_is_back(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, DOWN, by_model()) as (room, model):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        waiting = interview.turns[0].waiting
        assert waiting is not None
        assert (waiting.reason, waiting.tries, (waiting.not_before - room.clock()).total_seconds()) == (Reason.UNREACHABLE, 1, 15)
        assert result_of(interview, "q1").status is QuestionStatus.PENDING
        assert interview.turns[0].grades == ()
        assert again(room, interview) == interview
        room.clock.forward(seconds=16)
        assert again(room, interview).turns[0].waiting.tries == 2  # type: ignore[union-attr]
        room.clock.forward(seconds=30)
        assert len(model.tasks) == 2
        room.clock.forward(seconds=31)
        interview = again(room, interview)
        assert (interview.turns[0].grade, interview.turns[0].pending, interview.turns[0].waiting) == (by_model(), False, None)
        assert len(interview.turns[0].grades) == 1


def test_the_next_question_can_be_asked_meanwhile_and_the_grade_arrives_later(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model(a="missing")) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        assert next_move(interview) == AwaitNext(last=False)
        interview = room.service.go_on(interview)
        assert next_move(interview) == AwaitReply()
        room.clock.forward(seconds=16)
        interview = again(room, interview)
        assert [turn.question_id for turn in interview.turns] == ["q1", "q2"]
        assert interview.turns[0].grade is not None


def test_an_exam_does_not_wait_for_a_model_that_is_down(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, _):
        interview = room.settle(room.service.submit(begin(room, mode=Mode.EXAM), "an answer"))
        assert interview.current is not None
        assert interview.current.question_id == "q2"


def test_a_whole_interview_ends_on_a_model_that_is_down_and_is_graded_afterwards(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room, mode=Mode.EXAM), "one"))
        interview = room.settle(room.service.submit(interview, "two"))
        assert interview.finished_at is not None
        room.clock.forward(seconds=16)
        interview = again(room, interview)
        assert [result_of(interview, id).status for id in ("q1", "q2")] == [QuestionStatus.GRADED] * 2


def test_a_person_can_try_again_at_once(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        interview = room.settle(room.service.grade_again(interview, 1))
        assert interview.turns[0].grade == by_model()
        assert len(interview.turns[0].grades) == 1


def test_trying_again_while_it_is_being_tried_makes_no_second_call(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model()) as (room, model):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        room.clock.forward(seconds=16)
        assert room.queue.claim(room.clock()) is not None
        after = room.service.grade_again(interview, 1)
        assert after.turns[0].waiting is not None
        assert after.turns[0].waiting.running
        assert len(model.tasks) == 1


@pytest.mark.parametrize("reason", [reason for reason in Reason if not reason.retryable])
def test_what_somebody_has_to_mend_is_ungraded_at_once_and_can_be_graded_by_hand(tmp_path: Path, reason: Reason) -> None:
    with on_model(tmp_path, ungraded(reason), by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        turn = interview.turns[0]
        assert (turn.pending, turn.waiting, turn.failure) == (False, None, reason)
        assert result_of(interview, "q1").reason is reason
        assert room.settle(room.service.grade_again(interview, 1)).turns[0].grade == by_model()


def test_after_the_hours_that_are_set_it_ends_with_the_reason_and_can_be_graded_by_hand(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, DOWN, DOWN, by_model(), plan=RetryPlan(80 / 3600, lambda: 0.0)) as (room, model):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        for _ in range(5):
            room.clock.forward(minutes=20)
            interview = again(room, interview)
        assert len(model.tasks) == LAST_STRAW
        assert result_of(interview, "q1").status is QuestionStatus.UNGRADED
        assert isinstance(interview.turns[0].outcome, Ungraded)
        assert room.settle(room.service.grade_again(interview, 1)).turns[0].grade == by_model()


def test_what_failed_tries_took_counts_against_the_budget(tmp_path: Path) -> None:
    junk = replace(ungraded(Reason.UNPARSABLE), usage=Usage(100, 50, cost=0.25))
    with on_model(tmp_path, junk, junk, by_model(), limits=Limits(tokens=1000)) as (room, model):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        assert (spending_of(interview).tokens, spending_of(interview).cost) == (150, 0.25)
        for _ in range(2):
            room.clock.forward(seconds=61)
            interview = again(room, interview)
        assert [task.token_budget for task in model.tasks] == [1000, 850, 700]
        assert spending_of(interview).tokens == 300 + 120


def test_a_model_that_is_not_configured_any_more_leaves_old_answers_ungraded_with_the_remedy(tmp_path: Path) -> None:
    clock = Clock()
    with on_model(tmp_path, DOWN, clock=clock) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
    clock.forward(seconds=16)
    with open_room(tmp_path, ScriptedExaminer(grade()), clock=clock, started=False, model="anthropic:m") as room:
        assert room.queue.claim(clock(), [ExaminerName.RUBRIC]) is None  # another process may have the model
        clock.forward(hours=2)
        room.service.worker.start()
        again(room, interview)
        settled = room.settle(interview)
        assert result_of(settled, "q1").reason is Reason.NOT_CONFIGURED
        assert "ANTHROPIC_API_KEY" in export_markdown(settled, (), "en")
        room.service.worker.stop()


def test_another_grade_of_a_graded_answer_that_fails_is_told_at_once_and_the_old_one_stands(tmp_path: Path) -> None:
    with on_model(tmp_path, by_model(), DOWN) as (room, _):
        interview = room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
        turn = room.settle(room.service.grade_again(interview, 1)).turns[0]
        assert (turn.grade, turn.pending, len(turn.grades)) == (by_model(), False, 2)


# ------------------------------------------------------------ standing in


def test_the_offline_examiner_stands_in_if_allowed_and_the_models_grade_replaces_it(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model(c="partial")) as (room, _):
        interview = room.settle(room.service.submit(begin(room, stand_in=True, follow_ups=0), "an answer"))
        turn = interview.turns[0]
        assert turn.grade is not None
        assert turn.grade.provenance.stand_in
        assert (turn.pending, turn.failure) == (True, Reason.UNREACHABLE)
        assert result_of(interview, "q1").status is QuestionStatus.GRADED
        room.clock.forward(seconds=16)
        turn = again(room, interview).turns[0]
        assert (turn.grade, turn.pending, turn.failure) == (by_model(c="partial"), False, None)
        assert [record.outcome.provenance.stand_in for record in turn.grades] == [True, False]


def test_nobody_stands_in_unless_allowed(tmp_path: Path) -> None:
    offline = ScriptedExaminer(grade())
    with on_model(tmp_path, DOWN, offline=offline) as (room, _):
        assert room.settle(room.service.submit(begin(room), "an answer")).turns[0].grade is None
        assert not offline.tasks


def test_the_dialogue_goes_on_with_the_stand_ins_follow_up(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room, stand_in=True), "an answer"))
        assert [turn.kind for turn in interview.turns] == [TurnKind.QUESTION, TurnKind.FOLLOW_UP]
        room.clock.forward(seconds=16)
        interview = again(room, interview)
        assert interview.turns[0].grade == by_model()
        assert next_move(interview) == AwaitReply()


def test_one_stand_in_is_enough_however_often_the_model_fails(tmp_path: Path) -> None:
    offline = ScriptedExaminer(grade())
    with on_model(tmp_path, DOWN, offline=offline) as (room, _):
        interview = room.settle(room.service.submit(begin(room, stand_in=True), "an answer"))
        for _ in range(4):
            room.clock.forward(minutes=20)
            interview = again(room, interview)
        assert len(interview.turns[0].grades) == len(offline.tasks) == 1


def test_a_stand_in_can_be_asked_for_by_hand_while_waiting_and_after_a_final_failure(tmp_path: Path) -> None:
    for reason in (Reason.TIMEOUT, Reason.WRONG_KEY):
        with on_model(tmp_path, ungraded(reason), by_model()) as (room, _):
            interview = room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
            for _ in range(2):
                interview = room.service.stand_in(interview, 1)
            assert [isinstance(record.outcome, Grade) for record in interview.turns[0].grades].count(True) == 1
            assert interview.turns[0].failure is reason
            assert room.settle(room.service.grade_again(interview, 1)).turns[0].grade == by_model()


def test_a_stand_in_never_comes_after_the_models_grade(tmp_path: Path) -> None:
    with on_model(tmp_path, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room), "an answer"))
        assert not room.queue.stand_in(interview.turns[0].id, grade(), room.clock())
        assert room.service.stand_in(interview, 1).turns[0].grade == by_model()


def test_another_examiner_that_a_person_asks_for_takes_the_place_of_the_one_that_waits(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, model):
        interview = room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
        interview = room.settle(room.service.grade_again(interview, 1, examiner=ExaminerName.RUBRIC))
        assert interview.turns[0].grade == grade(b="missing")
        assert not interview.turns[0].pending
        room.clock.forward(hours=1)
        again(room, interview)
        assert len(model.tasks) == 1


def test_who_has_read_the_reference_is_not_probed_by_a_late_grade(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model(a="missing")) as (room, _):
        interview = room.service.reveal(room.settle(room.service.submit(begin(room), "an answer")))
        room.clock.forward(seconds=16)
        interview = again(room, interview)
        assert interview.turns[0].grade is not None
        assert not isinstance(next_move(interview), Probe)


# ------------------------------------------------------------ the endpoint as a whole


def test_an_endpoint_that_is_down_is_not_asked_for_every_waiting_answer(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, model):
        for _ in range(8):
            room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
        assert len(model.tasks) == LAST_STRAW


def test_when_it_is_back_all_who_wait_are_graded_without_sitting_out_their_pauses(tmp_path: Path) -> None:
    with on_model(tmp_path, *[DOWN] * 6, by_model()) as (room, _):
        begun = [room.settle(room.service.submit(begin(room, follow_ups=0), "an answer")) for _ in range(6)]
        for _ in range(4):
            room.clock.forward(minutes=20)
            for interview in begun:
                again(room, interview)
        assert all(room.read(interview).turns[0].grade == by_model() for interview in begun)


def test_a_person_who_tries_again_by_hand_is_never_turned_away(tmp_path: Path) -> None:
    with on_model(tmp_path, *[ungraded(Reason.WRONG_KEY)] * LAST_STRAW, by_model()) as (room, model):
        begun = [room.settle(room.service.submit(begin(room, follow_ups=0), "an answer")) for _ in range(LAST_STRAW + 1)]
        assert len(model.tasks) == LAST_STRAW
        assert begun[-1].turns[0].failure is Reason.WRONG_KEY
        assert room.settle(room.service.grade_again(begun[-1], 1)).turns[0].grade == by_model()


# ------------------------------------------------------------ what people are told


def test_a_person_at_a_terminal_is_not_kept_waiting_and_the_request_stays(tmp_path: Path) -> None:
    with on_model(tmp_path, ungraded(Reason.QUOTA), DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
        done = list(regrade(room.service, interview))
        assert [question.complete for question in done] == [False]
        assert "cannot be reached" in render_text(done[0], "en")
        assert room.read(interview).turns[0].waiting is not None


def test_report_and_files_name_the_stand_in_and_keep_both_grades(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model()) as (room, _):
        interview = room.settle(room.service.submit(begin(room, stand_in=True, follow_ups=0, lang="en"), "an answer"))
        for ending in ("md", "html"):
            assert "standing in" in EXPORTS[ending][0](interview, (), "en")
        assert json.loads(EXPORTS["json"][0](interview, (), "en"))["turns"][0]["grades"][0]["provenance"]["stand_in"] is True
        room.clock.forward(seconds=16)
        interview = again(room, interview)
        assert "standing in" not in EXPORTS["html"][0](interview, (), "en")
        assert len(json.loads(EXPORTS["json"][0](interview, (), "en"))["turns"][0]["grades"]) == 2


def test_a_waiting_answer_says_why_when_and_what_can_be_done(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN) as (room, _):
        interview = room.settle(room.service.submit(begin(room, follow_ups=0), "an answer"))
        catalogue = Catalogue(room.service.bank, (ExaminerName.RUBRIC, ExaminerName.LLM), ExaminerName.LLM, "m")
        stage = draw_interview(interview, room.service, catalogue, "en").stage
        assert all(words in stage for words in ("cannot be reached", "Try again now", "Use the offline examiner for now", "data-waiting"))
        report = draw_interview(room.service.finish(interview), room.service, catalogue, "en").report
        assert all(words in report for words in ("cannot be reached", 'data-act="regrade"', 'data-act="stand_in"', "data-waiting"))
        waiting = interview.turns[0].waiting
        assert waiting is not None
        assert tell_waiting(waiting, "en", room.clock()).endswith(
            "the next try is in about 15 s. You need not wait; the grade is added when it comes."
        )
        assert "正在重试" in tell_waiting(replace(waiting, running=True), "zh", room.clock())


def submit_to_nobody(room: Room) -> Interview:
    """An answer whose request is claimed, but not worked on: its worker was killed."""
    worker = room.service.worker
    worker._pool, pool = None, worker._pool
    try:
        return room.service.submit(begin(room), "an answer")
    finally:
        worker._pool = pool


def claim_in_vain(room: Room, times: int) -> tuple[str, int]:
    """So many workers take the request over and are killed, the last one is not; what that one has claimed."""
    for _ in range(times):
        room.clock.forward(minutes=20)
        claimed = room.queue.claim(room.clock())
        assert claimed
    return claimed


def test_an_answer_whose_workers_were_killed_again_and_again_is_put_off_and_then_graded(tmp_path: Path) -> None:
    with on_model(tmp_path, by_model()) as (room, model):
        interview = submit_to_nobody(room)
        claim_in_vain(room, MAX_CLAIMS)
        room.clock.forward(seconds=10)

        put_off = again(room, interview).turns[0]
        assert (put_off.waiting and put_off.waiting.reason, put_off.grades, len(model.tasks)) == (Reason.INTERRUPTED, (), 0)

        room.clock.forward(minutes=1)
        assert again(room, interview).turns[0].grade is not None


def test_an_answer_that_kills_every_worker_is_given_up_in_the_end(tmp_path: Path) -> None:
    with on_model(tmp_path, by_model()) as (room, model):
        interview = submit_to_nobody(room)
        for _ in range(COSTLY_TRIES):
            request_id, turn_id = claim_in_vain(room, MAX_CLAIMS + 1)
            room.service.worker.work_on(request_id, turn_id)
            while room.service.watch(turn_id, seen=10**6, timeout=10) is not None:
                pass

        result = result_of(room.read(interview), "q1")
        assert (result.status, result.reason, len(model.tasks)) == (QuestionStatus.UNGRADED, Reason.INTERRUPTED, 0)
