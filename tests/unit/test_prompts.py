"""Prompt files: front matter, placeholders, and values that are never rendered again."""

from __future__ import annotations

import pytest

from interviewer.errors import PromptError
from interviewer.grading.llm.prompts import parse_prompt

GOOD = """---
name: greet
version: 2
purpose: to greet
placeholders:
  static: [who]
  dynamic: [answer]
---
<!-- static -->
Hello $who, this costs $$5 and {"score": 1} stays.
<!-- dynamic -->
They said: $answer
"""


def test_a_prompt_file_is_read_with_its_id_and_both_parts() -> None:
    prompt = parse_prompt(GOOD, source="greet-v2.md")

    assert prompt.id == "greet-v2"
    assert prompt.render_static({"who": "Ada"}) == 'Hello Ada, this costs $5 and {"score": 1} stays.'
    assert prompt.render_dynamic({"answer": "hi"}) == "They said: hi"


def test_a_substituted_value_is_never_rendered_again() -> None:
    prompt = parse_prompt(GOOD, source="greet-v2.md")

    assert prompt.render_dynamic({"answer": "$who ${answer} $$ {who} %s"}) == "They said: $who ${answer} $$ {who} %s"


@pytest.mark.parametrize("values", [{}, {"who": "Ada", "extra": "x"}, {"answer": "x"}])
def test_a_missing_or_unknown_value_is_an_error(values: dict[str, str]) -> None:
    prompt = parse_prompt(GOOD, source="greet-v2.md")

    with pytest.raises(PromptError):
        prompt.render_static(values)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("---\nname", "name", "no front matter"),
        ("version: 2", "version: 0", "version"),
        ("purpose: to greet", "purpose: to greet\nauthor: me", "author"),
        ("name: greet", "name: [", "no YAML"),
        ("<!-- dynamic -->", "", "parts are missing"),
        ("static: [who]", "static: []", "who not declared"),
        ("static: [who]", "static: [who, when]", "when declared but not used"),
        ("$$5", "$5", "lone \\$"),
    ],
)
def test_a_broken_prompt_file_is_refused_with_what_is_wrong(old: str, new: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        parse_prompt(GOOD.replace(old, new, 1), source="greet-v2.md")


def test_windows_line_ends_are_read() -> None:
    assert parse_prompt(GOOD.replace("\n", "\r\n"), source="greet-v2.md").static.startswith("Hello")
