"""What is known of a document before its candidates are judged: its kind, the zones they stand in, the lists they belong to. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from interviewer.drafting.asking import BLANK, ENDS_ASKING, INTERROGATIVE, TAIL_OF_TOPIC, TASK, TASK_LATER
from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place
from interviewer.drafting.telling import MEMO, OPTION
from interviewer.drafting.zones import ANSWERED, ASKED, BESIDE, COLLECTION, OTHER, TURNED, holds_interview

_TOP = 220
"""Characters that say what a document is."""


def is_like(words: str) -> bool:
    """Whether words ask by themselves: a question mark, an interrogative, a task, a gap to fill in."""
    return bool(
        ENDS_ASKING.search(words) or INTERROGATIVE.search(words) or TASK.search(words) or TASK_LATER.search(words) or BLANK.search(words)
    )


class Survey:
    """A document taken apart, candidate by candidate: what asks, how much of its list asks, in which zone it stands."""

    def __init__(self, document: Document, lines: Sequence[Line], places: Sequence[Place], candidates: Sequence[Candidate]) -> None:
        self._document, self._lines, self._places, self._candidates = document, lines, places, candidates
        self._words = [document.words(each.span) for each in candidates]
        self._like = [is_like(words) for words in self._words]
        self._asks = [ENDS_ASKING.search(words) is not None for words in self._words]
        self._groups = self._find_groups()
        questions = [asks or INTERROGATIVE.search(words) is not None for words, asks in zip(self._words, self._asks, strict=True)]
        self._like_share, self._asking_share = self._shares(self._like), self._shares(self._asks)
        self._question_share = self._shares(questions)
        self._children = self._find_children()
        self._zones = [self._zone(number) for number in range(len(candidates))]
        self._describe(questions)

    def _describe(self, questions: Sequence[bool]) -> None:
        """What kind of document it is. `questions`: which candidates ask by a mark or an interrogative."""
        document, lines, places, candidates = self._document, self._lines, self._places, self._candidates
        title = next(
            (document.words(line.block.span) for line in lines if line.block.kind is BlockKind.HEADING and line.block.depth == 1), ""
        )
        self._collects = not title or bool(COLLECTION.search(title + " " + document.text[:_TOP]))
        self._recalls = re.search(r"被问|面经|真题|面试题|asked", title) is not None
        prose = {"sentence", "quote", "reported", "comment"}
        beside = prose | ({"line"} if any(each.form == "sentence" for each in candidates) else set())
        listed = [
            number
            for number, each in enumerate(candidates)
            if each.form not in beside and not OPTION.fullmatch(lines[each.block].block.marker)
        ]
        headed = any(line.block.kind is BlockKind.HEADING for line in lines)
        self._is_bare = not headed and "line" not in beside and sum(self._like) >= 0.6 * len(candidates)
        numbered = [re.search(r"\d", lines[candidates[number].block].block.marker) is not None for number in listed]
        weights = [1.0 if questions[number] or has else 0.5 for number, has in zip(listed, numbered, strict=True)]
        tails = 0.75 if prose.isdisjoint(each.form for each in candidates) else 0.0
        likes = [float(self._like[number]) or tails * (TAIL_OF_TOPIC.search(self._words[number]) is not None) for number in listed]
        share = sum(weight * like for like, weight in zip(likes, weights, strict=True)) / max(3, len(listed))
        asking = [words for words, asks in zip(self._words, self._asks, strict=True) if asks]
        self._is_memo = any(
            MEMO.search(text)
            for text in (
                document.text[:400],
                *(document.words(line.span)[:200] for line, place in zip(lines, places, strict=True) if place.level),
            )
        )
        self._interview = holds_interview(document, asking, share, sum(each.role == "asks" for each in candidates))

    def _find_groups(self) -> Mapping[int, list[int]]:
        groups: dict[tuple[object, ...], list[int]] = {}
        for number, each in enumerate(self._candidates):
            groups.setdefault((each.form, *self._places[each.block].group), []).append(number)
        return {number: group for group in groups.values() for number in group}

    def _find_children(self) -> Mapping[int, list[int]]:
        """The items under each item."""
        children: dict[int, list[int]] = {}
        for number, each in enumerate(self._candidates):
            parent = self._places[each.block].parent
            if each.form == "item" and parent != each.block:
                children.setdefault(parent, []).append(number)
        return children

    def _shares(self, marks: Sequence[bool]) -> Mapping[int, float]:
        """Of the group of each candidate, how many are so."""
        groups = {id(group): group for group in self._groups.values()}
        shares = {name: sum(marks[each] for each in group) / len(group) for name, group in groups.items()}
        return {number: shares[id(group)] for number, group in self._groups.items()}

    def _of(self, block: int) -> str:
        return self._document.words(self._lines[block].block.span)

    def _before(self, number: int, length: int = 30) -> str:
        start = self._candidates[number].span.start
        return self._document.text[max(self._lines[self._candidates[number].block].block.span.start, start - length) : start]

    def _zone(self, number: int) -> str:
        """What the part is in which a candidate stands: "turned", "asked", "answered", "beside", "titled" if only the title asks, or ""."""
        candidate, place = self._candidates[number], self._places[self._candidates[number].block]
        nearest = [place.parent] if place.parent not in (-1, candidate.block) else []
        nearest += [place.lead] if place.lead >= 0 and candidate.form in ("item", "cell", "piece", "bold") else []
        for block in (*nearest, *place.over):
            words = self._of(block)
            words = words[-60:] if block == place.lead else words
            for zone, pattern in (("turned", TURNED), ("beside", OTHER), ("asked", ASKED), ("answered", ANSWERED), ("beside", BESIDE)):
                if pattern.search(words) and (block != place.parent or zone in ("turned", "asked")):
                    is_title = zone == "asked" and self._places[block].over == () and len(place.over) > 1
                    return "titled" if is_title else zone
        return ""

    def _is_beside(self, number: int) -> bool:
        over = self._places[self._candidates[number].block].over
        return bool(over) and BESIDE.search(self._of(over[0])) is not None and not ASKED.search(self._of(over[0]))

    def _is_choice(self, block: int) -> bool:
        """Whether options to choose from follow."""
        following = self._lines[block + 1].block if block + 1 < len(self._lines) else None
        return (
            following is not None
            and re.fullmatch(r"[(（]?[Aa][.)、．）]", following.marker) is not None
            and following.marker != self._lines[block].block.marker
        )

    def _leads_others(self, block: int) -> bool:
        """Whether items that ask stand under an item."""
        under = self._children.get(block, [])
        return bool(under) and 3 * sum(self._like[number] for number in under) >= len(under)
