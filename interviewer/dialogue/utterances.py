"""What kind of message a candidate has sent: an answer, something else, or nobody can tell.

Learned (see `learned`), but for one rule: who sounds distressed is not told to answer the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.dialogue.learned import LearnedUtterances, kind_of, load_utterances, measure, without_content
from interviewer.dialogue.traits import Sketch, sketch
from interviewer.grading.rubric.heads import Learned, load_learned
from interviewer.models import Heard, Lang, Question, Utterance
from interviewer.text.normalize import normalize
from interviewer.text.words import measure_length

LONGEST_ASIDE = 400.0
"""In units of `words.measure_length`: whoever writes more is answering."""
_MIXED = 0.0
"""Log-odds from which an answer has something else in it."""
_LONGEST_DISTRESS = 160.0
_DISTRESS = re.compile(
    r"(?:手|腿|浑身|全身|身体|手脚)(?:一直|都|老|总|还|直|在|一?个劲)*(?:发?抖|发麻)|想哭|哭了|快哭|在哭|眼泪|喘不(?:上|过)(?:气|來|来)|呼吸不(?:了|过来)|"
    r"胸口?(?:闷|好闷|发闷|很闷)|(?:我|快|要|情绪|心态|整个人)[^,。;:]{0,4}崩溃(?!率|日志|后|了?的)|撑不(?:住|下去)了|不想活|活不下去|想死(?!锁)|自杀|"
    r"(?:天天|一直|整夜|每晚|老是)失眠|压力(?:真的|实在|太|好|特别|非常|很)+大|"
    r"\b(?:in|close to|near) tears\b|\bcrying\b|\bi(?:'ve| have)? (?:been )?cr(?:y|ied|ying)\b|\bpanic attack|\bi(?:'m| am) panicking\b|"
    r"\bcan(?:'t| ?not) (?:breathe|cope|go on)\b|\bhands? (?:are |is |keep |won't stop )*(?:shaking|trembling|go(?:ing|es)? cold)\b|"
    r"\bkill myself\b|\bwant to die\b|\bsuicid|\bhurt myself\b|\bbreaking down\b|\bfall(?:ing)? apart\b"
)


def hear(text: str, question: Question, prompt: str, lang: Lang) -> Heard:
    """What a message is. `prompt`: what it was said to, the question or a follow-up. Expects a text that is not blank; never raises."""
    del lang
    if sounds_distressed(text):
        return Heard(Utterance.META)
    if measure_length(text) > LONGEST_ASIDE:
        return Heard(Utterance.ANSWER)
    learned, rubric = load_utterances(), load_learned()
    heard, _ = judge(learned, [sketch(text, question, prompt, rubric)], known=_is_known(question, rubric))[0]
    return heard


def hear_aside(text: str, question: Question, prompt: str, lang: Lang) -> Utterance:
    """The same where the candidate has said that it is no answer."""
    del lang
    if sounds_distressed(text):
        return Utterance.META
    return kind_of(load_utterances().kinds, [sketch(text, question, prompt, load_learned())])[0]


def sounds_distressed(text: str) -> bool:
    """Whether somebody says that they are in distress, rather than answering. Expects any text, as typed."""
    words = normalize(text).text
    return measure_length(words) <= _LONGEST_DISTRESS and _DISTRESS.search(words) is not None


def judge(learned: LearnedUtterances, sketches: Sequence[Sketch], *, known: bool = True) -> list[tuple[Heard, Utterance]]:
    """What each message is taken for, and which aside it would be. `known`: something was learned of the question."""
    table = measure(learned.whole, learned.unit, sketches)
    aside = learned.aside.log_odds(table if known else without_content(learned.aside, table))
    mixed = learned.mixed.log_odds(table if known else without_content(learned.mixed, table))
    kinds = kind_of(learned.kinds, sketches)
    return [(_decide(learned, *odds, kind), kind) for *odds, kind in zip(aside, mixed, kinds, strict=True)]


def _decide(learned: LearnedUtterances, aside: float, mixed: float, kind: Utterance) -> Heard:
    if aside >= learned.settings["sure"]:
        return Heard(kind)
    if aside >= learned.settings["ask"]:
        return Heard(Utterance.UNSURE, sure=False)
    return Heard(Utterance.MIXED if mixed >= _MIXED else Utterance.ANSWER)


def _is_known(question: Question, rubric: Learned) -> bool:
    return rubric.points.get(question.id) == tuple(point.id for point in question.points)
