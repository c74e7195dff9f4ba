"""Logging in at a real OpenID provider on loopback, through the whole application."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from interviewer.access import openid
from interviewer.access.openid import FLOW_SECONDS, OpenIdProvider
from interviewer.bootstrap import Application
from interviewer.errors import ConfigError
from interviewer.models import Role
from interviewer.records.store import utc_now
from interviewer.server import create_app
from tests.integration.test_access import PAGE, PASSWORD, House, log_out, settings_of
from tests.integration.test_access import leftovers as leftovers
from tests.oidc.running import CLIENT_ID, CLIENT_SECRET, RunningProvider, at_provider, authorize, end_session

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

HERE = "http://testserver"
COUNT = itertools.count(1)


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with RunningProvider([f"{HERE}/openid/callback", "https://interview.example.org/openid/callback"]) as running:
        yield running


def open_house(folder: Path, provider: RunningProvider, **values: object) -> House:
    return House(
        folder, openid_issuer=provider.issuer, openid_client_id=CLIENT_ID, openid_client_secret=CLIENT_SECRET,
        openid_name="Example University", **values,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, provider: RunningProvider) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), provider) as house:
        house.add("Ada", Role.ADMIN)
        yield house


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory, provider: RunningProvider) -> Iterator[House]:
    """Where a newcomer becomes a candidate."""
    folder = tmp_path_factory.mktemp("open")
    with open_house(folder, provider, hosts="interview.example.org", openid_create="candidate") as house:
        house.add("Ada", Role.ADMIN), house.add("Newton Example")
        yield house


@pytest.fixture(autouse=True)
def no_earlier_guesses(house: House) -> None:
    house.people.prune(utc_now() + timedelta(days=2), idle=timedelta(days=9), absolute=timedelta(days=9))


@pytest.fixture
def cleo() -> str:
    """A name of the test's own, here and at the provider."""
    return f"cleo{next(COUNT)}"


def leave(browser: TestClient, **query: str) -> str:
    answer = browser.get("/openid/start", params=query)
    assert answer.status_code == 303
    return answer.headers["location"]


def come_back(browser: TestClient, address: str) -> httpx2.Response:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}", headers=PAGE)


def enter(browser: TestClient, name: str, **query: str) -> httpx2.Response:
    return come_back(browser, authorize(leave(browser, **query), name))


def invite(house: House, name: str, purpose: str = "invite") -> tuple[str, str]:
    person = house.people.add(name, role=Role.COACH, now=utc_now())
    return person.id, house.people.make_ticket(person.id, purpose, utc_now(), timedelta(days=7))


def actions(house: House) -> list[tuple[str, str]]:
    return [(entry.action, entry.detail) for entry in house.people.audit.search(20)]


# ---------------------------------------------------------------- the way in


def test_somebody_invited_links_and_logs_in_from_then_on_without_the_link(house: House, cleo: str) -> None:
    person_id, secret = invite(house, cleo)
    browser = house.browser()
    page = browser.get(f"/invitation/{secret}").text
    link = re.search(r'href="(/openid/start\?invitation=[^"]+)"', page)
    assert link
    first = come_back(browser, authorize(browser.get(unescape(link[1])).headers["location"], cleo))
    assert (first.status_code, first.headers["location"]) == (303, "/coach")
    assert cleo in browser.get("/account").text
    assert house.people.peek_ticket(secret, utc_now()) is None
    again = house.browser()
    assert enter(again, cleo, next="/coach").headers["location"] == "/coach"
    assert cleo in again.get("/account").text
    assert actions(house)[:3] == [("login", "openid"), ("login", "openid"), ("openid_linked", "")]
    assert house.people.by_openid(f"{house.application.settings.openid_issuer} {cleo}").id == person_id  # type: ignore[union-attr]


def test_the_login_page_offers_it_and_keeps_where_one_wanted_to_go(house: House) -> None:
    page = house.browser().get("/login?next=/export/x.md&lang=en").text
    assert "Log in with Example University" in page
    assert 'href="/openid/start?next=/export/x.md"' in page


def test_the_browser_leaves_with_pkce_state_and_nonce_and_a_cookie_of_that_flow_only(house: House) -> None:
    answer = house.browser().get("/openid/start")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["redirect_uri"] == [f"{HERE}/openid/callback"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 43
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("openid=")
    for part in ("HttpOnly", "SameSite=lax", f"Max-Age={FLOW_SECONDS}"):
        assert part in cookie
    for secret in (asked["state"][0], asked["nonce"][0], CLIENT_SECRET):
        assert secret not in cookie


def test_over_tls_the_cookie_of_the_flow_is_secure_and_bound_to_the_host(open_to_all: House) -> None:
    browser = open_to_all.browser("https://interview.example.org")
    answer = browser.get("/openid/start")
    assert answer.headers["set-cookie"].startswith("__Host-openid=")
    assert "Secure" in answer.headers["set-cookie"]
    assert come_back(browser, authorize(answer.headers["location"], "tess")).status_code == 303
    assert browser.get("/account").status_code == 200


def test_another_replica_finishes_the_login_that_this_one_began(house: House, cleo: str) -> None:
    _, secret = invite(house, cleo)
    browser = house.browser()
    back = authorize(leave(browser, invitation=secret), cleo)
    application = Application(house.application.settings)
    replica = house.browser(app=create_app(application))
    replica.cookies.update(browser.cookies)
    assert come_back(replica, back).status_code == 303
    assert cleo in browser.get("/account", headers={"cookie": f"session={replica.cookies['session']}"}).text
    application.database.dispose()


def test_new_keys_of_the_provider_are_found(house: House, cleo: str, provider: RunningProvider) -> None:
    _, secret = invite(house, cleo)
    assert enter(house.browser(), cleo, invitation=secret).status_code == 303
    provider.restart()
    assert enter(house.browser(), cleo).status_code == 303


# ---------------------------------------------------------------- who is not known


def test_somebody_unknown_is_turned_away_with_the_remedy(house: House) -> None:
    browser = house.browser()
    browser.get("/login?lang=en")
    answer = enter(browser, "stranger")
    assert answer.status_code == 403
    assert "Ask an admin for an invitation" in answer.text
    assert "session" not in browser.cookies
    assert actions(house)[0] == ("login_failed", "openid unknown")
    assert house.people.find("Stranger Example") is None


def test_somebody_unknown_becomes_a_candidate_once_where_the_operator_wants_that(open_to_all: House) -> None:
    for _ in range(2):
        browser = open_to_all.browser()
        assert enter(browser, "newton").status_code == 303
        assert "Newton Example (2)" in browser.get("/account").text
    made = open_to_all.people.find("Newton Example (2)")
    assert made
    assert made.role is Role.CANDIDATE
    assert open_to_all.people.find("Newton Example (3)") is None


def test_a_closed_account_stays_closed(house: House, cleo: str) -> None:
    person_id, secret = invite(house, cleo)
    enter(house.browser(), cleo, invitation=secret)
    house.people.set_active(person_id, False)
    assert enter(house.browser(), cleo).status_code == 403


def test_an_identity_is_not_taken_over_by_another_invitation(house: House, cleo: str) -> None:
    _, first = invite(house, cleo)
    _, second = invite(house, f"{cleo} too")
    enter(house.browser(), cleo, invitation=first)
    assert enter(house.browser(), cleo, invitation=second).status_code == 409
    assert house.people.peek_ticket(second, utc_now())


@pytest.mark.parametrize("kind", ["used", "guessed", "reset"])
def test_only_an_invitation_that_holds_links(house: House, cleo: str, kind: str) -> None:
    _, secret = invite(house, cleo, "reset" if kind == "reset" else "invite")
    if kind == "used":
        house.people.take_ticket(secret, utc_now())
    assert enter(house.browser(), cleo, invitation="guess" if kind == "guessed" else secret).status_code == 404
    assert house.people.by_openid(f"{house.application.settings.openid_issuer} {cleo}") is None


def test_without_accounts_nobody_is_created_by_accident(tmp_path: Path, provider: RunningProvider) -> None:
    with open_house(tmp_path, provider, openid_create="candidate") as house:
        assert house.browser().get("/openid/start").headers["location"] == "/"


# ---------------------------------------------------------------- linking while logged in


def test_linking_to_ones_account_asks_first_and_only_oneself(house: House) -> None:
    house.add("Bob")
    browser, other = house.enter("Ada"), house.enter("Bob")
    page = enter(browser, "ada-at-uni")
    assert page.status_code == 200
    assert "Ada-at-uni Example" in page.text
    key = f"{house.application.settings.openid_issuer} ada-at-uni"
    assert house.people.by_openid(key) is None
    sealed = re.search(r'name="identity" value="([^"]+)"', page.text)
    assert sealed
    assert browser.post("/openid/link", data={"identity": sealed[1]}).status_code == 403
    assert other.post("/openid/link", data={"identity": sealed[1], "csrf": other.cookies["csrf"]}).status_code == 400
    assert browser.post("/openid/link", data={"identity": "forged", "csrf": browser.cookies["csrf"]}).status_code == 400
    assert browser.post("/openid/link", data={"identity": sealed[1], **proof(browser)}).headers["location"] == "/own"
    assert house.people.by_openid(key).name == "Ada"  # type: ignore[union-attr]
    again = enter(other, "ada-at-uni")
    sealed = re.search(r'name="identity" value="([^"]+)"', again.text)
    assert sealed
    assert other.post("/openid/link", data={"identity": sealed[1], **proof(other)}).status_code == 409


def proof(browser: TestClient, password: str = PASSWORD) -> dict[str, str]:
    return {"csrf": browser.cookies["csrf"], "password": password}


def test_linking_takes_the_password_and_guesses_count(house: House, cleo: str) -> None:
    house.add(cleo)
    browser = house.enter(cleo)
    browser.get("/own?lang=en")
    sealed = re.search(r'name="identity" value="([^"]+)"', enter(browser, f"{cleo}-at-uni").text)
    assert sealed
    for guess, told in [("", "password is wrong"), *[("a guess", "password is wrong")] * 4, (PASSWORD, "too many wrong passwords")]:
        refused = browser.post("/openid/link", data={"identity": sealed[1], **proof(browser, guess)})
        assert (refused.status_code, told in refused.text) == (403, True)
        assert f"{cleo.capitalize()}-at-uni Example" in refused.text
    assert not house.people.has_openid(house.people.find(cleo).id)  # type: ignore[union-attr]


def test_an_account_without_a_password_keeps_its_identity(house: House, cleo: str) -> None:
    person_id, secret = invite(house, cleo)
    browser = house.browser()
    enter(browser, cleo, invitation=secret)
    own = browser.get("/own?lang=en", headers=PAGE).text
    assert "/openid/start" not in own
    refused = enter(browser, f"{cleo}-mallory")
    assert (refused.status_code, "no password" in refused.text) == (403, True)
    made = house.application.openid.seal("link", {"key": "k", "person": person_id, "known_as": "x"})  # type: ignore[union-attr]
    assert browser.post("/openid/link", data={"identity": made, **proof(browser, "")}).status_code == 403
    assert house.people.by_openid(f"{house.application.settings.openid_issuer} {cleo}").id == person_id  # type: ignore[union-attr]


# ---------------------------------------------------------------- logging out


def test_after_logging_out_one_can_log_out_at_the_provider_too(house: House, cleo: str) -> None:
    _, secret = invite(house, cleo)
    browser = house.browser()
    with at_provider() as elsewhere:
        come_back(browser, authorize(leave(browser, invitation=secret), cleo, elsewhere))
        again = leave(browser)
        assert elsewhere.get(again).headers["location"].startswith(f"{HERE}/openid/callback")
        left = log_out(browser)
        assert left.headers["location"] == "/login?left=openid"
        page = browser.get("/login?left=openid&lang=en").text
        link = re.search(r'href="([^"]+)">Log out at Example University', page)
        assert link
        assert end_session(elsewhere, unescape(link[1])) == f"{HERE}/login"
        assert "/interaction/" in elsewhere.get(leave(browser)).headers["location"]


def test_who_logs_in_by_password_is_not_sent_to_the_provider(house: House, cleo: str) -> None:
    house.add(cleo)
    browser = house.enter(cleo)
    assert log_out(browser).headers["location"] == "/login?left=yes"
    page = browser.get("/login?left=yes&lang=en").text
    assert "You are logged out" in page
    assert "Log out at" not in page


@contextmanager
def told_otherwise(house: House, **metadata: object) -> Iterator[None]:
    """The provider announces something else."""
    known = house.application.openid
    assert known
    known.leave("x")
    (url, (at, kept)), *_ = known._kept.items()
    known._kept[url] = at, {**kept, **metadata}
    yield
    known._kept.clear()


@pytest.mark.parametrize("endpoint", [None, "http://elsewhere.example/out", "javascript:alert(1)"])
def test_a_provider_without_a_safe_place_to_log_out_is_not_offered(house: House, endpoint: str | None) -> None:
    with told_otherwise(house, end_session_endpoint=endpoint):
        page = house.browser().get("/login?left=openid&lang=en").text
    assert "You are logged out" in page
    assert "Log out at" not in page


# ---------------------------------------------------------------- what is not believed


def test_a_state_of_another_flow_a_missing_cookie_and_a_forged_one_are_refused(house: House, cleo: str) -> None:
    _, secret = invite(house, cleo)
    browser = house.browser()
    back = authorize(leave(browser, invitation=secret), cleo)
    kept = browser.cookies["openid"]
    stranger = house.browser()
    assert come_back(stranger, back).status_code == 400
    stranger.cookies["openid"] = kept[:-3] + ("AAA" if not kept.endswith("AAA") else "BBB")
    assert come_back(stranger, back).status_code == 400
    assert come_back(browser, re.sub(r"state=[^&]+", "state=guess", back)).status_code == 400
    assert house.people.by_openid(f"{house.application.settings.openid_issuer} {cleo}") is None


def test_a_code_works_once(house: House, cleo: str) -> None:
    _, secret = invite(house, cleo)
    browser = house.browser()
    back = authorize(leave(browser, invitation=secret), cleo)
    kept = browser.cookies["openid"]
    assert come_back(browser, back).status_code == 303
    assert "openid" not in browser.cookies
    thief = house.browser()
    thief.cookies["openid"] = kept
    assert come_back(thief, back).status_code == 403
    assert "session" not in thief.cookies


@pytest.mark.parametrize("changed", ["nonce", "code_challenge"])
def test_a_flow_that_was_tampered_with_is_not_believed(house: House, cleo: str, changed: str) -> None:
    _, secret = invite(house, cleo)
    browser = house.browser()
    away = re.sub(rf"{changed}=[^&]+", f"{changed}={'x' * 43}", leave(browser, invitation=secret))
    assert come_back(browser, authorize(away, cleo)).status_code == 403
    assert house.people.peek_ticket(secret, utc_now())


def test_the_answer_of_another_issuer_is_refused(house: House, cleo: str) -> None:
    browser = house.browser()
    back = authorize(leave(browser), cleo)
    assert "iss=" in back
    assert come_back(browser, re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)).status_code == 403


def test_a_no_of_the_provider_is_a_page_with_the_remedy(house: House) -> None:
    browser = house.browser()
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    answer = browser.get("/openid/callback", params={"error": "access_denied", "error_description": "<b>no", "state": state, "lang": "en"})
    assert answer.status_code == 403
    assert "Start again" in answer.text
    assert "<b>no" not in answer.text


@pytest.mark.parametrize("onward", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_after_logging_in_it_goes_on_only_to_ourselves(house: House, cleo: str, onward: str) -> None:
    _, secret = invite(house, cleo)
    assert enter(house.browser(), cleo, invitation=secret, next=onward).headers["location"] == "/"


def test_guesses_at_the_callback_are_told_to_wait(house: House) -> None:
    def guess() -> int:
        browser = house.browser()
        state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
        return browser.get("/openid/callback", params={"code": "guess", "state": state}).status_code

    assert [guess() for _ in range(6)] == [403] * 5 + [429]


@pytest.mark.provokes(503)
def test_a_provider_that_is_down_is_a_page_with_the_remedy(house: House, provider: RunningProvider) -> None:
    browser = house.browser()
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    provider.stop()
    try:
        late = browser.get("/openid/callback", params={"code": "x", "state": state}, headers=PAGE)
        assert house.application.openid
        house.application.openid._kept.clear()
        early = browser.get("/openid/start?lang=en", headers=PAGE)
    finally:
        provider.start()
    assert (late.status_code, early.status_code) == (503, 503)
    assert "Example University is not available at the moment" in early.text
    assert "Traceback" not in late.text + early.text


# ---------------------------------------------------------------- settings and the cookie


def test_without_settings_there_is_no_such_page(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        house.add("Ada", Role.ADMIN)
        assert "/openid/start" not in house.browser().get("/login").text
        assert house.browser().get("/openid/start").status_code == 404
        assert house.browser().get("/openid/callback").status_code == 404


@pytest.mark.parametrize("missing", ["openid_issuer", "openid_client_id", "openid_client_secret"])
def test_half_a_setting_is_refused_at_the_start(tmp_path: Path, missing: str) -> None:
    values = {"openid_issuer": "https://id.example.org", "openid_client_id": "a", "openid_client_secret": "b"}
    values.pop(missing)
    with pytest.raises(ConfigError, match="INTERVIEWER_OIDC_ISSUER"):
        create_app(Application(settings_of(tmp_path, **values)))


def test_a_provider_without_tls_is_refused_at_the_start(tmp_path: Path) -> None:
    values = {"openid_issuer": "http://id.example.org", "openid_client_id": "a", "openid_client_secret": "b"}
    with pytest.raises(ConfigError, match="https"):
        create_app(Application(settings_of(tmp_path, **values)))


def test_what_is_sealed_holds_for_its_purpose_its_time_and_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(secret: str) -> OpenIdProvider:
        return OpenIdProvider("https://id.example.org", client_id="a", client_secret=SecretStr(secret))

    sealed = made("one").seal("link", {"key": "k"})
    assert made("one").unseal("link", sealed) == {"key": "k"}
    assert made("one").unseal("flow", sealed) is None
    assert made("two").unseal("link", sealed) is None
    assert made("one").unseal("link", None) is None
    now = openid.time.time()
    monkeypatch.setattr(openid.time, "time", lambda: now - FLOW_SECONDS - 1)
    old = made("one").seal("link", {"key": "k"})
    monkeypatch.undo()
    assert made("one").unseal("link", old) is None
