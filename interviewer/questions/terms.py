"""Finding the words of knowledge/terms.yaml and skills.yaml in a text: one way to write them, one way to look for them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence


class TermFinder:
    """Looks for named groups of words, in any language, that mean the same. Built once, asked often.

    `terms`: names with their words, written as knowledge/README.md says: * any ending, .. a short gap, a space also a hyphen or nothing.
    """

    def __init__(self, terms: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._terms = tuple((name, tuple(map(compile_word, words))) for name, words in terms)

    def names_in(self, folded: str) -> Iterator[str]:
        """The names of which a word stands in a text that went through `fold`, in the order in which they were given."""
        for name, words in self._terms:
            if any(head in folded and _stands(head, pattern, folded) for head, pattern in words):
                yield name


def fold(text: str) -> str:
    """The text as words are looked for in it: one width, lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def compile_word(word: str) -> tuple[str, re.Pattern[str]]:
    """What every match of a word begins with, up to its first sign with a meaning, and its pattern.

    Looking at the places where a word begins is ten times as fast as searching for the pattern.
    """
    word = fold(word).strip()
    return re.split(r"\.\.|\*|\s", word, maxsplit=1)[0], re.compile(_word_pattern(word))


def _stands(head: str, pattern: re.Pattern[str], text: str) -> bool:
    at = text.find(head)
    while at >= 0:
        if pattern.match(text, at):
            return True
        at = text.find(head, at + 1)
    return False


def _word_pattern(word: str) -> str:
    body = "".join(
        {"*": "[a-z0-9]*", "..": ".{0,12}?"}.get(part) or (r"[\s\-_/]{0,2}" if part.isspace() else re.escape(part))
        for part in re.split(r"(\.\.|\*|\s+)", word)
        if part
    )
    left = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", word) else ""
    right = r"(?:s|es)?(?![a-z0-9])" if re.search(r"[a-z0-9]$", word) else ""
    return f"{left}{body}{right}"
