"""Logging in: guesses are counted before they are checked, and a wrong name looks like a wrong password.

The count stands in the database, so that replicas share it. Cookies and pages are in `web`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from interviewer.access.passwords import Passwords
from interviewer.models import Person
from interviewer.records.people import PeopleStore, key_of

FREE_GUESSES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
ACCOUNT_MEMORY = timedelta(days=1)
ADDRESS_MEMORY = timedelta(minutes=15)
"""Behind one address there may be a class; an account is one person."""

INVITE, RESET = "invite", "reset"
LIFETIMES = {INVITE: timedelta(days=7), RESET: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """They are who they say. `token`: for the cookie."""

    person: Person
    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The name or the password is wrong; which of them is not said."""


@dataclass(frozen=True, slots=True)
class MustWait:
    """Too many guesses at this account or from this address."""

    seconds: int


LoginOutcome = LoggedIn | Refused | MustWait


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets people in by password."""

    people: PeopleStore
    passwords: Passwords

    def log_in(self, name: str, password: str, *, address: str, now: datetime) -> LoginOutcome:
        """Check one guess; the guess counts whether or not anybody has that name."""
        account, origin = f"account:{key_of(name[:200])}", f"address:{network_of(address)}"
        wait = self.people.attempts.claim({account: ACCOUNT_MEMORY, origin: ADDRESS_MEMORY}, now, wait=wait_after)
        if wait > timedelta(0):
            return MustWait(max(1, int(wait.total_seconds() + 0.999)))
        person = self.people.find(name[:200])
        stored = self.people.password_hash(person.id) if person else None
        if not self.passwords.matches(password, stored) or person is None or stored is None or not person.active:
            self.people.audit.write(person.id if person else "", "login_failed", person.id if person else "", now=now)
            return Refused()
        self.people.attempts.forget(account)
        self.people.attempts.forget(origin, at=now)
        if self.passwords.is_dated(stored):
            self.people.rehash(person.id, stored, self.passwords.hash(password))
        self.people.audit.write(person.id, "login", person.id, now=now)
        return LoggedIn(person, self.people.open_session(person.id, now))


def wait_after(attempts: Sequence[datetime], now: datetime) -> timedelta:
    """How long until the next guess is taken: none for five in a row, then a minute after the last one, doubling up to 15 minutes."""
    if len(attempts) < FREE_GUESSES:
        return timedelta(0)
    pause = min(LONGEST_WAIT, FIRST_WAIT * int(2 ** min(len(attempts) - FREE_GUESSES, 10)))
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
