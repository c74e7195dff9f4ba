"""One check for a model's own words before a candidate reads them: nothing of the key, no marks, no links, one language, short.

Reason, beyond, explanation, feedback, follow-up and reply all pass it, each within its row of `LIMITS`. What stands in for words
that are turned down is in `wording`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from interviewer.models import LANGS, GradingTask, Lang, Question
from interviewer.text.language import detect_language
from interviewer.text.normalize import normalize
from interviewer.text.words import STOPS, measure_length, tokenize


class Kind(StrEnum):
    """What a text is meant for."""

    REASON = "reason"
    BEYOND = "beyond"
    EXPLANATION = "explanation"
    FEEDBACK = "feedback"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"


class Fault(StrEnum):
    """Why a text may not be shown."""

    EMPTY = "empty"
    LANGUAGE = "language"
    LENGTH = "length"
    LINK = "link"
    MARKS = "marks"
    RULES = "rules"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a kind of text may hold.

    `longest`: in units of `words.measure_length`. `run`: so many tokens of meaning in a row of the key, half of them not said by the candidate,
    give it away. `told`: tokens at most that stand in shorter runs of the key. `names`: names of the key at most that nobody named.
    """

    longest: float
    run: int
    told: int
    names: int


LIMITS: Mapping[Kind, Limits] = {
    Kind.REASON: Limits(longest=80, run=5, told=8, names=1),
    Kind.BEYOND: Limits(longest=40, run=5, told=6, names=1),
    Kind.EXPLANATION: Limits(longest=80, run=6, told=10, names=2),
    Kind.FEEDBACK: Limits(longest=300, run=5, told=12, names=2),
    Kind.FOLLOW_UP: Limits(longest=90, run=5, told=6, names=0),
    Kind.REPLY: Limits(longest=120, run=5, told=6, names=1),
}
_SHORT_RUN = 3
_ECHO_RUN = 10
_LINK = re.compile(r"https?:|\bwww\.|\]\(|\b[\w-]+\.(?:com|org|net|cn)\b|\S@\S+\.\w", re.IGNORECASE)
_MARKS = re.compile(
    r"\d\s*/\s*(?:10|100)(?=\s*(?:分|points?|marks?|[.。,，;；!！)）]|$))|\d\s*分(?=[。,，;；!！)）\s]|$)|满分|得分|扣分|加分|"
    r"\b\d+(?:\.\d+)?\s*(?:points?|marks?)\b|\bout of (?:5|10|100)\b|\b(?:full|no|half|bonus) marks\b|\bscored?\s*(?:of|:|=)?\s*\d",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+#.]*[A-Za-z0-9+#]")
_PROPER = re.compile(r"(?<=[\w,;:] )[A-Z][A-Za-z0-9+#.]*[A-Za-z0-9+#]|[A-Za-z][a-z]*[A-Z0-9][A-Za-z0-9+#]*")
"""In English a name is told from a word by a capital within the sentence, or a capital or a figure within the word."""


class Guard:
    """What must not be told to the candidate of one answer. Built once an answer; checks any number of texts.

    `lang`: the language that they are written to in; `rules`: the prompt, which is never recited.
    """

    def __init__(self, task: GradingTask, lang: Lang, *, rules: str = "") -> None:
        self._question, self._lang, self._rules = task.question, lang, rules
        spoken = (task.answer, *(each.answer for each in task.dialogue), *(aside.text for aside in task.asides))
        put = (task.prompt, *task.asked, *(each.prompt for each in task.dialogue))
        own = (frozenset(tokens_of(text)) for text in spoken)
        self.known: frozenset[str] = frozenset().union(_open_tokens(task.question), *own, *map(put_tokens, put))
        self._found: dict[tuple[str, Kind, tuple[str, ...]], Fault | None] = {}

    def passes(self, text: str, kind: Kind, *, told: Iterable[str] = ()) -> bool:
        """Whether a text of this kind may be shown; `told`: what the page shows anyway, such as the correction of an error."""
        return self.find_fault(text, kind, told=told) is None

    def find_fault(self, text: str, kind: Kind, *, told: Iterable[str] = ()) -> Fault | None:
        """The first thing that is wrong with it, None if nothing is."""
        # A reason is checked as it streams in, and again with the whole reply.
        asked = (text, kind, tuple(told))
        if asked not in self._found:
            self._found[asked] = self._find_fault(*asked)
        return self._found[asked]

    def _find_fault(self, text: str, kind: Kind, told: tuple[str, ...]) -> Fault | None:
        if not any(char.isalnum() for char in text):
            return Fault.EMPTY
        if detect_language(text, self._lang) != self._lang:
            return Fault.LANGUAGE
        if measure_length(text) > LIMITS[kind].longest:
            return Fault.LENGTH
        return self._find_telling(text, LIMITS[kind], self.known.union(*map(tokens_of, told)))

    def _find_telling(self, text: str, limits: Limits, known: frozenset[str]) -> Fault | None:
        if fault := find_outward_fault(text):
            return fault
        tokens = _meaning_of(text)
        if _find_runs(tokens, _runs_of(self._rules, _ECHO_RUN), _ECHO_RUN) or _names_an_id(text, self._question):
            return Fault.RULES
        return Fault.KEY if self._tells_key(text, tokens, limits, known) else None

    def _tells_key(self, text: str, tokens: tuple[str, ...], limits: Limits, known: frozenset[str]) -> bool:
        if _find_runs(tokens, _key_runs(self._question, limits.run), limits.run, known):
            return True
        # An idea here and one there tell the key as well as a sentence.
        short = _find_runs(tokens, _key_runs(self._question, _SHORT_RUN), _SHORT_RUN, known)
        if len({at + step for at in short for step in range(_SHORT_RUN)}) > limits.told:
            return True
        return len((_names_in(text, self._lang) & _key_tokens(self._question)) - known) > limits.names


def find_outward_fault(text: str) -> Fault | None:
    """What no text of a model may hold, whoever reads it: a link or marks."""
    return Fault.LINK if _LINK.search(text) else Fault.MARKS if _MARKS.search(text) else None


def prepare_guard(question: Question, rules: str) -> None:
    """Take apart what is the same for every answer, so that it need not be done once the model's words are there."""
    _runs_of(rules, _ECHO_RUN)
    _key_tokens(question)
    _open_tokens(question)
    for length in {_SHORT_RUN, *(limits.run for limits in LIMITS.values())}:
        _key_runs(question, length)


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text as typed."""
    return tokenize(normalize(text).text)


def _meaning_of(text: str) -> tuple[str, ...]:
    """The tokens of a text without its function words: "a table in the lake" tells what "the lake's table" does."""
    return tuple([token for token in tokens_of(text) if token not in STOPS])


@lru_cache(maxsize=256)
def put_tokens(prompt: str) -> frozenset[str]:
    """The tokens of a question that was put to candidates; most of them are put to many."""
    return frozenset(tokens_of(prompt))


def _find_runs(
    tokens: tuple[str, ...], secret: frozenset[tuple[str, ...]], length: int, known: frozenset[str] = frozenset()
) -> tuple[int, ...]:
    """Where `length` tokens in a row are a run of the secret, with at least half of them not known anyway."""
    runs = ((at, tokens[at : at + length]) for at in range(len(tokens) - length + 1))
    return tuple(at for at, run in runs if run in secret and 2 * sum(token not in known for token in run) >= length)


def _cut_runs(secret: str, length: int) -> frozenset[tuple[str, ...]]:
    hidden = _meaning_of(secret)
    return frozenset(hidden[at : at + length] for at in range(len(hidden) - length + 1))


_runs_of = lru_cache(maxsize=128)(_cut_runs)


@lru_cache(maxsize=256)
def _key_runs(question: Question, length: int) -> frozenset[tuple[str, ...]]:
    return frozenset().union(*(_cut_runs(secret, length) for secret in _secrets_of(question)))


@lru_cache(maxsize=128)
def _secrets_of(question: Question) -> tuple[str, ...]:
    """Everything in the bank that answers the question, in both languages. What is made of it is kept: it is the same for every answer."""
    texts = [question.reference]
    for point in question.points:
        texts += [point.intent, *(each for each in (point.core, point.beyond) if each), *point.accepts]
        texts += [belief.correction for belief in point.misconceptions]
    return tuple(text[lang] for text in texts for lang in LANGS)


@lru_cache(maxsize=128)
def _key_tokens(question: Question) -> frozenset[str]:
    return frozenset(token for secret in _secrets_of(question) for token in tokens_of(secret))


@lru_cache(maxsize=128)
def _open_tokens(question: Question) -> frozenset[str]:
    """The tokens of what is written to be shown: the question and its hints."""
    texts = [question.prompt, *question.hints]
    return frozenset(token for text in texts for lang in LANGS for token in tokens_of(text[lang]))


def _names_in(text: str, lang: Lang) -> frozenset[str]:
    names = _NAME.findall(text) if lang == "zh" else _PROPER.findall(text)
    return frozenset(token for name in names for token in tokens_of(name) if len(token) > 1)


def _names_an_id(text: str, question: Question) -> bool:
    """Whether an id of the rubric is told: one in quotes, or of three words and more; "low-latency" is also plain English."""
    return any(
        re.search(rf"[`'\"“「]{name}[`'\"”」]" if name.count("-") < 2 else rf"\b{name}\b", text)
        for name in _ids_of(question)
        if name in text
    )


@lru_cache(maxsize=128)
def _ids_of(question: Question) -> tuple[str, ...]:
    return tuple(name for point in question.points for name in (point.id, *(belief.id for belief in point.misconceptions)))
