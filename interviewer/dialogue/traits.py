"""What is measured of a message to tell an answer from everything else. Learns nothing and decides nothing.

The words of the prompt are no feature by themselves: which question was asked, or whether it was a follow-up, tells nothing of the
message. Only how the message stands to them is measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from interviewer.grading.rubric.heads import Learned
from interviewer.grading.rubric.ngrams import ngrams
from interviewer.grading.rubric.points import NEAR, score_windows
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.models import Question
from interviewer.text.chinese import simplify
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences
from interviewer.text.words import HAN_BLOCK, content_tokens, measure_length

ALWAYS = "."
"""Stands in every text: it keeps the n-grams of a short one from weighing as if there were no doubt."""
_TOKEN = re.compile(rf"[a-z][a-z0-9+#']*|\d+(?:\.\d+)?|[{HAN_BLOCK}]|[?!,;:…\"()`]|\.+|。")
_LONGEST, _LONGEST_EDGE, _WHOLE = 3, 4, 8
_LONGEST_BARE = 12.0
_POLITE = re.compile(r"\b(?:please|pls|plz|thanks|thank you|sorry)\b|请问|麻烦|谢谢|抱歉|不好意思|[吧啊呀哦呗哈嘛啦呢了]+(?=\W*$)")
"""Says nothing by itself: "skip pls", "跳过吧", "请问在吗"."""
_I = re.compile(r"我|\b(?:i|my|me|i'm|i've)\b")
_YOU = re.compile(r"[你您贵]|\byour?\b")
_OR = re.compile(r"还是|或者|指|\bor\b|\bmean\b")
_FEWEST = 3.0
"""Words that a rate is counted over at least, in units of `words.measure_length`."""
_LOWEST = -6.0
"""Log-odds where there is nothing to measure."""
OF_CONTENT = ("idea", "about", "full", "recognised", "known", "known_share", "unknown")
"""What can be measured only where the question has learned heads."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause of a message. `start`, `end`: of its words as they were typed; `length`: in units of `words.measure_length`."""

    grams: frozenset[str]
    length: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """A message as the heads see it: its n-grams, those of each of its clauses, and what was measured besides.

    `bare`: what it says without marks, spaces and politeness, None for a long one.
    """

    grams: frozenset[str]
    units: tuple[Unit, ...]
    measured: Mapping[str, float]
    bare: str | None = None


def sketch(text: str, question: Question, prompt: str, rubric: Learned) -> Sketch:
    """Take a message apart. `prompt`: what it was said to; `rubric`: heads that tell what is content."""
    reading = read_answer(text, (question.prompt.zh, question.prompt.en, prompt))
    words = simplify(reading.parsed.text.text)
    return Sketch(
        grams(words),
        _units(reading),
        _form(words) | _stand(words, question, prompt, rubric) | _content(reading, question, rubric),
        bare_words(words),
    )


def bare_words(words: str) -> str | None:
    """What a short message says without marks, spaces and politeness, e.g. "skip" for "Skip, please!"; None for a long one."""
    if measure_length(words) > _LONGEST_BARE:
        return None
    return "".join(char for char in _POLITE.sub("", words) if char.isalnum())


def grams(words: str) -> frozenset[str]:
    """The n-grams of normalised words: those of the rubric, and runs of 1–3 words, characters and marks, apart where they begin or
    end the text ("^", "$") or a sentence ("<", ">"), and all of a text of a few ("=").
    """
    found = {ALWAYS, *ngrams(words)}
    tokens = _tokens(words)
    found |= {f"w{run}" for run in _runs(tokens)}
    found |= _edges(tokens, "^", "$", _LONGEST_EDGE)
    if len(tokens) <= _WHOLE:
        found.add("=" + " ".join(tokens))
    for span in split_sentences(words):
        found |= _edges(_tokens(words[span.start : span.end]), "<", ">", _LONGEST)
    return frozenset(found)


def _tokens(words: str) -> list[str]:
    return ["#" if token[0].isdigit() else token for token in _TOKEN.findall(words)]


def _runs(tokens: Sequence[str]) -> Iterable[str]:
    return (" ".join(tokens[at : at + size]) for size in range(1, _LONGEST + 1) for at in range(len(tokens) - size + 1))


def _edges(tokens: Sequence[str], begin: str, end: str, longest: int) -> set[str]:
    sizes = range(1, longest + 1)
    return {begin + " ".join(tokens[:size]) for size in sizes} | {end + " ".join(tokens[-size:]) for size in sizes}


def _units(reading: Reading) -> tuple[Unit, ...]:
    """The clauses, each with the mark that ends it."""
    parsed, found = reading.parsed, []
    last = len(parsed.units) - 1
    for number, unit in enumerate(parsed.units):
        words = simplify(parsed.text.text[unit.span.start : unit.span.end + 1])
        place = {name for name, holds in (("first", number == 0), ("later", number > 0), ("last", number == last)) if holds}
        raw = parsed.text.to_raw(unit.span.start, unit.span.end)
        found.append(Unit(grams(words) | place, measure_length(words), raw.start, raw.end))
    return tuple(found)


def _form(words: str) -> dict[str, float]:
    sentences = [words[span.start : span.end].rstrip() for span in split_sentences(words)]
    asking = sum(sentence.endswith("?") for sentence in sentences)
    length = measure_length(words)
    return {
        "length": float(np.log1p(length)),
        "tiny": float(length < 6),
        "short": float(length < 12),
        "sentences": float(np.log1p(len(sentences))),
        "telling": float(np.log1p(len(sentences) - asking)),
        "asking": asking / max(1, len(sentences)),
        "asks": float(asking > 0),
        "ends_asking": float(words.rstrip().endswith("?")),
        "marks": float(words.count("?")),
        "figures": float(np.log1p(len(re.findall(r"\d+", words)))),
        "i": len(_I.findall(words)) / max(_FEWEST, length),
        "you": len(_YOU.findall(words)) / max(_FEWEST, length),
        "or": float(_OR.search(words) is not None),
    }


def _stand(words: str, question: Question, prompt: str, rubric: Learned) -> dict[str, float]:
    """How the words stand to those that were given, and to those that answers to the question use."""
    tokens = content_tokens(words)
    asked = _given(prompt)
    given = asked | _given(question.prompt.zh) | _given(question.prompt.en)
    fresh = [token for token in tokens if token not in given]
    index = rubric.questions[question.bank_id].index if question.bank_id in rubric.questions else {}
    known = sum(token in index for token in fresh)
    count = max(1, len(tokens))
    return {
        "fresh": float(np.log1p(len(fresh))),
        "fresh_share": len(fresh) / count,
        "asked_share": sum(token in asked for token in tokens) / count,
        "known": float(np.log1p(known)),
        "known_share": known / count,
        "unknown": float(np.log1p(len(fresh) - known)),
    }


@lru_cache(maxsize=2048)
def _given(prompt: str) -> frozenset[str]:
    """The content tokens of what was asked; never called with a candidate's words."""
    return frozenset(content_tokens(simplify(normalize(prompt).text)))


def _content(reading: Reading, question: Question, rubric: Learned) -> dict[str, float]:
    """What the heads of the question hear in it, and how much of it is orders to the grader."""
    length = max(1, len(reading.parsed.text.text))
    orders = sum(span.end - span.start for span in reading.orders) / length
    windows = reading.windows
    if not windows or question.bank_id not in rubric.questions:
        return {"idea": _LOWEST, "about": _LOWEST, "full": _LOWEST, "recognised": 0.0, "orders": orders}
    scores = score_windows(rubric.questions[question.bank_id], rubric.shared, windows)
    heard = scores.idea.max(axis=1)
    single = np.array([len(window.units) == 1 for window in windows])
    return {
        "idea": float(heard.max()),
        "about": float(scores.about.max()),
        "full": float(scores.full.max()),
        "recognised": float((heard[single] > NEAR).mean()),
        "orders": orders,
    }


def of_whole(odds: float, measured: Mapping[str, float]) -> dict[str, float]:
    """What the log-odds of the whole message to be an aside come to; of few words they must tell more."""
    return {"whole": odds, "whole_tiny": odds * measured["tiny"], "whole_short": odds * measured["short"]}


def of_units(odds: NDArray[np.float64], units: Sequence[Unit]) -> dict[str, float]:
    """What the log-odds of the clauses to be beside the answer come to."""
    if not len(odds):
        return dict.fromkeys(("unit_most", "unit_least", "unit_mean", "unit_spread", "unit_first", "unit_last", "answering"), 0.0)
    lengths = np.array([unit.length for unit in units])
    return {
        "unit_most": float(odds.max()),
        "unit_least": float(odds.min()),
        "unit_mean": float(odds.mean()),
        "unit_spread": float((odds * lengths).sum() / max(1.0, lengths.sum())),
        "unit_first": float(odds[0]),
        "unit_last": float(odds[-1]),
        "answering": float(np.log1p(lengths[odds < 0].sum())),
    }
