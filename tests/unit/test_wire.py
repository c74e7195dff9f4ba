"""What an endpoint says, read from its plain JSON."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.endpoint.wire import Heard, read_reply
from interviewer.models import Reason

EVENTS = b': hello\n\ndata: {"a": 1}\n\nevent: x\r\ndata:{"a":\r\ndata: 2}\r\n\r\ndata: [DONE]\n\ndata: {"a": 3}\n\n'


def objects(raw: bytes, size: int = 1000) -> list[Any]:
    return [event.data for event in read_reply(raw[at : at + size] for at in range(0, len(raw), size))]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_however_the_bytes_are_cut_up_to_the_end_mark(size: int) -> None:
    assert objects(EVENTS, size) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    "raw",
    [
        b'\xef\xbb\xbfdata: {"a": 1}\n\ndata: {"a": 2}\n\ndata: [DONE]\n\n',
        b'data: {"a": 1}\r\rdata: {"a": 2}\r\rdata: [DONE]\r\r',
        b'data: {"a": 1}\r\n\r\ndata: {"a":\rdata:2}\n\n',
        b'data: {"a": 1}\n\ndata: {"a": 2}',
        b'data: {"a": 1}\n\ndata: {"a": 2}\n',
        b'data: {"a": 1}\n\ndata: {"a": 2}\n\ndata: [DONE]',
        b'id: 1\nretry: 5\n: note\ndata: {"a": 1}\n\ndata\n\ndata:{"a": 2}\n\ndata: {"a": 3',
    ],
)
def test_events_are_read_as_their_specification_says_and_a_last_one_without_its_blank_line(raw: bytes, size: int) -> None:
    if raw.count(b"data\n\n"):
        raw = raw.replace(b"data\n\n", b"event: ping\n\n")
    assert objects(raw, size) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n\r\n  \n", b": keep-alive\n\n: keep-alive\n\n"])
def test_a_whole_body_is_told_from_a_stream_by_how_it_begins(before: bytes, size: int) -> None:
    raw = before + b'{"choices":\n [1]}\n'
    (event,) = read_reply(raw[at : at + size] for at in range(0, len(raw), size))

    assert (event.data, event.whole) == ({"choices": [1]}, True)


def test_an_event_named_error_is_one() -> None:
    assert [event.error for event in read_reply(iter([b'event: error\ndata: {"message": "no"}\n\ndata: {}\n\n']))] == [True, False]


@pytest.mark.parametrize("raw", [b"data: <html>\n\n", b"<html>\n", b"{broken\n"])
def test_what_is_no_json_is_an_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting|page"):
        objects(raw)


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


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize("content", [None, "", " \n"])
def test_the_reasoning_counts_where_nothing_else_was_said(key: str, content: str | None) -> None:
    heard = Heard()
    heard.add_chunk({"choices": [{"delta": {key: '{"a": '}}]})
    heard.add_chunk({"choices": [{"delta": {key: "1}", "content": content}, "finish_reason": "stop"}]})

    assert heard.conclude().text == '{"a": 1}'


def test_the_reasoning_does_not_count_beside_a_content() -> None:
    heard = Heard()
    heard.add_whole(whole({"reasoning_content": '{"a": "draft"}', "content": '{"a": 1}'}))

    assert heard.conclude().text == '{"a": 1}'


def test_a_limit_used_up_by_reasoning_is_a_reply_cut_off() -> None:
    heard = Heard()
    heard.add_whole({"choices": [{"message": {"reasoning_content": '{"a": 1}', "content": ""}, "finish_reason": "length"}]})

    failure = heard.conclude().failure
    assert failure is not None
    assert failure.reason is Reason.CUT_OFF


def test_a_content_in_parts_and_arguments_as_an_object_are_read() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": '{"a"'},
        {"type": "text", "text": ": 1}"},
    ]
    assert Heard().add_whole(whole({"content": parts})) == '{"a": 1}'
    assert Heard().add_whole(whole({"tool_calls": [{"function": {"arguments": {"a": 1}}}]})) == '{"a": 1}'
    assert Heard().add_whole(whole({"function_call": {"arguments": '{"a": 1}'}})) == '{"a": 1}'


@pytest.mark.parametrize(
    ("ended", "reason"),
    [("sensitive", Reason.REFUSAL), ("PROHIBITED_CONTENT", Reason.REFUSAL), ("MAX_TOKENS", Reason.CUT_OFF), ("error", Reason.SERVER_ERROR)],
)
def test_other_words_for_an_end_are_known(ended: str, reason: Reason) -> None:
    heard = Heard()
    heard.add_whole({"choices": [{"message": {"content": "{}"}, "finish_reason": ended}]})

    failure = heard.conclude().failure
    assert failure is not None
    assert failure.reason is reason
