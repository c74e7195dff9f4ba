"""What an endpoint says, read from its plain JSON."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.endpoint.wire import Heard, read_events
from interviewer.models import Reason

EVENTS = b': hello\n\ndata: {"a": 1}\n\nevent: x\r\ndata:{"a":\r\ndata: 2}\r\n\r\ndata: [DONE]\n\ndata: {"a": 3}\n\n'


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_however_the_bytes_are_cut_up_to_the_end_mark(size: int) -> None:
    pieces = iter([EVENTS[at : at + size] for at in range(0, len(EVENTS), size)])

    assert list(read_events(pieces)) == [{"a": 1}, {"a": 2}]


def test_an_event_that_is_no_json_is_an_error() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        list(read_events(iter([b"data: <html>\n\n"])))


def whole(message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": "stop"}], **more}


def test_of_several_tool_calls_only_the_first_is_heard() -> None:
    calls = [{"function": {"name": "x", "arguments": text}} for text in ('{"a": 1}', '{"a": 2}')]
    heard = Heard()

    assert heard.add_whole(whole({"content": None, "tool_calls": calls})) == '{"a": 1}'
    pieces = [{"index": n, "function": {"arguments": text}} for n, text in enumerate(('{"a"', "no"))]
    streamed = Heard()
    assert streamed.add_chunk({"choices": [{"delta": {"tool_calls": pieces}}]}) == '{"a"'


@pytest.mark.parametrize("reply", [[], {"error": {"message": "no"}}, {"choices": []}, {"choices": None}, {"choices": [{}]}, "text"])
def test_a_reply_of_another_shape_is_none(reply: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        Heard().add_whole(reply)


def test_the_last_running_total_of_tokens_counts_and_gaps_in_it_are_zero() -> None:
    heard = Heard()
    heard.add_chunk({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 1}})
    heard.add_chunk({"choices": None, "usage": {"prompt_tokens": 5, "completion_tokens": None, "prompt_tokens_details": None}})
    heard.add_chunk({"choices": [], "usage": None})

    spent = heard.conclude().spent
    assert (spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens, spent.calls) == (5, 0, 0, 1)


def test_a_refusal_outweighs_what_was_said() -> None:
    heard = Heard()
    heard.add_chunk({"choices": [{"delta": {"content": "{}"}}]})
    heard.add_chunk({"choices": [{"delta": {"refusal": "no"}, "finish_reason": "stop"}]})

    failure = heard.conclude().failure
    assert failure is not None
    assert failure.reason is Reason.REFUSAL
