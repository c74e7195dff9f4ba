"""Passwords: which are good enough, how they are kept (argon2id), and how they are checked without telling whether there is such a person.

The rules are those of NIST SP 800-63B and ASVS 5.0: length counts, composition does not, and what everybody guesses first is refused.
"""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.errors import InterviewerError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
AT_ONCE = max(1, min(4, (os.cpu_count() or 1) // 2))
"""Hashes computed at the same time. Each takes 64 MiB and four threads: more of them would be ready no sooner and hold up everybody else."""

# The beginnings of the lists of leaked passwords, of those that are long enough to be asked about at all, and what fits this place.
_COMMONEST = """
1234567890 0123456789 12345678910 123456789a a123456789 1234567891 0987654321 9876543210 123456789q q123456789 1234512345 1122334455
11111111111 1111111111 0000000000 00000000000 9999999999 5555555555 6666666666 8888888888 7777777777 123123123123 123321123321
qwertyuiop qwertyuiop123 qwerty12345 qwerty123456 qwerty1234 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3
asdfghjkl1 asdfghjkl123 asdfghjklq zxcvbnm123 qazwsxedcrfv qazwsx123456 abcdefghij abcdefghijk abcd123456 abc1234567 abc123456789
password12 password123 password1234 password12345 password123456 passw0rd123 p@ssw0rd123 p@ssword123 passwordpassword mypassword1
iloveyou12 iloveyou123 iloveyou1234 iloveyou1314 woaini1314 woaini1314520 woaini520520 5201314520 5201314521 a5201314520 woaini123456
letmein123 letmein1234 welcome123 welcome1234 administrator admin12345 admin123456 adminadmin admin1234567 superman123 football123
baseball123 princess123 sunshine123 dragon12345 monkey12345 michael123 liverpool1 changeme123 changeme1234 interview1 interview123
interviewer interviewer1 interviewer123 mockinterview aa12345678 aa123456789 a1b2c3d4e5 a1234567890 qq123456789 wang123456 zhang123456
"""
COMMONEST = frozenset(_COMMONEST.split())


class WeakPassword(InterviewerError):
    """The password is refused. `reason`: short, long, name or common."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the password is refused ({reason}) → choose {SHORTEST} to {LONGEST} characters that nobody would guess")
        self.reason = reason


def check_password(password: str, *, name: str) -> None:
    """WeakPassword if it is too short, too long, made of the person's name, one character over and over, or what everybody guesses."""
    chosen = _normal(password)
    if len(chosen) < SHORTEST:
        raise WeakPassword("short")
    if len(chosen) > LONGEST:
        raise WeakPassword("long")
    plain, own = chosen.casefold(), unicodedata.normalize("NFKC", name).casefold()
    if own and own in plain and not plain.replace(own, "").strip("0123456789!.-_ "):
        raise WeakPassword("name")
    if plain in COMMONEST or len(set(plain)) < 3:
        raise WeakPassword("common")


class Passwords:
    """Makes and checks argon2id hashes, with the parameters that RFC 9106 recommends where 64 MiB can be spared."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The hash in PHC format."""
        with self._slots:
            return self._hasher.hash(_normal(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether it is the password. Takes as long where there is none to compare with."""
        from argon2.exceptions import InvalidHashError, VerificationError

        against = stored or self._nobodys
        too_long = len(password) > LONGEST * 4
        try:
            with self._slots:
                self._hasher.verify(against, "" if too_long else _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None and not too_long

    def is_dated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    """The same password from every keyboard (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode("utf-8")
