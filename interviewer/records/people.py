"""People in the database: who they are, how they prove it, and whom they coach.

Every method is one transaction. Cookies and one-time links are kept as SHA-256 only. Passwords are hashed in access/passwords, what was
done in somebody's name is in `audit_log`, guesses are in `attempts`, erasing a person's interviews is in `erasure`.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, insert, or_, select, update

from interviewer.errors import ConfigError, Conflict, StoreError
from interviewer.models import LOCAL_PERSON, Person, Role
from interviewer.records.attempts import Attempts
from interviewer.records.audit_log import AuditLog
from interviewer.records.authored_rows import adopt_authored
from interviewer.records.base import Database
from interviewer.records.card_rows import adopt_training
from interviewer.records.dialects import insert_if_absent, take_turns
from interviewer.records.hidden import hide
from interviewer.records.people_tables import coachings, login_attempts, people, sessions, tickets
from interviewer.records.posting_tables import postings
from interviewer.records.tables import interviews
from interviewer.text.lookalikes import look_alike
from interviewer.text.normalize import strip_hidden

LONGEST_NAME = 100
SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session knows when it was last used; more often would be a write per request."""
ATTEMPTS_KEPT = timedelta(days=1)


class LooksLike(ConfigError):
    """A name that can be taken for somebody else's. `name`: theirs."""

    def __init__(self, wanted: str, name: str) -> None:
        super().__init__(
            f"{wanted} looks like {name}, though it is written with other characters → choose a name that cannot be taken for theirs"
        )
        self.name = name


class PeopleStore:
    """The people of one database, with its audit log and the attempts to get in. Names are unique without regard to case and width,
    and none looks like another one written with other characters."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.audit, self.attempts = AuditLog(database), Attempts(database)
        self._accounts_seen = False

    # ------------------------------------------------------------ people

    def any_accounts(self) -> bool:
        """Whether somebody has a login, so that everybody must log in. Once true it stays true for this process."""
        if not self._accounts_seen:
            with self._database.reading() as connection:
                self._accounts_seen = bool(connection.scalar(_ANY_LOGIN))
        return self._accounts_seen

    def can_log_in(self, now: datetime) -> bool:
        """Whether anybody could come in: somebody active with a login, or with an invitation that still holds."""
        with self._database.reading() as connection:
            invited = exists().where(tickets.c.person_id == people.c.id, tickets.c.used_at.is_(None), tickets.c.expires_at > now)
            return bool(connection.scalar(select(exists().where(people.c.active, or_(_has_login(), invited)))))

    def add(self, name: str, *, role: Role, group: str = "", now: datetime) -> Person:
        """A new person without a login; ConfigError if the name is taken, empty or too long, LooksLike if it looks like somebody else's."""
        shown, person_id = read_name(name), secrets.token_hex(16)
        try:
            with self._database.writing() as connection:
                return add_person(connection, person_id, shown, role=role, group=group, now=now)
        except Conflict:
            raise ConfigError(f"there is somebody called {shown} already → choose another name") from None

    def check_name(self, name: str, *, others: Iterable[str] = ()) -> str:
        """The name as it would be kept. ConfigError if it will not do, LooksLike if it looks like somebody's or one of the `others`."""
        shown = read_name(name)
        with self._database.reading() as connection:
            taken = connection.scalars(select(people.c.name)).all()
        _check_lookalike(shown, (*taken, *others))
        return shown

    def find(self, name: str) -> Person | None:
        """The person of that name."""
        return self._one(_people().where(people.c.key == key_of(name)))

    def get(self, person_id: str) -> Person | None:
        """The person of that id."""
        return self._one(_people().where(people.c.id == person_id))

    def list_people(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        return self._many(_people())

    def set_role(self, person_id: str, role: Role) -> None:
        """Give them other rights; they hold from the next request on."""
        self._change(person_id, role=role.value)

    def set_group(self, person_id: str, group: str) -> None:
        """Put them into another group; "" for none."""
        self._change(person_id, group_name=read_group(group))

    def set_active(self, person_id: str, active: bool) -> None:
        """Shut them out, which ends their sessions and links, or let them in again."""
        with self._database.writing() as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(active=active))
            if not active:
                connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
                connection.execute(delete(tickets).where(tickets.c.person_id == person_id))

    def rename(self, person_id: str, name: str) -> None:
        """Another name; ConfigError as for `add`."""
        shown = read_name(name)
        try:
            with self._database.writing() as connection:
                _refuse_lookalike(connection, shown, but=person_id)
                connection.execute(update(people).where(people.c.id == person_id).values(name=shown, key=key_of(shown)))
        except Conflict:
            raise ConfigError(f"there is somebody called {shown} already → choose another name") from None

    def delete_person(self, person_id: str) -> None:
        """Forget the person with their sessions, links and coachings. Their interviews are erased elsewhere."""
        with self._database.writing() as connection:
            connection.execute(delete(people).where(people.c.id == person_id))

    def adopt_local(self, person_id: str) -> int:
        """Give the person the interviews, the postings, the training and what was written from before there were accounts; how many interviews these are."""
        with self._database.writing() as connection:
            mine = update(interviews).where(interviews.c.owner == LOCAL_PERSON.id)
            adopt_training(connection, LOCAL_PERSON.id, person_id)
            connection.execute(update(postings).where(postings.c.owner == LOCAL_PERSON.id).values(owner=person_id))
            name = connection.scalar(select(people.c.name).where(people.c.id == person_id)) or ""
            adopt_authored(connection, LOCAL_PERSON.id, person_id, name)
            return connection.execute(mine.values(owner=person_id, stale=True)).rowcount

    # ------------------------------------------------------------ proof

    def password_hash(self, person_id: str) -> str | None:
        """The argon2id hash in PHC format, None if they have no password."""
        with self._database.reading() as connection:
            found: str | None = connection.scalar(select(people.c.password_hash).where(people.c.id == person_id))
            return found

    def set_password_hash(self, person_id: str, hash: str, *, keep_token: str | None = None) -> None:
        """Another password: ends all their sessions but that of `keep_token`, and the links that would set yet another."""
        with self._database.writing() as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(password_hash=hash))
            others = sessions.c.token_hash != (hide(keep_token) if keep_token else "")
            connection.execute(delete(sessions).where(sessions.c.person_id == person_id, others))
            connection.execute(delete(tickets).where(tickets.c.person_id == person_id, tickets.c.used_at.is_(None)))

    def rehash(self, person_id: str, old: str, new: str) -> None:
        """The same password under stronger parameters, unless it was changed meanwhile; sessions stay."""
        with self._database.writing() as connection:
            same = (people.c.id == person_id) & (people.c.password_hash == old)
            connection.execute(update(people).where(same).values(password_hash=new))

    def by_openid(self, key: str) -> Person | None:
        """The person with that OpenID identity (issuer and subject)."""
        return self._one(_people().where(people.c.openid == key))

    def link_openid(self, person_id: str, key: str) -> None:
        """Let them log in with that identity; ConfigError if it is somebody else's."""
        try:
            self._change(person_id, openid=key)
        except Conflict:
            raise ConfigError("this OpenID identity belongs to somebody else → log in with another one") from None

    def has_openid(self, person_id: str) -> bool:
        """Whether an OpenID identity lets them in."""
        with self._database.reading() as connection:
            return connection.scalar(select(people.c.openid).where(people.c.id == person_id)) is not None

    # ------------------------------------------------------------ coaching

    def assign(self, coach_id: str, candidate_id: str) -> None:
        """Let the coach see the candidate's interviews."""
        with self._database.writing() as connection:
            insert_if_absent(connection, coachings, {"coach_id": coach_id, "candidate_id": candidate_id})

    def unassign(self, coach_id: str, candidate_id: str) -> None:
        """Take that back."""
        with self._database.writing() as connection:
            pair = (coachings.c.coach_id == coach_id) & (coachings.c.candidate_id == candidate_id)
            connection.execute(delete(coachings).where(pair))

    def candidates_of(self, coach_id: str) -> tuple[Person, ...]:
        """Whom the coach looks after, by name."""
        theirs = select(coachings.c.candidate_id).where(coachings.c.coach_id == coach_id)
        return self._many(_people().where(people.c.id.in_(theirs)))

    def coaches_of(self, candidate_id: str) -> tuple[Person, ...]:
        """Who looks after the candidate, by name."""
        theirs = select(coachings.c.coach_id).where(coachings.c.candidate_id == candidate_id)
        return self._many(_people().where(people.c.id.in_(theirs)))

    # ------------------------------------------------------------ sessions

    def open_session(self, person_id: str, now: datetime) -> str:
        """A new session; returns the token for the cookie, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(insert(sessions).values(token_hash=hide(token), person_id=person_id, created_at=now, seen_at=now))
        return token

    def session_person(self, token: str, now: datetime, idle: timedelta, absolute: timedelta) -> Person | None:
        """Who holds the session, None if it has ended: by log-out, by being unused for `idle`, or after `absolute` in any case."""
        wanted = (
            _people(sessions.c.seen_at)
            .join(sessions, sessions.c.person_id == people.c.id)
            .where(sessions.c.token_hash == hide(token), people.c.active)
            .where(sessions.c.seen_at > now - idle, sessions.c.created_at > now - absolute)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            # Who may read is not turned away because nothing can be written at the moment.
            with suppress(StoreError), self._database.writing() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == hide(token)).values(seen_at=now))
        return _person(row)

    def close_session(self, token: str) -> None:
        """Log out."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == hide(token)))

    def close_sessions(self, person_id: str) -> None:
        """Log out everywhere."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    # ------------------------------------------------------------ one-time links

    def make_ticket(self, person_id: str, purpose: str, now: datetime, lifetime: timedelta) -> str:
        """The secret of a one-time link; earlier ones for the same person end."""
        secret = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(delete(tickets).where(tickets.c.person_id == person_id, tickets.c.used_at.is_(None)))
            connection.execute(
                insert(tickets).values(
                    token_hash=hide(secret), person_id=person_id, purpose=purpose, created_at=now, expires_at=now + lifetime
                )
            )
        return secret

    def peek_ticket(self, secret: str, now: datetime) -> tuple[Person, str] | None:
        """Whose link it is and what for, None if it is unknown, used or out of date."""
        with self._database.reading() as connection:
            return _ticket(connection, secret, now)

    def take_ticket(self, secret: str, now: datetime) -> tuple[Person, str] | None:
        """The same, and it is used up: of several who come with it at once, one gets it."""
        with self._database.writing() as connection:
            found = _ticket(connection, secret, now)
            unused = (tickets.c.token_hash == hide(secret)) & tickets.c.used_at.is_(None)
            taken = connection.execute(update(tickets).where(unused).values(used_at=now)).rowcount if found else 0
            return found if taken else None

    # ------------------------------------------------------------ what has ended

    def prune(self, now: datetime, *, idle: timedelta = timedelta(hours=12), absolute: timedelta = timedelta(days=7)) -> None:
        """Remove ended sessions, used and expired links, and old attempts."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(or_(sessions.c.seen_at <= now - idle, sessions.c.created_at <= now - absolute)))
            connection.execute(delete(tickets).where(or_(tickets.c.expires_at <= now, tickets.c.used_at.is_not(None))))
            connection.execute(delete(login_attempts).where(login_attempts.c.at < now - ATTEMPTS_KEPT))

    # ------------------------------------------------------------ shared

    def _one(self, wanted: Select[Any]) -> Person | None:
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            return _person(row) if row else None

    def _many(self, wanted: Select[Any]) -> tuple[Person, ...]:
        with self._database.reading() as connection:
            return tuple(_person(row) for row in connection.execute(wanted.order_by(people.c.key)))

    def _change(self, person_id: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(**values))


def add_person(connection: Connection, person_id: str, shown: str, *, role: Role, group: str = "", now: datetime) -> Person:
    """`PeopleStore.add` as part of a transaction; Conflict at its end if the name is taken."""
    _refuse_lookalike(connection, shown)
    values = {"id": person_id, "name": shown, "key": key_of(shown), "role": role.value, "group_name": read_group(group)}
    connection.execute(insert(people).values(**values, active=True, created_at=now))
    return Person(person_id, shown, role, values["group_name"], created_at=now)


def read_name(name: str) -> str:
    """A name as it is kept: composed, one space between words; ConfigError if it is empty, too long or has control characters."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(key_of(shown)) > LONGEST_NAME or any(unicodedata.category(char).startswith("C") for char in shown):
        raise ConfigError(f"a name has 1 to {LONGEST_NAME} visible characters → choose another one")
    return shown


def read_group(group: str) -> str:
    """A group as it is kept: what can be seen of it, one space between words; "" for none."""
    return " ".join(strip_hidden(group).split())[:LONGEST_NAME]


def key_of(name: str) -> str:
    """What two spellings of the same name share."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", " ".join(name.split())).casefold())


def _refuse_lookalike(connection: Connection, name: str, *, but: str = "") -> None:
    take_turns(connection, "names")
    _check_lookalike(name, connection.scalars(select(people.c.name).where(people.c.id != but)))


def _check_lookalike(name: str, others: Iterable[str]) -> None:
    for other in others:
        if key_of(other) != key_of(name) and look_alike(other, name):
            raise LooksLike(name, other)


def _has_login() -> Any:
    return or_(people.c.password_hash.is_not(None), people.c.openid.is_not(None))


_ANY_LOGIN = select(exists().where(_has_login()))
"""Asked with every request, so worded once."""


def _people(*further: Any) -> Select[Any]:
    columns = (people.c.id, people.c.name, people.c.role, people.c.group_name, people.c.active, people.c.created_at)
    return select(*columns, _has_login().label("has_login"), *further)


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, Role(row.role), row.group_name, bool(row.active), bool(row.has_login), row.created_at)


def _ticket(connection: Connection, secret: str, now: datetime) -> tuple[Person, str] | None:
    wanted = (
        _people(tickets.c.purpose)
        .join(tickets, tickets.c.person_id == people.c.id)
        .where(tickets.c.token_hash == hide(secret), tickets.c.used_at.is_(None), tickets.c.expires_at > now, people.c.active)
    )
    row = connection.execute(wanted).one_or_none()
    return (_person(row), row.purpose) if row else None
