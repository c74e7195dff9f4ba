"""Where the files that travel with the code are: beside the package in a checkout, inside it in an installed wheel.

And how more is installed into either: never by the name `interviewer` alone, which is another program on the package index.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def knowledge_folder() -> Path:
    """The folder of the question bank and of what is learned from and said: `questions/*.yaml`, `answers/`, `wordings.toml` …."""
    return _find("knowledge")


def prompts_folder() -> Path:
    """The folder of the prompt files, `<name>-v<N>.md`."""
    return _find("prompts")


def how_to_install(extra: str) -> str:
    """The command that adds an optional extra of pyproject.toml to the installation that is running."""
    if (_PACKAGE / "_bundled").is_dir():
        return f'pip install "bilingual_mock_interviewer-….whl[{extra}]", the wheel that this program came in'
    return f'in the checkout: .venv/bin/pip install -e ".[{extra}]"'


def _find(name: str) -> Path:
    """A wheel's copy first, so that a stray folder of the same name in site-packages is never taken for ours."""
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name
