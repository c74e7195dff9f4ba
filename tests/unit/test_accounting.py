"""What the endpoint says that it has read, held against what it was sent."""

from __future__ import annotations

import pytest

from interviewer.endpoint.chat import CallFailed, Completion, Message, Spent
from interviewer.endpoint.failures import Failure
from interviewer.endpoint.tokens import fewest_tokens
from interviewer.errors import EndpointError
from interviewer.grading.llm.accounting import check_prompt_read, explain_failure
from interviewer.messages import explain
from interviewer.models import LANGS, Reason

PROMPT = (Message("system", "Judge the answer by the points of the list. " * 400), Message("user", "数据湖存储训练数据。" * 100))
FEWEST = sum(fewest_tokens(message.content) for message in PROMPT)


@pytest.mark.parametrize("read", [1, 2048, FEWEST - 1])
def test_a_count_that_no_vocabulary_comes_to_means_that_the_prompt_was_cut(read: int) -> None:
    with pytest.raises(EndpointError) as caught:
        check_prompt_read(read, PROMPT)

    assert caught.value.reason is Reason.PROMPT_CUT
    assert (str(read) in caught.value.detail, "数据" in caught.value.detail) == (True, False)


@pytest.mark.parametrize("read", [0, FEWEST, 2 * FEWEST, 10**6])
def test_any_other_count_and_none_are_believed(read: int) -> None:
    check_prompt_read(read, PROMPT)


@pytest.mark.parametrize(
    ("spent", "read"),
    [
        (Spent(5000, 10, 0, 1), 5000), (Spent(5000, 10, 4900, 1), 5000), (Spent(5000, 10, 5000, 1), 5000), (Spent(100, 10, 4900, 1), 5000),
        (Spent(0, 0, 4900, 1), 0), (Spent(), 0),
    ],
)  # fmt: skip
def test_what_came_from_a_cache_is_part_of_the_prompt_unless_it_is_told_apart(spent: Spent, read: int) -> None:
    assert spent.read_tokens == read


def test_only_what_one_call_read_is_known_where_several_were_made() -> None:
    failure = Failure(Reason.UNPARSABLE, "")

    assert Completion("{}", "stop", 9000, 1, 0, 2).read_tokens == 0
    assert Completion("{}", "stop", 9000, 1, 0, 2, last=Spent(4000, 1, 0, 1)).read_tokens == 4000
    assert Completion("{}", "stop", 9000, 1, 0, 1).read_tokens == 9000
    assert CallFailed(failure, Spent(9000, 1, 0, 2)).read_tokens == 0
    assert CallFailed(failure, Spent(9000, 1, 0, 2), Spent(4000, 1, 0, 1)).read_tokens == 4000


@pytest.mark.parametrize("reason", [Reason.UNPARSABLE, Reason.CUT_OFF])
def test_junk_comes_from_a_cut_prompt_where_it_was_cut(reason: Reason) -> None:
    cut, whole = (CallFailed(Failure(reason, ""), Spent(read, 1, 0, 1)) for read in (2048, 2 * FEWEST))

    assert (explain_failure(cut, PROMPT).reason, explain_failure(whole, PROMPT)) == (Reason.PROMPT_CUT, whole)


def test_other_failures_stay_what_they_are() -> None:
    for error in (CallFailed(Failure(Reason.REFUSAL, ""), Spent(100, 1, 0, 1)), EndpointError(Reason.UNPARSABLE)):
        assert explain_failure(error, PROMPT) is error


def test_the_remedy_is_named_in_both_languages() -> None:
    for lang in LANGS:
        assert all(name in explain(Reason.PROMPT_CUT, lang) for name in ("num_ctx", "OLLAMA_CONTEXT_LENGTH", "INTERVIEWER_CONTEXT"))
