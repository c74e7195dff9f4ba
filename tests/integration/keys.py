"""A bank in which every text of a key says whose it is, so that it is known again wherever it turns up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from html import unescape
from typing import Any

from interviewer.models import Bilingual, Question
from interviewer.questions.bank import Bank, load_bank

_SENTENCE = re.compile(r"(?=[。；！？]|[.;!?](?:\s|$))|$")
_MARK = re.compile(r"zkey-([a-z0-9-]+)-zkey")


def marked_bank(*given: Any, **named: Any) -> Bank:
    """What `load_bank` reads, each sentence of each key with the mark of its question."""
    bank = load_bank(*given, **named)
    return replace(bank, questions=tuple(_marked(question) for question in bank.questions))


def keys_in(texts: Iterable[str]) -> set[str]:
    """The ids of the questions of whose key something stands in the texts."""
    return {id for text in texts for id in _MARK.findall(unescape(text))}


def _marked(question: Question) -> Question:
    def mark(value: Any) -> Any:
        if isinstance(value, Bilingual):
            return Bilingual(*(_SENTENCE.sub(f" zkey-{question.id}-zkey", text) for text in (value.zh, value.en)))
        if isinstance(value, tuple):
            return tuple(mark(each) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: mark(getattr(value, field.name)) for field in fields(value)})
        return value

    kept = ("reference", "points", "hints", "givens")
    return replace(question, **{name: mark(getattr(question, name)) for name in kept})
