"""Which of many wordings is said: never a sentence that was said before in the interview, and always the same one for the same records. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from interviewer.dialogue.wordings import BUTTONS, load_wordings
from interviewer.grading.scoring import HINT_COST
from interviewer.models import Lang
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences

_QUOTED = re.compile('"[^"]*"')


@dataclass(frozen=True)
class Voice:
    """Says things in one language. `said`: all that was said so far; `turn`: whatever tells this moment from others."""

    lang: Lang
    said: tuple[str, ...]
    turn: str

    def say(self, what: str, *, again: bool = False, **filled: str) -> str:
        """One of the wordings of that name with its places filled; empty once all were said, or, if `again`, one of them once more."""
        fresh = ""
        wanted = [wording.format(**self._buttons, **filled) for wording in self._in_turn(load_wordings()[what][self.lang])]
        for wording in wanted:
            sentences = sentences_of(wording)
            if not sentences & self._sentences:
                if not _frames(sentences) & self._frames:
                    return wording
                fresh = fresh or wording
        return fresh or (wanted[0] if again and wanted else "")

    def has_said(self, words: str) -> bool:
        """Whether these words were said before."""
        return any(words in text for text in self.said)

    def _in_turn(self, wordings: tuple[str, ...]) -> tuple[str, ...]:
        start = crc32(f"{len(self.said)} {self.turn}".encode(errors="replace")) % len(wordings)
        return (*wordings[start:], *wordings[:start])

    @cached_property
    def _buttons(self) -> dict[str, str]:
        return {name.removesuffix("_button"): label[self.lang] for name, label in BUTTONS.items()} | {"cost": f"{HINT_COST:g}"}

    @cached_property
    def _sentences(self) -> frozenset[str]:
        return frozenset().union(*map(sentences_of, self.said))

    @cached_property
    def _frames(self) -> frozenset[str]:
        return frozenset().union(*map(frames_of, self.said))


def sentences_of(text: str) -> frozenset[str]:
    """The sentences of a text as they are compared."""
    words = normalize(text).text
    return frozenset(words[span.start : span.end] for span in split_sentences(words))


def frames_of(text: str) -> frozenset[str]:
    """The sentences of a text without what is quoted in them: what makes two of them sound alike."""
    return _frames(sentences_of(text))


def _frames(sentences: Iterable[str]) -> frozenset[str]:
    return frozenset(_QUOTED.sub('""', sentence) for sentence in sentences)


def join(lang: Lang, parts: Iterable[str]) -> str:
    """Sentences one after the other."""
    return ("" if lang == "zh" else " ").join(part for part in parts if part)
