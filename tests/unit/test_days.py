"""When a zone moves its clocks, as the database must be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from interviewer.records.days import stretches


@pytest.mark.parametrize("name", ["UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_a_zone_keeps_its_distance_to_utc_within_a_stretch(name: str) -> None:
    zone, first, last = ZoneInfo(name), datetime(2024, 2, 1, 7, 3, 9, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    found = list(stretches(zone, first, last))
    assert found[-1][0] == last
    for number in range(3500):
        at = first + timedelta(hours=7 * number)
        assert next(offset for end, offset in found if at < end) == at.astimezone(zone).utcoffset()
    for end, offset in found[:-1]:
        assert end.astimezone(zone).utcoffset() != offset == (end - timedelta(minutes=1)).astimezone(zone).utcoffset()
