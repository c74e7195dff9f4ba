"""What somebody meets who opens the application for the first time: their language, true promises, and no link that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interviewer.models import Setup
from interviewer.server import catalogue_of
from interviewer.ui.render import render
from tests.integration.test_access import PAGE, House

ENGLISH = {**PAGE, "accept-language": "en-GB,en;q=0.9"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize(
    ("preferred", "there"),
    [("en-GB,en;q=0.9", "/en/"), ("de-DE, en;q=0.8", "/en/"), ("zh-CN,zh;q=0.9,en;q=0.8", None), ("de", None), ("", None)],
)
def test_the_first_visit_follows_the_browser(house: House, preferred: str, there: str | None) -> None:
    with house:
        answer = house.browser().get("/?interview=x", headers={**PAGE, "accept-language": preferred})
        assert (answer.status_code, answer.headers.get("location")) == ((303, "/en/?interview=x") if there else (200, None))


def test_a_choice_sticks_and_keeps_the_place(house: House) -> None:
    with house:
        browser = house.browser()
        assert browser.get("/", headers=ENGLISH).headers["location"] == "/en/"
        assert browser.get("/en/", headers=ENGLISH).status_code == 200
        chosen = browser.get("/?lang=zh&interview=x", headers=ENGLISH)
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/?interview=x")
        assert browser.get("/", headers=ENGLISH).status_code == 200
        assert browser.get("/en/?lang=zh", headers=ENGLISH).headers["location"] == "/"
        assert browser.get("/?lang=en", headers=PAGE).headers["location"] == "/en/"
        assert browser.get("/", headers=PAGE).headers["location"] == "/en/"


def test_a_bad_language_leads_nowhere_else(house: House) -> None:
    with house:
        assert house.browser().get("/?lang=//evil.example", headers=PAGE).headers["location"] == "/"


def test_the_desk_is_linked_once_there_is_something_to_review(house: House) -> None:
    with house:
        browser, service = house.browser(), house.application.service
        corner: Callable[[], str] = lambda: browser.get("/account?lang=zh", headers=PAGE).text  # noqa: E731
        assert 'href="/coach"' not in corner()
        begun = service.begin(Setup(question_ids=("gan-basics",), follow_ups=0), owner="local")
        assert 'href="/coach"' not in corner()
        service.submit(begun, "生成器和判别器对抗训练。")
        assert 'href="/coach"' in corner()


@pytest.mark.parametrize(
    ("values", "stays"),
    [
        ({}, True),
        ({"host": "0.0.0.0"}, False),
        ({"hosts": "interview.example.org"}, False),
        ({"model": "m", "api_key": "k", "default_examiner": "rubric"}, False),
        ({"embeddings_model": "e", "api_key": "k"}, False),
    ],
)
def test_that_answers_stay_here_is_said_only_where_it_is_true(tmp_path: Path, values: dict[str, str], stays: bool) -> None:
    catalogue = catalogue_of(House(tmp_path, **values).application)
    home = render("home", "zh", examiner=catalogue.default_examiner.value, stays_here=catalogue.stays_here)
    assert ("不会离开这台电脑" in home) == stays


def test_the_log_in_page_says_why_one_is_there(house: House) -> None:
    with house:
        house.add("Ann")
        browser = house.browser()
        assert "登录已过期" in browser.get("/login?ended=yes&next=/", headers=PAGE).text
        assert "登录已过期" not in browser.get("/login?next=/", headers=PAGE).text
