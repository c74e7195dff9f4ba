"""Which stretches of an answer count, and as what they are compared: its units, and each two that stand side by side.

No evidence: orders to the grader, questions, what the candidate was shown said again, and a text that its author denies as a whole or
turned round. What is said twice counts once, also where it was said to an earlier prompt of the same question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interviewer.grading.disavowal import find_disavowed
from interviewer.grading.manipulation import find_orders
from interviewer.grading.rubric.ngrams import ngrams
from interviewer.grading.substance import find_copies, given_tokens
from interviewer.grading.turned import find_turned
from interviewer.models import Question, Quote
from interviewer.text.answer import ParsedAnswer, parse_answer
from interviewer.text.normalize import Span
from interviewer.text.words import content_tokens, measure_length

_ITEM_END = re.compile(r"[、,;/|·+\n]|\s-\s")
_SHORT_ITEM = 8.0
"""In units of `words.measure_length`: as long as a term, not as a statement."""
_LEAST_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch that is judged: one unit, or two neighbours. `units`: their numbers; `given`: share of its words that was given, 0–1.

    `listed`: share of short items in it, 0–1; `length`: in units of `words.measure_length`.
    """

    span: Span
    units: tuple[int, ...]
    grams: frozenset[str]
    length: float
    listed: float
    given: float


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as the heads see it. `orders`: stretches that talk to the grader; `unmeant`: that its author denies, or that turn the reference
    round; `void`: both, and what was given."""

    parsed: ParsedAnswer
    windows: tuple[Window, ...]
    orders: tuple[Span, ...]
    unmeant: tuple[Span, ...]
    void: tuple[Span, ...]

    def quote(self, span: Span) -> Quote:
        """The candidate's words of a stretch of the normalised text, as they were typed."""
        text, place = self.parsed.typed_at(span)
        return Quote(text, place.start, place.end)

    @property
    def length(self) -> float:
        """Of all that counts, in units of `words.measure_length`."""
        return sum(window.length for window in self.windows if len(window.units) == 1)


def read_answer(
    answer: str, prompts: Sequence[str], shown: Iterable[str] = (), earlier: Iterable[str] = (), *, to: Question | None = None
) -> Reading:
    """Take an answer apart and leave out what is no evidence. `earlier`: answers to earlier prompts of the same question.

    `to`: the question that is judged; None for what learns how people write, which also reads what they deny.
    """
    parsed = parse_answer(answer)
    orders = find_orders(parsed.text)
    unmeant = (*find_disavowed(parsed.text), *find_turned(parsed.text, to)) if to else ()
    void = (*orders, *unmeant, *find_copies(parsed.text, prompts, shown))
    told = frozenset[str]().union(*map(given_tokens, prompts))
    said = {other.words(unit.span) for other in map(parse_answer, earlier) for unit in other.units}
    kept: dict[str, int] = {}
    for number, unit in enumerate(parsed.units):
        if (
            not _asks(parsed.words(parsed.sentences[unit.sentence]))
            and 2 * sum(unit.span.overlap(other) for other in void) <= unit.span.end - unit.span.start
        ):
            kept.setdefault(parsed.words(unit.span), number)
    numbers = sorted(number for words, number in kept.items() if words not in said)
    singles = {number: _window(parsed, (number,), told) for number in numbers}
    pairs = [_join(singles[one], singles[other]) for one, other in pairwise(numbers) if other == one + 1]
    return Reading(parsed, (*singles.values(), *pairs), orders, unmeant, void)


def _asks(sentence: str) -> bool:
    """A question shows nothing, whatever words stand in it; what answers it stands in another sentence."""
    return sentence.rstrip("\"')” ").endswith("?")


def _window(parsed: ParsedAnswer, units: tuple[int, ...], told: frozenset[str]) -> Window:
    span = Span(parsed.units[units[0]].span.start, parsed.units[units[-1]].span.end)
    words = parsed.words(span)
    tokens = content_tokens(words)
    given = sum(token in told for token in tokens) / len(tokens) if tokens else 0.0
    return Window(span, units, ngrams(words), measure_length(words), share_of_short_items(words), given)


def _join(one: Window, other: Window) -> Window:
    length = one.length + other.length
    share = one.length / length if length else 0.5
    return Window(
        Span(one.span.start, other.span.end),
        (*one.units, *other.units),
        one.grams | other.grams,
        length,
        share * one.listed + (1 - share) * other.listed,
        share * one.given + (1 - share) * other.given,
    )


def share_of_short_items(words: str) -> float:
    """How much of a stretch is a list of terms: the share of its items that are as short as a term; 0 below three items."""
    items = [item for item in _ITEM_END.split(words) if item.strip()]
    if len(items) < _LEAST_ITEMS:
        return 0.0
    return sum(measure_length(item) <= _SHORT_ITEM for item in items) / len(items)
