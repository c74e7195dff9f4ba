"""Rubric points for questions that have none: taken from the reference answer, or from loose rubric lines. Pure.

A point is a whole idea: a sentence or a list item, or, of a reference of one or two sentences, the clauses that belong together.
Hand-written rubrics are in the question files (`schema`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from interviewer.models import Bilingual, Lang, Question, RubricPoint
from interviewer.text.answer import flatten_layout
from interviewer.text.normalize import Normalized, Span, normalize
from interviewer.text.segment import WIDE_ENDS, split_sentences
from interviewer.text.words import HAN_BLOCK, content_tokens, is_han, measure_length

MOST_POINTS = 8
"""The most points that are derived from one reference."""
_SHORT = 2
"""A statement of fewer content tokens than this holds no idea of its own."""
_CLAUSE = 4
"""A clause of fewer belongs to its neighbour."""
_FEW = 2
"""So few sentences are cut at their clauses."""

_MARKS = re.compile(r"\s*[(（]\s*(\d+(?:\.\d+)?)\s*(?:points?|marks?|pts?|分)\s*[)）]", re.IGNORECASE)
"""What a rubric line is worth, which is no part of what it asks for."""
_INLINE_ITEM = re.compile(
    rf"(?<=[.;:!?。；：！？)）{HAN_BLOCK}])\s+(?=(?:[-*•]|\(?\d{{1,2}}[.)、．])\s*[^\d\s])|\s{{2,}}(?=[-*•]\s)|(?<=\S)(?=[①-⑳])"
)
"""Where an item of a list begins within a line."""
_COMMA = re.compile(rf",(?=\s|[{HAN_BLOCK}])\s*(?![^()]*\))")
_DEPENDENT = re.compile(
    r"\s*(?:[、,)\]]|(?:and|or|that|which|who|whose|when|where|while|then|than|because|since|so|if|just|to|for|into|as|i\.e|e\.g)\b|"
    r"那么|这样|从而|使得|以便|因此|所以|因为|则)"
)
"""How a clause begins that belongs to the one before."""
_OPENING = re.compile(
    r"(?:if|when|while|because|since|although|once|unless|in order)\b|当|如果|若|假如|由于|虽然|因为|只要|即使", re.IGNORECASE
)
"""How a clause begins that wants another after it."""
_ITEM = re.compile(r"^(?:[-*•·●○▪◦–—]+\s+|[•·●](?=\S)|\(?\d{1,2}[.)、．）](?!\d)\s*|（\d{1,2}）|[①-⑳]|[ivx]{1,4}\)\s)+")

_CLOSERS = "”」』）》】"
_CLOSING = re.compile(f"[{_CLOSERS}]+")
"""What may stand after the end of a sentence and belongs to it."""

_FOLLOW_UPS = tuple(
    Bilingual(zh, en)
    for zh, en in (
        ("关于这道题，还有一个重要的方面没有讲清楚，你能再补充一点吗？", "One important side of this is still open. Can you add to it?"),
        ("除了刚才说的，完整的回答还应该包括什么？", "Beyond what you have said, what else belongs to a complete answer?"),
        ("请挑一个你还没有展开的部分，具体说说它是怎么回事。", "Pick a part that you have not developed and say concretely how it works."),
        ("你的回答背后的原因是什么？请再往下解释一层。", "What are the reasons behind your answer? Explain it one level deeper."),
        ("如果要向一位新同事解释清楚，你还会补上哪一点？", "To explain this fully to a new colleague, which point would you add?"),
        ("有没有什么条件、例外或者限制是你还没有提到的？", "Are there conditions, exceptions or limits that you have not mentioned?"),
        ("请举一个具体的例子，看看还能引出哪些要点。", "Give a concrete example, and see which further points it brings up."),
        ("回头再看一遍题目，还有哪一部分没有回答到？", "Read the question once more: which part of it have you not answered yet?"),
    )
)
"""Asks on without a hint of the statement; one per point, so that none is put twice."""


def derive_points(reference: Bilingual) -> tuple[RubricPoint, ...]:
    """Split a reference into at most eight weighted points, Chinese and English aligned by their order.

    A language that is missing, or holds the same text, takes the other's. No points for an empty reference. None is essential: a
    reference does not say what an answer may leave out.
    """
    mine, other = statements(reference.zh), statements(reference.en)
    if mine == other or not (mine and other):
        mine = other = mine or other
    count = min(len(mine), len(other), MOST_POINTS)
    ends = _shares(mine if len(mine) <= len(other) else other)
    if len(ends) > count:
        ends = [number / count for number in range(1, count + 1)]
    return _points([Bilingual(*pair) for pair in zip(_grouped(mine, ends), _grouped(other, ends), strict=True)])


def free_question(
    *,
    id: str,
    text: str,
    references: Sequence[str],
    rubric: Sequence[str],
    lang: Lang,  # noqa: ARG001 - callers say it, though both sides of a Bilingual hold the one text
) -> Question:
    """A question from outside the bank, in one language: points from the rubric lines if there are any, else from the references.

    Of several references the first gives the points; the others' statements become accepted routes of the nearest point.
    ValueError if there is neither a rubric nor a reference.
    """
    answers = [answer.strip() for answer in references if answer.strip()]
    lines = _rubric_lines(rubric)
    if lines:
        points = points_of_rubric(rubric)
    elif answers:
        points = _with_routes(derive_points(Bilingual(answers[0], answers[0])), answers[1:])
    else:
        raise ValueError("a free question needs a reference or a rubric")
    whole = "\n\n".join(answers) or "\n".join(lines)
    return Question(
        id=id,
        version=1,
        topic=Bilingual("自由题", "Free question"),
        prompt=Bilingual(text, text),
        reference=Bilingual(whole, whole),
        competencies=(),
        difficulty=2,
        points=points,
        derived=True,
    )


def points_of_rubric(rubric: Sequence[str]) -> tuple[RubricPoint, ...]:
    """A point for each line that asks for something, both languages in its words; it weighs what it says, if all of them say it."""
    lines = _rubric_lines(rubric)
    return _points([Bilingual(line, line) for line in lines], list(lines.values()) if all(lines.values()) else [1.0] * len(lines))


def usual_follow_up(number: int) -> Bilingual:
    """The follow-up of the point of that number, from 0, where nobody has written one: it tells nothing of the point."""
    return _FOLLOW_UPS[number % len(_FOLLOW_UPS)]


def share_out(sizes: Sequence[float]) -> list[float]:
    """Weights in proportion to the sizes, which are above 0: whole numbers that sum to 100."""
    return _weights(sizes)


def statements(text: str) -> list[str]:
    """The idea-bearing statements of a text in either language, in order: sentences and list items; of one or two, their clauses."""
    flat = normalize(flatten_layout(_INLINE_ITEM.sub("\n", text)))
    found = _merged(flat.text, split_sentences(flat.text), _SHORT)
    if len(found) <= _FEW:
        found = [clause for sentence in found for clause in _merged(flat.text, _clauses(flat.text, sentence), _CLAUSE)]
    return [_as_written(flat, span) for span in found]


def _clauses(text: str, sentence: Span) -> list[Span]:
    """What commas part, but not inside brackets."""
    ends = [match.end() for match in _COMMA.finditer(text, sentence.start, sentence.end)]
    return [Span(start, end) for start, end in pairwise((sentence.start, *ends, sentence.end))]


def _merged(text: str, pieces: Sequence[Span], least: int) -> list[Span]:
    """Join what is no idea alone: a heading with what follows, what is too short or depends on another with what went before."""
    found: list[Span] = []
    for piece in pieces:
        last, words = (text[found[-1].start : found[-1].end] if found else ""), text[piece.start : piece.end]
        if found and (last.endswith(":") or min(_content(last), _content(words)) < least or _belongs(last, words)):
            found[-1] = Span(found[-1].start, piece.end)
        else:
            found.append(piece)
    return found


def _belongs(last: str, words: str) -> bool:
    """Whether a clause says nothing without the one before it, or that one nothing without it ("if so, …")."""
    last = last.strip()
    after_comma = last.endswith(",")
    return after_comma and (_DEPENDENT.match(words) is not None or (_OPENING.match(last) is not None and last.count(",") == 1))


def _as_written(flat: Normalized, span: Span) -> str:
    place = flat.to_raw(span.start, span.end)
    closing = _CLOSING.match(flat.raw, place.end)
    return _ITEM.sub("", " ".join(flat.raw[place.start : closing.end() if closing else place.end].lstrip(_CLOSERS).split())).rstrip(
        ",，、 "
    )


def _content(text: str) -> int:
    """How much a text says, in content tokens."""
    return len(content_tokens(normalize(text).text))


def _rubric_lines(rubric: Sequence[str]) -> dict[str, float]:
    """What each line asks for, and the marks that it states: of several, as for degrees of one thing, the most; 0 for none."""
    found: dict[str, float] = {}
    for line in (line for entry in rubric for line in entry.splitlines()):
        text = _MARKS.sub("", _ITEM.sub("", line.strip())).strip()
        if any(map(str.isalnum, text)):
            found.setdefault(text, max((float(marks) for marks in _MARKS.findall(line)), default=0.0))
    return found


def _shares(pieces: Sequence[str]) -> list[float]:
    """Where each piece ends, as a share of the whole length."""
    ends = list(accumulate(max(1.0, measure_length(piece)) for piece in pieces))
    return [end / ends[-1] for end in ends]


def _grouped(pieces: Sequence[str], targets: Sequence[float]) -> list[str]:
    """Join pieces into as many groups as targets, whose ends lie as near to them as they can; no group is empty."""
    ends, groups, start = _shares(pieces), list[str](), 0
    for number, target in enumerate(targets, start=1):
        last = len(pieces) - (len(targets) - number)
        end = last if number == len(targets) else min(range(start + 1, last + 1), key=lambda at: abs(ends[at - 1] - target))
        groups.append(_joined(pieces[start:end]))
        start = end
    return groups


def _joined(pieces: Sequence[str]) -> str:
    text = pieces[0]
    for piece in pieces[1:]:
        text += piece if is_han(text[-1]) or is_han(piece[0]) or text[-1] in WIDE_ENDS else f" {piece}"
    return text


def _points(intents: Sequence[Bilingual], sizes: Sequence[float] = ()) -> tuple[RubricPoint, ...]:
    """Points that weigh in proportion to `sizes`; without any, to what they say."""
    sizes = sizes or [max(1.0, _content(intent.zh) + _content(intent.en)) for intent in intents]
    return tuple(
        RubricPoint(
            id=f"idea-{number + 1}",
            weight=weight,
            essential=False,
            intent=intent,
            follow_ups=(usual_follow_up(number),),
        )
        for number, (intent, weight) in enumerate(zip(intents, _weights(sizes), strict=True))
    )


def _weights(sizes: Sequence[float]) -> list[float]:
    """Whole numbers in proportion to the sizes that sum to 100, each at least 1 while there are no more than 100 of them."""
    if len(sizes) > 100:
        return [100 / len(sizes)] * len(sizes)
    total, rest = sum(sizes), 100 - len(sizes)
    reached = [round(rest * each / total) for each in accumulate(sizes)]
    return [float(1 + end - start) for start, end in pairwise((0, *reached))]


def _with_routes(points: tuple[RubricPoint, ...], others: Sequence[str]) -> tuple[RubricPoint, ...]:
    routes: list[list[Bilingual]] = [[] for _ in points]
    for text in (text for answer in others for text in statements(answer)):
        nearest = max(range(len(points)), key=lambda at: _overlap(points[at].intent.zh, text))
        routes[nearest].append(Bilingual(text, text))
    return tuple(replace(point, accepts=tuple(found)) for point, found in zip(points, routes, strict=True))


def _overlap(first: str, second: str) -> float:
    """Shared content tokens, as a share of the smaller set."""
    one, other = (set(content_tokens(normalize(text).text)) for text in (first, second))
    return len(one & other) / (min(len(one), len(other)) or 1)
