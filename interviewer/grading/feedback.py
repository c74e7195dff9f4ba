"""Words that code finds for a grade: a reason per verdict and two to four sentences of feedback, in the answer's language.

Says what is special to this answer, in the candidate's own words; never quotes the reference answer. While a follow-up may still
come, no gap is named, no error put right and nothing asked: that is what the follow-up is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from interviewer.grading.leaks import Fault, Guard, Kind
from interviewer.grading.wording import known_belief
from interviewer.models import FalseStatement, Lang, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.phrases import LEAST, pick_phrase
from interviewer.text.words import measure_length

_REASONS: Mapping[tuple[VerdictStatus, Lang], str] = {
    (VerdictStatus.COVERED, "zh"): "说清了做法或理由。",
    (VerdictStatus.COVERED, "en"): "Says how or why.",
    (VerdictStatus.PARTIAL, "zh"): "讲到了一部分，或讲得还比较笼统。",
    (VerdictStatus.PARTIAL, "en"): "Partly there, or still vague.",
    (VerdictStatus.NAMED, "zh"): "只提到名词，没有说明。",
    (VerdictStatus.NAMED, "en"): "Named, not explained.",
    (VerdictStatus.MISSING, "zh"): "没有讲到。",
    (VerdictStatus.MISSING, "en"): "Not addressed.",
    (VerdictStatus.WRONG, "zh"): "这句话读起来与事实不符。",
    (VerdictStatus.WRONG, "en"): "This reads as if it were not true.",
}
"""Where none of the candidate's words can be said back."""
_ABOUT: Mapping[tuple[VerdictStatus, Lang], tuple[str, ...]] = {
    (VerdictStatus.COVERED, "zh"): ("“{words}”说清了做法或理由。", "“{words}”有做法也有缘由。", "用“{words}”讲明白了。"),
    (VerdictStatus.COVERED, "en"): ("“{words}” says how or why.", "“{words}” gives the how and the why.", "Made clear with “{words}”."),
    (VerdictStatus.PARTIAL, "zh"): (
        "讲到了“{words}”，怎么做或为什么还差一句。",
        "“{words}”开了个头，后面还没有展开。",
        "停在“{words}”这里，还没有落到具体做法。",
        "“{words}”碰到了边，条件和理由还不清楚。",
    ),
    (VerdictStatus.PARTIAL, "en"): (
        "Gets to “{words}”, but a sentence on how or why is missing.",
        "“{words}” is a start that is not carried on.",
        "Stops at “{words}”, short of how it is done.",
        "“{words}” touches it; when and why are still unclear.",
    ),
    (VerdictStatus.NAMED, "zh"): (
        "只提到“{words}”，没有说它在这里做什么。",
        "“{words}”只是一个名字，没有说它解决什么。",
        "出现了“{words}”，但没有讲怎么用它。",
    ),
    (VerdictStatus.NAMED, "en"): (
        "Only names “{words}”, not what it does here.",
        "“{words}” is just a name; what it solves is not said.",
        "“{words}” comes up, but not how it would be used.",
    ),
    (VerdictStatus.WRONG, "zh"): ("“{words}”读起来与事实不符。",),
    (VerdictStatus.WRONG, "en"): ("“{words}” reads as if it were not true.",),
}
"""With the candidate's words: several, so that a card of eight points does not say one thing eight times."""
_IN_PASSING: dict[Lang, str] = {
    "zh": "“{words}”只是一句带过，没有说明。",
    "en": "“{words}” is said in passing and not explained.",
}
"""Of what was named in more words than a name has."""
_UNSURE: dict[Lang, str] = {
    "zh": "没有认出来：可能没有讲到，也可能换了说法。",
    "en": "Not recognised: it may be missing, or put in other words.",
}
_UNKNOWN: dict[Lang, str] = {
    "zh": "没关系，坦白说不会比硬猜更好。",
    "en": "That is fine; saying so is better than guessing.",
}
_LEARN: dict[Lang, str] = {"zh": "这道题可以先从这一点学起：{gap}。", "en": "A good place to start with this question: {gap}."}
_EMPTY: dict[Lang, str] = {"zh": "这次没有看到可以评分的内容。", "en": "There was nothing here that answers the question."}
_LIST: dict[Lang, str] = {
    "zh": "这里主要是点到名词{terms}，还没有说各自解决什么问题、怎么用、有什么代价。",
    "en": "This mainly names terms{terms}, and does not say what each solves, how you would use it and what it costs.",
}
_TERMS: dict[Lang, str] = {"zh": "（{}）", "en": " ({})"}
_PRAISE: dict[Lang, str] = {"zh": "讲得好的地方：{good}。", "en": "What came across well: {good}."}
_GOOD: dict[Lang, str] = {"zh": "有 {count} 处把做法或理由讲清楚了。", "en": "Ideas made clear with their how or why: {count}."}
_HALF: dict[Lang, str] = {
    "zh": "“{words}”还可以再往前一步，说清做法和理由。",
    "en": "“{words}” could go a step further and say how and why.",
}
_TOUCHED: dict[Lang, str] = {
    "zh": "有 {count} 处讲到了一部分，还可以说清做法和理由。",
    "en": "Ideas that are partly there and want their how or why: {count}.",
}
_GAP: dict[Lang, str] = {"zh": "最值得补上的是：{gap}。", "en": "The most valuable thing to add: {gap}."}
_OPEN: dict[Lang, str] = {"zh": "还有重要的一面没有展开。", "en": "One important side is still open."}
_ERROR: dict[Lang, str] = {"zh": "需要更正：{error}。", "en": "One thing to correct: {error}."}
_DOUBT: dict[Lang, str] = {"zh": "请再核对这一句：“{quote}”。", "en": "Check this once more: “{quote}”."}
_FULL: dict[Lang, str] = {"zh": "各个要点都讲到了。", "en": "Every point is there."}
_ROUND_OFF: dict[Lang, str] = {
    "zh": "可以再谈谈取舍和实际的数字。",
    "en": "Trade-offs and real figures would round it off.",
}
_DERIVED_GAP: dict[Lang, str] = {
    "zh": "参考答案里还有一层意思没有讲到，可以再想想题目的其余部分",
    "en": "part of what the reference says is still open; look again at the rest of the question",
}
_DERIVED_GOOD: dict[Lang, str] = {"zh": "与参考答案相符的部分", "en": "the part that agrees with the reference"}
MOST_ERRORS_TOLD = 2
_MOST_WORDS = 2
"""Pieces of the candidate's words in one sentence."""
_LEAST_NAME, _LONGEST_NAME = 1.0, 8.0
"""In units of `words.measure_length`."""
_LONGEST_QUOTE = 60


def explain(verdict: Verdict, question: Question, lang: Lang) -> str:
    """One short sentence on why a point got its verdict."""
    belief = next((each for each in question.point(verdict.point_id).misconceptions if each.id == verdict.misconception), None)
    if verdict.status is VerdictStatus.WRONG and belief:
        return _bare(belief.correction[lang]) + ("。" if lang == "zh" else ".")
    if verdict.unsure:
        return _UNSURE[lang]
    words = own_words(verdict)
    if not words or (verdict.status, lang) not in _ABOUT:
        return _REASONS[verdict.status, lang]
    if verdict.status is VerdictStatus.NAMED and measure_length(words) > _LONGEST_NAME:
        return _IN_PASSING[lang].format(words=words)
    ways = _ABOUT[verdict.status, lang]
    return ways[question.points.index(question.point(verdict.point_id)) % len(ways)].format(words=words)


def replace_reasons(verdicts: Iterable[Verdict], question: Question, guard: Guard, lang: Lang) -> tuple[Verdict, ...]:
    """The verdicts, with a reason of ours where a model gave none or one in the other language. On a point passed over nothing is said."""

    def lacks(verdict: Verdict) -> bool:
        return not verdict.unproven and guard.find_fault(verdict.reason, Kind.REASON) in (Fault.EMPTY, Fault.LANGUAGE)

    return tuple(replace(each, reason=explain(each, question, lang)) if lacks(each) else each for each in verdicts)


def own_words(verdict: Verdict) -> str:
    """A short piece of what the candidate said on a point, empty if there is none; of a term that was only named, the term."""
    least = _LEAST_NAME if verdict.status is VerdictStatus.NAMED else LEAST
    return pick_phrase(verdict.quote.text, least=least) if verdict.quote else ""


def write_feedback(
    question: Question,
    verdicts: Sequence[Verdict],
    errors: Sequence[FalseStatement],
    lang: Lang,
    *,
    unknown: bool = False,
    reveal: bool = False,
) -> str:
    """Two to four sentences: what was good, what was wrong, and, if `reveal`, what is right and the heaviest gap.

    `unknown`: the candidate said that they do not know. `reveal`: no follow-up will come, so that nothing is given away.
    """
    gap = _heaviest(question, verdicts, VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL)
    if unknown:
        learn = _LEARN[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP) if gap else question.topic[lang])
        return _join(lang, _UNKNOWN[lang], learn if reveal else "")
    direction = _direct(question, gap, lang, reveal=reveal)
    found = {status: _by_weight(question, verdicts, status) for status in VerdictStatus}
    if not found[VerdictStatus.COVERED] and not errors and not found[VerdictStatus.PARTIAL]:
        return _join(lang, _list_terms(found[VerdictStatus.NAMED], lang), direction)
    return _join(
        lang,
        _praise(question, found[VerdictStatus.COVERED], lang),
        _touch(found[VerdictStatus.PARTIAL], lang, told=found[VerdictStatus.COVERED]),
        *list(dict.fromkeys(_correct(question, error, lang, reveal=reveal) for error in errors))[:MOST_ERRORS_TOLD],
        direction,
    )


def _praise(question: Question, covered: Sequence[Verdict], lang: Lang) -> str:
    """What was good, in the candidate's words."""
    if not covered:
        return ""
    words = _quoted(covered, lang)
    if not words and question.derived:
        words = _DERIVED_GOOD[lang]
    return _PRAISE[lang].format(good=words) if words else _GOOD[lang].format(count=len(covered))


def _touch(partial: Sequence[Verdict], lang: Lang, *, told: Sequence[Verdict]) -> str:
    """What is half there; `told`: what was praised, so that the same words are not both."""
    praised = set(map(own_words, told))
    words = next((each for each in map(own_words, partial) if each and each not in praised), "")
    if words:
        return _HALF[lang].format(words=words)
    return _TOUCHED[lang].format(count=len(partial)) if partial else ""


def _list_terms(named: Sequence[Verdict], lang: Lang) -> str:
    if not named:
        return _EMPTY[lang]
    words = _quoted([each for each in named if measure_length(own_words(each)) <= _LONGEST_NAME], lang)
    return _LIST[lang].format(terms=_TERMS[lang].format(words) if words else "")


def _quoted(verdicts: Sequence[Verdict], lang: Lang) -> str:
    """The candidate's words on the first few, each once."""
    words = list(dict.fromkeys(filter(None, map(own_words, verdicts))))[:_MOST_WORDS]
    return {"zh": "、", "en": ", "}[lang].join(f"“{each}”" for each in words)


def _correct(question: Question, error: FalseStatement, lang: Lang, *, reveal: bool) -> str:
    """What is right instead, or, where nothing may be given away or nothing is known, which sentence to look at."""
    if reveal and (belief := known_belief(error, question)):
        return _ERROR[lang].format(error=_bare(belief.correction[lang]))
    words = " ".join(error.quote.text.split())
    return _DOUBT[lang].format(quote=words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…")


def _direct(question: Question, gap: RubricPoint | None, lang: Lang, *, reveal: bool) -> str:
    """Where to go on from here."""
    if gap is None:
        return _join(lang, _FULL[lang], _ROUND_OFF[lang] if reveal else "")
    return _GAP[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP)) if reveal else _OPEN[lang]


def _heaviest(question: Question, verdicts: Sequence[Verdict], *statuses: VerdictStatus) -> RubricPoint | None:
    """The weightiest point with the first status that occurs; essential before extra."""
    found = (verdict for status in statuses for verdict in _by_weight(question, verdicts, status))
    first = next(found, None)
    return question.point(first.point_id) if first else None


def _by_weight(question: Question, verdicts: Sequence[Verdict], status: VerdictStatus) -> list[Verdict]:
    """The verdicts of one status, the weightiest first; essential before extra."""
    found = [verdict for verdict in verdicts if verdict.status is status]
    return sorted(found, key=lambda each: (not question.point(each.point_id).essential, -question.point(each.point_id).weight))


def _name(question: Question, point: RubricPoint, lang: Lang, derived: dict[Lang, str]) -> str:
    return derived[lang] if question.derived else _bare(point.intent[lang])


def _bare(text: str) -> str:
    return text.strip().rstrip("。.;；")


def _join(lang: Lang, *parts: str) -> str:
    return ("" if lang == "zh" else " ").join(part for part in parts if part)
