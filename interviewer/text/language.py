"""Which language a text is written in, and which one to reply in."""

from __future__ import annotations

from interviewer.models import Lang
from interviewer.text.words import LATIN_WORD, STOP_WORDS, count_han, count_words

_SOME_HAN, _PROSE_SHARE = 0.1, 0.15
"""So much Chinese is written by somebody who speaks it; so many of the words of English prose are function words."""


def detect_language(text: str, default: Lang = "zh") -> Lang:
    """The language an answer is written in, by its share of Han characters; `default` if it holds no words."""
    han, words = count_han(text), count_words(text)
    if han + words == 0:
        return default
    return "zh" if han >= 0.3 * (han + words) else "en"


def reply_language(answer: str, asked: Lang) -> Lang:
    """The language to reply to an answer in: the one that was asked in, unless it is plainly written in the other.

    In a Chinese interview code, markup and names of tools are no English, whatever the share of their letters.
    """
    if asked == "en":
        return detect_language(answer, asked)
    han, words = count_han(answer), [word.lower() for word in LATIN_WORD.findall(answer)]
    bound = sum(word in STOP_WORDS for word in words)
    return "en" if han < _SOME_HAN * (han + len(words)) and bound >= _PROSE_SHARE * len(words) else "zh"
