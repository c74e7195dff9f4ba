"""How long a guesser waits, what counts as one sender, and what the gate makes of a request."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from starlette.datastructures import Headers

from interviewer.access.login import LONGEST_WAIT, network_of, wait_after
from interviewer.models import LOCAL_PERSON, Person, Role
from interviewer.web.gate import may_enter
from interviewer.web.practice_door import PAGES_PER_SESSION, Bindings, page_of
from interviewer.web.security import from_elsewhere, practice_policy
from tests.examples import START

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("guesses", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (5000, 15)])
def test_after_five_guesses_each_wait_doubles_up_to_a_quarter_of_an_hour(guesses: int, minutes: int) -> None:
    assert wait_after([START] * guesses, START) == minutes * MINUTE


def test_a_wait_runs_from_the_last_guess_and_ends() -> None:
    five = [START + n * timedelta(seconds=1) for n in range(5)]
    assert wait_after(five, START + timedelta(seconds=34)) == timedelta(seconds=30)
    assert wait_after(five, START + timedelta(seconds=64)) == timedelta(0)
    assert wait_after(five, START + timedelta(hours=1)) == timedelta(0)


@given(some.lists(some.integers(0, 4000), max_size=300))
def test_no_more_than_five_guesses_are_taken_in_any_minute(seconds: list[int]) -> None:
    taken = []
    for second in sorted(seconds):
        now = START + timedelta(seconds=second)
        if not wait_after(taken, now):
            taken.append(now)
    for first in taken:
        assert sum(first <= at < first + MINUTE for at in taken) <= 5
    assert all(later - earlier >= LONGEST_WAIT for earlier, later in pairwise(taken[8:]))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_sender_is_an_address_or_a_64_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({"host": "a.example"}, False),
        ({"host": "a.example", "origin": "https://a.example"}, False),
        ({"host": "a.example:443", "origin": "https://A.example"}, False),
        ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}, False),
        ({"host": "127.0.0.1:7860", "sec-fetch-site": "none"}, False),
        ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:3000"}, True),
        ({"host": "a.example", "origin": "https://b.example"}, True),
        ({"host": "a.example", "origin": "null"}, True),
        ({"host": "a.example", "sec-fetch-site": "cross-site"}, True),
        ({"host": "a.example", "sec-fetch-site": "same-site"}, True),
    ],
)
def test_who_sent_a_form(headers: dict[str, str], elsewhere: bool) -> None:
    assert from_elsewhere(Headers(headers)) is elsewhere


@pytest.mark.parametrize(
    ("role", "path", "open"),
    [
        (Role.CANDIDATE, "/", True),
        (Role.CANDIDATE, "/coach", False),
        (Role.CANDIDATE, "/coach/interviews/1", False),
        (Role.CANDIDATE, "/coaching-tips", True),
        (Role.COACH, "/coach", True),
        (Role.COACH, "/people", False),
        (Role.COACH, "/audit/2", False),
        (Role.ADMIN, "/people/1", True),
        (Role.ADMIN, "/audit", True),
    ],
)
def test_which_parts_are_open_to_whom(role: Role, path: str, open: bool) -> None:
    person = Person("p", "P", role)
    assert may_enter(person, path) is open
    if path.startswith(("/coach/", "/people", "/audit")):
        assert not may_enter(replace(person, active=False), path)


def test_the_local_person_coaches_but_looks_after_nobody() -> None:
    assert may_enter(LOCAL_PERSON, "/coach")
    assert not may_enter(LOCAL_PERSON, "/people")


def test_a_page_belongs_to_the_session_that_used_it_first() -> None:
    bound = Bindings()
    assert bound.claim("page", "ann")
    assert not bound.claim("page", "bob")
    assert bound.claim("page", "ann")


def test_a_flood_of_pages_forgets_only_ones_own() -> None:
    bound = Bindings()
    bound.claim("anns", "ann")
    for number in range(3 * PAGES_PER_SESSION):
        assert bound.claim(f"{number}", "bob")
    assert len(bound._holders) == PAGES_PER_SESSION + 1
    assert not bound.claim("anns", "bob")


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b'{"data": [], "fn_index": 0, "session_hash": "abc"}', "abc"),
        (b'{"data": [{"act": "x"}], "event_data": {"act": "x"}, "trigger_id": 3, "fn_index": 0, "session_hash": "abc"}', "abc"),
        (b'{"data": [], "fn_index": 0, "session_hash": "abc", "session_hash": "def"}', None),
        (b'{"data": [], "fn_index": 0, "session_hash": "abc", "event_id": "another"}', None),
        (b'{"data": [], "fn_index": 0, "session_hash": ["abc"]}', None),
        (b'{"data": "abc", "fn_index": 0, "session_hash": "abc"}', None),
        (b'{"data": [], "session_hash": "abc"}', None),
        (b'{"data": [], "fn_index": 2, "session_hash": "abc"}', None),
        (b'{"data": [], "fn_index": true, "session_hash": "abc"}', None),
        (b'{"data": [], "fn_index": "0", "session_hash": "abc"}', None),
        (b'{"data": []}', None),
        (b"[]", None),
        (b"[" * 100_000, None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_only_an_event_of_our_page_has_a_page(body: bytes, page: str | None) -> None:
    assert page_of(body, {0, 1}) == page


def test_the_policy_lets_the_pages_own_scripts_run_and_no_others() -> None:
    policy = practice_policy(b'<script src="/x.js"></script><script type="module">one()</script><SCRIPT>two()</SCRIPT>')
    for script in (b"one()", b"two()"):
        assert f"'sha256-{b64encode(sha256(script).digest()).decode()}'" in policy
    assert policy.count("sha256-") == 2
    script_part = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in script_part
