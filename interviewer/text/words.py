"""The words of a text: what a Han character is, counts and length, tokens, stems, stop words, figures."""

from __future__ import annotations

import re
from functools import lru_cache

IDEOGRAPH = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
"""The definition of a Han character, as a character class of its own: `is_han`."""
HAN_BLOCK = "\u3400-\u9fff"
"""What runs of Chinese are cut from, for a character class: one stretch, quick to tell, without the rare ideographs."""
_HAN = re.compile(IDEOGRAPH)
LATIN_WORD = re.compile(r"[a-z0-9]+(?:[.'+#][a-z0-9]+)*", re.IGNORECASE)
_TOKEN = re.compile(rf"[a-z][a-z0-9+#]*|\d+(?:\.\d+)?|[{HAN_BLOCK}]+")


def is_han(char: str) -> bool:
    """Whether a character is a Chinese ideograph."""
    return char >= "\u3400" and _HAN.match(char) is not None


def count_han(text: str) -> int:
    """How many Chinese ideographs a text holds."""
    return len(_HAN.findall(text))


def count_words(text: str) -> int:
    """How many Latin words and numbers a text holds."""
    return len(LATIN_WORD.findall(text))


def measure_length(text: str) -> float:
    """Length in units that weigh both languages alike: an ideograph is one, a Latin word 1.6."""
    return count_han(text) + 1.6 * count_words(text)


def stem(word: str) -> str:
    """A Latin word without its commonest endings; only meant for comparing."""
    return _known_stem(word) if len(word) <= _SHORT_WORD else _stem(word)


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "i"
    for ending in ("ations", "ation", "ating", "ings", "ing", "edly", "ed", "ers", "er", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


_SHORT_WORD = 24
_known_stem = lru_cache(maxsize=10_000)(_stem)
"""Kept, because most words come again in other texts."""


def tokenize(text: str) -> tuple[str, ...]:
    """Stemmed Latin words, numbers and Han bigrams (a lone ideograph stays alone) of a normalised text, in order."""
    tokens: list[str] = []
    for run in _TOKEN.findall(text):
        if run[0] < "\u3400":
            tokens.append(stem(run))
        elif len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend([run[index : index + 2] for index in range(len(run) - 1)])
    return tuple(tokens)


_HAN_FUNCTION = re.compile(r"[的了是在和与及其或也都就而且则又还很这那之于以为对将把被从到个种些么吗呢吧呀啊我你他它们您请要会能可]+")
STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    a an the and or of to in on at by for with from as is are was were be been being it its this that these those they them
    their there then than we i you he she our your my can could may might must should would will shall do does did has have
    had not no so if but such which who whom whose what when where why how also just very more most some any each into about
    over under between because while during both all other others same only own too s t don now use uses used using make
    makes made get gets
    """,
    )
)
STOPS = frozenset(stem(word) for word in STOP_WORDS) | STOP_WORDS
"""The stop words, stemmed and not: what tokens of no meaning look like."""


def content_tokens(text: str) -> tuple[str, ...]:
    """The tokens of a normalised text that carry meaning: no function words, Han runs cut at function characters."""
    tokens: list[str] = []
    for run in _TOKEN.findall(text):
        if run[0] >= "\u3400":
            for part in _HAN_FUNCTION.split(run):
                tokens.extend([part[index : index + 2] for index in range(len(part) - 1)] if len(part) != 1 else (part,))
        elif run not in STOP_WORDS:
            tokens.append(stem(run))
    return tuple([token for token in tokens if token not in STOPS])


_FIGURE = re.compile(r"(?<![a-z_\d.])-?\d+(?:\.\d+)?")


def list_figures(text: str) -> tuple[str, ...]:
    """The numbers that a normalised text names, with their signs, as they come; 100.00 and 100 are one."""
    return tuple(f"{float(figure):.9g}" for figure in _FIGURE.findall(text))
