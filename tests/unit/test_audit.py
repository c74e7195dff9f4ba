"""How the answer of pip-audit is judged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.audit import CLEAN, FOUND, UNKNOWN, judge, read_waivers

TODAY = date(2026, 11, 22)
WAIVER = '[[exception]]\npackage = "Chroma"\nadvisory = "CVE-1"\nreason = "no server"\nreview = {}\n'


def package(name: str, *advisories: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": [{"id": one, "aliases": [f"also-{one}"], "fix_versions": ["2"]} for one in advisories]}


def test_no_advisory_is_clean_and_one_is_told_with_the_remedy() -> None:
    assert judge({"dependencies": [package("a")]}, (), TODAY)[0] == CLEAN
    code, lines = judge({"dependencies": [package("a"), package("b", "CVE-9")]}, (), TODAY)
    assert code == FOUND
    assert lines[0] == "b 1: CVE-9, mended in 2"


@pytest.mark.parametrize("found", [{}, {"dependencies": []}, {"dependencies": [{"name": "a", "skip_reason": "unknown"}]}])
def test_what_the_database_does_not_know_is_no_clean_result(found: dict[str, Any]) -> None:
    code, lines = judge(found, (), TODAY)
    assert code == UNKNOWN
    assert "no clean result" in lines[-1]


def test_an_exception_holds_for_its_package_and_advisory_until_its_day() -> None:
    waivers = read_waivers(WAIVER.format("2026-11-22"))
    assert judge({"dependencies": [package("chroma", "CVE-1")]}, waivers, TODAY)[0] == CLEAN
    assert judge({"dependencies": [package("chroma", "CVE-2")]}, waivers, TODAY)[0] == FOUND
    assert judge({"dependencies": [package("other", "CVE-1")]}, waivers, TODAY)[0] == FOUND
    overdue = judge({"dependencies": [package("chroma")]}, read_waivers(WAIVER.format("2026-11-21")), TODAY)
    assert overdue[0] == FOUND
    assert "overdue" in overdue[1][0]


def test_an_exception_without_a_reason_is_refused() -> None:
    with pytest.raises(TypeError):
        read_waivers('[[exception]]\npackage = "a"\nadvisory = "b"\nreview = 2027-01-01\n')
