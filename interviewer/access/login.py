"""Logging in: guesses are counted before they are checked, and a wrong name looks like a wrong password.

Five guesses are free for each sender at a name, so that one who guesses holds up nobody else. All senders together have fifty at a name
and an address fifty at all names: a class behind one address logs in in the same minute. A browser in which the person has logged in
before (`devices`) has five of its own, whatever strangers did meanwhile.

The counts stand in the database, so that replicas share them. Cookies and pages are in `web`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network

from interviewer.access.devices import known_device, mark_device
from interviewer.access.passwords import Passwords
from interviewer.models import Person
from interviewer.records.attempts import Throttle
from interviewer.records.names import key_of
from interviewer.records.people import PeopleStore

FREE_GUESSES = 5
FREE_FOR_MANY = 50
"""Of all senders together at one name, and of one address at all names."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
ACCOUNT_MEMORY = timedelta(days=1)
ADDRESS_MEMORY = timedelta(minutes=15)
"""Behind one address there may be a class; an account is one person."""

INVITE, RESET = "invite", "reset"
LIFETIMES = {INVITE: timedelta(days=7), RESET: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """They are who they say. `token`: for the session's cookie, `mark`: for the device's."""

    person: Person
    token: str
    mark: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The name or the password is wrong; which of them is not said."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """They are who they say, but came by a link to a group and nobody has let them in yet."""


@dataclass(frozen=True, slots=True)
class MustWait:
    """Too many guesses at this account or from this address."""

    seconds: int


LoginOutcome = LoggedIn | Refused | Unconfirmed | MustWait


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets people in by password."""

    people: PeopleStore
    passwords: Passwords

    def log_in(self, name: str, password: str, *, address: str, now: datetime, marks: Iterable[str] = ()) -> LoginOutcome:
        """Check one guess; the guess counts whether or not anybody has that name. `marks`: of devices, as the browser holds them."""
        attempts, person = self.people.attempts, self.people.find(name[:200])
        stored = self.people.password_hash(person.id) if person else None
        device = known_device(marks, person.id, stored) if person and stored else None
        keys = _keys(name, network_of(address), device)
        wait = attempts.claim(keys, now)
        if wait > timedelta(0):
            return MustWait(max(1, int(wait.total_seconds() + 0.999)))
        matches = self.passwords.matches(password, stored)
        if matches and person is not None and person.waiting:
            self._forgive(keys, now)
            return Unconfirmed()
        if not matches or person is None or stored is None or not person.active:
            self.people.audit.write(person.id if person else "", "login_failed", person.id if person else "", now=now)
            return Refused()
        self._forgive(keys, now)
        if self.passwords.is_dated(stored):
            stored = self._strengthen(person, stored, password)
        self.people.audit.write(person.id, "login", person.id, now=now)
        return LoggedIn(person, self.people.open_session(person.id, now), mark_device(person.id, stored))

    def _forgive(self, keys: Iterable[str], now: datetime) -> None:
        """Who knows the password is no guesser: forget the sender's own attempts, and of those shared with others this one."""
        own, *shared = keys
        self.people.attempts.forget(own)
        for key in shared:
            self.people.attempts.forget(key, at=now)

    def _strengthen(self, person: Person, stored: str, password: str) -> str:
        new = self.passwords.hash(password)
        self.people.rehash(person.id, stored, new)
        return new


def _keys(name: str, network: str, device: str | None) -> Mapping[str, Throttle]:
    """Under what a guess is counted: first what is the sender's own, then what they share with others."""
    if device:
        return {f"device:{device}": OF_A_SENDER}
    account = key_of(name[:200])
    return {f"guess:{network} {account}": OF_A_SENDER, f"account:{account}": OF_A_NAME, f"address:{network}": OF_AN_ADDRESS}


def wait_after(attempts: Sequence[datetime], now: datetime, *, free: int = FREE_GUESSES) -> timedelta:
    """How long until the next guess is taken: none for the free ones, then a minute after the last one, doubling up to 15 minutes."""
    if len(attempts) < free:
        return timedelta(0)
    pause = min(LONGEST_WAIT, FIRST_WAIT * int(2 ** min(len(attempts) - free, 10)))
    left: timedelta = attempts[-1] + pause - now
    return max(timedelta(0), left)


def network_of(address: str) -> str:
    """What one sender can hold: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or ip_network((read, 64), strict=False))
    return str(read)


OF_A_SENDER = Throttle(ACCOUNT_MEMORY, wait_after)
OF_A_NAME = Throttle(ACCOUNT_MEMORY, partial(wait_after, free=FREE_FOR_MANY))
OF_AN_ADDRESS = Throttle(ADDRESS_MEMORY, partial(wait_after, free=FREE_FOR_MANY))
