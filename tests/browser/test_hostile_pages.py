"""Hostile text in a real browser: no dialog opens, no script of it runs, nothing of it reaches out, and the pages keep their shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.errors import ConfigError
from interviewer.models import LOCAL_PERSON, Role, Setup, Utterance
from interviewer.records.store import utc_now
from tests.browser.conftest import PATIENCE_MS
from tests.hostile import SAMPLES
from tests.serving import Served


@dataclass
class Hostile:
    """A served desk of the one local person, with an interview for each sample."""

    server: Served
    interviews: dict[str, str]
    own: str


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    folder = tmp_path_factory.mktemp("hostile")
    application = Application(Settings(data=folder / "data", _env_file=None))  # type: ignore[call-arg]
    application.service.worker.start()
    held = {name: hold(application, name, sample) for name, sample in SAMPLES.items()}
    service = application.service
    own = service.begin(Setup(question_ids=("data-pipeline",), follow_ups=0), owner="local")
    own = service.submit(own, " ".join(SAMPLES[name] for name in ("markup", "script", "table", "braces", "hidden")), meant=Utterance.ANSWER)
    while service.watch(own.turns[0].id, seen=10**6, timeout=20) is not None:
        pass
    service.finish(service.load(own.id, owner="local"))
    application.desk.comment(LOCAL_PERSON, own.id, seq=1, text=SAMPLES["script"])
    application.service.worker.stop()
    application.database.dispose()
    with Served(folder) as server:
        yield Hostile(server, held, own.id)


def hold(application: Application, name: str, sample: str) -> str:
    """A finished and commented interview of a candidate who is called that, where a name may be."""
    try:
        person = application.people.add(sample[:90], role=Role.CANDIDATE, group=f"组 {sample}"[:60].replace("\ud83d", ""), now=utc_now())
    except (ConfigError, UnicodeError):
        person = application.people.add(f"C-{name}", role=Role.CANDIDATE, now=utc_now())
    service = application.service
    begun = service.begin(Setup(question_ids=("data-pipeline",), follow_ups=0), owner=person.id)
    interview = service.submit(begun, sample, meant=Utterance.ANSWER)
    while service.watch(interview.turns[0].id, seen=10**6, timeout=20) is not None:
        pass
    service.finish(service.load(interview.id, owner=person.id))
    words = sample.encode("utf-8", "replace").decode()[:4000]
    application.desk.comment(LOCAL_PERSON, interview.id, seq=1, text=words, start=0, end=1)
    application.desk.set_score(LOCAL_PERSON, interview.id, question_id="data-pipeline", score=50, reason=words)
    return interview.id


def test_nothing_of_it_runs_or_reaches_out(hostile: Hostile, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    trouble: list[str] = []
    page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: trouble.append(request.url) if not request.url.startswith((hostile.server.url, "data:")) else None)
    for address in addresses(hostile):
        page.goto(hostile.server.url + address)
        page.wait_for_load_state()
        check(page, address)
    page.goto(f"{hostile.server.url}/?interview={hostile.own}")
    page.wait_for_selector("#report .remark", state="attached")
    for summary in page.locator("#report details.question > summary").all():
        summary.click()
    check(page, "the report")
    assert "<script>document.title='hit'</script>" in page.inner_text("#report")
    context.close()
    assert trouble == []


def addresses(hostile: Hostile) -> list[str]:
    """Every page of the desk, and the files that a browser shows."""
    each = [f"/coach/interviews/{id}" for id in hostile.interviews.values()]
    files = [f"/coach/export/{id}.html" for id in hostile.interviews.values()]
    return [
        "/coach?state=all",
        "/coach?text=%3Cscript%3E&state=all",
        "/coach/group",
        "/coach/group.html",
        "/coach/agreement",
        *each,
        *files,
    ]


def check(page: Page, address: str) -> None:
    """The page is as it was made."""
    assert page.title() != "hit", address
    assert page.locator("#broken, img, svg[onload], [onmouseover]").count() == 0, address
    if ".html" not in address:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_long_answer_is_whole_in_the_page(hostile: Hostile, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{hostile.server.url}/coach/interviews/{hostile.interviews['long']}")
    assert page.evaluate("[...document.querySelector('[data-answer]').textContent].length") == len(SAMPLES["long"])
    page.close()
