"""Names that look alike: the skeleton of a text by Unicode's table of confusables (UTS 39, section 4; unicode.org/reports/tr39).

A name in Latin and Chinese letters is as good as one in either: no mixture of scripts is refused here, only what cannot be told apart.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from interviewer.text.normalize import strip_hidden

_MARKS = "\u200e\u200f"
"""The table writes letters of right-to-left scripts between these."""


def look_alike(one: str, other: str) -> bool:
    """Whether two names can be taken for each other, as they are written or without regard to case."""
    return skeleton(one) == skeleton(other) or skeleton(one.casefold()) == skeleton(other.casefold())


def skeleton(text: str) -> str:
    """What all texts that look like this one share; says nothing by itself."""
    shown = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", strip_hidden(text)))
    return unicodedata.normalize("NFD", "".join(map(_prototype, shown)))


@lru_cache(maxsize=10_000)
def _prototype(char: str) -> str:
    """The one of a group of characters that look alike which stands for all of them.

    The library keeps the table in both directions: with a prototype stand all that look like it, with each of those the prototype alone.
    Of two that stand with each other alone it does not say which is the prototype: either will do.
    """
    alike = _alike(char)
    if len(alike) != 1:
        return char
    other = alike[0]
    return min(char, other) if _alike(other) == [char] else other


def _alike(char: str) -> list[str]:
    from confusable_homoglyphs.confusables import confusables_data  # 0.1 s, and hardly ever needed

    return [entry["c"].strip(_MARKS) for entry in confusables_data.get(char, ())]
