"""People, sessions, one-time links and attempts in a real database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from interviewer.access.devices import known_device, mark_device
from interviewer.access.login import ADDRESS_MEMORY, FREE_FOR_MANY, OF_A_SENDER, Entrance, LoggedIn, MustWait, Refused
from interviewer.access.passwords import Passwords
from interviewer.access.people_admin import PeopleAdmin, PeopleRefused
from interviewer.access.people_admin import Refusal as PeopleRefusal
from interviewer.errors import ConfigError
from interviewer.models import Person, Role
from interviewer.records.accounts import Accounts, LastAdmin
from interviewer.records.audit_log import AuditFilter
from interviewer.records.base import Database
from interviewer.records.database import open_database
from interviewer.records.groups import GroupStore
from interviewer.records.people import PeopleStore
from interviewer.records.row_cache import RowCache
from tests.databases import ON_BOTH, url_for
from tests.examples import START

pytestmark = ON_BOTH

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path, url_for(tmp_path))
    yield database
    database.dispose()


@pytest.fixture
def people(database: Database) -> PeopleStore:
    return PeopleStore(database)


@pytest.fixture
def ann(people: PeopleStore) -> Person:
    return people.add("Ann", role=Role.COACH, group="A", now=START)


def test_a_person_is_found_by_any_spelling_of_the_name(people: PeopleStore, ann: Person) -> None:
    assert people.find("ＡＮＮ") == people.find(" ann ") == people.get(ann.id) == ann
    assert people.find("Anna") is None
    assert people.get("nobody") is None


@pytest.mark.parametrize("name", ["ANN", "ａｎｎ", "", "   ", "x" * 101, "a\u202eb", "a\x00b"])
def test_a_name_that_is_taken_or_unreadable_is_refused(people: PeopleStore, ann: Person, name: str) -> None:
    with pytest.raises(ConfigError):
        people.add(name, role=Role.CANDIDATE, now=START)
    other = people.add("Other", role=Role.CANDIDATE, now=START)
    with pytest.raises(ConfigError):
        people.rename(other.id, name)
    assert people.list_people() == (ann, other)


def test_what_is_known_of_a_person_can_be_changed(people: PeopleStore, ann: Person) -> None:
    people.set_role(ann.id, Role.ADMIN)
    people.set_group(ann.id, " B ", now=START)
    people.rename(ann.id, "Änn")
    changed = people.get(ann.id)
    assert changed
    assert (changed.role, changed.group, changed.name) == (Role.ADMIN, "B", "Änn")
    people.delete_person(ann.id)
    assert people.get(ann.id) is None


def test_accounts_are_on_as_soon_as_somebody_has_a_login_even_a_disabled_one(people: PeopleStore, database: Database, ann: Person) -> None:
    assert not people.any_accounts()
    assert not people.can_log_in(START)
    people.make_ticket(ann.id, "invite", START, timedelta(days=1))
    assert people.can_log_in(START)
    assert not people.can_log_in(START + timedelta(days=2))
    people.set_password_hash(ann.id, "hash")
    assert people.can_log_in(START + timedelta(days=2))
    people.set_active(ann.id, False)
    assert PeopleStore(database).any_accounts()
    assert not people.can_log_in(START)


def test_a_coach_has_the_candidates_assigned_to_them(people: PeopleStore, ann: Person) -> None:
    bob = people.add("Bob", role=Role.CANDIDATE, now=START)
    for _ in range(2):
        people.assign(ann.id, bob.id)
    assert people.candidates_of(ann.id) == (bob,)
    assert people.coaches_of(bob.id) == (ann,)
    people.unassign(ann.id, bob.id)
    assert people.candidates_of(ann.id) == people.coaches_of(bob.id) == ()


def test_an_openid_identity_is_one_persons(people: PeopleStore, ann: Person) -> None:
    bob = people.add("Bob", role=Role.CANDIDATE, now=START)
    people.link_openid(ann.id, "issuer subject")
    found = people.by_openid("issuer subject")
    assert found
    assert found.has_login
    with pytest.raises(ConfigError):
        people.link_openid(bob.id, "issuer subject")


def test_a_session_ends_unused_after_its_time_and_by_log_out(people: PeopleStore, ann: Person) -> None:
    def holds(token: str, after: timedelta) -> bool:
        return people.session_person(token, START + after, IDLE, ABSOLUTE) is not None

    idle, used, closed = (people.open_session(ann.id, START) for _ in range(3))
    assert holds(idle, IDLE - SECOND)
    assert not holds(idle, 2 * IDLE)
    for time in range(1, 16):
        assert holds(used, time * timedelta(hours=11))
    assert holds(used, ABSOLUTE - SECOND)
    assert not holds(used, ABSOLUTE)
    people.close_session(closed)
    assert not holds(closed, SECOND)
    assert not holds("guess", SECOND)


def test_use_is_noted_at_most_once_a_minute(people: PeopleStore, database: Database, ann: Person) -> None:
    token = people.open_session(ann.id, START)

    def seen() -> str:
        with database.reading() as connection:
            return str(connection.execute(text("SELECT seen_at FROM sessions")).scalar())

    before = seen()
    people.session_person(token, START + 59 * SECOND, IDLE, ABSOLUTE)
    assert seen() == before
    people.session_person(token, START + 60 * SECOND, IDLE, ABSOLUTE)
    assert seen() != before


def test_disabling_and_a_new_password_end_sessions_and_links(people: PeopleStore, ann: Person) -> None:
    first, second = people.open_session(ann.id, START), people.open_session(ann.id, START)
    secret = people.make_ticket(ann.id, "reset", START, IDLE)
    people.set_password_hash(ann.id, "hash", keep_token=second)
    assert people.session_person(first, START, IDLE, ABSOLUTE) is None
    assert people.session_person(second, START, IDLE, ABSOLUTE)
    assert people.peek_ticket(secret, START) is None
    people.set_active(ann.id, False)
    people.set_active(ann.id, True)
    assert people.session_person(second, START, IDLE, ABSOLUTE) is None


def attempt(people: PeopleStore, key: str, *, days: int = 0) -> timedelta:
    return people.attempts.claim({key: OF_A_SENDER}, START + timedelta(days=days))


def test_neither_cookies_nor_links_stand_in_the_database(people: PeopleStore, tmp_path: Path, database: Database, ann: Person) -> None:
    token, secret = people.open_session(ann.id, START), people.make_ticket(ann.id, "reset", START, IDLE)
    attempt(people, "account:stranger")
    database.dispose()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for kept in (token, secret, "stranger"):
        assert kept.encode() not in stored


def test_a_link_works_once_however_many_come_with_it(people: PeopleStore, ann: Person) -> None:
    secret = people.make_ticket(ann.id, "invite", START, timedelta(days=7))
    assert people.peek_ticket(secret, START) == (ann, "invite")
    barrier = threading.Barrier(8)

    def take(_: int) -> bool:
        barrier.wait()
        return people.take_ticket(secret, START) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1
    assert people.peek_ticket(secret, START) is None


def test_a_link_ends_with_its_time_and_with_the_next_one(people: PeopleStore, ann: Person) -> None:
    first = people.make_ticket(ann.id, "invite", START, timedelta(days=7))
    assert people.take_ticket(first, START + timedelta(days=7)) is None
    people.make_ticket(ann.id, "invite", START, timedelta(days=7))
    assert people.take_ticket(first, START) is None


def test_guesses_sent_at_once_are_counted_one_by_one(people: PeopleStore) -> None:
    barrier = threading.Barrier(12)

    def guess_with_all(_: int) -> bool:
        barrier.wait()
        return not attempt(people, "account:ann")

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess_with_all, range(12))) == 5
    assert attempt(people, "account:ann") > timedelta(0)


@pytest.mark.parametrize("name", ["Annа", "Аnna", "Αnna", "𝗔nna", "Anna️", "李 Annа"])
def test_a_name_that_looks_like_somebody_elses_is_refused(people: PeopleStore, name: str) -> None:
    people.add("李 Anna" if "李" in name else "Anna", role=Role.COACH, now=START)
    with pytest.raises(ConfigError, match=r"looks like .*Anna|called"):
        people.add(name, role=Role.CANDIDATE, now=START)
    other = people.add("王芳", role=Role.CANDIDATE, now=START)
    with pytest.raises(ConfigError, match=r"looks like .*Anna|called"):
        people.rename(other.id, name)
    people.rename(other.id, "王芳 Wang")
    people.rename(other.id, "王芳 wang")


def test_names_in_chinese_and_latin_letters_stand_beside_each_other(people: PeopleStore) -> None:
    for name in ("李雷 Li Lei", "李蕾 Li Lei", "Li Lei", "李 Lei", "Anna 李", "Иван", "Иван (Acme)", "José", "Jose"):
        people.add(name, role=Role.CANDIDATE, now=START)


def test_pruning_removes_what_has_ended_and_keeps_the_rest(people: PeopleStore, database: Database, ann: Person) -> None:
    for days in (0, 8):
        people.open_session(ann.id, START + timedelta(days=days))
        attempt(people, "account:ann", days=days)
    bob = people.add("Bob", role=Role.CANDIDATE, now=START)
    people.make_ticket(ann.id, "invite", START, timedelta(days=7))
    people.make_ticket(bob.id, "invite", START, timedelta(days=9))
    people.prune(START + timedelta(days=8))
    with database.reading() as connection:
        left = [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("sessions", "tickets", "login_attempts")]
    assert left == [1, 1, 1]


def test_the_audit_log_is_read_backwards_page_by_page(people: PeopleStore) -> None:
    for number in range(5):
        people.audit.write("ann", "read_transcript", f"i{number}", now=START)
    first = people.audit.search(2)
    assert [entry.subject for entry in first] == ["i4", "i3"]
    assert [entry.subject for entry in people.audit.search(9, before_id=first[-1].id)] == ["i2", "i1", "i0"]
    assert [entry.subject for entry in people.audit.search(9, AuditFilter(subject="i1"))] == ["i1"]
    assert people.audit.has_read("ann", "i1")
    assert not people.audit.has_read("bob", "i1")


class QuickPasswords(Passwords):
    """Hashes that cost nothing; counts how often it was asked."""

    def __init__(self, *, dated: bool = False) -> None:
        self.asked, self.dated = 0, dated

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password: str, stored: str | None) -> bool:
        self.asked += 1
        return stored == self.hash(password)

    def is_dated(self, stored: str) -> bool:
        return self.dated and bool(stored)


@pytest.fixture
def entrance(people: PeopleStore, ann: Person) -> Entrance:
    people.set_password_hash(ann.id, "hash of right")
    return Entrance(people, QuickPasswords())


OWN, CLASSMATE, AFAR = "203.0.113.9", "203.0.113.9", "198.51.100.1"


def guess(
    entrance: Entrance, password: str, *, name: str = "Ann", address: str = OWN, seconds: float = 0, marks: tuple[str, ...] = ()
) -> object:
    return entrance.log_in(name, password, address=address, now=START + timedelta(seconds=seconds), marks=marks)


@pytest.mark.parametrize("name", ["Ann", "Nobody"])
def test_a_sixth_guess_waits_whether_or_not_there_is_such_a_person(entrance: Entrance, name: str) -> None:
    answers = [guess(entrance, "wrong", name=name) for _ in range(5)]
    assert answers == [Refused()] * 5
    assert guess(entrance, "right", name=name, seconds=10) == MustWait(50)
    passwords = entrance.passwords
    assert isinstance(passwords, QuickPasswords)
    assert passwords.asked == 5
    after = guess(entrance, "right", name=name, seconds=61)
    assert isinstance(after, LoggedIn if name == "Ann" else Refused)


def test_who_guesses_a_known_name_does_not_lock_its_owner_out(entrance: Entrance) -> None:
    for _ in range(9):
        guess(entrance, "wrong", address=AFAR)
    assert isinstance(guess(entrance, "wrong", address=AFAR), MustWait)
    assert isinstance(guess(entrance, "right"), LoggedIn)


@pytest.mark.parametrize("name", ["Ann", "Nobody"])
def test_all_senders_together_have_so_many_guesses_at_a_name(entrance: Entrance, name: str) -> None:
    for number in range(FREE_FOR_MANY):
        assert guess(entrance, "wrong", name=name, address=f"192.0.2.{number // 5}", seconds=number) == Refused()
    assert isinstance(guess(entrance, "right", name=name, address=AFAR, seconds=FREE_FOR_MANY), MustWait)


def test_where_they_have_logged_in_before_no_guesses_of_others_hold_them_up(entrance: Entrance) -> None:
    first = guess(entrance, "right")
    assert isinstance(first, LoggedIn)
    for number in range(FREE_FOR_MANY):
        guess(entrance, "wrong", address=f"192.0.2.{number // 5}")
    for _ in range(6):
        guess(entrance, "wrong", address=CLASSMATE)
    assert isinstance(guess(entrance, "right"), MustWait)
    assert isinstance(guess(entrance, "right", marks=("nonsense", first.mark)), LoggedIn)


def test_a_known_device_has_five_guesses_too_and_opens_nothing_by_itself(entrance: Entrance) -> None:
    first = guess(entrance, "right")
    assert isinstance(first, LoggedIn)
    assert [guess(entrance, "wrong", marks=(first.mark,)) for _ in range(5)] == [Refused()] * 5
    assert isinstance(guess(entrance, "right", marks=(first.mark,)), MustWait)
    assert isinstance(guess(entrance, "right"), LoggedIn), "what the device got wrong is its own"


def test_a_devices_mark_is_for_one_person_and_one_password(entrance: Entrance, people: PeopleStore, ann: Person) -> None:
    mark = mark_device(ann.id, "hash of right")
    number, _, seal = mark.partition(".")
    assert known_device([mark], ann.id, "hash of right") == number
    for marks, person, stored in (
        ([mark], "somebody else", "hash of right"), ([mark], ann.id, "hash of another"), ([f"other.{seal}"], ann.id, "hash of right"),
        ([number, "", "é.é"], ann.id, "hash of right"),
    ):  # fmt: skip
        assert known_device(marks, person, stored) is None
    for _ in range(5):
        guess(entrance, "wrong")
    people.set_password_hash(ann.id, "hash of new")
    assert isinstance(guess(entrance, "new", marks=(mark,)), MustWait)


def test_an_address_is_throttled_over_all_names_and_forgets_sooner(entrance: Entrance) -> None:
    for number in range(FREE_FOR_MANY):
        assert guess(entrance, "wrong", name=f"Name {number}") == Refused()
    assert isinstance(guess(entrance, "right"), MustWait)
    assert isinstance(guess(entrance, "right", address=AFAR), LoggedIn)
    assert isinstance(guess(entrance, "right", seconds=ADDRESS_MEMORY.total_seconds() + 1), LoggedIn)


def test_getting_in_counts_neither_against_the_name_nor_against_the_address(entrance: Entrance) -> None:
    for number in range(FREE_FOR_MANY):
        assert isinstance(guess(entrance, "right", seconds=number), LoggedIn)
        assert guess(entrance, "wrong", name=f"Name {number}", seconds=number) == Refused()
    assert isinstance(guess(entrance, "right", seconds=99), MustWait), "the address has made fifty mistakes"


def test_a_class_behind_one_address_logs_in_in_the_same_minute(entrance: Entrance, people: PeopleStore) -> None:
    for number in range(40):
        pupil = people.add(f"Pupil {number + 1}", role=Role.CANDIDATE, now=START)
        people.set_password_hash(pupil.id, "hash of right")
        guess(entrance, "wrong", name=pupil.name)
    assert all(isinstance(guess(entrance, "right", name=f"Pupil {number + 1}"), LoggedIn) for number in range(40))


def test_a_disabled_person_looks_like_a_wrong_password(entrance: Entrance, people: PeopleStore, ann: Person) -> None:
    people.set_active(ann.id, False)
    assert guess(entrance, "right") == Refused()


def test_logging_in_strengthens_an_old_hash_and_is_noted(people: PeopleStore, ann: Person) -> None:
    strong = Passwords()
    from argon2 import PasswordHasher

    people.set_password_hash(ann.id, PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a good password"))
    outcome = Entrance(people, strong).log_in("ann", "a good password", address="", now=START)
    assert isinstance(outcome, LoggedIn)
    assert people.session_person(outcome.token, START, IDLE, ABSOLUTE)
    kept = people.password_hash(ann.id) or ""
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert strong.matches("a good password", kept)
    assert not strong.matches("another password", kept)
    assert [(entry.action, entry.actor_id) for entry in people.audit.search(9)] == [("login", ann.id)]


def test_checking_nobodys_password_works_as_hard() -> None:
    passwords = Passwords()
    hashed: list[str] = []

    class Watched:
        def verify(self, stored: str, password: str) -> None:
            hashed.append(stored)
            real.verify(stored, password)

    from argon2 import PasswordHasher

    real = PasswordHasher()
    assert passwords._nobodys
    passwords.__dict__["_hasher"] = Watched()
    assert not passwords.matches("anything at all", None)
    assert [stored.rpartition("$")[0].rpartition("$")[0] for stored in hashed] == ["$argon2id$v=19$m=65536,t=3,p=4"]


# ---------------------------------------------------------------- across the tables


def test_admins_who_shut_each_other_out_at_once_cannot_both(people: PeopleStore, database: Database) -> None:
    accounts = Accounts(database, RowCache())
    admins = [people.add(name, role=Role.ADMIN, now=START) for name in ("Ada", "Eve", "Joy", "Kim")]
    for admin in admins:
        people.set_password_hash(admin.id, "hash")

    def shut_out(person: Person) -> bool:
        try:
            accounts.shut_out(person.id)
        except LastAdmin:
            return False
        return True

    with ThreadPoolExecutor(len(admins)) as pool:
        assert sum(pool.map(shut_out, admins)) == len(admins) - 1
    assert sum(person.active for person in people.list_people()) == 1


def test_a_group_is_assigned_once_however_often_it_is_asked_for(people: PeopleStore, database: Database, ann: Person) -> None:
    accounts = Accounts(database, RowCache())
    both = [people.add(name, role=Role.CANDIDATE, now=START).id for name in ("Bob", "Zoe")]
    assert [accounts.assign_all(ann.id, both, assigned=True, actor_id=ann.id, now=START) for _ in range(2)] == [2, 0]
    assert [person.id for person in people.candidates_of(ann.id)] == both
    assert [accounts.assign_all(ann.id, both, assigned=False, actor_id=ann.id, now=START) for _ in range(2)] == [2, 0]
    assert [entry.action for entry in people.audit.search(9)] == ["unassigned"] * 2 + ["assigned"] * 2


# ---------------------------------------------------------------- the use cases, for pages and command line


@pytest.fixture
def office(people: PeopleStore, database: Database) -> PeopleAdmin:
    return PeopleAdmin(people, Accounts(database, RowCache()), GroupStore(database), lambda: START)


def test_what_changes_something_is_noted_once_and_what_changes_nothing_is_not(office: PeopleAdmin) -> None:
    cleo = office.add("boss", "Cleo", role=Role.COACH)
    bob = office.add("boss", "Bob", role=Role.CANDIDATE, group="red")

    def again() -> Person:
        found = office.people.get(bob.id)
        assert found
        return found

    for do in (
        lambda: office.assign("boss", cleo, bob),
        lambda: office.set_group("boss", again(), " blue "),
        lambda: office.disable("boss", again()),
        lambda: office.enable("boss", again()),
        lambda: office.set_role("boss", again(), Role.COACH),
        lambda: office.assign("boss", cleo, bob, assigned=False),
    ):
        assert [do(), do()] == [True, False]
    noted = [entry.action for entry in office.people.audit.search(20)]
    assert noted == ["unassigned", "role_changed", "enabled", "disabled", "group_changed", "assigned", "person_added", "person_added"]


def test_nobody_coaches_themselves_nor_does_who_is_no_coach(office: PeopleAdmin) -> None:
    cleo, bob = office.add("boss", "Cleo", role=Role.COACH), office.add("boss", "Bob", role=Role.CANDIDATE)
    for coach, candidate, why in ((cleo, cleo, PeopleRefusal.SELF), (bob, cleo, PeopleRefusal.NO_COACH)):
        with pytest.raises(PeopleRefused) as caught:
            office.assign("boss", coach, candidate)
        assert caught.value.why is why
    assert office.accounts.coaches() == {}
    assert [entry.action for entry in office.people.audit.search(9)] == ["person_added"] * 2


def test_the_only_admin_keeps_their_rights_whoever_asks(office: PeopleAdmin) -> None:
    ada = office.add("boss", "Ada", role=Role.ADMIN)
    office.people.set_password_hash(ada.id, "hash")
    for take in (lambda: office.set_role("operator", ada, Role.COACH), lambda: office.disable("operator", ada)):
        with pytest.raises(LastAdmin, match="make somebody else an admin first"):
            take()
    assert office.people.get(ada.id) == replace(ada, has_login=True)
    assert [entry.action for entry in office.people.audit.search(9)] == ["person_added"]
