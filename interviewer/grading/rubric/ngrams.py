"""The words of a stretch of text as the learned heads see them: character runs of Chinese, stems and pieces of Latin words."""

from __future__ import annotations

import re

from interviewer.text.chinese import simplify
from interviewer.text.words import HAN_BLOCK, stem

LONGEST_RUN = 4
_PIECE = 4
_RUN = re.compile(rf"[a-z][a-z0-9+#]*|\d+(?:\.\d+)?|[{HAN_BLOCK}]+")


def ngrams(words: str) -> frozenset[str]:
    """The n-grams of normalised words.

    Chinese: runs of 1–4 characters. Latin: stems, pairs of neighbouring stems ("kv cach"), and pieces of four letters of longer words
    ("_quan"), which outlive a typing error. A number is "#", whatever its value.
    """
    runs = _RUN.findall(simplify(words))
    found: set[str] = set()
    last = ""
    for run in runs:
        if run[0] >= "\u3400":
            found.update(run[at : at + size] for size in range(1, LONGEST_RUN + 1) for at in range(len(run) - size + 1))
        elif run[0].isdigit():
            found.add("#")
        else:
            word = stem(run)
            found.add(word)
            if last:
                found.add(f"{last} {word}")
            if len(run) > _PIECE + 1:
                found.update(f"_{run[at : at + _PIECE]}" for at in range(len(run) - _PIECE + 1))
            last = word
            continue
        last = last if run[0].isdigit() else ""
    return frozenset(found)
