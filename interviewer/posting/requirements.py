"""What a posting asks for: must-haves and nice-to-haves, found by headings and by the words that postings use. Pure, and without a model.

What stands under a heading of duties, benefits or the company is left out unless it says in so many words that somebody should know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from interviewer.models.postings import Need, Unused
from interviewer.posting.lines import Line, read_lines, split_orders
from interviewer.text.words import measure_length

MOST_REQUIREMENTS = 40
LONGEST_REQUIREMENT = 300
"""Characters; what is longer is cut."""
LONGEST_TEXT = 20_000
"""Characters of a posting that are kept."""
LEAST = 1.5
"""Of a requirement, in units of `words.measure_length`."""


class _Section(Enum):
    MUST = "must"
    NICE = "nice"
    DUTIES = "duties"
    OTHER = "other"


_HEADINGS: tuple[tuple[_Section, re.Pattern[str]], ...] = (
    (
        _Section.NICE,
        re.compile(
            r"加分|优先|更佳|nice.to.have|good.to.have|prefer|bonus|plus(?:es)?$|desirable|extra credit|would be (?:great|nice|a plus)|"
            r"optional|even better|stand ?out",
            re.IGNORECASE,
        ),
    ),
    (
        _Section.OTHER,
        re.compile(
            r"福利|待遇|薪|我们(?:提供|能给)|关于(?:我们|公司|团队)|(?:公司|团队|部门|业务|产品)(?:介绍|简介|背景)|联系|投递|申请|"
            r"(?:工作|办公)(?:地点|时间|地址|城市)|上班|招聘(?:人数|流程)|面试流程|benefits?|perks|compensation|salary|"
            r"about (?:us|the (?:company|team))|who we are|we offer|what you.?ll get|how to apply|application|equal opportunit|"
            r"location|contact|our (?:company|team|values|mission|stack at a glance)",
            re.IGNORECASE,
        ),
    ),
    (
        _Section.DUTIES,
        re.compile(
            r"职责|工作内容|(?:岗位|职位|工作)描述|你(?:将|会|要)(?:做|负责|参与)|responsibilit|duties|what you.?(?:ll| will| are going to) "
            r"(?:do|build|work|own)|the (?:role|job|position)$|about the (?:role|job|position)|your (?:role|tasks?|mission|job)|day.to.day",
            re.IGNORECASE,
        ),
    ),
    (
        _Section.MUST,
        re.compile(
            r"(?:任职|岗位|职位|招聘|应聘|基本|能力|技能|技术|专业|经验|学历|核心|必备|硬性|必须)?(?:要求|资格|条件|技能)$|技术栈|必备|硬性|"
            r"^我们(?:希望|期待|需要|在找|看重)|^(?:你|您)(?:需要|应该|应当)?(?:具备|拥有|有|是)|requirements?|qualif|must.haves?|"
            r"what (?:you.?ll|you will|you) (?:need|bring|have)|looking for|who you are|"
            r"^you (?:have|bring|should have|will have|must have)|^(?:key |core |required |technical )?skills(?: (?:and|&) experience)?$|"
            r"your (?:profile|background|experience|skills)|essentials?$|tech(?:nology|nical)? stack|^minimum|^required$",
            re.IGNORECASE,
        ),
    ),
)
_NICE = re.compile(
    r"优先|加分|更佳|尤佳|为佳|更好|最好(?:也|能)?(?:有|会|懂|具备|了解|熟悉)|者佳|\b(?:is|are|would be|as) an? (?:\w+ )?(?:plus|bonus|advantage)\b|\ba (?:big |huge |strong )?plus\b|"
    r"\bprefer(?:red|ably|ence)\b|\bbonus\b|nice to have|good to have|\bdesirable\b|\bideally\b|\badvantage(?:ous)?\b|\boptional\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"熟悉|熟练|精通|掌握|了解|具备|具有|拥有|扎实|深入理解|能够|能熟练|善于|擅长|有.{0,24}(?:经验|经历|基础|能力)|(?:本科|硕士|博士|大专)(?:及|以上|学历)|"
    r"\bproficien|\bexperienced? (?:with|in|of|building|working|designing|running)|\bexperience\b|\bfamiliar|\bknowledge of|\bstrong\b|\bsolid\b|"
    r"\bunderstanding of|\bability to|\byears? of\b|\b\d+\+? years|\bdegree\b|\bfluent\b|\bhands.on\b|\bexpert(?:ise)?\b|\bcomfortable\b|"
    r"\bskill(?:ed|s)?\b|\bbackground in|\bcommand of",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"熟悉|熟练|精通|掌握|了解|(?:具备|具有|有).{0,24}经验|\bproficien|\bfamiliar|\bexperience (?:with|in)|\byears? of\b|\bknowledge of|"
    r"\bcomfortable with|\bexpertise in|\bunderstanding of",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^(?:(?:职位|岗位)(?:名称)?|招聘(?:职位|岗位)|job title|title|position|role)\s*[:：]\s*", re.IGNORECASE)
_LONGEST_TITLE = 60
_SENTENCES = re.compile(r"(?<=[。；;！!])\s*|(?<=[a-z0-9)+#])\.\s+(?=[A-Z])")
_CLAUSES = re.compile(r"(?<=[，,])\s*")
_HANGS = re.compile(r"^(?:or|and|and/or|以及|或|和|及|等|与)(?![a-z])", re.IGNORECASE)
_HEADED = re.compile(r"^(.{2,24}?)[：:]\s*(\S.{3,})$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a posting asks for, in its own words."""

    text: str
    need: Need


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in a posting. `title`: its first line; `unused`: what speaks to a machine and was left out; `text`: the rest of it."""

    title: str
    wanted: tuple[Wanted, ...]
    unused: tuple[Unused, ...] = ()
    text: str = ""


def read_posting(text: str) -> Read:
    """What a posting asks for; nothing where it does not say. Of a text without headings, what says in so many words that it is asked for."""
    lines, unused = [], []
    for line in read_lines(text):
        kept, orders = split_orders(line.text)
        if orders:
            unused.append(Unused("posting", "order", orders[:LONGEST_REQUIREMENT]))
        if any(char.isalnum() for char in kept):
            lines.append(line if not orders else Line(kept.strip(), "", line.marked))
    found = list(dict.fromkeys(_find_wanted(lines)))[:MOST_REQUIREMENTS]
    return Read(_title_of(lines), tuple(found), tuple(unused), "\n".join(line.text for line in lines)[:LONGEST_TEXT])


def _title_of(lines: Sequence[Line]) -> str:
    """The post's name: the line that is called so, else the first if it is no heading and asks for nothing."""
    named = [line.text for line in lines[:5] if _NAMED.match(line.text)] or [
        line.text for line in lines[:1] if _section_of(line.title) is None and not line.marked and not _ASKS.search(line.text)
    ]
    title = _NAMED.sub("", named[0]) if named else ""
    return title if len(title) <= _LONGEST_TITLE and not _HEADED.match(title) else ""


def _find_wanted(lines: Sequence[Line]) -> Iterator[Wanted]:
    has_sections = any(_section_of(line.title) in (_Section.MUST, _Section.NICE) for line in lines if line.title)
    section: _Section | None = None
    inner_from: int | None = None
    for line in lines:
        if inner_from is not None and line.indent <= inner_from:
            inner_from = None
        heading = _section_of(line.title) if line.title else None
        if heading and not (line.marked and section and (_ASKS.search(line.title) or line.text.endswith(("：", ":")))):
            section = heading
            continue
        if line.marked and line.text.endswith(("：", ":")) and _NICE.search(line.text) and section is _Section.MUST:
            inner_from = line.indent
            continue
        if line.title and line.text.endswith(("：", ":")):
            section = _Section.OTHER if section is None or section is _Section.OTHER else section
            continue
        for sentence in filter(None, map(str.strip, _SENTENCES.split(line.text))):
            text, here = sentence, _Section.NICE if inner_from is not None else section
            if (headed := _HEADED.match(sentence)) and (inner := _section_of(headed[1])):
                text = headed[2]
                section, here = (section, inner) if line.marked else (inner, inner)
            yield from _read_sentence(text, here, has_sections=has_sections)


def _section_of(title: str) -> _Section | None:
    return next((section for section, pattern in _HEADINGS if title and pattern.search(title)), None) if len(title) <= 48 else None


def _read_sentence(sentence: str, section: _Section | None, *, has_sections: bool) -> Iterator[Wanted]:
    if section is _Section.NICE:
        yield from _wanted(sentence, Need.NICE)
    elif section is _Section.MUST or (
        section is not _Section.OTHER and not has_sections and (_INLINE.search(sentence) or _NICE.search(sentence))
    ):
        yield from _split_needs(sentence)


def _split_needs(sentence: str) -> Iterator[Wanted]:
    """A sentence as it is, or as a must-have and a nice-to-have where one clause alone says that it is only preferred."""
    if not _NICE.search(sentence):
        yield from _wanted(sentence, Need.MUST)
        return
    clauses = _CLAUSES.split(sentence)
    first = next(at for at, _ in enumerate(clauses) if _NICE.search("".join(clauses[: at + 1])))
    before, after = "".join(clauses[:first]), "".join(clauses[first:])
    if before and _ASKS.search(before) and not _HANGS.match(after):
        yield from _wanted(before, Need.MUST)
        yield from _wanted(after, Need.NICE)
    else:
        yield from _wanted(sentence, Need.NICE)


def _wanted(text: str, need: Need) -> Iterator[Wanted]:
    text = text.strip(" \t，,。；;.、")
    if measure_length(text) >= LEAST:
        yield Wanted(text if len(text) <= LONGEST_REQUIREMENT else text[: LONGEST_REQUIREMENT - 1] + "…", need)
