"""People in the database: who they are, how they prove it, and whom they coach.

Every method is one transaction. Sessions and one-time links are in `sessions`. Passwords are hashed in access/passwords, what was done in
somebody's name is in `audit_log`, guesses are in `attempts`, erasing a person's interviews is in `erasure`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, insert, or_, select, update

from interviewer.errors import ConfigError, Conflict
from interviewer.models import LOCAL_PERSON, Person, Role
from interviewer.records.attempts import Attempts
from interviewer.records.audit_log import AuditLog
from interviewer.records.authored_rows import adopt_authored
from interviewer.records.base import Database
from interviewer.records.card_rows import adopt_training
from interviewer.records.desk_rows import adopt_desk
from interviewer.records.dialects import insert_if_absent
from interviewer.records.hidden import hide
from interviewer.records.membership import enter_group
from interviewer.records.names import KnownNames, key_of, read_group, read_name, refuse_lookalike
from interviewer.records.people_tables import coachings, login_attempts, people, sessions, tickets
from interviewer.records.person_rows import has_login, read_person, select_people
from interviewer.records.posting_tables import postings
from interviewer.records.sessions import Sessions
from interviewer.records.tables import interviews

ATTEMPTS_KEPT = timedelta(days=1)


_ANY_LOGIN = select(exists().where(has_login()))
"""Asked with every request, so worded once."""


class PeopleStore(Sessions):
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
            return bool(connection.scalar(select(exists().where(people.c.active, or_(has_login(), invited)))))

    def add(self, name: str, *, role: Role, group: str = "", now: datetime, actor_id: str = "") -> Person:
        """A new person without a login, coached by the coaches of the group; ConfigError if the name is taken, empty or too long, LooksLike if it looks like somebody else's."""
        shown, person_id = read_name(name), secrets.token_hex(16)
        try:
            with self._database.writing() as connection:
                added = add_person(connection, person_id, shown, role=role, group=group, now=now)
                enter_group(connection, person_id, added.group, actor_id=actor_id, now=now)
                return added
        except Conflict:
            raise ConfigError(f"there is somebody called {shown} already → choose another name") from None

    def check_name(self, name: str, *, others: Iterable[str] = ()) -> str:
        """The name as it would be kept. ConfigError if it will not do, LooksLike if it looks like somebody's or one of the `others`."""
        shown = read_name(name)
        with self._database.reading() as connection:
            taken = connection.scalars(select(people.c.name)).all()
        KnownNames((*taken, *others)).refuse_alike(shown)
        return shown

    def find(self, name: str) -> Person | None:
        """The person of that name."""
        return self._one(select_people().where(people.c.key == key_of(name)))

    def get(self, person_id: str) -> Person | None:
        """The person of that id."""
        return self._one(select_people().where(people.c.id == person_id))

    def list_people(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        return self._many(select_people())

    def set_role(self, person_id: str, role: Role) -> None:
        """Give them other rights; they hold from the next request on."""
        self._change(person_id, role=role.value)

    def set_group(self, person_id: str, group: str, *, now: datetime, actor_id: str = "") -> None:
        """Put them into another group, "" for none; its coaches coach them from now on, those of the one they leave no longer."""
        with self._database.writing() as connection:
            enter_group(connection, person_id, read_group(group), actor_id=actor_id, now=now)

    def set_active(self, person_id: str, active: bool) -> None:
        """Shut them out, which ends their sessions and links, or let them in again."""
        with self._database.writing() as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(active=active, waiting=False))
            if not active:
                connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
                connection.execute(delete(tickets).where(tickets.c.person_id == person_id))

    def rename(self, person_id: str, name: str) -> None:
        """Another name; ConfigError as for `add`."""
        shown = read_name(name)
        try:
            with self._database.writing() as connection:
                refuse_lookalike(connection, shown, but=person_id)
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
            adopt_desk(connection, LOCAL_PERSON.id, person_id, name)
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
        return self._one(select_people().where(people.c.openid == key))

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
        return self._many(select_people().where(people.c.id.in_(theirs)))

    def coaches_of(self, candidate_id: str) -> tuple[Person, ...]:
        """Who looks after the candidate, by name."""
        theirs = select(coachings.c.coach_id).where(coachings.c.candidate_id == candidate_id)
        return self._many(select_people().where(people.c.id.in_(theirs)))

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
            return read_person(row) if row else None

    def _many(self, wanted: Select[Any]) -> tuple[Person, ...]:
        with self._database.reading() as connection:
            return tuple(read_person(row) for row in connection.execute(wanted.order_by(people.c.key)))

    def _change(self, person_id: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(people).where(people.c.id == person_id).values(**values))


def add_person(connection: Connection, person_id: str, shown: str, *, role: Role, group: str = "", now: datetime) -> Person:
    """`PeopleStore.add` as part of a transaction; Conflict at its end if the name is taken."""
    refuse_lookalike(connection, shown)
    values = {"id": person_id, "name": shown, "key": key_of(shown), "role": role.value, "group_name": read_group(group)}
    connection.execute(insert(people).values(**values, active=True, created_at=now))
    return Person(person_id, shown, role, values["group_name"], created_at=now)
