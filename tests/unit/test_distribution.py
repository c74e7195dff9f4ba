"""The name `interviewer` belongs to another program on the package index: no hint of ours may install that one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from interviewer import paths
from interviewer.paths import how_to_install

ROOT = Path(__file__).resolve().parents[2]
STRANGER = re.compile(
    r"""(?:pip3?|pipx|uv|uvx|poetry|pdm|conda|make)\s+(?:\w+\s+)*?(?:install|add|run|tool)?[^\n`]*?["' ]interviewer(?:\[|==|>=|["'`]|\s*$)"""
)
EXTRA_BY_NAME = re.compile(r"(?<![\w./-])interviewer\[[a-z]")
"""`interviewer[postgres]` in whatever sentence; Python indexes nothing of that name."""
WRITTEN = sorted(
    path
    for pattern in (
        "*.md",
        "*.toml",
        "Makefile",
        ".ci/*",
        "docs/*",
        "knowledge/*.md",
        "prompts/*.md",
        "interviewer/**/*",
        "benchmarks/**/*.py",
    )
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix in {".md", ".toml", ".py", ".html", ".sh", ".service", ".conf", ""}
)


@pytest.mark.parametrize(
    "hint",
    [
        'pip install "interviewer[postgres]"',
        "pip install interviewer",
        "install interviewer[postgres]",
        "uv pip install 'interviewer'",
        "pipx install interviewer",
    ],
)
def test_a_hint_at_the_stranger_is_found(hint: str) -> None:
    assert is_strange(hint)


@pytest.mark.parametrize(
    "hint", ['.venv/bin/pip install -e ".[postgres]"', "interviewer serve", 'pip install "bilingual_mock_interviewer-0.1.0.whl[eval]"']
)
def test_a_hint_at_ours_is_let_by(hint: str) -> None:
    assert not is_strange(hint)


def test_nothing_that_is_written_here_installs_the_stranger() -> None:
    found = [f"{path.relative_to(ROOT)}: {line}" for path in WRITTEN for line in path.read_text("utf-8").splitlines() if is_strange(line)]
    assert found == []


def is_strange(line: str) -> bool:
    """Whether whoever follows this line would get the package index's `interviewer`."""
    return bool(EXTRA_BY_NAME.search(line) or (("install" in line or "uvx" in line) and STRANGER.search(line) and "uninstall" not in line))


def test_the_distribution_has_a_name_of_its_own_and_the_command_keeps_its() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["name"], list(project["scripts"])) == ("bilingual-mock-interviewer", ["interviewer"])


@pytest.mark.parametrize("extra", ["postgres", "eval"])
def test_the_hint_fits_the_installation(extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert f'-e ".[{extra}]"' in how_to_install(extra)
    (tmp_path / "_bundled").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    assert f".whl[{extra}]" in how_to_install(extra)
