"""The reply's contract: the schema that is sent, and the tolerant reading of what comes back, whole or in pieces."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from interviewer.endpoint.json_reply import find_object, is_unfinished
from interviewer.errors import EndpointError
from interviewer.grading.llm.partial_reply import PartialReply
from interviewer.grading.llm.reply import join_replies, read_reply, reply_schema
from interviewer.grading.llm.tolerant import read_id, read_verdict
from interviewer.models import Bilingual, Given, Misconception, Question, Reason, RubricPoint, Utterance, VerdictStatus
from tests.examples import question

QUESTION = question()


def point(id: str = "a", verdict: str = "covered", quote: str = "some words", **more: Any) -> dict[str, Any]:
    return {"id": id, "reason": "because", "verdict": verdict, "quote": quote, "misconception": None, **more}


def reply(*points: Any, **more: Any) -> str:
    return json.dumps(
        {"points": list(points), "beyond": ["x"], "feedback": "Good.", "follow_up": {"point_id": "b", "text": "Why?"}, **more}
    )


def unparsable(text: str, asked: Question = QUESTION) -> bool:
    with pytest.raises(EndpointError) as caught:
        read_reply(text, asked)
    return caught.value.reason is Reason.UNPARSABLE


def objects_in(node: Any) -> list[dict[str, Any]]:
    found = [node] if isinstance(node, dict) and "properties" in node else []
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return found + [inner for child in children for inner in objects_in(child)]


def test_the_schema_requires_every_field_and_allows_no_other() -> None:
    objects = objects_in(reply_schema(QUESTION))

    assert len(objects) == 1 + 1 + 3 + 1 + 1  # the reply, its points, each of them, an error, the follow-up
    assert all(each["additionalProperties"] is False and each["required"] == list(each["properties"]) for each in objects)


def test_the_schema_asks_reason_before_verdict_before_quote_and_findings_before_feedback_and_no_number() -> None:
    schema = reply_schema(QUESTION)

    found, nothing = schema["properties"]["points"]["anyOf"]
    assert list(schema["properties"]) == [
        "utterance", "points", "errors", "beyond", "feedback", "follow_up", "given", "assumed", "reply",
    ]  # fmt: skip
    assert nothing == {"type": "null"}
    assert list(found["properties"]["a"]["properties"]) == ["reason", "verdict", "quote"]
    assert found["properties"]["a"]["properties"]["verdict"]["enum"] == [
        "covered", "partial", "named", "missing", "wrong",
    ]  # fmt: skip
    assert '"number"' not in json.dumps(schema)
    assert "$ref" not in json.dumps(schema)


def test_the_schema_wants_every_point_once_essential_and_heavy_ones_first() -> None:
    text = Bilingual("一", "one")
    rows = [("extra", 60, False), ("light", 10, True), ("heavy", 30, True)]
    asked = Question("q", 1, text, text, text, (), 1, tuple(RubricPoint(id, weight, essential, text) for id, weight, essential in rows))

    points = reply_schema(asked)["properties"]["points"]["anyOf"][0]

    assert list(points["properties"]) == points["required"] == ["heavy", "light", "extra"]


def test_the_schema_bounds_its_lists() -> None:
    properties = reply_schema(QUESTION)["properties"]

    assert (properties["errors"]["maxItems"], properties["beyond"]["maxItems"]) == (6, 3)


def test_the_schema_names_only_this_questions_points_and_wrong_beliefs() -> None:
    text = Bilingual("一", "one")
    beliefs = tuple(Misconception(name, text, text) for name in ("m", "n", "unlisted"))
    asked = Question("q", 1, text, text, text, (), 1, (RubricPoint("p", 100, True, text, misconceptions=beliefs),))

    error = reply_schema(asked)["properties"]["errors"]["items"]["properties"]

    assert error["about"]["enum"] == ["none", "p", "m", "n"]


def test_a_schema_about_one_point_asks_for_its_finding_and_its_errors_alone() -> None:
    properties = reply_schema(QUESTION, only="b")["properties"]

    assert list(properties) == ["points", "errors"]
    assert list(properties["points"]["properties"]) == ["b"]
    assert properties["errors"]["items"]["properties"]["about"]["enum"] == ["none", "b"]


def test_the_first_contract_is_kept_for_the_first_prompt() -> None:
    item = reply_schema(QUESTION, 1)["properties"]["points"]["items"]["properties"]

    assert list(item) == ["id", "reason", "verdict", "quote", "misconception"]
    assert item["verdict"]["enum"] == ["covered", "partial", "missing", "wrong"]
    assert list(reply_schema(QUESTION, 1)["properties"]) == ["points", "beyond", "feedback", "follow_up"]


def test_the_second_contract_is_kept_for_the_second_prompt() -> None:
    properties = reply_schema(QUESTION, 2)["properties"]

    assert list(properties) == ["points", "errors", "beyond", "feedback", "follow_up"]
    assert list(properties["points"]["properties"]) == ["a", "b", "c"]


def test_the_schema_names_what_a_message_may_be_and_the_givens_of_the_question() -> None:
    given = Given("scale", ("多大？",), ("how big?",), Bilingual("很大", "Big."))
    properties = reply_schema(replace(QUESTION, givens=(given,)))["properties"]

    assert properties["utterance"]["enum"] == ["answer", "mixed", "clarify", "dispute", "stuck", "unknown", "change", "meta"]
    assert properties["given"]["anyOf"] == [{"type": "string", "enum": ["scale"]}, {"type": "null"}]
    assert reply_schema(QUESTION)["properties"]["given"] == {"type": "null"}


# ---------------------------------------------------------------- what the message is


@pytest.mark.parametrize("points", [{"points": None}, {"points": {}}, {}, {"points": {"a": {"verdict": "covered", "quote": "x"}}}])
def test_a_message_that_is_no_answer_needs_no_findings_and_has_none(points: dict[str, Any]) -> None:
    read = read_reply(json.dumps({"utterance": "clarify", **points, "given": "scale", "assumed": " ", "reply": "Big."}), QUESTION)

    assert (read.utterance, read.reply, read.given, read.assumed) == (Utterance.CLARIFY, "Big.", "scale", "")
    assert (read.claims, read.judged) == ((), frozenset())


@pytest.mark.parametrize("named", ["answer", "mixed", "unsure", "nonsense", None, 7])
def test_whatever_is_taken_for_an_answer_needs_findings(named: object) -> None:
    found = {"points": {"a": {"verdict": "missing"}, "b": {"verdict": "missing"}}}

    assert read_reply(json.dumps({"utterance": named, **found}), QUESTION).utterance in (Utterance.ANSWER, Utterance.MIXED)
    assert unparsable(json.dumps({"utterance": named, "points": None}))


def test_what_is_certain_of_a_message_outdoes_what_the_reply_takes_it_for() -> None:
    findings = {"a": {"verdict": "missing"}, "b": {"verdict": "missing"}}
    mistaken = json.dumps({"utterance": "clarify", "points": findings, "reply": "Big."})

    read = read_reply(mistaken, QUESTION, settled=Utterance.ANSWER)

    assert (read.utterance, read.judged, read.reply) == (Utterance.ANSWER, {"a", "b"}, "")
    with pytest.raises(EndpointError):
        read_reply(json.dumps({"utterance": "clarify", "points": None}), QUESTION, settled=Utterance.ANSWER)
    other = read_reply(json.dumps({"utterance": "stuck", "points": None, "reply": "Begin small?"}), QUESTION, settled=Utterance.CLARIFY)
    assert (other.utterance, other.reply) == (Utterance.CLARIFY, "")


def test_of_the_answer_to_a_follow_up_the_point_that_it_is_aimed_at_is_enough() -> None:
    text = json.dumps({"utterance": "answer", "points": {"b": {"verdict": "covered", "quote": "x"}}})

    assert unparsable(text)
    assert read_reply(text, QUESTION, aimed="b").judged == {"b"}
    with pytest.raises(EndpointError):
        read_reply(text, QUESTION, aimed="a")


def test_no_finding_is_heard_of_a_message_that_may_be_none() -> None:
    text = json.dumps({"utterance": "clarify", "points": {"a": {"verdict": "covered", "quote": "x"}}})

    assert PartialReply(QUESTION, settled=False).feed(text) == ()
    assert [claim.point_id for claim in PartialReply(QUESTION).feed(text)] == ["a"]
    assert [claim.point_id for claim in PartialReply(QUESTION, settled=False).feed(text.replace("clarify", "mixed"))] == ["a"]


def test_errors_are_read_with_what_they_are_about() -> None:
    listed = [
        {"quote": "x", "wrong": "no", "about": "a"},
        {"quote": "y", "wrong": "no", "about": "a-belief"},
        {"quote": "z", "wrong": "no", "about": "none"},
        {"quote": "v", "point_id": "b", "misconception": "b-belief"},
        {"quote": "", "about": "a"},
        "nonsense",
    ]

    errors = read_reply(reply(point("a"), point("b"), errors=listed), QUESTION).errors

    assert [(error.quote, error.point_id, error.misconception) for error in errors] == [
        ("x", "a", None), ("y", None, "a-belief"), ("z", None, "none"), ("v", "b", "b-belief"),
    ]  # fmt: skip


def test_all_but_the_findings_may_be_left_out() -> None:
    read = read_reply(json.dumps({"points": {"a": {"verdict": "named", "quote": "x"}, "b": {"verdict": "missing"}}}), QUESTION)

    assert [claim.status for claim in read.claims] == [VerdictStatus.NAMED, VerdictStatus.MISSING]
    assert (read.errors, read.beyond, read.feedback, read.follow_up) == ((), (), "", None)


def test_replies_about_single_points_are_joined() -> None:
    one, other = (
        read_reply(json.dumps({"points": {name: {"verdict": "covered"}}, "errors": [{"quote": name}]}), QUESTION, only=name)
        for name in ("a", "b")
    )

    joined = join_replies([one, other])

    assert (joined.judged, [error.quote for error in joined.errors], joined.feedback) == ({"a", "b"}, ["a", "b"], "")


def test_a_reply_about_another_point_than_asked_is_unparsable() -> None:
    with pytest.raises(EndpointError):
        read_reply(json.dumps({"points": {"a": {"verdict": "covered"}}}), QUESTION, only="b")


def test_a_whole_reply_is_read() -> None:
    read = read_reply(reply(point("a"), point("b", "wrong", misconception="m"), point("c", "missing", "")), QUESTION)

    assert [(claim.point_id, claim.status) for claim in read.claims] == [
        ("a", VerdictStatus.COVERED), ("b", VerdictStatus.WRONG), ("c", VerdictStatus.MISSING),
    ]  # fmt: skip
    assert read.claims[1].misconception == "m"
    assert (read.feedback, read.beyond) == ("Good.", ("x",))
    assert read.follow_up is not None
    assert read.follow_up.point_id == "b"


@pytest.mark.parametrize(
    "wrap",
    [
        "{}", "```json\n{}\n```", "Sure! Here it is:\n{}\nAnything else?", "<think>a {{ and \"points\": [</think>{}",
        "<think>\n{{\"points\": []}}\n</think>\n```\n{}\n```", "In {{curly}} words: {}",
    ],
)  # fmt: skip
def test_a_reply_is_found_past_thinking_fences_and_prose(wrap: str) -> None:
    text = wrap.format(reply(point("a"), point("b")))

    assert read_reply(text, QUESTION).judged == {"a", "b"}


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "I cannot tell.", '{"feedback": "ok"}', '{"points": []}', '{"points": null}', '{"points": "all"}',
        '{"points": [1, "a", null, {}]}', "<think>still thinking about", reply(point("a"))[:-40], "{" * 100_000,
    ],
)  # fmt: skip
def test_a_reply_without_findings_is_unparsable(text: str) -> None:
    assert unparsable(text)


@pytest.mark.parametrize("bad", [{"verdict": "great"}, {"verdict": None}, {"verdict": ["covered"]}, {"id": "zzz"}, {"id": 7}])
def test_a_malformed_finding_is_dropped_and_the_others_stand(bad: dict[str, Any]) -> None:
    read = read_reply(reply({**point("a"), **bad}, point("b"), point("c")), QUESTION)

    assert read.judged == {"b", "c"}


def test_findings_on_fewer_than_half_of_the_points_are_unparsable() -> None:
    assert unparsable(reply(point("a"), point("zzz"), point("a")))


def test_extra_keys_odd_types_and_missing_parts_are_tolerated() -> None:
    text = json.dumps(
        {"points": [{"id": " a ", "verdict": "COVERED", "extra": 1}, {"id": "b", "verdict": "partial", "quote": None}], "score": 100}
    )

    read = read_reply(text, QUESTION)

    assert [(claim.point_id, claim.status, claim.quote) for claim in read.claims] == [
        ("a", VerdictStatus.COVERED, ""), ("b", VerdictStatus.PARTIAL, ""),
    ]  # fmt: skip
    assert (read.beyond, read.feedback, read.follow_up) == ((), "", None)


def test_findings_keyed_by_point_are_read_like_a_list() -> None:
    text = json.dumps({"points": {"a": {"verdict": "covered", "quote": "x"}, "b": {"verdict": "missing"}}})

    assert read_reply(text, QUESTION).judged == {"a", "b"}


def test_a_repaired_reply_is_never_taken_for_a_whole_one() -> None:
    text = reply(point("a"), point("b"), point("c"))

    assert all(find_object(text[:cut], required=("points",)) is None for cut in range(len(text)))


def test_an_object_that_is_never_closed_is_recognised() -> None:
    assert is_unfinished('{"a": "b')
    assert is_unfinished('{"a": {"b": "}"}')
    assert is_unfinished("<think>x</think> {")
    assert not is_unfinished('{"a": "{"}')
    assert not is_unfinished("no object")


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_findings_keyed_by_point_are_heard_one_by_one_and_errors_are_not_taken_for_them(step: int) -> None:
    keyed = {name: {"verdict": "covered", "quote": 'a "b": {'} for name in ("a", "nope", "b")}
    text = json.dumps({"points": keyed, "errors": [{"id": "c", "verdict": "covered", "quote": "no finding"}]})
    partial = PartialReply(QUESTION)

    heard = [claim for end in range(step, len(text) + step, step) for claim in partial.feed(text[:end])]

    assert [(claim.point_id, claim.quote) for claim in heard] == [("a", 'a "b": {'), ("b", 'a "b": {')]


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_findings_are_heard_one_by_one_while_the_reply_arrives(step: int) -> None:
    text = "<think>hm</think>" + reply(point("a", quote='a "quoted" {brace} \\ ]'), point("nope"), point("b"), point("c"))
    partial = PartialReply(QUESTION)

    heard = [claim for end in range(step, len(text) + step, step) for claim in partial.feed(text[:end])]

    assert [claim.point_id for claim in heard] == ["a", "b", "c"]
    assert heard[0].quote == 'a "quoted" {brace} \\ ]'


def test_a_finding_is_not_heard_before_it_is_complete() -> None:
    text = reply(point("a"), point("b"))
    partial = PartialReply(QUESTION)
    end = text.index("}") + 1

    assert partial.feed(text[: end - 1]) == ()
    assert [claim.point_id for claim in partial.feed(text[:end])] == ["a"]
    assert partial.feed(text[:end]) == ()


def test_an_attempt_that_begins_anew_is_heard_from_its_start() -> None:
    partial = PartialReply(QUESTION)
    partial.feed(reply(point("a"), point("b"))[:120])

    assert [claim.point_id for claim in partial.feed(reply(point("b"), point("c")))] == ["b", "c"]


# ---------------------------------------------------------------- what is read forgivingly

IDS = replace(
    QUESTION, points=tuple(replace(each, id=name) for each, name in zip(QUESTION.points, ("two-networks", "misuse", "c"), strict=True))
)


@pytest.mark.parametrize(
    "spelled",
    ["two-networks", "TWO-NETWORKS", "Two Networks", "two_networks", "TwoNetworks", " `two-networks` ", "1. two-networks", "two–networks"],
)
@pytest.mark.parametrize("listed", [True, False])
def test_an_id_is_known_in_another_spelling(spelled: str, listed: bool) -> None:
    finding, other = {"verdict": "covered", "quote": "x"}, {"verdict": "missing"}
    points: Any = [{"id": spelled, **finding}, {"id": "Misuse", **other}] if listed else {spelled: finding, "MISUSE": other}

    read = read_reply(
        json.dumps({"points": points, "follow_up": {"point_id": spelled, "text": "Why?"}, "errors": [{"quote": "q", "about": spelled}]}),
        IDS,
    )

    assert [claim.point_id for claim in read.claims] == ["two-networks", "misuse"]
    assert read.follow_up is not None
    assert (read.follow_up.point_id, read.errors[0].point_id) == ("two-networks", "two-networks")


@pytest.mark.parametrize("points", [{"two": {}}, {"networks": {}}, {"two-networks-misuse": {}}, {"two-networks": {"id": "misuse"}}])
def test_an_id_that_leaves_a_doubt_is_dropped(points: dict[str, dict[str, str]]) -> None:
    doubtful = {key: {"verdict": "covered", "quote": "x", **more} for key, more in points.items()}
    rest = {"misuse": {"verdict": "missing"}, "c": {"verdict": "missing"}}

    assert read_reply(json.dumps({"points": rest | doubtful}), IDS).judged == {"misuse", "c"}


def test_two_ids_that_are_spelled_alike_are_told_apart_by_their_exact_spelling_alone() -> None:
    assert read_id("a-b", ["a-b", "ab"]) == "a-b"
    assert read_id("A B", ["a-b", "ab"]) is None


@pytest.mark.parametrize(
    "points",
    [
        [{"point": "a", "verdict": "missing"}, {"point_id": "b", "verdict": "missing"}],
        [{"ID": "A", "Verdict": "Missing", "Reason": "r"}, {"Id": "b", "VERDICT": "MISSING"}],
        [{"a": {"verdict": "missing"}}, {"b": {"verdict": "missing"}}],
        [{"a": {"verdict": "missing"}, "b": {"verdict": "missing"}}],
        {"a": "missing", "b": "missing"},
        {"a": [{"verdict": "missing"}], "b": [{"verdict": "missing"}]},
    ],
)  # fmt: skip
def test_findings_are_read_in_whatever_form_they_are_listed(points: Any) -> None:
    read = read_reply(json.dumps({"result": {"points": points}}), QUESTION)

    assert {claim.point_id: claim.status for claim in read.claims} == {"a": VerdictStatus.MISSING, "b": VerdictStatus.MISSING}


@pytest.mark.parametrize(
    "wrap", ['{{"result": {}}}', '{{"data": {}}}', "[{}]", '{{"code": 0, "data": {{"answer": {}}}}}', "```json\n[{}]\n```"]
)
def test_a_wrapped_reply_is_read(wrap: str) -> None:
    assert read_reply(wrap.format(reply(point("a"), point("b"))), QUESTION).judged == {"a", "b"}


def test_a_point_that_is_told_twice_has_both_findings() -> None:
    twice = '{"points": {"a": {"verdict": "covered", "quote": "x"}, "a": {"verdict": "missing"}, "b": {"verdict": "named", "quote": "y"}}}'
    keys = '{"points": {"a": {"verdict": "covered"}, "b": {"verdict": "missing"}}, "points": {"a": {"verdict": "partial"}}}'

    assert [(claim.point_id, claim.status.value) for claim in read_reply(twice, QUESTION).claims] == [
        ("a", "covered"), ("a", "missing"), ("b", "named"),
    ]  # fmt: skip
    assert [claim.point_id for claim in read_reply(keys, QUESTION).claims] == ["a", "b", "a"]


def test_a_verdict_that_is_told_twice_is_none() -> None:
    text = '{"points": {"a": {"verdict": "covered", "verdict": "missing"}, "b": {"verdict": "missing"}, "c": {"verdict": "missing"}}}'

    assert read_reply(text, QUESTION).judged == {"b", "c"}


def test_a_quote_in_a_list_is_one_in_pieces() -> None:
    assert read_reply(reply(point("a", quote=["one", "", "two"]), point("b")), QUESTION).claims[0].quote == "one…two"  # type: ignore[arg-type]


VERDICTS = {
    VerdictStatus.COVERED: "covered|Covered|COVERED.|**covered**|fully_covered|VerdictStatus.COVERED|verdict: covered|覆盖|已覆盖|完全覆盖|覆盖（covered）|「覆盖」|覆蓋",
    VerdictStatus.PARTIAL: "partial|Partially|partly covered|PARTIALLY-COVERED|部分|部分覆盖|部分正确|部分提及|partial / 部分",
    VerdictStatus.NAMED: "named|Named only|mentioned|mentioned_only|仅提及|提到|只提到|僅提及|仅仅提到",
    VerdictStatus.MISSING: "missing|Missed|not covered|not_mentioned|absent|缺失|未覆盖|遗漏|未提及|没有讲到|缺失。|遺漏",
    VerdictStatus.WRONG: "wrong|Incorrect|error|错误|有误|错|錯誤|wrong (错误)",
}


@pytest.mark.parametrize(("status", "word"), [(status, word) for status, words in VERDICTS.items() for word in words.split("|")])
def test_a_verdict_is_known_in_other_words(status: VerdictStatus, word: str) -> None:
    assert read_verdict(word) is status


@pytest.mark.parametrize(
    "word",
    [
        "",
        "good",
        "yes",
        "正确",
        "correct",
        "covered|partial",
        "covered/missing",
        "覆盖或缺失",
        "not wrong",
        "100",
        "covered, but wrong",
        "不缺失",
        "未错误",
    ],
)
def test_a_verdict_that_leaves_a_doubt_is_none(word: str) -> None:
    assert read_verdict(word) is None


WORDS: dict[str, Any] = {
    "errors": [],
    "beyond": [],
    "feedback": "",
    "follow_up": None,
    "given": None,
    "assumed": "",
    "reply": "",
    "utterance": "answer",
}


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("value", [..., None, 7, True, "x", [7], {"a": []}, [["x"]], {}])
def test_whatever_stands_beside_the_findings_the_findings_are_read(name: str, value: Any) -> None:
    found = WORDS | {"points": {each: {"verdict": "missing"} for each in "abc"}, name: value}
    if value is ...:
        del found[name]

    read = read_reply(json.dumps(found), QUESTION)

    assert read.judged == {"a", "b", "c"}
    assert read.errors == ()


@pytest.mark.parametrize("field", ["reason", "quote", "misconception"])
@pytest.mark.parametrize("value", [None, 7, {}, [], True])
def test_a_finding_of_wrong_types_keeps_its_verdict(field: str, value: Any) -> None:
    claim = read_reply(reply(point("a", **{field: value}), point("b")), QUESTION).claims[0]

    assert (claim.status, getattr(claim, field) or "") == (VerdictStatus.COVERED, "")


def test_of_a_draft_and_a_whole_reply_only_the_whole_counts() -> None:
    draft, real = reply(point("a", "covered"), point("b", "covered")), reply(point("a", "missing"), point("b", "partial"))

    for text in (f"{draft}</think>{real}", f"Draft: {draft}\nFinal: {real}", f"{reply(point('a'))} {real}"):
        assert [claim.status.value for claim in read_reply(text, QUESTION).claims] == ["missing", "partial"]
    for text in (f"{draft}\n{real}", f"{real}<think>{draft}", f"{draft}</think>I see."):
        assert unparsable(text)


def test_nothing_is_heard_of_thinking_whose_opening_stands_in_the_prompt() -> None:
    draft, real = reply(point("a"), point("b")), reply(point("c"))
    partial = PartialReply(QUESTION)

    assert partial.feed(f"The answer says much. {draft}") == ()
    assert [claim.point_id for claim in partial.feed(f"The answer says much. {draft} Hm. </think>\n```json\n{real}")] == ["c"]
