"""`interviewer regrade`: the answers of a stored interview are graded again. Nothing is overwritten; printing is left to the caller.

The work goes through the same queue and worker as any other grade, so it may be done while a server runs on the same records.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from interviewer.bootstrap import Application
from interviewer.errors import ConfigError, NotFound, StaleMove, VectorIndexError
from interviewer.interview.results import QuestionResult, result_of
from interviewer.interview.service import InterviewService
from interviewer.messages import explain, no_model
from interviewer.models import (
    Bilingual,
    ExaminerName,
    Flag,
    Grade,
    GradeRecord,
    Interview,
    Lang,
    Provenance,
    ReplyKind,
    Turn,
    Ungraded,
)
from interviewer.operator_access import find_interview, note
from interviewer.records.codec import encode_outcome
from interviewer.ui.labels import words

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2
"""How often the records are read while another process grades an answer."""
_WATCH_SECONDS = 5.0
_EVERY_VERDICT = 10**6
_DOUBTFUL = Bilingual("把握不大，请人看一下", "low confidence: a person should look at it")


@dataclass(frozen=True, slots=True)
class Regraded:
    """A question that was graded again. `number`: in the interview, from 1; `given`: the new outcome by number of the turn.

    What counts `after` is the latest grade of each answer; where the new outcome is no grade, the old one stands.
    """

    number: int
    before: QuestionResult
    after: QuestionResult
    given: tuple[tuple[int, GradeRecord], ...]

    @property
    def complete(self) -> bool:
        """Whether every answer has got a new grade."""
        return not any(isinstance(record.outcome, Ungraded) for _, record in self.given)


@dataclass(frozen=True, slots=True)
class RegradeOptions:
    """What was asked for. `interview`: an id or its beginning; `question`: an id or a number; `examiner`: None for the interview's."""

    interview: str
    question: str | None = None
    examiner: ExaminerName | None = None


@dataclass(frozen=True, slots=True)
class Regrading:
    """What came of it. `examiner`: who judged; `questions`: those that were graded again, in order."""

    interview: Interview
    examiner: ExaminerName
    questions: tuple[Regraded, ...]

    @property
    def complete(self) -> bool:
        """Whether every answer has got a new grade."""
        return all(question.complete for question in self.questions)

    def to_json(self) -> str:
        """The scores before and after, and every new outcome as it is stored."""
        questions = [
            {
                "number": each.number, "question": each.after.question.id, "old": each.before.score, "new": each.after.score,
                "answers": [{"turn": seq, "at": record.at.isoformat(), **encode_outcome(record.outcome)} for seq, record in each.given],
            }
            for each in self.questions
        ]  # fmt: skip
        values = {"interview": self.interview.id, "examiner": self.examiner.value, "questions": questions}
        return json.dumps(values, ensure_ascii=False, indent=2)


def regrade_interview(application: Application, options: RegradeOptions, hear: Callable[[Regraded, Lang], None]) -> Regrading:
    """Grade again what was asked for; `hear` is told each question as it is done, and the interview's language.

    NotFound if there is no such interview or answer, ConfigError if the examiner is not set up; then nothing is asked for.
    """
    try:
        interview = find_interview(application, options.interview)
        choose_answers(interview, options.question)
        examiner = options.examiner or interview.setup.examiner
        _prepare(application, examiner)
        note(application, "grade_again", interview, examiner.value)
        application.service.worker.start()
        done = []
        for question in regrade(application.service, interview, question=options.question, examiner=examiner):
            hear(question, interview.setup.lang)
            done.append(question)
        return Regrading(interview, examiner, tuple(done))
    finally:
        application.stop()


def render_text(question: Regraded, lang: Lang) -> str:
    """A line for a terminal, and one more for each answer that got no grade or a doubtful one."""
    old, new = ("–" if score is None else f"{score:.0f}" for score in (question.before.score, question.after.score))
    lines = [f"{question.number:>2}  {question.after.question.id:<28} {old:>3} → {new}"]
    for seq, record in question.given:
        if isinstance(record.outcome, Ungraded):
            lines.append(f"    #{seq} {words(lang)['ungraded']}: {explain(record.outcome.reason, lang, record.outcome.provenance.model)}")
        elif isinstance(record.outcome, Grade) and Flag.LOW_CONFIDENCE in record.outcome.flags:
            lines.append(f"    #{seq} {_DOUBTFUL[lang]}")
    return "\n".join(lines)


def choose_answers(interview: Interview, question: str | None = None) -> dict[str, tuple[Turn, ...]]:
    """The turns with an answer to grade by question id, in order; of one question if its id or number is given.

    NotFound if there is no such question, or nothing in it to grade: what was skipped or not known is 0 by rule.
    """
    planned = interview.setup.question_ids
    if question is not None:
        named = [id for number, id in enumerate(planned, start=1) if question in (id, str(number))]
        if not named:
            raise NotFound(f"the interview has no question {question} → use 1 to {len(planned)} or one of: {', '.join(planned)}")
        planned = tuple(named)
    answers = {id: tuple(turn for turn in interview.turns_of(id) if _has_answer(turn)) for id in planned}
    if not any(answers.values()):
        raise NotFound("there is no answer to grade → only what was answered in words is graded")
    return {id: turns for id, turns in answers.items() if turns}


def regrade(
    service: InterviewService, interview: Interview, *, question: str | None = None, examiner: ExaminerName | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Regraded]:  # fmt: skip
    """Ask for a new grade of every answer and yield each question when all of its answers have one; the worker must be running.

    A grade that is under way already is waited for first. `examiner`: that of the interview if it is None.
    """
    answers = choose_answers(interview, question)
    asked: dict[int, frozenset[str]] = {}
    for turn in (turn for turns in answers.values() for turn in turns):
        asked[turn.seq] = _ask(service, interview, turn.seq, examiner, pause)
    for id, turns in answers.items():
        given = tuple((turn.seq, _await(service, interview, turn, asked[turn.seq], pause)) for turn in turns)
        after = service.read(interview.id, owner=interview.owner)
        yield Regraded(interview.setup.question_ids.index(id) + 1, result_of(interview, id), result_of(after, id), given)


def _prepare(application: Application, examiner: ExaminerName) -> None:
    """See that the examiner is set up, and has what it wants: only the language model is shown passages of the bank."""
    if examiner not in application.examiners:
        raise ConfigError(f"{no_model(application.settings.model)}, or add --examiner rubric")
    if examiner is ExaminerName.LLM:
        try:
            application.index.open(application.live_bank.shared())
        except VectorIndexError as error:
            logger.warning("the index cannot be opened (%s); answers are graded without passages", type(error).__name__)


def _has_answer(turn: Turn) -> bool:
    return turn.reply is not None and turn.reply.kind in (ReplyKind.TEXT, ReplyKind.TIMED_OUT)


def _ask(
    service: InterviewService, interview: Interview, seq: int, examiner: ExaminerName | None, pause: Callable[[float], None]
) -> frozenset[str]:
    """Put in a request as soon as none is open for the turn; returns the requests that the turn's earlier outcomes answered."""
    while True:
        seen = service.read(interview.id, owner=interview.owner)
        turn = seen.turns[seq - 1]
        if not turn.pending or (turn.waiting and not turn.waiting.running):
            with suppress(StaleMove):
                service.grade_again(seen, seq, examiner=examiner)
                return frozenset(record.request_id for record in turn.grades)
        pause(POLL_SECONDS)


def _await(
    service: InterviewService, interview: Interview, asked: Turn, known: frozenset[str], pause: Callable[[float], None]
) -> GradeRecord:
    while True:
        while service.watch(asked.id, seen=_EVERY_VERDICT, timeout=_WATCH_SECONDS) is not None:
            pass
        turn = service.read(interview.id, owner=interview.owner).turns[asked.seq - 1]
        fresh = [record for record in turn.grades if record.request_id not in known]
        if fresh:
            return fresh[0]
        if (late := turn.waiting) and not late.running:
            # Nobody waits a day at a terminal: the request stays, and a server on these records goes on with it.
            failed = Ungraded(late.reason, Provenance(interview.setup.examiner.value, question_version=turn.question_version))
            return GradeRecord(0, "", failed, late.since)
        pause(POLL_SECONDS)
