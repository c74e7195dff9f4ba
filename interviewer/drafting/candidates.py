"""The stretches of a document that may be questions: one of each list item, heading, cell, label or sentence. Pure.

What a candidate is made of is decided here, by marks; whether it is a question an interviewer asks, elsewhere (`signs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from interviewer.drafting.asking import BLANK, ENDS_ASKING, INTERROGATIVE, TAIL_OF_TOPIC, TASK, TASK_LATER
from interviewer.drafting.document import BlockKind, Document, Span
from interviewer.drafting.formats.labels import ASKS
from interviewer.drafting.formats.marks import split_mark
from interviewer.drafting.formats.wrapping import columns
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.running_text import after_colon, in_text, reported
from interviewer.drafting.sentences import quotations, sentences, strip_span

_HINT = re.compile(r"\s*[(（]?\s*(?:[Hh]ints?|提示|[Nn]ote|注意?|思路|考点|PS|备注)\s*[:：]")
_TAG = re.compile(r"[(（\[【][^)）\]】]{1,14}[)）\]】]\s*(?=\S)")
"""What is said about a question before it: "(programming)", "【字节】"."""
ROUND = r"(?:[一二三四五六1-6]\s?面|[Rr]ound \d|第[一二三四五六]轮|HR\s?面?|主管面|技术面|电面|交叉面|终面|笔试|机试|面试|场景题?|算法题?|[Cc]oding|[Ss]ystem design|[Bb]ehaviou?ral|[Dd]eep dive|[Pp]hone screen|[Oo]nsite)(?:[(（][^)）]{1,16}[)）])?"
_ROUND = re.compile(rf"{ROUND}\s*[:：]\s*(?=\S)")
"""A round of interviews, before what was asked in it."""
_FIELD = re.compile(
    r"[\s（(【\[]*(?:得分|评分|分数|打分|记录|备注|回答|答|[Ss]core|[Nn]otes|[Rr]ating|[Aa]nswer|[Pp]oints)\s*[:：]?\s*[_＿/／ ]{2,}.*$"
)
"""A field of a form behind a question, to be filled in."""
_REMARK = re.compile(r"[(（][^()（）]*(?:我|他|她|又|没|挂|答|太|这|忘|[a-zA-Z ]{12,}|[\u4e00-\u9fff]{12,})[^()（）]*[)）]$")
"""A remark, or a translation, in brackets at the end."""
_INLINE = re.compile(
    r"(?<=[。？！?!.；;”\"\s/])(?:(?P<asks>(?:又|再|追|接着)?问|Q\d*|面试官|Interviewer)|(?P<answers>答|A\d*|我答?|候选人|Candidate|Me))\s*[:：]\s*"
)
"""A label within a paragraph."""
_INNER_NUMBER = re.compile(r"(?:(?<=[\s；;，,。?？：:])(\d{1,2})\s?[.、)）．]|([①-⑨]))\s*(?=\D)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
_FEWEST, _ENTRY = 3, 40
"""Entries of a list on one line that needs no sign of its own, and characters of each."""
_QUOTED_AFTER = re.compile(r"[:：]\s*[\"“]([^\"“”]{4,}[?？])[\"”]\s*$")
"""A question in quotation marks after what it is about."""
_COLON = re.compile(r"[:：](?!//)\s*")
_TAIL = re.compile(
    r"^(?:[若如]果?[不否没能会有]|if (?:so|not)\b|为什么|为啥|why|why not|how so|how|请|举例|justify|explain|give)", re.IGNORECASE
)
SEMICOLON = re.compile(r"[；;]\s*")
_SEPARATED = re.compile(r"[；;]|、.+、")
COMMENT = re.compile(r"^\s*(?://+|#+(?!\s*include|!)|--+|/?\*+|;;+|%+)\s*(.+?)(?:\s*\*/)?\s*$")
_TRAILING = re.compile(r"\s(?://|#|--|/\*)\s*([^/#*]+?)(?:\s*\*/)?\s*$")
"""A comment behind code."""
_TWO_TONGUES = re.compile(r"\s+[/|／｜]\s+|\n|\s*[（(](?=[^()（）]*[)）]$)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_OR_WORD = re.compile(r"[\u4e00-\u9fff]{2}|[A-Za-z]{2}")
_LINE = 120
"""Characters up to which a paragraph of one sentence is taken for an entry of a list without marks."""
_TERM, _SOON = 60, 4
"""Columns up to which what stands before a colon is the question and the rest its answer."""
_LEAD = 320
"""Characters up to which all that leads to a question mark belongs to the question."""
_KIND = re.compile(
    r"^(?:手撕|手写|算法|代码|编程|场景|设计|SQL|口述|coding|design|task|prompt|exercise|bonus|true or false|判断)\S{0,4}$|(?:表示|写出|回答|证明|求|如下)$",
    re.IGNORECASE,
)
"""A word for a kind of task, before the task."""
_FORMS = {BlockKind.HEADING: "heading", BlockKind.SUMMARY: "summary", BlockKind.CELL: "cell", BlockKind.ITEM: "item"}


def find_candidates(document: Document, lines: list[Line]) -> list[Candidate]:
    """All candidates, in the order of the text; none overlap."""
    return [candidate for line in lines for candidate in _candidates(document, line) if _HAN_OR_WORD.search(document.words(candidate.span))]


def _candidates(document: Document, line: Line) -> Iterator[Candidate]:
    words = document.words(line.span)
    if turns := _turns_within(document, line):
        for turn in turns:
            yield from in_text(document, replace(line, role="asks", span=turn), turn)
        return
    if line.role == "answers" or not words:
        return
    if line.block.kind is BlockKind.CODE:
        yield from _in_code(document, line)
    elif line.speaks:
        yield from in_text(document, line, line.span)
    elif numbered := _numbered_within(document, line):
        yield from numbered
    elif not _bold_lead(line) and (pieces := _pieces(document, line)):
        yield from pieces
    elif label := _bold_label(document, line):
        yield from in_text(document, line, Span(label.end, line.span.end))
    elif _stands_alone(line, words):
        yield _whole(document, line)
    else:
        yield from in_text(document, line, line.span)


def _turns_within(document: Document, line: Line) -> list[Span]:
    """What is asked in a paragraph that goes on with "答：… 问：…"; empty where it does not."""
    marks = (
        [] if line.speaks or line.block.kind is BlockKind.CODE else list(_INLINE.finditer(document.text, line.span.start, line.span.end))
    )
    if not any(mark["answers"] for mark in marks) or not (line.role or any(mark["asks"] for mark in marks)):
        return []
    cuts = [(line.span.start, line.role), *((mark.end(), "asks" if mark["asks"] else "answers") for mark in marks)]
    ends = [*(mark.start() for mark in marks), line.span.end]
    spans = [strip_span(document.text, Span(start, end)) for (start, role), end in zip(cuts, ends, strict=True) if role == "asks"]
    return [span for span in spans if span.start < span.end]


def _stands_alone(line: Line, words: str) -> bool:
    """Whether the block is one thing, of which all or the beginning may be a question; else it is running text."""
    kind, cut = line.block.kind, sentences(words)
    if line.is_one:
        return True
    if line.role and (words[0] in '“「"' or len(words) > _LEAD):
        return False
    if kind in (BlockKind.HEADING, BlockKind.SUMMARY, BlockKind.CELL) or line.role == "asks" or _bold_lead(line):
        return True
    asking = [span for span in cut if ENDS_ASKING.search(words[span.start : span.end])]
    if kind is not BlockKind.ITEM and any(ENDS_ASKING.search(words[each.start : each.end]) for each in quotations(words)):
        return False
    if kind is BlockKind.ITEM:
        return len(words) <= _LEAD or (bool(asking) and asking[0].start <= _LEAD)
    return len(words) <= _LINE and (len(cut) == 1 or asking == [cut[-1]]) and not reported(words)


def form_of(line: Line) -> str:
    """The shape by which all of a line comes."""
    return "label" if line.role == "asks" else _FORMS.get(line.block.kind, "line")


def _bold_lead(line: Line) -> Span | None:
    """What is set in bold at the beginning."""
    return next((bold for bold in line.block.bold if bold.start <= line.span.start < bold.end), None)


def _whole(document: Document, line: Line) -> Candidate:
    """One candidate of a block: what is bold at its start, what stands before a colon, or all up to the last question mark."""
    form, bold = form_of(line), _bold_lead(line)
    if bold and bold.end < line.span.end:
        lead = strip_span(document.text, Span(line.span.start, bold.end), "：:")
        if lead.end - lead.start > 3:
            return _one_tongue(document, line, lead, "bold", Span(bold.end, line.span.end))
    span, rest = _lead(document, line)
    span = after_colon(document, span) if form == "line" else span
    found = _one_tongue(document, line, span, "bold" if bold else form, rest)
    around = _ROUND.match(document.text, line.span.start, line.span.end)
    return (
        replace(found, label=strip_span(document.text, Span(line.span.start, around.end()), "：:"))
        if around and around.end() <= span.start
        else found
    )


def _bold_label(document: Document, line: Line) -> Span | None:
    """A label in bold ("Prompt.") before a question."""
    bold = None if line.role else _bold_lead(line)
    if bold is None or bold.end >= line.span.end or _is_like_asking(document.text[line.span.start : bold.end]):
        return None
    after = document.text[bold.end : line.span.end].lstrip(" ：:.。")
    return bold if TASK.search(after) or ENDS_ASKING.search(after) or TASK_LATER.search(after) else None


def _lead(document: Document, line: Line) -> tuple[Span, Span | None]:
    text, start, end = document.text, line.span.start, line.span.end
    for lead in (_TAG, _ROUND):
        found = lead.match(text, start, end)
        start = found.end() if found and found.end() < end else start
    if quoted := _QUOTED_AFTER.search(text, start, end):
        return Span(quoted.start(1), quoted.end(1)), None
    form = _FIELD.search(text, start, end)
    end = form.start() if form and form.start() > start + 3 else end
    hint = next((start + match.start() for match in _HINT.finditer(text[start:end]) if match.start() > 3), None)
    end = hint or end
    cut = sentences(text, start, end)
    asking = [number for number, span in enumerate(cut) if ENDS_ASKING.search(text[span.start : span.end])]
    colon = _COLON.search(text, start, end)
    if colon and columns(text[start : colon.start()]) <= _TERM and colon.end() < end and _is_term(text, start, colon, cut):
        return strip_span(text, Span(start, colon.start())), strip_span(text, Span(colon.end(), line.span.end))
    if not asking:
        remark = _REMARK.search(text[start:end])
        if remark and remark.start() > 3:
            return strip_span(text, Span(start, start + remark.start())), Span(start + remark.start(), line.span.end)
        return strip_span(text, Span(start, end)), None
    if line.is_one:
        return Span(start, end), None
    last = asking[0]
    while last + 1 < len(cut) and (last + 1 in asking or _belongs(text[cut[last + 1].start : cut[last + 1].end])):
        last += 1
    rest = strip_span(text, Span(cut[last].end, line.span.end))
    return Span(start, cut[last].end), rest if rest.start < rest.end else None


def _is_term(text: str, start: int, colon: re.Match[str], cut: tuple[Span, ...]) -> bool:
    """Whether a colon parts a question from its answer: "question：answer", not "LRU cache: implement …"."""
    before, after = text[start : colon.start()], text[colon.end() : cut[-1].end]
    if _KIND.search(before) or ENDS_ASKING.search(after):
        return False
    begins = INTERROGATIVE.search(after)
    return _is_like_asking(before) or not (begins and begins.start() < _SOON)


def _belongs(sentence: str) -> bool:
    """Whether a sentence after a question mark still belongs to the question: a task, or a bare why."""
    return bool(TASK.search(sentence) or _TAIL.search(sentence) or BLANK.fullmatch(sentence)) and len(sentence) < _LINE


def _one_tongue(document: Document, line: Line, span: Span, form: str, rest: Span | None) -> Candidate:
    """Of a question that stands there in both languages, the first."""
    words = document.words(span)
    for cut in _TWO_TONGUES.finditer(words):
        one, other = words[: cut.start()], words[cut.end() :]
        if bool(_HAN.search(one)) != bool(_HAN.search(other)) and min(len(one), len(other)) > 3:
            end = span.start + cut.start()
            return Candidate(Span(span.start, end), line.number, form, line.role, Span(end, line.span.end))
    return Candidate(span, line.number, form, line.role, rest)


def _pieces(document: Document, line: Line) -> list[Candidate]:
    """Several questions on one line between semicolons, with a label before them or none."""
    text, span = document.text, line.span
    if line.block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE) or not _SEPARATED.search(text, span.start, span.end):
        return []
    colon = _COLON.search(text, span.start, span.end)
    first = SEMICOLON.search(text, span.start, span.end)
    label = None
    start = span.start
    if colon and (not first or colon.end() < first.start()) and colon.start() - start <= _TERM:
        label, start = Span(start, colon.start()), colon.end()
    cut, at = [], start
    for mark in SEMICOLON.finditer(text, start, span.end):
        cut.append(strip_span(text, Span(at, mark.start())))
        at = mark.end()
    cut.append(strip_span(text, Span(at, span.end), "。."))
    cut = [piece for piece in cut if piece.start < piece.end]
    if (
        (len(cut) < 2 and (not label or len(_enumerated(document, cut[0])) < 2))
        or any(len(sentences(text, piece.start, piece.end)) > 1 for piece in cut)
        or any(piece.end - piece.start > _LINE for piece in cut)
    ):
        return []
    asking = sum(_is_like_asking(document.words(piece)) for piece in cut)
    is_round = label is not None and _ROUND.match(text, label.start) is not None
    is_list = len(cut) >= _FEWEST and all(piece.end - piece.start <= _ENTRY for piece in cut) and line.block.kind is not BlockKind.ITEM
    if not is_round and not is_list and asking < (len(cut) if line.block.kind is BlockKind.ITEM else len(cut) / 3):
        return []
    parts = [part for piece in cut for part in _enumerated(document, _asked_within(document, piece))]
    return [Candidate(part, line.number, "piece", line.role, None, label) for part in parts]


def _asked_within(document: Document, piece: Span) -> Span:
    """Of a piece that tells what was asked ("one of them, asked about MVCC"), what was."""
    found = reported(document.words(piece))
    return Span(piece.start + found[0].start, piece.start + found[0].end) if len(found) == 1 else piece


def _numbered_within(document: Document, line: Line) -> list[Candidate]:
    """Several questions on one line behind numbers that count up: "1.… 2.… 3.…", "asked: ①… ②… ③…"."""
    first = re.match(r"(\d{1,2})\D?$", line.block.marker)
    cuts, expected = ([line.span.start], int(first[1]) + 1) if first else ([], 1)
    ends: list[int] = []
    for mark in _INNER_NUMBER.finditer(document.text, line.span.start, line.span.end):
        if (int(mark[1]) if mark[1] else _CIRCLED.index(mark[2]) + 1) == expected:
            ends += [mark.start()] if cuts else []
            cuts.append(mark.end())
            expected += 1
    if len(cuts) < _FEWEST:
        return []
    spans = [strip_span(document.text, Span(start, end), "；;，,。") for start, end in zip(cuts, [*ends, line.span.end], strict=True)]
    return [Candidate(span, line.number, "piece", line.role) for span in spans if span.start < span.end]


def _is_like_asking(words: str) -> bool:
    return bool(INTERROGATIVE.search(words) or TASK.search(words) or TAIL_OF_TOPIC.search(words))


def _enumerated(document: Document, piece: Span) -> list[Span]:
    """The parts of an enumeration of which most ask by themselves; else the whole."""
    parts, at = [], piece.start
    for mark in re.finditer("、", document.words(piece)):
        parts.append(Span(at, piece.start + mark.start()))
        at = piece.start + mark.end()
    parts.append(Span(at, piece.end))
    asking = sum(_is_like_asking(document.words(part)) for part in parts)
    return parts if len(parts) > 2 and 2 * asking > len(parts) else [piece]


def _in_code(document: Document, line: Line) -> Iterator[Candidate]:
    """The comments of a piece of code, each from where it asks to its last question mark."""
    at = line.span.start
    for row in document.words(line.span).split("\n"):
        found = COMMENT.match(row) or _TRAILING.search(row)
        if found:
            span = Span(at + found.start(1), at + found.end(1))
            marker, rest = split_mark(document.words(span))
            start = span.end - len(rest) if marker else span.start
            label = ASKS.match(document.text, start, span.end)
            labelled = label is not None and label.end() < span.end
            start = label.end() if label and labelled else start
            asking = [each for each in sentences(document.text, start, span.end) if ENDS_ASKING.search(document.words(each))]
            if not asking or not document.text[asking[-1].end : span.end].strip():
                yield Candidate(after_colon(document, Span(start, span.end)), line.number, "comment", "asks" if labelled else "")
        at += len(row) + 1
