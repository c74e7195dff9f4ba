"""Which of the model's own words may be shown, and what is said in their place. Pure.

What a candidate may read at all is decided in `leaks`; the bank's follow-ups are chosen by `follow_ups`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from interviewer.grading.leaks import Guard, Kind, prepare_guard, put_tokens, tokens_of
from interviewer.models import FalseStatement, FollowUp, GradingTask, Lang, Misconception, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import normalize, strip_hidden
from interviewer.text.words import content_tokens, measure_length

LONGEST_FEEDBACK: dict[Lang, int] = {"zh": 400, "en": 900}
"""In characters; two to four sentences are far shorter."""
MOST_SENTENCES = 5
SHORTEST_QUESTION = 5.0
"""Of a follow-up, in units of `words.measure_length`."""
_ALIKE = 0.6
_TELLING_WORDS = 3
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[”\"』）)]*|\.(?=\s|$)|$)", re.DOTALL)
_UNEXPLAINED: dict[Lang, str] = {"zh": "这句话不成立。", "en": "This does not hold."}


def prepare_wording(task: GradingTask, *, secret: str) -> None:
    """Take apart what stays the same from answer to answer, so that it need not be done once the model's words are there."""
    prepare_guard(task.question, secret)
    for point in task.question.points:
        _own_tokens(point)
        _follow_up_tokens(point)


def tidy(text: str) -> str:
    """One line of visible text: no control or hidden characters, no line breaks, white space collapsed."""
    return " ".join(strip_hidden(text).split())


def tidy_feedback(text: str, lang: Lang, guard: Guard, *, told: Iterable[str] = ()) -> str:
    """The feedback as it may be shown, cut after a sentence; empty if it does not pass the guard. `told`: corrections shown anyway."""
    line, kept = tidy(text), ""
    for sentence in _SENTENCE.findall(line)[:MOST_SENTENCES]:
        if len(kept) + len(sentence) > LONGEST_FEEDBACK[lang]:
            break
        kept += sentence
    shown = kept.strip() or line[: LONGEST_FEEDBACK[lang] - 1].rstrip() + "…"
    return shown if guard.passes(shown, Kind.FEEDBACK, told=told) else ""


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


def usable_follow_up(proposed: FollowUp | None, *, task: GradingTask, verdicts: Iterable[Verdict], guard: Guard) -> FollowUp | None:
    """The model's follow-up if it probes a real gap in one fresh question that passes the guard and tells nothing of its point."""
    status = {verdict.point_id: verdict.status for verdict in verdicts}
    if proposed is None or status.get(proposed.point_id, VerdictStatus.COVERED) is VerdictStatus.COVERED:
        return None
    text = tidy(proposed.text)
    if not _is_one_question(text) or not guard.passes(text, Kind.FOLLOW_UP):
        return None
    prompts = [task.prompt, task.question.prompt.zh, task.question.prompt.en, *task.asked, *(each.prompt for each in task.dialogue)]
    asked = frozenset(tokens_of(text))
    if any(_alike(asked, put_tokens(prompt)) for prompt in prompts):
        return None
    point = task.question.point(proposed.point_id)
    telling = (_own_tokens(point) & asked) - guard.known - _follow_up_tokens(point)
    return None if len(telling) >= _TELLING_WORDS else FollowUp(proposed.point_id, text)


@lru_cache(maxsize=512)
def _own_tokens(point: RubricPoint) -> frozenset[str]:
    texts = (f"{text.zh} {text.en}" for text in (point.intent, *point.accepts))
    return frozenset(token for text in texts for token in content_tokens(normalize(text).text))


@lru_cache(maxsize=512)
def _follow_up_tokens(point: RubricPoint) -> frozenset[str]:
    return frozenset(token for ask in point.follow_ups for token in tokens_of(f"{ask.zh} {ask.en}"))


def _is_one_question(text: str) -> bool:
    marks = len(re.findall(r"[?？]", text))
    ends = text.rstrip('”"』）) ').endswith(("?", "？"))
    return marks == 1 and ends and measure_length(text) >= SHORTEST_QUESTION


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _ALIKE * smaller
