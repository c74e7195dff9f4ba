"""Who speaks in a transcript: lines that begin with a name and a colon, of which a few come again and again. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from interviewer.drafting.document import BlockKind, Document

_TURN = re.compile(
    r"(?:[\[(（【]?\s*\d{1,2}:\d{2}(?::\d{2})?\s*[\])）】]?\s*)?(?:\*\*)?(?P<name>[^\s:：\[\]()（）。，,?？!！][^:：\n\[\]。，,?？!！]{0,18}?)\s*(?:[(（][^)）]{0,12}[)）])?\s*[:：]\s*(?=\S)"
)
_ASKER = re.compile(r"^(?:面试官|考官|interviewer|主面|技术面|HR|HRBP|主管|问|Q|quizmaster|examiner|老师)", re.IGNORECASE)
_ANSWERER = re.compile(r"^(?:候选人|应聘者|求职者|candidate|interviewee|applicant|我|答|A|me|同学|学生|student)(?![a-z])", re.IGNORECASE)
_NAMED = re.compile(r"(?P<role>interviewer|面试官|考官)\s*[:：]\s*(?P<name>[^\s:：,，;；()（）]{1,20})", re.IGNORECASE)
_IS = re.compile(r"(?P<name>[^\s:：,，;；()（）]{1,12}(?: \w{1,3})?)\s*[:：=]\s*(?:interviewer|面试官|考官)", re.IGNORECASE)
_FEWEST = 3
"""Turns that each of two speakers has in a transcript."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A line somebody says. `length`: characters of the name before it. `role`: "asks", "answers" or ""."""

    length: int
    role: str


@dataclass(frozen=True, slots=True)
class Speakers:
    """The names of a transcript and what each does; without any, nobody speaks."""

    roles: dict[str, str]

    def turn(self, words: str) -> Turn | None:
        """Whose turn a line is."""
        found = _TURN.match(words)
        if found is None or found["name"].strip() not in self.roles:
            return None
        return Turn(found.end(), self.roles[found["name"].strip()])


def find_speakers(document: Document) -> Speakers:
    """The speakers of a document: names with turns enough, one of them asking; an article has none."""
    said: dict[str, list[str]] = {}
    for block in document.blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM):
            words = document.words(block.span)
            found = _TURN.match(words)
            if found and not block.marker:
                said.setdefault(found["name"].strip(), []).append(words[found.end() :])
    turns = Counter({name: len(lines) for name, lines in said.items() if len(lines) >= _FEWEST})
    known = {name: "asks" for name in turns if _ASKER.match(name)} | {name: "answers" for name in turns if _ANSWERER.match(name)}
    named = {found["name"] for pattern in (_NAMED, _IS) for found in pattern.finditer(document.text)}
    known |= {name: "asks" for name in turns if name in named}
    if len(turns) < 2 or "asks" not in known.values() or all(_is_label(name) for name in turns):
        return Speakers({})
    return Speakers({name: known.get(name, "answers") for name in turns})


def _is_label(name: str) -> bool:
    return re.fullmatch(r"(?:[QA]|问|答|追问|问题|回答|Question|Answer|参考答案|解析|考点)\s*\d*", name) is not None
