"""What of the words that a model wants to say aloud is said: to an answer, and to a message that is none. Pure.

Whatever does not pass becomes "", and code finds words of its own. What tells of the key is decided in `leaks`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from interviewer.grading.leaks import Guard, Kind, tokens_of
from interviewer.grading.llm.reply import ReadReply
from interviewer.grading.wording import sentences_of, tidy, without_questions
from interviewer.models import Findings, GradingTask, Lang, Utterance, VerdictStatus
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens, list_figures

LONGEST_REPLY = 240
"""In characters."""
MOST_SENTENCES = 2
LONGEST_ASSUMPTION = 120
"""In characters."""
BY_MODEL = frozenset({Utterance.CLARIFY, Utterance.STUCK})
"""The asides that a model answers; to the others code says what is so, and promises nothing."""
_SAME_WORDS = 0.5
_PRAISE = re.compile(
    r"很好|真好|挺好|太好|[讲说答想写]得(?:很|真|挺|非常)?(?:好|对|清楚|明白|到位|透)|不错|漂亮|正确|准确|没错|[说讲答]对|对的|到位|出色|精彩|优秀|"
    r"扎实|全面|专业|厉害|棒|赞|清晰|清楚|很清|同意|认可|亮点|加分|"
    r"\b(?:good|great|well|nice(?:ly)?|excellent|correct(?:ly)?|right(?:ly)?|solid|strong|clear(?:ly)?|perfect(?:ly)?|impressive|exact(?:ly)?|"
    r"precise(?:ly)?|accurate(?:ly)?|spot on|thorough(?:ly)?|agree|sound|fine|love|like that|convincing)\b",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"错|不对|有误|不准|遗漏|漏[了掉]|缺|不足|不够|没有?[说讲提谈答]|还差|可惜|遗憾|薄弱|笼统|含糊|模糊|空泛|浅|片面|跑题|"
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|mistake[ns]?|miss(?:ed|es|ing)?|lack(?:s|ed|ing)?|vague|weak|shallow|unfortunately|sadly|incomplete|"
    r"false|not (?:quite|enough|true|so)|too (?:short|brief|general)|should have|could have)\b",
    re.IGNORECASE,
)


def vet_reply(text: str, task: GradingTask, findings: Findings, guard: Guard, lang: Lang, *, bridge: bool = True) -> str:
    """What is said to an answer: no question, nothing said before, no praise of what is false, neutral in an exam; "" for none of it.

    `bridge`: whether what comes next is what the reply leads to; else only its first sentence is said.
    """
    text = _cut(without_questions(tidy(text)), task, most=MOST_SENTENCES if bridge else 1)
    if not _passes(text, guard, _told(task, lang)):
        return ""
    judges = _PRAISE.search(text) or _BLAME.search(text)
    return "" if (task.neutral and judges) or _praises_falsely(text, findings) else text


def vet_aside(reply: ReadReply, task: GradingTask, guard: Guard, lang: Lang) -> ReadReply:
    """The words to a message that is no answer, and what they tell or assume; without all of these if any may not be said."""
    nothing = replace(reply, reply="", given=None, assumed="")
    text, told = _cut(tidy(reply.reply), task, most=MOST_SENTENCES), _told(task, lang)
    if reply.utterance not in BY_MODEL or not _passes(text, guard, told):
        return nothing
    if reply.utterance is Utterance.STUCK:
        return replace(nothing, reply=text) if guard.passes(text, Kind.FOLLOW_UP) else nothing
    given = next((each for each in task.question.givens if each.id == reply.given), None)
    if given is not None:
        return replace(nothing, reply=text, given=given.id) if _agrees(text, given.says[lang], task) else nothing
    assumed = tidy(reply.assumed)
    if assumed and (len(assumed) > LONGEST_ASSUMPTION or not guard.passes(assumed, Kind.REPLY, told=told)):
        return nothing
    return replace(nothing, reply=text, assumed=assumed)


def _cut(text: str, task: GradingTask, *, most: int) -> str:
    """The first sentences of a text that were not said in this interview before."""
    said = {_bare(sentence) for reply in task.said for sentence in sentences_of(tidy(reply))}
    fresh = [sentence for sentence in sentences_of(text) if _bare(sentence) not in said]
    return "".join(fresh[:most]).strip()


def _bare(sentence: str) -> str:
    return "".join(char for char in normalize(sentence).text if char.isalnum())


def _passes(text: str, guard: Guard, told: tuple[str, ...]) -> bool:
    return len(text) <= LONGEST_REPLY and guard.passes(text, Kind.REPLY, told=told)


def _told(task: GradingTask, lang: Lang) -> tuple[str, ...]:
    """What every candidate is told who asks for it."""
    return tuple(given.says[lang] for given in task.question.givens)


def _agrees(text: str, says: str, task: GradingTask) -> bool:
    """Whether a reply names no figure that the sheet, the question or the candidate did not name: the scenario stays one."""
    known = {figure for source in (says, task.prompt, task.answer) for figure in list_figures(normalize(source).text)}
    return known.issuperset(list_figures(normalize(text).text))


def _praises_falsely(text: str, findings: Findings) -> bool:
    """Whether praise stands where nothing was right, or beside words that are false."""
    praised = [sentence for sentence in sentences_of(text) if _PRAISE.search(sentence)]
    if all(verdict.status in (VerdictStatus.WRONG, VerdictStatus.MISSING) for verdict in findings.verdicts):
        return bool(praised)
    return any(_repeats(sentence, error.quote.text) for sentence in praised for error in findings.errors)


def _repeats(sentence: str, words: str) -> bool:
    own = set(content_tokens(normalize(words).text))
    return len(own & set(tokens_of(sentence))) >= _SAME_WORDS * len(own) > 0
