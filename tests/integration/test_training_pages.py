"""One's own training: plan, forecast, progress, mistake book, all points; and the coach's section. On real records, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from interviewer.models import CardKey, MarkKind, Mode, Person, Question, Role, Setup, TrainingSettings
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from tests.integration.authors import ANSWER, Author
from tests.integration.folk import PAGE, follow, notice, running, send
from tests.integration.test_access import House

pytestmark = pytest.mark.filterwarnings("ignore")

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("training")) as house:
        house.add("Ada", Role.ADMIN)
        yield house


@pytest.fixture(scope="module")
def asked(house: House) -> Question:
    return house.application.bank.questions[0]


def enter(house: House, name: str, *statuses: str, times: int = 3, lang: str = "en") -> tuple[Person, TestClient]:
    """Somebody new with as many interviews on the first question, a day apart, and their browser."""
    person = house.add(name)
    questions = house.application.bank.questions[:1]
    author: Author = house.application.__dict__.setdefault("author", Author(house.application))
    for place in range(times if statuses else 0):
        author.interview(person.id, questions, at=utc_now() - timedelta(days=times - place), statuses=statuses)
    browser = house.enter(name)
    browser.cookies.set("zone", "Asia/Shanghai")
    browser.get(f"/own?lang={lang}", headers=PAGE)
    return person, browser


def page(browser: TestClient, address: str = "/training") -> str:
    answer = browser.get(address, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def flat(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def a_day(ahead: int) -> str:
    return (utc_now() + timedelta(days=ahead)).date().isoformat()


# ---------------------------------------------------------------- plan and forecast


def test_who_has_nothing_yet_is_told_so_and_days_are_those_of_their_browser(house: House) -> None:
    person, browser = enter(house, "Newcomer")
    shown = page(browser)
    assert shown.count(words("en")["training_none_yet"]) == 5
    assert '<svg class="calendar"' not in shown
    assert "Days are counted in Asia/Shanghai." in shown
    assert house.application.training.settings(person.id) == TrainingSettings(zone="Asia/Shanghai")
    for address in ("/training/mistakes", "/training/cards"):
        page(browser, address)


def test_a_plan_is_kept_and_the_day_is_looked_ahead_to(house: House) -> None:
    person, browser = enter(house, "Planner", "missing", "covered", "partial")
    assert words("en")["training_forecast_none"] in page(browser)
    said = follow(browser, send(browser, "/training", date=a_day(12), minutes="own", minutes_own="35", retention="85 %"))
    assert notice(said) == words("en")["training_saved"]
    assert house.application.training.settings(person.id) == TrainingSettings(0.85, date.fromisoformat(a_day(12)), 35, "Asia/Shanghai")
    assert re.search(r"Interview on \S+, 1[12] days left", flat(said))
    assert 'value="35"' in said
    topic = house.application.bank.questions[0].topic.en
    chances = flat(said.partition('class="chances"')[2])
    assert re.search(re.escape(topic) + r" \d+% \d+%", chances)
    assert all(each.name.en in chances for each in house.application.bank.competencies)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("date", "next friday<b>", "training_bad_date"),
        ("date", "2026-02-30", "training_bad_date"),
        ("date", "2020-01-01", "training_bad_date_past"),
        ("date", "2199-01-01", "training_bad_far"),
        ("minutes_own", "lots", "training_bad_minutes"),
        ("minutes_own", "0", "training_bad_minutes"),
        ("minutes_own", "2.5", "training_bad_minutes"),
        ("minutes_own", "9" * 40, "training_bad_minutes"),
        ("retention", "69", "training_bad_retention"),
        ("retention", "nan", "training_bad_retention"),
        ("retention", "-90", "training_bad_retention"),
        ("retention", "", "training_bad_retention"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field_and_nothing_typed_is_lost(
    house: House, lang: str, field: str, typed: str, problem: str
) -> None:
    person = house.people.find("Stumbler") or enter(house, "Stumbler")[0]
    browser = house.enter("Stumbler")
    browser.get(f"/own?lang={lang}", headers=PAGE)
    before = house.application.training.settings(person.id)
    fields = {"date": a_day(20), "minutes": "own", "minutes_own": "17", "retention": "88"} | {field: typed}
    answer = send(browser, "/training", **fields)
    assert answer.status_code == 422
    beside = re.search(r'class="problem" id="([a-z]+)-problem">([^<]*)<', answer.text)
    assert beside
    assert field.startswith(beside[1])
    assert unescape(beside[2]).startswith(words("zh" if lang == "zh" else "en")[problem].partition("{")[0])
    assert re.search(rf'<input[^>]* name="{field}"[^>]* aria-invalid="true" aria-describedby="{beside[1]}-problem', answer.text)
    for name, value in fields.items():
        kept = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', answer.text.replace('name="minutes" value', 'name="minutes"  value'))
        assert name == "minutes" or (kept and unescape(kept[1]) == value)
    assert "<b>" not in answer.text.partition('id="plan"')[2].partition("</form>")[0]
    assert house.application.training.settings(person.id) == before


def test_a_day_that_is_over_is_not_asked_for_again(house: House) -> None:
    person, browser = enter(house, "Late")
    past = (utc_now() - timedelta(days=9)).date()
    house.application.training.store.save_settings(person.id, TrainingSettings(interview_on=past))
    shown = page(browser)
    assert words("en")["training_date_passed"].format(day=past) in shown
    assert notice(follow(browser, send(browser, "/training", date="", minutes="5", retention="90"))) == words("en")["training_saved"]


# ---------------------------------------------------------------- progress


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_progress_is_drawn_and_told_in_a_table(house: House, lang: str) -> None:
    person, browser = enter(house, f"Walker {lang}", "missing", "covered", "partial", lang=lang)
    shown, t = page(browser), words("zh" if lang == "zh" else "en")
    assert re.search(r'<polyline class="line" points="[\d., ]+"', shown)
    assert shown.count('class="d4') + shown.count('class="d3') + shown.count('class="d2') > 3
    assert flat(shown).count(t["training_trend_says"].format(n="±0")) >= 1
    ids = set(re.findall(r"\?interview=([0-9a-f]{32})", shown))
    assert ids == set(house.application.accounts.interview_ids(person.id))
    assert t["training_streak"].format(n=3) in flat(shown)


def test_what_is_running_has_no_score(house: House) -> None:
    person, browser = enter(house, "Runner")
    house.application.service.begin(Setup(question_ids=("data-pipeline",)), owner=person.id)
    assert words("en")["training_running"] in page(browser)


# ---------------------------------------------------------------- the mistake book


def test_the_book_shows_what_was_wrong_and_what_is_missed_with_the_turns_behind_it(house: House, asked: Question) -> None:
    person, browser = enter(house, "Erring", "wrong", "missing", "covered")
    shown = page(browser, "/training/mistakes")
    assert asked.points[0].intent.en in flat(shown)
    assert asked.points[1].intent.en in flat(shown)
    assert flat(shown).count("missed 3 times") >= 1
    links = set(re.findall(r"\?interview=([0-9a-f]{32})#t1", shown))
    assert links == set(house.application.accounts.interview_ids(person.id))
    assert f'<q class="wrong">{ANSWER[:2]}' in shown


def test_a_card_is_set_aside_marked_and_brought_back_and_it_is_told_by_whom(house: House, asked: Question) -> None:
    person, browser = enter(house, "Sorter", "missing", "missing", "covered")
    first, second = (point.intent.en for point in asked.points[:2])
    card = {"question": asked.id, "point": asked.points[0].id}
    for kind in (MarkKind.SET_ASIDE, MarkKind.KNOWN):
        said = follow(browser, send(browser, "/training/mark", kind=kind.value, **card))
        assert notice(said) == words("en")[f"training_said_{kind}"]
        book, _, away = said.partition('id="put-away"')
        assert first not in flat(book)
        assert second in flat(book)
        assert first in flat(away)
        assert re.search(r"you · \d{4}-\d\d-\d\d", flat(away))
    said = follow(browser, send(browser, "/training/mark", kind="back", back="/training/cards?state=known", **card))
    assert words("en")["training_said_back"] == notice(said)
    assert first in flat(page(browser, "/training/mistakes").partition('id="put-away"')[0])
    assert [(mark.kind, mark.actor_id) for mark in house.application.training.store.marks(person.id)] == [
        (MarkKind.SET_ASIDE, person.id), (MarkKind.KNOWN, person.id), (MarkKind.BACK, person.id),
    ]  # fmt: skip


def test_a_mark_on_nothing_changes_nothing_and_leads_nowhere_else(house: House, asked: Question) -> None:
    person, browser = enter(house, "Prober")
    answer = send(browser, "/training/mark", kind="known", question=HOSTILE, point="x", back="https://example.org/training/cards")
    assert answer.headers["location"] == "/training/mistakes"
    assert notice(follow(browser, answer)) == words("en")["training_said_no_such_card"]
    assert send(browser, "/training/mark", kind="easy", question=asked.id, point=asked.points[0].id).status_code == 400
    assert browser.post("/training/mark", data={"kind": "known", "question": asked.id, "point": asked.points[0].id}).status_code == 403
    assert house.application.training.store.marks(person.id) == ()


def test_the_ticked_points_are_practised(house: House, asked: Question) -> None:
    person, browser = enter(house, "Driller", "missing", "missing", "covered")
    shown = page(browser, "/training/mistakes")
    boxes = re.findall(r'<input type="checkbox" form="practise" name="([^"]*)" value="([^"]*)" checked', shown)
    answer = send(browser, "/training/practise", **{unescape(name): unescape(value) for name, value in boxes})
    assert answer.status_code == 303
    begun = house.application.service.load(answer.headers["location"].removeprefix("/en/?interview="), owner=person.id)
    assert (begun.setup.mode, begun.setup.lang) == (Mode.DRILL, "en")
    points = {point.id for question in begun.questions.values() for point in question.points}
    assert points == {point.id for place, point in enumerate(asked.points) if place % 3 < 2}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "training_practise_none"),
        ({"card-1": "[", "card-2": "[1,2]", "card-3": "{}", "card-4": "[" * 900, "card-5": '["a"]'}, "training_practise_none"),
        ({"card-1": '["gone", "gone"]'}, "training_refused_no_such_card"),
    ],
)
def test_what_cannot_be_practised_begins_nothing(house: House, fields: dict[str, str], says: str) -> None:
    person = house.people.find("Undrilled") or enter(house, "Undrilled")[0]
    browser = house.enter("Undrilled")
    browser.get("/own?lang=en", headers=PAGE)
    assert notice(follow(browser, send(browser, "/training/practise", **fields))) == words("en")[says]
    assert house.application.accounts.interview_ids(person.id) == ()


def test_nothing_is_told_of_a_question_while_an_exam_with_it_runs(house: House, asked: Question) -> None:
    person, browser = enter(house, "Examined", "wrong", "missing", "covered")
    house.application.training.mark(person.id, CardKey(asked.id, asked.points[1].id), MarkKind.KNOWN, actor=person.id)
    begun = house.application.service.begin(Setup(mode=Mode.EXAM, question_ids=(asked.id,)), owner=person.id)
    for address in ("/training/mistakes", f"/training/cards?question={asked.id}", "/training"):
        shown = flat(page(browser, address))
        assert [point.id for point in asked.points if point.intent.en in shown or point.intent.zh in shown] == []
    assert "Left out" in page(browser, "/training/mistakes")
    cheat = send(browser, "/training/practise", **{"card-1": json.dumps([asked.id, asked.points[0].id])})
    assert notice(follow(browser, cheat)) == words("en")["training_refused_exam"]
    house.application.service.finish(begun)
    assert asked.points[0].intent.en in flat(page(browser, "/training/mistakes"))


# ---------------------------------------------------------------- all points


def test_a_point_that_was_never_asked_is_not_shown(house: House) -> None:
    _, browser = enter(house, "Curious", "missing", "covered", "partial")
    first, *others = house.application.bank.questions
    for lang in ("en", "zh"):
        shown = flat("".join(page(browser, f"/training/cards?lang={lang}&page={number}") for number in (1, 2)))
        assert all(point.intent[lang] in shown for point in first.points)
        assert [point.id for question in others for point in question.points if point.intent[lang] in shown] == []


def test_cards_are_narrowed_and_paged(house: House, asked: Question) -> None:
    _, browser = enter(house, "Reader", "missing", "covered", "partial", times=1)
    total = sum(len(question.points) for question in house.application.bank.questions)
    assert f"{total} points" in flat(page(browser, "/training/cards"))
    assert f"{len(asked.points)} points" in flat(page(browser, f"/training/cards?question={asked.id}"))
    assert f"{total - len(asked.points)} points" in flat(page(browser, "/training/cards?state=new"))
    assert "Page 2 of 2" in page(browser, "/training/cards?page=2")
    for odd in ("page=0", "page=-1", "page=99999", "page=%C2%B2", "state=<b>", "question=<b>", "page=1e3"):
        page(browser, f"/training/cards?{odd}")


# ---------------------------------------------------------------- whose


def test_nobody_sees_or_changes_anothers(house: House, asked: Question) -> None:
    victim, _ = enter(house, "Victim", "wrong", "missing", "covered")
    ids = house.application.accounts.interview_ids(victim.id)
    _, browser = enter(house, "Peeper")
    for address in ("/training", "/training/mistakes", "/training/cards"):
        shown = page(browser, f"{address}?owner={victim.id}&person={victim.id}&candidate={victim.id}")
        assert not any(id in shown for id in ids)
        assert asked.points[0].intent.en not in flat(shown)
    send(browser, "/training/mark", kind="known", owner=victim.id, question=asked.id, point=asked.points[0].id)
    send(browser, "/training", owner=victim.id, date=a_day(3), minutes="5", retention="75")
    assert house.application.training.store.marks(victim.id) == ()
    assert house.application.training.settings(victim.id) == TrainingSettings()
    assert house.browser().get("/training", headers=PAGE).status_code == 303


def test_the_bars_lead_to_the_training(house: House) -> None:
    _, browser = enter(house, "Linker")
    assert 'href="/training"' in browser.get("/account").text
    assert 'href="/training"' in page(browser, "/own")
    files = re.findall(r'href="(/training/[^"]+)" download', page(browser))
    assert len(files) == 3
    assert {browser.get(unescape(file)).status_code for file in files} == {200}


# ---------------------------------------------------------------- the coach


def test_a_coach_sees_how_their_candidates_train_and_nobody_elses(house: House, asked: Question) -> None:
    coach = house.add("Coach of trainees", Role.COACH)
    mine, _ = enter(house, HOSTILE, "missing", "covered", "covered")
    other, _ = enter(house, "Not theirs", "covered", "missing", "covered")
    house.people.assign(coach.id, mine.id)
    browser = house.enter("Coach of trainees")
    for address in ("/coach/group?lang=en", f"/coach/candidates/{mine.id}?lang=en"):
        section = page(browser, address).partition('id="training-title"')[2]
        told = flat(section)
        assert asked.points[0].intent.en in told
        assert "missed 3 of 3" in told
        assert f"/coach/group?candidate={mine.id}&amp;question={asked.id}" in section
        assert (other.id in section, "Not theirs" in told, HOSTILE in section) == (False, False, False)
    rows = list(csv.reader(io.StringIO(browser.get("/coach/group.training.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][:4] == [HOSTILE, "3", "3", str(3 * len(asked.points))]
    assert [each["owner"] for each in json.loads(browser.get("/coach/group.json").text)["training"]] == [mine.id]
    assert browser.get(f"/coach/candidates/{other.id}").status_code == 404
    send(browser, "/coach/blind", on="1", back="/coach")
    for address in ("/coach/group", f"/coach/candidates/{mine.id}"):
        assert 'id="training-title"' not in page(browser, address)
    assert browser.get("/coach/group.training.csv").status_code == 409


def test_a_moment_has_the_zone_of_the_reader(house: House) -> None:
    person, browser = enter(house, "Traveller", "missing", times=1)
    at = datetime.fromisoformat(str(house.application.service.history(owner=person.id)[0].created_at))
    assert f"{at + timedelta(hours=8):%Y-%m-%d %H:%M}" in page(browser)
