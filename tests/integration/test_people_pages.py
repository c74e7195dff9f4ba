"""The pages for admins: people, their rights and links, deletion, and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from interviewer.cli import main
from interviewer.errors import NotFound
from interviewer.models import Person, Role
from interviewer.records.accounts import LastAdmin
from interviewer.records.store import utc_now
from tests.integration.folk import PAGE, did, follow, held, notice, rows_of, running, send, value_of
from tests.integration.test_access import PASSWORD, House, log_in
from tests.integration.test_command_line import run
from tests.integration.test_erasure import SECRET, traces

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[House]:
    with running(folder) as house:
        house.add("Ada", Role.ADMIN), house.add("Cleo", Role.COACH)
        yield house


@pytest.fixture(scope="module")
def ada(house: House) -> TestClient:
    browser = house.enter("Ada")
    browser.get("/people?lang=en", headers=PAGE)
    return browser


def person(house: House, name: str) -> Person:
    found = house.people.find(name)
    assert found
    return found


# ---------------------------------------------------------------- who gets in


@pytest.mark.parametrize("path", ["/people", "/people/{id}", "/audit"])
def test_only_an_admin_finds_the_pages(house: House, ada: TestClient, path: str) -> None:
    path = path.format(id=person(house, "Cleo").id)
    assert ada.get(path, headers=PAGE).status_code == 200
    assert house.enter("Cleo").get(path, headers=PAGE).status_code == 404
    assert house.browser().get(path, headers=PAGE).status_code == 303


def test_the_header_leads_admins_to_people_and_audit_and_everybody_to_their_own_page(house: House, ada: TestClient) -> None:
    page, coach = ada.get("/own", headers=PAGE).text, house.enter("Cleo").get("/own", headers=PAGE).text
    assert [f'href="{place}"' in page for place in ("/people", "/audit", "/own")] == [True, True, True]
    assert [f'href="{place}"' in coach for place in ("/people", "/audit", "/own")] == [False, False, True]


@pytest.mark.parametrize("act", ["role", "group", "coach", "link", "disable", "enable", "delete", "delete-interview"])
def test_a_form_without_the_token_of_our_page_changes_nothing(house: House, ada: TestClient, act: str) -> None:
    someone = house.people.find("Forged") or house.add("Forged")
    fields = {"name": "Forged", "role": "admin", "group": "x", "coach": person(house, "Cleo").id}
    assert ada.post(f"/people/{someone.id}/{act}", data=fields).status_code == 403
    assert ada.post(f"/people/{someone.id}/{act}", data={**fields, "csrf": "guessed"}).status_code == 403
    assert house.people.get(someone.id) == person(house, "Forged")
    assert did(house, someone.id) == []


def test_somebody_who_is_not_there_is_not_found(ada: TestClient) -> None:
    assert ada.get("/people/nobody", headers=PAGE).status_code == 404
    assert send(ada, "/people/nobody/disable").status_code == 404
    assert send(ada, "/people/nobody/dance").status_code == 404


# ---------------------------------------------------------------- adding and links


def test_a_person_is_added_and_the_invitation_is_shown_once(house: House, ada: TestClient) -> None:
    answer = send(ada, "/people", name="New One", role="coach", group=" Class 3 ")
    new = person(house, "New One")
    assert (new.role, new.group, new.has_login) == (Role.COACH, "Class 3", False)
    assert answer.headers["location"] == f"/people/{new.id}"
    assert "invitation" not in answer.headers["location"]
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    link = value_of(follow(ada, answer), "link")
    assert link.startswith("http://testserver/invitation/")
    assert value_of(ada.get(f"/people/{new.id}", headers=PAGE).text, "link") is None
    guest = house.browser()
    assert "New One" in guest.get(link, headers=PAGE).text
    accepted = guest.post(link, data={"csrf": guest.cookies["csrf"], "password": PASSWORD, "again": PASSWORD})
    assert accepted.status_code == 303
    assert guest.get("/own", headers=PAGE).status_code == 200
    admin = person(house, "Ada").id
    assert did(house, new.id)[:2] == [(admin, "person_added", "coach"), (admin, "invited", "")]


def test_the_link_is_in_no_other_persons_page(house: House, ada: TestClient) -> None:
    made = send(ada, f"/people/{house.add('Linked').id}/link")
    assert made.status_code == 303
    assert value_of(ada.get(f"/people/{person(house, 'Cleo').id}", headers=PAGE).text, "link") is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ada", "There is somebody of this name"),
        ("  ", "1 to 100 visible characters"),
        ("Ad\u0430", "“Ad\u0430” looks like “Ada”, who is there already"),
    ],
)
def test_a_name_that_will_not_do_is_said_and_what_was_typed_is_kept(house: House, ada: TestClient, name: str, says: str) -> None:
    before = len(house.people.list_people())
    page = send(ada, "/people", name=name, role="coach", group="Kept group")
    assert page.status_code == 422
    assert says in page.text
    assert 'value="Kept group"' in page.text
    assert len(house.people.list_people()) == before


def test_a_reset_link_sets_another_password_and_ends_the_sessions(house: House, ada: TestClient) -> None:
    forgetful = house.add("Forgetful")
    browser = house.enter("Forgetful")
    link = value_of(follow(ada, send(ada, f"/people/{forgetful.id}/link")), "link")
    guest = house.browser()
    guest.get(link, headers=PAGE)
    guest.post(link, data={"csrf": guest.cookies["csrf"], "password": "another horse", "again": "another horse"})
    assert browser.get("/own", headers=PAGE).status_code == 303
    assert (person(house, "Ada").id, "reset", "") in did(house, forgetful.id)


@pytest.mark.parametrize("said", ["refused_500", "people_nonesuch", "link.AAAA", "a b;c", "people_assigned_n.<b>", "x" * 5000])
def test_a_made_up_notice_says_nothing(house: House, said: str) -> None:
    browser = house.enter("Ada")
    page = browser.get("/people", headers={**PAGE, "cookie": f"session={browser.cookies['session']}; said={said}"})
    assert (page.status_code, notice(page.text)) == (200, "")


# ---------------------------------------------------------------- the list


def test_the_list_tells_role_group_coaches_interviews_and_the_last_login(house: House, ada: TestClient) -> None:
    listed = house.add("Listed")
    house.people.set_group(listed.id, "Class 9", now=utc_now())
    house.people.assign(person(house, "Cleo").id, listed.id)
    held(house, listed, "Kafka")
    quiet = rows_of(ada.get("/people?q=listed", headers=PAGE).text)
    assert quiet == ["Listed Candidate Class 9 Cleo 1 Never Active"]
    house.enter("Listed")
    assert f"{utc_now().astimezone():%Y-%m-%d}" in rows_of(ada.get("/people?q=LISTED", headers=PAGE).text)[0]
    assert rows_of(ada.get("/people?group=Class+9&role=candidate", headers=PAGE).text)[0].startswith("Listed")
    assert rows_of(ada.get("/people?group=Class+9&role=admin", headers=PAGE).text) == []


def test_names_are_shown_as_text(house: House, ada: TestClient) -> None:
    house.people.add("<b>Bold</b>", role=Role.CANDIDATE, group="<i>", now=utc_now())
    page = ada.get("/people", headers=PAGE).text
    assert "<b>Bold" not in page
    assert "&lt;b&gt;Bold" in page


# ---------------------------------------------------------------- rights


def test_role_and_group_are_changed_and_noted_without_the_groups_name(house: House, ada: TestClient) -> None:
    riser = house.add("Riser")
    assert notice(follow(ada, send(ada, f"/people/{riser.id}/role", role="coach"))) == "Saved."
    send(ada, f"/people/{riser.id}/group", group="Class 4")
    changed = person(house, "Riser")
    assert (changed.role, changed.group) == (Role.COACH, "Class 4")
    admin = person(house, "Ada").id
    assert did(house, riser.id) == [(admin, "role_changed", "coach"), (admin, "group_changed", "")]


def test_a_coach_is_assigned_and_taken_away(house: House, ada: TestClient) -> None:
    led, coach, admin = house.add("Led"), person(house, "Cleo"), person(house, "Ada")
    follow(ada, send(ada, f"/people/{led.id}/coach", coach=coach.id))
    assert house.people.coaches_of(led.id) == (coach,)
    follow(ada, send(ada, f"/people/{led.id}/coach", coach=coach.id, take="1"))
    assert house.people.coaches_of(led.id) == ()
    assert did(house, led.id) == [(admin.id, "assigned", coach.id), (admin.id, "unassigned", coach.id)]


def test_only_who_may_coach_is_assigned(house: House, ada: TestClient) -> None:
    led, other = house.add("Led by none"), house.add("No coach")
    for coach in (other.id, led.id, "nobody"):
        assert "Nothing was changed" in notice(follow(ada, send(ada, f"/people/{led.id}/coach", coach=coach)))
    assert house.people.coaches_of(led.id) == ()


def test_a_whole_group_is_assigned_at_once_and_taken_away_again(house: House, ada: TestClient) -> None:
    coach = person(house, "Cleo")
    members = [house.add(f"Member {number}") for number in range(3)] + [house.add("Assistant", Role.COACH)]
    for member in members:
        house.people.set_group(member.id, "Class 7", now=utc_now())
    house.people.assign(coach.id, members[0].id)
    said = notice(follow(ada, send(ada, "/people/assign", group="Class 7", coach=coach.id, act="assign")))
    assert said == "2 candidates newly assigned."
    assert {each.name for each in house.people.candidates_of(coach.id) if each.name.startswith("Member")} == {
        "Member 0",
        "Member 1",
        "Member 2",
    }
    assert members[3].id not in {each.id for each in house.people.candidates_of(coach.id)}
    assert did(house, members[0].id) == []
    assert did(house, members[1].id) == [(person(house, "Ada").id, "assigned", coach.id)]
    assert "3 candidates" in notice(follow(ada, send(ada, "/people/assign", group="Class 7", coach=coach.id, act="unassign")))
    assert not {member.id for member in members} & {each.id for each in house.people.candidates_of(coach.id)}
    assert "Nothing was changed" in notice(follow(ada, send(ada, "/people/assign", group="", coach=coach.id)))


def test_disabling_ends_the_sessions_and_enabling_lets_in_again(house: House, ada: TestClient) -> None:
    shut = house.add("Shut")
    browser = house.enter("Shut")
    follow(ada, send(ada, f"/people/{shut.id}/disable"))
    assert browser.get("/own", headers=PAGE).status_code == 303
    assert "Enable it first" in notice(follow(ada, send(ada, f"/people/{shut.id}/link")))
    follow(ada, send(ada, f"/people/{shut.id}/enable"))
    assert house.enter("Shut").get("/own", headers=PAGE).status_code == 200
    assert [action for _, action, _ in did(house, shut.id) if "abled" in action] == ["disabled", "enabled"]


# ---------------------------------------------------------------- the last admin


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "candidate"}), ("disable", {}), ("delete", {"name": "Ada"})])
def test_the_last_admin_cannot_take_their_own_rights_away(house: House, ada: TestClient, act: str, fields: dict[str, str]) -> None:
    admin = person(house, "Ada")
    house.people.add("Admin without a login", role=Role.ADMIN, now=utc_now()) if not house.people.find("Admin without a login") else None
    before = did(house, admin.id)
    said = notice(follow(ada, send(ada, f"/people/{admin.id}/{act}", **fields)))
    assert "last admin" in said
    assert person(house, "Ada") == admin
    assert ada.get("/people", headers=PAGE).status_code == 200
    assert did(house, admin.id) == before


def test_of_two_admins_one_may_go_and_is_told_so(house: House) -> None:
    second = house.add("Second", Role.ADMIN)
    browser = house.enter("Second")
    page = follow(browser, send(browser, f"/people/{second.id}/role", role="candidate"))
    assert "不再是管理员" in notice(page)
    assert browser.get("/people", headers=PAGE).status_code == 404


def test_the_rule_holds_in_the_transaction_that_changes(house: House) -> None:
    with pytest.raises(LastAdmin):
        house.application.accounts.shut_out(person(house, "Ada").id)
    assert person(house, "Ada").active


# ---------------------------------------------------------------- deletion


def test_an_account_is_deleted_only_with_its_name_typed_and_leaves_no_byte(house: House, ada: TestClient, folder: Path) -> None:
    gone = house.add("Xanthippe-4711")
    interview = held(house, gone, SECRET)
    assert "Nothing was deleted" in notice(follow(ada, send(ada, f"/people/{gone.id}/delete", name="Xanthippe")))
    assert house.people.get(gone.id)
    browser = house.enter("Xanthippe-4711")
    answer = send(ada, f"/people/{gone.id}/delete", name="xanthippe-4711 ")
    assert answer.headers["location"] == "/people"
    assert "deleted" in notice(follow(ada, answer))
    assert browser.get("/own", headers=PAGE).status_code == 303
    with pytest.raises(NotFound):
        house.application.service.read(interview.id, owner=gone.id)
    house.application.eraser.sweep()
    assert traces(folder, SECRET) + traces(folder, "Xanthippe-4711") == []
    assert did(house, gone.id)[-1] == (person(house, "Ada").id, "deleted_person", "")


def test_an_admin_deletes_an_interview_and_sees_nothing_of_what_is_in_it(house: House, ada: TestClient) -> None:
    owner = house.add("Owner")
    interview, kept = held(house, owner, "zebra7731"), held(house, owner, "zebra7731")
    page = ada.get(f"/people/{owner.id}", headers=PAGE).text
    assert interview.id in page
    assert "zebra7731" not in page
    assert "deleted" in notice(follow(ada, send(ada, f"/people/{owner.id}/delete-interview", interview=interview.id)))
    assert house.application.accounts.interview_ids(owner.id) == (kept.id,)
    assert did(house, interview.id) == [(person(house, "Ada").id, "deleted_interview", "")]
    assert "gone already" in notice(follow(ada, send(ada, f"/people/{owner.id}/delete-interview", interview=interview.id)))


def test_an_interview_is_deleted_only_by_way_of_its_owner(house: House, ada: TestClient) -> None:
    owner, other = house.add("Owner of one"), house.add("Other")
    interview = held(house, owner, "kept")
    send(ada, f"/people/{other.id}/delete-interview", interview=interview.id)
    assert house.application.accounts.interview_ids(owner.id) == (interview.id,)


def test_a_candidate_who_deletes_an_interview_is_noted(house: House) -> None:
    owner = house.add("Deleter")
    interview = held(house, owner, "text")
    house.application.service.delete(interview.id, owner=owner.id)
    assert did(house, interview.id) == [(owner.id, "deleted_interview", "")]


# ---------------------------------------------------------------- the audit log


def test_the_details_of_the_log_are_in_the_readers_language(house: House, ada: TestClient) -> None:
    me = person(house, "Ada").id
    for action, detail in (("edit", "verdict"), ("import", "3"), ("password_set", "invite"), ("role_changed", "coach"), ("export", "md")):
        house.people.audit.write(me, action, me, detail, now=utc_now())
    rows = rows_of(ada.get("/audit?lang=zh", headers=PAGE).text)[:5]
    ada.get("/audit?lang=en", headers=PAGE)  # the session remembers it
    for row, told in zip(rows, ("md", "教练", "邀请链接", "3 份回答", "判定"), strict=True):
        assert row.endswith(f" {told}")


def test_the_log_shows_names_and_filters_by_actor_subject_and_action(house: House, ada: TestClient) -> None:
    reader, read = house.add("Reader", Role.COACH), house.add("Read")
    interview = held(house, read, "zebra7731")
    house.people.audit.write(reader.id, "read_transcript", interview.id, now=utc_now())
    house.people.audit.write(person(house, "Ada").id, "assigned", read.id, reader.id, now=utc_now())
    page = ada.get("/audit", headers=PAGE).text
    newest = rows_of(page)
    assert newest[0].endswith("Ada Assigned to a coach Read Reader")
    assert newest[1].endswith(f"Reader Read the interview Interview {interview.id[:8]} of Read")
    assert "zebra7731" not in page
    assert [line.split(" ", 2)[2] for line in rows_of(ada.get("/audit?actor=reader", headers=PAGE).text)] == [newest[1].split(" ", 2)[2]]
    assert len(rows_of(ada.get("/audit?subject=Read", headers=PAGE).text)) == 2
    assert len(rows_of(ada.get(f"/audit?subject={interview.id}", headers=PAGE).text)) == 1
    assert len(rows_of(ada.get("/audit?subject=Read&action=assigned", headers=PAGE).text)) == 1
    assert rows_of(ada.get("/audit?actor=Nobody+of+this+name", headers=PAGE).text) == []


def test_the_log_is_paged_without_gaps(house: House, ada: TestClient) -> None:
    busy = house.add("Busy")
    for number in range(120):
        house.people.audit.write(busy.id, "export", f"{number:03}-interview-number", now=utc_now())
    address, seen = "/audit?actor=Busy", []
    for _ in range(3):
        page = ada.get(address, headers=PAGE).text
        seen += rows_of(page)
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert (len(seen), len(set(seen)), address) == (120, 120, "")


def test_what_is_gone_is_told_by_its_id(house: House, ada: TestClient) -> None:
    gone = house.add("Short-lived")
    follow(ada, send(ada, f"/people/{gone.id}/delete", name="Short-lived"))
    assert rows_of(ada.get("/audit?action=deleted_person", headers=PAGE).text)[0].endswith(f"Ada Deleted the account Deleted {gone.id[:8]}")


# ---------------------------------------------------------------- the command line


def test_the_operator_deletes_somebody_and_no_byte_is_left(tmp_path: Path) -> None:
    assert run(tmp_path, "user", "add", "Xanthippe-9137", "--role", "admin").returncode == 0
    refused = run(tmp_path, "user", "delete", "Xanthippe-9137", stdin="somebody else\n")
    assert (refused.returncode, "nothing was deleted" in refused.stdout) == (1, True)
    asked = run(tmp_path, "user", "delete", "Xanthippe-9137", stdin="xanthippe-9137\n")
    assert (asked.returncode, "no trace of it is left" in asked.stdout) == (0, True)
    assert traces(tmp_path, "Xanthippe-9137") == []
    run(tmp_path, "user", "add", "Second", "--role", "candidate")
    assert run(tmp_path, "user", "delete", "Second", "--yes").returncode == 0
    assert run(tmp_path, "user", "delete", "Second", "--yes").returncode != 0


def test_the_command_line_does_no_more_than_the_pages(
    house: House, ada: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One service stands behind both: what it refuses, it refuses here with the remedy."""
    house.add("Ann")
    assert ada
    monkeypatch.setattr("interviewer.commands.user.open_application", lambda: house.application)
    before = house.people.audit.search(5000)
    for refused, remedy in (
        (["assign", "Cleo", "Cleo"], "nobody is their own coach"), (["role", "Ada", "coach"], "make somebody else an admin first"),
        (["disable", "Ada"], "make somebody else an admin first"), (["assign", "Ann", "Cleo"], "interviewer user role NAME coach"),
    ):  # fmt: skip
        assert main(["user", *refused]) != 0
        assert remedy in capsys.readouterr().err
    assert house.people.audit.search(5000) == before
    assert [main(["user", "assign", "Cleo", "Ann"]) for _ in range(2)] == [0, 0]
    assert "nothing was changed" in capsys.readouterr().out
    assert len(house.people.audit.search(5000)) == len(before) + 1


def test_who_logs_in_begins_where_their_work_is_and_is_told_what_to_do_without_it(house: House) -> None:
    house.add("Cai", Role.COACH), house.add("Dee")
    places = {name: log_in(house.browser(), name).headers["location"] for name in ("Cai", "Ada", "Dee")}
    assert places == {"Cai": "/coach", "Ada": "/", "Dee": "/"}
    assert log_in(house.browser(), "Cai", next="/own").headers["location"] == "/own"
    told = {name: house.enter(name).get("/coach?lang=en", headers=PAGE).text for name in ("Cai", "Ada")}
    assert "Ask an admin to assign" in told["Cai"]
    assert "add yourself as their coach" in told["Ada"]
    assert 'class="btn go" href="/people"' in told["Ada"]
    house.people.assign(person(house, "Cai").id, person(house, "Dee").id)
    assert "Nobody is assigned" not in house.enter("Cai").get("/coach?lang=en", headers=PAGE).text
