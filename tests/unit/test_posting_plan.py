"""Which questions an interview for a posting asks, and that each of them is asked for a reason that can be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.models import LANGS
from interviewer.models.postings import (
    AskingReason,
    DraftPoint,
    Need,
    PostingContent,
    Project,
    ProjectQuestion,
    ReasonKind,
    Requirement,
    Resume,
)
from interviewer.posting.plan import MOST_DRAFTS, Planned, plan_questions, question_of
from tests.examples import question

BANK = tuple(question(f"q{n}") for n in range(1, 7))
DEEP = tuple(question(f"deep-{n}") for n in range(1, 5))
RESUME = Resume((Project("推荐", "用 Kafka"), Project("网关", "用 vLLM")))
MUSTS = (Requirement("熟悉 Kafka", Need.MUST, question_ids=("q1", "q2")), Requirement("熟悉 Redis", Need.MUST, question_ids=("q3",)))
NICES = (Requirement("了解 GAN", Need.NICE, question_ids=("q4", "q1")),)


def plan(content: PostingContent, count: int = 5, **near: tuple[str, ...]) -> tuple[Planned, ...]:
    return plan_questions(content, BANK, DEEP, lambda text: near.get(text.split("\n")[0], ()), count=count)


def ids(planned: tuple[Planned, ...]) -> list[str]:
    return [each.question.id for each in planned]


def test_must_haves_come_before_nice_to_haves_and_a_second_question_after_the_first_of_each() -> None:
    planned = plan(PostingContent("", "zh", (*NICES, *MUSTS)))
    assert ids(planned) == ["q1", "q3", "q2", "q4"]
    assert planned[0].reasons == (
        AskingReason(ReasonKind.REQUIREMENT, "熟悉 Kafka", Need.MUST), AskingReason(ReasonKind.REQUIREMENT, "了解 GAN", Need.NICE),
    )  # fmt: skip


def test_with_a_cv_own_projects_are_asked_about_in_turn_and_each_stands_for_another_one() -> None:
    planned = plan(PostingContent("", "zh", MUSTS, RESUME), count=6)
    assert ids(planned) == ["q1", "q3", "deep-1", "q2", "deep-2", "deep-3"]
    assert [each.reasons[0].words for each in planned if each.question.id.startswith("deep")] == ["推荐", "网关", "推荐"]


def test_a_cv_alone_is_enough_and_finds_the_nearest_questions_of_the_bank() -> None:
    planned = plan(PostingContent("", "zh", resume=RESUME), count=8, 推荐=("q5",), 网关=("q6",))
    assert ids(planned) == ["deep-1", "deep-2", "deep-3", "deep-4", "q5", "q6"]
    assert planned[-1].reasons == (AskingReason(ReasonKind.PROJECT, "网关"),)


def draft(number: int, *, chosen: bool = True) -> ProjectQuestion:
    return ProjectQuestion(f"Why {number}?", "用 Kafka", "Because.", (DraftPoint("a", 60.0), DraftPoint("b", 40.0)), "zh", chosen=chosen)


def test_drafted_questions_are_asked_only_if_they_were_chosen_and_then_fewer_fixed_ones() -> None:
    drafts = (draft(1), draft(2, chosen=False), *(draft(n) for n in range(3, 12)))
    planned = plan(PostingContent("", "zh", (), RESUME, drafts), count=10)
    own = [each for each in planned if each.reasons[0].kind is ReasonKind.DRAFT]
    assert len(own) == MOST_DRAFTS
    assert "Why 2?" not in {each.question.prompt.zh for each in own}
    assert len([id for id in ids(planned) if id.startswith("deep")]) == 2


def test_a_drafted_question_has_an_id_of_its_own_and_points_that_can_be_probed() -> None:
    one, other = question_of(draft(1)), question_of(draft(2))
    assert one.id != other.id
    assert [(point.weight, point.essential, bool(point.follow_ups)) for point in one.points] == [(60.0, True, True), (40.0, False, True)]
    assert one.languages == ("zh",)


@pytest.mark.parametrize("count", [1, 3])
def test_no_more_are_asked_than_wanted_and_none_twice(count: int) -> None:
    planned = plan(PostingContent("", "zh", MUSTS, RESUME), count=count)
    assert len(planned) == count
    assert len(set(ids(planned))) == count


def test_what_is_not_written_in_the_language_or_no_longer_there_is_not_asked() -> None:
    one_language = (replace(BANK[0], languages=("en",)), *BANK[1:])
    content = PostingContent("", "zh", (Requirement("x", Need.MUST, question_ids=("q1", "gone", "q2")),))
    assert ids(plan_questions(content, one_language, (), lambda _text: (), count=5)) == ["q2"]
    assert LANGS == ("zh", "en")
    assert plan(PostingContent("", "zh")) == ()
