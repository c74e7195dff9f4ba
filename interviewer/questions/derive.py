"""Rubric points for questions that have none: taken from the reference answer, or from loose rubric lines. Pure.

The points say what the reference says, in its order; hand-written rubrics are in the question files (`schema`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from interviewer.models import Bilingual, Lang, Question, RubricPoint
from interviewer.text.segment import WIDE_ENDS
from interviewer.text.words import HAN_BLOCK

MOST_POINTS = 8
"""The most points that are derived from one reference."""

_SHORT = 2.0
"""A statement of less content than this holds no idea of its own."""

_LONG = 22.0
"""A lone statement of more content than this is split at its clauses."""

_LARGE = {1: 0.0, 2: 6.0, 3: 10.0}
"""With so few statements, one of so much content is worth two points; with more, none is."""

_PART = 1.0
"""The least content of a part of a statement."""

_MARKS = re.compile(r"\s*[(（]\s*(\d+(?:\.\d+)?)\s*(?:points?|marks?|pts?|分)\s*[)）]", re.IGNORECASE)
"""What a rubric line is worth, which is no part of what it asks for."""

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_WORD = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ0-9_]+")
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the of to in on at by for and or but is are be was were it its this that these those with as from so not no we you
        they i can could may will would should there then than which who when if do does has have had one each""",
    )
)
_BULLET = re.compile(
    r"^\s*(?:[-*•·●○▪◦–—]+\s+|[-•·●](?=[^\d\s])|(?:\(?[1-9]\d?[.)、．](?!\d)|[(（]\d{1,2}[)）]|[ivx]{1,4}\)|[①-⑳])\s*)+",
)
_INLINE_BULLET = re.compile(
    r"(?<=\S)\s*(?=[①-⑳])|\s{2,}(?=[-•*]\s)|"
    rf"(?<=[.。;；:：!?！？)）]|[{HAN_BLOCK}])\s+(?=[1-9]\d?(?:[.)]\s|[、.)．](?=[{HAN_BLOCK}])))|"
    r"\s{2,}(?=[1-9]\d?[.)]\s)"
)
_SENTENCE_END = re.compile(
    rf"(?<=[{WIDE_ENDS}])(?![”」』）。！？])\s*|(?<=[。！？][”」』）])\s*|(?<=[!?;])\s+"
    rf"|(?<=[^\s.]{{2}}\.)\s+(?=[A-Z0-9\"'({HAN_BLOCK}])|(?<=[^\s.]\.[\"')])\s+(?=[A-Z])|(?<=[{HAN_BLOCK}]\.)\s*"
)
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|fig|no|dr|mr|ms|approx|resp)|\b[A-Za-z]\.[A-Za-z])\.$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"(?<=，)|(?<=[,:])\s+|(?<=：)|\s+(?=(?:but|while|whereas|because|so that|which)\s)")
_PHRASE = re.compile(
    r"(?<=[,，、;；:：])(?=.)|\s+(?=(?:and|or|but|of|in|to|for|from|with|by|that|which|who|when|while|where|because|so|into|on|as|than|is|are)\s)"
    rf"|(?<=[{HAN_BLOCK}])(?=并|且|而|但|和|或|以便|从而|使得|因为|所以|需要|可以|不)"
)

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
    """Split a reference into at most eight weighted points, all essential, Chinese and English aligned by their order.

    A language that is missing, or holds the same text, takes the other's. No points for an empty reference.
    """
    mine, other = statements(reference.zh), statements(reference.en)
    if mine == other or not (mine and other):
        return _points([Bilingual(text, text) for text in _limited(_parted(mine or other))])
    count = min(len(mine), len(other), MOST_POINTS)
    return _points([Bilingual(a, b) for a, b in zip(*_aligned(mine, other, count), strict=True)])


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
        sizes = list(lines.values()) if all(lines.values()) else [1.0] * len(lines)
        points = _points([Bilingual(line, line) for line in lines], sizes)
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


def statements(text: str) -> list[str]:
    """The idea-bearing statements of a text in either language, in order: sentences, list items, or clauses of a long lone sentence."""
    pieces = [piece for line in text.splitlines() for item in _INLINE_BULLET.split(line) for piece in _sentences(_BULLET.sub("", item))]
    merged = _merged(pieces)
    if len(merged) == 1 and content(merged[0]) > _LONG:
        merged = _gathered(_CLAUSE_END.split(merged[0]), _LONG / 3)
    return merged


def content(text: str) -> float:
    """How much a text says: content words, two Chinese characters counting as one."""
    words = sum(1 for word in _WORD.findall(text) if word.lower() not in _EMPTY_WORDS)
    return words + len(_HAN.findall(text)) / 2


def _rubric_lines(rubric: Sequence[str]) -> dict[str, float]:
    """What each line asks for, and the marks that it states: of several, as for degrees of one thing, the most; 0 for none."""
    found: dict[str, float] = {}
    for line in (line for entry in rubric for line in entry.splitlines()):
        text = _MARKS.sub("", _BULLET.sub("", line)).strip()
        if re.search(r"\w", text):
            found.setdefault(text, max((float(marks) for marks in _MARKS.findall(line)), default=0.0))
    return found


def _sentences(line: str) -> list[str]:
    found: list[str] = []
    for piece in _SENTENCE_END.split(line):
        if found and _ABBREVIATION.search(found[-1].rstrip()):
            found[-1] = f"{found[-1]} {piece}"
        elif piece.strip():
            found.append(piece)
    return found


def _gathered(pieces: Sequence[str], least: float) -> list[str]:
    """Join clauses until each group says enough."""
    found: list[str] = []
    for piece in pieces:
        if found and content(found[-1]) < least:
            found[-1] = _joined(found[-1], piece)
        else:
            found.append(piece.strip())
    if len(found) > 1 and content(found[-1]) < least:
        last = found.pop()
        found[-1] = _joined(found[-1], last)
    return found


def _merged(pieces: Sequence[str]) -> list[str]:
    """Join what is too short to be an idea: a heading to what follows, anything else to what went before."""
    found: list[str] = []
    open_end = False
    for piece in (each.strip() for each in pieces):
        if not (re.search(r"\w", piece) or (found and piece)):
            continue
        heading = piece.endswith((":", "："))
        if found and (open_end or content(piece) < _SHORT):
            found[-1] = _joined(found[-1], piece)
        else:
            found.append(piece)
        open_end = heading or content(found[-1]) < _SHORT
    return found


def _joined(first: str, second: str) -> str:
    first, second = first.strip(), second.strip()
    tight = bool(_HAN.match(first[-1:])) or first[-1:] in "，。；：、！？）”" or bool(_HAN.match(second[:1]))
    return f"{first}{second}" if tight else f"{first} {second}"


def _parted(pieces: list[str]) -> list[str]:
    """A lone statement, and long ones among few, in two where a phrase begins, so that a part of them can be met."""
    pieces = list(pieces)
    while len(pieces) in _LARGE:
        sizes = [content(piece) for piece in pieces]
        at = sizes.index(max(sizes))
        halves = _halves(pieces[at]) if sizes[at] >= _LARGE[len(pieces)] else None
        if halves is None:
            break
        pieces[at : at + 1] = halves
    return pieces


def _halves(text: str) -> tuple[str, str] | None:
    """The two parts of a statement, as even as can be; None where no phrase begins or a part would hold too little."""
    cuts = [(text[: match.start()].strip(), text[match.start() :].strip()) for match in _PHRASE.finditer(text)]
    fair = [cut for cut in cuts if min(content(cut[0]), content(cut[1])) >= _PART]
    return min(fair, key=lambda cut: abs(content(cut[0]) - content(cut[1]))) if fair else None


def _limited(pieces: list[str]) -> list[str]:
    """Join the smallest neighbours until there are no more than the most points."""
    pieces = list(pieces)
    while len(pieces) > MOST_POINTS:
        sizes = [content(a) + content(b) for a, b in pairwise(pieces)]
        at = sizes.index(min(sizes))
        pieces[at : at + 2] = [_joined(pieces[at], pieces[at + 1])]
    return pieces


def _aligned(mine: list[str], other: list[str], count: int) -> tuple[list[str], list[str]]:
    """Both texts in `count` groups: the one with fewer statements sets the pace, the other is cut at the nearest shares of its length."""
    paced, free = (mine, other) if len(mine) <= len(other) else (other, mine)
    paced = _grouped(paced, [index / count for index in range(1, count)]) if len(paced) > count else paced
    free = _grouped(free, _shares(paced)[:-1])
    return (paced, free) if len(mine) <= len(other) else (free, paced)


def _shares(pieces: Sequence[str]) -> list[float]:
    """Where each piece ends, as a share of the whole content."""
    total = sum(content(piece) for piece in pieces) or 1.0
    reached, ends = 0.0, []
    for piece in pieces:
        reached += content(piece)
        ends.append(reached / total)
    return ends


def _grouped(pieces: Sequence[str], targets: Sequence[float]) -> list[str]:
    """Join pieces into len(targets) + 1 groups whose borders lie as near to the targets as they can; no group is empty."""
    ends = _shares(pieces)
    borders: list[int] = []
    for number, target in enumerate(targets):
        first = borders[-1] + 1 if borders else 0
        last = len(pieces) - 1 - (len(targets) - number)
        borders.append(min(range(first, last + 1), key=lambda at: abs(ends[at] - target)))
    groups: list[str] = []
    start = 0
    for border in [*borders, len(pieces) - 1]:
        group = pieces[start]
        for piece in pieces[start + 1 : border + 1]:
            group = _joined(group, piece)
        groups.append(group)
        start = border + 1
    return groups


def _points(intents: Sequence[Bilingual], sizes: Sequence[float] = ()) -> tuple[RubricPoint, ...]:
    """Points that weigh in proportion to `sizes`; without any, to what they say."""
    sizes = sizes or [max(content(intent.zh) + content(intent.en), 1.0) for intent in intents]
    return tuple(
        RubricPoint(
            id=f"idea-{number + 1}",
            weight=weight,
            essential=True,
            intent=intent,
            follow_ups=(_FOLLOW_UPS[number % len(_FOLLOW_UPS)],),
        )
        for number, (intent, weight) in enumerate(zip(intents, _weights(sizes), strict=True))
    )


def _weights(sizes: Sequence[float]) -> list[float]:
    """Whole numbers in proportion to the sizes that sum to 100, each at least 1 while there are no more than 100 of them."""
    if not sizes:
        return []
    total, rest = sum(sizes), 100 - len(sizes)
    if rest < 0:
        return [100 / len(sizes)] * len(sizes)
    exact = [1 + rest * size / total for size in sizes]
    floors = [int(value) for value in exact]
    order = sorted(range(len(sizes)), key=lambda at: (floors[at] - exact[at], at))
    for at in order[: 100 - sum(floors)]:
        floors[at] += 1
    return [float(value) for value in floors]


def _with_routes(points: tuple[RubricPoint, ...], others: Sequence[str]) -> tuple[RubricPoint, ...]:
    routes: list[list[Bilingual]] = [[] for _ in points]
    for answer in others:
        for text in statements(answer):
            nearest = max(range(len(points)), key=lambda at: _overlap(points[at].intent.zh, text))
            routes[nearest].append(Bilingual(text, text))
    return tuple(
        RubricPoint(
            id=point.id,
            weight=point.weight,
            essential=True,
            intent=point.intent,
            accepts=tuple(found),
            follow_ups=point.follow_ups,
        )
        for point, found in zip(points, routes, strict=True)
    )


def _overlap(first: str, second: str) -> float:
    """Shared Chinese character pairs and Latin words, as a share of the smaller set."""
    a, b = _signs(first), _signs(second)
    return len(a & b) / (min(len(a), len(b)) or 1)


def _signs(text: str) -> set[str]:
    words = {word.lower() for word in _WORD.findall(text)} - _EMPTY_WORDS
    han = "".join(sign if _HAN.match(sign) else " " for sign in text)
    return words | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}
