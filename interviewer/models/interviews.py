"""An interview as its records tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from interviewer.models.assigned_work import AssignedWork, is_late
from interviewer.models.dialogue import Aside, Claim, Utterance
from interviewer.models.grading import AsideReply, Grade, Outcome, Reason, Ungraded, Usage
from interviewer.models.improvements import Improvement, Summary
from interviewer.models.questions import Lang, Question
from interviewer.models.reviews import Edit


class Mode(StrEnum):
    """COACHING: feedback after every answer. EXAM: as in a real interview, nothing until the end. DRILL: single points, one after another."""

    COACHING = "coaching"
    EXAM = "exam"
    DRILL = "drill"


class ExaminerName(StrEnum):
    """Who judges."""

    RUBRIC = "rubric"
    LLM = "llm"


class TurnKind(StrEnum):
    """A turn opens with the question itself, or with a follow-up to it."""

    QUESTION = "question"
    FOLLOW_UP = "follow_up"


class ReplyKind(StrEnum):
    """How the candidate closed a turn. TIMED_OUT: the clock ran out; what was typed is the answer. RAN_OUT: nothing was."""

    TEXT = "text"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"
    RAN_OUT = "ran_out"


@dataclass(frozen=True, slots=True)
class Setup:
    """What the candidate chose. `follow_ups`: 0–3 per question; `minutes`: per question, None for no clock.

    `stand_in`: while the model cannot judge, the offline examiner may do so in its place.
    """

    lang: Lang = "zh"
    mode: Mode = Mode.COACHING
    question_ids: tuple[str, ...] = ()
    follow_ups: int = 1
    minutes: int | None = None
    examiner: ExaminerName = ExaminerName.RUBRIC
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the candidate gave to a turn. `text` is kept as typed, hidden characters and all.

    `utterance`: what code takes it for. `insisted`: the candidate said that it is an answer.
    """

    kind: ReplyKind
    text: str
    at: datetime
    utterance: Utterance = Utterance.ANSWER
    insisted: bool = False


@dataclass(frozen=True, slots=True)
class GradeRecord:
    """A stored outcome of one grading request. `at`: UTC."""

    id: int
    request_id: str
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request for a grade that failed for now and will be tried again. `tries`: how often it failed, last for `reason`, at `since`.

    `not_before`: when it is due again. `running`: somebody is trying it at this moment.
    """

    reason: Reason
    tries: int
    since: datetime
    not_before: datetime
    running: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt of the interviewer and what came of it. `grades`: every outcome, oldest first; the latest grade among them counts.

    `pending`: a grading request for this turn is queued or running. `waiting`: that request has failed and will be tried again.
    `aimed_point`: of a follow-up. `asides`: what was said to it before its answer. `claims`: points of it that the candidate
    contests. `hints`: how many were shown. `in_vain`: what failed tries took that have left no outcome.
    """

    id: int
    seq: int
    question_id: str
    question_version: int
    kind: TurnKind
    prompt: str
    asked_at: datetime
    aimed_point: str | None = None
    hints: int = 0
    reply: Reply | None = None
    grades: tuple[GradeRecord, ...] = ()
    pending: bool = False
    revealed: bool = False
    draft: str = ""
    waiting: Waiting | None = None
    in_vain: Usage = field(default_factory=Usage)
    asides: tuple[Aside, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """What counts: the latest grade, a stand-in's only while there is no other; else why the last try failed; None before the first."""
        given = [record.outcome for record in self.grades if not isinstance(record.outcome, AsideReply)]
        if len(given) <= 1:
            return given[0] if given else None
        found = [outcome for outcome in given if isinstance(outcome, Grade)]
        chosen = [outcome for outcome in found if not outcome.provenance.stand_in]
        return next(iter([*reversed(chosen), *reversed(found), *reversed(given)]), None)

    @property
    def failure(self) -> Reason | None:
        """Why the chosen examiner has given no grade, if it has tried; None once it has given one."""
        if self.grade and not self.grade.provenance.stand_in:
            return None
        failed = [record.outcome.reason for record in self.grades if isinstance(record.outcome, Ungraded)]
        return self.waiting.reason if self.waiting else failed[-1] if failed else None

    @property
    def grade(self) -> Grade | None:
        """The latest grade, if there is one."""
        return self.outcome if isinstance(self.outcome, Grade) else None


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview as its records tell it.

    `version` rises with every change of the dialogue and refuses a move made on an older page. `turns`: in order of `seq`.
    `questions`: the question as it was when the interview began, by id, so that the bank may change under it. `edits`: what
    coaches put down, oldest first, the withdrawn included. `improvements`: answers that the model improved, at most one a question.
    `summary`: what the model was asked to say of the whole, None if it never was. `work`: the assignment it was made for, None without one.
    `lead_id`: the coach whose verdicts are the final ones where that is settled, "" for the first to grade a question.
    """

    id: str
    owner: str
    setup: Setup
    created_at: datetime
    version: int
    turns: tuple[Turn, ...] = ()
    finished_at: datetime | None = None
    questions: Mapping[str, Question] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    summary: Summary | None = None
    work: AssignedWork | None = None
    lead_id: str = ""

    @property
    def current(self) -> Turn | None:
        """The turn that was opened last."""
        return self.turns[-1] if self.turns else None

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that were asked so far, in their order."""
        return tuple(question for question in self.questions.values() if self.turns_of(question.id))

    def is_late(self, turn: Turn) -> bool:
        """Whether the reply to a turn came after the deadline of the assignment. What the clock closed counts by when it was asked."""
        if turn.reply is None or self.work is None:
            return False
        by_clock = turn.reply.kind in (ReplyKind.TIMED_OUT, ReplyKind.RAN_OUT)
        return is_late(turn.asked_at if by_clock else turn.reply.at, self.work.due_at)

    def turns_of(self, question_id: str) -> tuple[Turn, ...]:
        """The turns spent on one question, in order."""
        return tuple(turn for turn in self.turns if turn.question_id == question_id)

    def improvement_of(self, question_id: str) -> Improvement | None:
        """The improved answer to a question, None if it was never asked for."""
        return next((each for each in self.improvements if each.question_id == question_id), None)
