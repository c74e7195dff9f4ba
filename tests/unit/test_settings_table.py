"""The written settings are what the code has: made by `python -m interviewer.settings_table`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.config import Settings, setting_names
from interviewer.settings_table import EXAMPLE, TABLE, render_example, render_table

ROOT = Path(__file__).resolve().parents[2]
MAKE = "run: python -m interviewer.settings_table"


@pytest.mark.parametrize(("file", "made"), [(TABLE, render_table()), (EXAMPLE, render_example())])
def test_the_file_is_what_the_command_makes(file: Path, made: str) -> None:
    assert (ROOT / file).read_text("utf-8") == made, MAKE


def test_every_setting_is_told_in_chinese_and_in_english() -> None:
    untold = [field.validation_alias for field in Settings.model_fields.values() if len((field.description or "").split(" · ")) != 2]
    assert untold == [], 'write description="中文 · English"'


def test_every_setting_has_one_row_and_one_line() -> None:
    for name in setting_names():
        assert (render_table().count(f"| `{name}` |"), render_example().count(f"\n# {name}=")) == (1, 1)


def test_what_is_named_anywhere_is_a_setting() -> None:
    """In what people read and in what the program says; names that only tests and benchmarks use do not stand there."""
    texts = [ROOT / "README.md", ROOT / "Makefile", ROOT / EXAMPLE, *(path for path in (ROOT / "docs").iterdir() if path.suffix != ".png")]
    texts += [path for path in (ROOT / "interviewer").rglob("*") if path.suffix in {".py", ".html", ".md", ".js"}]
    named = {(name, path.name) for path in texts for name in re.findall(r"\bINTERVIEWER_[A-Z0-9_]*[A-Z0-9]", path.read_text("utf-8"))}

    assert {(name, where) for name, where in named if name not in setting_names()} == set()


def test_the_table_has_the_settings_and_nothing_else() -> None:
    assert re.findall(r"^\| `(\w+)`", (ROOT / TABLE).read_text("utf-8"), re.MULTILINE) == list(setting_names())


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("PORT", "| `7860` | ≥ 0 ≤ 65535 |"),
        ("INTERVIEWER_EXAMINER", "| `auto` | `auto` `rubric` `llm` |"),
        ("INTERVIEWER_STREAM", "| `true` | `true` `false` |"),
        ("OPENAI_API_KEY", "| — | 秘密 secret |"),
        ("INTERVIEWER_TEMPERATURE", "| — | 数 number |"),
        ("INTERVIEWER_DATA", "| `data` | — |"),
        ("INTERVIEWER_SESSION_DAYS", "| `7` | > 0 |"),
    ],
)
def test_a_row_says_default_and_values(name: str, row: str) -> None:
    assert f"| `{name}` {row}" in render_table()


def test_the_example_is_all_comments() -> None:
    assert [line for line in render_example().splitlines() if line and not line.startswith("#")] == []
