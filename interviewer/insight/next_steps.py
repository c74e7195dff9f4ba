"""What to do about a gap: something that the candidate can do, in words, rather than a line of the rubric. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewer.insight.report import Gap
from interviewer.models import Lang, RubricPoint, VerdictStatus
from interviewer.text.normalize import strip_hidden

LONGEST_QUOTE = 36
"""Characters of the candidate's words that stand within a sentence."""
LONGEST_INTENT = 200
"""Characters of a point's intent; one that was derived from a reference can be a paragraph."""
SHORT_NAME = 16
"""Characters up to which what was only named can be called by its name."""

_DO: dict[str, tuple[str, str]] = {
    "correct": ("改正“{quote}”这个说法", "Correct “{quote}”"),
    "check": ("再核对“{quote}”这个说法", "Check “{quote}” once more"),
    "check_unquoted": ("重新弄清：{intent}", "Get this straight: {intent}"),
    "name": ("讲清“{quote}”的做法或条件", "Say how “{quote}” works, or when you would use it"),
    "named": ("把“{quote}”再往下讲一层", "Take “{quote}” one step further"),
    "finish": ("把“{quote}”这半句讲完整", "Finish the thought “{quote}”"),
    "explain": ("主动讲清：{intent}", "Bring up and explain: {intent}"),
    "plainer": ("换更直白的话再讲一遍：{intent}", "Say it again in plainer words: {intent}"),
}
_ENOUGH: tuple[str, str] = ("说到这样就够：{aim}", "This much is enough: {aim}")
_CLAUSE = re.compile(r".+?(?:[；;。]|\.\s|$)")
_ON_GRADING = re.compile(r"算部分|也算|(?:is|are) partial|counts? too|is enough$")
"""What a core says to whoever grades, not to whoever learns."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """`do`: what to do. `how`: what is right, or how much would do; empty where `do` says it."""

    do: str
    how: str = ""


def next_step(gap: Gap, lang: Lang) -> NextStep:
    """The step that closes the gap, by what the candidate said of the point."""
    quote, intent = shorten(gap.quote), shorten(gap.point.intent[lang], LONGEST_INTENT)
    kind = _kind(gap)
    return NextStep(_DO[kind][lang == "en"].format(quote=quote, intent=intent), _how(gap, kind, lang))


def shorten(words: str, longest: int = LONGEST_QUOTE) -> str:
    """Words on one line within a sentence, cut after `longest` characters."""
    flat = " ".join(strip_hidden(words).split()).strip("。.,，;；")
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def aim_of(point: RubricPoint, lang: Lang) -> str:
    """What would do for the point, without what is said to whoever grades it; empty where the bank does not say."""
    if point.core is None:
        return ""
    kept = [clause for clause in _CLAUSE.findall(point.core[lang]) if not _ON_GRADING.search(clause)]
    return "".join(kept).strip().rstrip("；;。.")


def _kind(gap: Gap) -> str:
    if gap.erred:
        return "check_unquoted" if not gap.quote else "correct" if gap.belief else "check"
    if gap.verdict.unsure:
        return "plainer"
    if gap.quote and gap.verdict.status is VerdictStatus.NAMED:
        return "name" if len(gap.quote) <= SHORT_NAME else "named"
    return "finish" if gap.quote and gap.verdict.status is VerdictStatus.PARTIAL else "explain"


def _how(gap: Gap, kind: str, lang: Lang) -> str:
    if gap.belief:
        return gap.belief.correction[lang]
    if (aim := aim_of(gap.point, lang)) and not gap.erred:
        return _ENOUGH[lang == "en"].format(aim=aim)
    return "" if "{intent}" in _DO[kind][0] else shorten(gap.point.intent[lang], LONGEST_INTENT)
