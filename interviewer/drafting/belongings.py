"""What belongs to a found question: its topic, its context, its answer, the lines that judge an answer, its options. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from interviewer.drafting.document import BlockKind, Document, Span
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.outline import Place
from interviewer.drafting.sentences import strip_span
from interviewer.drafting.telling import OPTION, RUBRIC
from interviewer.drafting.zones import ANSWER_OF, KEY, TURNED

_POINTS_AT = re.compile(
    r"上面|下面|下列|以下|上述|这段|这条|这个(?:单例|程序|函数|语句)|该(?:程序|函数|语句)|输出|打印|运行结果|\b(?:this|these|following|above|below)\b|print|output",
    re.IGNORECASE,
)
_ANSWER_COLUMN = re.compile(r"答案?|回答|解答|解析|要点|参考|思路|[Aa]nswers?|[Ss]olution", re.IGNORECASE)
_OWN_WORDS = re.compile(r"^[”\"」』]?[，,。.\s]*(?:我|I\b)")
_NUMBER = re.compile(r"\d{1,3}(?=\D*$)")
_ORAL = ("sentence", "quote", "reported")


@dataclass(slots=True)
class Belongings:
    """What was found around a question."""

    topic: Span | None = None
    context: Span | None = None
    answer: list[Span] = field(default_factory=list)
    rubric: list[Span] = field(default_factory=list)
    options: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A document taken apart, and the blocks in which questions were found."""

    document: Document
    lines: Sequence[Line]
    places: Sequence[Place]
    found: Collection[int]

    def words(self, block: int) -> str:
        """A block's words."""
        return self.document.words(self.lines[block].block.span)


def gather(around: Surroundings, questions: Sequence[Candidate]) -> list[Belongings]:
    """What belongs to each question, in their order."""
    gathered = []
    for number, question in enumerate(questions):
        following = questions[number + 1] if number + 1 < len(questions) else None
        belongs = Belongings(_topic(around, question), _context(around, question))
        if question.rest and not _is_oral(question):
            belongs.answer.append(strip_span(around.document.text, question.rest, "：:—–-"))
        if _is_oral(question):
            _add_oral(around, question, following, belongs)
        elif question.form == "cell":
            _add_cells(around, question, belongs)
        elif question.form != "piece":
            _add_blocks(around, question, following, belongs)
        belongs.answer = [span for span in belongs.answer if span.start < span.end]
        gathered.append(belongs)
    _add_answers_by_number(around, questions, gathered)
    return gathered


def _is_oral(question: Candidate) -> bool:
    return question.form in _ORAL


def _topic(around: Surroundings, question: Candidate) -> Span | None:
    """The label of its line, or the nearest heading over it that is neither a question nor the title of the whole."""
    if question.label:
        return question.label
    place = around.places[question.block]
    parent = place.parent
    if parent >= 0 and parent != question.block and _is_bold(around.lines[parent]) and parent not in around.found:
        return around.lines[parent].block.span
    for block in place.over:
        is_title = (
            around.places[block].over == () and around.lines[block].block.kind is BlockKind.HEADING and around.lines[block].block.depth == 1
        )
        if block not in around.found and not is_title and not around.words(block).endswith(("：", ":")):
            return around.lines[block].block.span
    return None


def _is_bold(line: Line) -> bool:
    return any(bold.start <= line.block.span.start and bold.end >= line.block.span.end - 1 for bold in line.block.bold)


def _context(around: Surroundings, question: Candidate) -> Span | None:
    """Its parent's sentence, or the code beside it that it points at."""
    place = around.places[question.block]
    if place.parent >= 0 and place.parent != question.block and not _is_bold(around.lines[place.parent]):
        return around.lines[place.parent].span
    if _POINTS_AT.search(around.document.words(question.span)):
        for block in (question.block - 1, question.block + 1):
            if 0 <= block < len(around.lines) and around.lines[block].block.kind is BlockKind.CODE:
                return around.lines[block].block.span
    return None


def _add_oral(around: Surroundings, question: Candidate, following: Candidate | None, belongs: Belongings) -> None:
    """What somebody says after a question that was asked aloud: in the same block, or in the next turns of a transcript."""
    line = around.lines[question.block]
    end = line.span.end
    if following and following.block == question.block:
        end = following.span.start
    said = strip_span(around.document.text, Span(question.span.end, end), '”"」』，,。.？?')
    if not line.speaks:
        if said.start < said.end and _OWN_WORDS.search(around.document.text[question.span.end : end]):
            belongs.answer.append(said)
        return
    if following and following.block == question.block:
        return
    for block in range(question.block + 1, len(around.lines)):
        if block in around.found or around.lines[block].role != "answers":
            return
        belongs.answer.append(around.lines[block].span)


def _add_cells(around: Surroundings, question: Candidate, belongs: Belongings) -> None:
    row = around.lines[question.block].block.row
    cells = [line.block for line in around.lines[question.block + 1 :][:20] if line.block.row == row]
    named = [cell for cell in cells if _ANSWER_COLUMN.search(cell.header)]
    belongs.answer += [cell.span for cell in (named or cells[:1])]


def _add_blocks(around: Surroundings, question: Candidate, following: Candidate | None, belongs: Belongings) -> None:
    """The blocks under a question, up to the next question or heading, each to where it belongs."""
    place = around.places[question.block]
    own = around.lines[question.block].block
    end = following.block if following else len(around.lines)
    under = place.level > 0 or question.form in ("label", "bold", "summary")
    for block in range(question.block + 1, end):
        line, kind = around.lines[block], around.lines[block].block.kind
        if _ends(around, question, block):
            return
        words = around.document.words(line.span)
        if OPTION.fullmatch(line.block.marker):
            belongs.options.append(line.span)
        elif RUBRIC.search(words) and line.role != "answers":
            belongs.rubric.append(line.span)
        elif (
            line.role == "answers"
            or under
            or line.block.depth > own.depth
            or (own.depth and line.block.depth >= own.depth and kind is not BlockKind.ITEM)
            or (following is not None and following.form == question.form and around.places[following.block].group == place.group)
        ):
            belongs.answer.append(line.span)
        else:
            return


def _ends(around: Surroundings, question: Candidate, block: int) -> bool:
    """Whether what belongs to a question ends before a block."""
    place, own, there = around.places[block], around.places[question.block], around.lines[block].block
    if TURNED.search(around.words(block)[:20]) or (place.level and (not own.level or place.level <= own.level)):
        return True
    item = around.lines[question.block].block
    return (
        there.kind is BlockKind.ITEM
        and item.kind is BlockKind.ITEM
        and there.depth <= item.depth
        and bool(there.marker)
        and not OPTION.fullmatch(there.marker)
    )


def _add_answers_by_number(around: Surroundings, questions: Sequence[Candidate], gathered: Sequence[Belongings]) -> None:
    """Answers that stand elsewhere, under "the answer to question 3"."""
    by_number: dict[int, Belongings] = {}
    for question, belongs in zip(questions, gathered, strict=True):
        number = _number_of(around, question)
        if number is not None:
            by_number.setdefault(number, belongs)
    for block in range(len(around.lines)):
        found = ANSWER_OF.search(around.words(block)[:160])
        if (
            not found
            or block in around.found
            or not (around.places[block].level or KEY.search(around.words(block)) or around.words(block).endswith(("：", ":")))
        ):
            continue
        owner = by_number.get(int(next(filter(None, found.groups()))))
        if owner is not None and not owner.answer:
            owner.answer += _under(around, block)


def _number_of(around: Surroundings, question: Candidate) -> int | None:
    place = around.places[question.block]
    for block in (question.block, *(each for each in (place.parent,) if each >= 0)):
        number = _NUMBER.search(around.lines[block].block.marker)
        if number:
            return int(number[0])
    return None


def _under(around: Surroundings, heading: int) -> list[Span]:
    """The blocks under a heading, or one list or paragraph under a line that announces it."""
    spans: list[Span] = []
    for block in range(heading + 1, len(around.lines)):
        place = around.places[block]
        if block in around.found or (place.level and place.level <= (around.places[heading].level or 9)):
            break
        spans.append(around.lines[block].span)
    return spans
