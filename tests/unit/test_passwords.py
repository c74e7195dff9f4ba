"""Which passwords are taken."""

from __future__ import annotations

import pytest

from interviewer.access.passwords import COMMONEST, SHORTEST, WeakPassword, check_password


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "十个汉字组成的密码可以",
        "          x y z",
        "Tr0ub4dor&3",
        "a" * 5 + "b" * 5 + "c",
        "x1" * 99 + "z",
        "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵",
    ],
)
def test_length_is_enough(password: str) -> None:
    check_password(password, name="Ann Example")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "short"),
        ("Aa1!Aa1!x", "short"),
        ("x" * 199 + "yz", "long"),
        ("ann example", "name"),
        ("ＡＮＮ Ｅxample", "name"),
        ("Ann Example2026!", "name"),
        ("1234567890", "common"),
        ("PASSWORD123", "common"),
        ("woaini1314520", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
    ],
)
def test_what_is_refused(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password, name="Ann Example")
    assert refused.value.reason == reason
    assert not password or password not in str(refused.value)


def test_every_common_password_would_be_long_enough() -> None:
    assert len(COMMONEST) > 80
    assert all(len(password) >= SHORTEST and password == password.casefold() for password in COMMONEST)
