"""Joining a group by its link: whoever opens it chooses a name and a password, and is in, or waits for a coach to let them in.

Attempts are throttled like guesses at a password (`login`), for each address and each link; who gets in is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from interviewer.access.devices import mark_device
from interviewer.access.login import OF_A_NAME, OF_AN_ADDRESS, LoggedIn, MustWait, network_of
from interviewer.access.passwords import Passwords, check_password
from interviewer.errors import ConfigError
from interviewer.models import JoinLink, Person
from interviewer.records.joining import JoinStore
from interviewer.records.names import LooksLike
from interviewer.records.people import PeopleStore


@dataclass(frozen=True, slots=True)
class LinkOver:
    """Nobody can come in by the link any more: it is out of date, used up, closed, or none."""


@dataclass(frozen=True, slots=True)
class Waits:
    """They are put down, and can log in once a coach has confirmed them."""

    person: Person


@dataclass(frozen=True, slots=True)
class NameRefused:
    """The name will not do. `why`: taken, alike or bad; whose it looks like is not told to a stranger."""

    why: str


JoinOutcome = LoggedIn | Waits | NameRefused | MustWait | LinkOver


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people join."""

    people: PeopleStore
    joins: JoinStore
    passwords: Passwords

    def peek(self, secret: str, now: datetime) -> JoinLink | None:
        """The link, None if nobody can come in by it; there are links only where there are accounts."""
        return self.joins.peek(secret, now) if self.people.any_accounts() else None

    def join(self, secret: str, name: str, password: str, *, address: str, now: datetime) -> JoinOutcome:
        """Take somebody in. WeakPassword if the password will not do."""
        link = self.peek(secret, now)
        if link is None:
            return LinkOver()
        keys = {f"join:{network_of(address)}": OF_AN_ADDRESS, f"joinlink:{link.id}": OF_A_NAME}
        wait = self.people.attempts.claim(keys, now)
        if wait > timedelta(0):
            return MustWait(max(1, int(wait.total_seconds() + 0.999)))
        check_password(password, name=name)
        try:
            self.people.check_name(name)
            if self.people.find(name):
                return NameRefused("taken")
            hash = self.passwords.hash(password)
            person = self.joins.join(secret, name, hash, now)
        except LooksLike:
            return NameRefused("alike")
        except ConfigError:
            return NameRefused("taken" if self.people.find(name) else "bad")
        if person is None:
            return LinkOver()
        for key in keys:
            self.people.attempts.forget(key, at=now)
        if person.waiting:
            return Waits(person)
        return LoggedIn(person, self.people.open_session(person.id, now), mark_device(person.id, hash))
