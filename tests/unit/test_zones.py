"""In which zone moments are shown, and what a day means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from interviewer.ui.zones import format_day, format_day_in_file, name_offset, read_in, reader_zone, zone_named
from interviewer.web.inbox_query import read_inbox_query

MOMENT = datetime(2026, 1, 2, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "shown", "in_file"),
    [
        ("Asia/Shanghai", "2026-01-03 04:30", "2026-01-03 04:30 UTC+8"),
        ("America/New_York", "2026-01-02 15:30", "2026-01-02 15:30 UTC-5"),
        ("Asia/Kolkata", "2026-01-03 02:00", "2026-01-03 02:00 UTC+5:30"),
        ("UTC", "2026-01-02 20:30", "2026-01-02 20:30 UTC"),
    ],
)
def test_a_moment_is_shown_as_the_readers_clock_shows_it_and_files_name_the_zone(name: str, shown: str, in_file: str) -> None:
    with read_in(zone_named(name)):
        assert (format_day(MOMENT), format_day_in_file(MOMENT)) == (shown, in_file)


def test_where_the_readers_zone_is_not_known_this_machines_is_named() -> None:
    local = MOMENT.astimezone()
    assert format_day(MOMENT) == f"{local:%Y-%m-%d %H:%M} {name_offset(local.utcoffset() or timedelta(0))}"


@pytest.mark.parametrize("name", ["", "Nowhere/At_All", "../../etc/passwd", "/etc/localtime", "Asia/Shanghai\n", "A" * 65, "<b>", "\x00"])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None


@pytest.mark.parametrize(("minutes", "name"), [(0, "UTC"), (480, "UTC+8"), (-210, "UTC-3:30"), (345, "UTC+5:45"), (-30, "UTC-0:30")])
def test_offsets(minutes: int, name: str) -> None:
    assert name_offset(timedelta(minutes=minutes)) == name


def test_a_filter_by_day_means_the_zone_that_is_shown() -> None:
    zone = zone_named("Asia/Shanghai")
    with read_in(zone):
        filters = read_inbox_query({"since": "2026-01-03", "until": "2026-01-03"}).filters
        assert (filters.since, filters.zone, reader_zone()) == (date(2026, 1, 3), zone, zone)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_not_set(day: str) -> None:
    assert read_inbox_query({"since": day}).filters.since is None
