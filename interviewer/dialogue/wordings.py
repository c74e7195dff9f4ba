"""The interviewer's sentences, as they stand in knowledge/wordings.toml: per situation and language many wordings of the same thing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from interviewer.models import Bilingual, Lang
from interviewer.paths import knowledge_folder

BUTTONS = {
    "hint_button": Bilingual("提示", "Hint"),
    "unknown_button": Bilingual("这题不会", "I don't know"),
    "skip_button": Bilingual("跳过", "Skip"),
    "end_button": Bilingual("提前结束", "Finish early"),
}
"""The names of the buttons that replies point at, as the page shows them."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The same thing in many words. Places in braces are filled by whoever says it."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def __getitem__(self, lang: Lang) -> tuple[str, ...]:
        return self.zh if lang == "zh" else self.en


@cache
def load_wordings() -> Mapping[str, Wordings]:
    """All of them by situation; read once."""
    told = tomllib.loads((knowledge_folder() / "wordings.toml").read_text(encoding="utf-8"))
    return {name: Wordings(*(tuple(lines[lang].splitlines()) for lang in ("zh", "en"))) for name, lines in told.items()}
