"""Words that code finds for a grade: a reason per verdict and two to four sentences of feedback, in the answer's language.

Names what was good by the bank's intents and what was wrong by its corrections; never quotes the reference answer. While
a follow-up may still come, a gap is shown as a question, so that the feedback does not answer it.
"""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.grading.wording import known_belief
from interviewer.models import FalseStatement, Lang, Question, RubricPoint, Verdict, VerdictStatus

_REASONS: dict[tuple[VerdictStatus, Lang], str] = {
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
_UNSURE: dict[Lang, str] = {
    "zh": "没有认出来：可能没有讲到，也可能换了说法。",
    "en": "Not recognised: it may be missing, or put in other words.",
}
_UNKNOWN: dict[Lang, str] = {
    "zh": "没关系，坦白说不会比硬猜更好。这道题可以先从这一点学起：{gap}。",
    "en": "That is fine; saying so is better than guessing. A good place to start with this question: {gap}.",
}
_EMPTY: dict[Lang, str] = {"zh": "这次没有看到可以评分的内容。", "en": "There was nothing here that answers the question."}
_LIST: dict[Lang, str] = {
    "zh": "这里主要是点到名词。请挑几个，说明各自解决什么问题、怎么用、有什么代价。",
    "en": "This mainly names terms. Pick a few and say what each solves, how you would use it and what it costs.",
}
_PRAISE: dict[Lang, str] = {"zh": "讲得好的地方：{good}。", "en": "What came across well: {good}."}
_TOUCHED: dict[Lang, str] = {
    "zh": "有 {count} 处讲到了一部分，还可以说清做法和理由。",
    "en": "Ideas that are partly there and want their how or why: {count}.",
}
_GAP: dict[Lang, str] = {"zh": "最值得补上的是：{gap}。", "en": "The most valuable thing to add: {gap}."}
_ASK: dict[Lang, str] = {"zh": "可以顺着这个问题再想一步：{ask}", "en": "A question to take it further: {ask}"}
_OPEN: dict[Lang, str] = {"zh": "还有重要的一面没有展开。", "en": "One important side is still open."}
_ERROR: dict[Lang, str] = {"zh": "需要更正：{error}。", "en": "One thing to correct: {error}."}
_DOUBT: dict[Lang, str] = {"zh": "请再核对这一句：“{quote}”。", "en": "Check this once more: “{quote}”."}
_FULL: dict[Lang, str] = {
    "zh": "各个要点都讲到了，可以再谈谈取舍和实际的数字。",
    "en": "Every point is there; trade-offs and real figures would round it off.",
}
_DERIVED_GAP: dict[Lang, str] = {
    "zh": "参考答案里还有一层意思没有讲到，可以再想想题目的其余部分",
    "en": "part of what the reference says is still open; look again at the rest of the question",
}
_DERIVED_GOOD: dict[Lang, str] = {"zh": "与参考答案相符的部分", "en": "the part that agrees with the reference"}
MOST_ERRORS_TOLD = 2
_LONGEST_QUOTE = 60


def explain(verdict: Verdict, question: Question, lang: Lang) -> str:
    """One short sentence on why a point got its verdict."""
    belief = next((each for each in question.point(verdict.point_id).misconceptions if each.id == verdict.misconception), None)
    if verdict.status is VerdictStatus.WRONG and belief:
        return _bare(belief.correction[lang]) + ("。" if lang == "zh" else ".")
    return _UNSURE[lang] if verdict.unsure else _REASONS[verdict.status, lang]


def write_feedback(
    question: Question,
    verdicts: Sequence[Verdict],
    errors: Sequence[FalseStatement],
    lang: Lang,
    *,
    unknown: bool = False,
    reveal: bool = False,
) -> str:
    """Two to four sentences: what was good, what was wrong and what is right, the heaviest gap.

    `unknown`: the candidate said that they do not know. `reveal`: no follow-up will come, so the gap may be named; otherwise it is
    shown as a question.
    """
    gap = _heaviest(question, verdicts, VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL)
    if unknown:
        return _UNKNOWN[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP) if gap else question.topic[lang])
    direction = _direct(question, gap, lang, reveal=reveal) if gap else _FULL[lang]
    good = _heaviest(question, verdicts, VerdictStatus.COVERED)
    count = {status: sum(verdict.status is status for verdict in verdicts) for status in VerdictStatus}
    if not good and not errors and not count[VerdictStatus.PARTIAL]:
        return _join(lang, (_LIST if count[VerdictStatus.NAMED] else _EMPTY)[lang], direction)
    return _join(
        lang,
        _PRAISE[lang].format(good=_name(question, good, lang, _DERIVED_GOOD)) if good else "",
        _TOUCHED[lang].format(count=count[VerdictStatus.PARTIAL]) if count[VerdictStatus.PARTIAL] else "",
        *(_correct(question, error, lang) for error in errors[:MOST_ERRORS_TOLD]),
        direction,
    )


def _correct(question: Question, error: FalseStatement, lang: Lang) -> str:
    if belief := known_belief(error, question):
        return _ERROR[lang].format(error=_bare(belief.correction[lang]))
    words = " ".join(error.quote.text.split())
    return _DOUBT[lang].format(quote=words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…")


def _direct(question: Question, gap: RubricPoint, lang: Lang, *, reveal: bool) -> str:
    """Where to go on from here."""
    if reveal:
        return _GAP[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP))
    spare = gap.follow_ups[1:]
    return _ASK[lang].format(ask=spare[-1][lang]) if spare else _OPEN[lang]


def _heaviest(question: Question, verdicts: Sequence[Verdict], *statuses: VerdictStatus) -> RubricPoint | None:
    """The weightiest point with the first status that occurs; essential before extra."""
    for status in statuses:
        found = [question.point(verdict.point_id) for verdict in verdicts if verdict.status is status]
        if found:
            return max(found, key=lambda point: (point.essential, point.weight))
    return None


def _name(question: Question, point: RubricPoint, lang: Lang, derived: dict[Lang, str]) -> str:
    return derived[lang] if question.derived else _bare(point.intent[lang])


def _bare(text: str) -> str:
    return text.strip().rstrip("。.;；")


def _join(lang: Lang, *parts: str) -> str:
    return ("" if lang == "zh" else " ").join(part for part in parts if part)
