"""Whole numbers of addresses and forms."""

from __future__ import annotations

import pytest

from interviewer.web.numbers import read_whole


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("999999", 999_999), ("1000000", None), ("", None), ("-1", None), ("1.5", None)]
)
def test_a_whole_number_is_read_and_nothing_else(text: str, number: int | None) -> None:
    assert read_whole(text) == number


@pytest.mark.parametrize("text", ["٣", "２", "²", "1 ", "9" * 5_000])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert read_whole(text) is None


def test_a_number_stays_below_what_there_is() -> None:
    assert [read_whole(text, below=3) for text in ("0", "2", "3")] == [0, 2, None]
    assert read_whole("0", below=0) is None
