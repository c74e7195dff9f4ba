"""The pages of a class: groups, joining by a link, and people in numbers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from interviewer.cli import main
from interviewer.models import Person, Role
from interviewer.records.store import utc_now
from tests.integration.folk import PAGE, did, follow, held, notice, rows_of, running, send, value_of
from tests.integration.test_access import PASSWORD, House, log_in

pytestmark = pytest.mark.filterwarnings("ignore")
GROUP = "/coach/groups/Class%201"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("groups")


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[House]:
    with running(folder) as house:
        for name, role in (("Ada", Role.ADMIN), ("Cleo", Role.COACH), ("Carl", Role.COACH)):
            house.add(name, role)
        house.application.group_admin.create("ada", "Class 1")
        yield house


@pytest.fixture(scope="module")
def ada(house: House) -> TestClient:
    browser = house.enter("Ada")
    browser.get("/people?lang=en", headers=PAGE)
    return browser


@pytest.fixture(scope="module")
def cleo(house: House, ada: TestClient) -> TestClient:
    """A coach whom an admin has put over the group, on its page."""
    assert notice(follow(ada, send(ada, GROUP, act="coach", coach=person(house, "Cleo").id)))
    browser = house.enter("Cleo")
    browser.get("/coach?lang=en", headers=PAGE)
    return browser


@pytest.fixture(autouse=True)
def no_earlier_attempts(house: House) -> None:
    house.people.prune(utc_now() + timedelta(days=2), idle=timedelta(days=9), absolute=timedelta(days=9))


def person(house: House, name: str) -> Person:
    found = house.people.find(name)
    assert found
    return found


def link_of(page: str) -> str:
    found = value_of(page, "link")
    assert found
    return str(found)


def join(house: House, link: str, name: str, *, password: str = PASSWORD, again: str = "") -> tuple[TestClient, Any]:
    guest = house.browser()
    guest.get(f"{link}?lang=en", headers=PAGE)
    fields = {"csrf": guest.cookies["csrf"], "name": name, "password": password, "again": again or password}
    return guest, guest.post(link, data=fields, headers=PAGE)


# ---------------------------------------------------------------- whose group it is


def test_a_coach_finds_their_groups_and_no_other(house: House, ada: TestClient, cleo: TestClient) -> None:
    assert follow(ada, send(ada, "/coach/groups", name="Class / 2?")).count("Class / 2?")
    assert [row.split()[0:2] for row in rows_of(cleo.get("/coach/groups", headers=PAGE).text)] == [["Class", "1"]]
    assert cleo.get("/coach/groups/Class%20%2F%202%3F", headers=PAGE).status_code == 404
    assert ada.get("/coach/groups/Class%20%2F%202%3F", headers=PAGE).status_code == 200
    assert send(cleo, "/coach/groups", name="Mine").status_code == 404
    assert send(cleo, GROUP, act="coach", coach=person(house, "Carl").id).status_code == 404
    assert house.enter("Carl").get(GROUP, headers=PAGE).status_code == 404
    assert send(ada, GROUP, act="dance").status_code == 404


def test_a_group_of_that_name_is_said(ada: TestClient) -> None:
    page = send(ada, "/coach/groups", name=" Class 1")
    assert (page.status_code, "There is a group of this name" in page.text) == (422, True)
    assert "Write the group" in send(ada, "/coach/groups", name="\u200b").text


def test_a_form_without_the_token_of_our_page_changes_nothing(house: House, cleo: TestClient) -> None:
    for act in ("archive", "link", "invite"):
        assert cleo.post(GROUP, data={"act": act, "name": "Forged"}).status_code == 403
    assert house.people.find("Forged") is None
    assert house.application.groups.get("Class 1").archived_at is None  # type: ignore[union-attr]


# ---------------------------------------------------------------- who joins


def test_a_coach_invites_a_candidate_into_their_group(house: House, cleo: TestClient) -> None:
    link = link_of(follow(cleo, send(cleo, GROUP, act="invite", name="Ivy", role="admin", group="Class / 2?")))
    ivy = person(house, "Ivy")
    assert (ivy.role, ivy.group) == (Role.CANDIDATE, "Class 1")
    assert [coach.name for coach in house.people.coaches_of(ivy.id)] == ["Cleo"]
    assert "Ivy" in house.browser().get(link, headers=PAGE).text
    assert "/invitation/" in link_of(follow(cleo, send(cleo, GROUP, act="again", person=ivy.id)))
    assert value_of(cleo.get(GROUP, headers=PAGE).text, "link") is None
    page = send(cleo, GROUP, act="invite", name="\u0421leo")
    assert (page.status_code, "looks like “Cleo”" in page.text) == (422, True)
    assert send(cleo, GROUP, act="again", person=person(house, "Carl").id).status_code == 303


def test_who_joins_by_a_link_is_logged_in_and_who_must_wait_is_told_so(house: House, cleo: TestClient) -> None:
    link = link_of(follow(cleo, send(cleo, GROUP, act="link", days="7", places="9")))
    guest, answer = join(house, link, "Jo")
    assert answer.status_code == 303
    assert guest.get("/own", headers=PAGE).status_code == 200
    assert person(house, "Jo").group == "Class 1"
    assert "You are logged in as Jo" in guest.get(link, headers=PAGE).text
    waiting = link_of(follow(cleo, send(cleo, GROUP, act="link", days="7", places="9", confirm="1")))
    guest, answer = join(house, waiting, "Wes")
    assert (answer.status_code, "Once a coach has confirmed you" in answer.text) == (200, True)
    assert guest.get("/own", headers=PAGE).status_code == 303
    refused = log_in(guest, "Wes")
    assert (refused.status_code, "no coach has confirmed you yet" in refused.text) == (403, True)
    assert "Wes" in cleo.get(GROUP, headers=PAGE).text
    send(cleo, GROUP, act="confirm", person=person(house, "Wes").id)
    assert log_in(guest, "Wes").status_code == 303
    assert [what for _, what, _ in did(house, person(house, "Wes").id)][-3:] == ["join_confirmed", "assigned", "login"]


@pytest.mark.parametrize(
    ("name", "password", "again", "says"),
    [
        ("cleo", PASSWORD, "", "There is somebody of this name"), ("Cl\u0435o", PASSWORD, "", "looks too much like"),
        (" ", PASSWORD, "", "1 to 100 visible characters"), ("Kim", "short", "", "at least"), ("Kim", PASSWORD, "another", "not the same"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_said_and_the_name_is_kept(
    house: House, cleo: TestClient, name: str, password: str, again: str, says: str
) -> None:
    link = link_of(follow(cleo, send(cleo, GROUP, act="link", days="7", places="9")))
    _, answer = join(house, link, name, password=password, again=again)
    assert answer.status_code == 422
    assert says.lower() in answer.text.lower()
    assert f'value="{name}"' in answer.text
    assert "Cleo" not in answer.text.replace(name, "")


def test_a_closed_link_lets_nobody_in(house: House, cleo: TestClient) -> None:
    link = link_of(follow(cleo, send(cleo, GROUP, act="link", days="7", places="9")))
    for opened in house.application.group_admin.open_links(house.application.groups.get("Class 1")):  # type: ignore[arg-type]
        send(cleo, GROUP, act="close", link=opened.id)
    _, answer = join(house, link, "Late")
    assert (answer.status_code, "all places are taken" in answer.text) == (404, True)
    assert house.browser().get("/join/nonesuch", headers=PAGE).status_code == 404
    assert notice(follow(cleo, send(cleo, GROUP, act="link", days="999", places="9"))).startswith("No link was made")


def test_a_term_ends_and_begins_again(house: House, ada: TestClient) -> None:
    house.application.group_admin.create("ada", "Autumn")
    house.add("Olga")
    house.people.set_group(person(house, "Olga").id, "Autumn", now=utc_now())
    assert "Archived" in follow(ada, send(ada, "/coach/groups/Autumn", act="archive"))
    assert "Autumn" not in ada.get("/coach/groups", headers=PAGE).text
    assert "Autumn" in ada.get("/coach/groups?archived=1", headers=PAGE).text
    assert house.enter("Olga").get("/own", headers=PAGE).status_code == 200
    assert notice(follow(ada, send(ada, "/people", name="New", role="candidate", group="Autumn"))).startswith("Nothing was changed")
    assert "back" in follow(ada, send(ada, "/coach/groups/Autumn", act="unarchive"))
    entries = ada.get("/audit?action=group_archived", headers=PAGE).text
    assert "Group Autumn" in entries


def test_who_leads_an_interview_is_shown_and_handed_over_on_its_page(house: House, cleo: TestClient) -> None:
    lena = house.add("Lena")
    house.people.set_group(lena.id, "Class 1", now=utc_now())
    house.people.assign(person(house, "Carl").id, lena.id)
    address = f"/coach/interviews/{held(house, lena, 'Kafka').id}"
    assert "Lead: the first coach to grade" in cleo.get(address, headers=PAGE).text
    assert send(cleo, f"{address}/lead", coach=person(house, "Carl").id).status_code == 303
    assert "Lead: Carl" in cleo.get(address, headers=PAGE).text
    refused = send(cleo, f"{address}/lead", coach=person(house, "Cleo").id)
    assert "Not handed over: another coach leads" in cleo.get(refused.headers["location"].partition("#")[0], headers=PAGE).text


# ---------------------------------------------------------------- people in numbers


def bring(browser: TestClient, text: str | bytes, *, act: str = "preview", group: str = "") -> Any:
    if "csrf" not in browser.cookies:
        browser.get("/own", headers=PAGE)
    fields = {"csrf": browser.cookies["csrf"], "act": act, "group": group}
    if isinstance(text, bytes):
        return browser.post("/coach/people", data=fields, files={"file": ("list.csv", text, "text/csv")}, headers=PAGE)
    return browser.post("/coach/people", data={**fields, "lines": text}, headers=PAGE)


LIST = "姓名,角色,分组,教练\r\n周老师,教练,,\r\n王小明,,三班,周老师;Cleo\r\n李华,候选人,三班,\r\n"


@pytest.mark.parametrize("encoded", [LIST.encode("utf-8-sig"), LIST.encode(), LIST.replace(",", ";").encode("utf-16")])
def test_a_list_is_shown_first_and_nobody_is_added(house: House, ada: TestClient, encoded: bytes) -> None:
    page = bring(ada, encoded)
    assert page.status_code == 200
    assert "3 people would be added" in page.text
    assert "New groups: 三班" in page.text
    assert house.people.find("王小明") is None
    assert house.application.groups.get("三班") is None


def test_a_list_is_added_with_an_invitation_each_shown_once(house: House, ada: TestClient) -> None:
    page = bring(ada, LIST + "cleo,,,\r\n", act="add")
    assert page.status_code == 200
    links = re.findall(r"<code>http://testserver(/invitation/[\w-]+)</code>", page.text)
    assert len(links) == 3
    encoded = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page.text)
    assert encoded
    assert all(link in base64.b64decode(encoded[1]).decode("utf-8-sig") for link in links)
    assert "王小明" in house.browser().get(links[1], headers=PAGE).text
    pupil = person(house, "王小明")
    assert (pupil.group, [coach.name for coach in house.people.coaches_of(pupil.id)]) == ("三班", ["Cleo", "周老师"])
    assert [what for _, what, _ in did(house, pupil.id)] == ["person_added", "invited", "assigned", "assigned"]
    again = bring(ada, LIST, act="add")
    assert (again.status_code, "/invitation/" in again.text, "nobody to add" in again.text) == (200, False, True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("\u0421leo,,,", "looks like “Cleo”"), ("Nora,king,,", "no role “king”"), ("Nora,,,Nobody", "“Nobody” is no coach"),
        ("Nora,,,\nnora,,,", "in the list twice"), ('"Nora', "no table"), (",coach,,", "is no name"), ("Nora,,Winter,", "is archived"),
    ],
)  # fmt: skip
def test_one_line_that_will_not_do_keeps_all_out_and_says_why(house: House, ada: TestClient, line: str, says: str) -> None:
    winter = house.application.groups.get("Winter")
    if winter is None:
        house.application.group_admin.create("ada", "Winter")
        house.application.groups.archive("Winter", True, actor_id="ada", now=utc_now())
    page = bring(ada, f"name,role,group,coach\nGood Line,,,\n{line}\n", act="add")
    assert page.status_code == 422
    assert says in page.text
    assert house.people.find("Good Line") is None
    assert "Good Line" in page.text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("姓名\n王小明\n李华\n".encode("gbk"), "GBK"),
        (b"\xff\x00\x81", "no UTF-8"),
        (b"  ", "is empty"),
        (b"group,role\nx,y\n", "no column"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_remedy(ada: TestClient, sent: bytes, says: str) -> None:
    page = bring(ada, sent)
    assert (page.status_code, says in page.text) == (422, True)


def test_a_coach_brings_candidates_into_their_own_groups(house: House, cleo: TestClient) -> None:
    for line, group in (("Max,coach,", "Class 1"), ("Max,,Class / 2?", "Class 1"), ("Max,,", ""), ("Max,,", "Class / 2?")):
        page = bring(cleo, f"name,role,group\n{line}\n", act="add", group=group)
        assert (page.status_code, "is not yours to give" in page.text) == (422, True), (line, group)
    assert house.people.find("Max") is None
    assert bring(cleo, "Max\nMia\n", act="add", group="Class 1").text.count("/invitation/") == 2
    assert person(house, "Mia").group == "Class 1"


# ---------------------------------------------------------------- the command line


def test_the_command_line_runs_a_class(
    folder: Path, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_DATA", str(folder))

    def cli(*arguments: str) -> str:
        assert main(["group", *arguments]) == 0
        return capsys.readouterr().out

    assert cli("add", "Night") == ""
    assert "nothing was changed" in cli("add", "Night")
    cli("coach", "Night", "Carl")
    cli("lead", "Night", "Carl")
    (tmp_path / "people.csv").write_text("name\nNed\nNan\n")
    assert house.people.find("Ned") is None
    cli("import", str(tmp_path / "people.csv"), "--group", "Night", "--check")
    assert house.people.find("Ned") is None
    told = cli("import", str(tmp_path / "people.csv"), "--group", "Night")
    assert told.count("/invitation/") == 2
    assert [coach.name for coach in house.people.coaches_of(person(house, "Ned").id)] == ["Carl"]
    assert "/join/" in cli("link", "Night", "--places", "3", "--confirm")
    assert "Night\t2 people\tcoached by Carl" in cli("list")
    cli("close", "Night"), cli("archive", "Night")
    assert "archived" in cli("list")
    cli("unarchive", "Night"), cli("uncoach", "Night", "Carl")
    assert house.people.coaches_of(person(house, "Ned").id) == ()
