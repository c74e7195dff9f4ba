"""What a coach does to a grade: a history of edits in which nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interviewer.models.grading import VerdictStatus


class EditKind(StrEnum):
    """VERDICT: of one point in one answer. SCORE: of a question, with a reason. COMMENT: on a span of an answer, or on a question.

    REVIEWED: the coach stands for the grades of the interview as they are now. REOPENED: no longer.
    SETTLED: an error that no rubric knew is dealt with; the grade stays as it is.
    WITHDRAWN: takes back an earlier edit of any kind but REVIEWED and REOPENED.
    """

    VERDICT = "verdict"
    SCORE = "score"
    COMMENT = "comment"
    REVIEWED = "reviewed"
    REOPENED = "reopened"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What a verdict or score is for, see `interview.last_word`: verdicts belong to their coach, and only some of them count.

    REVIEW: the grade of the coach who leads the question. CALIBRATION: a second reader's, for comparison. ADJUDICATION: decides
    against what another coach has given.
    """

    REVIEW = "review"
    CALIBRATION = "calibration"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that a coach put down. `at`: UTC; `author`: their name at the time.

    `turn_seq`, `question_id`: what it is about, None for the whole interview. VERDICT has `point_id` and `status`, SCORE has
    `score` (0–100), COMMENT has `text` and perhaps `start` and `end`, code points of the answer as typed. `reason`: why. SETTLED names the
    error by its turn, its point and its place in the answer, as far as it has them.
    `was_status`, `was_score`, `examiner`: what stood before by whose grade, so that coach and examiner can be compared.
    `blind`: given without having seen the grade. `withdraws`: id of the edit that is taken back. `purpose`: of a VERDICT or SCORE.
    """

    id: int
    interview_id: str
    kind: EditKind
    author_id: str
    author: str
    at: datetime
    question_id: str | None = None
    turn_seq: int | None = None
    point_id: str | None = None
    status: VerdictStatus | None = None
    score: float | None = None
    text: str = ""
    reason: str = ""
    start: int | None = None
    end: int | None = None
    was_status: VerdictStatus | None = None
    was_score: float | None = None
    examiner: str = ""
    blind: bool = False
    withdraws: int | None = None
    purpose: Purpose = Purpose.REVIEW


def standing_edits(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits that were not taken back, oldest first, without the withdrawals themselves."""
    withdrawn = {edit.withdraws for edit in edits if edit.kind is EditKind.WITHDRAWN}
    return tuple(edit for edit in edits if edit.id not in withdrawn and edit.kind is not EditKind.WITHDRAWN)
