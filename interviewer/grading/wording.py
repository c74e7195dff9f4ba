"""Which of the model's own words may be shown, and what is said in their place. Pure.

What a candidate may read at all is decided in `leaks`; the bank's follow-ups are chosen by `scoring.choose_follow_up`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from interviewer.grading.leaks import Guard, Kind, prepare_guard, put_tokens, tokens_of
from interviewer.models import FalseStatement, FollowUp, GradingTask, Lang, Misconception, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import normalize, strip_hidden
from interviewer.text.words import content_tokens, measure_length

LONGEST_FEEDBACK: dict[Lang, int] = {"zh": 400, "en": 900}
"""In characters; two to four sentences are far shorter."""
MOST_SENTENCES = 5
MOST_ERRORS_TOLD = 2
SHORTEST_QUESTION = 5.0
"""Of a follow-up, in units of `words.measure_length`."""
_ALIKE = 0.6
_TELLING_WORDS = 3
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[”\"』）)]*|\.(?=\s|$)|$)", re.DOTALL)
_PRAISE: dict[Lang, str] = {"zh": "讲得好的地方：{}。", "en": "What came across well: {}."}
_ERROR: dict[Lang, str] = {"zh": "需要更正：{}。", "en": "One thing to correct: {}."}
_DOUBT: dict[Lang, str] = {"zh": "这句话站不住脚，请再想想：“{}”。", "en": "This does not hold; think it over: “{}”."}
_NOTHING: dict[Lang, str] = {"zh": "这次没有看到可以评分的内容。", "en": "There was nothing here that answers the question."}
_ASK: dict[Lang, str] = {"zh": "可以顺着这个问题再想一步：{}", "en": "A question to take it further: {}"}
_OPEN: dict[Lang, str] = {"zh": "还有重要的一面没有展开。", "en": "One important side is still open."}
_FULL: dict[Lang, str] = {
    "zh": "各个要点都讲到了，可以再谈谈取舍和实际的数字。",
    "en": "Every point is there; trade-offs and real figures would round it off.",
}
_DERIVED_GOOD: dict[Lang, str] = {"zh": "与参考答案相符的部分", "en": "the part that agrees with the reference"}
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


def write_plain_feedback(question: Question, verdicts: Sequence[Verdict], errors: Sequence[FalseStatement], lang: Lang) -> str:
    """Two to four sentences from the findings alone: the heaviest point covered, at most two errors, a question on the heaviest gap."""
    status = {verdict.point_id: verdict.status for verdict in verdicts}
    covered = _heaviest(question, status, VerdictStatus.COVERED)
    gap = _heaviest(question, status, VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL)
    something = any(each in (VerdictStatus.COVERED, VerdictStatus.PARTIAL) for each in status.values())
    good = _PRAISE[lang].format(_name(question, covered, lang)) if covered else ""
    wrong = [_name_error(error, question, lang) for error in errors[:MOST_ERRORS_TOLD]]
    nothing = "" if something or wrong else _NOTHING[lang]
    direction = _direct(gap, lang) if gap else "" if wrong else _FULL[lang]
    return ("" if lang == "zh" else " ").join(part for part in (good, *wrong, nothing, direction) if part)


def _name(question: Question, point: RubricPoint, lang: Lang) -> str:
    """A point that the candidate has covered; one of a derived question is a piece of the reference, which is not told."""
    return _DERIVED_GOOD[lang] if question.derived else _bare((point.core or point.intent)[lang])


def _name_error(error: FalseStatement, question: Question, lang: Lang) -> str:
    belief = known_belief(error, question)
    return _ERROR[lang].format(_bare(belief.correction[lang])) if belief else _DOUBT[lang].format(_bare(tidy(error.quote.text))[:80])


def _direct(gap: RubricPoint, lang: Lang) -> str:
    spare = gap.follow_ups[1:]
    return _ASK[lang].format(spare[-1][lang]) if spare else _OPEN[lang]


def _heaviest(question: Question, status: dict[str, VerdictStatus], *wanted: VerdictStatus) -> RubricPoint | None:
    """The weightiest point of the first status that occurs; essential before extra."""
    for each in wanted:
        found = [point for point in question.points if status.get(point.id) is each]
        if found:
            return max(found, key=lambda point: (point.essential, point.weight))
    return None


def _bare(text: str) -> str:
    return text.strip().rstrip("。.;；")


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
