"""Which names can be taken for each other, and which only share letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from interviewer.text.lookalikes import look_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li", "L\u0456"),  # Cyrillic i
        ("Ann", "\u0410nn"),  # Cyrillic A
        ("Bob", "\u0392ob"),  # Greek Beta
        ("paypal", "\u0440\u0430\u0443\u0440\u0430l"),
        ("Li", "\uff2c\uff49"),  # full width
        ("Li", "\U0001d40b\U0001d422"),  # mathematical
        ("Li", "\u13dei"),  # Cherokee
        ("Li", "L\u0131"),  # without its dot
        ("Li", "L\u200bi\ufe0f"),  # with what cannot be seen
        ("Li", "Li\u3164"),
        ("Al", "AI"),
        ("O0", "OO"),
        ("\u674e Anna", "\u674e Ann\u0430"),  # Chinese beside it
        ("\u53e3", "\u30ed"),  # Chinese and Japanese
        ("\u5915", "\u30bf"),
        ("\u4e00", "\u30fc"),
    ],
)
def test_what_looks_alike(one: str, other: str) -> None:
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li", "\u674e"), ("Li Lei", "\u674e\u96f7"), ("\u674e\u96f7", "\u674e\u857e"), ("Ann", "Anna"), ("Li", "L\u00ed"),
        ("\u8003\u751f1", "\u8003\u751f2"), ("\u53f6", "\u8449"), ("\u5df1", "\u5df2"), ("\u738b Wang", "\u738b Wong"),
    ],
)  # fmt: skip
def test_what_does_not(one: str, other: str) -> None:
    assert not look_alike(one, other)


@given(some.text(max_size=20))
def test_every_text_looks_like_itself(text: str) -> None:
    assert look_alike(text, text)
