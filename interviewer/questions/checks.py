"""Checks across the parts of a question file: weights, ids, competencies; and the words of terms.yaml.

They look at raw values, so that one fault does not hide another; the shape of each part is in `schema`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from interviewer.models import LANGS
from interviewer.questions.located import Loc, Plain

_TERM_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_RETIRED = "delete them; add labelled answers in knowledge/answers instead"
_SPECIAL = re.compile(r"[@!|&*()]|\.\.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the format at a path of the file."""

    loc: Loc
    message: str
    remedy: str


def place(loc: Loc) -> str:
    """A path in words, items counted from 1."""
    if not loc:
        return "the question"
    return " › ".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def check_across(raw: dict[str, object], competencies: Collection[str]) -> Iterator[Finding]:
    """Every breach between the parts of one file. `competencies`: the ids that it may name."""
    for index, competency in enumerate(_items(raw, "competencies")):
        if isinstance(competency, str) and competency not in competencies:
            known = ", ".join(competencies) or "none: mend competencies.yaml"
            yield Finding(("competencies", index), f"unknown competency {str(competency)!r}", f"use one of: {known}")
    yield from _repeated(_items(raw, "competencies"), ("competencies",), "competency")
    givens = [given.get("id") for given in _items(raw, "givens") if isinstance(given, dict)]
    yield from _repeated(givens, ("givens",), "given", "id")
    points = [point for point in _items(raw, "points") if isinstance(point, dict)]
    if points and len(points) == len(_items(raw, "points")):
        yield from _check_points(points)
        yield from _check_drills(raw.get("prompt"), points)


def advise_of(raw: object) -> Iterator[Finding]:
    """What a file that is no breach could do better: retired keys, and points without a core, on which examiners agree less."""
    yield from _advise_of_retired(raw)
    for index, point in enumerate(_items(raw, "points")):
        if isinstance(point, dict) and "core" not in point:
            remedy = 'write core: {zh: …, en: …}, the one idea that suffices for "covered"'
            yield Finding(("points", index), f"no core at {str(point.get('id'))!r}", remedy)
        if isinstance(point, dict) and len(_items(point, "drills")) == 1:
            yield Finding(("points", index, "drills"), "a single drill is soon known by heart", "write two or three, or none")


def _advise_of_retired(raw: object) -> Iterator[Finding]:
    """One finding for each retired key, however often it stands there."""
    if isinstance(raw, dict) and "terms" in raw:
        yield Finding(("terms",), "terms are no longer read", _RETIRED)
    places = [loc for loc, part in _parts(raw) if "cues" in part]
    if places:
        yield Finding((*places[0], "cues"), f"cues are no longer read: {len(places)} times in this file", _RETIRED)


def _parts(raw: object) -> Iterator[tuple[Loc, dict[str, object]]]:
    """The points and their misconceptions with their paths, in the file's order."""
    for index, point in enumerate(_items(raw, "points")):
        if isinstance(point, dict):
            yield ("points", index), point
            for number, belief in enumerate(_items(point, "misconceptions")):
                if isinstance(belief, dict):
                    yield ("points", index, "misconceptions", number), belief


def _check_points(points: list[dict[str, object]]) -> Iterator[Finding]:
    weights = [point.get("weight") for point in points]
    numbers = [float(weight) for weight in weights if isinstance(weight, Plain) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", weight)]
    if len(numbers) == len(weights) and abs(sum(numbers) - 100) > 1e-6:
        yield Finding(("points",), f"the weights sum to {sum(numbers):g}, not 100", "change the points' weights so that they sum to 100")
    if all(str(point.get("essential", "true")).lower() == "false" for point in points):
        yield Finding(("points",), "no point is essential", "set essential: true on the points that every good answer holds")
    yield from _repeated([point.get("id") for point in points], ("points",), "point id", "id")
    seen: Counter[str] = Counter()
    for index, point in enumerate(points):
        for number, belief in enumerate(_items(point, "misconceptions")):
            here: Loc = ("points", index, "misconceptions", number)
            name = belief.get("id") if isinstance(belief, dict) else None
            if isinstance(name, str):
                seen[name] += 1
                if seen[name] == 2:
                    remedy = "give each misconception of a question its own id"
                    yield Finding((*here, "id"), f"the misconception id {str(name)!r} is used twice", remedy)


def _check_drills(prompt: object, points: list[dict[str, object]]) -> Iterator[Finding]:
    """A drill prompt that stands in the question already would be no other wording, and one that two points share asks for neither."""
    asked = [prompt, *(ask for point in points for key in ("follow_ups", "deeper") for ask in _items(point, key))]
    for lang in LANGS:
        seen = {_bare(ask[lang]) for ask in asked if isinstance(ask, dict) and isinstance(ask.get(lang), str)}
        for index, point in enumerate(points):
            for number, drill in enumerate(_items(point, "drills")):
                text = drill.get(lang) if isinstance(drill, dict) else None
                if isinstance(text, str):
                    if _bare(text) in seen:
                        remedy = "put it in other words, or remove it"
                        yield Finding(("points", index, "drills", number, lang), "this drill is asked already in the same words", remedy)
                    seen.add(_bare(text))


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _repeated(values: list[object], loc: Loc, what: str, key: str | None = None) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen:
                at: Loc = (*loc, index) if key is None else (*loc, index, key)
                remedy = "remove one of the two" if key is None else f"give each {what} once"
                yield Finding(at, f"the {what} {str(value)!r} is used twice", remedy)
            seen.add(value)


def _items(raw: object, key: str) -> list[object]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else []


def check_terms(name: str, words: object, loc: Loc) -> Iterator[Finding]:
    """What is wrong with one entry of terms.yaml."""
    if not _TERM_NAME.match(name):
        yield Finding(loc, f"a term cannot be called {name!r}", "use letters, digits, _ and - only")
    if not isinstance(words, list) or not words:
        yield Finding(loc, f"the term {name!r} has no words", f"write {name}: [word, word]")
        return
    for index, word in enumerate(words):
        fault = _word_fault(word) if isinstance(word, str) else None
        if fault:
            remedy = "write one word or phrase per entry; see knowledge/README.md, Terms"
            yield Finding((*loc, index), f"the word {str(word)!r}: {fault}", remedy)


@lru_cache(maxsize=65_536)
def _word_fault(word: str) -> str | None:
    text = word.strip()
    if not text.strip("*. "):
        return "there is no word"
    if not _SPECIAL.search(text):
        return None
    if re.search(r"[@!|&]", text):
        return "@, !, | and & cannot stand in a word"
    if re.search(r"(?<!\w)\*|\*\*", text):
        return "* needs the beginning of a word before it"
    if re.search(r"^\.\.|\.\.$|\.{3}", text):
        return ".. needs a word on both sides"
    if (text.startswith("(") and ")" not in text) or (text.endswith(")") and "(" not in text):
        return "brackets do not group words"
    return None
