"""Browsers in which somebody has logged in before: their mistakes are counted apart, so that strangers' guesses lock nobody out.

The mark is made with the stored hash of the password as its key: nothing more is kept, another password ends it, and whoever could forge
one holds the database anyway. It opens nothing by itself. See OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256


def mark_device(person_id: str, stored_hash: str) -> str:
    """A new mark for a browser in which this person has just shown their password."""
    number = secrets.token_hex(16)
    return f"{number}.{_seal(number, person_id, stored_hash)}"


def known_device(marks: Iterable[str], person_id: str, stored_hash: str) -> str | None:
    """The number of the device whose mark is among these, None if none of them was made for this person's present password."""
    for mark in marks:
        number, _, seal = mark.partition(".")
        if hmac.compare_digest(seal.encode(), _seal(number, person_id, stored_hash).encode()):
            return number
    return None


def _seal(number: str, person_id: str, stored_hash: str) -> str:
    return hmac.new(stored_hash.encode(), f"device {number} {person_id}".encode(), sha256).hexdigest()
