"""Texts that their author takes back as a whole: "everything below is wrong", "以上我一条也不会做". What is denied so is no evidence.

The words are then somebody else's, and right or not, they show nothing. Who refutes a myth, rules out some cases or lists common
mistakes is left alone: such a denial is short beside the answer, is named for what it is, or goes on to what is right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from interviewer.text.chinese import simplify
from interviewer.text.normalize import Normalized, Span
from interviewer.text.segment import split_clauses, split_sentences
from interviewer.text.words import measure_length

_LONGEST_FRAME = 60.0
"""In units of `words.measure_length`, as all here: longer words are a statement, not a frame around one."""
_LONGEST_SENTENCE = 4000
"""Characters. Where a sentence is longer than any answer, only its ends are looked at."""
_LEAST_DENIED = 60.0
"""What is shorter is a myth or two, which one may well refute."""
_LONG_DENIED = 150.0
"""Nobody quotes that much only to refute it."""
_REST_AFTER = 1 / 3
"""Of what was denied before, so much may be said afterwards; more, and it was the approach to an answer."""

_ZH_THING = "(?:话|文字|文本|内容|说法|做法|观点|答案|回答|描述|段落|建议|论述|陈述|论点|主张|东西|一切|实践|条目|解释|清单|措施|方法|步骤)"
_ZH_SAID = f"(?:(?:这|那|的|所|我|要|将|会|你|看到|列|写|说|讲|提|给|出|到|几|各|每|全部|所有|任何|一|整|大|些|段|篇|句|条|项|种|个|点|番|教科书|课本)*{_ZH_THING}?)"
"""What is pointed to is a text, its sentences or practices, e.g. "以下(所有说法)", "下面(这一大段话)"; not "以下请求", "下列指标"."""
_ZH_AHEAD = f"(?:以下|下面|下述|下列|下文|如下|接下来|后面|后文|下边|底下){_ZH_SAID}"
_ZH_BEHIND = f"(?:以上|上面|上述|上文|前面|前述|上边|刚才|这些){_ZH_SAID}"
_ZH_NONE = "没有?[任何]{0,2}一?[条句个点样项]|无一"
_ZH_ALL = f"全|统统|通通|一概|一律|都|皆|均|通篇|整[篇段]|{_ZH_NONE}|一[条句个点样项字]|任何|每一?[句条项个]|所有|完全|一切|彻底|各条"
_ZH_DENY = (
    "(?:不(?:同意|赞同|赞成|认同|认可|认|信|支持|对|正确|成立|可取|可信|属实|采用|采纳|接受|敢苟同|是真的?|会(?:这么|这样|照着?|去)?(?:做|采用|采纳|信))|"
    "错误?|胡[扯说]|瞎[扯说]|胡说八道|谬误|假话?|反话|谎话|误区|反对|否认|否定|反过来(?:理解|读|看|听|想)?|相反)"
)
_ZH_END = "(?:的|了|吧|啊|呢|说法|做法|观点|内容|话|东西|理解)*(?=[,。:;!]|$)"
"""A denial of a whole text ends there, and has no object: "不会做", not "不会触发扩容"."""
_EN_THING = (
    "(?:text|texts|lists?|advice|statements?|claims?|answers?|paragraphs?|points?|items?|recommendations?|ideas?|contents?|sentences?|"
    "practices|things|words?|passages?|lines?|views?|suggestions?|descriptions?)"
)
_EN_SAID = rf"(?:(?: \w+){{0,2}}? {_EN_THING})?(?=\s*(?:[,.:;!]|$)| (?:is|are|was|were|as|to|be|from|in|and|for|it|he|she|they)\b)"
"""So in English: "the following (textbook text)", "everything below"; not "anything below 0.8", "all of these alerts"."""
_EN_AHEAD = (
    rf"\b(?:(?:following|below){_EN_SAID}|(?:what|that|which) follows\b|(?:what|everything|anything|nothing|all)\b[^,.:;]{{0,24}}\bnext\b)"
)
_EN_PART = "(?:all|any|none|much|an?y? word|a word|part|every (?:bit|word|sentence|line))"
_EN_BEHIND = rf"\b(?:above{_EN_SAID}|{_EN_PART} of (?:this|that|it|these|those){_EN_SAID}|just (?:said|written|wrote|listed|described)\b)"
_EN_ALL = (
    r"\b(?:all|every(?:thing)?|each|any(?:thing)?|none|nothing|no part|not (?:a|one|any)|never|completely|entirely|complete|a word|whole|"
    r"start to finish|exact)\b"
)
_EN_DENY = (
    r"(?:wrong|false|untrue|incorrect|mistaken|nonsense|rubbish|garbage|lies|a lie|(?:the )?(?:exact |very )?(?:opposite|reverse)"
    r"(?: of (?:the truth|what i (?:think|mean|believe|do|would do)))?)"
)
_EN_AGAINST = (
    r"(?:\b(?:disagree with|reject|deny|dispute|oppose|disown|contrary to|(?:opposite|reverse|contrary) of|do none of|endorse no)|"
    r"(?:\bnot|n't|\bnever|\bnor) (?:really |ever )?(?:agree with|believe|accept|endorse|support|do|follow|adopt|stand by|mean))"
)
_EN_TRUE = r"(?:true|right|correct|valid|sound|accurate|my (?:own )?(?:view|answer|approach|opinion|advice)|(?:what|how|anything|something) i(?:'d| would)?\b)"
_FRAMES: Sequence[str] = (
    # "以下做法都是错的", "内容如下,我认为通篇都是错的", "与下文所说的恰恰相反"
    f"{{point}}[^。:;]{{0,14}}?{_ZH_DENY}{_ZH_END}",
    # "我反对以下全部内容", "我不赞同下列任何一条"
    f"{_ZH_DENY}(?:的是)?{{point}}(?=[,。:;!]|$)",
    # "接下来写的没有一句是对的", "上述观点无一正确"
    f"{{point}}[^。:;]{{0,24}}?(?:{_ZH_NONE})(?:是|能|算)?(?:对|正确|真|可取|成立|可信|站得住|信|我)",
    # "everything in the following text is wrong", "all of the above is false", "what comes next is complete nonsense"
    rf"{{point}}[^.:;]{{0,40}}?\b(?:is|are|was|were)\b[^.:;]{{0,24}}?\b{_EN_DENY}\b",
    # "I disagree with every sentence below", "contrary to the following", "I would not do any of these things"
    rf"{_EN_AGAINST}\b[^.:;]{{0,36}}?{{point}}(?=\s*(?:[,.:;!]|$))",
    # "nothing that follows is true", "none of the above is what I'd do"
    rf"\b(?:none|nothing|no part|not (?:a|one))\b[^.:;]{{0,30}}?{{point}}[^.:;]{{0,12}}?\b(?:is|are|holds?|to be)\b[^.:;]{{0,10}}?\b{_EN_TRUE}",
    # "all of which I reject:", "every bit of it is wrong:" before what it means
    rf"\b(?:all|each|every \w+) of (?:which|it|this|that|them|these)\b[^.:;]{{0,16}}?(?:\b{_EN_DENY}|{_EN_AGAINST})\b[^.:;]{{0,12}}:$",
)  # fmt: skip
_AHEAD = tuple(re.compile(frame.replace("{point}", point)) for frame in _FRAMES for point in (_ZH_AHEAD, _EN_AHEAD))
_BEHIND = tuple(re.compile(frame.replace("{point}", point)) for frame in _FRAMES for point in (_ZH_BEHIND, _EN_BEHIND))
_POINTS = re.compile(f"{_ZH_AHEAD}|{_ZH_BEHIND}|{_EN_AHEAD}|{_EN_BEHIND}|of (?:which|it|them)\\b")
_NEAR = re.compile(r"这些(?!话)|\b(?:this|that|it|these|those)\b")
"""Points to what was said last, unless it stands in a line of its own or speaks of words: "I would do none of these"."""
_OF_WORDS = re.compile(r"一句|一个?字|每句|话|\b(?:words?|sentences?|lines?|every bit)\b")
_OF_TEXT = re.compile(
    # "这段话", "以下内容", "没有一句", "接下来写的", "下文", "相反", and not "以下做法", "下列几点"
    r"话|内容|文[字本]|[句段篇]|教科书|课本|[写说讲]的|下文|上文|建议|观点|相反|反话|反过来|"
    # "the passage below", "a word", "what follows", "contrary to", and not "the following practices"
    r"\b(?:texts?|sentences?|words?|lines?|passages?|paragraphs?|written|say|said|wrote|advice|statements|what (?:follows|comes)|that follows|every bit|"
    r"contrary|opposite|reverse)\b"
)
_DENIES = re.compile(f"{_ZH_DENY}{_ZH_END}|{_EN_AGAINST}|\\b{_EN_DENY}\\b")
_ITEM = re.compile(r"[ \t]+|[ \t]*(?:[-*+•·]|\(?\d{1,2}[.)、）]|[一二三四五六七八九十][、.．])[ \t]*")
"""What stands before an item's words in its line; marks that were taken away have left spaces."""
_NUMBERED = re.compile(r"\(?\d{1,2}[.)、]|[-*+•·]|[一二三四五六七八九十][、.]")
_ALL = re.compile(f"{_ZH_ALL}|{_EN_ALL}")
_SCOPED = re.compile(
    # "如果以下都不对就回滚", "none of the above matters if ...", "all of this is wrong without a warm-up"
    r"如果|若|假如|除非|除了|时候|\b(?:if|when|unless|except|provided|until|without)\b|"
    # "常见错误", "误区有三", "common mistakes", "myths": named for what it is
    r"(?<!是)误区|常见|迷思|陷阱|反模式|\b(?:common|myths?|mistakes|pitfalls?|anti-?patterns?)\b|"
    # "前两种都不合适", "I reject the first two", "both of the above"
    r"[两二三]者|[两二三][种个条项]|\b(?:both|two|three|first|second|options?|alternatives)\b|"
    # "没有什么不对的", "nothing is wrong"
    r"没有?什么不|没错|\b(?:not|n't|nothing) (?:is )?(?:wrong|false|untrue|incorrect)\b"
)
_TOLD = re.compile(
    # "有人认为……", "有的团队……", "误区有三", "错误的做法"
    r"(?:有人|有的人|很多人|不少人|网上|网友|同事)[^,。:;]{0,6}(?:说|讲|写|认为|觉得|以为|主张)|有的|有些|误区|迷思|常见的?错误|错误的?(?:做法|说法|认识|观念)|"
    # "some teams ...", "people say ...", "common mistakes"
    r"\b(?:(?:some|many|most|a lot of) (?:people|teams|engineers|folks|colleagues|blogs)|(?:people|they) (?:say|think|believe|claim|tell)|myths?|"
    r"common mistakes?|wrong answers?|misconceptions?)\b"
)
"""Begins what is told only to be refuted; before a denial in a line of its own, only where it begins a line, too."""
_TURN = re.compile(
    # "实际上……", "正确的做法是……", "我的做法是……"
    r"^(?:但是?|不过|而是?|相反,?)?(?:实际上|事实上|其实|正确的?|真正|应该|应当|相反|我的(?:做法|看法|方案|答案|观点|理解)|我自己|取而代之)|"
    # "instead ...", "in fact ...", "what I would do is ...", "my own design ..."
    r"^(?:but |so |and )?(?:instead|actually|in fact|in reality|the truth|what (?:i|we)(?:'d| would| do| actually)|"
    r"my (?:own )?(?:view|answer|approach|design)|rather|the (?:right|correct)|correctly)\b"
)
"""Begins the sentence in which somebody who has refuted goes on to what is right."""
_OWN = re.compile(
    # "我会……", "所以我用……", "I would ...", "we keep ..."
    r"^(?:那么?|所以|而)?我(?:们)?(?:会|用|选|倾向|主张|建议|只)|^(?:so )?(?:i|we)(?: would|'d|'ll| will| use| prefer| keep| choose)\b"
)
"""So does this, unless what is denied is long or told in the first person itself."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Words that deny a text. `span`: theirs; `ahead`: whether the text follows; `whole`: whether they say that all of it is denied.

    `text`: whether they speak of a text and its words, not of practices; `near`: whether they point to what was said last, whatever that is.
    """

    span: Span
    ahead: bool
    whole: bool
    text: bool
    near: bool


def find_disavowed(text: Normalized) -> tuple[Span, ...]:
    """The stretches of a normalised text that it denies as a whole, with the words that deny them."""
    return tuple(_Denials(text).find())


class _Denials:
    """One text, taken apart once: it may hold thousands of sentences that look like frames."""

    def __init__(self, typed: Normalized) -> None:
        self._typed, self._text = typed, typed.text
        text = typed.text
        self._sentences = split_sentences(text)
        self._words = [simplify(self._part(sentence)) for sentence in self._sentences]
        self._lengths = [0.0, *accumulate(measure_length(words) for words in self._words)]
        self._told = [number for number, words in enumerate(self._words) if _TOLD.search(words)]
        ends = [0, *(sentence.end for sentence in self._sentences)]
        self._begins_line = ["\n" in text[max(0, end - 1) : sentence.start] for end, sentence in zip(ends, self._sentences, strict=False)]
        self._paragraphs = list(accumulate((number if begins else 0 for number, begins in enumerate(self._begins_line)), max))

    def find(self) -> Iterator[Span]:
        """See `find_disavowed`."""
        end = 0
        for number, sentence in enumerate(self._sentences):
            if sentence.start < end:
                continue
            frame = self._frame(number)
            denied = None if frame is None else self._after(number, frame) if frame.ahead else self._before(number, frame)
            if denied:
                end = denied.end
                yield denied

    def _part(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _frame(self, number: int) -> _Frame | None:
        sentence = self._sentences[number]
        if not _POINTS.search(self._words[number]) or sentence.end - sentence.start > _LONGEST_SENTENCE:
            return None
        for head in _heads(self._text, sentence):
            words = simplify(self._part(head)).rstrip()
            if _SCOPED.search(words) or words.endswith("?"):
                continue
            behind = any(frame.search(words) for frame in _BEHIND)
            if any(frame.search(words) for frame in _AHEAD) or (behind and words.endswith(":")):
                head = self._with_denials(head, sentence)
                words = simplify(self._part(head))
                return _Frame(head, True, _ALL.search(words) is not None, _OF_TEXT.search(words) is not None, near=False)
            if behind and head.end == sentence.end:
                near = _NEAR.search(words) is not None and not _OF_WORDS.search(words)
                return _Frame(head, False, _ALL.search(words) is not None, _OF_TEXT.search(words) is not None, near)
        return None

    def _with_denials(self, head: Span, sentence: Span) -> Span:
        """A frame with the clauses after it that deny, too: "以下做法都是错的,我一条也不会做:"."""
        for clause in split_clauses(self._text, sentence):
            if clause.start < head.end:
                continue
            if self._text[head.start : head.end].endswith(":") or not _DENIES.search(simplify(self._part(clause))):
                break
            head = Span(head.start, _with_mark(self._text, clause.end, sentence.end))
        return head

    def _after(self, number: int, frame: _Frame) -> Span | None:
        """What follows the frame, up to where the answer turns to what is right."""
        rest = measure_length(self._text[frame.span.end : self._sentences[number].end])
        turn = self._turn(number + 1, rest)
        if not frame.text:  # practices: those of this sentence, or of the list that follows
            turn = min(turn, self._end_of_row(number) if rest else self._end_of_list(number + 1))
        size = rest + self._lengths[turn] - self._lengths[number + 1]
        said = self._lengths[-1] - self._lengths[turn]
        if size < _LEAST_DENIED or (frame.whole and size < min(said, _LONG_DENIED)):
            return None
        if not frame.whole and (said or size < _LONG_DENIED or not frame.text):
            return None
        return Span(frame.span.start, self._sentences[turn - 1].end)

    def _end_of_row(self, number: int) -> int:
        """The number of the sentence before which items that semicolons part come to an end."""
        while number < len(self._sentences) - 1 and self._text[self._sentences[number].end - 1] == ";":
            number += 1
        return number + 1

    def _end_of_list(self, first: int) -> int:
        """The number of the sentence before which a list ends that begins with the sentence `first`; that of all sentences if there is none."""
        number = first
        while number < len(self._sentences) and (self._is_item(number) if self._begins_line[number] else number > first):
            number += 1
        return number if number > first else len(self._sentences)

    def _is_item(self, number: int) -> bool:
        start = self._typed.to_raw(self._sentences[number].start, self._sentences[number].end).start
        raw = self._typed.raw
        return _ITEM.fullmatch(raw, raw.rfind("\n", 0, start) + 1, start) is not None or _NUMBERED.match(self._words[number]) is not None

    def _turn(self, first: int, rest: float) -> int:
        """The number of the sentence from `first` on that turns to what is right; `rest`: how much was said before it."""
        told_as_own = False
        for number in range(first, len(self._sentences)):
            words = self._words[number].lstrip(" \n,:")
            size = rest + self._lengths[number] - self._lengths[first]
            own = _OWN.match(words) is not None
            if size and (_TURN.match(words) or (own and not told_as_own and size < _LONG_DENIED)):
                return number
            told_as_own = told_as_own or own
        return len(self._sentences)

    def _before(self, number: int, frame: _Frame) -> Span | None:
        """What precedes the frame: its sentence, its paragraph, or all if it stands apart; of that, what is told as somebody else's."""
        sentence = self._sentences[number]
        own_line = self._begins_line[number]
        if not frame.whole or (frame.near and not own_line):
            return None
        apart = own_line or number == len(self._sentences) - 1
        first = number if frame.span.start > sentence.start else 0 if apart else self._paragraphs[number]
        told = next(
            (each for each in self._told[bisect_left(self._told, first) :] if not own_line or self._begins_line[each]), len(self._words)
        )
        begin = told if told < number else first
        size = self._lengths[number] - self._lengths[begin] + measure_length(self._text[sentence.start : frame.span.start])
        said = self._lengths[-1] - self._lengths[number + 1]
        if size < (_LEAST_DENIED if told >= number else _LONG_DENIED) or said > _REST_AFTER * size:
            return None
        return Span(self._sentences[begin].start, frame.span.end)


def _heads(text: str, sentence: Span) -> Iterator[Span]:
    """What may be a frame: a sentence's beginnings up to a clause's end, the shortest first, since others may be what is denied; then its ends."""
    clauses = split_clauses(text, sentence)
    for clause in clauses:
        end = _with_mark(text, clause.end, sentence.end)
        if measure_length(text[sentence.start : end]) > _LONGEST_FRAME:
            break
        yield Span(sentence.start, end)
    for clause in clauses[:0:-1]:
        if measure_length(text[clause.start : sentence.end]) > _LONGEST_FRAME:
            return
        yield Span(clause.start, sentence.end)


def _with_mark(text: str, end: int, last: int) -> int:
    return end + 1 if end < last and text[end] in ",:" else end
