"""Where an answer contradicts the CV: figures, years and technologies, each shown as two quotes. Pure; rather silent than wrong.

A figure counts only where both tell of the same thing in the same project, as something that was, in the same measure and the same role
("from", "to", "by", or plainly). Nothing here is known to those who grade, and nothing of it costs marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.models import Quote
from interviewer.models.postings import Resume
from interviewer.text.answer import parse_answer
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens

MOST = 3
"""Contradictions of one answer."""
APART = 0.15
"""Figures that differ by less, in proportion, are one told roundly."""
YEARS_APART, YEARS_RATIO = 2.0, 1.5
"""Years that differ by less are one time counted in two ways."""
SHARED = 2
"""Words of a project that the answer must name for speaking of it, beside those that any project has."""


class ClaimKind(StrEnum):
    """What contradicts."""

    FIGURE = "figure"
    YEARS = "years"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two quotes that cannot both be true. `answer`: a sentence of it; `cv`: a line of the CV."""

    kind: ClaimKind
    answer: Quote
    cv: str


@dataclass(frozen=True, slots=True)
class _Figure:
    measure: str
    role: str
    value: float


_Years = tuple[frozenset[str], float]
"""Of what somebody has experience, by its words, and for how many years."""


class ClaimChecker:
    """Compares answers with one CV, which is taken apart once."""

    def __init__(self, resume: Resume) -> None:
        self._lines = tuple(_lines_of(resume))

    def find(self, answer: str) -> tuple[Contradiction, ...]:
        """What of an answer contradicts the CV, in the order of the answer; mostly nothing."""
        parsed = parse_answer(answer)
        whole, found = _words_of(parsed.text.text), list[Contradiction]()
        for sentence in parsed.sentences:
            said = parsed.words(sentence)
            hit = None if _SUPPOSED.search(said) else next(_compare(said, whole, self._lines), None)
            if hit:
                typed, place = parsed.typed_at(sentence)
                found.append(Contradiction(hit[0], Quote(typed, place.start, place.end), hit[1]))
        return tuple(found[:MOST])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the CV, taken apart. `about`: the words of its project, else its own."""

    text: str
    about: frozenset[str]
    told: str
    figures: tuple[_Figure, ...]
    years: tuple[_Years, ...]


def _lines_of(resume: Resume) -> Iterator[_Line]:
    known = set[str]()
    for project in resume.projects:
        about = _words_of(normalize(f"{project.title}\n{project.text}").text)
        for line in (project.title, *project.text.splitlines()):
            known.add(line)
            yield _take_apart(line, about)
    for line in resume.text.splitlines():
        if line.strip() and line not in known:
            yield _take_apart(line, None)


def _take_apart(line: str, about: frozenset[str] | None) -> _Line:
    told = normalize(line).text
    return _Line(line, _words_of(told) if about is None else about, told, _figures_in(told), tuple(_years_in(told)))


def _compare(said: str, whole: frozenset[str], lines: Sequence[_Line]) -> Iterator[tuple[ClaimKind, str]]:
    figures, years, denied = _figures_in(said), tuple(_years_in(said)), tuple(_denied_in(said))
    for line in lines if figures or years or denied else ():
        if any(_has_word(line.told, word) for word in denied) and not any(_denied_in(line.told)):
            yield ClaimKind.DENIED, line.text
        if _differ_in_years(years, line.years):
            yield ClaimKind.YEARS, line.text
        if figures and _is_about(line, whole) and _differ(figures, line.figures):
            yield ClaimKind.FIGURE, line.text


_SUPPOSED = re.compile(
    r"假设|假如|如果|要是|比如|例如|目标|希望|计划|打算|一般|通常|应该|可以|建议|设计|需要|至少要|以内|若|"
    r"\b(?:if|would|could|should|might|suppose|assume|say|e\.g\.|for example|for instance|target|goal|aim|plan|want|need|typically|usually|in general|let's|at most|up to)\b"
)
"""A sentence that tells of what might be."""

# ---------------------------------------------------------------- figures

_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "亿": 1e8}
_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万亿]+|(?:"
    + "|".join([*_ENGLISH, *_TENS])
    + r")(?![a-z]))\s*(?P<scale>[千万亿]|k(?![a-z])|m(?:illion)?(?![a-z]))?"
)
_UNIT = (
    r"\s*(?P<unit>%|个百分点|percentage points?|percent|ms|毫秒|s(?:econds?)?(?![a-z])|秒|qps|tps|"
    r"张|块|gpus?|台|个?节点|nodes?|machines?|servers?|tb|gb|人|个?工程师|engineers?|people|developers?|用户|日活|dau|users?)?"
)
_VALUE = _NUMBER + _UNIT
_MEASURES: tuple[tuple[str, str, str], ...] = (
    ("rate", r"qps|tps|吞吐|throughput|requests per second", r"qps|tps|"),
    ("latency", r"p99|p95|延迟|时延|响应时间|耗时|latency|response time", r"ms|毫秒|s|seconds?|秒"),
    ("hits", r"命中率|hit rate", r"%|个百分点|percent|percentage points?"),
    ("accuracy", r"准确率|精度|accuracy", r"%|个百分点|percent|percentage points?"),
    ("recall", r"召回率?|recall", r"%|个百分点|percent|percentage points?"),
    ("cost", r"成本|费用|cost", r"%|percent"),
    ("time", r"训练时间|构建时间|training time|build time", r"%|percent"),
)
"""Measures by name, by the words for them, and by the units in which they are told."""
_COUNTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("cards", re.compile(r"张|块|gpus?")),
    ("machines", re.compile(r"台|个?节点|nodes?|machines?|servers?")),
    ("people", re.compile(r"人|个?工程师|engineers?|people|developers?")),
    ("volume", re.compile(r"tb|gb")),
    ("users", re.compile(r"用户|日活|dau|users?")),
)
"""What is counted in a unit of its own, so that it needs no word beside."""
_PAIR = re.compile(
    rf"(?:从|由|from)\s*{_VALUE}[^\d。;]{{0,12}}?(?:到了?|至|to)\s*{_VALUE.replace('<number>', '<number2>').replace('<scale>', '<scale2>').replace('<unit>', '<unit2>')}"
)
_BY = re.compile(rf"(?:(?:提升|提高|降低|下降|减少|缩短|增加|节省|节约)了?(?:约|大约|近)?|\bby (?:about |around |nearly |some )?){_VALUE}")
_PLAIN = re.compile(_VALUE)
_ROUND = {"ms": 1.0, "毫秒": 1.0, "s": 1000.0, "second": 1000.0, "seconds": 1000.0, "秒": 1000.0, "tb": 1000.0, "gb": 1.0}


def _figures_in(text: str) -> tuple[_Figure, ...]:
    """The figures of a clause, each with what it measures; what cannot be told is left out."""
    found = list[_Figure]()
    for clause in re.split(r"[,;。，；:]\s(?!\d)|[;。，；]|,(?!\d)|\band\b", text):
        named = [name for name, words, _units in _MEASURES if re.search(words, clause)]
        if pair := _PAIR.search(clause):
            unit = pair["unit2"] or pair["unit"] or ""
            for measure in _fitting(named, unit):
                found.append(_Figure(measure, "from", _value(pair["number"], pair["scale"], pair["unit"] or unit)))
                found.append(_Figure(measure, "to", _value(pair["number2"], pair["scale2"], unit)))
        elif by := _BY.search(clause):
            found += [_Figure(measure, "by", _value(by["number"], by["scale"], "")) for measure in _fitting(named, by["unit"] or "")]
        found += [
            _Figure(kind, "plain", _value(each["number"], each["scale"], each["unit"] if kind == "volume" else ""))
            for each in _PLAIN.finditer(clause)
            for kind, unit in _COUNTED
            if each["unit"] and unit.fullmatch(each["unit"])
        ]
    return tuple(found)


def _fitting(named: Sequence[str], unit: str) -> list[str]:
    """The one measure that is told in this unit; none where that is not clear."""
    fitting = [name for name, _words, units in _MEASURES if name in named and re.fullmatch(units, unit)]
    return fitting if len(fitting) == 1 else []


def _value(number: str, scale: str | None, unit: str | None) -> float:
    times = {"k": 1e3, "m": 1e6, "million": 1e6}.get(scale or "", _SCALES.get(scale or "", 1.0))
    return _read_number(number) * times * _ROUND.get(unit or "", 1.0)


def _read_number(told: str) -> float:
    if told[0].isdecimal():
        return float(told.replace(",", ""))
    if told.isascii():
        return float(_TENS.get(told) or _ENGLISH.index(told) + 1)
    total = section = digit = 0.0
    for sign in told:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif _SCALES[sign] >= 1e4:
            total, section, digit = total + (section + digit or 1) * _SCALES[sign], 0.0, 0.0
        else:
            section, digit = section + (digit or 1) * _SCALES[sign], 0.0
    return total + section + digit


def _differ(said: Sequence[_Figure], told: Sequence[_Figure]) -> bool:
    """Whether a measure that each tells once in the same role has another figure; two figures for one thing are no contradiction."""
    for figure in said:
        same = [each for each in told if (each.measure, each.role) == (figure.measure, figure.role)]
        if len(same) == 1 and sum((each.measure, each.role) == (figure.measure, figure.role) for each in said) == 1:
            larger = max(figure.value, same[0].value)
            if larger and abs(figure.value - same[0].value) / larger > APART:
                return True
    return False


_COMMON = frozenset(
    content_tokens(
        "提升 降低 系统 服务 平台 项目 延迟 用户 团队 使用 负责 qps p99 latency team engineers system service platform project users throughput cost"
    )
)


def _words_of(text: str) -> frozenset[str]:
    return frozenset(token for token in content_tokens(text) if not token[0].isdecimal()) - _COMMON


def _is_about(line: _Line, answer: frozenset[str]) -> bool:
    """Whether an answer speaks of the project that a line belongs to: two words of it, or half of its few."""
    return len(line.about & answer) >= max(1, min(SHARED, len(line.about) // 2))


# ---------------------------------------------------------------- years

_COUNT = r"(\d{1,2}(?:\.\d)?|[一二两三四五六七八九十]{1,3}|" + "|".join(_ENGLISH) + r")"
_SINCE = re.compile(
    rf"(?<![\d.]){_COUNT}\s*(?:\+|余|多)?\s*年(?:以上)?(?:的)?(?P<what>[^,。;，；]{{0,16}}?)(?:使用|开发|工作)?经验|"
    rf"(?:用|做|写|搞)(?P<what2>[^,。;，；]{{1,14}}?)(?:已经)?(?:有)?\s*{_COUNT}\s*(?:多)?年|"
    rf"\b{_COUNT}\s*\+?\s*years?'?(?: of)? (?:\w+ )?experience (?:in|with|of|using)?(?P<what3>[^,.;]{{0,24}})|"
    rf"\b(?:using|used|doing|writing) (?P<what4>[\w+#. ]{{1,20}}?) for (?:about |over )?{_COUNT} years"
)


def _years_in(text: str) -> Iterator[_Years]:
    for match in _SINCE.finditer(text):
        what = next((match[name] for name in ("what", "what2", "what3", "what4") if match[name]), "")
        count = next(group for group in (match[1], match[4], match[5], match[8]) if group)
        yield _words_of(what), _read_number(count)


def _differ_in_years(said: Sequence[_Years], told: Sequence[_Years]) -> bool:
    return any(
        (mine & theirs or mine == theirs) and abs(a - b) >= YEARS_APART and max(a, b) / max(min(a, b), 0.5) >= YEARS_RATIO
        for mine, a in said
        for theirs, b in told
    )


# ---------------------------------------------------------------- denied

_THING = r"(?P<thing>[a-z][a-z0-9+#.]*[a-z0-9+#])"
_DENIES = (
    re.compile(rf"(?:没有?|从来?没有?|从未|未曾|不曾)(?:怎么)?(?:用过|使用过|接触过|学过|写过|做过)\s*{_THING}\s*(?=$|[,。;，；、])"),
    re.compile(
        rf"(?:^|[,。;，；]|说实话)\s*{_THING}\s*我?(?:完全|从来|真的|也)?(?:没有?(?:用过|使用过|接触过|学过|写过)|不会|不懂)(?=$|[,。;，；])"
    ),
    re.compile(
        rf"\bi(?: have|'ve)? never (?:actually |really )?(?:used|touched|worked with|written|learned) {_THING}(?!\w|'s| [a-z]*(?:mode|feature|api))"
    ),
    re.compile(rf"\bi (?:have|had) no experience (?:with|in) {_THING}"),
)


def _denied_in(text: str) -> Iterator[str]:
    """The technologies that somebody says they have never used."""
    for pattern in _DENIES:
        for match in pattern.finditer(text):
            yield match["thing"]


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
