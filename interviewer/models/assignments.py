"""Assignments: work that a coach gives to a group or to some of its people, and how far each has come with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interviewer.models.assigned_work import is_late
from interviewer.models.interviews import ExaminerName, Mode
from interviewer.models.questions import Lang


@dataclass(frozen=True, slots=True)
class Task:
    """What an assignment asks for. `set_id`: the question set that the questions came from, "" for chosen ones.

    `lang`: None leaves the choice to the candidate. `minutes`: per question, None for no clock. `opens_at`, `due_at`: None for at once, and
    for no deadline. `attempts`: how many interviews each may begin. `group`: its people; with `chosen` (ids) only these.
    `observed`: paste events and time away are noted.
    """

    title: str
    question_ids: tuple[str, ...]
    note: str = ""
    set_id: str = ""
    mode: Mode = Mode.COACHING
    examiner: ExaminerName = ExaminerName.RUBRIC
    lang: Lang | None = None
    follow_ups: int = 1
    minutes: int | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 1
    group: str = ""
    chosen: tuple[str, ...] = ()
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task that was given. `owner`: id of the coach who gave it, "" once their account is gone. `begun`: somebody has begun it.

    `version` rises with every change and refuses one that was made on an older page.
    """

    id: str
    owner: str
    task: Task
    version: int
    created_at: datetime
    withdrawn_at: datetime | None = None
    begun: bool = False


class Closed(StrEnum):
    """Why an assignment cannot be begun."""

    NOT_OPEN = "not_open"
    PAST = "past"
    NONE_LEFT = "none_left"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An interview that somebody held for an assignment. `late`: an answer of it came after their deadline."""

    interview_id: str
    begun_at: datetime
    finished_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class OwnAssignment:
    """An assignment as one candidate has it. `due_at`: their deadline, extensions included. `begun`: how many interviews they began of the
    `attempts` that they may; `held`: those that are still kept, oldest first. `archived`: the term of their group is over."""

    assignment: Assignment
    due_at: datetime | None
    attempts: int
    begun: int = 0
    held: tuple[Attempt, ...] = ()
    archived: bool = False

    @property
    def running(self) -> Attempt | None:
        """The interview that can be continued."""
        return next((each for each in reversed(self.held) if each.finished_at is None), None)

    @property
    def left(self) -> int:
        """How many more they may begin."""
        return max(0, self.attempts - self.begun)

    def closed(self, now: datetime) -> Closed | None:
        """Why they cannot begin one now, None if they can."""
        task = self.assignment.task
        if self.assignment.withdrawn_at:
            return Closed.WITHDRAWN
        if self.archived:
            return Closed.ARCHIVED
        if task.opens_at and now < task.opens_at:
            return Closed.NOT_OPEN
        if not self.left:
            return Closed.NONE_LEFT
        return Closed.PAST if is_late(now, self.due_at) else None


def later(due_at: datetime | None, extended_to: datetime | None) -> datetime | None:
    """Somebody's deadline: their own extension if it is later than everybody's; None where there is none."""
    return max(due_at, extended_to) if due_at and extended_to else due_at


class Stage(StrEnum):
    """How far somebody has come with an assignment, by their latest interview. TO_REVIEW and REVIEWED are both done."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class BoardAttempt:
    """An interview on the board. `total`: 0–100, None while nothing is scored."""

    interview_id: str
    begun_at: datetime
    finished_at: datetime | None = None
    reviewed_at: datetime | None = None
    total: float | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One candidate on the board of an assignment, with their interviews, oldest first. `due_at`, `attempts`, `begun`: as of `OwnAssignment`."""

    person_id: str
    name: str
    group: str
    due_at: datetime | None
    attempts: int
    begun: int = 0
    extended: bool = False
    held: tuple[BoardAttempt, ...] = ()

    @property
    def stage(self) -> Stage:
        """How far they have come."""
        if not self.held:
            return Stage.NOT_BEGUN
        latest = self.held[-1]
        if latest.finished_at is None:
            return Stage.UNDER_WAY
        return Stage.REVIEWED if latest.reviewed_at else Stage.TO_REVIEW

    @property
    def late(self) -> bool:
        """Whether an answer of theirs came after their deadline."""
        return any(each.late for each in self.held)

    def is_overdue(self, now: datetime) -> bool:
        """Whether their deadline is over and they have handed nothing in."""
        return is_late(now, self.due_at) and not any(each.finished_at for each in self.held)
