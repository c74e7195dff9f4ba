"""What the vector index holds of a question: pieces of its reference, its points and its misconceptions, in both languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.models import LANGS, Lang, Passage, Question
from interviewer.text.segment import NARROW_ENDS, WIDE_ENDS
from interviewer.text.words import HAN_BLOCK

LONGEST = 250
"""The length in characters that a piece of a reference keeps to, a single longer sentence apart."""

_SENTENCE_END = re.compile(rf"(?<=[{WIDE_ENDS}])|(?<=[{NARROW_ENDS}])\s+(?=\S)")
_HAN = re.compile(f"[{HAN_BLOCK}]")


def passages_of(question: Question) -> tuple[Passage, ...]:
    """All passages of a question. Ids are stable, e.g. `data-pipeline@1/point/collection/zh`; a text that both
    languages share stands once."""
    found: list[Passage] = []
    seen: set[tuple[str, str]] = set()
    for passage in _all(question):
        if (passage.kind, passage.text) not in seen:
            seen.add((passage.kind, passage.text))
            found.append(passage)
    return tuple(found)


def pieces_of(text: str) -> list[str]:
    """A text in pieces of about `LONGEST` characters at most: paragraphs, or groups of their sentences."""
    pieces: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        group = ""
        for sentence in _SENTENCE_END.split(re.sub(r"\s*\n\s*", "\n", paragraph).strip()):
            if group and len(group) + len(sentence) > LONGEST:
                pieces.append(group.strip())
                group = ""
            group += sentence if not group or _HAN.search(sentence[:1]) or group[-1] in WIDE_ENDS else f" {sentence}"
        if group.strip():
            pieces.append(group.strip())
    return pieces


def _all(question: Question) -> Iterator[Passage]:
    root = f"{question.id}@{question.version}"
    for lang in LANGS:
        same = question.reference.zh == question.reference.en
        for number, piece in enumerate(pieces_of(question.reference[lang]), start=1):
            spoken = _spoken(lang, same=same, text=piece)
            yield Passage(f"{root}/reference/{number}/{spoken}", question.id, "reference", spoken, piece)
        for point in question.points:
            routes = [route[lang] for route in point.accepts]
            text = "\n".join([point.intent[lang], *routes])
            spoken = _spoken(lang, same=point.intent.zh == point.intent.en, text=text)
            yield Passage(f"{root}/point/{point.id}/{spoken}", question.id, "point", spoken, text)
            for belief in point.misconceptions:
                words = f"{belief.statement[lang]}\n{belief.correction[lang]}"
                yield Passage(f"{root}/misconception/{belief.id}/{lang}", question.id, "misconception", lang, words)


def _spoken(lang: Lang, *, same: bool, text: str) -> Lang:
    """The language to file a text under: what it is written in, when both languages hold the same."""
    if not same:
        return lang
    return "zh" if _HAN.search(text) else "en"
