"""Where a group is weak: the heat map, the courses over time, the points most missed. Pure: rows in, values out.

The rows come from records/group; the words of questions and points from the bank. Unknown is not zero: a cell without a result is empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo

from interviewer.grading.scoring import CREDIT
from interviewer.interview.results import QuestionStatus
from interviewer.models import Competency, Question, VerdictStatus
from interviewer.models.group import AnswerCount, CandidateRow, CourseRow, Credit, DrillSum, PointCount, PointRow, ScoreSum

MISSED = (VerdictStatus.NAMED, VerdictStatus.MISSING, VerdictStatus.WRONG)
LONGEST_IN_WEEKS = timedelta(weeks=20)
LISTED_POINTS = 10
_LEFT = (QuestionStatus.SKIPPED, QuestionStatus.UNKNOWN, QuestionStatus.RAN_OUT)


@dataclass(frozen=True, slots=True)
class Cell:
    """One point for one candidate. `credit`: 0–1; `n`: interviews in it; `interview_id`: the latest of them, in which it stood so."""

    credit: float
    n: int
    interview_id: str
    status: VerdictStatus


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One rubric point. `cells`: in the order of the candidates, None where there is no result; `credit`: mean of these, 0–1."""

    point_id: str
    cells: tuple[Cell | None, ...]
    credit: float | None


@dataclass(frozen=True, slots=True)
class HeatBlock:
    """The points of one question, in the rubric's order."""

    question_id: str
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rubric points (rows, by question) × candidates (columns)."""

    candidates: tuple[CandidateRow, ...]
    blocks: tuple[HeatBlock, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A point and how often it was only named, missing or wrong. `n`: answers judged."""

    question_id: str
    point_id: str
    missed: int
    n: int
    essential: bool

    @property
    def share(self) -> float:
        """0–1."""
        return self.missed / self.n


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that was asked `asked` times, and how often it was left without an answer: skipped, not known, or the time ran out."""

    question_id: str
    skipped: int
    unknown: int
    ran_out: int
    asked: int

    @property
    def n(self) -> int:
        """How often in all."""
        return self.skipped + self.unknown + self.ran_out


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean score (0–100) over `n` answers, from the day `first` to the day `last`. `key`: an interview's id, or empty for a period."""

    first: date
    last: date
    score: float
    n: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How a competency went, oldest first; None is the whole. `drills`: the share of points (0–100) recalled in drills instead."""

    competency: Competency | None
    means: tuple[Mean, ...]
    drills: bool = False


def draw_heat(
    rows: Sequence[PointRow], candidates: Sequence[CandidateRow], questions: Mapping[str, Question], credit: Credit = Credit.LATEST
) -> HeatMap:
    """The map from rows in order of time. Points in the question's order, those that it no longer has last."""
    seen: dict[tuple[str, str, str], list[PointRow]] = defaultdict(list)
    points: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        seen[row.candidate, row.question_id, row.point_id].append(row)
        points[row.question_id].add(row.point_id)
    blocks = []
    for question_id in in_order(points, questions):
        found = []
        for point_id in _points_in_order(points[question_id], questions.get(question_id)):
            cells = tuple(_cell(seen.get((candidate.id, question_id, point_id), ()), credit) for candidate in candidates)
            found.append(HeatRow(point_id, cells, _mean([cell.credit for cell in cells if cell])))
        blocks.append(HeatBlock(question_id, tuple(found)))
    return HeatMap(tuple(candidates), tuple(blocks))


def most_missed(counts: Sequence[PointCount], questions: Mapping[str, Question], limit: int = LISTED_POINTS) -> tuple[Missed, ...]:
    """The points with the largest share of misses; on ties the essential first, then those with more answers."""
    judged: dict[tuple[str, str], int] = defaultdict(int)
    missed: dict[tuple[str, str], int] = defaultdict(int)
    for count in counts:
        judged[count.question_id, count.point_id] += count.n
        missed[count.question_id, count.point_id] += count.n if count.status in MISSED else 0
    found = [Missed(*key, missed[key], n, _is_essential(questions.get(key[0]), key[1])) for key, n in judged.items() if missed[key]]
    found.sort(key=lambda item: (-item.share, not item.essential, -item.n, item.question_id, item.point_id))
    return tuple(found[:limit])


def left_out(counts: Sequence[AnswerCount], questions: Mapping[str, Question]) -> tuple[LeftOut, ...]:
    """The questions that were left without an answer, the largest share first. They say nothing of single points, and count as no miss."""
    by_question: dict[str, dict[str, int]] = defaultdict(dict)
    for count in counts:
        by_question[count.question_id][count.status] = count.n
    found = []
    for id in in_order(by_question, questions):
        skipped, unknown, ran_out = (by_question[id].get(standing.value, 0) for standing in _LEFT)
        found.append(LeftOut(id, skipped, unknown, ran_out, sum(by_question[id].values())))
    return tuple(sorted((item for item in found if item.n), key=lambda item: -item.n / item.asked))


def competency_courses(
    sums: Sequence[ScoreSum], competencies: Sequence[Competency], questions: Mapping[str, Question]
) -> tuple[Course, ...]:
    """Each competency's mean score by week, or by month where the time is long; those without a score are left out."""
    by_month = bool(sums) and max(each.day for each in sums) - min(each.day for each in sums) > LONGEST_IN_WEEKS
    total: dict[tuple[str, date], float] = defaultdict(float)
    count: dict[tuple[str, date], int] = defaultdict(int)
    for each in sums:
        question = questions.get(each.question_id)
        for competency_id in question.competencies if question else ():
            key = competency_id, start_of_period(each.day, by_month=by_month)
            total[key] += each.total
            count[key] += each.n
    found = []
    for competency in competencies:
        keys = sorted(key for key in total if key[0] == competency.id)
        means = tuple(
            Mean(first, end_of_period(first, by_month=by_month), total[id, first] / count[id, first], count[id, first])
            for id, first in keys
        )
        if means:
            found.append(Course(competency, means))
    return tuple(found)


def drill_course(sums: Sequence[DrillSum]) -> Course | None:
    """The share of points recalled in drills by week, or by month where the time is long; None without any."""
    by_month = bool(sums) and sums[-1].day - sums[0].day > LONGEST_IN_WEEKS
    recalled: dict[date, int] = defaultdict(int)
    asked: dict[date, int] = defaultdict(int)
    for each in sums:
        first = start_of_period(each.day, by_month=by_month)
        recalled[first] += each.recalled
        asked[first] += each.n
    means = tuple(Mean(first, end_of_period(first, by_month=by_month), 100 * recalled[first] / n, n) for first, n in sorted(asked.items()))
    return Course(None, means, drills=True) if means else None


def candidate_courses(
    rows: Sequence[CourseRow], competencies: Sequence[Competency], questions: Mapping[str, Question], zone: tzinfo = UTC
) -> tuple[Course, ...]:
    """A candidate's total and each competency, interview by interview; the total first. `zone`: whose days are meant."""
    days = [row.at.astimezone(zone).date() for row in rows]
    total = tuple(
        Mean(day, day, row.total, len(row.scores), row.interview_id) for row, day in zip(rows, days, strict=True) if row.total is not None
    )
    found = [Course(None, total)]
    for competency in competencies:
        means = tuple(mean for row, day in zip(rows, days, strict=True) if (mean := _mean_of(row, day, competency.id, questions)))
        if means:
            found.append(Course(competency, means))
    return tuple(found)


def start_of_period(day: date, *, by_month: bool) -> date:
    """The first of the month, or the Monday."""
    return day.replace(day=1) if by_month else day - timedelta(days=day.weekday())


def end_of_period(first: date, *, by_month: bool) -> date:
    """The last day of the month or week that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if by_month else first + timedelta(days=6)


def _mean_of(row: CourseRow, day: date, competency_id: str, questions: Mapping[str, Question]) -> Mean | None:
    scores = [score for id, score in row.scores.items() if id in questions and competency_id in questions[id].competencies]
    mean = _mean(scores)
    return None if mean is None else Mean(day, day, mean, len(scores), row.interview_id)


def _cell(rows: Sequence[PointRow], credit: Credit) -> Cell | None:
    if not rows:
        return None
    counted = rows if credit is Credit.MEAN else rows[-1:]
    n = sum(row.n for row in counted)
    return Cell(sum(CREDIT[row.status] * row.n for row in counted) / n, n, rows[-1].interview_id, rows[-1].status)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def in_order(ids: Mapping[str, object], questions: Mapping[str, Question]) -> list[str]:
    """Question ids in the order of the bank, those without a place in it last."""

    def place(id: str) -> tuple[bool, bool, int, str]:
        order = questions[id].order if id in questions else None
        return id not in questions, order is None, order or 0, id

    return sorted(ids, key=place)


def _points_in_order(ids: set[str], question: Question | None) -> list[str]:
    listed = [point.id for point in question.points if point.id in ids] if question else []
    return listed + sorted(ids - set(listed))


def _is_essential(question: Question | None, point_id: str) -> bool:
    return question is not None and any(point.id == point_id and point.essential for point in question.points)
