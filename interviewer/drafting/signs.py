"""What marks alone say of each candidate: by which sign it is a question, or why it is none. Pure.

Read in the order of the text, as what stands under a question is its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.drafting.asking import BLANK, INTERROGATIVE
from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.formats.labels import ANSWERS
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place
from interviewer.drafting.prose_signs import ENTRY, ProseSigns, Signs
from interviewer.drafting.telling import (
    ANNOUNCES,
    BECKONS,
    COLUMN,
    CUSTOMER,
    FOLDED,
    OPTION,
    OWN,
    PARTICULAR,
    READER,
    RUBRIC,
    SPOKEN,
    TALK,
    UPPER,
)
from interviewer.drafting.zones import ANSWER_OF, ASKED, BESIDE, KEY, TURNED

_GIVEN = re.compile(r"^(?:consider|suppose|given|assume|the following|设(?!计)|已知|某|看(?:代码|程序)|阅读|有一)", re.IGNORECASE)


def find_signs(document: Document, lines: Sequence[Line], places: Sequence[Place], candidates: Sequence[Candidate]) -> Signs:
    """The signs of a document's candidates, in their order."""
    reader = _Reader(document, lines, places, candidates)
    for number in range(len(candidates)):
        reader.read(number)
    reader.leave_statements()
    return reader.signs


class _Reader(ProseSigns):
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
        if candidate.role != "asks" and RUBRIC.search(words) and candidate.form not in ("reported", "quote", "cell"):
            return "no: rubric"
        if any(self._is_key(block) for block in self._places[candidate.block].over):
            return "no: answers"
        if CUSTOMER.search(words) and candidate.form not in ("quote", "reported"):
            return "no: customer"
        if ANNOUNCES.search(words) and candidate.form in ("heading", "bold", "label", "line", "item", "summary"):
            return "no: announces"
        if BECKONS.search(words) and candidate.form not in ("quote", "reported"):
            return "no: reader"
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
            over = self._places[candidate.block].over[:1]
            near = self._before(number, 60) + "".join(map(self._of, over))
            return bool(re.search(r"想问我的|该问|反问|questions for (?:me|us)", near))
        if candidate.form == "sentence" and TURNED.search(self._before(number, 400)):
            return True
        return self._zones[number] == "turned"

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
        if FOLDED.search(self._words[number]):
            return "no: folded"
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
        if (BESIDE.search(words) and not SPOKEN.search(words)) or words.endswith(("：", ":")):
            return "no: beside"
        if self._is_beside(number):
            return "no: beside"
        if READER.search(words):
            return "no: reader"
        if not self._collects and not self._places[candidate.block].over[1:]:
            return "no: article"
        if self._like[number]:
            return "heading"
        if self._collects and self._is_answered(candidate.block):
            return "heading with its answer"
        return "heading by its like" if self._like_share[number] >= 0.5 and len(self._groups[number]) > 2 else "no: heading"

    def _is_answered(self, block: int) -> bool:
        """Whether a labelled answer stands right under this, whose label may stand on a line of its own."""
        below = self._lines[block + 1 : block + 3]
        if len(below) > 1 and not below[0].role and ANSWERS.fullmatch(f"{self._of(block + 1)} "):
            return below[1].role == "answers"
        return bool(below) and below[0].role == "answers"

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
        if self._question_share[number] == 0 and zone in ("", "titled") and not self._collects and not SPOKEN.search(words):
            return "no: advice"
        if own and (like >= 0.5 or self._asks[number] or zone == "asked"):
            return "item"
        if candidate.rest and like < 0.3 and zone != "asked":
            return "no: term"
        if (
            len(words) <= ENTRY
            and not words.endswith(("。", ".", "！", "!"))
            and (like >= 0.5 or (zone == "titled" and (like >= 0.2 or (many and self._recalls))) or (zone == "asked" and many))
        ):
            return "item by its like"
        return "no: item"
