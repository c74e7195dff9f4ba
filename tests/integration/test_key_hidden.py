"""The key of a question is in nothing that the application sends to its candidate before the question is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.models import LANGS, Interview, Lang, Question, VerdictStatus
from interviewer.server import create_app
from tests.integration.surface import Event, events_of
from tests.integration.test_access import PAGE, settings_of

ANSWERS: dict[Lang, tuple[str, str]] = {
    "zh": (
        "GAN 由生成器和判别器组成，两者交替对抗训练。可以用来做图像合成。推理时判别器也要一起部署，每次都要跑一遍。",
        "显存随分辨率涨，可以分块生成，再限制每批的大小。",
    ),
    "en": (
        "A GAN has a generator and a discriminator that are trained against each other. It is used for image synthesis. "
        "At inference the discriminator has to be deployed as well and runs for every request.",
        "Memory grows with the resolution; one can generate tiles and bound the batch.",
    ),
}


class Candidate:
    """Somebody on the page, with all that was sent to them."""

    def __init__(self, application: Application, browser: TestClient, lang: Lang) -> None:
        self.application, self.browser, self.lang = application, browser, lang
        self.prefix = "" if lang == "zh" else "/en"
        self.seen: list[str] = []
        self.place = ""
        for page in ("/en/", f"{self.prefix}/"):
            self.get(page)
        app: Any = browser.app
        self.events = {event.handler: event for event in events_of(app) if event.prefix == self.prefix}

    def get(self, address: str) -> str:
        answer = self.browser.get(address, headers=PAGE)
        assert answer.status_code == 200, address
        self.seen.append(flat(answer.text))
        return answer.text

    def do(self, handler: str, *, act: str = "", **values: Any) -> None:
        """One event of the page; `values` by the ids of its inputs."""
        event: Event = self.events[handler]
        inputs = {**dict.fromkeys(("place",), self.place), **values}
        body = {
            "data": [inputs.get(name, value) for name, value in event.inputs],
            "event_data": {"act": act, "arg": ""} if act else None, "fn_index": event.number, "trigger_id": None, "session_hash": "page",
        }  # fmt: skip
        at = f"?interview={self.place.partition('/')[0]}" if self.place else ""
        answer = self.browser.post(f"{self.prefix}/gradio_api/run/predict{at}", json=body)
        assert answer.status_code == 200, answer.text
        parts = list(texts_in(answer.json()))
        self.seen.append(flat("\n".join(parts)))
        self.place = next((part.partition('data-place="')[2].partition('"')[0] for part in parts if 'data-place="' in part), self.place)

    def settle(self) -> Interview:
        """Wait for the grade, and see it."""
        turn = self.interview.turns[-1]
        while self.application.service.watch(turn.id, seen=10**6, timeout=20) is not None:
            pass
        self.do("on_refresh", answer="")
        return self.interview

    def look_around(self) -> None:
        """Everything else that may be asked for meanwhile."""
        self.do("on_load")
        self.do("on_draft", answer="half a sentence")
        self.do("on_look_up", term="GAN")
        self.do("on_pulse", pulse="0 0")
        self.do("on_reference")
        for ending in ("json", "md", "csv", "html"):
            self.get(f"/export/{self.interview.id}.{ending}?lang={self.lang}")
        for address in ("/own/data.json", "/account"):
            self.get(address)

    @property
    def interview(self) -> Interview:
        return self.application.service.load(self.place.partition("/")[0], owner="local")


def texts_in(value: Any) -> Iterator[str]:
    """Every text in what JSON can hold, also in JSON that is itself a text."""
    if isinstance(value, str):
        yield value
        if value.startswith("{"):
            yield from texts_in(json.loads(value))
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)


def flat(text: str) -> str:
    return " ".join(unescape(text).replace("\\n", " ").replace('\\"', '"').split())


@pytest.fixture
def application(tmp_path: Path) -> Application:
    return Application(settings_of(tmp_path))


@pytest.fixture
def browser(application: Application) -> Iterator[TestClient]:
    with TestClient(create_app(application)) as client:
        yield client


def key_of(question: Question, *, covered: frozenset[str] = frozenset()) -> dict[str, str]:
    """Every text of the key by its name; the idea of a point that is covered may be told."""
    found = {"reference": question.reference}
    for point in question.points:
        texts = {"core": point.core, "beyond": point.beyond, "border": point.border}
        found |= {f"{point.id} {name}": text for name, text in texts.items() if text}
        found |= {f"{point.id} accepts {number}": text for number, text in enumerate(point.accepts)}
        found |= {f"{belief.id} correction": belief.correction for belief in point.misconceptions}
        found |= {f"{belief.id} statement": belief.statement for belief in point.misconceptions}
        if point.id not in covered:
            found[f"{point.id} intent"] = point.intent
    return {f"{question.id} {name} {lang}": flat(text[lang]) for name, text in found.items() for lang in LANGS}


def leaked(candidate: Candidate, *, covered: frozenset[str] = frozenset()) -> list[str]:
    """The names of the texts of any key that were sent so far. Of the reference its first sentence would be enough."""
    keys: dict[str, str] = {}
    for question in candidate.application.bank.questions:
        keys |= key_of(question, covered=covered if question.id == "gan-basics" else frozenset())
    sent = "\n".join(candidate.seen)
    return [name for name, text in keys.items() if text[:40].rstrip("。.;；") in sent]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_of_any_key_is_sent_before_the_question_is_over(application: Application, browser: TestClient, lang: Lang) -> None:
    candidate = Candidate(application, browser, lang)
    follow_ups = next(value for name, value in candidate.events["on_begin"].inputs if value == 1)
    assert follow_ups == 1
    candidate.do("on_load")
    candidate.do("on_begin")
    candidate.look_around()
    candidate.do("on_hint")
    first, second = ANSWERS[lang]
    candidate.do("on_submit", answer=first)
    now = candidate.settle()
    assert [turn.kind for turn in now.turns] == ["question", "follow_up"]
    grade = now.turns[0].grade
    assert grade
    covered = frozenset(verdict.point_id for verdict in grade.verdicts if verdict.status is VerdictStatus.COVERED)
    assert len(covered) < len(grade.verdicts)
    candidate.look_around()
    assert leaked(candidate, covered=covered) == []

    candidate.do("on_submit", answer=second)
    candidate.settle()
    candidate.do("on_reference")
    over = leaked(candidate, covered=covered)
    open_points = [point.id for point in candidate.interview.questions["gan-basics"].points if point.id not in covered]
    assert [id for id in open_points if f"gan-basics {id} intent {lang}" not in over] == []
    assert f"gan-basics reference {lang}" in over
    assert [name for name in over if not name.startswith("gan-basics ")] == []
