"""The page docs/threat-model.md names tests that exist, and every risk has a test or a written exception."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:unit|integration|browser|faults)/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| (LLM|V|\d)", line)]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_a_test_that_the_page_names_exists(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_row_has_a_test_or_a_written_exception() -> None:
    assert [row for row in ROWS if "::" not in row and "Exception" not in row] == []
    assert [f"LLM{number:02}" for number in range(1, 11)] == [row[2:7] for row in ROWS if row.startswith("| LLM")]


def test_nothing_that_looks_like_a_test_is_written_another_way() -> None:
    assert len(re.findall(r"`[^`]*::[^`]*`", PAGE)) - 1 == len(re.findall(r"`(?:unit|integration|browser|faults)/[\w/]+\.py::\w+`", PAGE))
