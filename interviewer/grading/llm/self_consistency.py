"""Self-consistency: the same answer is judged several times, and each point gets the verdict of the majority.

Wraps any examiner; who asks the model is in `llm.examiner`, what counts as evidence in `evidence`. Off unless
`INTERVIEWER_LLM_SAMPLES` says otherwise.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce

from interviewer.grading.evidence import Claim, ErrorClaim, Evidence, quotes_shared
from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.grading.leaks import Guard
from interviewer.grading.llm.spoken import vet_reply
from interviewer.grading.scoring import answer_score, is_worse
from interviewer.grading.wording import choose_next
from interviewer.models import (
    ExaminerName,
    FalseStatement,
    Findings,
    Flag,
    Grade,
    GradingTask,
    Outcome,
    Usage,
    Verdict,
)
from interviewer.observability.context import CarryingPool
from interviewer.text.language import reply_language

MOST_DISAGREEMENT = 1 / 3
"""Where the samples differ on a larger share of the points, the grade is flagged as one of low confidence."""


class SelfConsistency:
    """Asks `first` once, and if it grades, `again` for the other samples, at the same time. Safe to use from several threads.

    `first` may try a failing endpoint again; `again` should not, for a sample that fails only has no vote. So an answer takes
    at most `samples` requests and the retries of one. `seconds`: for all samples together.
    """

    def __init__(
        self, first: Examiner, again: Examiner, *, samples: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first, self._again, self._samples, self._seconds, self._clock = first, again, samples, seconds, clock

    @property
    def name(self) -> ExaminerName:
        """That of the examiner that is asked."""
        return self._first.name

    @property
    def model(self) -> str:
        """That of the examiner that is asked."""
        return self._first.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """See `Examiner`; `progress` hears only what the vote has decided, and a first sample that fails is the outcome."""
        started = self._clock()
        seconds = self._seconds if task.time_budget is None else min(self._seconds, task.time_budget)
        first = self._first.grade(replace(task, time_budget=seconds))
        if not isinstance(first, Grade):
            return first
        others = self._ask_again(_rest_of(task, first.usage, seconds - (self._clock() - started), self._samples - 1))
        usage = sum((other.usage for other in others), first.usage)
        grades = [first, *(other for other in others if isinstance(other, Grade))]
        grade = replace(merge(task, grades), usage=replace(usage, milliseconds=round((self._clock() - started) * 1000, 1)))
        for verdict in grade.verdicts:
            progress(verdict)
        return grade

    def _ask_again(self, task: GradingTask) -> list[Outcome]:
        count = self._samples - 1
        if count < 1 or (task.time_budget is not None and task.time_budget <= 0):
            return []
        with CarryingPool(count, thread_name_prefix="sample") as pool:
            return list(pool.map(self._again.grade, [task] * count))


def merge(task: GradingTask, grades: Sequence[Grade]) -> Grade:
    """One grade out of several of the same answer; its words are those of the sample that is nearest to the vote.

    An error stands if most samples found it. What was voted passes the rules of evidence once more, so that quotes of several samples earn no more than those of one.
    """
    if len(grades) == 1:
        return grades[0]
    ballots = [ballot for point in task.question.points if (ballot := _ballot(point.id, grades))]
    found = _check([vote(ballot) for ballot in ballots], vote_errors(grades), task)
    verdicts = found.verdicts
    nearest = max(grades, key=lambda grade: len(_statuses(grade.verdicts) & _statuses(verdicts)))
    differing = sum(len({verdict.status for verdict in ballot}) > 1 for ballot in ballots)
    disagreement = round(differing / len(ballots), 3)
    doubtful = (Flag.LOW_CONFIDENCE,) if disagreement > MOST_DISAGREEMENT else ()
    lang = reply_language(task.answer, task.lang)
    guard = Guard(task, lang)
    after = choose_next(nearest.follow_up, task=task, findings=found, guard=guard, lang=lang)
    return replace(
        nearest,
        verdicts=verdicts,
        score=answer_score(task.question.points, verdicts, found.errors),
        errors=found.errors,
        follow_up=after.follow_up,
        dropped_follow_up=nearest.dropped_follow_up or after.dropped,
        reply=vet_reply(nearest.reply, task, found, guard, lang, bridge=not after.dropped),
        flags=tuple(dict.fromkeys([*(flag for grade in grades for flag in grade.flags), *doubtful])),
        provenance=replace(nearest.provenance, samples=len(grades)),
        disagreement=disagreement,
    )


def vote(ballot: Sequence[Verdict]) -> Verdict:
    """The most frequent verdict on one point, the lowest of those that are equally frequent; a claim without evidence has no vote."""
    backed = [verdict for verdict in ballot if not verdict.unproven]
    if not backed:
        return ballot[0]
    votes = Counter(verdict.status for verdict in backed)
    leading = [verdict for verdict in backed if votes[verdict.status] == max(votes.values())]
    return reduce(lambda lowest, verdict: verdict if is_worse(verdict, lowest) else lowest, leading)


def vote_errors(grades: Sequence[Grade]) -> tuple[FalseStatement, ...]:
    """The errors that more than half of the samples found, each in the words of the first that did."""
    kept: list[FalseStatement] = []
    for error in (error for grade in grades for error in grade.errors):
        finders = sum(any(_are_alike(error, other) for other in grade.errors) for grade in grades)
        if 2 * finders > len(grades) and not any(_are_alike(error, other) for other in kept):
            kept.append(error)
    return tuple(kept)


def _are_alike(one: FalseStatement, other: FalseStatement) -> bool:
    return one.point_id == other.point_id and quotes_shared(one.quote, other.quote)


def _rest_of(task: GradingTask, spent: Usage, seconds: float, count: int) -> GradingTask:
    """The task with what is left of its budgets; the tokens are shared out among the samples, the time is not."""
    tokens = task.token_budget
    if tokens is not None and count:
        tokens = max(0, tokens - spent.prompt_tokens - spent.completion_tokens) // count
    return replace(task, token_budget=tokens, time_budget=seconds)


def _ballot(point_id: str, grades: Sequence[Grade]) -> list[Verdict]:
    return [verdict for grade in grades for verdict in grade.verdicts if verdict.point_id == point_id]


def _check(voted: Sequence[Verdict], errors: Sequence[FalseStatement], task: GradingTask) -> Findings:
    claims = [
        Claim(verdict.point_id, verdict.status, verdict.quote.text if verdict.quote else "", verdict.reason, verdict.misconception)
        for verdict in voted
    ]
    false = [ErrorClaim(error.quote.text, error.explanation, error.misconception, error.point_id) for error in errors]
    prompts = (task.prompt, *task.asked, *(each.prompt for each in task.dialogue))
    found = Evidence(task.question, task.answer, prompts, asked=task.lang).vet(claims, false)
    before = {verdict.point_id: verdict for verdict in voted}
    # Of a claim, only the point that it is about was put to the vote.
    kept = (_keep_marks(verdict, before[verdict.point_id]) for verdict in found.verdicts if verdict.point_id in before)
    return replace(found, verdicts=tuple(kept))


def _keep_marks(verdict: Verdict, voted: Verdict) -> Verdict:
    """A verdict with what only its sample could know: that a quote was not found, and that its reason is for the coach."""
    return replace(verdict, unproven=verdict.unproven or voted.unproven, guarded=voted.guarded and verdict.reason == voted.reason)


def _statuses(verdicts: Sequence[Verdict]) -> set[tuple[str, str]]:
    return {(verdict.point_id, verdict.status.value) for verdict in verdicts}
