"""What is assumed where the sheet of givens says nothing: one of two ways that were offered, or whatever the candidate likes; and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewer.dialogue.givens import likeness
from interviewer.models import GradingTask, Lang
from interviewer.text.phrases import pick_phrase

SAME_QUESTION = 0.5
"""Likeness from which two questions are the same one."""
_OFFERED: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"(?:^|[，,。;；:：？?！!\s])([^，,。;；:：？?！!]{2,60}?)[，,]?\s*(?:还是说?|還是說?)[^，,。;；？?]{2,}"),
    "en": re.compile(
        r"(?:\b(?:is|are|was|were) (?:it|this|they|these|we)\b|\bmean(?:ing|t)?\b|\bas in\b|[,:])"
        r"\s+((?:[\w'-]+\s+){1,12}?)(?:or|versus|vs)\s+(?!so\b|not\b)\w",
        re.IGNORECASE,
    ),
}
"""Two ways that a question offers: what stands before "or" is the first."""
_BEFORE: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"^.*?(?:指的是|是指|指|(?<![还但于总不凡])是(?!否|不是))|^.*?(?=按)|^(?:请问|那|所以)"),
    "en": re.compile(r"^(?:(?:in|on|by|for|about|just|only)\s+)", re.IGNORECASE),
}
"""What comes before the way itself."""
_TAKES_SIDES = re.compile(r"更|最|应该|该不该|好不好|要不要|better|best|should|preferable|prefer", re.IGNORECASE)
"""A choice that is part of the answer: the interviewer takes no side in it."""
_OWN = re.compile(r"[我你您咱]|\b(?:i|you|my|your|me|we|our)\b", re.IGNORECASE)
"""Words that mean somebody else when they are said back."""
_PARTICLE = re.compile(r"[吗嗎呢呀啊吧么]+$")
_STATEMENT = {
    True: {"zh": "先按“{}”来。", "en": "We take “{}”."},
    False: {"zh": "“{}”由你来定。", "en": "“{}” is yours to decide."},
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed. `words`: the candidate's own, said back, empty if none can be; `statement`: as it is kept.

    `first_of_two`: the first of two ways that the candidate offered; otherwise the candidate is free. `kept`: it was assumed before.
    """

    statement: str
    words: str = ""
    first_of_two: bool = False
    kept: bool = False


def assume(task: GradingTask) -> Assumed:
    """What to assume for a question that the sheet does not answer; the same question gets the same assumption."""
    for aside in task.asides:
        if aside.assumed and likeness(aside.text, task.answer) >= SAME_QUESTION:
            return Assumed(aside.assumed, kept=True)
    first = _first_of_two(task.answer, task.lang)
    words = first or _PARTICLE.sub("", pick_phrase(task.answer, asks=True))
    if not first and _OWN.search(words):
        words = ""
    unnamed = {"zh": "你问的那一点由你来定。", "en": "What you asked about is yours to decide."}
    return Assumed(_STATEMENT[bool(first)][task.lang].format(words) if words else unnamed[task.lang], words, bool(first))


def _first_of_two(text: str, lang: Lang) -> str:
    """The first of two ways that a question offers, empty if it offers none or asks for a judgement."""
    offered = _OFFERED[lang].search(text)
    if offered is None or _TAKES_SIDES.search(text):
        return ""
    words = pick_phrase(_BEFORE[lang].sub("", offered.group(1).strip()), least=1.5)
    return "" if _OWN.search(words) else words
