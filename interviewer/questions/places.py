"""What of a question's text is still whose, once somebody has edited it: the lines that stand as they stood keep their place. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from interviewer.models import LANGS

AUTHOR = "author"
"""The place of a line that a person has written."""


def carry_places(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """`source.places` for an edited question: those of the version it was edited from, and `author` for each line that is new or changed.

    Both are what a question file holds, as JSON. A text that holds nothing any more but its author's lines is not listed.
    """
    source = before.get("source")
    places = source.get("places") if isinstance(source, Mapping) else None
    carried: dict[str, list[str]] = {}
    for path, told in places.items() if isinstance(places, Mapping) else ():
        if isinstance(path, str) and isinstance(told, list):
            kept = _carry(lines_at(before, path), told, lines_at(after, path))
            if any(each != AUTHOR for each in kept):
                carried[path] = kept
    return carried


def lines_at(content: Mapping[str, Any], path: str) -> list[str]:
    """The lines of the text at a path such as `points.cost.intent.zh` or `hints.1.en`; none where there is no text."""
    *way, lang = path.split(".")
    found: object = content
    for key in way:
        found = _inside(found, key)
    text = found.get(lang) if isinstance(found, Mapping) and lang in LANGS else None
    if isinstance(text, list):
        return [each for each in text if isinstance(each, str)]
    return text.strip().split("\n") if isinstance(text, str) and text.strip() else []


def _inside(value: object, key: str) -> object:
    """What stands under a key; in a list, the item of that id, else of that number from 1."""
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list):
        named = [item for item in value if isinstance(item, Mapping) and item.get("id") == key]
        numbered = value[int(key) - 1 : int(key)] if key.isdecimal() and len(key) < 4 and key != "0" else []
        return (named or numbered or [None])[0]
    return None


def _carry(before: list[str], told: list[str], after: list[str]) -> list[str]:
    known: dict[str, list[str]] = defaultdict(list)
    for line, place in zip(before, told, strict=False):
        known[line.strip()].append(place)
    return [(known[line.strip()] or [AUTHOR]).pop(0) for line in after]
