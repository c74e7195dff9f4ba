"""Twenty scenes in a real browser, each held to what every conversation promises: an aside neither earns nor costs, nothing is said twice."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import LOCAL_PERSON, Interview, Turn, TurnKind, VerdictStatus
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS, OpenPage
from tests.browser.scenes import SCENES, Scene, Step
from tests.browser.test_conversation import DESK, HOME, PHONE, come_to_rest, in_view, newest_message
from tests.endpoint import ScriptedEndpoint, faithful
from tests.serving import Served

TOLD = "#stage [data-msg*='-told-']"
SCORE = "#stage .card .score"
_SENTENCES = re.compile(r"[^。！？!?.]+")
_PICTURES = os.environ.get("SCENES_FOLDER")
"""Where a picture and the transcript of each scene are left, to be looked at."""


@dataclass(frozen=True)
class Modelled:
    """A server and the endpoint of its model, which each scene scripts anew."""

    server: Served
    endpoint: ScriptedEndpoint


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Modelled]:
    """With one attempt for each grade."""
    with ScriptedEndpoint() as endpoint:
        settings = {"OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": "k", "INTERVIEWER_MODEL": "scripted"}
        with Served(tmp_path_factory.mktemp("scenes"), INTERVIEWER_ATTEMPTS="1", **settings) as server:
            yield Modelled(server, endpoint)


@dataclass(frozen=True)
class Seen:
    """What stands on the page."""

    place: str
    scores: list[str]
    follow_ups: list[str]
    answers: int
    told: int

    @classmethod
    def on(cls, page: Page) -> Seen:
        texts = {name: page.locator(name).all_inner_texts() for name in (SCORE, "#stage .follow")}
        counts = (page.locator(name).count() for name in ("#stage .said", TOLD))
        return cls(room.place(page), texts[SCORE], texts["#stage .follow"], *counts)


@pytest.mark.parametrize("scene", [scene for scene in SCENES if not scene.model], ids=lambda scene: scene.name)
def test_a_scene_offline(served: Served, open_page: OpenPage, scene: Scene) -> None:
    page = enter(served, open_page, scene)
    for step in scene.steps:
        play(page, scene, step)
    hold(served, page, scene)


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.model], ids=lambda scene: scene.name)
def test_a_scene_with_a_model(modelled: Modelled, open_page: OpenPage, scene: Scene) -> None:
    modelled.endpoint.replace(scene.model or faithful)
    page = enter(modelled.server, open_page, scene)
    for step in scene.steps:
        if step.model:
            modelled.endpoint.replace(step.model)
        play(page, scene, step)
    hold(modelled.server, page, scene)


def enter(server: Served, open_page: OpenPage, scene: Scene) -> Page:
    """The page at the first question."""
    page = open_page(server.url + HOME[scene.lang], locale={"zh": "zh-CN", "en": "en"}[scene.lang], **(PHONE if scene.phone else DESK))
    if scene.timed:
        page.clock.install()
        page.click("#more button")
        page.click("#more input[role=listbox], #more input[aria-haspopup], #more .wrap input[autocomplete=off]")
        page.get_by_role("option", name="3 分钟").click()
    room.begin(page, mode=scene.mode, follow_ups=scene.follow_ups)
    return page


def play(page: Page, scene: Scene, step: Step) -> None:
    """One move, with what has to come of it."""
    PLAYED[step.comes](page, scene, step, Seen.on(page))
    assert re.search(step.tells, newest(page)), newest(page)
    assert room.fits(page)
    if step.comes != "claim":  # which is beside its point
        assert in_view(page, newest_message(page))


def hold(server: Served, page: Page, scene: Scene) -> None:
    """What the whole scene has to hold, by its record."""
    keep(page, scene)
    interview = read(server, page)
    hold_asides(interview, scene)
    hold_follow_ups(interview)
    hold_sentences(interview)
    claims = any(step.comes == "claim" for step in scene.steps) and not scene.model
    if claims or scene.mode == "exam":
        # One's own interview is on the desk once it has ended, and what an exam asks is asked nowhere else before: the keys would be told.
        page.click("[data-act=finish]")
        page.wait_for_selector('.bar[data-view="report"]')
    if claims:
        page.goto(f"{server.url}/coach?contested=1&lang=en")
        expect(page.locator(".item .chips").first).to_contain_text("1 contested", timeout=PATIENCE_MS)


def newest(page: Page) -> str:
    """What the interviewer said last, or what became of a claim."""
    return str(
        page.evaluate(
            "() => [...document.querySelectorAll('#stage [data-msg$=-reply], #stage [data-msg*=-told-], #stage .hint, #stage .note, #stage .claim')]"
            ".pop()?.innerText.trim() ?? ''"
        )
    )


# ---------------------------------------------------------------- the moves, which all take the same
# ruff: noqa: ARG001


def see_aside(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """It is replied to, and everything else is as it was."""
    if step.text:
        page.fill(room.ANSWER, step.text)
        page.press(room.ANSWER, "Control+Enter")
    else:
        page.click(f"#stage {step.press}")
    settles = not step.text  # what was asked about is put down as what the candidate said
    expect(page.locator(TOLD)).to_have_count(before.told + (not settles), timeout=PATIENCE_MS)
    if settles:
        expect(page.locator("#stage .choice")).to_have_count(0, timeout=PATIENCE_MS)
    room.settle(page)
    after = Seen.on(page)
    assert room.state(page) == "reply"
    assert (after.place, after.scores, after.follow_ups, after.answers) == (before.place, before.scores, before.follow_ups, before.answers)
    expect(page.locator(room.ANSWER)).to_have_value("")
    assert bool(page.locator("#stage .choice:visible").count()) is (step.kind == "unsure")


def see_grade(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """It is graded, and a follow-up is put."""
    say(page, step, before)
    after = Seen.on(page)
    assert room.state(page) == "reply"
    assert len(after.scores) == (0 if scene.mode == "exam" else len(before.scores) + 1)
    assert len(after.follow_ups) == len(before.follow_ups) + 1
    assert not page.locator("#stage .review").count()


def see_end(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """It is graded, and the question is over."""
    say(page, step, before)
    assert room.state(page) == "next"
    assert Seen.on(page).follow_ups == before.follow_ups


def say(page: Page, step: Step, before: Seen) -> None:
    if step.text:
        room.send(page, step.text)
        return
    page.click(f"#stage {step.press}")
    room.moved(page, before.place)


def see_hint(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    hints = page.locator("#stage .hint").count()
    page.click(step.press)
    expect(page.locator("#stage .hint")).to_have_count(hints + 1, timeout=PATIENCE_MS)
    assert Seen.on(page) == before


def see_passed(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """A question or a follow-up is left, with no grade; nothing but that one is over."""
    number = room.question_number(page)
    page.click(step.press)
    room.moved(page, before.place)
    if before.follow_ups:
        assert room.state(page) == "reply"
        assert room.question_number(page) == number
        assert Seen.on(page).scores == before.scores
        return
    if room.state(page) == "next":
        room.go_on(page)
    assert room.question_number(page) == number + 1


def see_same(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """A refresh in the middle changes nothing."""
    page.reload()
    page.wait_for_selector("#stage [data-msg]")
    room.settle(page)
    assert Seen.on(page) == before


def see_claim(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """A point is contested by the first words of the answer."""
    page.locator("#stage .whole > summary").click()
    page.locator("[data-claim]:visible").first.click()
    page.locator(".claim-form:visible input").first.check()
    page.click(".claim-form [data-act=contest]")
    expect(page.locator("#stage .claim")).to_contain_text(step.tells, timeout=PATIENCE_MS)
    assert scene.model or Seen.on(page) == before


def see_late(page: Page, scene: Scene, step: Step, before: Seen) -> None:
    """The clock runs out upon what is typed."""
    page.fill(room.ANSWER, step.text)
    page.clock.fast_forward("03:10")
    page.wait_for_selector('[data-state="next"]')
    assert page.inner_text("#stage .said .text") == step.text
    assert page.locator(SCORE).count() == 1


PLAYED: dict[str, Callable[[Page, Scene, Step, Seen], None]] = {
    "aside": see_aside, "grade": see_grade, "over": see_end, "hint": see_hint, "passed": see_passed, "same": see_same, "claim": see_claim,
    "late": see_late,
}  # fmt: skip


# ---------------------------------------------------------------- what the record holds


def read(server: Served, page: Page) -> Interview:
    application = Application(Settings(data=server.log.parent / "data", _env_file=None))  # type: ignore[call-arg]
    try:
        return application.service.read(room.place(page).split("/")[0], owner=LOCAL_PERSON.id)
    finally:
        application.database.dispose()


def hold_asides(interview: Interview, scene: Scene) -> None:
    """Each is put down as what it is; an answer took as many grades as there are answers."""
    kinds = [aside.utterance.value for turn in interview.turns for aside in turn.asides]
    assert kinds == [step.kind for step in scene.steps if step.comes == "aside" and step.kind != "unsure"]
    graded = [turn for turn in interview.turns if turn.grade]
    assert len(graded) == sum(step.comes in ("grade", "over", "late") for step in scene.steps)


def hold_follow_ups(interview: Interview) -> None:
    """None repeats another, and a covered point is asked about only to go deeper."""
    for turn in (turn for turn in interview.turns if turn.kind is TurnKind.FOLLOW_UP):
        earlier = [past for past in interview.turns if past.seq < turn.seq and past.question_id == turn.question_id]
        assert turn.prompt not in [past.prompt for past in earlier]
        if turn.aimed_point in covered_by(earlier):
            point = next(point for point in interview.questions[turn.question_id].points if point.id == turn.aimed_point)
            assert turn.prompt in [deeper.text[interview.setup.lang] for deeper in point.deeper]


def covered_by(turns: list[Turn]) -> set[str]:
    found = (verdict for turn in turns if turn.grade for verdict in turn.grade.verdicts)
    return {verdict.point_id for verdict in found if verdict.status is VerdictStatus.COVERED}


def hold_sentences(interview: Interview) -> None:
    """The interviewer says no sentence twice."""
    said = [
        text
        for turn in interview.turns
        for text in (turn.prompt, *(aside.reply for aside in turn.asides), turn.grade.reply if turn.grade else "")
    ]
    sentences = [sentence.strip() for text in said for sentence in _SENTENCES.findall(text) if sentence.strip()]
    assert sorted(sentences) == sorted(set(sentences))


def keep(page: Page, scene: Scene) -> None:
    """Leave the scene to be read and looked at, where a folder is named for it."""
    if not _PICTURES:
        return
    folder = Path(_PICTURES)
    come_to_rest(page)
    page.screenshot(path=folder / f"{scene.name}.png")
    told = page.evaluate(
        "[...document.querySelectorAll('#stage [data-msg]')].map(e => (e.matches('.me') ? '  ME: ' : 'THEM: ') + e.innerText.trim().replace(/\\s+/g, ' '))"
    )
    (folder / f"{scene.name}.txt").write_text("\n".join([f"=== {scene.name} ({scene.lang})", *told, ""]))
