"""Which of the model's own words may be shown, and what is said in their place. Pure.

What a candidate may read at all is decided in `leaks`, what is said aloud in `llm.spoken`; the bank's follow-ups are chosen by
`follow_ups`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from interviewer.grading.follow_ups import choose_follow_up, wants_probing
from interviewer.grading.leaks import Fault, Guard, Kind, prepare_guard, put_tokens, tokens_of
from interviewer.grading.scoring import QuestionScore, question_score
from interviewer.models import (
    FalseStatement,
    Findings,
    FollowUp,
    GradingTask,
    Lang,
    Misconception,
    Question,
    RubricPoint,
    Verdict,
)
from interviewer.text.normalize import normalize, strip_hidden
from interviewer.text.words import content_tokens, measure_length

LONGEST_FEEDBACK: dict[Lang, int] = {"zh": 400, "en": 900}
"""In characters; two to four sentences are far shorter."""
MOST_SENTENCES = 5
SHORTEST_QUESTION = 5.0
"""Of a follow-up, in units of `words.measure_length`."""
_ALIKE = 0.6
_TELLING_WORDS = 3
_QUESTION_MARK = re.compile(r"[?？]")
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[”\"』）)]*|\.(?=\s|$)|$)", re.DOTALL)
_UNEXPLAINED: dict[Lang, str] = {"zh": "这句话不成立。", "en": "This does not hold."}


class Dropped(StrEnum):
    """Why a follow-up that the model proposed is not asked; kept in the record.

    COVERED: its point needs no more, while an essential one is open. LEAK: it tells of the key or the rules.
    """

    NOT_WANTED = "not_wanted"
    NO_SUCH_POINT = "no_such_point"
    COVERED = "covered"
    NO_QUESTION = "no_question"
    LANGUAGE = "language"
    TOO_LONG = "too_long"
    LINK = "link"
    MARKS = "marks"
    LEAK = "leak"
    ALREADY_ASKED = "already_asked"


_DROPPED_FOR: Mapping[Fault, Dropped] = {
    Fault.EMPTY: Dropped.NO_QUESTION, Fault.LANGUAGE: Dropped.LANGUAGE, Fault.LENGTH: Dropped.TOO_LONG, Fault.LINK: Dropped.LINK,
    Fault.MARKS: Dropped.MARKS, Fault.RULES: Dropped.LEAK, Fault.KEY: Dropped.LEAK,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The follow-up to ask, None for none. `dropped`: why it is not the one that the model proposed, "" if it is or there was none."""

    follow_up: FollowUp | None = None
    dropped: str = ""


def prepare_wording(task: GradingTask, *, secret: str) -> None:
    """Take apart what stays the same from answer to answer, so that it need not be done once the model's words are there."""
    prepare_guard(task.question, secret)
    for point in task.question.points:
        _own_tokens(point)
        _follow_up_tokens(point)


def tidy(text: str) -> str:
    """One line of visible text: no control or hidden characters, no line breaks, white space collapsed."""
    return " ".join(strip_hidden(text).split())


def sentences_of(text: str) -> list[str]:
    """The sentences of a tidy text, each with its marks and the space before it."""
    return _SENTENCE.findall(text)


def without_questions(text: str) -> str:
    """A tidy text without its questions: what is to be answered is asked in one place."""
    return "".join(sentence for sentence in sentences_of(text) if not _QUESTION_MARK.search(sentence)).strip()


def tidy_feedback(text: str, lang: Lang, guard: Guard, *, told: Iterable[str] = ()) -> str:
    """The feedback as it may be shown, without questions and cut after a sentence; empty if it does not pass the guard.

    `told`: corrections shown anyway.
    """
    line, kept = tidy(text), ""
    for sentence in sentences_of(line)[:MOST_SENTENCES]:
        if len(kept) + len(sentence) > LONGEST_FEEDBACK[lang]:
            break
        kept += sentence
    shown = kept.strip() or line[: LONGEST_FEEDBACK[lang] - 1].rstrip() + "…"
    return without_questions(shown) if guard.passes(shown, Kind.FEEDBACK, told=told) else ""


def guard_reasons(verdicts: Iterable[Verdict], guard: Guard, *, told: Iterable[str] = ()) -> tuple[Verdict, ...]:
    """The verdicts with those marked whose reason tells a candidate too much; the coach reads all of them."""
    shown = tuple(told)
    return tuple(
        replace(verdict, guarded=bool(verdict.reason) and not guard.passes(verdict.reason, Kind.REASON, told=shown)) for verdict in verdicts
    )


def guard_errors(errors: Iterable[FalseStatement], question: Question, guard: Guard, lang: Lang) -> tuple[FalseStatement, ...]:
    """The errors with what is said about them: the model's words if they may be shown, else the bank's correction, else that it is false."""
    return tuple(replace(error, explanation=_explain(error, question, guard, lang)) for error in errors)


def _explain(error: FalseStatement, question: Question, guard: Guard, lang: Lang) -> str:
    belief = known_belief(error, question)
    correction = belief.correction[lang] if belief else ""
    own = tidy(error.explanation)
    if own and guard.passes(own, Kind.EXPLANATION, told=(correction,)):
        return own
    return correction or _UNEXPLAINED[lang]


def known_belief(error: FalseStatement, question: Question) -> Misconception | None:
    """The misconception of the bank that an error is, None if it is none."""
    beliefs = (belief for point in question.points if point.id == error.point_id for belief in point.misconceptions)
    return next((belief for belief in beliefs if belief.id == error.misconception), None)


def usable_beyond(ideas: Iterable[str], guard: Guard) -> tuple[str, ...]:
    """The ideas beyond the rubric that may be shown."""
    return tuple(idea for idea in map(tidy, ideas) if guard.passes(idea, Kind.BEYOND))


def choose_next(proposed: FollowUp | None, *, task: GradingTask, findings: Findings, guard: Guard, lang: Lang) -> NextQuestion:
    """The model's follow-up if nothing speaks against it, else the bank's for what all answers together leave open.

    `findings`: what was found in this answer. A claim is about an earlier answer, and nothing is asked after it.
    """
    if not task.want_follow_up or task.claim is not None:
        return NextQuestion(dropped=Dropped.NOT_WANTED if proposed else "")
    earlier = (Findings(each.verdicts) for each in task.dialogue if each.verdicts)
    standing = question_score(task.question, [*earlier, findings])
    dropped = _find_objection(proposed, task, standing, guard) if proposed else None
    if proposed and dropped is None:
        return NextQuestion(FollowUp(proposed.point_id, tidy(proposed.text)))
    own = choose_follow_up(task.question, standing.verdicts, task.asked, lang, errors=standing.errors, score=standing.score)
    return NextQuestion(own, dropped or "")


def _find_objection(proposed: FollowUp, task: GradingTask, standing: QuestionScore, guard: Guard) -> Dropped | None:
    """The first thing that speaks against a proposed follow-up: one fresh question on a point that wants it, which tells nothing."""
    text, point = tidy(proposed.text), next((each for each in task.question.points if each.id == proposed.point_id), None)
    if point is None:
        return Dropped.NO_SUCH_POINT
    if not wants_probing(point, task.question, standing.verdicts, errors=standing.errors, score=standing.score):
        return Dropped.COVERED
    if not _is_one_question(text):
        return Dropped.NO_QUESTION
    if fault := guard.find_fault(text, Kind.FOLLOW_UP):
        return _DROPPED_FOR[fault]
    asked = frozenset(tokens_of(text))
    prompts = [task.prompt, task.question.prompt.zh, task.question.prompt.en, *task.asked, *(each.prompt for each in task.dialogue)]
    if any(_alike(asked, put_tokens(prompt)) for prompt in prompts):
        return Dropped.ALREADY_ASKED
    telling = (_own_tokens(point) & asked) - guard.known - _follow_up_tokens(point)
    return Dropped.LEAK if len(telling) >= _TELLING_WORDS else None


@lru_cache(maxsize=512)
def _own_tokens(point: RubricPoint) -> frozenset[str]:
    texts = (f"{text.zh} {text.en}" for text in (point.intent, *point.accepts))
    return frozenset(token for text in texts for token in content_tokens(normalize(text).text))


@lru_cache(maxsize=512)
def _follow_up_tokens(point: RubricPoint) -> frozenset[str]:
    asks = (*point.follow_ups, *(deeper.text for deeper in point.deeper))
    return frozenset(token for ask in asks for token in tokens_of(f"{ask.zh} {ask.en}"))


def _is_one_question(text: str) -> bool:
    marks = len(_QUESTION_MARK.findall(text))
    ends = text.rstrip('”"』）) ').endswith(("?", "？"))
    return marks == 1 and ends and measure_length(text) >= SHORTEST_QUESTION


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _ALIKE * smaller
