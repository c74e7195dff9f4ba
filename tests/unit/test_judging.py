"""What is right and what is false about one point in one answer: beside each other if they stand in clauses of their own, else an error."""

from __future__ import annotations

import numpy as np
import pytest

from interviewer.grading.rubric.judging import _beside_error
from interviewer.grading.rubric.points import PointFinding, Scores
from interviewer.grading.rubric.reading import read_answer
from interviewer.models import VerdictStatus

READING = read_answer("先按会话分区再异步调用模型，结果逐字推回到页面上去。", ())
FIRST, SECOND, BOTH = 0, 1, 2


def scores(*, says: int, errs: int) -> Scores:
    """Of one point: which clause says it, and which reads false."""
    idea, error = np.full((3, 1), -3.0), np.full(3, -3.0)
    idea[[says, BOTH]], error[[errs, BOTH]] = 3.0, 3.0
    none = np.zeros(3)
    return Scores(idea, idea, idea, none, none, none, none, error, none)


@pytest.mark.parametrize(
    ("status", "window", "says", "errs", "expected"),
    [
        (VerdictStatus.COVERED, FIRST, FIRST, SECOND, (VerdictStatus.COVERED, FIRST)),
        # The clause that says it stands in a window with the false one.
        (VerdictStatus.COVERED, BOTH, FIRST, SECOND, (VerdictStatus.COVERED, BOTH)),
        # The false clause itself sounded like the point, and drew its neighbour in.
        (VerdictStatus.PARTIAL, BOTH, SECOND, SECOND, (VerdictStatus.WRONG, SECOND)),
        (VerdictStatus.PARTIAL, SECOND, SECOND, SECOND, (VerdictStatus.WRONG, SECOND)),
        (VerdictStatus.NAMED, FIRST, FIRST, SECOND, (VerdictStatus.WRONG, SECOND)),
        (VerdictStatus.MISSING, None, FIRST, SECOND, (VerdictStatus.WRONG, SECOND)),
    ],
)
def test_what_is_right_in_another_clause_stands_beside_the_error(
    status: VerdictStatus, window: int | None, says: int, errs: int, expected: tuple[VerdictStatus, int]
) -> None:
    assert [len(each.units) for each in READING.windows] == [1, 1, 2]
    finding = PointFinding(status, window, {}, {})
    assert _beside_error(finding, SECOND, scores(says=says, errs=errs), READING, 0) == expected


def test_without_an_error_what_was_found_stands() -> None:
    finding = PointFinding(VerdictStatus.COVERED, BOTH, {}, {})
    assert _beside_error(finding, None, scores(says=FIRST, errs=SECOND), READING, 0) == (VerdictStatus.COVERED, BOTH)
