"""What OpenAI's two current vocabularies have in common, for counting tokens where neither can be had. The counting is in `tokens`.

The words stand in `vocabulary.txt` beside this module, written by `python -m benchmarks.vocabulary` from `cl100k_base` and `o200k_base`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("vocabulary.txt")
_SECTION = re.compile(r"^\[(\w+)\]\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words`: English words that are one token after a space in both, at most two without it or with a capital.

    `bad_pairs`: pairs of small letters that are not one token in both. `han`: ideographs that are one token in both. `blocks`: blocks of 64
    ideographs (code point >> 6) whose first two bytes are one token in both, so that each costs at most two.
    """

    words: frozenset[str]
    bad_pairs: frozenset[str]
    han: frozenset[str]
    blocks: frozenset[int]


@cache
def load_vocabulary() -> Vocabulary:
    """The shipped vocabulary, read at the first call."""
    return parse_vocabulary(FILE.read_text(encoding="utf-8"))


def parse_vocabulary(text: str) -> Vocabulary:
    """A vocabulary from the text of its file: sections that begin with `[name]`, items apart by white space, ideographs by nothing."""
    _, *parts = _SECTION.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    return Vocabulary(
        frozenset(sections["words"].split()),
        frozenset(sections["pairs"].split()),
        frozenset("".join(sections["han"].split())),
        frozenset(map(int, sections["blocks"].split())),
    )


def write_vocabulary(words: str, pairs: str, han: str, blocks: str) -> str:
    """The text of the file, of what each section holds."""
    return "".join(f"[{name}]\n{held.strip()}\n" for name, held in (("words", words), ("pairs", pairs), ("han", han), ("blocks", blocks)))
