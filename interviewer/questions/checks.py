"""Checks across the parts of a question file: weights, ids, competencies, terms and cues.

They look at raw values, so that one fault does not hide another; the shape of each part is in `schema`.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from interviewer.questions.located import Loc, Plain

_TERM_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_SPECIAL = re.compile(r"[@!|&*()]|\.\.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the format at a path of the file."""

    loc: Loc
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a question file may refer to."""

    competencies: Collection[str]
    terms: Mapping[str, tuple[str, ...]]


def place(loc: Loc) -> str:
    """A path in words, items counted from 1."""
    if not loc:
        return "the question"
    return " › ".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def cue_terms(cue: str) -> list[str]:
    """The names of the terms that a cue uses."""
    return re.findall(r"@([A-Za-z0-9_-]+)", cue)


def check_across(raw: dict[str, object], vocabulary: Vocabulary) -> Iterator[Finding]:
    """Every breach between the parts of one file."""
    own = raw.get("terms")
    terms = own if isinstance(own, dict) else {}
    for name, words in terms.items():
        yield from check_terms(name, words, ("terms", name))
    for index, competency in enumerate(_items(raw, "competencies")):
        if isinstance(competency, str) and competency not in vocabulary.competencies:
            known = ", ".join(vocabulary.competencies) or "none: mend competencies.yaml"
            yield Finding(("competencies", index), f"unknown competency {str(competency)!r}", f"use one of: {known}")
    yield from _repeated(_items(raw, "competencies"), ("competencies",), "competency")
    points = [point for point in _items(raw, "points") if isinstance(point, dict)]
    if points and len(points) == len(_items(raw, "points")):
        yield from _check_points(points, {*terms, *vocabulary.terms})


def advise_of(raw: object) -> Iterator[Finding]:
    """What a file that is no breach could do better: points without a core, on which examiners agree less."""
    for index, point in enumerate(_items(raw, "points")):
        if isinstance(point, dict) and "core" not in point:
            remedy = 'write core: {zh: …, en: …}, the one idea that suffices for "covered"'
            yield Finding(("points", index), f"no core at {str(point.get('id'))!r}", remedy)


def _check_points(points: list[dict[str, object]], terms: Collection[str]) -> Iterator[Finding]:
    weights = [point.get("weight") for point in points]
    numbers = [float(weight) for weight in weights if isinstance(weight, Plain) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", weight)]
    if len(numbers) == len(weights) and abs(sum(numbers) - 100) > 1e-6:
        yield Finding(("points",), f"the weights sum to {sum(numbers):g}, not 100", "change the points' weights so that they sum to 100")
    if all(str(point.get("essential", "true")).lower() == "false" for point in points):
        yield Finding(("points",), "no point is essential", "set essential: true on the points that every good answer holds")
    yield from _repeated([point.get("id") for point in points], ("points",), "point id", "id")
    seen: Counter[str] = Counter()
    for index, point in enumerate(points):
        at: Loc = ("points", index)
        cues = point.get("cues")
        for kind in ("covered", "partial"):
            yield from _check_cues(_items(cues, kind), (*at, "cues", kind), terms)
        for number, belief in enumerate(_items(point, "misconceptions")):
            here: Loc = (*at, "misconceptions", number)
            yield from _check_cues(_items(belief, "cues"), (*here, "cues"), terms)
            name = belief.get("id") if isinstance(belief, dict) else None
            if isinstance(name, str):
                seen[name] += 1
                if seen[name] == 2:
                    remedy = "give each misconception of a question its own id"
                    yield Finding((*here, "id"), f"the misconception id {str(name)!r} is used twice", remedy)


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
    """What is wrong with one entry of `terms`."""
    if not _TERM_NAME.match(name):
        yield Finding(loc, f"a term cannot be called {name!r}", "use letters, digits and _ so that a cue can say @name")
    if not isinstance(words, list) or not words:
        yield Finding(loc, f"the term {name!r} has no words", f"write {name}: [word, word]")
        return
    for index, word in enumerate(words):
        fault = _word_fault(word) if isinstance(word, str) else None
        if fault:
            remedy = "write one word or phrase per entry; see knowledge/README.md, Cues"
            yield Finding((*loc, index), f"the word {str(word)!r}: {fault}", remedy)


def _check_cues(cues: list[object], loc: Loc, terms: Collection[str]) -> Iterator[Finding]:
    for index, cue in enumerate(cues):
        if isinstance(cue, str) and cue.strip():
            fault = cue_fault(cue, terms)
            if fault:
                yield Finding((*loc, index), f"the cue {str(cue)!r}: {fault[0]}", fault[1])


def cue_fault(cue: str, terms: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a cue, and the remedy; None if nothing is."""
    positive = False
    for group in cue.split("&"):
        negated = group.strip().startswith("!")
        positive = positive or not negated
        for word in group.strip().removeprefix("!").split("|"):
            name = word.strip()
            if name.startswith("@") and _TERM_NAME.match(name[1:]):
                if name[1:] not in terms:
                    close = difflib.get_close_matches(name[1:], terms, n=1)
                    hint = f"did you mean @{close[0]}?" if close else "add it to terms in this file, or to terms.yaml"
                    return f"there is no term {name}", hint
            elif fault := _word_fault(name):
                return fault, "write it as in 'word | other word & @term & !unwanted'; see knowledge/README.md, Cues"
    return None if positive else ("it has only unwanted words", "add a group without ! that has to be found")


@lru_cache(maxsize=65_536)
def _word_fault(word: str) -> str | None:
    text = word.strip()
    if not text.strip("*. "):
        return "a word is missing beside | or &"
    if not _SPECIAL.search(text):
        return None
    if re.search(r"[@!|&]", text):
        return "@, !, | and & cannot stand inside a word"
    if re.search(r"(?<!\w)\*|\*\*", text):
        return "* needs the beginning of a word before it"
    if re.search(r"^\.\.|\.\.$|\.{3}", text):
        return ".. needs a word on both sides"
    if (text.startswith("(") and ")" not in text) or (text.endswith(")") and "(" not in text):
        return "cues have no brackets for grouping"
    return None
