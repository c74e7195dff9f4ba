"""Several samples of one model: how they vote, what they may take, and what the vote can never earn."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.grading.llm.self_consistency import SelfConsistency, merge, vote
from interviewer.grading.scoring import answer_score
from interviewer.models import (
    ExaminerName,
    FalseStatement,
    Flag,
    FollowUp,
    Grade,
    GradingTask,
    Outcome,
    Provenance,
    Quote,
    Reason,
    Ungraded,
    Usage,
    Verdict,
    VerdictStatus,
)
from tests.unit.test_llm_examiner import ANSWER, FIRST, QUESTION, SECOND, FakeModel, examiner, finding, graded, reply, statuses, task

Statuses = tuple[str, str, str]


class Samples:
    """Gives these outcomes in turn and remembers the tasks; safe to use from several threads."""

    name, model = ExaminerName.LLM, "fake-1"

    def __init__(self, *outcomes: Outcome, before: Callable[[], None] = lambda: None) -> None:
        self.tasks: list[GradingTask] = []
        self._outcomes, self._before, self._lock = list(outcomes), before, threading.Lock()

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        self._before()
        with self._lock:
            self.tasks.append(task)
            outcome = self._outcomes.pop(0)
        for verdict in outcome.verdicts if isinstance(outcome, Grade) else ():
            progress(verdict)
        return outcome


def sample(*found: str, feedback: str = "Said by a sample.", **more: Any) -> Grade:
    """A grade of the pipeline question with these statuses, each credit with the candidate's words."""
    quotes = [FIRST, SECOND, "removes duplicates before the features"]
    verdicts = tuple(
        Verdict(point.id, VerdictStatus(status), None if status == "missing" else quote_of(quote), f"{status} it is.")
        for point, status, quote in zip(QUESTION.points, found, quotes, strict=True)
    )
    usage = Usage(prompt_tokens=1000, completion_tokens=200, cached_tokens=600, cost=0.01, calls=1)
    return Grade(verdicts, answer_score(QUESTION.points, verdicts), feedback, Provenance("llm", "fake-1", "grade-v3"), usage, **more)


def quote_of(text: str) -> Quote:
    start = ANSWER.index(text)
    return Quote(text, start, start + len(text))


def ask(first: Examiner, again: Examiner, samples: int = 3, clock: Callable[[], float] = lambda: 0.0) -> SelfConsistency:
    return SelfConsistency(first, again, samples=samples, seconds=60.0, clock=clock)


# ---------------------------------------------------------------- the vote


@pytest.mark.parametrize(
    ("ballot", "expected"),
    [
        (("covered", "covered", "missing"), "covered"),
        (("covered", "missing", "missing"), "missing"),
        (("covered", "missing"), "missing"),
        (("partial", "covered"), "partial"),
        (("covered", "partial", "missing"), "missing"),
        (("missing", "wrong"), "wrong"),
        (("covered", "covered", "partial", "partial", "wrong"), "partial"),
    ],
)
def test_the_majority_decides_and_a_tie_goes_to_the_lower_verdict(ballot: tuple[str, ...], expected: str) -> None:
    for order in itertools.permutations(ballot):
        assert vote([Verdict("a", VerdictStatus(status)) for status in order]).status == expected


def test_a_claim_without_evidence_has_no_vote() -> None:
    taken_back = Verdict("a", VerdictStatus.MISSING, unproven=True)
    proven = Verdict("a", VerdictStatus.COVERED, quote_of(FIRST))

    assert vote([taken_back, taken_back, proven]) == proven
    assert vote([taken_back, taken_back]) == taken_back


def test_the_score_is_that_of_the_voted_verdicts() -> None:
    grade = merge(
        task(), [sample("covered", "covered", "missing"), sample("covered", "missing", "missing"), sample("partial", "covered", "missing")]
    )

    assert statuses(grade) == ["covered", "covered", "missing"]
    assert grade.score == answer_score(QUESTION.points, grade.verdicts)
    assert grade.provenance.samples == 3


def test_one_quote_carries_no_more_points_over_all_samples_than_in_one() -> None:
    """Each sample rests two of three points on the same words, which is allowed; the vote would rest three on them."""
    forged = [
        examiner(FakeModel(reply(*(finding(point, quote=SECOND) for point in pair), finding(left, "missing")))).grade(task())
        for *pair, left in (("collect", "clean", "store"), ("collect", "store", "clean"), ("clean", "store", "collect"))
    ]
    single = [statuses(graded(outcome)).count("covered") for outcome in forged]
    together = statuses(merge(task(), [graded(outcome) for outcome in forged])).count("covered")

    assert together <= max(single)


def test_samples_that_differ_on_many_points_are_of_low_confidence() -> None:
    alike = merge(task(), [sample("covered", "missing", "missing")] * 3)
    one_apart = merge(task(), [sample("covered", "missing", "missing"), sample("partial", "missing", "missing")])
    far_apart = merge(task(), [sample("covered", "missing", "missing"), sample("missing", "covered", "missing")])

    assert (alike.disagreement, one_apart.disagreement, far_apart.disagreement) == (0.0, pytest.approx(1 / 3, abs=1e-3), 0.667)
    assert (alike.flags, one_apart.flags, far_apart.flags) == ((), (), (Flag.LOW_CONFIDENCE,))


def test_the_words_are_those_of_the_sample_that_is_nearest_to_the_vote() -> None:
    lonely = sample("missing", "missing", "missing", feedback="Nothing there.")
    usual = sample("covered", "covered", "missing", feedback="Two points there.")

    assert merge(task(), [lonely, usual, usual]).feedback == "Two points there."


def test_no_follow_up_probes_what_the_vote_has_covered() -> None:
    nearest = sample("partial", "partial", "missing", follow_up=FollowUp("clean", "And how are dirty records handled by the jobs?"))
    samples = [nearest, sample("missing", "covered", "missing"), sample("partial", "covered", "partial")]

    grade = merge(task(), samples)

    assert statuses(grade) == ["partial", "covered", "missing"]
    assert grade.follow_up is not None
    assert (grade.follow_up.point_id, grade.dropped_follow_up) == ("store", "covered")
    assert merge(task(want_follow_up=False), samples).follow_up is None


def test_what_is_said_fits_what_was_voted_and_what_is_asked() -> None:
    asked = FollowUp("clean", "And how are dirty records handled by the jobs?")
    nearest = sample("partial", "covered", "missing", follow_up=asked, reply="Kafka takes it in. Let me ask about dirty records.")
    named = replace(sample("partial", "covered", "missing", reply="Kafka takes it in."), dropped_follow_up="leak")
    praised = sample("missing", "missing", "missing", reply="That is a good start.")

    dropped, kept, empty = (merge(task(), [grade, grade]) for grade in (nearest, named, praised))

    assert (dropped.reply, dropped.dropped_follow_up) == ("Kafka takes it in.", "covered")
    assert (kept.reply, kept.dropped_follow_up) == ("Kafka takes it in.", "leak")
    assert empty.reply == ""


def test_an_error_stands_if_most_samples_found_it_and_costs_once() -> None:
    said = FalseStatement(quote_of(FIRST), "No broker decouples.", None, "collect")
    longer = FalseStatement(quote_of(FIRST[:-1]), "Producers stay coupled.", None, "collect")
    lonely = FalseStatement(quote_of(SECOND), "Not before.", None, "clean")
    samples = [sample("missing", "covered", "missing", errors=errors) for errors in ((said, lonely), (longer,), ())]

    grade = merge(task(), samples)

    assert [(error.explanation, error.point_id) for error in grade.errors] == [("No broker decouples.", "collect")]
    assert grade.score == answer_score(QUESTION.points, grade.verdicts, grade.errors) < samples[2].score
    assert merge(task(), samples[1:]).errors == ()


def test_a_reason_for_the_coach_alone_stays_so() -> None:
    guarded = replace(sample("covered", "covered", "missing"), verdicts=tuple(
        replace(verdict, guarded=True) for verdict in sample("covered", "covered", "missing").verdicts
    ))  # fmt: skip

    assert [verdict.guarded for verdict in merge(task(), [guarded] * 3).verdicts] == [True, True, True]


def test_a_suspicion_of_any_sample_is_kept() -> None:
    assert merge(task(), [sample("covered", "covered", "missing"), sample("covered", "covered", "missing", flags=(Flag.MANIPULATION,))]).flags == (
        Flag.MANIPULATION,
    )  # fmt: skip


# ---------------------------------------------------------------- what it may take


def test_the_model_is_asked_as_often_as_told_and_everything_it_takes_is_counted() -> None:
    first, again = Samples(sample("covered", "covered", "missing")), Samples(*[sample("covered", "missing", "missing")] * 2)

    grade = graded(ask(first, again).grade(task()))

    assert (len(first.tasks), len(again.tasks)) == (1, 2)
    assert (grade.usage.prompt_tokens, grade.usage.completion_tokens, grade.usage.cached_tokens, grade.usage.calls) == (3000, 600, 1800, 3)
    assert grade.usage.cost == pytest.approx(0.03)


def test_further_samples_are_asked_for_at_the_same_time() -> None:
    together = threading.Barrier(2, timeout=5)
    again = Samples(*[sample("covered", "covered", "missing")] * 2, before=lambda: together.wait() and None)

    assert graded(ask(Samples(sample("covered", "covered", "missing")), again).grade(task())).provenance.samples == 3


def test_a_first_sample_that_fails_is_the_outcome_and_nothing_more_is_asked() -> None:
    failure, again = Ungraded(Reason.RATE_LIMIT, Provenance("llm")), Samples()

    assert ask(Samples(failure), again).grade(task()) == failure
    assert again.tasks == []


def test_a_further_sample_that_fails_has_no_vote_but_counts_what_it_took() -> None:
    failure = Ungraded(Reason.TIMEOUT, Provenance("llm"), usage=Usage(prompt_tokens=1000, calls=1))
    again = Samples(failure, sample("covered", "missing", "missing"))

    grade = graded(ask(Samples(sample("covered", "covered", "missing")), again).grade(task()))

    assert (statuses(grade), grade.provenance.samples) == (["covered", "missing", "missing"], 2)
    assert (grade.usage.prompt_tokens, grade.usage.calls) == (3000, 3)


def test_a_single_voice_is_no_vote() -> None:
    failure = Ungraded(Reason.TIMEOUT, Provenance("llm"))

    grade = graded(ask(Samples(sample("covered", "covered", "missing")), Samples(failure, failure)).grade(task()))

    assert (grade.disagreement, grade.provenance.samples, grade.feedback) == (None, 1, "Said by a sample.")


def test_all_samples_together_stay_within_the_time_and_the_tokens() -> None:
    clock = iter([100.0, 118.0, 130.0])
    first, again = Samples(sample("covered", "covered", "missing")), Samples(*[sample("covered", "covered", "missing")] * 2)

    ask(first, again, clock=lambda: next(clock)).grade(task(token_budget=9_200))

    assert (first.tasks[0].time_budget, first.tasks[0].token_budget) == (60.0, 9_200)
    assert [(each.time_budget, each.token_budget) for each in again.tasks] == [(42.0, 4_000)] * 2


def test_nothing_more_is_asked_when_the_first_sample_took_all_the_time() -> None:
    clock, again = iter([100.0, 161.0, 161.0]), Samples()

    assert (
        graded(ask(Samples(sample("covered", "covered", "missing")), again, clock=lambda: next(clock)).grade(task())).disagreement is None
    )


def test_the_model_examiner_hands_on_the_time_that_is_left() -> None:
    model = FakeModel(reply(finding("collect", quote=FIRST)))

    examiner(model, INTERVIEWER_DEADLINE=60).grade(task(time_budget=42.0))
    examiner(model, INTERVIEWER_DEADLINE=7).grade(task(time_budget=42.0))

    assert [deadline for _, _, deadline in model.asked] == [42.0, 7.0]


def test_only_what_the_vote_has_decided_is_reported() -> None:
    heard: list[Verdict] = []
    again = Samples(*[sample("covered", "missing", "missing")] * 2)

    grade = graded(ask(Samples(sample("covered", "covered", "missing")), again).grade(task(), heard.append))

    assert tuple(heard) == grade.verdicts
