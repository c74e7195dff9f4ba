"""axe-core on every page, in both languages, light and dark, wide and narrow: no violation of WCAG 2.2 A and AA or of its best practice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.drafting.building import draft_bank
from interviewer.drafting.draft import encode_draft
from interviewer.drafting.extract import read_text
from interviewer.drafting.finding import find_questions
from interviewer.models import Interview, Level, Person, Role, Setup, Source
from interviewer.records.store import utc_now
from tests.browser import room
from tests.browser.conftest import PATIENCE_MS, Faults
from tests.npm import npm_package
from tests.serving import Served

PASSWORD = "correct horse"
ANSWER = "数据采集要先埋点，走 Kafka，再做清洗、去重和特征拼接。Training data is versioned."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("zh", "light", 390), ("en", "dark", 1280)]
"""Both languages, both themes, wide and narrow, each once: what axe finds depends on them one by one."""
PUBLIC = ["/login?lang={lang}", "/invitation/guess?lang={lang}"]
TURNED_AWAY = ["/invitation/guess?lang={lang}", "/nonesuch?lang={lang}"]
INSIDE = [
    "/nonesuch?lang={lang}",
    "/own?lang={lang}", "/training?lang={lang}", "/training/mistakes?lang={lang}", "/training/cards?lang={lang}", "/people?lang={lang}", "/people/{person}?lang={lang}", "/audit?lang={lang}", "/coach?state=all&lang={lang}",
    "/coach/interviews/{interview}?lang={lang}", "/coach/group?lang={lang}", "/coach/agreement?lang={lang}", "/coach/queue?lang={lang}", "/coach/comments?lang={lang}",
    "/coach/interviews/{interview}?question=data-pipeline&same=all&lang={lang}",
    "/coach/candidates/{person}?lang={lang}", "/coach/import?lang={lang}", "/coach/questions?lang={lang}", "/coach/questions/draft?lang={lang}",
    "/coach/questions/draft/{draft}?lang={lang}", "/coach/questions/{question}?lang={lang}", "/coach/questions/{question}/try?lang={lang}",
    "/coach/questions/{question}/answers?lang={lang}", "/coach/questions/{question}/versions?lang={lang}", "/posting?lang={lang}",
]  # fmt: skip


@dataclass
class House:
    """A served application with an admin who coaches one candidate."""

    server: Served
    secret: str
    token: str
    person: str
    interview: Interview
    own: Interview
    question: str
    draft: str


def hold(application: Application, owner: str) -> Interview:
    service = application.service
    interview = service.submit(service.begin(Setup(question_ids=("data-pipeline", "gan-basics"), follow_ups=0), owner=owner), ANSWER)
    while service.watch(interview.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    return service.finish(service.load(interview.id, owner=owner))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("accessible")
    application = Application(Settings(data=folder / "data", _env_file=None))  # type: ignore[call-arg]
    people = application.people
    ada, ann, bob = (
        people.add(name, role=role, group="red", now=utc_now())
        for name, role in (("Ada", Role.ADMIN), ("Ann", Role.CANDIDATE), ("Bob", Role.CANDIDATE))
    )
    people.set_password_hash(ada.id, application.passwords.hash(PASSWORD))
    people.assign(ada.id, ann.id)
    application.service.worker.start()
    interview, own = hold(application, ann.id), hold(application, ada.id)
    application.service.worker.stop()
    secret = people.make_ticket(bob.id, "invite", utc_now(), timedelta(days=1))
    token = people.open_session(ada.id, utc_now())
    question, draft = write(application, ada)
    application.database.dispose()
    with Served(folder) as server:
        yield House(server, secret, token, ann.id, interview, own, question, draft)


def write(application: Application, author: Person) -> tuple[str, str]:
    """An unfinished question with a second version and a labelled answer, and what was found in a text; their ids."""
    both = {"zh": "缓存雪崩", "en": "Cache avalanche"}
    content = {
        "topic": both,
        "prompt": both,
        "reference": {"zh": "错开过期时间。", "en": ""},
        "points": [{"id": "jitter", "weight": "100"}],
    }
    question = application.authoring.create(author, content).version.question_id
    application.authoring.save(author, question, {**content, "difficulty": "2"}, edited_from=1)
    application.labelled_answers.add(author, question, lang="zh", text="错开过期时间。", level=Level.GOOD, labels={})
    document = read_text("1. 什么是缓存雪崩？\n2. 为什么要错开过期时间？\n3. 为什么要错开过期的时间？")
    drafted = draft_bank(document, find_questions(document), Source(title="notes"))
    kept = application.bank_drafts.keep(author, title="notes", text=document.text, content={"draft": encode_draft(drafted), "taken": {}})
    return question, kept.id


@pytest.fixture(scope="module")
def axe() -> str:
    return (npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")


COME_TO_REST = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().iterations !== Infinity).map(each => each.finished));
}"""


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands, one line for each place."""
    # A colour in the middle of its change is no colour of ours.
    page.evaluate(COME_TO_REST)
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(done => done.violations)",
        RULES,
    )
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))} {node['html'][:120]}: {node['failureSummary'].splitlines()[-1].strip()[:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def open_page(browser: Browser, house: House, look: tuple[str, str, int], *, inside: bool) -> Page:
    _, scheme, width = look
    # Our policy allows no script but ours; axe is brought in from outside.
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    if inside:
        context.add_cookies([{"name": "session", "value": house.token, "url": house.server.url}])
    return context.new_page()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_plain_pages_have_no_violation(browser: Browser, house: House, axe: str, look: tuple[str, str, int], faults: Faults) -> None:
    faults.expect("status of 404 .*/(invitation/guess|nonesuch)")
    found: dict[str, list[str]] = {}
    for inside, paths in ((False, [*PUBLIC, "/invitation/{secret}?lang={lang}"]), (True, INSIDE)):
        page = open_page(browser, house, look, inside=inside)
        for path in paths:
            address = path.format(
                lang=look[0],
                person=house.person,
                interview=house.interview.id,
                secret=house.secret,
                question=house.question,
                draft=house.draft,
            )
            answer = page.goto(house.server.url + address)
            assert answer
            assert answer.ok or path in TURNED_AWAY, path
            found[path] = violations(page, axe)
        page.context.close()
    assert not {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_practice_room_has_no_violation(browser: Browser, house: House, axe: str, look: tuple[str, str, int]) -> None:
    page = open_page(browser, house, look, inside=True)
    page.goto(house.server.url + ("/" if look[0] == "zh" else "/en/"))
    page.wait_for_selector('.bar:not([data-view="boot"])')
    found = {"home": violations(page, axe)}
    room.begin(page, follow_ups=0)
    found["question"] = violations(page, axe)
    room.send(page, ANSWER)
    found["graded"] = violations(page, axe)
    front = page.url.partition("?")[0]
    page.goto(f"{front}?interview={house.own.id}")
    page.wait_for_selector('.bar[data-view="report"]')
    found["report"] = violations(page, axe)
    if look in LOOKS[:2]:  # wide and light, narrow and dark: the drill is drawn of the same pieces
        page.goto(front)
        found |= drill(page, axe)
    page.context.close()
    assert not {place: lines for place, lines in found.items() if lines}


def drill(page: Page, axe: str) -> dict[str, list[str]]:
    """What axe finds in a round of the training, from its beginning to its end."""
    page.click("#today [data-act=drill]")
    page.wait_for_selector('.bar[data-view="room"]')
    room.settle(page)
    found = {"drill": violations(page, axe)}
    room.send(page, ANSWER)
    found["drill graded"] = violations(page, axe)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-act=finish]")
    page.wait_for_selector('.bar[data-view="report"]')
    return found | {"end of the drill": violations(page, axe)}
