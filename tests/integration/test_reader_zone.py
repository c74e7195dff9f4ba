"""Times stand in the reader's zone, which their browser tells by a cookie, and a filter by day means the days that are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from interviewer.models import Role, Setup, Utterance
from interviewer.records.tables import interviews
from tests.integration.test_access import PAGE, House

pytestmark = pytest.mark.filterwarnings("ignore")

LATE = datetime(2026, 1, 2, 20, 30, tzinfo=UTC)
SHANGHAI = "zone=Asia%2FShanghai"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path / "data") as house:
        coach, ann = house.add("Cleo", Role.COACH), house.add("Ann")
        house.people.assign(coach.id, ann.id)
        application = house.application
        begun = application.service.begin(Setup(question_ids=(application.bank.questions[0].id,)), owner=ann.id)
        application.service.submit(begun, "GANs can generate images.", meant=Utterance.ANSWER)
        while application.service.watch(begun.turns[0].id, seen=10**6, timeout=10) is not None:
            pass
        with application.database.writing() as connection:
            connection.execute(update(interviews).where(interviews.c.id == begun.id).values(created_at=LATE, stale=True))
        yield house


def see(house: House, path: str, zone: str = "") -> str:
    browser = house.enter("Cleo")
    cookies = f"session={browser.cookies['session']}; {zone}"
    return browser.get(path, headers={**PAGE, "cookie": cookies}).text


def test_the_desk_shows_the_readers_time_and_filters_by_their_days(house: House) -> None:
    assert "2026-01-03 04:30" in see(house, "/coach?state=all", SHANGHAI)
    for day, listed in (("2026-01-02", False), ("2026-01-03", True)):
        page = see(house, f"/coach?state=all&since={day}&until={day}", SHANGHAI)
        assert ("2026-01-03 04:30" in page) is listed
        there = see(house, f"/coach?state=all&since={day}&until={day}", "zone=America/New_York")
        assert ("2026-01-02 15:30" in there) is not listed


def test_where_the_browser_tells_none_the_zone_stands_beside_the_time(house: House) -> None:
    for zone in ("", "zone=../../etc/passwd", "zone=%00"):
        assert re.search(r"2026-01-0[1-4] \d\d:\d\d UTC", see(house, "/coach?state=all", zone))
