"""Who speaks in a transcript or chat: names before a colon, or on lines of their own with the time, that come again and again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.telling import OWN_TURN

_TIME = r"(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?"
_NAME = r"(?P<name>[^\s:：\[\]()（）。，,?？!！\d][^:：\n\[\]。，,?？!！]{0,18}?)"
_TURN = re.compile(
    rf"(?:[\[(（【]?\s*{_TIME}\s*[\])）】]?\s*[-–]?\s*)?(?:\*\*)?{_NAME}\s*(?:[(（\[]\s*[^)）\]]{{0,20}}[)）\]])?\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
_HEAD = re.compile(rf"{_NAME}\s*(?:[(（][^)）]{{0,12}}[)）])?\s+[\[(（]?{_TIME}[\])）]?", re.IGNORECASE)
"""A line that says who speaks, and when, and nothing else."""
_ASKER = re.compile(
    r"^(?:面试官|考官|interviewer|interv|int\.?$|主面|技术面|HR|HRBP|主管|quizmaster|examiner|老师|经理|总监|CTO|CEO|panel)", re.IGNORECASE
)
_ANSWERER = re.compile(
    r"^(?:候选人|应聘者|求职者|candidate|cand\.?$|interviewee|applicant|我|me|同学|学生|student)(?![a-z])", re.IGNORECASE
)
_NAMED = re.compile(r"(?P<role>interviewer|面试官|考官)\s*[:：]\s*(?P<name>[^\s:：,，;；()（）]{1,20})", re.IGNORECASE)
_IS = re.compile(r"(?P<name>[^\s:：,，;；()（）]{1,12}(?: \w{1,3})?)\s*[:：=]\s*(?:interviewer|面试官|考官)", re.IGNORECASE)
_LABEL = re.compile(r"(?:[QA]|问|答|追问|问题|回答|Question|Answer|参考答案|解析|考点|评分|感受|结论|[一二三四五]面|\S{0,2}面)\s*\d*")
_ABOUT = re.compile(r"mock interview|interview|面试|模拟面|转写|transcript", re.IGNORECASE)
_FEWEST, _ASKING = 3, 0.75
"""Turns that each of two speakers has in a transcript; share of the questions that one asks who is the interviewer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A line somebody says. `length`: characters of the name before it. `role`: "asks", "answers" or ""."""

    length: int
    role: str


@dataclass(frozen=True, slots=True)
class Speakers:
    """The names of a transcript and what each does; without any, nobody speaks. `heads`: whether names stand on lines of their own."""

    roles: Mapping[str, str]
    heads: bool = False

    def turn(self, words: str) -> Turn | None:
        """Whose turn a line is."""
        found = (_HEAD.fullmatch if self.heads else _TURN.match)(words)
        if found is None or found["name"].strip() not in self.roles:
            return None
        return Turn(found.end(), self.roles[found["name"].strip()])


def find_speakers(document: Document) -> Speakers:
    """The speakers of a document: names with turns enough, one of them asking; an article has none."""
    for heads in (True, False):
        said = _collect(document, heads=heads)
        turns = {name: lines for name, lines in said.items() if len(lines) >= _FEWEST}
        if len(turns) < 2:
            continue
        known = {name: "asks" for name in turns if _ASKER.match(name)} | {name: "answers" for name in turns if _ANSWERER.match(name)}
        named = {found["name"] for pattern in (_NAMED, _IS) for found in pattern.finditer(document.text)}
        known |= {name: "asks" for name in turns if name in named}
        asker = (
            _who_asks(turns, told=_ABOUT.search(document.text[:400]) is not None)
            if "asks" not in known.values() and "answers" not in known.values()
            else None
        )
        if "asks" not in known.values() and "answers" in known.values() and len(turns) == 2:
            asker = next(name for name in turns if name not in known)
        known |= {asker: "asks"} if asker else {}
        if "asks" in known.values():
            return Speakers({name: known.get(name, "answers") for name in said if name in turns or name in known}, heads)
    return Speakers({})


def _collect(document: Document, *, heads: bool) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    last = ""
    for block in document.blocks:
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM) or block.marker:
            continue
        words = document.words(block.span)
        found = (_HEAD.fullmatch if heads else _TURN.match)(words)
        if found and not _LABEL.fullmatch(found["name"].strip()):
            last = found["name"].strip()
            said.setdefault(last, []).append("" if heads else words[found.end() :])
        elif heads and last:
            said[last][-1] += words
    return said


def _who_asks(turns: Mapping[str, list[str]], *, told: bool) -> str | None:
    """Of two speakers the one who asks nearly all, while the other talks; nobody in a chat among equals.

    `told`: the text says that it is an interview.
    """
    if len(turns) != 2:
        return None
    marks = {name: sum("？" in line or "?" in line for line in lines) for name, lines in turns.items()}
    asker, other = sorted(turns, key=lambda name: -marks[name])
    length = {name: sum(map(len, lines)) / len(lines) for name, lines in turns.items()}
    tells = any(OWN_TURN.search(line) for line in turns[other])
    if told and marks[asker] > marks[other] and not tells:
        return asker
    clear = marks[asker] >= _FEWEST and marks[asker] >= _ASKING * sum(marks.values()) and length[other] > length[asker]
    return asker if clear and not tells else None
