"""The offline examiner: deterministic, no model, no network. What it judges with is learned from labelled answers.

Which stretches count is decided in reading, what they say in heads and points, verdicts and errors in judging; questions that are not
shipped go to own_points if there are heads of their own, else to reference_points. Its words are in feedback, its number in scoring.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.feedback import explain, write_feedback
from interviewer.grading.follow_ups import choose_follow_up
from interviewer.grading.manipulation import find_manipulation
from interviewer.grading.rubric.explaining import Explanation, explain_judged
from interviewer.grading.rubric.general_points import is_general, judge_general
from interviewer.grading.rubric.heads import Learned, load_learned
from interviewer.grading.rubric.judging import Judged, judge, judge_nothing, keep_points, name_beliefs
from interviewer.grading.rubric.own_heads import OwnHeads
from interviewer.grading.rubric.own_points import judge_own, with_own_lines
from interviewer.grading.rubric.points import judge_errors, score_windows
from interviewer.grading.rubric.reading import Reading, read_answer
from interviewer.grading.rubric.reference_points import judge_reference
from interviewer.grading.scoring import answer_score
from interviewer.grading.substance import says_unknown, told_beside
from interviewer.models import (
    SCALE,
    ExaminerName,
    FalseStatement,
    Flag,
    FollowUp,
    Grade,
    GradingTask,
    Interval,
    Lang,
    Outcome,
    Provenance,
    Question,
    Reason,
    Ungraded,
    Usage,
    Verdict,
    VerdictStatus,
)
from interviewer.text.language import detect_language, reply_language
from interviewer.text.normalize import has_hidden_text

RUBRIC_VERSION = "rubric-v10"
"""Raised when an answer may get other verdicts than before; stands in every grade. v1 is any grade that names none, v2 had cues, v3 took
questions for evidence and did not look at what else of an answer is false."""
LONG_ANSWER = 150.0
"""In units of `words.measure_length`: an answer of which hardly anything is recognised is not called poor from there on."""
HARDLY_ANYTHING = 15.0
"""Marks."""
LEAST_UNSURE = 3
OWN_DIGITS = 12
"""Of the digest of what was learned of a question, as a grade names it."""


OwnOf = Callable[[Question], OwnHeads | None]
"""What was learned of a question's own labelled answers, None if nothing was."""


def nothing_of_its_own(_question: Question) -> OwnHeads | None:
    """No question has anything."""
    return None


class RubricExaminer:
    """Judges any answer with what was learned. Safe to share between threads. `own`: asked at every answer, so that what was learned
    meanwhile counts."""

    def __init__(self, learned: Learned | None = None, own: OwnOf = nothing_of_its_own) -> None:
        self._given, self._own = learned, own

    @property
    def name(self) -> ExaminerName:
        """Always `rubric`."""
        return ExaminerName.RUBRIC

    @property
    def model(self) -> str:
        """There is no model: the version of these rules and of what was learned stands in its place."""
        return RUBRIC_VERSION

    @property
    def _learned(self) -> Learned:
        return self._given or load_learned()

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """Judge one answer; the same task always gives the same outcome but for the time taken."""
        began = time.perf_counter()
        own = self._own_of(task.question)
        reading, judged = self._judge(task, own)
        lang, question = reply_language(task.answer, task.lang), task.question
        verdicts = tuple(_with_reason(verdict, task, lang) for verdict in judged.verdicts)
        score = answer_score(question.points, verdicts, judged.errors)
        usage = Usage(milliseconds=(time.perf_counter() - began) * 1000)
        if is_beyond_us(reading, judged, score):
            return Ungraded(Reason.NOT_RECOGNISED, _provenance(task, own), usage=usage)
        for verdict in verdicts:
            progress(verdict)
        unknown = says_unknown(task.answer)
        return Grade(
            verdicts=verdicts,
            score=score,
            feedback=write_feedback(question, verdicts, judged.errors, lang, unknown=unknown, reveal=not task.want_follow_up),
            provenance=_provenance(task, own),
            usage=usage,
            follow_up=None if unknown else _propose(task, verdicts, judged.errors, score),
            flags=_flags(task.answer, reading),
            errors=judged.errors,
            interval=self._interval(task, score, judged, own),
        )

    def explain(self, task: GradingTask) -> Explanation:
        """What was seen of each point, how sure that is, and what took something away."""
        own = self._own_of(task.question)
        reading, judged = self._judge(task, own)
        return explain_judged(with_own_lines(self._learned) if own else self._learned, reading, judged)

    def _own_of(self, question: Question) -> OwnHeads | None:
        if self._learned.knows(question) or is_general(question):
            return None
        own = self._own(question)
        return own if own and own.knows(question) else None

    def _judge(self, task: GradingTask, own: OwnHeads | None) -> tuple[Reading, Judged]:
        prompts = (task.prompt, task.question.prompt.zh, task.question.prompt.en, *(exchange.prompt for exchange in task.dialogue))
        answer = "" if says_unknown(task.answer) else task.answer
        earlier = [exchange.answer for exchange in task.dialogue]
        reading = read_answer(answer, prompts, told_beside(task.question), earlier, to=task.question)
        judged = judge_question(self._learned, task.question, reading, own)
        return reading, name_beliefs(task.question, judged, reply_language(task.answer, task.lang))

    def _interval(self, task: GradingTask, score: float, judged: Judged, own: OwnHeads | None) -> Interval | None:
        """Measured on answers to questions with heads, so it says nothing of others, nor of a follow-up on one point."""
        shipped = task.question.id in self._learned.questions
        if not judged.findings or task.aimed_point is not None or not (shipped or own):
            return None
        learned = with_own_lines(self._learned) if own else self._learned
        return interval_of(score, detect_language(task.answer, task.lang), learned.settings["intervals"])


def version_with(made_of: str) -> str:
    """The version of the rules and, after a plus, the beginning of the digest of the labelled answers that were learned from."""
    return f"{RUBRIC_VERSION}+{made_of[:OWN_DIGITS]}"


def _provenance(task: GradingTask, own: OwnHeads | None) -> Provenance:
    """With the version of the rules, and of what was learned of the question."""
    return Provenance(
        examiner=ExaminerName.RUBRIC.value,
        model=version_with(own.made_of) if own else RUBRIC_VERSION,
        question_version=task.question.version,
        passages=tuple(passage.id for passage in task.passages),
        scale=SCALE,
    )


def _propose(task: GradingTask, verdicts: Sequence[Verdict], errors: Sequence[FalseStatement], score: float) -> FollowUp | None:
    """The follow-up to a first answer; later ones are chosen on all turns together, which nobody sees here."""
    if not task.want_follow_up or task.dialogue:
        return None
    return choose_follow_up(task.question, verdicts, task.asked, task.lang, errors=errors, score=score)


def judge_question(learned: Learned, question: Question, reading: Reading, own: OwnHeads | None = None) -> Judged:
    """Verdicts and errors for one answer: by the question's heads, by its reference where nothing was learned of it, or as general points.

    `own`: its own heads, where it has no shipped ones.
    """
    # What was learned of a question goes first: a drill may ask for one point alone, whose id is a general one by chance.
    if own:
        return judge_own(learned, own, question, reading)
    if not learned.knows(question):
        return judge_general(question, reading) if is_general(question) else judge_reference(question, reading)
    asked = [point.id for point in question.points]
    if not reading.windows:
        return judge_nothing(asked)
    scores = score_windows(learned.questions[question.bank_id], learned.shared, reading.windows, question.bank_id)
    scores = replace(scores, error=judge_errors(learned.lines["false"], scores, reading.windows))
    # The heads of a question are compared with one another, so that a drill needs all of its parent's too.
    judged = judge(learned, learned.points[question.bank_id], reading, scores)
    return keep_points(judged, asked) if question.parent else judged


def interval_of(score: float, lang: Lang, table: Mapping[str, list[list[float]]]) -> Interval:
    """The interval around a score, from the measured ones: by language, rows of [least score, below, above]."""
    _, below, above = [row for row in table[lang] if score >= row[0]][-1]
    return Interval(max(0.0, round(score + min(0.0, below))), min(100.0, round(score + max(0.0, above))))


def _with_reason(verdict: Verdict, task: GradingTask, lang: Lang) -> Verdict:
    return Verdict(
        verdict.point_id, verdict.status, verdict.quote, explain(verdict, task.question, lang), verdict.misconception, unsure=verdict.unsure
    )


def is_beyond_us(reading: Reading, judged: Judged, score: float) -> bool:
    """Whether a long answer on the subject was hardly recognised: then there is no number, rather than a low one."""
    unsure = sum(verdict.unsure for verdict in judged.verdicts)
    errs = bool(judged.errors) or any(verdict.status is VerdictStatus.WRONG for verdict in judged.verdicts)
    return reading.length >= LONG_ANSWER and score < HARDLY_ANYTHING and unsure >= LEAST_UNSURE and not errs


def _flags(answer: str, reading: Reading) -> tuple[Flag, ...]:
    manipulates = find_manipulation(reading.parsed.text, reading.orders)
    found = ((Flag.HIDDEN_TEXT, has_hidden_text(answer)), (Flag.MANIPULATION, manipulates), (Flag.DISAVOWED, reading.unmeant))
    return tuple(flag for flag, present in found if present)
