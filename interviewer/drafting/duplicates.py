"""Which questions may be the same one asked twice, in either language. They are proposed with a likeness, never merged: a person decides.

What is compared is what a question is about: words of the glossary (knowledge/glossary.yaml), by which both languages meet, and the words
left beside them. Vectors of whole sentences do not tell 缓存穿透 from 缓存雪崩; two words that differ do. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from interviewer.drafting.draft import QuestionDraft
from interviewer.models import LANGS, Question
from interviewer.questions.embeddings import Concepts
from interviewer.questions.terms import compile_word
from interviewer.text.chinese import simplify
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens, count_han, is_han

LIMIT = 0.6
"""From this likeness on two questions are proposed. Chosen on the pairs of benchmarks/data/duplicates.jsonl that are marked `choose`."""
_WEIGHTS = {"ask_meaning": 0.1, "ask_": 0.35, "any_": 0.5, "": 1.0}
"""Of a word of the glossary, by how its name begins: a mere "what is", what else is asked of the subject, words of any question, subjects."""
_LATIN, _HAN = 1.0, 0.25
"""Of a word outside of it, of a pair of Chinese characters."""
_FOREIGN = 0.5
"""Words outside of the glossary weigh so much of that between languages, where they have no counterpart."""
_OTHER_ASPECT = 0.8
"""Of the likeness is left where both ask something of the subject and not the same thing."""
_ASK = "ask_"
"""How the names of the glossary begin that say what is asked of a subject."""
_MEANING = "ask_meaning"
_FILLERS = re.compile(
    "请|描述|一下|你们|你|会|有?哪些|常见的|怎么?样|如何|怎么|各有|什么|分别|作用|主要|用来|有什么用|[吗呢的了和与及在中里]"
)
_PLAIN = frozenset(
    ["tell", "know", "give", "pleas", "your", "do", "work", "differ", "would", "happen", "kind", "look", "go", "explain", "descri"]
)
"""Stems of words with which anything is asked."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two questions that may be one: `first` of the draft, `second` of the draft or, if `in_bank`, of the bank; ids. `similarity`: 0–1."""

    first: str
    second: str
    similarity: float
    in_bank: bool


class Glossary:
    """Takes texts apart into what they are about. `concepts`: names with their words, see `load_glossary`."""

    def __init__(self, concepts: Concepts) -> None:
        self._words: dict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
        for name, words in concepts:
            for word in sorted(words, key=len, reverse=True):
                head, pattern = compile_word(word)
                self._words[head[:1]].append((pattern, name))

    def read(self, text: str) -> Subject:
        """What a text is about."""
        folded = simplify(normalize(text).text)
        named, rest, start, at = set[str](), list[str](), 0, 0
        while at < len(folded):
            name, end = self._longest(folded, at)
            if name:
                named.add(name)
                rest.append(folded[start:at])
                start = end
            at = max(end, at + 1)
        rest.append(folded[start:])
        pieces = (piece for part in rest for piece in _FILLERS.split(part))
        left = {token for piece in pieces for token in content_tokens(normalize(piece).text)} - _PLAIN
        return Subject(frozenset(named), frozenset(left), bool(count_han(text)))

    def _longest(self, text: str, at: int) -> tuple[str, int]:
        """The longest word of the glossary that begins there, and its end; "" if none does."""
        found = ((match.end(), name) for pattern, name in self._words.get(text[at], ()) if (match := pattern.match(text, at)))
        end, name = max(found, default=(at, ""))
        return name, end


@dataclass(frozen=True)
class Subject:
    """What a text is about. `named`: by the glossary; `left`: other words; `han`: whether it is Chinese."""

    named: frozenset[str]
    left: frozenset[str]
    han: bool

    @cached_property
    def asked(self) -> frozenset[str]:
        """What is asked of the subject, a mere "what is" apart."""
        return frozenset(name for name in self.named if name.startswith(_ASK) and name != _MEANING)

    @cached_property
    def weights(self) -> tuple[float, float]:
        """Of what the glossary names, and of the other words."""
        return _sum(self.named), _sum_left(self.left)

    def likeness(self, other: Subject) -> float:
        """0–1: what both are about, as a share of what either is about."""
        mine, theirs = self.weights, other.weights
        common, words = _sum(self.named & other.named), _sum_left(self.left & other.left)
        beside = (mine[1] + theirs[1] - 2 * words) * (1.0 if self.han == other.han else _FOREIGN)
        whole = mine[0] + theirs[0] + beside + 2 * words
        alike = 2 * (common + words) / whole if whole else 0.0
        return alike * _OTHER_ASPECT if self.asked and other.asked and not self.asked & other.asked else alike


def find_duplicates(
    draft: Sequence[QuestionDraft], bank: Sequence[Question], concepts: Concepts, *, limit: float = LIMIT
) -> tuple[Likeness, ...]:
    """Pairs within the draft, and of the draft with the bank, from this likeness on, the likest first."""
    glossary = Glossary(concepts)
    drafted = [_Asked(each.id, *_subjects(each, glossary)) for each in draft]
    known = [_Asked(each.id, tuple(map(glossary.read, dict.fromkeys(each.prompt[lang] for lang in LANGS)))) for each in bank]
    pairs = [
        Likeness(one.id, other.id, similarity, in_bank)
        for at, one in enumerate(drafted)
        for others, in_bank in ((drafted[at + 1 :], False), (known, True))
        for other in others
        if (similarity := one.likeness(other)) >= limit
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.similarity))


@dataclass(frozen=True)
class _Asked:
    """A question by what its texts are about. `alone`: the same without the context that it stands under, empty of the bank's questions."""

    id: str
    whole: tuple[Subject, ...]
    alone: tuple[Subject, ...] = ()

    def likeness(self, other: _Asked) -> float:
        """Of two of a draft the lower of both ways to read them: two questions under one context have much in common, and are two."""
        whole = _likest(self.whole, other.whole)
        return min(whole, _likest(self.alone, other.alone)) if self.alone and other.alone and whole else whole


def _subjects(draft: QuestionDraft, glossary: Glossary) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    langs = draft.prompt.written()
    return tuple(glossary.read(draft.prompt.words(lang)) for lang in langs), tuple(glossary.read(draft.asked(lang)) for lang in langs)


def _likest(some: Sequence[Subject], others: Sequence[Subject]) -> float:
    return max((one.likeness(other) for one in some for other in others), default=0.0)


def _sum(names: Iterable[str]) -> float:
    return sum(next(weight for head, weight in _WEIGHTS.items() if name.startswith(head)) for name in names)


def _sum_left(words: Iterable[str]) -> float:
    return sum(_HAN if is_han(word[0]) else _LATIN for word in words)
