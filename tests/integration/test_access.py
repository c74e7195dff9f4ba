"""The gate, logging in and out, one-time links and headers, on the whole application."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.routing import Route
from starlette.testclient import TestClient

from interviewer.access.passwords import Passwords
from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.errors import ConfigError
from interviewer.models import Person, Role, Setup
from interviewer.records.store import utc_now
from interviewer.server import create_app
from interviewer.starting import check_binding
from tests.integration.surface import gradios_of

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

PAGE = {"accept": "text/html"}
PASSWORD = "correct horse"
EVENT = {"data": [], "event_data": None, "fn_index": 0, "trigger_id": 0}


def settings_of(folder: Path, **values: object) -> Settings:
    return Settings(data=folder, _env_file=None, **values)  # type: ignore[arg-type,call-arg]


class House:
    """The application with its people, running while it is entered; every `browser` has cookies of its own."""

    def __init__(self, folder: Path, **values: object) -> None:
        self.application = Application(settings_of(folder, **values))
        cheap = Passwords()
        cheap.__dict__["_hasher"] = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        self.application.__dict__["passwords"] = cheap
        self.app = create_app(self.application)
        self.people = self.application.people

    def __enter__(self) -> House:
        self.root = TestClient(self.app, raise_server_exceptions=False).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.root.__exit__()

    def browser(self, address: str = "http://testserver", app: object = None) -> TestClient:
        browser = TestClient(app or self.app, base_url=address, follow_redirects=False, raise_server_exceptions=False)  # type: ignore[arg-type]
        browser.portal = self.root.portal  # all in the one event loop
        return browser

    def add(self, name: str, role: Role = Role.CANDIDATE) -> Person:
        person = self.people.add(name, role=role, now=utc_now())
        self.people.set_password_hash(person.id, self.application.passwords.hash(PASSWORD))
        return person

    def enter(self, name: str, address: str = "http://testserver") -> TestClient:
        browser = self.browser(address)
        assert log_in(browser, name).status_code == 303
        return browser


def log_in(browser: TestClient, name: str, password: str = PASSWORD, **fields: str):  # type: ignore[no-untyped-def]
    token = browser.get("/login", headers=PAGE).cookies.get("csrf") or browser.cookies["csrf"]
    return browser.post("/login", data={"csrf": token, "name": name, "password": password, **fields})


def test_the_browser_keeps_a_mark_of_the_device_that_scripts_cannot_read(house: House) -> None:
    browser = house.browser()
    cookies = log_in(browser, "Ann").headers.get_list("set-cookie")
    mark = next(cookie for cookie in cookies if cookie.startswith("device-"))
    assert {"HttpOnly", "SameSite=lax", "Max-Age=15552000"} <= set(mark.split("; "))
    log_out(browser)
    for _ in range(6):
        log_in(house.browser(), "Ann", "a wrong guess")
    assert log_in(house.browser(), "Ann").status_code == 429
    assert log_in(browser, "Ann").status_code == 303


def log_out(browser: TestClient):  # type: ignore[no-untyped-def]
    token = re.search('name="csrf" value="([^"]+)"', browser.get("/account").text)
    assert token
    return browser.post("/logout", data={"csrf": token[1]})


def open_page(browser: TestClient, page: str, **changes: object) -> int:
    return int(browser.post("/gradio_api/run/predict", json={**EVENT, "session_hash": page, **changes}).status_code)


@pytest.fixture(scope="module", autouse=True)
def leftovers() -> Iterator[None]:
    """Gradio makes event loops while it is built and closes none: they are collected here, where nobody warns of it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.set_event_loop(None)
        gc.collect()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as house:
        house.add("Ann"), house.add("Bob"), house.add("Cleo", Role.COACH), house.add("Ada", Role.ADMIN)
        yield house


@pytest.fixture(autouse=True)
def no_earlier_guesses(house: House) -> None:
    house.people.prune(utc_now() + timedelta(days=2), idle=timedelta(days=9), absolute=timedelta(days=9))


# ---------------------------------------------------------------- closed by default


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/coach", "/people", "/account", "/export/x.md", "/own", "/nonesuch", "/theme.css", "/config"]
)
def test_nobody_is_sent_to_the_login_page_or_told_to_log_in(house: House, path: str) -> None:
    nobody = house.browser()
    page = nobody.get(path + "?a=b", headers=PAGE)
    assert page.status_code == 303
    assert page.headers["location"].startswith("/login?next=%2F")
    assert nobody.get(path).status_code == 401
    assert nobody.post(path).status_code == 401


@pytest.mark.parametrize("path", ["/login", "/healthz", "/favicon.ico", "/look/style.css"])
def test_the_short_public_list_is_open(house: House, path: str) -> None:
    assert house.browser().get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/%2Fpeople", "/People", "/people/", "/people/x", "/coach/", "/look/../people", "/login/../people", "/audit"]
)
def test_no_spelling_of_a_path_lets_a_candidate_in(house: House, path: str) -> None:
    assert house.enter("Ann").get(path, headers=PAGE).status_code == 404


def test_without_accounts_everybody_on_this_machine_is_the_local_person(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        browser = house.browser()
        assert browser.get("/").status_code == 200
        assert browser.get("/login").headers["location"] == "/"
        assert "/coach" not in browser.get("/account").text  # nothing to review yet
        assert open_page(browser, "mine") == 200
        house.add("Ann")
        assert browser.get("/").status_code == 401


def test_others_are_never_taken_for_the_local_person(tmp_path: Path) -> None:
    with House(tmp_path, hosts="interview.example.org") as house:
        browser = house.browser("https://interview.example.org")
        assert browser.get("/").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_binding_to_a_network_needs_somebody_who_can_log_in_and_a_name(tmp_path: Path, host: str) -> None:
    application = Application(settings_of(tmp_path, host=host))
    with pytest.raises(ConfigError, match="interviewer user add NAME --role admin"):
        check_binding(application)
    ann = application.people.add("Ann", role=Role.ADMIN, now=utc_now())
    application.people.make_ticket(ann.id, "invite", utc_now(), timedelta(days=1))
    with pytest.raises(ConfigError, match="INTERVIEWER_HOSTS"):
        check_binding(application)
    check_binding(Application(settings_of(tmp_path, host=host, hosts="a.example")))
    check_binding(Application(settings_of(tmp_path / "empty")))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused(house: House, host: str) -> None:
    assert house.browser().get("/healthz", headers={"host": host}).status_code == 400


# ---------------------------------------------------------------- logging in and out


def test_logging_in_and_out(house: House) -> None:
    browser = house.browser()
    answer = log_in(browser, "ann", next="/export/x.md")
    assert (answer.status_code, answer.headers["location"]) == (303, "/export/x.md")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    token = browser.cookies["session"]
    assert "Ann" in browser.get("/account").text
    assert log_out(browser).headers["location"] == "/login?left=yes"
    assert "session" not in browser.cookies
    browser.cookies["session"] = token
    assert browser.get("/account").status_code == 401


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    with House(tmp_path, hosts="interview.example.org") as house:
        house.add("Ann")
        browser = house.browser("https://interview.example.org")
        answer = log_in(browser, "Ann")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert answer.headers["strict-transport-security"]
        assert browser.get("/account").status_code == 200
        renamed = house.browser("https://interview.example.org")
        renamed.cookies["session"] = browser.cookies["__Host-session"]
        assert renamed.get("/account").status_code == 401
        plain = house.browser("http://interview.example.org")
        assert "https" in plain.get("/login?lang=en").text


def test_a_wrong_name_and_a_wrong_password_look_the_same(house: House) -> None:
    def shown(name: str) -> tuple[int, str]:
        answer = log_in(house.browser(), name, "wrong password")
        return answer.status_code, re.sub('value="[^"]*"', "", answer.text)

    assert shown("Ann") == shown("Nobody")
    assert shown("Ann")[0] == 401


def test_the_sixth_guess_is_told_to_wait(house: House) -> None:
    browser = house.browser()
    assert [log_in(browser, "Ann", "wrong password").status_code for _ in range(6)] == [401] * 5 + [429]
    last = log_in(browser, "Ann")
    assert last.status_code == 429
    assert 0 < int(last.headers["retry-after"]) <= 60
    assert 'role="alert"' in last.text


@pytest.mark.parametrize("onward", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "evil"])
def test_after_logging_in_it_goes_on_only_to_ourselves(house: House, onward: str) -> None:
    assert log_in(house.browser(), "Ann", next=onward).headers["location"] == "/"


def test_a_restart_keeps_the_session(house: House) -> None:
    browser = house.enter("Ann")
    application = Application(house.application.settings)
    again = house.browser(app=create_app(application))
    again.cookies.update(browser.cookies)
    assert "Ann" in again.get("/account").text
    application.database.dispose()


def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    with House(tmp_path, session_idle_hours=1e-9) as house:
        house.add("Ann")
        assert house.enter("Ann").get("/account").status_code == 401


def test_new_rights_and_a_closed_account_hold_at_once(house: House) -> None:
    dora = house.add("Dora")
    browser = house.enter("Dora")
    assert "/coach" not in browser.get("/account").text
    house.people.set_role(dora.id, Role.COACH)
    assert "/coach" in browser.get("/account").text
    house.people.set_active(dora.id, False)
    assert browser.get("/account").status_code == 401
    assert log_in(house.browser(), "Dora").status_code == 401


# ---------------------------------------------------------------- forms of other sites


@pytest.mark.parametrize("path", ["/login", "/logout", "/gradio_api/queue/join", "/nonesuch"])
@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
def test_what_another_site_sends_is_refused(house: House, path: str, headers: dict[str, str]) -> None:
    assert house.enter("Ann").post(path, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("token", [None, "", "guess"])
def test_a_form_without_our_token_is_refused(house: House, path: str, token: str | None) -> None:
    browser = house.enter("Ann")
    assert browser.post(path, data={"name": "Ann"} | ({"csrf": token} if token is not None else {})).status_code == 403
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("token", ["", "-", "None"])
def test_a_form_is_refused_where_there_is_no_token_to_compare_with(house: House, token: str) -> None:
    assert house.browser().post("/login", data={"csrf": token, "name": "Ann", "password": PASSWORD}).status_code == 403


def test_a_refused_form_says_what_to_do(house: House) -> None:
    answer = house.enter("Ann").post("/logout", data={"csrf": "old"}, headers=PAGE)
    assert "刷新" in answer.text
    assert "Traceback" not in answer.text


# ---------------------------------------------------------------- one-time links


def test_an_invitation_lets_one_choose_a_password_once(house: House) -> None:
    eve = house.people.add("Eve", role=Role.CANDIDATE, now=utc_now())
    path = "/invitation/" + house.people.make_ticket(eve.id, "invite", utc_now(), timedelta(days=7))
    browser, late = house.browser(), house.browser()
    assert "Eve" in browser.get(path).text
    late.get(path)

    def choose(who: TestClient, password: str, again: str):  # type: ignore[no-untyped-def]
        return who.post(path, data={"csrf": who.cookies["csrf"], "password": password, "again": again})

    assert choose(browser, "short", "short").status_code == 422
    assert choose(browser, "eve eve eve!", "eve eve eve?").status_code == 422
    assert choose(browser, PASSWORD, PASSWORD).headers["location"] == "/"
    assert "Eve" in browser.get("/account").text
    assert choose(late, PASSWORD + "2", PASSWORD + "2").status_code == 404
    assert late.get(path).status_code == 404
    assert log_in(late, "Eve").status_code == 303


def test_a_reset_ends_all_sessions(house: House) -> None:
    finn = house.add("Finn")
    old = house.enter("Finn")
    browser = house.browser()
    path = "/invitation/" + house.people.make_ticket(finn.id, "reset", utc_now(), timedelta(days=1))
    browser.get(path)
    assert (
        browser.post(path, data={"csrf": browser.cookies["csrf"], "password": "another horse", "again": "another horse"}).status_code == 303
    )
    assert old.get("/account").status_code == 401
    assert log_in(house.browser(), "Finn").status_code == 401


@pytest.mark.parametrize("secret", ["guess", "", "a/b", "%2e%2e", "x" * 5000])
def test_a_guessed_link_does_nothing(house: House, secret: str) -> None:
    assert house.browser().get(f"/invitation/{secret}", headers=PAGE).status_code == 404


# ---------------------------------------------------------------- whose interview


def test_an_interview_is_exported_to_its_owner_only(house: House) -> None:
    ann = house.people.find("Ann")
    assert ann
    first = house.application.bank.questions[0].id
    interview = house.application.service.begin(Setup(question_ids=(first,)), owner=ann.id)
    path = f"/export/{interview.id}.md"
    assert house.enter("Ann").get(path).status_code == 200
    for other in ("Bob", "Cleo", "Ada"):
        assert house.enter(other).get(path).status_code == 404


def test_a_page_of_the_practice_room_belongs_to_one_session(house: House) -> None:
    ann, bob, anns_other = house.enter("Ann"), house.enter("Bob"), house.enter("Ann")
    assert open_page(ann, "page1") == 200
    for other in (bob, anns_other):
        assert open_page(other, "page1") == 404
    assert open_page(bob, "page2", event_id="of another") == 404
    assert open_page(bob, "x" * 65) == 404


def test_what_is_no_event_with_a_function_is_refused(house: House) -> None:
    ann = house.enter("Ann")
    assert ann.get("/en/").status_code == 200  # builds that page, too
    practice = next(gradio.get_blocks() for prefix, gradio in gradios_of(house.app) if not prefix)
    in_the_browser = [number for number, event in practice.fns.items() if event.fn is None]
    assert in_the_browser
    for number in (*in_the_browser, max(practice.fns) + 1, -1, None, "0", True, 0.0, [0]):
        assert open_page(ann, "page3", fn_index=number) == 404


def test_an_event_runs_as_the_person_who_sent_it(house: House) -> None:
    gwen = house.add("Gwen")
    house.application.service.begin(Setup(question_ids=(house.application.bank.questions[0].id,)), owner=gwen.id)
    seen = {}
    for name in ("Gwen", "Bob"):
        browser = house.enter(name)
        seen[name] = browser.post("/gradio_api/run/predict", json={**EVENT, "session_hash": f"page of {name}"}).text
    assert "?interview=" in seen["Gwen"]
    assert "?interview=" not in seen["Bob"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    [
        "/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/file=/etc/passwd", "/gradio_api/upload", "/monitoring",
        "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/call/on_load", "/gradio_api/component_server", "/gradio_api/cancel",
        "/gradio_api/reset", "/gradio_api/mcp", "/gradio_api/api/predict", "/gradio_api/run/on_load", "/user", "/token", "/manifest.json",
        "/gradio_api/queue/join", "/gradio_api/queue/data?session_hash=x", "/gradio_api/heartbeat/x", "/gradio_api/deep_link", "/gradio_api/runs", "/gradio_api/process_recording", "/dev/reload", "/login_check", "/robots.txt",
    ],
)  # fmt: skip
def test_the_rest_of_gradio_is_out_of_reach_even_for_an_admin(house: House, prefix: str, path: str) -> None:
    browser = house.enter("Ada")
    assert browser.get(prefix + path).status_code == 404
    assert browser.post(prefix + path, json={"session_hash": "x", "data": []}).status_code == 404


def test_a_huge_event_is_refused(house: House) -> None:
    body = json.dumps({**EVENT, "session_hash": "big", "data": ["x" * 1_000_001]})
    assert house.enter("Ann").post("/gradio_api/run/predict", content=body).status_code == 413


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize("path", ["/", "/en/", "/login", "/account", "/look/style.css", "/healthz", "/nonesuch", "/gradio_api/info"])
def test_every_response_carries_the_headers(house: House, path: str) -> None:
    headers = house.enter("Ann").get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["permissions-policy"]
    assert headers["referrer-policy"]
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert ("unsafe" in policy) is (path in ("/", "/en/"))


@pytest.mark.provokes(500)
def test_a_fault_shows_no_traceback_and_carries_the_headers(tmp_path: Path) -> None:
    with House(tmp_path) as house:

        def fail() -> None:
            raise RuntimeError("the candidate's words")

        house.app.router.routes.insert(0, Route("/fault", fail))
        answer = house.browser().get("/fault", headers=PAGE)
        assert answer.status_code == 500
        assert "words" not in answer.text
        assert answer.headers["content-security-policy"]
