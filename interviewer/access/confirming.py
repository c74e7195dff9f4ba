"""Asking somebody who is logged in for their password again, before what cannot be taken back. Five guesses are free as at the door,
but counted apart: strangers who guess there do not hold up whoever is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from interviewer.access.login import OF_A_SENDER
from interviewer.access.passwords import Passwords
from interviewer.models import Person
from interviewer.records.people import PeopleStore


class Confirmation(StrEnum):
    """YES: the password is right, or they have none. WRONG: it is not. WAIT: too many guesses."""

    YES = "yes"
    WRONG = "wrong"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Confirming:
    """Compares with the password that is kept."""

    people: PeopleStore
    passwords: Passwords

    def confirm(self, person: Person, password: str, *, now: datetime) -> Confirmation:
        """Whether this is their password. Somebody without one logs in elsewhere and has shown who they are there."""
        stored = self.people.password_hash(person.id)
        if stored is None:
            return Confirmation.YES
        key = f"confirm:{person.id}"
        if self.people.attempts.claim({key: OF_A_SENDER}, now) > timedelta(0):
            return Confirmation.WAIT
        if not self.passwords.matches(password, stored):
            return Confirmation.WRONG
        self.people.attempts.forget(key)
        return Confirmation.YES
