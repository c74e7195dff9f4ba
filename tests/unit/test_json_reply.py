"""Which object of a model's reply counts: past thinking, drafts, wrappers and prose, and when nobody can tell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interviewer.endpoint.json_reply import find_object, hide_marks, is_unfinished, strip_thinking

DRAFT, REAL = '{"points": {"a": "draft"}}', '{"points": {"a": "real"}}'


def found(text: str) -> Any:
    chosen = find_object(text, required=("points",))
    return chosen and chosen["points"]["a"]


TAGS = [
    ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>"), ("<Thought>", "</Thought>"),
    ("<reflection>", "</reflection>"), ('<thinking budget="9">', "</thinking>"), ("<inner_monologue>", "</inner_monologue>"), ("<draft>", "</draft>"),
    ("<思考>", "</思考>"), ("<chain_of_thought>", "</chain_of_thought>"), ("<analysis>", "</analysis>"), ("<seed:think>", "</seed:think>"), ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final <|constrain|>json<|message|>"),
]  # fmt: skip


@pytest.mark.parametrize(("opening", "closing"), TAGS)
@pytest.mark.parametrize(
    "form",
    [
        "{opening}Let me see. {draft}{closing}\n{real}",
        "Let me see. {draft} Hm.\n{closing}\n\n{real}",  # the chat template has put the opening into the prompt
        "{draft}{closing}{real}",
        "Sure.\n{opening}{draft}{closing}\n```json\n{real}\n```\nDone.",
        "{opening}one {draft}{closing}{opening}two {{x}} {draft}{closing}Here it is: {real}",
        "{opening}{real}{closing}{real}",
    ],
)  # fmt: skip
def test_only_what_stands_after_the_last_closing_mark_counts(form: str, opening: str, closing: str) -> None:
    text = form.format(opening=opening, closing=closing, draft=DRAFT, real=REAL)

    assert found(text) == "real"
    assert DRAFT not in strip_thinking(text)
    assert REAL in strip_thinking(text)


@pytest.mark.parametrize(("opening", "closing"), TAGS)
@pytest.mark.parametrize(
    "form",
    [
        "{opening}{draft}", "{draft}{closing}", "{opening}{draft}{closing}", "{draft}{closing}I am done.", "{real}{opening}but perhaps {draft}",
        "Prose first. {opening}{draft}", "{opening}{draft}{closing}{cut}",
    ],
)  # fmt: skip
def test_a_draft_never_counts(form: str, opening: str, closing: str) -> None:
    assert found(form.format(opening=opening, closing=closing, draft=DRAFT, real=REAL, cut=REAL[:-1])) is None


@pytest.mark.parametrize(("opening", "closing"), TAGS)
def test_marks_that_the_candidate_wrote_are_words_of_the_candidate(opening: str, closing: str) -> None:
    quoting = json.dumps({"points": {"a": "real"}, "quote": f"I tag it {opening} and {closing}"}, ensure_ascii=False)

    assert found(quoting) == "real"
    assert found(f"{opening}{DRAFT}{closing}{quoting}") == "real"
    assert strip_thinking(hide_marks(f"a {opening} b {closing} c")).startswith("a ")


@pytest.mark.parametrize(
    "between",
    [
        "\nWait, the second point is missing.\n", "\n```\nFinal answer:\n```json\n", "Corrected:", "Actually no.", "Let me reconsider.",
        "On second thought:", "Revised version", "I made a mistake:", "Version 2:", "等等，第二点没有讲到。", "最终结果：", "修正后：", "更正如下", "重新检查后，改为：",
        "\n\n最后输出：\n",
    ],
)  # fmt: skip
def test_of_two_objects_the_later_counts_where_words_tell_that_it_replaces_the_earlier(between: str) -> None:
    assert found(DRAFT + between + REAL) == "real"


@pytest.mark.parametrize(
    "before",
    [
        "Draft:",
        "My first attempt is ",
        "Tentatively: ",
        "草稿：",
        "初步判断：",
        "思考：",
        "【分析】",
        "**Thinking:**\n",
        "Reasoning:\n```json\n",
        "### Draft\n```json\n",
    ],
)
def test_what_is_told_as_a_draft_gives_way_to_what_follows(before: str) -> None:
    assert found(f"{before}{DRAFT}\n```\n{REAL}") == "real"
    assert found(f"{before}{REAL}") == "real"


@pytest.mark.parametrize(
    "between",
    [
        "",
        "\n",
        " and ",
        "\n```\n```json\n",
        ", ",
        "\nor\n",
        "Alternatively:",
        "Another option is:",
        "或者：",
        "还有：",
        "Here it is again:",
    ],
)
def test_two_that_differ_without_an_order_are_none(between: str) -> None:
    assert found(DRAFT + between + REAL) is None
    assert found(f"[{DRAFT}{between or ','}{REAL}]") is None


@pytest.mark.parametrize("between", ["or", "Alternatively:", "或者："])
def test_drafts_to_choose_from_are_in_no_order(between: str) -> None:
    assert found(f"Drafts: {DRAFT} {between} {REAL}") is None


def test_an_order_is_needed_from_each_to_the_next() -> None:
    assert found(f"Draft: {DRAFT} Final: {REAL} {REAL}") == "real"
    assert found(f"Draft: {DRAFT} Final: {DRAFT.replace('draft', 'other')} {REAL}") is None


def test_the_same_twice_is_one() -> None:
    assert found(f"{REAL}\n{json.dumps(json.loads(REAL), indent=2)}") == "real"


@pytest.mark.parametrize("template", ['{"points": {"<id>": {"verdict": "…"}}}', '{"points": {}}', '{"points": {"a": "..."}}'])
def test_the_form_that_was_asked_for_is_no_rival(template: str) -> None:
    assert found(f"As asked: {template}\n{REAL}") == "real"


def test_what_does_not_fit_is_passed_over() -> None:
    text = f"{DRAFT}\n{REAL}\n" + '{"points": "none"}'

    assert find_object(text, required=("points",), fits=lambda each: "real" in str(each)) == json.loads(REAL)


@pytest.mark.parametrize(
    "wrapped",
    [
        '{{"result": {}}}', '{{"data": {}}}', '{{"status": "ok", "response": {{"output": {}}}}}', "[{}]", '{{"result": [{}]}}',
        '<tool_call>{{"name": "submit_findings", "arguments": {}}}</tool_call>', "{{curly}} {}", "Result: {}", '"points" are {}',
    ],
)  # fmt: skip
def test_an_object_is_found_within_its_wrapper(wrapped: str) -> None:
    assert found(wrapped.format(REAL)) == "real"


def test_an_object_is_found_within_a_string_and_with_keys_of_another_case() -> None:
    assert found(json.dumps({"name": "submit", "arguments": REAL})) == "real"
    assert found(json.dumps(REAL)) == "real"
    assert found(json.dumps(REAL)[:-2]) is None
    assert found(REAL.replace("points", "Points ")) == "real"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"draft": {DRAFT}, "final": {REAL}}}', f'{{"draft": {DRAFT}, "final": {REAL[:-5]}', f'{{"result": {REAL}, "note": "never clo',
        '{"result": 1}', '[["points"]]', '{"a": {"b": {"c": {"d": {"points": 1}}}}}',
    ],
)  # fmt: skip
def test_a_wrapper_that_leaves_a_doubt_or_is_not_closed_is_none(text: str) -> None:
    assert found(text) is None


def test_a_key_that_stands_twice_holds_both_values() -> None:
    text = '{"points": {"a": {"v": 1}, "a": {"v": 2}, "b": 3, "b": 3}}'

    assert find_object(text, required=("points",)) == {"points": {"a": [{"v": 1}, {"v": 2}], "b": 3}}


@pytest.mark.parametrize("text", ["{" * 100_000, '{"points": ' * 300, "{x} " * 1_000 + REAL, "[/THINK]" * 20_000, "<" * 200_000])
def test_a_senseless_reply_is_none(text: str) -> None:
    assert found(text) is None


def test_braces_in_the_thinking_do_not_hide_the_object() -> None:
    assert found("{x} " * 5_000 + f"</think>{REAL}") == "real"


def test_an_object_that_is_never_closed_is_recognised_after_thinking_too() -> None:
    assert is_unfinished('Hm. {"a": 1} </think> {"a": "b')
    assert not is_unfinished('{"a": "b </think> {"a": "b"}')


@pytest.mark.parametrize(
    "said", ["<analysis of the answer>", "[Analysis]", "a < thinking > b", "[reason 1]", "I think: ", "<plan>", "【思考】"]
)
def test_what_only_looks_like_a_mark_is_none(said: str) -> None:
    assert found(f"{said} {REAL}") == "real"
