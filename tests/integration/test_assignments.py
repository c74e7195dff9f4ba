"""Assignments on both databases: who has them, when they can be begun, what is late, and what a coach sees of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.authoring.refusal import NotReady
from interviewer.cohort.assignments import CannotBegin
from interviewer.errors import NotFound, StaleMove
from interviewer.models import Bilingual, Mode, ReplyKind, Role
from interviewer.models.assigned_work import Conduct
from interviewer.models.assignments import Closed, Stage, Task
from interviewer.records.accounts import Accounts
from interviewer.records.assignment_tables import assignment_people, assignments, conduct
from interviewer.records.erasure import Eraser
from interviewer.records.groups import GroupStore
from tests import databases
from tests.databases import ON_BOTH
from tests.integration.classes import Class, open_class

pytestmark = ON_BOTH


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Class]:
    with open_class(tmp_path) as opened:
        yield opened


def titles(room: Class, name: str) -> list[str]:
    return [own.assignment.task.title for own in room.assignments.own(getattr(room.desk, name))]


def test_a_group_has_it_as_far_as_the_coach_coaches_it_and_whoever_joins_later_has_it_too(room: Class) -> None:
    room.give()
    assert titles(room, "ann") == ["Week 1"]
    assert titles(room, "bob") == titles(room, "abe") == []
    room.desk.people.set_group(room.desk.abe.id, "red", now=room.desk.room.clock())
    assert titles(room, "abe") == ["Week 1"]
    room.give(room.admin, title="For all of red")
    assert titles(room, "bob") == ["For all of red"]


def test_some_people_can_be_chosen_instead_but_only_ones_own(room: Class) -> None:
    room.give(group="", chosen=(room.desk.abe.id,))
    assert titles(room, "abe") == ["Week 1"]
    assert titles(room, "ann") == []
    with pytest.raises(NotReady, match="not your candidates"):
        room.give(group="", chosen=(room.desk.bob.id,))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"question_ids": ()}, "no question"),
        ({"question_ids": ("q1", "gone")}, "not in the bank"),
        ({"group": "nobody's"}, "nobody"),
        ({"attempts": 0}, "attempts"),
        ({"minutes": 4}, "mode"),
        ({"mode": Mode.DRILL}, "mode"),
    ],
)
def test_what_is_wrong_with_a_task_is_told_and_nothing_is_given(room: Class, wrong: dict[str, object], told: str) -> None:
    with pytest.raises(NotReady, match=told):
        room.give(**wrong)
    assert room.assignments.boards(room.desk.coach) == ((), False)


def test_a_deadline_lies_ahead_and_after_the_opening(room: Class) -> None:
    with pytest.raises(NotReady, match="over already"):
        room.give(due_at=room.in_days(-1))
    with pytest.raises(NotReady, match="before the opening"):
        room.give(opens_at=room.in_days(3))


def test_the_interview_has_the_settings_of_the_assignment_and_counts_as_an_attempt(room: Class) -> None:
    given = room.give(mode=Mode.EXAM, minutes=5, question_ids=("q2",), lang="en")
    held = room.assignments.begin(room.desk.ann, given, "zh")
    assert (held.setup.mode, held.setup.minutes, held.setup.lang, held.setup.question_ids) == (Mode.EXAM, 5, "en", ("q2",))
    assert held.work is not None
    assert (held.work.title, held.work.due_at) == ("Week 1", room.in_days(2))
    assert room.assignments.begin(room.desk.ann, given, "en").id == held.id, "the one that runs goes on"
    room.desk.room.service.finish(held)
    with pytest.raises(CannotBegin) as refused:
        room.assignments.begin(room.desk.ann, given, "en")
    assert refused.value.why is Closed.NONE_LEFT


def test_a_deleted_interview_was_an_attempt_all_the_same(room: Class) -> None:
    given = room.give()
    held = room.hand_in(given, room.desk.ann)
    room.desk.room.service.delete(held.id, owner=room.desk.ann.id)
    own = room.assignments.own_one(room.desk.ann, given)
    assert (own.begun, own.left, own.held) == (1, 0, ())


def test_of_two_who_begin_at_once_with_one_attempt_left_one_does(room: Class) -> None:
    given = room.give()
    began: list[str] = []

    def begin() -> None:
        try:
            began.append(room.assignments.begin(room.desk.ann, given, "zh").id)
        except StaleMove:
            began.append("refused")

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(began) - {"refused"}) == 1
    assert room.assignments.own_one(room.desk.ann, given).begun == 1


def test_it_begins_no_sooner_than_it_opens_and_not_after_the_deadline(room: Class) -> None:
    given = room.give(opens_at=room.in_days(1))
    with pytest.raises(CannotBegin, match="not_open"):
        room.assignments.begin(room.desk.ann, given, "zh")
    room.desk.room.clock.forward(hours=25)
    assert room.assignments.own_one(room.desk.ann, given).closed(room.desk.room.clock()) is None
    room.desk.room.clock.forward(hours=24)
    with pytest.raises(CannotBegin, match="past"):
        room.assignments.begin(room.desk.ann, given, "zh")


def test_an_answer_after_the_deadline_is_kept_and_late_unless_the_deadline_was_extended(room: Class) -> None:
    given = room.give()
    room.assignments.begin(room.desk.ann, given, "zh")
    room.desk.room.clock.forward(hours=49)
    held = room.hand_in(given, room.desk.ann)
    assert [held.is_late(turn) for turn in held.turns] == [True, True]
    (row,) = room.assignments.board(room.desk.coach, given).rows
    assert (row.late, row.stage) == (True, Stage.TO_REVIEW)
    room.assignments.extend(room.desk.coach, given, room.desk.ann.id, until=room.in_days(1))
    again = room.desk.room.read(held)
    assert [again.is_late(turn) for turn in again.turns] == [False, False]
    assert not room.assignments.board(room.desk.coach, given).rows[0].late


def test_what_the_clock_closed_counts_by_when_it_was_asked(room: Class) -> None:
    given = room.give(minutes=3, question_ids=("q1",))
    held = room.assignments.begin(room.desk.ann, given, "zh")
    room.desk.room.clock.forward(hours=50)
    held = room.desk.room.service.load(held.id, owner=room.desk.ann.id)
    assert held.turns[0].reply is not None
    assert held.turns[0].reply.kind is ReplyKind.RAN_OUT
    assert not held.is_late(held.turns[0])
    assert not room.assignments.board(room.desk.coach, given).rows[0].late


def test_it_is_changed_until_somebody_begins_and_then_only_its_deadline(room: Class) -> None:
    given, coach = room.give(), room.desk.coach
    seen = room.assignments.find(coach, given)
    task = Task(title="Other", question_ids=("q2",), group="red", due_at=room.in_days(3))
    room.assignments.change(coach, seen, task)
    with pytest.raises(StaleMove):
        room.assignments.change(coach, seen, task)
    room.assignments.begin(room.desk.ann, given, "zh")
    seen = room.assignments.find(coach, given)
    assert (seen.task.title, seen.task.question_ids, seen.begun) == ("Other", ("q2",), True)
    with pytest.raises(StaleMove, match="begun"):
        room.assignments.change(coach, seen, task)
    with pytest.raises(NotReady, match="moved forward"):
        room.assignments.postpone(coach, seen, room.in_days(1))
    room.assignments.postpone(coach, seen, room.in_days(5))
    assert room.assignments.own_one(room.desk.ann, given).due_at == room.in_days(5)


def test_an_extension_survives_a_change_of_the_assignment(room: Class) -> None:
    given, coach = room.give(), room.desk.coach
    room.assignments.extend(coach, given, room.desk.ann.id, until=room.in_days(9))
    seen = room.assignments.find(coach, given)
    room.assignments.change(coach, seen, replace(seen.task, group="", chosen=(room.desk.ann.id,), title="Other"))
    own = room.assignments.own_one(room.desk.ann, given)
    assert (own.assignment.task.title, own.due_at) == ("Other", room.in_days(9))


def test_everybody_is_asked_what_was_given_although_the_set_changes(room: Class) -> None:
    sets, coach = room.assignments.checks.sets, room.desk.coach
    made = sets.save(coach, name=Bilingual("套", "Set"), mode=Mode.EXAM, question_ids=("q1", "q2"))
    given = room.give(set_id=made.id, question_ids=room.assignments.checks.question_ids(coach, made.id))
    sets.save(coach, name=made.name, mode=Mode.EXAM, question_ids=("q2",), set_id=made.id)
    assert room.assignments.begin(room.desk.ann, given, "zh").setup.question_ids == ("q1", "q2")


def test_what_is_withdrawn_is_begun_by_nobody_and_finished_by_who_has_begun(room: Class) -> None:
    given = room.give(question_ids=("q1",))
    room.assignments.begin(room.desk.ann, given, "zh")
    room.desk.people.set_group(room.desk.abe.id, "red", now=room.desk.room.clock())
    room.assignments.withdraw(room.desk.coach, given)
    assert titles(room, "abe") == []
    assert room.assignments.own_one(room.desk.ann, given).closed(room.desk.room.clock()) is Closed.WITHDRAWN
    assert room.hand_in(given, room.desk.ann).finished_at
    with pytest.raises(NotFound):
        room.assignments.withdraw(room.desk.coach, given)


def test_a_group_whose_term_is_over_is_given_nothing_and_begins_nothing_but_finishes(room: Class) -> None:
    groups, now = GroupStore(room.desk.room.store.database), room.desk.room.clock()
    given = room.give(attempts=2)
    running = room.assignments.begin(room.desk.ann, given, "zh")
    groups.archive("red", True, actor_id="boss", now=now)
    assert room.assignments.begin(room.desk.ann, given, "zh").id == running.id
    room.hand_in(given, room.desk.ann)
    with pytest.raises(CannotBegin) as refused:
        room.assignments.begin(room.desk.ann, given, "zh")
    assert refused.value.why is Closed.ARCHIVED
    with pytest.raises(NotReady, match="nobody"):
        room.give(title="Another")
    groups.archive("red", False, actor_id="boss", now=now)
    assert room.assignments.begin(room.desk.ann, given, "zh").id != running.id


def test_more_attempts_for_one_are_more_for_them_alone(room: Class) -> None:
    given = room.give(room.admin, question_ids=("q1",))
    room.hand_in(given, room.desk.ann)
    room.assignments.extend(room.desk.coach, given, room.desk.ann.id, until=None, more_attempts=1)
    room.hand_in(given, room.desk.ann)
    assert len(room.assignments.board(room.desk.coach, given).rows[0].held) == 2
    assert room.assignments.own_one(room.desk.bob, given).attempts == 1


def test_nobody_has_or_sees_what_is_others(room: Class) -> None:
    given = room.give()
    with pytest.raises(NotFound):
        room.assignments.begin(room.desk.bob, given, "zh")
    with pytest.raises(NotFound):
        room.assignments.own_one(room.desk.abe, given)
    for stranger in (room.desk.other, room.desk.ann):
        with pytest.raises(NotFound):
            room.assignments.board(stranger, given)
        with pytest.raises(NotFound):
            room.assignments.withdraw(stranger, given)
        with pytest.raises(NotFound):
            room.assignments.extend(stranger, given, room.desk.ann.id, until=room.in_days(9))
    assert room.assignments.boards(room.desk.other) == ((), False)


def test_a_coach_sees_on_the_board_whom_they_coach_and_how_many_others_there_are(room: Class) -> None:
    given = room.give(room.admin)
    for coach, name in ((room.desk.coach, "Ann"), (room.desk.other, "Bob")):
        board = room.assignments.board(coach, given)
        assert ([row.name for row in board.rows], board.strangers) == ([name], 1)
    with pytest.raises(NotFound):
        room.assignments.extend(room.desk.coach, given, room.desk.bob.id, until=room.in_days(9))
    board = room.assignments.board(room.admin, given)
    assert (board.rows, board.strangers) == ((), 2), "an admin reads of nobody unless they coach them"


def test_the_board_counts_every_stage(room: Class) -> None:
    room.desk.people.set_group(room.desk.abe.id, "red", now=room.desk.room.clock())
    room.desk.people.assign(room.desk.coach.id, room.desk.bob.id)
    given, coach = room.give(question_ids=("q1",)), room.desk.coach
    assert room.assignments.board(coach, given).counts["not_begun"] == 3
    room.assignments.begin(room.desk.ann, given, "zh")
    room.hand_in(given, room.desk.abe)
    reviewed = room.hand_in(given, room.desk.bob)
    room.desk.service.mark_reviewed(coach, reviewed.id)
    counts = room.assignments.board(coach, given).counts
    assert counts == {"all": 3, "not_begun": 0, "under_way": 1, "to_review": 1, "reviewed": 1, "done": 2, "late": 0}
    room.desk.room.clock.forward(hours=50)
    assert [row.name for row in room.assignments.board(coach, given).rows if row.is_overdue(room.desk.room.clock())] == ["Ann"]


def test_paste_and_time_away_are_noted_only_where_the_assignment_says_so(room: Class) -> None:
    quiet, watched = room.give(question_ids=("q1",)), room.give(question_ids=("q2",), observed=True)
    ann, note = room.desk.ann, room.assignments.note_conduct
    unnoted, noted = room.assignments.begin(ann, quiet, "zh"), room.assignments.begin(ann, watched, "zh")
    assert not note(ann, unnoted.id, 1, Conduct(1, 10, 1, 5))
    assert not note(room.desk.bob, noted.id, 1, Conduct(1, 10, 1, 5))
    assert not note(ann, noted.id, 7, Conduct(1, 10, 1, 5))
    assert note(ann, noted.id, 1, Conduct(1, 10, 0, 0))
    assert note(ann, noted.id, 1, Conduct(1, 10**9, 2, -5))
    work = room.desk.room.read(noted).work
    assert work is not None
    assert work.conduct == {noted.turns[0].id: Conduct(2, 1_000_000, 2, 0)}
    room.desk.room.service.finish(room.desk.room.read(noted))
    assert not note(ann, noted.id, 1, Conduct(1, 1, 1, 1)), "nothing is noted once the interview has ended"


def test_what_was_noted_and_who_had_it_go_with_the_person_and_the_giver_leaves_it_without_a_name(room: Class) -> None:
    given = room.give(observed=True)
    held = room.assignments.begin(room.desk.ann, given, "zh")
    room.assignments.note_conduct(room.desk.ann, held.id, 1, Conduct(1, 1, 1, 1))
    database, now = room.desk.room.store.database, room.desk.room.clock()
    accounts = Accounts(database, room.desk.service.store.known)
    accounts.erase(room.desk.coach.id, actor_id=room.admin.id, now=now, keep_an_admin=False)
    own = room.assignments.own_one(room.desk.ann, given)
    assert (own.assignment.owner, own.closed(now)) == ("", Closed.WITHDRAWN)
    accounts.erase(room.desk.ann.id, actor_id=room.admin.id, now=now, keep_an_admin=False)
    with database.reading() as connection:
        left = [connection.scalar(select(func.count()).select_from(table)) for table in (assignment_people, conduct, assignments)]
    assert left == [0, 0, 1]


def test_what_is_old_and_has_no_interview_any_more_expires(room: Class, tmp_path: Path) -> None:
    room.give(question_ids=("q1",))
    room.hand_in(room.give(question_ids=("q2",)), room.desk.ann)
    room.desk.room.clock.forward(days=10)
    room.give(title="New")
    eraser = Eraser(room.desk.room.store.database, tmp_path)
    eraser.expire(room.in_days(-7), room.desk.room.clock())
    assert [board.assignment.task.title for board in room.assignments.boards(room.desk.coach)[0]] == ["New"]


def test_a_board_costs_as_many_statements_for_many_as_for_one(room: Class) -> None:
    given = room.give(question_ids=("q1",))
    one = statements(room, given)
    for number in range(5):
        person = room.desk.people.add(f"Candidate {number}", role=Role.CANDIDATE, group="red", now=room.desk.room.clock())
        room.desk.people.assign(room.desk.coach.id, person.id)
        room.hand_in(given, person)
        room.give(title=f"Another {number}")
    assert statements(room, given) == one


def statements(room: Class, given: str) -> int:
    """How many statements the board, the list and somebody's own take, once nothing is left to be worked out."""
    room.desk.service.refresh()
    with databases.statements(room.desk.room.store.database.engine) as counted:
        room.assignments.board(room.desk.coach, given)
        room.assignments.boards(room.desk.coach)
        room.assignments.own(room.desk.ann)
    return len(counted)
