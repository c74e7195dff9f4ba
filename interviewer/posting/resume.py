"""What a CV tells: projects, skills and years of work, for the person to correct. Pure, and without a model. Contact data is gone before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import islice

from interviewer.models.postings import Project, Resume, Unused
from interviewer.posting.contact import REMOVED, remove_contact
from interviewer.posting.lines import MOST_TEXT, Line, read_lines, split_orders
from interviewer.questions.skills import SkillList

MOST_PROJECTS = 12
LONGEST_TITLE, LONGEST_PROJECT, LONGEST_REST = 100, 1500, 10_000
"""Characters."""
_MOST_YEARS = 50.0


class _Section(Enum):
    WORK = "work"
    PROJECTS = "projects"
    OTHER = "other"


_HEADINGS: tuple[tuple[_Section, re.Pattern[str]], ...] = (
    (
        _Section.PROJECTS,
        re.compile(
            r"项目(?:经历|经验|介绍)?$|^主要项目|(?:selected |key |personal |side )?projects?(?: experience)?$|open.source", re.IGNORECASE
        ),
    ),
    (
        _Section.WORK,
        re.compile(
            r"(?:工作|实习|职业|从业)(?:经历|经验|履历)$|^经历$|(?:work|professional|employment)? ?(?:experience|history)$|^employment|internships?$",
            re.IGNORECASE,
        ),
    ),
    (
        _Section.OTHER,
        re.compile(
            r"教育|学历|技能|证书|荣誉|奖|自我评价|个人(?:信息|简介|优势|总结)|基本信息|联系方式|求职意向|语言|爱好|论文|education|skills?|certificat|awards?|"
            r"honou?rs|summary|profile|about(?: me)?$|objective|contact|languages?$|interests|hobbies|publications|references|personal",
            re.IGNORECASE,
        ),
    ),
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = rf"(?:(?:{_MONTH}\s*)?((?:19|20)\d{{2}})(?:\s*[年./-]\s*(\d{{1,2}})\s*月?|\s*年)?)"
_SPAN = re.compile(
    rf"{_DAY}\s*(?:-|–|—|~|～|至|到|\bto\b|\buntil\b)\s*(?:{_DAY}|(至今|现在|今|present|now|today|current|ongoing))", re.IGNORECASE
)
_YEARS_TOLD = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d)?|[一二两三四五六七八九十]{1,2})\s*(?:\+|余|多)?\s*年(?:以上)?(?:的)?(?:[\u4e00-\u9fffA-Za-z/ +]{0,14})(?:经验|工作经历|从业)|"
    r"\b(\d{1,2}(?:\.\d)?)\s*\+?\s*years?(?:'|’)?(?: of)?(?: [\w/-]+){0,3} experience",
    re.IGNORECASE,
)
_NUMBERS = {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_PROJECT_LABEL = re.compile(r"^(?:项目(?:名称|[一二三四五六七八九十\d]{1,2})?|project(?: name| \d+)?)\s*[:：]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadResume:
    """What was found in a CV. `unused`: what speaks to a machine and was left out."""

    resume: Resume
    unused: tuple[Unused, ...] = ()


def read_resume(text: str, skills: SkillList, today: date, names: Sequence[str] = ()) -> ReadResume:
    """The CV without contact data. `names`: what the person is known to be called."""
    cleaned = remove_contact(text[:MOST_TEXT], names)
    lines, unused = list[Line](), list[Unused]()
    for line in read_lines(cleaned.text):
        kept, orders = split_orders(line.text)
        if orders:
            unused.append(Unused("cv", "order", orders[:300]))
        if kept.replace(REMOVED, "").strip(" |·:：-–—,，"):
            lines.append(replace(line, text=kept.strip()) if orders else line)
    entries = list(islice(_find_entries(lines), MOST_PROJECTS))
    told = {id(line) for entry in entries for line in entry}
    rest = "\n".join(line.text for line in lines if id(line) not in told)
    found = skills.find("\n".join(line.text for line in lines))
    projects = tuple(_project(entry) for entry in entries)
    return ReadResume(Resume(projects, found, _find_years(lines, today), rest[:LONGEST_REST], cleaned.removed), tuple(unused))


def _find_entries(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each project, its title first; of a CV that sets none apart, of each post."""
    sections = list(_cut_sections(lines))
    chosen = [part for kind, part in sections if kind is _Section.PROJECTS] or [part for kind, part in sections if kind is _Section.WORK]
    for part in chosen:
        entry = list[Line]()
        for line in part:
            if entry and _opens(line, has_body=len(entry) > 1):
                yield entry
                entry = []
            entry.append(line)
        if entry:
            yield entry


def _project(entry: Sequence[Line]) -> Project:
    title, *body = (line.text for line in entry)
    title = _PROJECT_LABEL.sub("", title)
    short = _SPAN.sub("", title).strip(" |｜·,，()（）-–—\t")
    return Project((short or title)[:LONGEST_TITLE], "\n".join(body)[:LONGEST_PROJECT])


def _opens(line: Line, *, has_body: bool) -> bool:
    """Whether an entry begins with this line: it has a period of time or a label, or it is short and stands before items."""
    if _PROJECT_LABEL.match(line.text) or (_SPAN.search(line.text) and len(line.text) <= 120 and (has_body or not line.marked)):
        return True
    return (
        bool(line.title)
        and not line.marked
        and has_body
        and not line.text.endswith(("：", ":"))
        and not re.match(r"[^:：]{1,8}[:：]", line.text)
    )


def _cut_sections(lines: Sequence[Line]) -> Iterator[tuple[_Section, list[Line]]]:
    kind, part = _Section.OTHER, list[Line]()
    for line in lines:
        opened = None if line.marked or len(line.title) > 30 else _section_of(line.title)
        if opened:
            yield kind, part
            kind, part = opened, []
        else:
            part.append(line)
    yield kind, part


def _section_of(title: str) -> _Section | None:
    return next((section for section, pattern in _HEADINGS if title and pattern.search(title)), None)


def _find_years(lines: Sequence[Line], today: date) -> float | None:
    """Years of work: as the CV tells them, else from the first to the last month of its work."""
    for line in lines:
        if told := _YEARS_TOLD.search(line.text):
            return min(_MOST_YEARS, read_count(told[1] or told[2]))
    spans = [span for kind, part in _cut_sections(lines) if kind is _Section.WORK for line in part for span in _spans_in(line.text, today)]
    if not spans:
        return None
    return min(_MOST_YEARS, round((1 + max(end for _, end in spans) - min(begin for begin, _ in spans)) / 12, 1))


def _spans_in(text: str, today: date) -> Iterator[tuple[int, int]]:
    """Begin and end in months."""
    for found in _SPAN.finditer(text):
        begin = _months(found[1], found[2], 1)
        end = today.year * 12 + today.month if found[5] else _months(found[3], found[4], 12)
        if begin <= end:
            yield begin, end


def _months(year: str, month: str | None, default: int) -> int:
    return int(year) * 12 + min(12, max(1, int(month or default)))


def read_count(told: str) -> float:
    """A number in digits, or in Chinese up to 99."""
    if told[0].isdecimal():
        return float(told)
    tens, has_ten, ones = told.rpartition("十")
    return float((_NUMBERS.get(tens, 1) * 10 if has_ten else 0) + _NUMBERS.get(ones, 0))
