"""Sentences of a question's reference with their meaning turned round: "increases" for "reduces", a denial put in, two parts swapped.

Whoever copies a reference and turns it round says the opposite in its words, which is what learned heads hear. Only near copies are
looked at, and only for words that turn a meaning: who tells a reference from memory puts other words for the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from interviewer.models import LANGS, Question
from interviewer.text.chinese import simplify
from interviewer.text.normalize import Normalized, Span, normalize
from interviewer.text.segment import split_sentences
from interviewer.text.words import HAN_BLOCK

_LIKE = 0.4
"""Similarity by words (of Chinese: by characters) from which a sentence is made from another: turning it round changes much of it."""
_LEAST_TOKENS = 8
_LEAST_TURNED, _SHARE_TURNED = 3, 1 / 3
"""So many sentences turned round, and this share of all that are copied: then none is meant as it stands. One is a slip, and the heads' affair."""
_BESIDE_HAN = re.compile(rf" (?=[{HAN_BLOCK}])|(?<=[{HAN_BLOCK}]) ")
_TOKEN = re.compile(rf"[a-z0-9]+(?:[.'+#][a-z0-9]+)*|[{HAN_BLOCK}]")
_DENIAL = re.compile(
    r"不(?![同断仅])|没|无(?![状论])|非(?![饱常])|未|勿|否|\b(?:not?|never|without|cannot|none|nothing|neither|hardly)\b|n't\b"
)
_OPPOSITES: Sequence[tuple[str, str]] = (
    # "减少尾延迟" for "增加尾延迟", "cuts memory" for "raises memory"
    (
        r"增|提高|提升|上升|涨|升高|加大|放大|变大|变多|更多|更大|延长|翻倍|\b(?:increas|rais|grow|more|larg|big|high|up|rise|doubl|longer)",
        r"减|降|缩|压低|变小|变少|更少|更小|\b(?:reduc|decreas|lower|less|few|small|low|down|cut|shrink|halv|shorter)",
    ),
    # "比扩散模型慢" for "比扩散模型快", "slows down" for "speeds up"
    (r"快|迅速|\b(?:fast|quick|speed|soon)", r"慢|\bslow"),
    # "加载完之前就绪" for "加载完之后才就绪", "ready before" for "ready only after"
    (r"先|之前|以前|\b(?:before|first|ahead)", r"后(?!端|台)|\b(?:after|last|later)"),
    # "不必预热" for "要预热", "avoid" for "must"
    (r"必须|必要|需要|应该|应当|务必|要(?!求)|\b(?:must|need|should|require)", r"不必|不用|无需|不需|不应|不该|不要|\b(?:unnecessar|needless|optional|avoid)"),
    # "一定收敛" for "不保证收敛", "always" for "rarely"
    (r"一定|必然|总是|始终|永远|完全|\b(?:always|guarante|certain)", r"可能|不一定|未必|不(?=保证)|有时|往往|很少|\b(?:may|might|never|rare|seldom|sometim)"),
    # "只存权重" for "全部都存", "none of the weights" for "all the weights"
    (r"所有|全部|每个|全量|都|\b(?:all|every|each|whole|entire)\b", r"只|仅|部分|少量|个别|\b(?:only|some|part|few|none|any)\b"),
    # "用不同的参数" for "用同一份参数", "is the same service" for "is a separate service"
    (r"相同|一致|同一|共享|\b(?:same|ident|shared|equal|consist)", r"不同|各自|独立|\b(?:differ|separate|own\b|independ|inconsist)"),
    # "同步调用" for "异步调用"
    (r"同步|阻塞|\b(?:synchron|block)", r"异步|非阻塞|\b(?:asynchron|non-?block)"),
    # "无界队列" for "有上限的队列", "unbounded" for "bounded"
    (r"有界|有限|上限|\b(?:bound|limit|finite|cap\b)", r"无界|无限|\b(?:unbound|unlimit|infinit)"),
    # "让训练震荡" for "让训练稳定"
    (r"稳定|稳住|收敛|\b(?:stabl|converg)", r"不稳|震荡|发散|\b(?:unstabl|diverg|oscillat)"),
    # "判别器过弱" for "判别器过强", "a weak one" for "a strong one"
    (r"强|大|\bstrong", r"弱|小|\bweak"),
    # "放行" for "拦截", "accept" for "reject"
    (r"允许|接受|放行|打开|启用|开启|\b(?:allow|accept|admit|enabl|open|permit)", r"禁止|拒绝|拦截|关闭|停用|\b(?:forbid|reject|deny|denie|refus|disabl|clos|block)"),
    # "丢弃原始数据" for "保留原始数据", "drop" for "keep"
    (r"保留|保存|记录|持久|\b(?:keep|sav|stor|record|log|retain)", r"丢弃|删除|清空|覆盖|忽略|\b(?:drop|discard|delet|remov|ignor|overwrit|forget)"),
    # "逐条算" for "攒批算", "online" for "offline"
    (r"离线|批|\b(?:offlin|batch)", r"在线|逐条|单独|\b(?:onlin|stream|singl|alone)"),
    # "更差" for "更好", "cheap" for "expensive"
    (r"好|优|高效|便宜|容易|简单|\b(?:good|best|better|cheap|eas|simpl)", r"差|劣|低效|贵|难|复杂|\b(?:bad|worst|worse|expensiv|hard|difficult|complex)"),
    # "静态批" for "动态批", "mutable tag" for "immutable version"
    (r"静态|固定|不变|\b(?:static|fix|immut|constant)", r"动态|可变|随机|改变|\b(?:dynam|variab|mutab|random|chang)"),
    # "当作可信数据" for "当作不可信数据", "trusted" for "untrusted"
    (r"可信|可靠|安全|\b(?:trust|reliab|safe)", r"不可信|不可靠|\b(?:untrust|unreliab|unsafe)"),
    # "低于阈值时" for "超过阈值时", "below" for "above"
    (r"超过|高于|大于|\b(?:exceed|abov|over\b)", r"低于|小于|不足|\b(?:below|under\b)"),
    # "没有标准答案" for "有标准答案", "without a cap" for "with a cap"
    (r"有(?!时|效)|\bwith\b", r"没有|无|\bwithout"),
    # "至多一个副本" for "至少两个副本", "at most" for "at least"
    (r"至少|最少|最小|\b(?:least|min)", r"至多|最多|最大|\b(?:most|max)"),
    # "是误导" for "是准的", "misleads" for "is right"
    (r"正确|准|对|\b(?:right|correct|true|accurate)", r"错|误|\b(?:wrong|false|mislead|incorrect)"),
    # "跳过评测" for "做评测", "skips" for "runs"
    (r"做|测|检查|\b(?:run|check|watch|measur|prefer)", r"跳过|省|免|\b(?:skip|omit|avoid|refus)"),
)  # fmt: skip
"""The words of two directions: a copy that has one side's for the other's is turned."""
_SIDES = tuple((re.compile(one), re.compile(other)) for one, other in _OPPOSITES)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the reference. `words`: its tokens, each once."""

    tokens: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of a sentence's tokens and what a copy has for it."""

    source: Span
    copy: Span


@dataclass(frozen=True, slots=True)
class _Copy:
    """A sentence of the answer that is nearly one of the reference. `span`: in the normalised text."""

    span: Span
    tokens: tuple[str, ...]
    source: _Sentence
    changes: tuple[_Change, ...]


def _tokens(words: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(simplify(words)))


@lru_cache(maxsize=128)
def _references(question: Question) -> tuple[_Sentence, ...]:
    """The sentences of a question's reference. Kept, because they are the same for every answer."""
    found = []
    for lang in LANGS:
        text = normalize(question.reference[lang]).text
        for span in split_sentences(text):
            tokens = _tokens(text[span.start : span.end])
            if len(tokens) >= _LEAST_TOKENS:
                found.append(_Sentence(tokens, frozenset(tokens)))
    return tuple(found)


def find_turned(text: Normalized, question: Question) -> tuple[Span, ...]:
    """The stretch of an answer in which its question's reference is copied and turned round, with what stands between; else none."""
    copies: list[_Copy] = []
    for span in split_sentences(text.text):
        tokens = _tokens(text.text[span.start : span.end])
        if len(tokens) >= _LEAST_TOKENS and (source := _source(tokens, question)):
            copies.append(_Copy(span, tokens, source, tuple(_changes(source.tokens, tokens))))
    replaced = frozenset(
        (_put(each.source.tokens, change.source), _put(each.tokens, change.copy)) for each in copies for change in each.changes
    )
    turned = [each.span for each in copies if any(_turns(each, change, replaced) for change in each.changes)]
    if len(turned) < max(_LEAST_TURNED, _SHARE_TURNED * len(copies)):
        return ()
    return (Span(copies[0].span.start, copies[-1].span.end),)


def _source(tokens: tuple[str, ...], question: Question) -> _Sentence | None:
    words = frozenset(tokens)
    best, found = _LIKE, None
    for sentence in _references(question):
        if 2 * len(words & sentence.words) < len(words):
            continue
        alike = Levenshtein.normalized_similarity(sentence.tokens, tokens)
        if alike >= best:
            best, found = alike, sentence
    return found


def _changes(source: tuple[str, ...], tokens: tuple[str, ...]) -> list[_Change]:
    """What stands in the copy for what; changes that hardly anything parts are one."""
    found: list[_Change] = []
    for code in Levenshtein.opcodes(source, tokens):
        if code.tag == "equal":
            continue
        one, one_end, other, other_end = code.src_start, code.src_end, code.dest_start, code.dest_end
        if found and one - found[-1].source.end <= 1 and other - found[-1].copy.end <= 1:
            found[-1] = _Change(Span(found[-1].source.start, one_end), Span(found[-1].copy.start, other_end))
        else:
            found.append(_Change(Span(one, one_end), Span(other, other_end)))
    return found


def _put(tokens: tuple[str, ...], span: Span, around: int = 0) -> str:
    """The words of a stretch, with so many around it; between Chinese characters stands no space."""
    return _BESIDE_HAN.sub("", " ".join(tokens[max(0, span.start - around) : span.end + around]))


def _turns(copy: _Copy, change: _Change, replaced: frozenset[tuple[str, str]]) -> bool:
    one, other = _put(copy.source.tokens, change.source), _put(copy.tokens, change.copy)
    if one and other and (other, one) in replaced:
        return True
    one, other = _put(copy.source.tokens, change.source, 1), _put(copy.tokens, change.copy, 1)
    if len(_DENIAL.findall(one)) % 2 != len(_DENIAL.findall(other)) % 2:
        return True
    return any(_changed_sides(a, b, one, other) or _changed_sides(b, a, one, other) for a, b in _SIDES)


def _changed_sides(side: re.Pattern[str], opposite: re.Pattern[str], one: str, other: str) -> bool:
    return bool(side.search(one) and opposite.search(other)) and not (opposite.search(one) or side.search(other))
