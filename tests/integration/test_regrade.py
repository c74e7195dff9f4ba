"""`interviewer regrade`: on the records of a running server, through the queue, by either examiner."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.errors import NotFound
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import Bilingual, ExaminerName, Flag, Interview, Outcome, Reason, ReplyKind, Role, Ungraded
from interviewer.operator_access import choose_id
from interviewer.records.codec import decode_outcome, encode_outcome
from interviewer.records.people import PeopleStore
from interviewer.records.store import utc_now
from interviewer.regrade import Regraded, regrade, render_text
from tests.endpoint import ScriptedEndpoint, broken
from tests.examples import Clock, ScriptedExaminer, grade, question, ungraded
from tests.integration.rooms import Room, open_room
from tests.integration.test_command_line import run

ANSWER = "Data comes in through Kafka because it decouples the producers. Flink removes duplicates before features are computed."


def finished(room: Room, *, answers: tuple[str | None, ...] = ("one", "two"), **setup: object) -> Interview:
    """An interview without follow-ups and with these answers, None for a skipped question."""
    interview = room.begin(**{"follow_ups": 0, **setup})
    for text in answers:
        kind = ReplyKind.SKIPPED if text is None else ReplyKind.TEXT
        interview = room.service.go_on(room.settle(room.service.submit(interview, text or "", kind=kind)))
    return room.service.finish(interview)


def fail(_seconds: float) -> None:
    raise AssertionError("there is nothing to wait for")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Room]:
    """A server at work on the data folder."""
    with open_room(tmp_path / "data", ScriptedExaminer(grade(a="missing")), clock=Clock(utc_now())) as room:
        yield room


def folder_of(room: Room) -> Path:
    """Where its database lies."""
    assert room.store.database.file is not None
    return room.store.database.file.parent


def again(room: Room, interview: Interview, *outcomes: Outcome, pause: Callable[[float], None] = fail, **chosen: str) -> list[Regraded]:
    """Grade the interview again from another process's service on the server's records."""
    with open_room(folder_of(room), ScriptedExaminer(*outcomes), worker="command", clock=room.clock) as other:
        return list(regrade(other.service, interview, pause=pause, **chosen))


# ---------------------------------------------------------------- what it does to the records


def test_every_answer_gets_one_more_grade_beside_a_server_and_the_latest_counts(server: Room) -> None:
    interview = finished(server)
    before = [turn.grades for turn in interview.turns]

    done = again(server, interview, grade())

    after = server.read(interview)
    assert [turn.grades[:-1] for turn in after.turns] == before
    assert [len(turn.grades) for turn in after.turns] == [2, 2]
    assert [(each.number, each.before.score, each.after.score) for each in done] == [
        (1, result_of(interview, "q1").score, 100.0),
        (2, result_of(interview, "q2").score, 100.0),
    ]
    assert result_of(after, "q1").score == 100.0
    assert not any(turn.pending for turn in after.turns)


def test_a_follow_ups_answer_is_graded_again_with_its_question(server: Room) -> None:
    interview = server.settle(server.service.submit(server.begin(), "one"))
    interview = server.settle(server.service.submit(interview, "more"))

    done = again(server, server.service.finish(interview), grade())

    assert [[seq for seq, _ in each.given] for each in done] == [[1, 2]]


@pytest.mark.parametrize("named", ["2", "q2"])
def test_one_question_alone_is_graded_again(server: Room, named: str) -> None:
    interview = finished(server)

    done = again(server, interview, grade(), question=named)

    assert [each.after.question.id for each in done] == ["q2"]
    assert [len(turn.grades) for turn in server.read(interview).turns] == [1, 2]


def test_an_ungraded_answer_is_graded_and_a_skipped_one_is_left_alone(tmp_path: Path) -> None:
    with open_room(tmp_path / "data", ScriptedExaminer(ungraded(Reason.QUOTA))) as room:
        interview = finished(room, answers=("one", None))

        done = again(room, interview, grade())

        assert [(each.number, each.before.score, each.after.score) for each in done] == [(1, None, 100.0)]
        assert result_of(room.read(interview), "q2").status is QuestionStatus.SKIPPED


def test_a_new_try_that_fails_is_kept_and_the_old_grade_stands(server: Room) -> None:
    interview = finished(server, answers=("one",), question_ids=("q1",))

    done = again(server, interview, ungraded(Reason.TIMEOUT))

    turn = server.read(interview).turns[0]
    assert (len(turn.grades), turn.grade) == (2, interview.turns[0].grade)
    assert isinstance(turn.grades[1].outcome, Ungraded)
    assert (done[0].complete, done[0].after.score) == (False, done[0].before.score)
    assert not done[0].after.incomplete
    assert "did not answer in time" in render_text(done[0], "en")


def test_the_question_as_it_was_asked_is_judged_whatever_the_bank_says_now(server: Room) -> None:
    interview = finished(server, answers=("one",), question_ids=("q1",))
    changed = replace(question("q1"), version=9, reference=Bilingual("新", "new"))
    examiner = ScriptedExaminer(grade())

    with open_room(folder_of(server), examiner, worker="command", questions=(changed,), clock=server.clock) as other:
        list(regrade(other.service, interview))

    assert [task.question for task in examiner.tasks] == [question("q1")]


def test_a_grade_that_the_server_is_at_is_waited_for_and_not_doubled(tmp_path: Path) -> None:
    hold, waited = threading.Event(), list[float]()
    with open_room(tmp_path / "data", ScriptedExaminer(grade(a="missing"), before=lambda: hold.wait(10) and None)) as room:
        interview = room.service.submit(room.begin(follow_ups=0), "one")

        def pause(seconds: float) -> None:
            waited.append(seconds)
            hold.set()
            room.settle(interview)

        again(room, interview, grade(), pause=pause)

        assert waited
        assert [record.outcome for record in room.read(interview).turns[0].grades] == [grade(a="missing"), grade()]


def test_an_interview_that_moves_on_meanwhile_is_read_again(server: Room) -> None:
    """The first request is made on a state that a candidate's click has just left behind."""
    interview = finished(server, answers=("one",))
    with open_room(folder_of(server), ScriptedExaminer(grade()), worker="command") as other:
        read, clicks = other.service.read, ["hint"]

        def read_then_click(interview_id: str, *, owner: str) -> Interview:
            seen = read(interview_id, owner=owner)
            if clicks:
                clicks.clear()
                with server.store.move(seen.id, owner=seen.owner, version=seen.version) as move:
                    move.set_hints(seen.turns[0].id, 0)
            return seen

        other.service.read = read_then_click  # type: ignore[method-assign]
        list(regrade(other.service, interview, pause=lambda _seconds: None))

    assert len(server.read(interview).turns[0].grades) == 2


# ---------------------------------------------------------------- finding the interview


def test_the_beginning_of_an_id_is_enough_while_it_is_the_only_one() -> None:
    assert choose_id(["xyz1"], "xyz1") == choose_id(["xyz1"], "x") == "xyz1"
    assert choose_id(["abc1", "abc2", "abc"], "abc") == "abc"
    with pytest.raises(NotFound, match="2 interviews begin with"):
        choose_id(["abc1", "abc2"], "abc")
    for unknown in ("zzzz", "", "ABC"):
        with pytest.raises(NotFound, match="no such interview"):
            choose_id(["abc1", "abc2"], unknown)


@pytest.mark.parametrize("command", ["regrade", "export"])
def test_the_operator_names_any_interview_and_the_audit_log_tells(server: Room, tmp_path: Path, command: str) -> None:
    people = PeopleStore(server.store.database)
    server.owner = people.add("Ann", role=Role.CANDIDATE, now=server.clock()).id
    interview = finished(server)
    done = run(tmp_path, command, interview.id[:8])
    assert (done.returncode, done.stderr) == (0, "")
    (entry,) = people.audit.search(9)
    assert (entry.actor_id, entry.action, entry.subject) == (
        "operator",
        {"regrade": "grade_again", "export": "export"}[command],
        interview.id,
    )
    assert run(tmp_path, command, "z" + interview.id[:7]).returncode == 1


# ---------------------------------------------------------------- as a command


def test_the_command_works_beside_a_server(server: Room, tmp_path: Path) -> None:
    interview = finished(server, answers=(ANSWER, None))

    done = run(tmp_path, "regrade", interview.id[:8], "--json")

    told = json.loads(done.stdout)
    (asked,) = told["questions"]
    grades = server.read(interview).turns[0].grades
    assert (done.returncode, told["interview"], told["examiner"]) == (0, interview.id, "rubric")
    assert (asked["question"], asked["old"]) == ("q1", result_of(interview, "q1").score)
    assert asked["new"] == result_of(server.read(interview), "q1").score
    assert decode_outcome({key: value for key, value in asked["answers"][0].items() if key not in ("turn", "at")}) == grades[1].outcome
    assert len(grades) == 2


def test_the_command_says_what_is_wrong_and_changes_nothing(server: Room, tmp_path: Path) -> None:
    interview, empty = finished(server), server.begin()
    for arguments, remedy in [
        (("no-such-id",), "no such interview → "),
        ((interview.id, "--examiner", "llm"), "set INTERVIEWER_MODEL"),
        ((interview.id, "--question", "7"), "use 1 to 2 or one of: q1, q2"),
        ((empty.id,), "there is no answer to grade"),
    ]:
        done = run(tmp_path, "regrade", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert remedy in done.stderr
        assert "Traceback" not in done.stderr
    assert [len(turn.grades) for turn in server.read(interview).turns] == [1, 1]


def test_the_language_model_judges_again_with_samples_and_a_second_opinion(server: Room, tmp_path: Path) -> None:
    interview = finished(server, answers=(ANSWER,), lang="en", question_ids=("q1",))
    extras = {"INTERVIEWER_LLM_SAMPLES": "3", "INTERVIEWER_SECOND_OPINION": "rubric"}

    with ScriptedEndpoint() as endpoint:
        model = {"OPENAI_BASE_URL": endpoint.base_url, "INTERVIEWER_MODEL": "scripted"}
        done = run(tmp_path, "regrade", interview.id, "--examiner", "llm", **model, **extras)

    new = server.read(interview).turns[0].grade
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(" 1  q1")
    assert new is not None
    assert (new.provenance.examiner, new.provenance.samples, new.usage.calls) == ("llm", 3, 3)
    assert new.disagreement == 0.0
    assert new.second_opinion is not None
    assert new.second_opinion.provenance.examiner == ExaminerName.RUBRIC.value
    assert len(endpoint.requests) == 3
    assert "reference q1" in endpoint.requests[0].prompt


def test_an_endpoint_that_fails_is_told_and_the_old_grade_stands(server: Room, tmp_path: Path) -> None:
    interview = finished(server, answers=(ANSWER,), lang="en", question_ids=("q1",))

    with ScriptedEndpoint(then=lambda _request: broken(401)) as endpoint:
        model = {"OPENAI_BASE_URL": endpoint.base_url, "INTERVIEWER_MODEL": "scripted", "OPENAI_API_KEY": "sk-wrong"}
        done = run(tmp_path, "regrade", interview.id, "--examiner", "llm", **model)

    assert done.returncode == 1
    assert "OPENAI_API_KEY" in done.stdout
    assert server.read(interview).turns[0].grade == interview.turns[0].grade


# ---------------------------------------------------------------- records of before


def test_a_grade_from_before_these_settings_can_still_be_read() -> None:
    stored = encode_outcome(grade())
    for new in ("disagreement", "second_opinion"):
        del stored[new]
    del stored["provenance"]["samples"]

    assert decode_outcome(stored) == grade()


def test_a_doubtful_grade_is_marked(server: Room) -> None:
    interview = finished(server, answers=("one",), question_ids=("q1",))

    (done,) = again(server, interview, replace(grade(), flags=(Flag.LOW_CONFIDENCE,)))

    assert "low confidence" in render_text(done, "en")
    assert done.complete
