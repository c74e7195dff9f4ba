"""The use cases of assignments: a coach gives work to a group, the candidates do it, and the coach sees how far everybody has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from interviewer.authoring.refusal import NotReady
from interviewer.cohort.checks import LONGEST_NOTE, LONGEST_TITLE, MOST_ATTEMPTS, Checks, languages_of
from interviewer.errors import ConfigError, NotFound, StaleMove
from interviewer.interview.service import InterviewService
from interviewer.models import Interview, Lang, Person, Setup
from interviewer.models.assigned_work import Conduct
from interviewer.models.assignments import Assignment, BoardRow, Closed, OwnAssignment, Stage, Task
from interviewer.questions.checks import finding
from interviewer.records.assigned_work import ConductStore
from interviewer.records.assignment_board import AssignmentBoard
from interviewer.records.assignments import GONE, AssignmentStore, claim_attempt
from interviewer.text.storable import storable

LISTED = 20
"""Assignments on a page of the list."""
DONE = (Stage.TO_REVIEW, Stage.REVIEWED)
SOONER = finding(
    ("due_at",), ("截止时间不能提前：已经有人开始了", "the deadline cannot be moved forward: somebody has begun"),
    ("选一个更晚的时间", "choose a later one"),
)  # fmt: skip


class CannotBegin(StaleMove):
    """The assignment cannot be begun now; `why` says what stands in the way."""

    def __init__(self, why: Closed) -> None:
        super().__init__(f"this assignment cannot be begun ({why}) → look at how it stands now")
        self.why = why


@dataclass(frozen=True, slots=True)
class Board:
    """How far an assignment has come. `strangers`: how many have it whom the viewer does not coach, and of whom nothing is told."""

    assignment: Assignment
    rows: tuple[BoardRow, ...]
    strangers: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """How many candidates: by stage, `done` (handed in), and `late` (an answer came after their deadline)."""
        by_stage = Counter(row.stage.value for row in self.rows)
        done, late = sum(row.stage in DONE for row in self.rows), sum(row.late for row in self.rows)
        return {"all": len(self.rows), **{stage.value: by_stage[stage.value] for stage in Stage}, "done": done, "late": late}


@dataclass(frozen=True, slots=True)
class Assignments:
    """What coaches and candidates can do with assignments. `refresh`: brings the rows up to date that lists are made of.

    `stand_in`: whether the offline examiner stands in while the model cannot judge.
    """

    store: AssignmentStore
    board_store: AssignmentBoard
    conduct: ConductStore
    checks: Checks
    service: InterviewService
    refresh: Callable[[], object]
    now: Callable[[], datetime]
    stand_in: bool = False

    # ------------------------------------------------------------ the coach's

    def give(self, viewer: Person, task: Task) -> str:
        """Give a task; returns the assignment's id. NotReady tells by field what is wrong with it; NotFound for whoever does not coach."""
        _check_coach(viewer)
        task = _storable(task)
        questions = self.checks.questions(viewer, task, self.now())
        return self.store.add(viewer, task, questions, now=self.now())

    def change(self, viewer: Person, seen: Assignment, task: Task) -> None:
        """Another task in its place, until somebody has begun it: StaleMove then, and where it was changed meanwhile. Else as `give`."""
        _check_coach(viewer)
        task = _storable(task)
        self.store.change(viewer, seen, task, self.checks.questions(viewer, task, self.now()), now=self.now())

    def postpone(self, viewer: Person, seen: Assignment, due_at: datetime | None) -> None:
        """Another deadline for all, a later one once somebody has begun; None for none. NotReady if it is none; StaleMove as for `change`."""
        _check_coach(viewer)
        before = seen.task.due_at
        if seen.begun and due_at and (before is None or due_at < before):
            raise NotReady((SOONER,))
        if due_at and seen.task.opens_at and due_at <= seen.task.opens_at:
            raise NotReady(tuple(self.checks.times(replace(seen.task, due_at=due_at), seen.task.opens_at)))
        self.store.postpone(viewer, seen, due_at, now=self.now())

    def extend(self, viewer: Person, assignment_id: str, person_id: str, *, until: datetime | None, more_attempts: int = 0) -> None:
        """A later deadline for one candidate, and more attempts; None and 0 take it back. NotReady if it is not later than everybody's."""
        seen = self.find(viewer, assignment_id)
        if until and (seen.task.due_at is None or until <= seen.task.due_at):
            later = ("选一个比大家的截止时间更晚的时间", "choose one that is later than everybody's")
            raise NotReady((finding(("until",), ("这不是延期", "this is no extension"), later),))
        self.store.extend(viewer, assignment_id, person_id, until, max(0, min(MOST_ATTEMPTS, more_attempts)), now=self.now())

    def withdraw(self, viewer: Person, assignment_id: str) -> None:
        """Take it back: nobody can begin it any more; whoever has begun can finish. NotFound if the viewer may not."""
        _check_coach(viewer)
        self.store.withdraw(viewer, assignment_id, now=self.now())

    def find(self, viewer: Person, assignment_id: str) -> Assignment:
        """An assignment that the viewer sees as a coach; NotFound if there is none."""
        _check_coach(viewer)
        return self.store.read(viewer, assignment_id)

    def board(self, viewer: Person, assignment_id: str) -> Board:
        """How far it has come; NotFound as for `find`."""
        assignment = self.find(viewer, assignment_id)
        self.refresh()
        rows = self.board_store.rows(viewer, [assignment_id])[assignment_id]
        return Board(assignment, rows, self.board_store.strangers(viewer, assignment_id))

    def boards(self, viewer: Person, page: int = 1) -> tuple[tuple[Board, ...], bool]:
        """A page of the viewer's assignments, the newest first, with how far they have come; and whether there are more pages."""
        _check_coach(viewer)
        found = self.store.listed(viewer, limit=LISTED + 1, offset=(max(1, page) - 1) * LISTED)
        self.refresh()
        rows = self.board_store.rows(viewer, [each.id for each in found[:LISTED]])
        return tuple(Board(each, rows[each.id]) for each in found[:LISTED]), len(found) > LISTED

    # ------------------------------------------------------------ the candidate's

    def own(self, viewer: Person) -> tuple[OwnAssignment, ...]:
        """What was given to the viewer, the next deadline first."""
        return self.store.own(viewer.id)

    def own_one(self, viewer: Person, assignment_id: str) -> OwnAssignment:
        """One of them; NotFound if it was not given to them."""
        return self.store.own_one(viewer.id, assignment_id)

    def languages(self, own: OwnAssignment) -> tuple[Lang, ...]:
        """Those that the candidate may choose from; one where the coach has chosen."""
        chosen = own.assignment.task.lang
        return (chosen,) if chosen else languages_of(self.store.questions(own.assignment.id))

    def begin(self, viewer: Person, assignment_id: str, lang: Lang) -> Interview:
        """Begin an interview for it, or go on with the one that runs. `lang`: counts where the candidate may choose.

        CannotBegin before it opens, after the deadline, or when no attempt is left; StaleMove if it was changed meanwhile; ConfigError and
        InExam as for any interview.
        """
        own = self.store.own_one(viewer.id, assignment_id)
        if own.running:
            return self.service.load(own.running.interview_id, owner=viewer.id)
        now = self.now()
        if why := own.closed(now):
            raise CannotBegin(why)
        task, questions = own.assignment.task, self.store.questions(assignment_id)
        offered = (task.lang,) if task.lang else languages_of(questions)
        if not offered:
            raise ConfigError("the questions are not written in one language → tell your coach")
        setup = Setup(
            lang=lang if lang in offered else offered[0], mode=task.mode, follow_ups=task.follow_ups, minutes=task.minutes,
            examiner=task.examiner, stand_in=self.stand_in,
        )  # fmt: skip
        claim = lambda connection, interview_id: claim_attempt(connection, own, viewer.id, interview_id, now)  # noqa: E731
        return self.service.begin_with(questions, setup, owner=viewer.id, beside=claim)

    def note_conduct(self, viewer: Person, interview_id: str, seq: int, seen: Conduct) -> bool:
        """Add what a page saw while an answer is written; False where the assignment does not say that it is noted."""
        return self.conduct.add(interview_id, seq, seen, owner=viewer.id)


def _check_coach(viewer: Person) -> None:
    if not viewer.may_coach:
        raise NotFound(GONE)


def _storable(task: Task) -> Task:
    """The task with its words as they can be kept; how long they may be is checked before."""
    title, note = " ".join(storable(task.title).split()), storable(task.note).strip()
    return replace(
        task, title=title[: LONGEST_TITLE + 1], note=note[: LONGEST_NOTE + 1], question_ids=tuple(dict.fromkeys(task.question_ids))
    )


def assignment_values(own: Sequence[OwnAssignment]) -> list[dict[str, object]]:
    """What somebody's own data tell of their assignments."""
    return [
        {
            "id": each.assignment.id, "title": each.assignment.task.title, "note": each.assignment.task.note,
            "opens_at": each.assignment.task.opens_at, "due_at": each.due_at, "attempts": each.attempts, "begun": each.begun,
            "observed": each.assignment.task.observed, "interviews": [attempt.interview_id for attempt in each.held],
        }
        for each in own
    ]  # fmt: skip
