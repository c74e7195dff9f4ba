"""What marks alone say of each candidate: by which sign it is a question, or why it is none. Pure.

Read in the order of the text, as what stands under a question is its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from interviewer.drafting.asking import BLANK, EMBEDDED, INTERROGATIVE, TASK
from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place
from interviewer.drafting.survey import Survey
from interviewer.drafting.telling import ANNOUNCES, COLUMN, CUSTOMER, OPTION, OWN, PARTICULAR, READER, RUBRIC, TALK, UPPER
from interviewer.drafting.zones import ANSWER_OF, ASKED, BESIDE, KEY, TURNED

_GIVEN = re.compile(r"^(?:consider|suppose|given|assume|the following|设(?!计)|已知|某|看(?:代码|程序)|阅读|有一)", re.IGNORECASE)
_CODED = re.compile(r"[A-Za-z]{2,}|[的之].{2,}$")
_SHORTEST = 5
"""Characters of a task that stands alone."""
_ENTRY = 60
"""Characters of an entry of a list that needs no sign of its own to be a question."""


@dataclass(slots=True)
class Signs:
    """The reason for each candidate, and whether it speaks for it."""

    holds: list[bool] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def find_signs(document: Document, lines: Sequence[Line], places: Sequence[Place], candidates: Sequence[Candidate]) -> Signs:
    """The signs of a document's candidates, in their order."""
    reader = _Reader(document, lines, places, candidates)
    for number in range(len(candidates)):
        reader.read(number)
    reader.leave_statements()
    return reader.signs


class _Reader(Survey):
    def __init__(self, document: Document, lines: Sequence[Line], places: Sequence[Place], candidates: Sequence[Candidate]) -> None:
        super().__init__(document, lines, places, candidates)
        self.signs = Signs()
        self._found: set[int] = set()
        self._last_found = -1

    def read(self, number: int) -> None:
        candidate = self._candidates[number]
        reason = self._against(number)
        sign = "" if reason else getattr(self, f"_{candidate.form}")(number)
        holds = bool(sign) and not sign.startswith("no")
        self.signs.holds.append(holds)
        self.signs.reasons.append(reason or sign)
        if holds and candidate.form in ("heading", "bold", "label", "summary", "item", "line"):
            self._found.add(candidate.block)
            self._last_found = candidate.block

    def leave_statements(self) -> None:
        """A parent that asks nothing itself is what its children are asked about."""
        parents = {self._places[each.block].parent for each, holds in zip(self._candidates, self.signs.holds, strict=True) if holds}
        for number, each in enumerate(self._candidates):
            states = not self._like[number] or (_GIVEN.search(self._words[number]) and not self._asks[number])
            if self.signs.holds[number] and each.form == "item" and states and each.block in parents - {self._places[each.block].parent}:
                self.signs.holds[number], self.signs.reasons[number] = False, "no: parent"

    def _against(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        if not self._interview:
            return "no interview"
        if re.match(r"(?:先|做个)?自我介绍[，。]?$", words):
            return "no: talk"
        if candidate.role != "asks" and RUBRIC.search(words) and candidate.form not in ("reported", "quote"):
            return "no: rubric"
        if any(self._is_key(block) for block in self._places[candidate.block].over):
            return "no: answers"
        if CUSTOMER.search(words) and candidate.form not in ("quote", "reported"):
            return "no: customer"
        if ANNOUNCES.search(words) and candidate.form in ("heading", "bold", "line", "item", "summary"):
            return "no: announces"
        if TURNED.search(words) or self._is_turned(number):
            return "no: turned"
        if candidate.form in ("quote", "reported", "sentence", "line") and (TALK.search(words) or OWN.search(self._before(number))):
            return "no: talk"
        return ""

    def _is_key(self, block: int) -> bool:
        """Whether a heading stands over answers alone."""
        return self._lines[block].block.kind is not BlockKind.SUMMARY and bool(
            KEY.search(self._of(block)) or ANSWER_OF.search(self._of(block))
        )

    def _is_turned(self, number: int) -> bool:
        """Whether the candidate asks here: by the block's own words before, or what stands nearest over it and tells."""
        candidate = self._candidates[number]
        if candidate.role == "asks":
            return False
        if candidate.form in ("quote", "reported"):
            return bool(re.search(r"想问我的|questions for (?:me|us)", self._before(number, 60)))
        if candidate.form == "sentence" and TURNED.search(self._before(number, 400)):
            return True
        return self._zones[number] == "turned"

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

    def _label(self, number: int) -> str:
        block = self._candidates[number].block
        titled = self._lines[block].block.kind is BlockKind.HEADING and not self._like[number]
        if titled and block + 1 < len(self._lines) and self._lines[block + 1].role == "asks":
            return "no: title"
        return "label"

    def _cell(self, number: int) -> str:
        header = self._lines[self._candidates[number].block].block.header.strip()
        return "cell" if COLUMN.fullmatch(header) else "no: cell"

    def _summary(self, number: int) -> str:
        group = self._groups[number]
        return (
            "summary"
            if self._like[number] or (self._like_share[number] >= 0.4 and len(group) > 2 and len(self._words[number]) > 5)
            else "no: summary"
        )

    def _heading(self, number: int) -> str:
        candidate = self._candidates[number]
        block = self._lines[self._candidates[number].block].block
        place = self._places[self._candidates[number].block]
        words = self._words[number]
        if self._inside(number):
            return "no: inside"
        if not place.over and block.depth == 1 and len(self._groups[number]) == 1:
            return "no: title"
        if BESIDE.search(words) or words.endswith(("：", ":")):
            return "no: beside"
        if self._is_beside(number):
            return "no: beside"
        if READER.search(words):
            return "no: reader"
        if not self._collects and not self._places[candidate.block].over[1:]:
            return "no: article"
        if self._like[number]:
            return "heading"
        return "heading by its like" if self._like_share[number] >= 0.5 and len(self._groups[number]) > 2 else "no: heading"

    def _bold(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        if words.endswith(("：", ":")) and not BLANK.search(words):
            return "no: label"
        if self._is_beside(number):
            return "no: beside"
        if self._inside(number) and not self._like[number]:
            return "no: inside"
        if (
            not self._like[number]
            and words[-1:] not in "：:"
            and self._document.text[candidate.span.end : candidate.span.end + 1] in ("：", ":")
        ):
            inside_bold = any(
                bold.start <= candidate.span.start and bold.end > candidate.span.end for bold in self._lines[candidate.block].block.bold
            )
            if inside_bold:
                return "no: label"
        if self._like[number]:
            return "bold"
        return "bold by its like" if self._like_share[number] >= 0.5 and len(self._groups[number]) > 2 else "no: bold"

    def _item(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        block, place, zone = self._lines[candidate.block].block, self._places[candidate.block], self._zones[number]
        asking, like = self._asking_share[number], self._like_share[number]
        own, many = self._like[number], len(self._groups[number]) > 1
        if (UPPER if many else OPTION).fullmatch(block.marker) and not self._asks[number]:
            return "no: option"
        if OPTION.fullmatch(block.marker) and not own:
            return "no: option"
        if self._is_choice(candidate.block):
            return "choice"
        child = place.parent != -1 and place.parent != candidate.block
        if child and place.parent in self._found:
            numbered = re.search(r"\d|[ivx]", block.marker) and re.search(r"\d", self._lines[place.parent].block.marker)
            asks = self._asks[number] or INTERROGATIVE.search(words) or (own and like >= 0.6)
            return "child" if asks or (numbered and self._question_share[number] >= 0.34) else "no: child"
        many_ask = asking >= 0.6 and len(self._groups[number]) >= 3
        if (self._inside(number) and not many_ask) or place.lead in self._found or self._is_answering(number):
            return "no: inside"
        if not own and BESIDE.search(words) and not ASKED.search(words):
            return "no: beside"
        if not own and (place.level or self._leads_others(candidate.block)):
            return "no: parent"
        if candidate.rest and self._is_memo and not PARTICULAR.search(words) and (many or own) and zone != "beside":
            return "term"
        if zone == "beside" or (zone == "answered" and self._question_share[number] < 0.5):
            return f"no: {zone}"
        if self._question_share[number] == 0 and zone in ("", "titled") and not self._collects:
            return "no: advice"
        if own and (like >= 0.5 or self._asks[number] or zone == "asked"):
            return "item"
        if candidate.rest and like < 0.3 and zone != "asked":
            return "no: term"
        if (
            len(words) <= _ENTRY
            and not words.endswith(("。", ".", "！", "!"))
            and (like >= 0.5 or (zone == "titled" and (like >= 0.2 or (many and self._recalls))) or (zone == "asked" and many))
        ):
            return "item by its like"
        return "no: item"

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
        if self._is_bare and len(self._groups[number]) > 2 and len(words) <= _ENTRY and not words.endswith(("。", ".")):
            return "line by its like"
        if re.search(r"了[，。\s]|[问聊]了", words):
            return "no: told"
        return "line task" if TASK.search(words) and len(words) > _SHORTEST and not words.startswith("请") else "no: line"

    def _piece(self, number: int) -> str:
        if self._inside(number) or self._is_beside(number):
            return "no: inside"
        holds = self._like_share[number] >= 0.3 or self._candidates[number].label or self._zones[number] == "asked"
        holds = holds or (self._collects and len(self._candidates) <= 2 * len(self._groups[number]))
        return "piece" if holds else "no: piece"

    def _comment(self, number: int) -> str:
        words = self._words[number]
        return "comment" if self._asks[number] or TASK.search(words) or words.startswith("请") else "no: comment"

    def _sentence(self, number: int) -> str:
        candidate, words = self._candidates[number], self._words[number]
        line = self._lines[candidate.block]
        if self._inside(number) or self._is_beside(number):
            return "no: inside"
        if candidate.role == "asks":
            asks = self._asks[number] or TASK.search(words) or (len(words) > _SHORTEST and re.search(r"什么|怎么|如何|为什么", words))
            return "turn" if asks and not TALK.search(words) else "no: turn"
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
