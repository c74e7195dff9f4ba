"""A corrected answer becomes one to learn from: a labelled answer of a question that is written here, else a row that is exported.

Only where the operator allows it (INTERVIEWER_LEARN_FROM_ANSWERS), only of what a coach has judged, without the candidate's name and
contact data, and only as long as the interview is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from interviewer.authoring.answers import LabelledAnswers
from interviewer.authoring.refusal import NotReady
from interviewer.errors import NotFound
from interviewer.grading.scoring import answer_score
from interviewer.interview.desk import DeskService
from interviewer.interview.editing import EditRefused, Refusal, answered_turn
from interviewer.interview.last_word import findings_of, is_edited, stands_reviewed
from interviewer.models import (
    SCALE,
    Findings,
    Interview,
    LabelledAnswer,
    LearnedPoint,
    LearningAnswer,
    Level,
    Person,
    PointLabel,
    Question,
    Turn,
    VerdictStatus,
)
from interviewer.questions.encoding import digest_question
from interviewer.records.learning_answers import LearningAnswerStore

Clean = Callable[[str, Iterable[str]], str]
"""A text without contact data and these names."""

_LEVELS = ((85.0, Level.EXCELLENT), (65.0, Level.GOOD), (35.0, Level.PARTIAL))
_LABELS = {
    VerdictStatus.COVERED: PointLabel.COVERED,
    VerdictStatus.PARTIAL: PointLabel.PARTIAL,
    # A bare term says nothing of the point; a label between the two is not known there.
    VerdictStatus.NAMED: PointLabel.MISSING,
    VerdictStatus.MISSING: PointLabel.MISSING,
    VerdictStatus.WRONG: PointLabel.WRONG,
}


class CorrectedAnswers:
    """The use cases. `allowed`: what the operator's setting says; `clean`: takes names and contact data out of an answer."""

    def __init__(
        self, *, store: LearningAnswerStore, desk: DeskService, labelled: LabelledAnswers, name_of: Callable[[str], str], clean: Clean,
        now: Callable[[], datetime], allowed: bool,
    ) -> None:  # fmt: skip
        self._store, self._desk, self._labelled = store, desk, labelled
        self._name_of, self._clean, self._now, self.allowed = name_of, clean, now, allowed

    def kept(self, interview_id: str) -> Mapping[int, LearningAnswer]:
        """What is kept of an interview that the caller may read, by turn; nothing where it is not allowed."""
        return self._store.of_interview(interview_id) if self.allowed else {}

    def of_owner(self, owner: str) -> tuple[LearningAnswer, ...]:
        """What is kept of somebody's own answers, for themselves."""
        return self._store.of_owner(owner)

    def keep(self, viewer: Person, interview_id: str, seq: int) -> LearningAnswer:
        """Keep an answer with the verdicts that count. Also made a labelled answer where the viewer may change the question.

        NotFound where the interview is not theirs to judge; EditRefused: NOT_ALLOWED, NOT_JUDGED, QUESTION_CHANGED.
        """
        interview = self._desk.load_to_grade(viewer, interview_id)
        self._refuse_unless_allowed()
        turn, _reply = answered_turn(interview, seq)
        found = findings_of(interview, turn)
        if found is None or not (is_edited(interview, turn.question_id) or stands_reviewed(interview)):
            raise EditRefused(Refusal.NOT_JUDGED)
        answer = self._answer(viewer, interview, turn, found)
        labelled = self._label(viewer, interview.questions[turn.question_id], answer)
        if labelled:
            answer = replace(answer, labelled_id=labelled.id)
        self._store.put(answer, labelled)
        if labelled:
            self._labelled.learn(labelled.question_id)
        return answer

    def take_back(self, viewer: Person, interview_id: str, seq: int) -> None:
        """No longer keep it, nor what was made of it."""
        self._desk.load_to_grade(viewer, interview_id)
        self._store.delete(interview_id, seq)

    def export(self, viewer: Person, orders: Mapping[str, int]) -> Iterator[dict[str, Any]]:
        """All that is kept, as rows of knowledge/answers. For who looks after the installation. `orders`: of the shipped questions, by id."""
        if not (viewer.may_administer or viewer.is_local):
            raise NotFound("no such page → go back to the start page")
        return (row_of(answer, orders) for answer in self._store.all())

    def _answer(self, viewer: Person, interview: Interview, turn: Turn, found: Findings) -> LearningAnswer:
        question = interview.questions[turn.question_id]
        assert turn.reply is not None
        name = self._name_of(interview.owner)
        text = self._clean(turn.reply.text, [name] if name else [])
        quotes = {verdict.point_id: verdict for verdict in found.verdicts}
        points = tuple(
            LearnedPoint(point.id, verdict.status, verbatim(verdict.quote.text if verdict.quote else "", text))
            if (verdict := quotes.get(point.id)) and verdict.status is not VerdictStatus.MISSING
            else LearnedPoint(point.id, VerdictStatus.MISSING)
            for point in question.points
        )
        errors = tuple(words for error in found.errors if (words := verbatim(error.quote.text, text)))
        score = answer_score(question.points, found.verdicts, found.errors, scale=SCALE)
        return LearningAnswer(
            secrets.token_hex(16), interview.id, turn.seq, question.bank_id, digest_question(question), interview.setup.lang, text, points,
            errors, round(score, 1), viewer.id, self._now(),
        )  # fmt: skip

    def _label(self, viewer: Person, question: Question, answer: LearningAnswer) -> LabelledAnswer | None:
        labels = {point.id: _LABELS[point.verdict] for point in answer.points}
        quotes = {point.id: point.quote for point in answer.points if point.quote and labels[point.id] is not PointLabel.MISSING}
        try:
            return self._labelled.make(
                viewer, question.bank_id, lang=answer.lang, text=answer.text, level=level_of(answer), labels=labels, quotes=quotes
            )
        except NotFound:
            return None  # of the shipped bank, or not the viewer's to change: it is exported
        except NotReady as error:
            raise EditRefused(Refusal.QUESTION_CHANGED) from error

    def _refuse_unless_allowed(self) -> None:
        if not self.allowed:
            raise EditRefused(Refusal.NOT_ALLOWED)


def level_of(answer: LearningAnswer) -> Level:
    """How good the answer is as the self-test of questions orders answers."""
    level = next((level for least, level in _LEVELS if answer.score >= least), None)
    wrong = answer.errors or any(point.verdict is VerdictStatus.WRONG for point in answer.points)
    return level or (Level.WRONG if wrong else Level.WEAK)


def verbatim(words: str, text: str) -> str:
    """The words if the text still says them, else ""."""
    return words if words in text else ""


def row_of(answer: LearningAnswer, orders: Mapping[str, int]) -> dict[str, Any]:
    """A row as they lie in knowledge/answers; `question_id` and `question_digest` tell which text of the question was answered."""
    return {
        "id": f"class-{answer.id[:12]}", "question": orders.get(answer.question_id, answer.question_id), "batch": "class", "lang": answer.lang,
        "writer": "candidate, judged by a coach", "kind": level_of(answer).value, "answer": answer.text, "score": answer.score,
        "points": [{"id": point.id, "verdict": point.verdict.value, "quote": point.quote} for point in answer.points],
        "errors": list(answer.errors), "question_id": answer.question_id, "question_digest": answer.question_digest,
    }  # fmt: skip
