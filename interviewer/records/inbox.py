"""What a coach asks of the list of interviews, and what they get: values, and the conditions that the filters stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, or_, select, true

from interviewer.models import Lang, Mode, Person
from interviewer.records.groups import archived_groups
from interviewer.records.people_tables import people
from interviewer.records.review_tables import question_results, summaries
from interviewer.records.search import read_phrases, turns_saying
from interviewer.records.tables import turns
from interviewer.records.visibility import on_desk


class InboxSort(StrEnum):
    """The order of the list. Interviews without a score come last, candidates go by name and then newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SCORE_UP = "score_up"
    SCORE_DOWN = "score_down"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class InboxFilters:
    """What the list is narrowed to; every filter that is set must hold. None, False or "" is not set.

    `candidate`: a person's id; `group`: a label; `since`, `until`: days in `zone`, both included; `question`: an id. `competency` is
    turned into `questions` (any of them) by the service. `min_score`, `max_score`: 0–100, of the question if one is chosen, else of
    the whole interview. `examiner`: who judged last (rubric, llm, coach). `unreviewed`: or with a claim that nobody has answered, which is
    `contested`. `archived`: also of people in groups whose term is over, of whom else only those who, or whose group, is chosen are listed.
    `text`: phrases that one answer must hold. `drills`: list drills as well, of which else only those are listed in which a
    claim waits for a coach. `left_out`: ids of interviews that are not to be listed.
    """

    candidate: str | None = None
    group: str | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC
    question: str | None = None
    competency: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    examiner: str | None = None
    ungraded: bool = False
    flagged: bool = False
    unreviewed: bool = False
    low_confidence: bool = False
    contested: bool = False
    finished: bool | None = None
    text: str = ""
    questions: tuple[str, ...] | None = None
    drills: bool = False
    archived: bool = False
    left_out: frozenset[str] = frozenset()


NO_FILTERS = InboxFilters()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One interview in the list. `candidate`: their name, empty for the local person. `questions` planned, `answered` of them.

    `total`: 0–100, None if nothing is scored. `ungraded`, `pending`, `flagged`, `low_confidence`: how many answers; `contested`: how
    many claims nobody has answered. `examiner`: who judged last. `mode`: a value of `Mode`.
    `unknown_errors`: errors that no rubric knew and nobody has settled.
    `snippet`: the answer around the first hit of a text search, as typed but for line breaks.
    """

    interview_id: str
    owner: str
    candidate: str
    group: str
    created_at: datetime
    finished_at: datetime | None
    total: float | None
    answered: int
    questions: int
    ungraded: int
    pending: int
    flagged: int
    low_confidence: int
    contested: int
    reviewed_at: datetime | None
    examiner: str
    lang: Lang
    mode: str = Mode.COACHING.value
    unknown_errors: int = 0
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the list. `total`: interviews that pass the filters. `page`: from 1, the one that is shown; `pages`: at least 1.

    `outdated`: interviews anywhere whose rows are not worked out yet, and which may therefore be missing.
    """

    rows: tuple[InboxRow, ...]
    total: int
    page: int = 1
    pages: int = 1
    outdated: int = 0


def order_of(sort: str) -> tuple[ColumnElement[Any], ...]:
    """The order by which the rows of `summaries` (with `people`) are listed; an unknown one is the newest first."""
    newest = (summaries.c.created_at.desc(), summaries.c.interview_id)
    match sort:
        case InboxSort.OLDEST:
            return summaries.c.created_at.asc(), summaries.c.interview_id
        case InboxSort.SCORE_UP:
            return summaries.c.total.is_(None), summaries.c.total.asc(), *newest
        case InboxSort.SCORE_DOWN:
            return summaries.c.total.is_(None), summaries.c.total.desc(), *newest
        case InboxSort.CANDIDATE:
            return func.coalesce(people.c.key, "").asc(), *newest
        case _:
            return newest


def conditions_of(viewer: Person, filters: InboxFilters) -> ColumnElement[bool]:
    """What a row of `summaries` (joined with `people`) must meet: the viewer may read it, and every filter holds."""
    return and_(
        on_desk(viewer, summaries.c.owner, summaries.c.finished_at),
        *_who_and_when(filters),
        *_how_it_stands(filters),
        _which_questions(filters),
        _what_was_said(filters.text),
    )


def _days(filters: InboxFilters, at: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """The range of days as conditions on a moment."""
    conditions: list[ColumnElement[bool]] = []
    if filters.since:
        conditions.append(at >= datetime.combine(filters.since, time(), filters.zone))
    if filters.until and filters.until < date.max:
        conditions.append(at < datetime.combine(filters.until + timedelta(days=1), time(), filters.zone))
    return conditions


def _asked_for(filters: InboxFilters) -> list[ColumnElement[bool]]:
    """The chosen question and competency as conditions on `question_results`."""
    conditions: list[ColumnElement[bool]] = []
    if filters.question:
        conditions.append(question_results.c.question_id == filters.question)
    if filters.questions is not None:
        conditions.append(question_results.c.question_id.in_(filters.questions))
    return conditions


def _who_and_when(filters: InboxFilters) -> list[ColumnElement[bool]]:
    conditions = _days(filters, summaries.c.created_at)
    if filters.candidate:
        conditions.append(summaries.c.owner == filters.candidate)
    if filters.group:
        conditions.append(people.c.group_name == filters.group)
    elif not (filters.candidate or filters.archived):
        conditions.append(func.coalesce(people.c.group_name, "").not_in(archived_groups()))
    return conditions


def _how_it_stands(filters: InboxFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    counts = {
        summaries.c.ungraded: filters.ungraded,
        summaries.c.flagged: filters.flagged,
        summaries.c.low_confidence: filters.low_confidence,
        summaries.c.contested: filters.contested,
    }
    conditions += [counted > 0 for counted, wanted in counts.items() if wanted]
    if not filters.drills:
        conditions.append(or_(summaries.c.mode != Mode.DRILL.value, summaries.c.contested > 0))
    if filters.unreviewed:
        conditions.append(or_(summaries.c.reviewed_at.is_(None), summaries.c.contested > 0))
    if filters.finished is not None:
        conditions.append(summaries.c.finished_at.is_not(None) if filters.finished else summaries.c.finished_at.is_(None))
    if filters.examiner:
        conditions.append(summaries.c.examiner == filters.examiner)
    if filters.left_out:
        conditions.append(summaries.c.interview_id.not_in(filters.left_out))
    if not (filters.question or filters.questions is not None):
        conditions += _score_range(filters, summaries.c.total)
    return conditions


def _score_range(filters: InboxFilters, score: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.min_score is not None:
        conditions.append(score >= filters.min_score)
    if filters.max_score is not None:
        conditions.append(score <= filters.max_score)
    return conditions


def _which_questions(filters: InboxFilters) -> ColumnElement[bool]:
    asked = _asked_for(filters)
    if not asked:
        return true()
    mine = question_results.c.interview_id == summaries.c.interview_id
    return exists(select(question_results.c.interview_id).where(mine, *asked, *_score_range(filters, question_results.c.score)))


def _what_was_said(wanted: str) -> ColumnElement[bool]:
    if not wanted.strip():
        return true()
    phrases = read_phrases(wanted)
    if not phrases:
        return false()
    hits = turns_saying(phrases)
    # The plus keeps SQLite from looking every hit up in the broad table: it goes through the narrow index of an interview's turns.
    mine = turns.c.interview_id == summaries.c.interview_id
    return exists(select(turns.c.id).where(mine, literal_column("+turns.id").in_(hits)))
