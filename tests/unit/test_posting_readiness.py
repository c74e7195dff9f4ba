"""Readiness for a posting: by competency, what was asked and what was not; unknown is not zero."""

from __future__ import annotations

from dataclasses import replace

from interviewer.interview.results import QuestionResult, QuestionStatus
from interviewer.models import Bilingual, Competency
from interviewer.models.postings import AskingReason, Need, Posting, PostingContent, ReasonKind, Requirement
from interviewer.posting.readiness import Coverage, read_readiness
from tests.examples import START, question

COMPETENCIES = tuple(Competency(id, Bilingual(id, id), Bilingual(id, id)) for id in ("data", "ops", "talk"))
REQUIREMENTS = (
    Requirement("Kafka", Need.MUST, (), ("data",), ("q1", "q2")),
    Requirement("Flink", Need.NICE, (), ("data",), ("q2",)),
    Requirement("K8s", Need.MUST, (), ("ops",), ("q3",)),
    Requirement("Docker", Need.NICE, (), ("ops",), ("q9",)),
    Requirement("英语", Need.NICE),
)


def asked_for(*texts: str) -> tuple[AskingReason, ...]:
    return tuple(AskingReason(ReasonKind.REQUIREMENT, text, Need.MUST) for text in texts)


POSTING = Posting(
    "p", "local", START, 1, PostingContent("Engineer", "zh", REQUIREMENTS),
    {"i": {"q1": asked_for("Kafka"), "q2": asked_for("Kafka", "Flink"), "q3": asked_for("K8s"), "deep": (AskingReason(ReasonKind.DEEP_DIVE, "Kafka"),)}},
)  # fmt: skip


def result(id: str, score: float | None, standing: QuestionStatus = QuestionStatus.GRADED) -> QuestionResult:
    return QuestionResult(question(id), (), standing, score)


RESULTS = (result("q1", 80.0), result("q2", 40.0), result("q3", None, QuestionStatus.NOT_ASKED), result("deep", 10.0))


def test_each_requirement_is_told_by_what_became_of_it() -> None:
    told = read_readiness(POSTING, "i", RESULTS, COMPETENCIES)
    assert [(each.requirement.text, each.coverage, each.score, each.numbers) for each in told.requirements] == [
        ("Kafka", Coverage.SCORED, 60.0, (1, 2)),
        ("Flink", Coverage.SCORED, 40.0, (2,)),
        ("K8s", Coverage.PLANNED, None, (3,)),
        ("Docker", Coverage.LEFT, None, ()),
        ("英语", Coverage.NO_QUESTION, None, ()),
    ]
    assert (told.count(Need.MUST), told.count(Need.MUST, Coverage.SCORED), told.count(Need.NICE, Coverage.LEFT, Coverage.NO_QUESTION)) == (
        2,
        1,
        2,
    )


def test_a_competency_has_the_mean_of_what_was_scored_and_none_where_nothing_was() -> None:
    told = read_readiness(POSTING, "i", RESULTS, COMPETENCIES)
    assert [(each.competency.id, each.score, each.asked, each.wanted, each.must) for each in told.competencies] == [
        ("data", 60.0, 2, 2, True), ("ops", None, 0, 2, True),
    ]  # fmt: skip


def test_what_was_skipped_counts_as_it_does_in_the_report() -> None:
    skipped = (replace(RESULTS[0], score=0.0, status=QuestionStatus.SKIPPED), *RESULTS[1:])
    assert read_readiness(POSTING, "i", skipped, COMPETENCIES).requirements[0].score == 20.0


def test_another_interview_of_the_posting_has_its_own_reasons() -> None:
    told = read_readiness(POSTING, "other", RESULTS, COMPETENCIES)
    assert {each.coverage for each in told.requirements} == {Coverage.LEFT, Coverage.NO_QUESTION}
