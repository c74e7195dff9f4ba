"""What kind of message a candidate has sent: an answer, something else, or nobody can tell.

Learned (see `learned`), short messages word for word, but for two rules: a plain "I don't know", e.g. "不会", whatever the question is; and who sounds distressed is
not told to answer the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.dialogue.learned import LearnedUtterances, kind_of, load_utterances, measure, without_content
from interviewer.dialogue.occasions import needs_care
from interviewer.dialogue.traits import Sketch, sketch
from interviewer.grading.rubric.heads import load_learned
from interviewer.grading.substance import says_unknown
from interviewer.models import Heard, Lang, Question, Utterance
from interviewer.text.chinese import simplify
from interviewer.text.normalize import normalize
from interviewer.text.words import measure_length

LONGEST_ASIDE = 400.0
"""In units of `words.measure_length`: whoever writes more is answering."""
LONGEST_DISTRESS = 160.0
"""In the same units: answers about what a system must not help users do are longer than a cry for help."""
_MIXED = 0.0
"""Log-odds from which an answer has something else in it."""
_DISTRESS = re.compile(
    r"(?:手|腿|浑身|全身|身体|手脚)(?:一直|都|老|总|还|直|在|一?个劲|有点)*(?:发?抖|发麻)|想哭|哭了|快哭|在哭|眼泪|喘不(?:上|过)[气来]|"
    r"胸口?(?:好|发|很|有点)?闷|我(?:都|真的?|快|要|已经|有点|情绪|心态|整个人)*(?:崩溃|撑不[住下])|(?:情绪|心态|整个人)[^,。;:]{0,3}崩溃|"
    r"(?:天天|一直|整夜|每晚|老是)失眠|(?:最近|心理|我)[^,。;:]{0,3}压力(?:真的|实在|太|好|特别|非常|很)+大|"
    r"\b(?:in|close to|near) tears\b|\b(?:am|i'm|been) crying\b|\bi (?:just )?cried\b|\bpanic attack|\bi(?:'m| am) (?:panicking|breaking down|falling apart)\b|"
    r"\bi can(?:'t| ?not) (?:breathe|cope|go on)\b|\bhands? (?:are |is |keep |won't stop )*(?:shaking|trembling|go(?:ing|es)? cold)\b"
)


def hear(text: str, question: Question, prompt: str, lang: Lang) -> Heard:
    """What a message is. `prompt`: what it was said to, the question or a follow-up. Expects a text that is not blank; never raises."""
    del lang
    words = simplify(normalize(text).text)
    if measure_length(words) > LONGEST_ASIDE:
        return Heard(Utterance.ANSWER)
    if says_unknown(text):
        return Heard(Utterance.UNKNOWN)
    learned, rubric = load_utterances(), load_learned()
    heard, _ = judge(learned, [sketch(text, question, prompt, rubric)], known=rubric.knows(question))[0]
    return _with_care(heard) if _sounds_distressed(words) else heard


def _with_care(heard: Heard) -> Heard:
    """Somebody in distress is spoken to; if there seems to be an answer in it, they say themselves whether it is one."""
    return Heard(Utterance.UNSURE, sure=False) if heard.utterance.is_answer else Heard(Utterance.META)


def hear_aside(text: str, question: Question, prompt: str, lang: Lang) -> Utterance:
    """The same where the candidate has said that it is no answer."""
    del lang
    words = simplify(normalize(text).text)
    if _sounds_distressed(words):
        return Utterance.META
    _, kind = judge(load_utterances(), [sketch(text, question, prompt, load_learned())])[0]
    return kind


def _sounds_distressed(words: str) -> bool:
    """Whether somebody says in normalised words that they are in distress."""
    return measure_length(words) <= LONGEST_DISTRESS and (needs_care(words) or _DISTRESS.search(words) is not None)


def judge(learned: LearnedUtterances, sketches: Sequence[Sketch], *, known: bool = True) -> list[tuple[Heard, Utterance]]:
    """What each message is taken for, and which aside it would be. `known`: something was learned of the question."""
    table = measure(learned.whole, learned.unit, sketches)
    aside = learned.aside.log_odds(table if known else without_content(learned.aside, table))
    mixed = learned.mixed.log_odds(table if known else without_content(learned.mixed, table))
    known_as = [learned.bare.get(each.bare) if each.bare is not None else None for each in sketches]
    kinds = [sure or kind for sure, kind in zip(known_as, kind_of(learned.kinds, sketches), strict=True)]
    return [
        (Heard(kind) if sure else _decide(learned, one, other, kind), kind)
        for one, other, kind, sure in zip(aside, mixed, kinds, known_as, strict=True)
    ]


def _decide(learned: LearnedUtterances, aside: float, mixed: float, kind: Utterance) -> Heard:
    if aside >= learned.settings["sure"]:
        return Heard(kind)
    if aside >= learned.settings["ask"]:
        return Heard(Utterance.UNSURE, sure=False)
    return Heard(Utterance.MIXED if mixed >= _MIXED else Utterance.ANSWER)
