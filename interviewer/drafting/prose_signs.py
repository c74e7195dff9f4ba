"""What speaks for candidates in running text, in lines without marks and in comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from interviewer.drafting.asking import EMBEDDED, TASK
from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place
from interviewer.drafting.survey import Survey
from interviewer.drafting.telling import PARTICULAR, READER, TALK
from interviewer.drafting.zones import ANSWERED, ASKED, BESIDE, TURNED
from interviewer.text.words import count_han

_CODED = re.compile(r"[A-Za-z]{2,}|[的之].{2,}$")
_LEADS = re.compile(r"题|问|考|面|\basked\b|\bquestions?\b", re.IGNORECASE)
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}")
_FEWEST = 3
"""Lines of a list without marks."""
_SHORTEST = 5
"""Characters of a task that stands alone."""
_SHORTEST_TURN = 3
"""Words of an English question that is more than a reaction."""
ENTRY = 60
"""Characters of an entry of a list that needs no sign of its own to be a question."""


@dataclass(slots=True)
class Signs:
    """The reason for each candidate, and whether it speaks for it."""

    holds: list[bool] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class ProseSigns(Survey):
    """Reads the candidates that no list, heading or table holds. `signs` are those read so far."""

    def __init__(self, document: Document, lines: Sequence[Line], places: Sequence[Place], candidates: Sequence[Candidate]) -> None:
        super().__init__(document, lines, places, candidates)
        self.signs = Signs()
        self._found: set[int] = set()
        self._last_found = -1
        self._led = self._find_led()

    def _find_led(self) -> frozenset[int]:
        """The blocks of lists without marks: three short lines or more under one that ends in a colon and says that they are asked."""
        led: set[int] = set()
        run: list[int] = []
        for number in range(len(self._lines) + 1):
            words = self._of(number) if number < len(self._lines) else ""
            heads = words.endswith(("：", ":")) and _LEADS.search(words) and not (TURNED.search(words) or ANSWERED.search(words))
            if heads or not run or number == len(self._lines) or not self._is_entry(number):
                led.update(run[1:] if len(run) > _FEWEST else [])
                run = [number] if heads else []
            else:
                run.append(number)
        return frozenset(led)

    def _is_entry(self, number: int) -> bool:
        line, words = self._lines[number], self._of(number)
        short = len(words) <= ENTRY and not words.endswith(("。", ".", "！", "!", "：", ":")) and not _DATED.search(words)
        return short and line.block.kind is BlockKind.PARAGRAPH and not (line.role or line.speaks or line.block.marker)

    def _inside(self, number: int) -> bool:
        """Whether this stands in the answer of a question above."""
        place = self._places[self._candidates[number].block]
        for block in place.over:
            words = self._of(block)
            announces = words.endswith(("：", ":")) and block - 1 in self._found and not self._asks[number]
            if block in self._found or (announces and not ASKED.search(words)):
                return True
            if ASKED.search(words):
                return False
        return False

    def _is_answering(self, number: int) -> bool:
        """Whether a list goes on with what a labelled answer began: it stands after one, and is another list than the questions'."""
        block = self._candidates[number].block
        ends = [each for each in self._places[block].over if self._places[each].level < 7 or not self._of(each).endswith(("：", ":"))]
        answer = max((each for each in range(max(0, block - 12), block) if self._lines[each].role == "answers"), default=-1)
        if answer < 0 or answer < self._last_found or (ends and answer < ends[0]):
            return False
        return self._last_found < 0 or self._places[block].group != self._places[self._last_found].group

    def _line(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        if self._places[candidate.block].level and not self._asks[number]:
            return "no: level"
        if self._lines[candidate.block].is_one and self._like[number]:
            return "line under its topic"
        if candidate.rest and self._is_memo and len(self._groups[number]) >= _FEWEST and not PARTICULAR.search(words):
            return "term"
        if candidate.block in self._led:
            return "line by its lead"
        if self._inside(number) or self._zones[number] in ("beside", "answered") or (not self._asks[number] and self._is_answering(number)):
            return "no: inside"
        if candidate.label and self._like[number]:
            return "line of a round"
        beside_code = any(
            0 <= each < len(self._lines) and self._lines[each].block.kind is BlockKind.CODE
            for each in (candidate.block - 1, candidate.block + 1)
        )
        if not (self._is_bare or beside_code or self._zones[number] == "asked" or (self._zones[number] == "titled" and self._recalls)):
            return "no: zone"
        if self._asks[number]:
            return "no: reader" if READER.search(words) else "line"
        if self._is_bare and len(self._groups[number]) > 2 and len(words) <= ENTRY and not words.endswith(("。", ".")):
            return "line by its like"
        if re.search(r"了[，。\s]|[问聊]了", words):
            return "no: told"
        return "line task" if TASK.search(words) and len(words) > _SHORTEST and not words.startswith("请") else "no: line"

    def _piece(self, number: int) -> str:
        label = self._candidates[number].label
        if self._inside(number) or self._is_beside(number) or (label and BESIDE.search(self._document.words(label))):
            return "no: inside"
        holds = self._like_share[number] >= 0.3 or self._candidates[number].label or self._zones[number] == "asked"
        holds = holds or (self._collects and len(self._candidates) <= 2 * len(self._groups[number]))
        return "piece" if holds else "no: piece"

    def _comment(self, number: int) -> str:
        words = self._words[number]
        return (
            "comment"
            if self._asks[number] or self._candidates[number].role == "asks" or TASK.search(words) or words.startswith("请")
            else "no: comment"
        )

    def _sentence(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        line = self._lines[candidate.block]
        if self._inside(number) or self._is_beside(number):
            return "no: inside"
        if candidate.role == "asks":
            asks = self._asks[number] or TASK.search(words) or (len(words) > _SHORTEST and re.search(r"什么|怎么|如何|为什么", words))
            says_more = count_han(words) or len(words.split()) >= _SHORTEST_TURN
            return "turn" if asks and says_more and not TALK.search(words) else "no: turn"
        if candidate.span == line.span:
            return self._line(number)
        led = self._before(number)
        if READER.search(words):
            return "no: reader"
        if self._asks[number] and led.rstrip().endswith(("：", ":")) and self._zones[number] in ("asked", "titled"):
            return "sentence"
        if TASK.search(words) and line.block.bold and line.block.bold[0].start <= line.span.start:
            return "sentence task"
        previous = self._candidates[number - 1] if number else None
        if self._asks[number] and previous and previous.block == candidate.block and self.signs.holds[-1]:
            return "next sentence"
        return "no: sentence"

    def _quote(self, number: int) -> str:
        if not self._like[number] or re.search(
            r"(?:^|[，。；！？])我[^，。：]{0,4}[说答回][^，。：]{0,2}[：:]?[“\"]$", self._before(number)
        ):
            return "no: quote"
        return "quote"

    def _reported(self, number: int) -> str:
        return (
            "reported"
            if self._like[number] or EMBEDDED.search(self._words[number]) or _CODED.search(self._words[number])
            else "no: reported"
        )
