"""What becomes of a question's labelled answers in the background: the offline examiner learns them, and the question tests itself.

An examiner that learned from an answer is never judged by it: the offline one is tested with heads that were learned without the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from interviewer.authoring.selftest import LEAST_ANSWERS, Apart, Shown, Tried, decode_shown, encode_shown, is_tested, show
from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.examiner import RubricExaminer, version_with
from interviewer.grading.rubric.own_heads import OwnHeads, digest_rows, unpack_own
from interviewer.grading.rubric.own_process import learn_apart
from interviewer.jobs import Report
from interviewer.models import (
    Content,
    ExaminerName,
    Grade,
    GradingTask,
    Job,
    LabelledAnswer,
    LearnedHeads,
    Outcome,
    Question,
    QuestionVersion,
    VerdictStatus,
)
from interviewer.questions.encoding import digest_question
from interviewer.records.authored import AuthoredStore
from interviewer.records.labelled import LabelledStore

LEARN = "learn"
"""The kind of the job; its subject is the question's id."""
WITH_MODEL = "with_model"
"""Wanted of a job: that the language model is tested as well, which costs a call an answer."""
LEAST_LEARNED = 6
"""Labelled answers from which they are learned from: with so few the verdicts agree better than by the reference alone, whatever the rubric
(`python -m benchmarks.few_answers`)."""
NOTHING = b""
"""Stands in the place of heads where there is not enough left to learn from."""
FOLDS = 6
"""The most times that a question is learned anew for its test."""

Pay = Callable[[Callable[[int | None], Outcome]], Outcome]
"""Asks within what its payer may still spend: the tokens, None for no limit. Ungraded with that reason if nothing is left."""
Check = Callable[[Content, str, int], Question | None]
"""The question of a content, id and number as it would be asked; None if it is unfinished."""


@dataclass(frozen=True, slots=True)
class Paid:
    """An examiner each of whose judgements is paid for."""

    examiner: Examiner
    pay: Pay

    @property
    def name(self) -> ExaminerName:
        """The examiner's."""
        return self.examiner.name

    @property
    def model(self) -> str:
        """The examiner's."""
        return self.examiner.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """As the examiner does, with as many tokens as are left."""
        return self.pay(lambda budget: self.examiner.grade(replace(task, token_budget=budget), progress))


@dataclass(frozen=True, slots=True)
class QuestionLearning:
    """Does the job. `examiners`: who else will judge here, by name; the offline one always does. `spend`: asks within what is left of the day of
    whoever asked for the job.
    """

    authored: AuthoredStore
    labelled: LabelledStore
    check: Check
    examiners: Mapping[ExaminerName, Callable[[], Examiner]]
    spend: Callable[[str, Callable[[int | None], Outcome]], Outcome]
    now: Callable[[], datetime]

    def work(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Learn and test the version that is edited further, and the one that is asked; returns how many answers there were."""
        answers = self.labelled.of_question(job.subject, confirmed=True)
        pay = partial(self.spend, job.owner)
        chosen = [Paid(maker(), pay) for maker in self.examiners.values()] if job.wanted.get(WITH_MODEL) else []
        for version in self.authored.current_versions(job.subject):
            question = self.check(version.content, job.subject, version.number)
            if question is not None and (answers or version.test):
                made_of, offline = self._learn(question, answers, report)
                shown = [offline, *(try_with(examiner, question, answers, report) for examiner in chosen)]
                shown += _still_true(version, made_of, {each.examiner for each in shown})
                tested = is_tested(shown) and {each.examiner for each in shown} >= {name.value for name in self.examiners}
                self.authored.put_test(job.subject, version.number, tested=tested, test={**encode_shown(shown), "made_of": made_of})
        return {"answers": len(answers)}

    def _learn(self, question: Question, answers: Sequence[LabelledAnswer], report: Report) -> tuple[str, Shown]:
        """Have the newest heads be those of these answers, or none if they are too few; returns their digest and what the test showed."""
        rows, digest = rows_of(question, answers), digest_question(question)
        made_of, newest = digest_rows(rows), self.labelled.heads(digest)
        enough = can_learn(question, rows)
        content, *apart = (
            learn_apart(question, [rows, *leave_out(rows)], made_of=made_of, alive=lambda: report(0.0)) if enough else [NOTHING]
        )
        if newest.made_of != made_of if newest else enough:
            self.labelled.put_heads(LearnedHeads(digest, question.id, made_of, content, self.now()))
        if not enough:
            return made_of, try_with(RubricExaminer(), question, answers, report)
        return made_of, try_left_out(question, answers, [unpack_own(each) for each in apart], made_of)


def leave_out(rows: Sequence[Labelled]) -> list[list[Labelled]]:
    """The answers for the test: fold n is without every so manieth, counted from n."""
    folds = min(FOLDS, len(rows))
    return [[row for number, row in enumerate(rows) if number % folds != fold] for fold in range(folds)]


def _still_true(version: QuestionVersion, made_of: str, examiners: Container[str]) -> list[Shown]:
    """What others than these examiners showed of the same answers before."""
    before = version.test or {}
    return [each for each in decode_shown(before) if each.examiner not in examiners] if before.get("made_of") == made_of else []


def can_learn(question: Question, rows: Sequence[Labelled]) -> bool:
    """Whether there is enough to learn from. Points that were derived from the reference are judged by it."""
    return len(rows) >= LEAST_LEARNED and not question.derived


def rows_of(question: Question, answers: Sequence[LabelledAnswer]) -> list[Labelled]:
    """The labelled answers as they are learned from; labels of points that the question does not have are left out."""
    known, found = {point.id for point in question.points}, []
    for answer in answers:
        verdicts = {id: (VerdictStatus(label.value), answer.quotes.get(id, "")) for id, label in answer.labels.items() if id in known}
        errors = tuple(quote for id, (status, quote) in verdicts.items() if status is VerdictStatus.WRONG and quote)
        found.append(Labelled(answer.id, question.id, answer.lang, answer.level.value, answer.text, 0.0, verdicts, errors))
    return found


def try_left_out(question: Question, answers: Sequence[LabelledAnswer], folds: Sequence[OwnHeads], made_of: str) -> Shown:
    """What the offline examiner makes of the answers, each judged by what was learned without it. `folds`: see `leave_out`."""
    tried = dict[str, Tried]()
    for fold, own in enumerate(folds):
        examiner = RubricExaminer(own=partial(_always, own))
        tried |= {answer.id: try_answer(examiner, question, answer) for answer in answers[fold :: len(folds)]}
    return show(ExaminerName.RUBRIC.value, version_with(made_of), Apart.LEFT_OUT, [tried[answer.id] for answer in answers])


def _always(own: OwnHeads, _question: Question) -> OwnHeads:
    return own


def try_with(examiner: Examiner, question: Question, answers: Sequence[LabelledAnswer], report: Report) -> Shown:
    """What an examiner that learns from none of the answers makes of them; nothing is asked of it for too few."""
    tried = []
    for number, answer in enumerate(answers if len(answers) >= LEAST_ANSWERS else ()):
        tried.append(try_answer(examiner, question, answer))
        report((number + 1) / len(answers))
    return show(examiner.name.value, examiner.model, Apart.UNSEEN, tried)


def try_answer(examiner: Examiner, question: Question, answer: LabelledAnswer) -> Tried:
    """One answer, judged as the first to the question."""
    prompt = question.prompt[answer.lang]
    outcome = examiner.grade(GradingTask(question, answer.lang, prompt, answer.text, want_follow_up=False))
    if not isinstance(outcome, Grade):
        return Tried(answer, None, {})
    return Tried(answer, outcome.score, {verdict.point_id: verdict.status for verdict in outcome.verdicts})
