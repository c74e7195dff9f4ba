"""Groups: who is coached by whom, links by which people join, the end of a term."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from interviewer.access.group_admin import GroupAdmin
from interviewer.access.joining import Door, LinkOver, NameRefused, Waits
from interviewer.access.login import Entrance, LoggedIn, MustWait, Unconfirmed
from interviewer.access.passwords import Passwords, WeakPassword
from interviewer.access.people_admin import PeopleAdmin, PeopleRefused, Refusal
from interviewer.errors import ConfigError, NotFound
from interviewer.models import Person, Role
from interviewer.records.accounts import Accounts
from interviewer.records.database import open_database
from interviewer.records.groups import GroupStore
from interviewer.records.joining import JoinStore
from interviewer.records.people import PeopleStore
from interviewer.records.row_cache import RowCache
from tests.databases import ON_BOTH, url_for
from tests.examples import START

pytestmark = ON_BOTH
PASSWORD = "correct horse"


class School:
    """The use cases over one database, with a clock that is turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(folder, url_for(folder))
        self.people, self.now = PeopleStore(self.database), START
        self.office = PeopleAdmin(self.people, Accounts(self.database, RowCache()), GroupStore(self.database), lambda: self.now)
        self.admin = GroupAdmin(self.office, self.office.groups, JoinStore(self.database))
        passwords = Passwords()
        passwords.__dict__["_hasher"] = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        self.door, self.entrance = Door(self.people, self.admin.joins, passwords), Entrance(self.people, passwords)
        self.boss = self.add("Boss", Role.ADMIN)
        self.people.set_password_hash(self.boss.id, passwords.hash(PASSWORD))
        self.cleo, self.carl = self.add("Cleo", Role.COACH), self.add("Carl", Role.COACH)
        self.admin.create("boss", "Class 1")

    def add(self, name: str, role: Role = Role.CANDIDATE, group: str = "") -> Person:
        return self.office.add("boss", name, role=role, group=group)

    @property
    def group(self):  # type: ignore[no-untyped-def]
        return self.admin.open(self.person("Boss"), "Class 1")

    def person(self, name: str) -> Person:
        found = self.people.find(name)
        assert found
        return found

    def coaches_of(self, name: str) -> list[str]:
        return [coach.name for coach in self.people.coaches_of(self.person(name).id)]

    def link(self, **wanted: object) -> str:
        return self.admin.make_join_link("cleo", self.group, **{"days": 7, "places": 5, "confirm": False, **wanted})  # type: ignore[arg-type]

    def join(self, secret: str, name: str, *, address: str = "10.0.0.1", password: str = PASSWORD):  # type: ignore[no-untyped-def]
        return self.door.join(secret, name, password, address=address, now=self.now)

    def log_in(self, name: str, at: datetime | None = None):  # type: ignore[no-untyped-def]
        return self.entrance.log_in(name, PASSWORD, address="10.0.0.9", now=at or self.now)

    def noted(self) -> list[str]:
        return [entry.action for entry in reversed(self.people.audit.search(1000))]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    made = School(tmp_path)
    yield made
    made.database.dispose()


# ---------------------------------------------------------------- who is coached by whom


def test_whoever_is_in_a_group_is_coached_by_all_of_its_coaches_and_by_none_after_leaving(school: School) -> None:
    school.add("Early", group="Class 1")
    for coach in (school.cleo, school.carl):
        assert school.admin.set_coach("boss", school.group, coach)
        assert not school.admin.set_coach("boss", school.group, coach)
    school.add("Late", group=" Class  1 ")
    assert [school.coaches_of(name) for name in ("Early", "Late")] == [["Carl", "Cleo"]] * 2
    school.office.assign("boss", school.add("Own coach", Role.COACH), school.person("Late"))
    school.office.set_group("boss", school.person("Late"), "Class 2")
    assert school.coaches_of("Late") == ["Own coach"]
    assert school.admin.set_coach("boss", school.group, school.carl, added=False)
    assert school.coaches_of("Early") == ["Cleo"]
    assert school.noted().count("group_coach_added") == 2
    assert school.noted().count("group_coach_removed") == 1


def test_a_coach_is_given_a_group_on_the_page_about_people_for_good(school: School) -> None:
    school.add("Early", group="Class 1")
    assert school.office.assign_group("boss", school.cleo, "Class 1") == 1
    assert school.office.assign_group("boss", school.cleo, "Class 1") == 0
    school.add("Late", group="Class 1")
    assert school.coaches_of("Late") == ["Cleo"]
    assert school.office.assign_group("boss", school.cleo, "Class 1", assigned=False) == 2


def test_coaches_of_a_group_are_coached_by_nobody_in_it(school: School) -> None:
    school.office.set_group("boss", school.carl, "Class 1")
    school.admin.set_coach("boss", school.group, school.cleo)
    assert school.coaches_of("Carl") == []


def test_a_coach_runs_the_groups_that_they_coach_and_no_other(school: School) -> None:
    school.admin.create("boss", "Class 2")
    school.admin.set_coach("boss", school.group, school.cleo)
    assert [group.name for group in school.admin.listed(school.cleo)] == ["Class 1"]
    with pytest.raises(NotFound):
        school.admin.open(school.cleo, "Class 2")
    with pytest.raises(NotFound):
        school.admin.member(school.group, school.add("Elsewhere", group="Class 2").id)
    with pytest.raises(PeopleRefused, match="no coach"):
        school.admin.set_coach("boss", school.group, school.add("Ann"))


def test_an_invitation_of_a_coach_makes_a_candidate_of_the_group_and_sets_no_password_anew(school: School) -> None:
    link = school.admin.invite("cleo", school.group, "Ann")
    invited = school.people.peek_ticket(link.secret, START)
    assert invited
    assert (invited[0].name, invited[0].role, invited[0].group, invited[1]) == ("Ann", Role.CANDIDATE, "Class 1", "invite")
    again = school.admin.invite_again("cleo", school.person("Ann"))
    assert school.people.peek_ticket(link.secret, START) is None
    assert school.people.peek_ticket(again.secret, START)
    school.people.set_password_hash(invited[0].id, "a hash")
    for person in (school.person("Ann"), school.carl):
        with pytest.raises(PeopleRefused) as refused:
            school.admin.invite_again("cleo", person)
        assert refused.value.why is Refusal.HAS_LOGIN


# ---------------------------------------------------------------- joining by a link


def test_who_joins_by_a_link_is_in_and_coached_by_the_groups_coaches(school: School) -> None:
    school.admin.set_coach("boss", school.group, school.cleo)
    outcome = school.join(school.link(), "Ann")
    assert isinstance(outcome, LoggedIn)
    assert school.people.session_person(outcome.token, START, timedelta(hours=1), timedelta(days=1))
    assert (school.person("Ann").group, school.person("Ann").role, school.coaches_of("Ann")) == ("Class 1", Role.CANDIDATE, ["Cleo"])
    assert isinstance(school.log_in("Ann"), LoggedIn)
    assert school.noted()[-2:] == ["joined", "login"] or "joined" in school.noted()


def test_who_waits_can_log_in_only_once_confirmed_and_is_told_so(school: School) -> None:
    school.admin.set_coach("boss", school.group, school.cleo)
    outcome = school.join(school.link(confirm=True), "Ann")
    assert isinstance(outcome, Waits)
    assert all(isinstance(school.log_in("Ann"), Unconfirmed) for _ in range(8))
    assert not isinstance(school.entrance.log_in("Ann", "wrong", address="10.0.0.9", now=START), Unconfirmed)
    assert (school.coaches_of("Ann"), school.group.waiting) == ([], 1)
    assert school.admin.confirm("cleo", school.person("Ann"))
    assert not school.admin.confirm("cleo", school.person("Ann"))
    assert isinstance(school.log_in("Ann"), LoggedIn)
    assert school.coaches_of("Ann") == ["Cleo"]
    assert school.noted().count("join_confirmed") == 1


def test_who_is_turned_away_is_gone_and_nobody_else_can_be(school: School) -> None:
    school.join(school.link(confirm=True), "Ann")
    assert school.admin.turn_away("cleo", school.person("Ann"))
    assert school.people.find("Ann") is None
    assert not school.admin.turn_away("cleo", school.add("Bea", group="Class 1"))
    assert school.people.find("Bea")


def test_a_link_ends_by_its_date_by_its_places_by_being_closed_and_with_the_term(school: School) -> None:
    for end in ("date", "places", "closed", "term"):
        secret = school.link(places=1)
        (link,) = school.admin.open_links(school.group)
        if end == "date":
            school.now += timedelta(days=7)
        elif end == "places":
            assert isinstance(school.join(secret, "The first"), LoggedIn)
        elif end == "closed":
            assert school.admin.close_join_link("cleo", school.group, link.id)
            assert not school.admin.close_join_link("cleo", school.group, link.id)
        else:
            assert school.admin.archive("cleo", school.group, True)
        assert isinstance(school.join(secret, f"Late {end}"), LinkOver), end
        assert school.people.find(f"Late {end}") is None
    assert school.admin.archive("cleo", school.group, False)
    assert isinstance(school.join(secret, "Later still"), LinkOver)


def test_of_many_who_come_at_once_as_many_get_in_as_there_are_places(school: School) -> None:
    secret = school.link(places=3)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: school.join(secret, f"Guest {number}", address=f"10.1.0.{number}"), range(8)))
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 3
    assert len([person for person in school.people.list_people() if person.group == "Class 1"]) == 3


@pytest.mark.parametrize(("name", "why"), [("cleo", "taken"), ("Cle\u043e", "alike"), (" ", "bad")])
def test_a_name_that_will_not_do_takes_no_place(school: School, name: str, why: str) -> None:
    secret = school.link(places=1)
    assert school.join(secret, name) == NameRefused(why)
    with pytest.raises(WeakPassword):
        school.join(secret, "Ann", password="short")
    assert isinstance(school.join(secret, "Ann"), LoggedIn)


def test_attempts_at_a_link_are_throttled_and_a_class_behind_one_address_gets_in(school: School) -> None:
    secret = school.link(places=70)
    for number in range(60):
        assert isinstance(school.join(secret, f"Pupil {number}"), LoggedIn)
    outcomes = [school.join(secret, "cleo") for _ in range(51)]
    assert isinstance(outcomes[-2], NameRefused)
    assert isinstance(outcomes[-1], MustWait)


def test_the_secret_of_a_link_stands_nowhere(school: School) -> None:
    secret = school.link()
    with school.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM join_links").all() + connection.exec_driver_sql("SELECT * FROM audit").all()
    assert secret not in str(rows)


@pytest.mark.parametrize(("days", "places"), [(0, 5), (91, 5), (7, 0), (7, 1001)])
def test_a_link_has_an_end_and_a_number_of_places(school: School, days: int, places: int) -> None:
    with pytest.raises(PeopleRefused) as refused:
        school.link(days=days, places=places)
    assert refused.value.why is Refusal.OUT_OF_RANGE


def test_without_accounts_there_are_no_links(tmp_path: Path) -> None:
    database = open_database(tmp_path, url_for(tmp_path))
    people = PeopleStore(database)
    office = PeopleAdmin(people, Accounts(database, RowCache()), GroupStore(database), lambda: START)
    admin = GroupAdmin(office, office.groups, JoinStore(database))
    admin.create("operator", "Class 1")
    group = office.groups.get("Class 1")
    assert group
    with pytest.raises(PeopleRefused) as refused:
        admin.make_join_link("operator", group, days=1, places=1, confirm=False)
    database.dispose()
    assert refused.value.why is Refusal.NO_ACCOUNTS


# ---------------------------------------------------------------- the end of a term


def test_an_archived_group_keeps_its_people_and_takes_nobody_in(school: School) -> None:
    school.add("Ann", group="Class 1")
    school.admin.archive("cleo", school.group, True)
    with pytest.raises(PeopleRefused, match="archive"):
        school.add("Bea", group="Class 1")
    with pytest.raises(PeopleRefused, match="archive"):
        school.office.set_group("boss", school.cleo, "Class 1")
    with pytest.raises(PeopleRefused, match="archive"):
        school.link()
    assert school.person("Ann").active
    assert [group.name for group in school.admin.listed(school.boss)] == []
    assert [group.name for group in school.admin.listed(school.boss, archived=True)] == ["Class 1"]
    assert school.admin.archive("cleo", school.group, False)
    assert not school.admin.archive("cleo", school.group, False)
    assert school.add("Bea", group="Class 1")


def test_a_group_has_a_name_of_its_own(school: School) -> None:
    assert school.admin.create("boss", " Class  1 ") is None
    with pytest.raises(PeopleRefused):
        school.admin.create("boss", "\u200b ")
    with pytest.raises(ConfigError):
        school.admin.invite("cleo", school.group, "Boss")
