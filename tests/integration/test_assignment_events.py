"""What a webhook is told of assignments: that one can be begun, and whose deadline has passed with nothing handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from interviewer.records.events import late_assignments, opened_assignments
from interviewer.records.webhooks import Event
from tests.databases import ON_BOTH
from tests.integration.classes import Class, open_class

pytestmark = ON_BOTH


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Class]:
    with open_class(tmp_path) as group:
        group.desk.people.assign(group.desk.coach.id, group.desk.bob.id)
        yield group


def told(group: Class, since: datetime) -> list[tuple[str, dict[str, str]]]:
    with group.desk.room.store.database.reading() as connection:
        sources = (opened_assignments, late_assignments)
        events: list[Event] = [event for source in sources for event in source(connection, since, group.in_days(0))]
    return sorted((event.kind, dict(event.subject)) for event in events)


def late(assignment: str, person: str) -> tuple[str, dict[str, str]]:
    return "assignment.late", {"assignment": assignment, "person": person}


def test_it_is_opened_when_it_can_be_begun(group: Class) -> None:
    clock, begun = group.desk.room.clock, group.in_days(-1)
    now, later = group.give(), group.give(title="Week 2", opens_at=group.in_days(1), due_at=group.in_days(3))
    opened = {id: ("assignment.opened", {"assignment": id, "coach": group.desk.coach.id}) for id in (now, later)}
    assert told(group, begun) == [opened[now]]
    since = clock()
    clock.forward(days=1, minutes=1)
    assert told(group, since) == [opened[later]]


def test_of_each_who_has_handed_nothing_in_the_deadline_is_told(group: Class) -> None:
    clock, ann, bob = group.desk.room.clock, group.desk.ann, group.desk.bob
    given, withdrawn = group.give(), group.give(title="withdrawn")
    group.give(title="without a deadline", due_at=None)
    group.assignments.withdraw(group.desk.coach, withdrawn)
    group.hand_in(given, ann)
    group.hand_in(given, bob, finish=False)
    since = clock()
    clock.forward(days=1)
    assert told(group, since) == []
    clock.forward(days=1, minutes=1)
    assert told(group, since) == [late(given, bob.id)]
    assert told(group, clock()) == []


def test_who_was_given_more_time_is_late_when_that_has_passed(group: Class) -> None:
    clock, ann, bob = group.desk.room.clock, group.desk.ann, group.desk.bob
    given, since = group.give(), clock()
    group.assignments.extend(group.desk.coach, given, ann.id, until=group.in_days(4))
    clock.forward(days=3)
    assert told(group, since)[:1] == [late(given, bob.id)]
    assert late(given, ann.id) not in told(group, since)
    since = clock()
    clock.forward(days=2)
    assert told(group, since) == [late(given, ann.id)]
