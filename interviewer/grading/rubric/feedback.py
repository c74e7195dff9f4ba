"""The offline examiner's words: a reason per verdict and two to four sentences of feedback, in the answer's language.

Names what was good by the bank's intents and what was wrong by its corrections; never quotes the reference answer. While
a follow-up may still come, a gap is shown as a question, so that the feedback does not answer it.
"""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.grading.rubric.findings import Finding
from interviewer.models import Lang, Question, VerdictStatus

_REASONS: dict[tuple[VerdictStatus, Lang], str] = {
    (VerdictStatus.COVERED, "zh"): "说清了做法或理由。",
    (VerdictStatus.COVERED, "en"): "Says how or why.",
    (VerdictStatus.PARTIAL, "zh"): "提到了，但没有展开做法或理由。",
    (VerdictStatus.PARTIAL, "en"): "Touched, without the means or the reason.",
    (VerdictStatus.MISSING, "zh"): "没有讲到。",
    (VerdictStatus.MISSING, "en"): "Not addressed.",
}
_LISTED: dict[Lang, str] = {"zh": "只列了名词，没有说明。", "en": "Only listed as a term, not explained."}
_UNKNOWN: dict[Lang, str] = {
    "zh": "没关系，坦白说不会比硬猜更好。这道题可以先从这一点学起：{gap}。",
    "en": "That is fine; saying so is better than guessing. A good place to start with this question: {gap}.",
}
_EMPTY: dict[Lang, str] = {"zh": "这次没有看到可以评分的内容。", "en": "There was nothing here that answers the question."}
_LIST: dict[Lang, str] = {
    "zh": "这里主要是名词罗列。请挑几个词，说明各自解决什么问题、怎么用、有什么代价。",
    "en": "This is mainly a list of terms. Pick a few and say what each solves, how you would use it and what it costs.",
}
_PRAISE: dict[Lang, str] = {"zh": "讲得好的地方：{good}。", "en": "What came across well: {good}."}
_TOUCHED: dict[Lang, str] = {
    "zh": "有 {count} 处只是提到，还没有说清做法和理由。",
    "en": "Ideas that are touched, without saying how or why: {count}.",
}
_GAP: dict[Lang, str] = {"zh": "最值得补上的是：{gap}。", "en": "The most valuable thing to add: {gap}."}
_ASK: dict[Lang, str] = {"zh": "可以顺着这个问题再想一步：{ask}", "en": "A question to take it further: {ask}"}
_OPEN: dict[Lang, str] = {"zh": "还有重要的一面没有展开。", "en": "One important side is still open."}
_ERROR: dict[Lang, str] = {"zh": "需要更正：{error}。", "en": "One thing to correct: {error}."}
_FULL: dict[Lang, str] = {
    "zh": "各个要点都讲到了，可以再谈谈取舍和实际的数字。",
    "en": "Every point is there; trade-offs and real figures would round it off.",
}
_DERIVED_GAP: dict[Lang, str] = {
    "zh": "参考答案里还有一层意思没有讲到，可以再想想题目的其余部分",
    "en": "part of what the reference says is still open; look again at the rest of the question",
}
_DERIVED_GOOD: dict[Lang, str] = {"zh": "与参考答案相符的部分", "en": "the part that agrees with the reference"}


def explain(finding: Finding, lang: Lang) -> str:
    """One short sentence on why a point got its verdict."""
    if finding.status is VerdictStatus.WRONG and finding.belief is not None:
        return _bare(finding.belief.correction[lang]) + ("。" if lang == "zh" else ".")
    if finding.listed and finding.status is VerdictStatus.PARTIAL:
        return _LISTED[lang]
    return _REASONS.get((finding.status, lang), "")


def write_feedback(
    question: Question, findings: Sequence[Finding], lang: Lang, *, unknown: bool = False, listed: bool = False, reveal: bool = False
) -> str:
    """Two to four sentences: what was good, what was wrong and what is right, the heaviest gap.

    `reveal`: no follow-up will come, so the gap may be named; otherwise it is shown as a question.
    """
    gap = _heaviest(findings, VerdictStatus.MISSING, VerdictStatus.PARTIAL)
    if unknown:
        return _UNKNOWN[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP) if gap else question.topic[lang])
    direction = _direct(question, gap, lang, reveal=reveal) if gap else _FULL[lang]
    good = _heaviest(findings, VerdictStatus.COVERED)
    wrong = _heaviest(findings, VerdictStatus.WRONG)
    touched = sum(finding.status is VerdictStatus.PARTIAL for finding in findings)
    if listed:
        return _join(lang, _LIST[lang], direction)
    if not (good or touched or wrong):
        return _join(lang, _EMPTY[lang], direction)
    return _join(
        lang,
        _PRAISE[lang].format(good=_name(question, good, lang, _DERIVED_GOOD)) if good else "",
        _TOUCHED[lang].format(count=touched) if touched else "",
        _ERROR[lang].format(error=_bare(wrong.belief.correction[lang])) if wrong and wrong.belief else "",
        direction,
    )


def _direct(question: Question, gap: Finding, lang: Lang, *, reveal: bool) -> str:
    """Where to go on from here."""
    if reveal:
        return _GAP[lang].format(gap=_name(question, gap, lang, _DERIVED_GAP))
    spare = gap.point.follow_ups[1:]
    return _ASK[lang].format(ask=spare[-1][lang]) if spare else _OPEN[lang]


def _heaviest(findings: Sequence[Finding], *statuses: VerdictStatus) -> Finding | None:
    """The weightiest finding of the first status that occurs; essential before extra."""
    for status in statuses:
        found = [finding for finding in findings if finding.status is status]
        if found:
            return max(found, key=lambda finding: (finding.point.essential, finding.point.weight))
    return None


def _name(question: Question, finding: Finding, lang: Lang, derived: dict[Lang, str]) -> str:
    return derived[lang] if question.derived else _bare(finding.point.intent[lang])


def _bare(text: str) -> str:
    return text.strip().rstrip("。.;；")


def _join(lang: Lang, *parts: str) -> str:
    return ("" if lang == "zh" else " ").join(part for part in parts if part)
