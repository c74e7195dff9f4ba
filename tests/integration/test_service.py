"""The use cases on a real database: what is kept, what a second click does, what survives."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from interviewer.dialogue.examiner import TalkingExaminer
from interviewer.errors import ConfigError, NotFound
from interviewer.grading.scoring import HINT_COST
from interviewer.interview.flow import AwaitNext, AwaitReply, Finished, next_move
from interviewer.interview.judging import Limits, spending_of
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.interview.service import AnswerTooLong, InExam
from interviewer.models import ExaminerName, Mode, Reason, ReplyKind, Setup, TurnKind, Ungraded, Utterance
from interviewer.records.store import Store
from interviewer.ui.labels import words
from interviewer.ui.render import render
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade, ungraded
from tests.integration.rooms import Clock, open_room

pytestmark = ON_BOTH


def test_a_whole_interview_ends_in_a_report(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(a="missing"), grade(), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "my first answer"))
        assert [turn.kind for turn in interview.turns] == [TurnKind.QUESTION, TurnKind.FOLLOW_UP]
        interview = room.settle(room.service.submit(interview, "more on that"))
        assert next_move(interview) == AwaitNext(last=False)
        interview = room.settle(room.service.submit(room.service.go_on(interview), "my second answer"))
        interview = room.service.go_on(interview)
        assert next_move(interview) == Finished()
        assert [result_of(interview, id).status for id in ("q1", "q2")] == [QuestionStatus.GRADED] * 2


def test_an_answer_is_on_disk_before_submit_returns_and_before_it_is_graded(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None)) as room:
        interview = room.service.submit(room.begin(), "kept\u200b as typed")
        with open_room(tmp_path, ScriptedExaminer(grade()), started=False) as other:
            read = other.read(interview)
        hold.set()
        assert read.turns[0].reply is not None
        assert read.turns[0].reply.text == "kept\u200b as typed"
        assert read.turns[0].pending


def test_what_submit_returns_is_what_the_records_hold(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None)) as room:
        seen = room.begin()
        room.service.save_draft(seen.id, owner=seen.owner, seq=1, text="half an ans")
        returned = room.service.submit(seen, "an answer")
        read = room.read(seen)
        hold.set()
    assert returned == read


def test_an_interview_is_read_as_of_one_moment(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        before, looked = room.begin(), threading.Event()

        @event.listens_for(room.store.database.engine, "after_cursor_execute")
        def answer_after_the_first_look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("SELECT") and not looked.is_set():
                looked.set()
                room.settle(room.service.submit(before, "an answer"))

        assert room.read(before) == before
        assert room.read(before).turns[0].grade


def test_a_turn_that_is_done_is_decoded_once_until_something_is_added_to_it(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(), grade(), grade())) as room:
        interview = room.service.go_on(room.settle(room.service.submit(room.begin(follow_ups=0), "an answer")))
        first, opened = room.read(interview).turns
        assert room.read(interview).turns[0] is first
        room.service.save_draft(interview.id, owner=interview.owner, seq=2, text="half an ans")
        assert room.read(interview).turns == (first, replace(opened, draft="half an ans"))
        room.settle(room.service.grade_again(room.read(interview), 1))
        again = room.read(interview).turns[0]
        assert [record.id for record in again.grades] == [first.grades[0].id, again.grades[1].id]


def test_a_turn_whose_number_comes_again_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade(), grade())) as room:
        first = room.read(room.service.submit(room.begin(), "what somebody said", kind=ReplyKind.UNKNOWN))
        Store(room.store.database).delete(first.id, owner=first.owner)  # another process, of which this one hears nothing
        second = room.service.submit(room.begin(), "what somebody else said", kind=ReplyKind.UNKNOWN)
        said = room.read(second).turns[0].reply
        assert said
        assert said.text == "what somebody else said"


def test_the_id_of_an_interview_never_reads_as_an_option_of_a_command(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        assert all(re.fullmatch("[0-9a-f]{32}", room.begin().id) for _ in range(20))


def test_the_same_click_twice_is_one_answer_and_one_grade(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(grade())
    with open_room(tmp_path, examiner) as room:
        seen = room.begin()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: room.service.submit(seen, "the same"), range(8)))
        interview = room.settle(seen)
        assert len(interview.turns[0].grades) == 1
        assert len(examiner.tasks) == 1


def test_a_second_tab_cannot_overwrite_an_answer(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        seen = room.begin()
        room.service.submit(seen, "from the first tab")
        after = room.service.submit(seen, "from the second tab")
        assert after.turns[0].reply is not None
        assert after.turns[0].reply.text == "from the first tab"


@pytest.mark.parametrize("text", ["下一题", "结束面试", "next question", "end the interview"])
def test_words_never_move_the_dialogue(tmp_path: Path, text: str) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade("missing", "missing", "missing"))) as room:
        interview = room.settle(room.service.submit(room.begin(), text))
        assert interview.turns[0].reply is not None
        assert interview.turns[0].reply.kind is ReplyKind.TEXT
        assert interview.turns[-1].kind is TurnKind.FOLLOW_UP
        assert interview.finished_at is None


@pytest.mark.parametrize("text", ["不会", "没接触过", "I don't know"])
def test_not_knowing_typed_is_an_aside_and_the_turn_stays_open(tmp_path: Path, text: str) -> None:
    examiner = ScriptedExaminer(grade())
    with open_room(tmp_path, TalkingExaminer(examiner)) as room:
        interview = room.settle(room.service.submit(room.begin(), text))
        (turn,) = interview.turns
        assert (turn.reply, turn.grade) == (None, None)
        assert [(aside.utterance, aside.text) for aside in turn.asides] == [(Utterance.UNKNOWN, text)]
        assert next_move(interview) == AwaitReply()
        assert not examiner.tasks


def test_an_exam_moves_on_and_shows_the_next_question(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.settle(room.service.submit(room.begin(mode=Mode.EXAM), "an answer"))
        assert interview.current is not None
        assert interview.current.question_id == "q2"


def test_a_failing_examiner_leaves_the_answer_ungraded_and_the_interview_going(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(ungraded(Reason.QUOTA), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "an answer"))
        assert result_of(interview, "q1").status is QuestionStatus.UNGRADED
        interview = room.service.go_on(interview)
        assert next_move(interview) == AwaitReply()
        interview = room.settle(room.service.grade_again(interview, 1))
        assert result_of(interview, "q1").status is QuestionStatus.GRADED
        assert len(interview.turns[0].grades) == 2


def test_a_crashing_examiner_is_ungraded_not_lost(tmp_path: Path) -> None:
    def crash() -> None:
        raise RuntimeError("a secret answer")

    with open_room(tmp_path, ScriptedExaminer(grade(), before=crash)) as room:
        interview = room.settle(room.service.submit(room.begin(), "an answer"))
        outcome = interview.turns[0].outcome
        assert isinstance(outcome, Ungraded)
        assert outcome.reason is Reason.INTERNAL
        assert "secret" not in outcome.detail


def test_a_grade_is_not_asked_for_twice_while_it_runs(tmp_path: Path) -> None:
    hold = threading.Event()
    examiner = ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None)
    with open_room(tmp_path, examiner) as room:
        interview = room.service.submit(room.begin(), "an answer")
        room.service.grade_again(room.read(interview), 1)
        hold.set()
        assert len(room.settle(interview).turns[0].grades) == 1


def test_a_grade_that_comes_late_is_put_down_and_asks_nothing_more(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(a="missing"), before=lambda: hold.wait(10) and None)) as room:
        interview = room.service.go_on(room.service.submit(room.begin(), "an answer"))
        hold.set()
        interview = room.settle(interview)
        assert [turn.question_id for turn in interview.turns] == ["q1", "q2"]
        assert interview.turns[0].grade is not None


def test_a_killed_workers_grade_is_taken_over_when_its_lease_runs_out(tmp_path: Path) -> None:
    clock = Clock()
    with open_room(tmp_path, ScriptedExaminer(grade()), worker="dead", clock=clock, started=False) as dead:
        interview = dead.service.submit(dead.begin(), "an answer")
        assert dead.queue.claim(clock()) is None
    clock.forward(seconds=11)
    with open_room(tmp_path, ScriptedExaminer(grade()), worker="next", clock=clock, started=False) as room:
        claimed = room.queue.claim(clock())
        assert claimed is not None
        room.service.worker.start()
        room.service.worker.work_on(*claimed)
        assert room.settle(interview).turns[0].grade is not None
        room.service.worker.stop()


def test_two_workers_put_down_one_grade(tmp_path: Path) -> None:
    clock = Clock()
    with open_room(tmp_path, ScriptedExaminer(grade()), clock=clock, started=False) as room:
        interview = room.service.submit(room.begin(), "an answer")
        clock.forward(seconds=11)
        claimed = room.queue.claim(clock())
        assert claimed is not None
        assert [room.queue.complete(claimed[0], grade(), clock()) for _ in range(2)] == [True, False]
        assert len(room.read(interview).turns[0].grades) == 1


def test_a_draft_comes_back_and_an_answered_turn_takes_none(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin()
        assert room.service.save_draft(interview.id, owner="local", seq=1, text="half a sen")
        assert room.read(interview).turns[0].draft == "half a sen"
        room.service.submit(interview, "a whole sentence")
        assert not room.service.save_draft(interview.id, owner="local", seq=1, text="late")


def test_running_out_of_time_hands_in_what_was_typed(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin(minutes=3)
        room.service.save_draft(interview.id, owner="local", seq=1, text="as far as I got")
        room.clock.forward(minutes=3, seconds=6)
        reply = room.service.load(interview.id, owner="local").turns[0].reply
        assert reply is not None
        assert (reply.kind, reply.text) == (ReplyKind.TIMED_OUT, "as far as I got")


def test_an_empty_hand_when_time_runs_out_is_told_apart_from_a_skip(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin(minutes=3)
        room.clock.forward(minutes=4)
        assert result_of(room.service.load(interview.id, owner="local"), "q1").status is QuestionStatus.RAN_OUT


def test_hints_are_counted_and_cost_marks(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin()
        for _ in range(3):
            interview = room.service.show_hint(interview)
        assert interview.turns[0].hints == 2
        assert result_of(room.settle(room.service.submit(interview, "x y z")), "q1").score == 100 - 2 * HINT_COST


def test_the_reference_is_shown_only_after_the_question_is_done(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.service.reveal(room.begin())
        assert not interview.turns[0].revealed
        interview = room.service.reveal(room.settle(room.service.submit(interview, "an answer")))
        assert interview.turns[0].revealed


def test_nobody_reads_or_moves_another_persons_interview(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin()
        with pytest.raises(NotFound):
            room.service.load(interview.id, owner="somebody else")
        with pytest.raises(NotFound):
            room.service.delete(interview.id, owner="somebody else")
        assert not room.service.save_draft(interview.id, owner="somebody else", seq=1, text="x")
        assert room.service.history(owner="somebody else") == ()


def test_deleting_takes_everything_along(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "an answer"))
        room.service.delete(interview.id, owner="local")
        with pytest.raises(NotFound):
            room.service.load(interview.id, owner="local")
        assert room.service.history(owner="local") == ()


def test_deleting_while_a_grade_runs_is_quiet(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(grade(), before=lambda: hold.wait(10) and None)) as room:
        interview = room.service.submit(room.begin(), "an answer")
        room.service.delete(interview.id, owner="local")
        hold.set()
        while room.service.watch(1, seen=10**6, timeout=10) is not None:
            pass
        assert room.service.history(owner="local") == ()


def test_an_answer_beyond_the_limit_is_refused_and_kept_as_the_draft(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin()
        with pytest.raises(AnswerTooLong):
            room.service.submit(interview, "x" * 20_001)
        assert len(room.read(interview).turns[0].draft) == 20_001


def test_what_no_database_can_hold_is_replaced(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.service.submit(room.begin(), "a\x00b\ud800c 🙂")
        assert interview.turns[0].reply is not None
        assert interview.turns[0].reply.text == "a\ufffdb\ufffdc 🙂"


def test_an_interview_keeps_its_questions_when_the_bank_changes(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.begin()
    with open_room(tmp_path, ScriptedExaminer(grade()), questions=()) as room:
        assert room.read(interview).questions["q1"].point("a").weight == 50


def test_the_token_budget_reaches_the_examiner(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(grade())
    with open_room(tmp_path, examiner, limits=Limits(tokens=500)) as room:
        interview = room.settle(room.service.submit(room.begin(), "an answer"))
        room.settle(room.service.submit(room.service.go_on(interview), "another"))
        assert [task.token_budget for task in examiner.tasks] == [500, 380]
        assert spending_of(room.read(interview)).tokens == 240


@pytest.mark.parametrize(("model", "key"), [("", "OPENAI_API_KEY"), ("anthropic:m", "ANTHROPIC_API_KEY"), ("ollama:", "ollama:NAME")])
def test_an_examiner_that_is_not_configured_is_refused_with_the_remedy(tmp_path: Path, model: str, key: str) -> None:
    with (
        open_room(tmp_path, ScriptedExaminer(grade()), model=model) as room,
        pytest.raises(ConfigError, match=rf"INTERVIEWER_MODEL.*{key}"),
    ):
        room.begin(examiner=ExaminerName.LLM)


def test_finishing_early_ends_with_what_was_answered(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "an answer"))
        interview = room.service.finish(interview)
        assert [result_of(interview, id).status for id in ("q1", "q2")] == [QuestionStatus.GRADED, QuestionStatus.NOT_ASKED]


def test_only_questions_that_are_over_are_looked_up_in(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def look_up(_text: str, question_ids: Collection[str], _lang: str, _limit: int) -> tuple[()]:
        asked.append(sorted(question_ids))
        return ()

    with open_room(tmp_path, ScriptedExaminer(grade()), look_up=look_up) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        asked.clear()
        room.service.look_up("Kafka", interview, lang="en")
        room.service.look_up("Kafka", room.service.go_on(interview), lang="en")
        room.begin(mode=Mode.EXAM)
        room.service.look_up("Kafka", interview, lang="en")
    assert asked == [["q1"], ["q1"]]


def test_nothing_that_an_exam_asks_is_asked_beside_it(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        exam = room.service.begin(Setup(mode=Mode.EXAM, question_ids=("q1",)), owner=room.owner)
        with pytest.raises(InExam, match="finish it first"):
            room.service.begin(Setup(question_ids=("q2", "q1")), owner=room.owner)
        assert room.service.begin(Setup(question_ids=("q2",)), owner=room.owner).id
        room.service.finish(exam)
        assert room.service.begin(Setup(question_ids=("q1",)), owner=room.owner).id


def test_a_look_up_without_an_index_says_so_rather_than_that_there_is_nothing(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        interview = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        assert room.service.look_up("Kafka", interview, lang="en") is None
        assert (
            render("passages", "en", later=False, passages=None, topics={}).strip()
            == f'<p class="count">{words("en")["look_up_no_index"]}</p>'
        )
