"""Answers that say nothing, made by code from answers that do: their terms glued together with empty verbs, their statements denied.

From these the shared head of telling learns to tell what is explained from what only holds the same words. Nobody need write them, and
they hold the subject's words as often as honest answers do, so that only how they are put together can tell.

Who denies what is wrong and says what is right tells something: of each misconception of the bank code makes a sentence that does so.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from interviewer.models import LANGS, Lang, Question
from interviewer.text.words import measure_length

_Thing = TypeVar("_Thing")
EACH = 24
"""Salads a question and language, and as many denials."""
TERMS = "terms"
"""The kind of labelled answers that are lists of terms."""
_LEAST_TERMS, _LEAST_SAID = 20, 8
_SHORTEST, _LONGEST = 1.5, 8.0
"""Of a term, in units of `words.measure_length`."""
_FEWEST, _SPREAD = 4, 5
"""So many sentences has a made answer at least, and at most so many more but one."""
_ITEM_END = re.compile(r"[、,，;；/|\n。.]|\band\b|和|与|以及")
_EDGE = " \t：:“”\"'()（）-—·•*。.;；,，、!！"
_LEAD = re.compile(
    # "我会先……", "然后……", "then ...", "we ..."
    r"^(?:(?:我们?|会|要|先|再|然后|应该?|需要|就)+|(?:and|then|so|first|next|i would|i'd|we would|we'd|we|i|the)\b\s*)",
    re.IGNORECASE,
)
_SHAPES: Mapping[Lang, Sequence[str]] = {
    # "队列支撑限流、熔断", "落实缓存、预热和降级", "借助量化改善显存"
    "zh": (
        "{a}{does}{b}、{c}", "{does}{a}、{b}和{c}", "借助{a}{does}{b}", "{a}和{b}共同{does}{c}", "{a}、{b}、{c}、{d}、{e}都要{does}", "{does}{a}，{also}{b}",
        "以{a}{does}{b}，以{c}{also}{d}", "{a}有{b}、{c}和{d}", "{a}方面{does}{b}、{c}、{d}", "{a}{is_so}", "{a}和{b}{is_so}", "{a}、{b}、{c}、{d}、{e}、{f}{is_so}",
        "对{a}来说{b}和{c}{is_so}", "在{a}上{does}{b}", "{a}既{does}{b}又{also}{c}", "从{a}到{b}再到{c}，{is_so}",
    ),
    # "Queues support limits and breakers", "with caching we strengthen latency", "quantisation and paging are essential"
    "en": (
        "{a} {does} {b} and {c}", "we {does} {a}, {b} and {c}", "with {a} we {does} {b}", "{a} and {b} together {does} {c}", "{does} {a}, then {also} {b}",
        "{a}, {b}, {c}, {d} and {e} {does} the whole", "{a} has {b}, {c} and {d}", "for {a} one must {does} {b}, {c} and {d}", "{a} {is_so}",
        "{a} and {b} {is_so}", "{a}, {b}, {c}, {d}, {e} and {f} {is_so}", "as to {a}, {b} and {c} {is_so}", "in {a} we {does} {b}",
        "{a} will {does} {b} and {also} {c}", "from {a} to {b} and {c}, all {is_so}", "{a}: {b}, {c}, {d}",
    ),
}  # fmt: skip
_DOES: Mapping[Lang, Sequence[str]] = {
    "zh": tuple(re.findall(r"\S+", "涵盖 涉及 包括 包含 依赖 离不开 讲究 侧重 强调 兼顾 配合 支撑 推动 促进 改善 增强 加强 保证 确保 做好 抓好 落实 打通 贯穿 整合 协同 衔接 匹配 "
        "强化 推进 完善 健全 搭建 构建 打造 引入 采用 使用 运用 实现 达成 体现 满足 解决 应对 处理 管理 规范 统筹 规划 部署 开展 进行 布局 优先 赋能")),
    "en": tuple(re.findall(r"\S+", "involve include cover comprise need require support ensure boost strengthen improve leverage combine integrate complement enable drive deliver "
        "address handle manage facilitate streamline use apply adopt employ utilise implement introduce embrace provide offer bring achieve reach "
        "realise guarantee optimise enhance maximise balance harmonise orchestrate establish build develop design plan prioritise consider")),
}  # fmt: skip
_IS_SO: Mapping[Lang, Sequence[str]] = {
    "zh": tuple(re.findall(r"\S+", "必不可少 不可或缺 是重中之重 是基础 是前提 是重点 是关键 不容忽视 要跟上 缺一不可 相互配合 各有所长 形成闭环 都要到位 十分必要 意义重大")),
    "en": (
        "are essential", "are crucial", "are fundamental", "are a must", "are key", "are indispensable", "play a vital role", "go hand in hand",
        "matter", "are in place", "come into play", "are needed", "are top priorities", "work together", "are best practice", "have to be there",
    ),
}  # fmt: skip
_DENIED: Mapping[Lang, Sequence[str]] = {
    "zh": (
        "不要{said}", "不必{said}", "没有必要{said}", "我不会{said}", "千万别{said}", "何必{said}", "{said}，大可不必", "{said}毫无价值", "犯不着{said}",
        "无须{said}", "不去{said}", "{said}，免了", "{said}，这一步跳过", "放弃{said}", "{said}是多此一举", "别{said}", "不做{said}", "取消{said}",
    ),
    "en": (
        "never {said}", "do not {said}", "there is no need to {said}", "I would not {said}", "you need not {said}", "it makes no sense to {said}",
        "by no means {said}", "{said}: not worth it", "nobody should {said}", "avoid this: {said}", "do without this: {said}", "we can do without {said}",
        "{said} is superfluous", "refrain from {said}", "no {said}", "don't {said}", "without {said} we fare just as well", "leave out {said}",
    ),
}  # fmt: skip
_REFUTED: Mapping[Lang, Sequence[str]] = {
    "zh": (
        "不要以为{myth}，{truth}", "别相信“{myth}”，{truth}", "{myth}？不对，{truth}", "不能认为{myth}，因为{truth}", "千万别当{myth}，{truth}", "有人说{myth}，其实{truth}",
        "并不是{myth}，{truth}", "不会指望{myth}，{truth}", "没有“{myth}”这回事：{truth}", "说{myth}是错的，{truth}", "不去赌{myth}，{truth}", "我不信{myth}；{truth}",
    ),
    "en": (
        "do not believe that {myth}: {truth}", "don't assume that {myth}, because {truth}", "never trust that {myth}; {truth}", "it is not true that {myth}: {truth}",
        "{myth}? No, {truth}", "you cannot say that {myth}, since {truth}", "I would not count on it that {myth}; {truth}", "no, it is not so that {myth}: {truth}",
        "don't expect that {myth}; instead, {truth}", "nobody should think that {myth}, as {truth}", "avoid the belief that {myth}: {truth}",
        "we do not rely on it that {myth}; {truth}",
    ),
}  # fmt: skip
_STOP: Mapping[Lang, str] = {"zh": "。", "en": ". "}


@dataclass(frozen=True, slots=True)
class Source:
    """A labelled answer to make hollow ones from. `said`: the clauses that earned something, as they were typed."""

    lang: str
    kind: str
    answer: str
    said: tuple[str, ...]


def make_hollow(sources: Sequence[Source]) -> Iterator[tuple[Lang, str]]:
    """Hollow answers in the words of one question's answers; the same for the same answers, none where there are too few of them."""
    for lang in LANGS:
        own = [source for source in sources if source.lang == lang]
        terms = sorted({item for source in own if source.kind == TERMS for item in _terms(source.answer)})
        said = sorted({_LEAD.sub("", clause.strip(_EDGE)) for source in own for clause in source.said} - {""})
        for number in range(EACH):
            if len(terms) >= _LEAST_TERMS:
                yield lang, _salad(lang, terms, number)
            if len(said) >= _LEAST_SAID:
                yield lang, _denial(lang, said, number)


def make_refutations(question: Question) -> Iterator[tuple[Lang, str]]:
    """The misconceptions of a question's points, each denied and put right in a sentence."""
    for number, belief in enumerate(belief for point in question.points for belief in point.misconceptions):
        for lang in LANGS:
            myth, truth = (text[lang].strip(_EDGE) for text in (belief.statement, belief.correction))
            if myth and truth:
                yield lang, _join(lang, [_pick(_REFUTED[lang], number).format(myth=_begun(myth, lang), truth=_begun(truth, lang))])


def _begun(text: str, lang: Lang) -> str:
    """As within a sentence: "the latest tag is fine"; names keep their capitals."""
    return text[0].lower() + text[1:] if lang == "en" and text[1:2].islower() else text


def _terms(answer: str) -> Iterator[str]:
    for item in _ITEM_END.split(answer):
        term = item.strip(_EDGE)
        if _SHORTEST <= measure_length(term) <= _LONGEST:
            yield term


def _salad(lang: Lang, terms: Sequence[str], number: int) -> str:
    sentences = []
    for place in _places(number):
        names = {name: _pick(terms, 10 * place + at) for at, name in enumerate("abcdef")}
        empty = {"does": _pick(_DOES[lang], place), "also": _pick(_DOES[lang], place + 1), "is_so": _pick(_IS_SO[lang], place)}
        sentences.append(_pick(_SHAPES[lang], place).format(**names, **empty))
    return _join(lang, sentences)


def _denial(lang: Lang, said: Sequence[str], number: int) -> str:
    return _join(lang, [_pick(_DENIED[lang], place).format(said=_pick(said, place + 1)) for place in _places(number)])


def _places(number: int) -> range:
    start = 100 * number
    return range(start, start + _FEWEST + _pick(range(_SPREAD), number))


def _join(lang: Lang, sentences: Sequence[str]) -> str:
    return "".join(sentence[:1].upper() + sentence[1:] + _STOP[lang] for sentence in sentences).strip()


def _pick(things: Sequence[_Thing], number: int) -> _Thing:
    """One of them, as if by chance, but always the same."""
    return things[zlib.crc32(b"%d" % number) % len(things)]
