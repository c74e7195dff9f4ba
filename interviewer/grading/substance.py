"""How much an answer says beyond its terms: bare lists, copied prompts, sweeping claims, plain admissions of not knowing.

Judges form only, never a subject. All of it acts through verdicts (rubric, evidence); nothing here gives marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from interviewer.models import Question
from interviewer.text.normalize import Normalized, Span, normalize, strip_hidden
from interviewer.text.segment import split_clauses, split_sentences
from interviewer.text.words import HAN_BLOCK, content_tokens, count_han, count_words, measure_length

_ITEM_END = re.compile(rf"[、,;|·•+\n]+|\s+[-/]\s+|(?<=[{HAN_BLOCK}])\s+(?=[{HAN_BLOCK}])")
"""A space between a Chinese character and a Latin letter is how careful people type, and ends no item."""
_ZH_GLUE = re.compile(
    r"[的了就都也会用把来再后按不要在是到才给这那每则让使由从将被很还又着过得能可先等时当若因所为只没跟往向比越更最走进存放抓挂跑拉写读落卡拦切算吐挡看查配开关加扔丢掉省"
    r"做打接送推回存取选换定设留靠算停改发出入上下起够完住成]"
)
_EN_GLUE = re.compile(
    r"\b(?:a|an|the|is|are|was|be|it|its|this|that|these|which|so|because|since|to|from|with|by|when|if|each|every|per|then|after|"
    r"before|until|into|on|at|as|than|not|we|i|you|they|can|will|would|should|must|"
    r"use[sd]?|using|make[s]?|run[s]?|keep[s]?|get[s]?|send[s]?|put|has|have|do|does|let[s]?|only|but|or|for|in|of|my|our|their|"
    r"need[s]?|between|over|through|instead|otherwise)\b"
)
_SWEEPING = re.compile(
    r"一定(?!程度|的|要)|必然|永远|绝对(?!值|路径)|完全(?!相同|一样|一致|的)|不可能|任何(?!人)|从来不|根本(?:不|没)|毫无|百分之百|"
    r"\b100%(?!\s*流量)|零(?:中断|损失|误差|风险)|越[^,。;]{1,6}越|没必要|没有必要|"
    r"不需要(?!等)|不用(?:管|担心|考虑|做|监控|限流|备份|加密|再)|(?:就|都)(?:行|够了?|可以了|安全了|好了|"
    r"没有?问题)(?=[,。;了吧\s]|$)|自动(?:就|会|帮|把|给|变成)|天然(?:就|是|支持)|本身就|线性(?:增长|提升|加速|提高)|"
    r"(?<!\bi )\balways\b(?!-| (?:on|see|sees|keep|chain|verify|test|measure|check)\b)|"
    r"\bnever (?:fails?|loses?|lost|happens?|crash\w*|changes?|drifts?|misses|needs?|wrong|goes|gets|becomes?|overfits?|leaks?|conflicts?|"
    r"diverges?|collapses?|degrades?|affects?|matters?|sees?|be\b)|\bcannot be\b|\bno need\b|\bnot needed\b|n't need(?:ed)?\b(?! to (?:maintain|wait|cross))|\bany (?:number|prompt|case|model|kind|gpu)\b|"
    r"\bautomatic(?:ally)?\b(?! (?:roll|deploy|restart|scal|fail|retr|alert|test|when|if|on\b|reject|block|evaluat))(?<!back automatically)(?<!restarts automatically)(?<!out automatically)(?<!restarts it automatically)|\bguarantee[sd]?\b|\bexactly the same\b|\bbit-for-bit\b|\bcompletely\b|\bfor ?ever\b|"
    r"\bregardless of\b|"
    r"\bentirely\b|\bperfectly\b|\bredundant\b|\bunnecessary\b|\bby (?:nature|design|definition)\b|\blinear(?:ly)?\b|"
    r"\bimpossible\b|\bno risk\b|\bthe (?:quickest|fastest|safest|most effective)\b|\bonly way\b|\beverything is\b|\b(?:is|"
    r"are) enough\b"
)
_UNKNOWN = re.compile(
    r"^(?:(?:对不起|抱歉|不好意思|呃+|嗯+|额+|啊|这个|这题|这道题|这个问题|这块|这方面|我|真的?|确实|完全|目前|暂时|还|都|也|是|就|"
    r"实在|有点|太|sorry|well|um+|honestly|hmm+|to be honest|i'm afraid)[\s,.。、…:]*)*"
    r"(?:不会|不知道|不太会|不太懂|不太清楚|不太了解|不懂|不清楚|不了解|不熟悉?|不太熟悉?|没接触过|没有接触过|没做过|没有做过|"
    r"没学过|没用过|没听说过|没听过|没了解过|没研究过|没经验|没有经验|没有?想法|没有?思路|忘了|忘记了|想不起来|答不上来|答不出来?|"
    r"i do(?:n't| not) (?:really )?know(?: (?:this|that|the answer|it|about (?:this|it|that)|much about (?:this|it|that)|"
    r"anything about (?:this|it|that)))*|don't know|dont know|dunno|idk|no idea|i have no idea|no clue|i have no clue|not sure|"
    r"i am not sure|i'm not sure|never (?:heard of|used|did|done|worked with|learned)(?: (?:this|it|that))?|i(?:'ve|"
    r" have) never (?:heard of|used|done|worked with|learned|studied|tried)(?: (?:this|it|that))?|"
    r"i can(?:'t|not) answer(?: (?:this|it|that))?|i forgot|cannot answer|no answer|no experience(?: with (?:this|it|that))?|"
    r"i don't remember|can't remember|n/?a|none|unknown)"
    r"(?:[\s,.。!、…~?]*(?:啊|呀|呢|了|的|过|吧|哦|哈|哎|唉|这个|这题|这块|这方面|这道题|这个问题|不好意思|抱歉|对不起|sorry|skip|"
    r"pass|跳过|跳过吧|下一题|下一题吧|next|next (?:one|question)|please|thanks|谢谢|yet|so far|at all|unfortunately|真不会|"
    r"真的不会|不会|不知道|没接触过))*[\s,.。!、…~?]*$"
)  # fmt: skip
_LONGEST_UNKNOWN = 60.0
"""In units of `words.measure_length`."""


def says_unknown(text: str) -> bool:
    """Whether an answer says nothing but that the candidate does not know ("不会", "I don't know"). Expects any text, as typed."""
    if measure_length(text) > 2 * _LONGEST_UNKNOWN:  # told without normalising: nearly every answer
        return False
    words = normalize(text).text.strip()
    if not words or measure_length(words) > _LONGEST_UNKNOWN:
        return False
    return _UNKNOWN.match(words.replace("\n", " ")) is not None


def is_bare_list(words: str) -> bool:
    """Whether a stretch of text merely strings terms together: many short items, hardly a word that binds them.

    Wants the words as typed: the spaces between Chinese terms are what separates them.
    """
    words = unicodedata.normalize("NFKC", strip_hidden(words)).casefold()
    items = [item for item in _ITEM_END.split(words) if item and any(char.isalnum() for char in item)]
    if len(items) < 4:
        return False
    bare = [item for item in items if measure_length(item) <= 8 and len(_ZH_GLUE.findall(item)) <= 1 and not _EN_GLUE.search(item)]
    if len(bare) >= 8 and len(bare) >= 0.8 * len(items):
        return True
    return _glue_share(words) < 0.075 and measure_length(words) / len(items) < 9


def _glue_share(words: str) -> float:
    """The share of function words, per Han character or per Latin word, whichever language leads."""
    han, latin = count_han(words), count_words(words)
    if han >= latin:
        return len(_ZH_GLUE.findall(words)) / max(1, han)
    return len(_EN_GLUE.findall(words)) / max(1, latin) + len(_ZH_GLUE.findall(words)) / (han + latin)


def find_copies(text: Normalized, prompts: Iterable[str], shown: Iterable[str] = ()) -> tuple[Span, ...]:
    """The sentences and clauses of an answer that only say again what one of the prompts said, as spans of the normalised text.

    `shown`: hints and follow-ups, which use the subject's words more freely, so that only a clause of some length is a copy.
    """
    sources, known = _sources(tuple(prompts), tuple(shown))
    found: list[Span] = []
    for sentence in split_sentences(text.text):
        clauses = split_clauses(text.text, sentence)
        for stretch in (sentence, *(clauses if len(clauses) > 1 else ())):
            tokens = content_tokens(text.text[stretch.start : stretch.end])
            # What is not in all of them together is in none of them, and that is nearly every sentence.
            if tokens and _is_given(tokens, known) and any(len(tokens) >= least and _is_given(tokens, given) for given, least in sources):
                found.append(stretch)
                if stretch is sentence:
                    break
    return tuple(found)


def told_beside(question: Question) -> tuple[str, ...]:
    """What a candidate may have been told beside the prompt while the question is open: hints, follow-ups and givens, in both languages.

    Of a drill also its other prompts, which they may have been asked before.
    """
    deeper = (each.text for point in question.points for each in point.deeper)
    follow_ups = (follow_up for point in question.points for follow_up in point.follow_ups)
    drills = (drill for point in question.points if question.parent for drill in point.drills)
    told = (*question.hints, *follow_ups, *deeper, *drills, *(given.says for given in question.givens))
    return tuple(text for pair in told for text in (pair.zh, pair.en))


def _is_given(tokens: tuple[str, ...], given: frozenset[str]) -> bool:
    fresh, most = 0, 0.12 * len(tokens)
    for token in tokens:
        fresh += token not in given
        if fresh > most:
            return False
    return True


@lru_cache(maxsize=512)
def _sources(prompts: tuple[str, ...], shown: tuple[str, ...]) -> tuple[tuple[tuple[frozenset[str], int], ...], frozenset[str]]:
    """The tokens of each text with the least that a copy of it has, and those of all of them."""
    sources = (*((given_tokens(prompt), 1) for prompt in prompts), *((given_tokens(other), 4) for other in shown))
    return sources, frozenset().union(*(given for given, _ in sources))


@lru_cache(maxsize=2048)
def given_tokens(prompt: str) -> frozenset[str]:
    """The content tokens of what candidates are told. Kept because the same prompts come with every answer; never called with a candidate's words."""
    return frozenset(content_tokens(normalize(prompt).text))


def is_doubly_sweeping(words: str) -> bool:
    """Whether a normalised sentence claims without limits twice over."""
    return len(find_sweeping(words)) >= 2


def find_sweeping(words: str) -> tuple[str, ...]:
    """What a normalised text claims without limits with, in order."""
    return tuple(match.group() for match in _SWEEPING.finditer(words))
