"""What drills tell of a group: by the reader's days, of whom the viewer may see, and which points stay weak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from interviewer.models import LOCAL_PERSON, Mode, Person, Role
from interviewer.models.group import DrillSum, Selection, StayingWeak
from interviewer.records.base import Database
from interviewer.records.database import open_database
from interviewer.records.group_training import GroupTraining
from interviewer.records.people import PeopleStore
from interviewer.records.tables import interviews
from interviewer.records.training_tables import reviews
from tests.databases import ON_BOTH, url_for

pytestmark = ON_BOTH

LATE = datetime(2026, 1, 2, 20, 30, tzinfo=UTC)
AGAIN, GOOD = 1, 3


@dataclass
class Class:
    """Ann and Abe are coached by Cleo, Bob by nobody; who asks is Cleo."""

    database: Database
    cleo: Person
    ann: Person
    abe: Person
    bob: Person
    held: int = 0

    def asked(
        self, whom: Person, *ratings: int, at: datetime = LATE, mode: Mode = Mode.DRILL, ended: bool = True, point: str = "a"
    ) -> None:
        """One interview or drill for each rating of the point, a minute apart."""
        with self.database.writing() as connection:
            for number, rating in enumerate(ratings):
                self.held += 1
                id, when = f"{self.held:032x}", at + timedelta(minutes=number)
                connection.execute(
                    insert(interviews).values(
                        id=id, owner=whom.id, lang="zh", mode=mode.value, follow_ups=0, examiner="rubric", created_at=when, version=1,
                        finished_at=when if ended else None,
                    )
                )  # fmt: skip
                connection.execute(
                    insert(reviews).values(
                        interview_id=id, question_id="q1", point_id=point, owner=whom.id, at=when, rating=rating, status="missing", erred=False, seq=1
                    )
                )  # fmt: skip

    def sums(self, viewer: Person | None = None, zone: tzinfo = UTC, **chosen: object) -> list[DrillSum]:
        return list(GroupTraining(self.database).drill_sums(viewer or self.cleo, Selection(zone=zone, **chosen)))  # type: ignore[arg-type]

    def weak(self, viewer: Person | None = None, **chosen: object) -> list[StayingWeak]:
        return list(GroupTraining(self.database).staying_weak(viewer or self.cleo, Selection(**chosen)))  # type: ignore[arg-type]


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Class]:
    database = open_database(tmp_path, url_for(tmp_path))
    store = PeopleStore(database)
    cleo = store.add("Cleo", role=Role.COACH, now=LATE)
    ann, abe, bob = (
        store.add(name, role=Role.CANDIDATE, group=group, now=LATE) for name, group in (("Ann", "red"), ("Abe", "blue"), ("Bob", "red"))
    )
    for candidate in (ann, abe):
        store.assign(cleo.id, candidate.id)
    yield Class(database, cleo, ann, abe, bob)
    database.dispose()


def test_days_are_the_readers_and_interviews_are_no_drills(group: Class) -> None:
    group.asked(group.ann, AGAIN, GOOD)
    group.asked(group.ann, GOOD, mode=Mode.COACHING)
    for zone, day in ((UTC, 2), (ZoneInfo("Asia/Shanghai"), 3), (ZoneInfo("America/New_York"), 2)):
        assert group.sums(zone=zone) == [DrillSum(date(2026, 1, day), 1, 2)]
        assert group.sums(zone=zone, since=date(2026, 1, day), until=date(2026, 1, day)) == group.sums(zone=zone)
        assert group.sums(zone=zone, since=date(2026, 1, day + 1)) == []


def test_nobody_sees_the_drills_of_whom_they_do_not_coach(group: Class) -> None:
    for person in (group.ann, group.abe, group.bob):
        group.asked(person, AGAIN, AGAIN, AGAIN)
    assert [each.n for each in group.sums()] == [6]
    assert [each.n for each in group.sums(group="red")] == [3]
    assert group.sums(candidate=group.bob.id) == []
    assert [each.people for each in group.weak()] == [2]
    assert group.weak(candidate=group.bob.id) == []
    assert [each.n for each in group.sums(LOCAL_PERSON)] == [9]


def test_a_coachs_own_drill_counts_once_it_has_ended(group: Class) -> None:
    group.asked(group.cleo, GOOD, ended=False)
    assert group.sums() == []


def test_a_point_stays_weak_if_it_was_asked_often_and_missed_at_the_end(group: Class) -> None:
    group.asked(group.ann, AGAIN, mode=Mode.COACHING)
    group.asked(group.ann, GOOD, AGAIN, AGAIN, at=LATE + timedelta(days=1))
    group.asked(group.abe, AGAIN, AGAIN, AGAIN, at=LATE + timedelta(days=2))
    group.asked(group.ann, AGAIN, AGAIN, point="seldom")
    group.asked(group.ann, AGAIN, AGAIN, GOOD, point="learned")
    group.asked(group.ann, AGAIN, AGAIN, GOOD, AGAIN, point="wavering")
    assert group.weak() == [StayingWeak("q1", "a", people=2, asked=7, missed=6, drilled=6)]
    assert group.weak(candidate=group.ann.id) == [StayingWeak("q1", "a", people=1, asked=4, missed=3, drilled=3)]
    group.asked(group.abe, GOOD, at=LATE + timedelta(days=3))
    assert [each.people for each in group.weak()] == [1]
