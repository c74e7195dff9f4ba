"""Where the files that travel with the code are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def knowledge_folder() -> Path:
    """The folder of the question bank and of what is learned from and said: `questions/*.yaml`, `answers/`, `wordings.toml` …."""
    return _find("knowledge")


def prompts_folder() -> Path:
    """The folder of the prompt files, `<name>-v<N>.md`."""
    return _find("prompts")


def _find(name: str) -> Path:
    """A wheel's copy first, so that a stray folder of the same name in site-packages is never taken for ours."""
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name
