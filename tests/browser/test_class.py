"""A class on its pages: a coach brings people and hands out a link, a guest joins and waits, the term ends; nothing overflows, axe is content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewer.bootstrap import Application
from interviewer.models import Role
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from tests.browser.conftest import PATIENCE_MS, Faults
from tests.browser.test_accessibility import violations
from tests.integration.test_access import settings_of
from tests.npm import npm_package
from tests.serving import Served

PASSWORD = "correct horse"
LIST = "姓名,分组\n王小明,三班\n李华,三班\n"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A server with an admin who is logged in by the token, and a coach of a group."""
    folder: Path = tmp_path_factory.mktemp("school")
    application = Application(settings_of(folder / "data"))
    people, now = application.people, utc_now()
    boss, coach = people.add("Boss", role=Role.ADMIN, now=now), people.add("周老师", role=Role.COACH, now=now)
    people.set_password_hash(boss.id, application.passwords.hash(PASSWORD))
    application.group_admin.create(boss.id, "三班")
    application.groups.add_coach("三班", coach.id, actor_id=boss.id, now=now)
    token = people.open_session(boss.id, now)
    application.database.dispose()
    with Served(folder) as server:
        yield server, token


def looked_at(page: Page, axe: str) -> None:
    """As it stands the page fits and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert violations(page, axe) == []


@pytest.mark.parametrize(("lang", "width"), [("zh", 390), ("en", 1280)])
def test_a_class_from_the_list_of_its_people_to_the_end_of_the_term(
    browser: Browser, school: tuple[Served, str], lang: str, width: int, faults: Faults
) -> None:
    faults.expect("status of 403 .*/login")
    server, token = school
    t, axe = words("zh" if lang == "zh" else "en"), (npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 860}, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "session", "value": token, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/coach/groups?lang={lang}")
    looked_at(page, axe)
    page.click('a[href="/coach/groups/%E4%B8%89%E7%8F%AD"]')
    page.click('a[href^="/coach/people"]')
    page.fill("#lines", LIST.replace("李华", f"李华 {lang}").replace("王小明", f"王小明 {lang}"))
    looked_at(page, axe)
    page.click("button[value=preview]")
    expect(page.locator("#plan-title")).to_have_text(t["people_import_plan"].format(n=2))
    looked_at(page, axe)
    page.click("button[value=add]")
    expect(page.locator(".invitations tbody tr")).to_have_count(2)
    looked_at(page, axe)

    page.goto(f"{server.url}/coach/groups/三班")
    page.click("button[value=link]")
    link = page.locator("#link").input_value()
    looked_at(page, axe)
    guest = browser.new_context(viewport={"width": width, "height": 860}, bypass_csp=True, reduced_motion="reduce").new_page()
    guest.goto(f"{link}?lang={lang}")
    looked_at(guest, axe)
    for field, value in (("name", f"小赵 {lang}"), ("password", PASSWORD), ("again", PASSWORD)):
        guest.fill(f"#{field}", value)
    guest.click(".entrance .btn.go")
    expect(guest.locator("h1")).to_contain_text(f"小赵 {lang}")
    looked_at(guest, axe)
    guest.click(".entrance .btn.go")
    guest.fill("#name", f"小赵 {lang}")
    guest.fill("#password", PASSWORD)
    guest.click(".entrance .btn.go")
    expect(guest.get_by_role("alert")).to_have_text(t["login_unconfirmed"])
    page.reload()
    looked_at(page, axe)
    page.click("button[value=confirm]")
    guest.fill("#password", PASSWORD)
    guest.click(".entrance .btn.go")
    guest.wait_for_selector('.bar form[action="/logout"], .bar[data-view]')

    page.click("button[value=archive]")
    expect(page.get_by_role("status")).to_have_text(t["group_archived"])
    looked_at(page, axe)
    page.click("button[value=unarchive]")
    guest.context.close()
    context.close()
