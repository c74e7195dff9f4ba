"""Whatever is typed as an answer, a name, a comment or a row of an import is shown whole and harmlessly on every page and in every file."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from interviewer.errors import ConfigError
from interviewer.interview.contesting import contest_of
from interviewer.interview.importing import marked_name
from interviewer.models import Interview, Person, Role, Setup, Utterance
from interviewer.records.store import utc_now
from interviewer.text.normalize import is_hidden, strip_hidden
from interviewer.text.storable import storable
from tests.hostile import SAMPLES
from tests.integration.intruders import Attempt, texts_in
from tests.integration.surface import events_of
from tests.integration.test_access import PAGE, House, leftovers

__all__ = ["leftovers"]

# Gradio and what it uses leave loops and sockets to the collector and call what is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

LONGEST_WORDS = 4000


class Seen(HTMLParser):
    """A page as a browser takes it: its tags, and the text a person reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.parts: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        assert not [name for name in given if name.startswith("on")], self.get_starttag_text()
        assert not (given.get("href") or given.get("src") or "").lower().startswith(("javascript:", "//", "data:")), (
            self.get_starttag_text()
        )
        assert given.get("id") != "broken"
        if tag == "script":
            assert (given.get("src") or "").startswith("/look/")
        # What a field holds is read, too.
        self.parts.append(given.get("value") or "" if tag == "input" else "")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def flat(text: str) -> str:
    """The text without white space and hidden characters: pages break lines where they like."""
    return "".join(strip_hidden(text).split())


def harmless(html: str) -> str:
    """The page's text without white space, once it is clear that it does nothing."""
    seen = Seen(html)
    assert not {"img", "iframe", "object", "embed", "base"} & set(seen.tags)
    assert not [char for char in set(html) if is_hidden(char)]
    return flat(seen.text)


@dataclass
class Told:
    """A finished interview with the sample as answer, comment and reason; the candidate has the sample's name where names allow it."""

    house: House
    sample: str
    person: Person
    interview: Interview
    coach: TestClient
    candidate: TestClient

    @property
    def whole(self) -> str:
        """What must be read of the answer."""
        return flat(storable(self.sample))

    @property
    def words(self) -> str:
        """What must be read of the comment."""
        return flat(storable(self.sample)[:LONGEST_WORDS])

    def page(self, address: str, *, who: str = "coach") -> str:
        """A page's source."""
        browser: TestClient = getattr(self, who)
        answer = browser.get(address, headers=PAGE)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("hostile")) as house:
        house.add("Cleo", Role.COACH)
        yield house


@pytest.fixture(scope="module")
def told(house: House, request: pytest.FixtureRequest) -> Told:
    """One for each sample."""
    sample = SAMPLES[request.param]
    coach = house.people.find("Cleo")
    assert coach
    try:
        person = house.people.add(sample[:90], role=Role.CANDIDATE, group=storable(sample)[:60], now=utc_now())
    except (ConfigError, UnicodeError):
        person = house.people.add(f"C-{request.param}", role=Role.CANDIDATE, group=storable(sample)[:60], now=utc_now())
    house.people.assign(coach.id, person.id)
    service = house.application.service
    begun = service.begin(Setup(question_ids=("data-pipeline",), follow_ups=0), owner=person.id)
    after = service.submit(begun, sample, meant=Utterance.ANSWER)
    while service.watch(after.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    finished = service.finish(service.load(begun.id, owner=person.id))
    # What nothing was recognised of has no grade, and so nothing to contest.
    for point in sorted(contest_of(finished, "data-pipeline").open)[:1]:
        finished = service.contest(finished, 1, point, 0, len(storable(sample)))
    browsers = [house.browser() for _ in range(2)]
    for browser, owner in zip(browsers, (coach, person), strict=True):
        browser.cookies.update({"session": house.people.open_session(owner.id, utc_now()), "csrf": "token"})
    made = Told(house, sample, person, finished, *browsers)
    words = storable(sample)[:LONGEST_WORDS]
    point = finished.questions["data-pipeline"].points[0].id
    forms = (
        ("comment", {"text": words, "seq": "1", "start": "0", "end": "1"}), ("comment", {"text": words, "question": "data-pipeline"}),
        ("verdict", {"seq": "1", "point": point, "status": "partial", "reason": words}),
        ("score", {"question": "data-pipeline", "score": "55", "reason": words}), ("reviewed", {}),
    )  # fmt: skip
    for act, fields in forms:
        answer = browsers[0].post(f"/coach/interviews/{finished.id}/{act}", data={"csrf": "token", **fields})
        assert answer.status_code == 303
        assert browsers[0].cookies.get("said", "") in ("", "all_done"), act
    return made


every_sample = pytest.mark.parametrize("told", SAMPLES, indirect=True)


@every_sample
def test_the_desk_shows_it_whole_and_harmlessly(told: Told) -> None:
    shown = harmless(told.page(f"/coach/interviews/{told.interview.id}"))
    assert told.whole in shown
    assert shown.count(told.words) >= 4
    assert flat(told.person.name) in shown
    for lang in ("zh", "en"):
        for address in ("/coach?state=all", "/coach/group", f"/coach/candidates/{told.person.id}", "/coach/agreement", "/coach/import"):
            page = harmless(told.page(address + ("&" if "?" in address else "?") + f"lang={lang}"))
            assert flat(told.person.name) in page or address in ("/coach/agreement", "/coach/import")


@every_sample
def test_a_search_for_it_and_its_echo_are_harmless(told: Told) -> None:
    answer = told.coach.get(
        "/coach", params={"text": storable(told.sample)[:200], "state": "all", "candidate": storable(told.sample)[:90]}, headers=PAGE
    )
    assert answer.status_code == 200
    Seen(answer.text)


@every_sample
def test_the_candidates_report_shows_it_whole_and_harmlessly(told: Told) -> None:
    told.page("/en/", who="candidate")
    loads = [event for event in events_of(told.house.app) if event.name == "on_load"]
    assert [event.prefix for event in loads] == ["", "/en"]
    for event in loads:
        body = {"data": [], "event_data": None, "fn_index": event.number, "trigger_id": None, "session_hash": f"page {told.interview.id}"}
        asked = Attempt("POST", f"{event.prefix}/gradio_api/run/predict?interview={told.interview.id}", body, form=False)
        answer = asked.send(told.candidate)
        assert answer.status_code == 200
        drawn = [part for part in texts_in(answer.json()) if "<" in part]
        report = harmless(next(part for part in drawn if 'class="sheet"' in part))
        assert told.whole in report
        assert report.count(told.words) >= 3
        for part in drawn:
            harmless(part)


@every_sample
@pytest.mark.parametrize("who", ["coach", "candidate"])
def test_the_files_hold_it_whole_and_harmlessly(told: Told, who: str) -> None:
    at = f"/{'coach/' if who == 'coach' else ''}export/{told.interview.id}"
    report = Seen(told.page(f"{at}.html", who=who))
    assert not {"script", "img", "iframe", "a"} & {tag for tag in report.tags if tag != "a"}
    assert told.whole in flat(report.text)
    data = json.loads(told.page(f"{at}.json", who=who))
    assert data["turns"][0]["reply"]["text"] == storable(told.sample)
    assert [edit["text"] for edit in data["edits"] if edit["kind"] == "comment"] == [storable(told.sample)[:LONGEST_WORDS].strip()] * 2
    markdown = told.page(f"{at}.md", who=who)
    assert told.whole in flat(markdown)
    assert not [line for line in outside_fences(markdown) if line.startswith(("# 标题", "<h1", '|---|---:|\n"'))]
    assert not [char for char in set(markdown) if is_hidden(char)]
    check_table(told.page(f"{at}.csv", who=who), told.whole)


def outside_fences(markdown: str) -> list[str]:
    """The lines that Markdown acts on."""
    found, fence = [], ""
    for line in markdown.split("\n"):
        opened = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif opened:
            fence = opened[0]
        else:
            found.append(line)
    return found


def check_table(content: str, whole: str) -> None:
    """The same number of cells in each row, the text in one of them, and none that a spreadsheet would run."""
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows[1:] for cell in row]
    assert [cell for cell in cells if whole in flat(cell)]
    for cell in cells:
        start = unicodedata.normalize("NFKC", cell.lstrip())[:1]
        assert start not in ("=", "+", "@"), cell[:40]
        assert not cell.startswith(("\t", "\r")), cell[:40]
        assert start != "-" or re.fullmatch(r"-?[\d.]+", cell), cell[:40]


@every_sample
def test_the_groups_files_are_harmless(told: Told) -> None:
    for ending in ("csv", "json", "md", "html"):
        content = told.page(f"/coach/group.{ending}?candidate={told.person.id}")
        if ending == "csv":
            check_table(content, flat(told.person.name))
        elif ending == "json":
            assert json.loads(content)["candidates"][0]["name"] == told.person.name
        elif ending == "html":
            assert flat(told.person.name) in flat(Seen(content).text)
        else:
            assert "<script>" not in content
    assert json.loads(told.page("/own/data.json", who="candidate"))["person"]["name"] == told.person.name


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("part", ["answer", "candidate", "question", "id", "reference", "line"])
def test_a_row_of_an_import_is_taken_whole_or_told(house: House, name: str, part: str) -> None:
    sample = SAMPLES[name]
    browser = house.browser()
    coach = house.people.find("Cleo")
    assert coach
    browser.cookies.update({"session": house.people.open_session(coach.id, utc_now()), "csrf": "token"})
    row = {"candidate": f"I-{part}-{name}", "question": "data-pipeline", "answer": f"一个回答 {part} {name}"}
    if part == "line":
        lines = storable(sample)
    else:
        if part in ("question", "reference"):
            row |= {"question": f"自由题 {name}？", "reference": "线上埋点和日志走 Kafka，离线用 Spark 跑一遍同样的逻辑。"}
        row |= {part: sample}
        lines = json.dumps(row)
    answer = browser.post("/coach/import", data={"csrf": "token", "lines": lines}, headers=PAGE)
    assert answer.status_code == 200
    page = harmless(answer.text)
    assert page
    if part == "line":
        return
    candidate = storable(row["candidate"]).strip()
    # Somebody of that name whom the coach has already, else the import's own.
    owner = house.people.find(marked_name(candidate, coach)) or house.people.find(candidate)
    for summary in house.application.service.history(owner=owner.id) if owner else ():
        interview = house.application.service.read(summary.id, owner=owner.id if owner else "")
        shown = harmless(browser.get(f"/coach/interviews/{summary.id}", headers=PAGE).text)
        if part == "answer":
            reply = interview.turns[0].reply
            assert reply
            assert reply.text == storable(sample)
        if part in ("answer", "question"):
            assert flat(storable(sample) if part == "answer" else sample) in shown
    taken = owner is not None and bool(house.application.service.history(owner=owner.id))
    # Told by its line, with what to do, if it cannot be taken; an answer always can.
    assert taken or (part != "answer" and "<td>" in answer.text)
    harmless(browser.get("/coach?state=all&sort=newest", headers=PAGE).text)
