"""What of a model's words goes into a draft: plain, short, in the language that it should be in, and no order to anybody. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from interviewer.drafting.document import Span
from interviewer.drafting.draft import DraftText, Line, Origin
from interviewer.grading.leaks import find_outward_fault
from interviewer.grading.llm.briefing import neutralize
from interviewer.grading.manipulation import find_manipulation
from interviewer.grading.wording import tidy
from interviewer.models import LANGS, Lang
from interviewer.text.normalize import normalize
from interviewer.text.words import count_han, count_words, measure_length

LONGEST = 120.0
"""Of one text, in units of `measure_length`: two long sentences."""
_BARE_WORDS = 4
"""So many Latin words without any Chinese may be terms, which are the same in both languages."""
_MOST_HAN = 0.1
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_ID = 40

BOTH: Mapping[str, Any] = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
"""The schema of a text in both languages."""


def read_words(value: object, lang: Lang, *, longest: float = LONGEST) -> str:
    """A text of the model's in one line, "" if it may not be taken."""
    if not isinstance(value, str):
        return ""
    text = tidy(value)
    if not any(map(str.isalnum, text)) or measure_length(text) > longest or not _is_in(text, lang):
        return ""
    return "" if find_outward_fault(text) or find_manipulation(normalize(text)) else text


def read_both(value: object, origin: Origin = Origin.ADDED, spans: Sequence[Span] = (), *, longest: float = LONGEST) -> DraftText | None:
    """A text in both languages, None unless both may be taken."""
    words = {lang: read_words(value.get(lang), lang, longest=longest) for lang in LANGS} if isinstance(value, Mapping) else {}
    if not words or not all(words.values()):
        return None
    return DraftText(**{lang: (Line(text, origin, tuple(spans)),) for lang, text in words.items()})


def read_list(value: object, most: int) -> tuple[DraftText, ...]:
    """The texts of a list that may be taken, each once, at most so many."""
    found = [text for item in items_of(value) if (text := read_both(item))]
    return tuple(dict.fromkeys(found))[:most]


def items_of(value: object) -> list[Any]:
    """The items of a list, of anything else none."""
    return value if isinstance(value, list) else []


def read_name(value: object, taken: Collection[str], *, otherwise: str) -> str:
    """An id as question files have it, made of what the model called a thing; another than those that are taken."""
    words = _WORD.findall(value.casefold()) if isinstance(value, str) else []
    name = "-".join(words)[:_LONGEST_ID].strip("-") or otherwise
    return next(each for number in range(1, len(taken) + 2) if (each := name if number == 1 else f"{name}-{number}") not in taken)


def numbered(texts: Iterable[str]) -> str:
    """Texts for a prompt, each under its number, with nothing in them that could pass for the prompt's own marks."""
    return "\n".join(f"[{number}] {neutralize(text)}" for number, text in enumerate(texts, start=1))


def _is_in(text: str, lang: Lang) -> bool:
    han, words = count_han(text), count_words(text)
    return han <= _MOST_HAN * (han + words) if lang == "en" else bool(han) or words <= _BARE_WORDS
