"""Checks across the parts of a question file: weights, ids, competencies; and the words of terms.yaml.

They look at raw values, so that one fault does not hide another; the shape of each part is in `schema`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from interviewer.models import LANGS, Bilingual, Lang
from interviewer.questions.located import Loc, Plain

_TERM_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_RETIRED = Bilingual(
    "删掉它们，改为在 knowledge/answers 里加有标注的回答", "delete them; add labelled answers in knowledge/answers instead"
)
_SPECIAL = re.compile(r"[@!|&*()]|\.\.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the format at a path of the file, what is wrong there and what to do about it."""

    loc: Loc
    message: Bilingual
    remedy: Bilingual


def finding(loc: Loc, message: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    """A finding of words as they are written here: Chinese, English."""
    return Finding(loc, Bilingual(*message), Bilingual(*remedy))


def place(loc: Loc, lang: Lang = "en") -> str:
    """A path in words, items counted from 1."""
    if not loc:
        return "题目" if lang == "zh" else "the question"
    return " › ".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def id_taken(question_id: str, other: str = "") -> Finding:
    """That there is another question of this id. `other`: where, if that may be told."""
    zh, en = ("换一个 id，或者删掉其中一个", "give it another id, or remove one of the two")
    there = (f"；另一个是 {other}", f"; the other is {other}") if other else ("", "")
    said = (f"题目 id {question_id!r} 已经有了", f"the question id {question_id!r} is taken")
    return finding(("id",), said, (zh + there[0], en + there[1]))


def check_across(raw: dict[str, object], competencies: Collection[str]) -> Iterator[Finding]:
    """Every breach between the parts of one file. `competencies`: the ids that it may name."""
    for index, competency in enumerate(_items(raw, "competencies")):
        if isinstance(competency, str) and competency not in competencies:
            known = ", ".join(competencies) or "none: mend competencies.yaml"
            name = repr(str(competency))
            yield finding(
                ("competencies", index), (f"没有叫 {name} 的能力", f"unknown competency {name}"), (f"可选：{known}", f"use one of: {known}")
            )
    yield from _repeated(_items(raw, "competencies"), ("competencies",), ("能力", "competency"))
    givens = [given.get("id") for given in _items(raw, "givens") if isinstance(given, dict)]
    yield from _repeated(givens, ("givens",), ("给定条件", "given"), "id")
    points = [point for point in _items(raw, "points") if isinstance(point, dict)]
    if points and len(points) == len(_items(raw, "points")):
        yield from _check_points(points)
        yield from _check_drills(raw.get("prompt"), points)


def advise_of(raw: object) -> Iterator[Finding]:
    """What a file that is no breach could do better: retired keys, and points without a core, on which examiners agree less."""
    yield from _advise_of_retired(raw)
    for index, point in enumerate(_items(raw, "points")):
        if isinstance(point, dict) and "core" not in point:
            name = repr(str(point.get("id")))
            remedy = (
                "写上 core: {zh: …, en: …}：说到它就算“覆盖”的那一个意思",
                'write core: {zh: …, en: …}, the one idea that suffices for "covered"',
            )
            yield finding(("points", index), (f"{name} 没有核心意思（core）", f"no core at {name}"), remedy)
        if isinstance(point, dict) and len(_items(point, "drills")) == 1:
            yield finding(
                ("points", index, "drills"), ("只有一种训练问法，很快就背熟了", "a single drill is soon known by heart"),
                ("写两三种，或者一种都不写", "write two or three, or none"),
            )  # fmt: skip


def _advise_of_retired(raw: object) -> Iterator[Finding]:
    """One finding for each retired key, however often it stands there."""
    if isinstance(raw, dict) and "terms" in raw:
        yield Finding(("terms",), Bilingual("terms 不再读取", "terms are no longer read"), _RETIRED)
    places = [loc for loc, part in _parts(raw) if "cues" in part]
    if places:
        said = Bilingual(f"cues 不再读取：这个文件里有 {len(places)} 处", f"cues are no longer read: {len(places)} times in this file")
        yield Finding((*places[0], "cues"), said, _RETIRED)


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
        yield finding(
            ("points",), (f"权重之和是 {sum(numbers):g}，不是 100", f"the weights sum to {sum(numbers):g}, not 100"),
            ("改各要点的权重，使总和为 100", "change the points' weights so that they sum to 100"),
        )  # fmt: skip
    if all(str(point.get("essential", "true")).lower() == "false" for point in points):
        yield finding(
            ("points",), ("没有必备要点", "no point is essential"),
            ("把每个好回答都会说到的要点设为必备（essential: true）", "set essential: true on the points that every good answer holds"),
        )  # fmt: skip
    yield from _repeated([point.get("id") for point in points], ("points",), ("要点 id", "point id"), "id")
    seen: Counter[str] = Counter()
    for index, point in enumerate(points):
        for number, belief in enumerate(_items(point, "misconceptions")):
            here: Loc = ("points", index, "misconceptions", number)
            name = belief.get("id") if isinstance(belief, dict) else None
            if isinstance(name, str):
                seen[name] += 1
                if seen[name] == 2:
                    said = (f"误解 id {str(name)!r} 用了两次", f"the misconception id {str(name)!r} is used twice")
                    yield finding((*here, "id"), said, ("给一道题的每个误解各自的 id", "give each misconception of a question its own id"))


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
                        said = ("这个训练问法已经用同样的话问过了", "this drill is asked already in the same words")
                        remedy = ("换个说法，或者删掉", "put it in other words, or remove it")
                        yield finding(("points", index, "drills", number, lang), said, remedy)
                    seen.add(_bare(text))


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _repeated(values: list[object], loc: Loc, what: tuple[str, str], key: str | None = None) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen:
                at: Loc = (*loc, index) if key is None else (*loc, index, key)
                said = (f"{what[0]} {str(value)!r} 用了两次", f"the {what[1]} {str(value)!r} is used twice")
                once = (f"每个{what[0]}只用一次", f"give each {what[1]} once")
                yield finding(at, said, ("删掉其中一个", "remove one of the two") if key is None else once)
            seen.add(value)


def _items(raw: object, key: str) -> list[object]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else []


def check_terms(name: str, words: object, loc: Loc) -> Iterator[Finding]:
    """What is wrong with one entry of terms.yaml."""
    if not _TERM_NAME.match(name):
        yield finding(
            loc,
            (f"术语不能叫 {name!r}", f"a term cannot be called {name!r}"),
            ("只用字母、数字、_ 和 -", "use letters, digits, _ and - only"),
        )
    if not isinstance(words, list) or not words:
        said = (f"术语 {name!r} 没有词", f"the term {name!r} has no words")
        yield finding(loc, said, (f"写成 {name}: [词, 词]", f"write {name}: [word, word]"))
        return
    for index, word in enumerate(words):
        fault = _word_fault(word) if isinstance(word, str) else None
        if fault:
            remedy = (
                "每项写一个词或短语，见 knowledge/README.md 的 Terms", "write one word or phrase per entry; see knowledge/README.md, Terms",
            )  # fmt: skip
            yield finding((*loc, index), (f"词 {str(word)!r}：{fault[0]}", f"the word {str(word)!r}: {fault[1]}"), remedy)


@lru_cache(maxsize=65_536)
def _word_fault(word: str) -> tuple[str, str] | None:
    text = word.strip()
    if not text.strip("*. "):
        return "没有词", "there is no word"
    if not _SPECIAL.search(text):
        return None
    if re.search(r"[@!|&]", text):
        return "词里不能有 @、!、| 和 &", "@, !, | and & cannot stand in a word"
    if re.search(r"(?<!\w)\*|\*\*", text):
        return "* 前面要有词的开头", "* needs the beginning of a word before it"
    if re.search(r"^\.\.|\.\.$|\.{3}", text):
        return ".. 两边都要有词", ".. needs a word on both sides"
    if (text.startswith("(") and ")" not in text) or (text.endswith(")") and "(" not in text):
        return "括号不能把词归组", "brackets do not group words"
    return None
