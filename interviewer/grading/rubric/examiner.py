"""The offline examiner: deterministic, no model, no network. It reads a point's cues, or its derived statement, in an answer.

What it sees is decided in judge and similarity, its words in feedback, its number in scoring.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.manipulation import find_manipulation
from interviewer.grading.rubric.feedback import explain, write_feedback
from interviewer.grading.rubric.findings import Finding, Script
from interviewer.grading.rubric.judge import CompiledQuestion, compile_question, judge_points, quote_for, read_script
from interviewer.grading.scoring import answer_score, choose_follow_up
from interviewer.grading.substance import says_unknown, shown_texts
from interviewer.models import SCALE, ExaminerName, Flag, Grade, GradingTask, Lang, Provenance, Question, Usage, Verdict, VerdictStatus
from interviewer.text.language import reply_language
from interviewer.text.normalize import has_hidden_text

RUBRIC_VERSION = "rubric-v2"
"""Raised when an answer may get other verdicts than before; stands in every grade. v1 is any grade that names none."""

_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Judged:
    script: Script
    findings: tuple[Finding, ...]
    unknown: bool


class RubricExaminer:
    """Judges any answer from the bank's cues alone. Safe to share between threads; keeps the last questions compiled."""

    def __init__(self) -> None:
        self._compiled: OrderedDict[Question, CompiledQuestion] = OrderedDict()
        self._lock = Lock()

    @property
    def name(self) -> ExaminerName:
        """Always `rubric`."""
        return ExaminerName.RUBRIC

    @property
    def model(self) -> str:
        """There is no model: the version of these rules stands in its place."""
        return RUBRIC_VERSION

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Grade:
        """Judge one answer; the same task always gives the same grade but for the time taken."""
        began = time.perf_counter()
        lang = reply_language(task.answer, task.lang)
        judged = self._judge(task)
        verdicts = tuple(_verdict(judged.script, finding, lang) for finding in judged.findings)
        for verdict in verdicts:
            progress(verdict)
        ask = task.want_follow_up and not judged.unknown
        return Grade(
            verdicts=verdicts,
            score=answer_score(task.question.points, verdicts),
            feedback=write_feedback(
                task.question, judged.findings, lang, unknown=judged.unknown, listed=judged.script.is_list, reveal=not task.want_follow_up
            ),
            provenance=Provenance(
                examiner=ExaminerName.RUBRIC.value,
                model=RUBRIC_VERSION,
                question_version=task.question.version,
                passages=tuple(passage.id for passage in task.passages),
                scale=SCALE,
            ),
            usage=Usage(milliseconds=(time.perf_counter() - began) * 1000),
            follow_up=choose_follow_up(task.question, verdicts, task.asked, task.lang) if ask else None,
            flags=_flags(task.answer, judged.script),
        )

    def _judge(self, task: GradingTask) -> _Judged:
        compiled = self._compile(task.question)
        prompts = (task.prompt, task.question.prompt.zh, task.question.prompt.en, *(exchange.prompt for exchange in task.dialogue))
        shown = [text for pair in shown_texts(task.question) for text in (pair.zh, pair.en)]
        script = read_script(task.answer, prompts, shown)
        unknown = says_unknown(task.answer)
        if unknown:
            return _Judged(script, tuple(Finding(point, VerdictStatus.MISSING) for point in task.question.points), True)
        return _Judged(script, judge_points(compiled, script, task.aimed_point), False)

    def _compile(self, question: Question) -> CompiledQuestion:
        with self._lock:
            found = self._compiled.get(question)
            if found is None:
                found = self._compiled[question] = compile_question(question)
                while len(self._compiled) > _KEPT:
                    self._compiled.popitem(last=False)
            self._compiled.move_to_end(question)
            return found


def _verdict(script: Script, finding: Finding, lang: Lang) -> Verdict:
    quote = quote_for(script, finding.span) if finding.span is not None else None
    belief = finding.belief.id if finding.belief is not None else None
    return Verdict(finding.point.id, finding.status, quote, explain(finding, lang), belief)


def _flags(answer: str, script: Script) -> tuple[Flag, ...]:
    flags = [Flag.HIDDEN_TEXT] if has_hidden_text(answer) else []
    return (*flags, Flag.MANIPULATION) if find_manipulation(script.text, script.orders) else tuple(flags)
