"""Judging an answer about somebody's own work, which has no reference: by how it is told. Deterministic, and without a model.

A question whose points are all among `GENERAL` (knowledge/deep-dive) is judged so: what was the person's own part, which decision with what
reason, what was measured, what failed and what was changed. It hears whether these are told, never whether they are true or wise; how well is
in docs/evaluation.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from interviewer.grading.rubric.judging import Judged
from interviewer.grading.rubric.reading import Reading
from interviewer.models import Question, Verdict, VerdictStatus
from interviewer.text.normalize import Span
from interviewer.text.words import measure_length

SUBSTANCE = 22.0
"""Of the words about one's own part, in units of `words.measure_length`: from there on something is told of it."""
_DEED_ZH = "负责|写|做|设计|实现|搭|改|提出|主导|推动|拆|重构|优化|定位|排查|修|引入|接手|独立|完成|加的|加了|建|迁移|压测|开发|选|决定|牵头|维护|调|用了|查"
_DEED_EN = (
    r"(?:re)?wrote|(?:re)?built|(?:re)?designed|implemented|owned|led|created|developed|introduced|added|fixed|traced|found|migrated|refactored|profiled|"
    r"set up|drove|proposed|chose|decided|tuned|ran|automated|replaced|was responsible|was in charge|took over|did|rolled|sharded|skipped"
)
_OWN = re.compile(
    rf"我(?!们)[^,。;!?]{{0,10}}?(?:{_DEED_ZH})|(?:都|主要)?(?:是|由)我(?!们)[^,。;]{{0,6}}(?:{_DEED_ZH})|自己(?:{_DEED_ZH})|"
    rf"\bi (?:also |then |first |mainly |\w+ly )?(?:{_DEED_EN})\b"
)
_OTHERS = re.compile(
    r"同事|其他人|别人|另一位|另外[一两二三]|他们|团队|一个人|独立|其余|\b(?:colleagues?|teammates?|others?|another engineer|the rest|team|myself|alone|of us)\b"
)
_VAGUE = re.compile(
    r"(?:整个|所有|全部|各种|各方面|很多|大量|一些|不少)[^,。;]{0,8}(?:项目|工作|方面|优化|内容|事情|任务)|\b(?:everything|all (?:of )?(?:the )?(?:work|parts)|a lot of|many things|various|lots of)\b"
)
_CHOICE = re.compile(
    r"选型|选(?:了|择|用|的)?|决定|改用|换成|采用|放弃|没(?:有)?(?:选|用|采用|上)|而不是|对比了|比较了|权衡|取舍|"
    r"\b(?:chose|chosen|choice|decided|decision|picked|opted|went with|switched|rejected|ruled out|instead of|rather than|stayed on|trade-?offs?|compared)\b"
)
_REASON = re.compile(
    r"因为|由于|考虑到|原因|为了|否则|不然|避免|缺点|代价|好处|优点|优势|成本|更(?:好|快|省|稳|简单|合适)|"
    r"\b(?:because|since(?! then)|so that|reason|otherwise|to avoid|to save|to keep|downside|upside|advantage|drawback|would have|too (?:slow|expensive|complex)|for (?:continuous|its|the|better|lower))\b"
)
_OTHER_WAY = re.compile(
    r"而不是|放弃|没(?:有)?(?:选|用|采用|上)|相比|对比|比较|之间|考虑过|备选|另一个方案|改用|换成|\b(?:rather than|instead of|considered|alternatives?|over|versus|vs|compared|rejected|ruled out|between)\b"
)
_NUMBER = (
    r"(?<![\d.,])\d+(?:[.,]\d+)*\s*(?:%|ms|毫秒|s\b|秒|分钟|qps|tps|倍|万|亿|k\b|gb|tb|条|次|percent|minutes?|hours?|times|x\b|points?)?"
)
_CHANGE = re.compile(
    rf"(?:从|由)\s*{_NUMBER}[^。;]{{0,12}}?(?:到|至)了?\s*{_NUMBER}|\bfrom {_NUMBER}[^.;]{{0,20}}? to {_NUMBER}|"
    rf"(?:提升|提高|降低|下降|减少|缩短|增加|节省)了?(?:约|大约|近)?\s*{_NUMBER}|\b(?:by|rose|fell|grew|dropped|improved|cut)(?: by)? (?:about )?{_NUMBER}"
)
_FIGURE = re.compile(
    r"(?<![\d.,])\d+(?:[.,]\d+)*\s*(?:%|ms|毫秒|秒|qps|tps|倍|万|亿|percent|gb|tb)|(?:qps|tps|延迟|准确率|命中率|latency|accuracy|throughput)[^。;,]{0,8}\d"
)
_METRIC = re.compile(
    r"指标|准确率|延迟|吞吐|命中率|错误率|稳定性|性能|成本|监控|转化|\b(?:metrics?|latency|accuracy|throughput|error rate|performance|hit rate|dashboard|conversion|measured)\b"
)
_NO_TROUBLE = re.compile(
    r"没(?:有)?(?:出过|出现过|遇到过?|发生过?)[^,。;]{0,6}(?:问题|故障|事故)|一直很顺利|\b(?:nothing (?:ever )?(?:failed|broke|went wrong)|no (?:problems|issues|failures|incidents))\b"
)
_TROUBLE = re.compile(
    r"故障|事故|出(?:了|过)?[^,。;]{0,4}问题|告警|报警|宕机|崩溃|崩了|挂了|挂掉|溢出|打满|占满|超时|丢了|失败|踩(?:过|了)?坑|雪崩|泄漏|"
    r"\b(?:outages?|incident|failed|failure|crash\w*|broke|bug|tim(?:ed|e) ?out|ran out of|went down|down for|lost|leak\w*|paged|oom)\b"
)
_HANDLED = re.compile(
    r"定位|排查|查(?:下来|出|到|了|明)|发现|修(?:复|好|了)|回滚|恢复|降级|重启|扩容|跳过|"
    r"\b(?:found|fixed|traced|root cause|rolled back|restored|restarted|debugged|skipped|reverted|lowered|scaled)\b"
)
_CHANGED = re.compile(
    r"之后|后来|此后|从此|复盘|改成|(?:加|补|增加)(?:上|了)|调(?:低|高|整)|教训|再没|再也没|"
    r"\b(?:since then|afterwards?|later|we (?:now|added)|i added|lessons?|learned|post-?mortem|to prevent|sharded|has been stable|lowered)\b"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence of an answer that counts. `beside`: its words with those of the next one."""

    span: Span
    words: str
    beside: str


_Found = tuple[VerdictStatus, Span | None]
_NOTHING: _Found = (VerdictStatus.MISSING, None)


def is_general(question: Question) -> bool:
    """Whether the question is judged by how its answer is told."""
    return bool(question.points) and all(point.id in GENERAL for point in question.points)


def judge_general(question: Question, reading: Reading) -> Judged:
    """Verdicts for a question of general points; nothing is called an error."""
    told = _sentences_of(reading)
    verdicts = []
    for point in question.points:
        status, span = GENERAL[point.id](told)
        verdicts.append(Verdict(point.id, status, None if span is None else reading.quote(span)))
    return Judged(tuple(verdicts), (), ())


def _sentences_of(reading: Reading) -> tuple[_Told, ...]:
    parsed = reading.parsed
    kept = sorted({parsed.units[number].sentence for window in reading.windows for number in window.units})
    words = [parsed.words(parsed.sentences[number]) for number in kept]
    return tuple(_Told(parsed.sentences[number], words[at], " ".join(words[at : at + 2])) for at, number in enumerate(kept))


def _judge_own(told: Sequence[_Told]) -> _Found:
    own = [each for each in told if _OWN.search(each.words)]
    if not own:
        return _NOTHING
    deeds = sum(len(_OWN.findall(each.words)) for each in own)
    length = sum(measure_length(each.words) for each in own)
    apart = any(_OTHERS.search(each.words) for each in own)
    clear = not any(_VAGUE.search(each.words) for each in own)
    best = max(own, key=lambda each: (len(_OWN.findall(each.words)), len(each.words)))
    whole = clear and length >= SUBSTANCE and (deeds >= 2 or apart)
    return (VerdictStatus.COVERED if whole else VerdictStatus.PARTIAL), best.span


def _judge_decision(told: Sequence[_Told]) -> _Found:
    chosen = [each for each in told if _CHOICE.search(each.words)]
    if not chosen:
        return _NOTHING
    marks = {each.span: bool(_REASON.search(each.beside)) + bool(_OTHER_WAY.search(each.words)) for each in chosen}
    best = max(marks, key=lambda span: marks[span])
    return (VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED)[marks[best]], best


def _judge_measurement(told: Sequence[_Told]) -> _Found:
    for pattern, status in ((_CHANGE, VerdictStatus.COVERED), (_FIGURE, VerdictStatus.PARTIAL), (_METRIC, VerdictStatus.NAMED)):
        if found := next((each for each in told if pattern.search(each.words)), None):
            return status, found.span
    return _NOTHING


def _judge_failure(told: Sequence[_Told]) -> _Found:
    troubled = next((at for at, each in enumerate(told) if _TROUBLE.search(each.words) and not _NO_TROUBLE.search(each.words)), None)
    if troubled is None:
        return _NOTHING
    story = " ".join(each.words for each in told[troubled : troubled + 3])
    marks = bool(_HANDLED.search(story)) + bool(_CHANGED.search(story))
    return (VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED)[marks], told[troubled].span


GENERAL: Mapping[str, Callable[[Sequence[_Told]], _Found]] = {
    "own-part": _judge_own,
    "decision": _judge_decision,
    "measurement": _judge_measurement,
    "failure": _judge_failure,
}
"""The general points by their ids."""
