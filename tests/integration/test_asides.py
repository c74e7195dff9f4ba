"""What is said beside the answer: the turn stays open, nothing is graded, and all of it is in the record."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection

from interviewer.errors import StaleMove
from interviewer.interview.flow import AwaitGrade, AwaitNext, AwaitReply, next_move
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import Aside, AsideReply, Mode, Provenance, Reply, ReplyKind, Usage, Utterance
from interviewer.records.erasure import Eraser
from interviewer.records.search import read_phrases, turns_saying
from interviewer.records.store import MoveWriter, Store
from tests.databases import ON_BOTH, files_of
from tests.examples import START, ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH


def aside(utterance: Utterance = Utterance.CLARIFY, *, reply: str = "the user's side", given: str | None = "latency") -> AsideReply:
    return AsideReply(utterance, reply, Provenance("llm", "a-model"), Usage(30, 5, cost=0.01), given, "")


def test_a_question_back_is_answered_and_the_turn_stays_open(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency?"))
        turn = interview.turns[0]
        assert next_move(interview) == AwaitReply()
        assert (turn.reply, turn.pending, turn.outcome) == (None, False, None)
        assert turn.asides == (Aside(Utterance.CLARIFY, "which latency?", "the user's side", START, "latency", "", "a-model"),)
        assert result_of(interview, "q1").status is QuestionStatus.OPEN
        answered = room.settle(room.service.submit(interview, "an answer"))
        assert answered.turns[0].grade == grade()
        assert answered.turns[0].asides == turn.asides
        assert room.read(answered).turns[0].asides == turn.asides


def test_the_same_question_may_be_asked_twice(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(), aside(reply="as I said"), grade())) as room:
        interview = room.begin()
        for _ in range(2):
            interview = room.settle(room.service.submit(interview, "which latency?"))
        assert [each.reply for each in interview.turns[0].asides] == ["the user's side", "as I said"]


def test_what_was_sent_as_an_aside_does_not_come_back_as_a_draft_that_was_on_its_way(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency?"))
        assert not room.service.save_draft(interview.id, owner=interview.owner, seq=1, text="which latency?")
        assert room.read(interview).turns[0].draft == ""
        assert room.service.save_draft(interview.id, owner=interview.owner, seq=1, text="which latency, then?")
        assert room.read(interview).turns[0].draft == "which latency, then?"


def test_an_aside_uses_up_no_follow_up_and_costs_nothing(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(), grade(b="missing"), aside(), grade())) as room:
        interview = room.begin()
        for text in ("which latency?", "an answer", "what do you mean?", "more"):
            interview = room.settle(room.service.submit(interview, text))
        assert [len(turn.asides) for turn in interview.turns] == [1, 1]
        assert next_move(interview) == AwaitNext(last=False)
        assert result_of(interview, "q1").score == pytest.approx(91.6, abs=0.1)


def test_the_examiner_hears_of_earlier_asides_and_replies(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(aside(), grade())
    with open_room(tmp_path, examiner) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency?"))
        room.settle(room.service.submit(interview, "an answer"))
        assert examiner.tasks[0].asides == ()
        assert [each.text for each in examiner.tasks[1].asides] == ["which latency?"]
        assert examiner.tasks[1].said == ("the user's side",)


def test_what_was_no_answer_is_not_found_as_one(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency?"))
        room.settle(room.service.submit(interview, "an answer"))
        with room.store.database.reading() as connection:
            assert connection.execute(turns_saying(read_phrases("latency"))).all() == []
            assert len(connection.execute(turns_saying(read_phrases("answer"))).all()) == 1


def in_doubt(room: Room) -> tuple[str, str]:
    interview = room.settle(room.service.submit(room.begin(), "latency, users, budget"))
    assert [each.utterance for each in interview.turns[0].asides] == [Utterance.UNSURE]
    return interview.id, interview.owner


def test_of_a_doubtful_message_the_candidate_says_that_it_is_an_answer(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(aside(Utterance.UNSURE), grade())
    with open_room(tmp_path, examiner) as room:
        id, owner = in_doubt(room)
        answered = room.settle(room.service.settle_doubt(room.service.load(id, owner=owner), is_answer=True))
        assert answered.turns[0].reply == Reply(ReplyKind.TEXT, "latency, users, budget", START, Utterance.ANSWER, insisted=True)
        assert answered.turns[0].grade == grade()
        assert answered.turns[0].asides == ()
        assert examiner.tasks[1].heard is not None
        assert (examiner.tasks[1].heard.utterance, examiner.tasks[1].heard.sure) == (Utterance.ANSWER, True)


def test_of_a_doubtful_message_the_candidate_says_that_it_is_a_question(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(aside(Utterance.UNSURE), aside())
    with open_room(tmp_path, examiner) as room:
        id, owner = in_doubt(room)
        asked = room.settle(room.service.settle_doubt(room.service.load(id, owner=owner), is_answer=False))
        assert next_move(asked) == AwaitReply()
        assert [each.utterance for each in asked.turns[0].asides] == [Utterance.CLARIFY]
        again = room.service.settle_doubt(asked, is_answer=True)
        assert again == asked


def test_an_exam_goes_on_only_when_it_is_known_to_be_an_answer(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(Utterance.UNKNOWN), grade())) as room:
        interview = room.settle(room.service.submit(room.begin(mode=Mode.EXAM, follow_ups=0), "I don't know"))
        assert next_move(interview) == AwaitReply()
        assert isinstance(next_move(room.service.load(interview.id, owner="local")), AwaitReply)
        interview = room.settle(room.service.submit(interview, "an answer"))
        assert interview.current is not None
        assert interview.current.question_id == "q2"


def test_who_goes_on_while_a_question_back_is_answered_has_left_the_question(tmp_path: Path) -> None:
    hold = threading.Event()
    with open_room(tmp_path, ScriptedExaminer(aside(), before=lambda: hold.wait(10) and None)) as room:
        interview = room.service.submit(room.begin(), "which latency?")
        assert next_move(interview) == AwaitGrade()
        gone_on = room.service.go_on(interview)
        hold.set()
        after = room.settle(gone_on)
        assert after.current is not None
        assert (after.current.question_id, next_move(after)) == ("q2", AwaitReply())
        assert result_of(after, "q1").status is QuestionStatus.SKIPPED


def test_no_byte_of_a_deleted_aside_is_left(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(aside(reply="zebra7731"))) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency, quixotic4242?"))
        room.service.delete(interview.id, owner=interview.owner)
        assert Eraser(room.store.database, tmp_path).sweep() == 1
        held = b"".join(path.read_bytes() for path in files_of(tmp_path) if path.exists())
        assert [word for word in (b"zebra7731", b"quixotic4242") if word in held] == []


def test_an_aside_is_not_lost_should_somebody_move_the_interview_in_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved, made = Store.move_within, list[int]()

    def move_within(self: Store, connection: Connection, interview_id: str, *, owner: str, version: int) -> MoveWriter:
        made.append(version)
        if len(made) == 2:  # the first closes the turn, the second opens it again
            raise StaleMove("somebody was quicker")
        return moved(self, connection, interview_id, owner=owner, version=version)

    monkeypatch.setattr(Store, "move_within", move_within)
    with open_room(tmp_path, ScriptedExaminer(aside())) as room:
        interview = room.settle(room.service.submit(room.begin(), "which latency?"))
        assert [each.text for each in interview.turns[0].asides] == ["which latency?"]
        assert len(made) == 3
