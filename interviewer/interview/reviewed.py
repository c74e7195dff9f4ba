"""Reviewed answers with the coach's score, as `interviewer eval` reads them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interviewer.grading.calibration import ScoredTwice
from interviewer.grading.scoring import answer_score
from interviewer.interview.last_word import findings_of, review_of, score_of
from interviewer.models import Interview, Lang, Mode, Question, ReplyKind


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One answer and what a coach stands for. `score`: 0–100."""

    id: str
    question: Question
    lang: Lang
    answer: str
    score: float

    def row(self, *, in_bank: bool) -> dict[str, Any]:
        """A row of a graded set; one whose question is not in the bank carries its text and reference."""
        told: dict[str, Any] = {"id": self.id, "question": self.question.id, "lang": self.lang, "answer": self.answer, "score": self.score}
        if in_bank:
            return told
        text, reference = self.question.prompt[self.lang], self.question.reference[self.lang]
        return {**told, "question": text, "references": [reference], "score_norm": round(self.score / 100, 4)}


def reviewed_answers(interview: Interview) -> tuple[Reviewed, ...]:
    """The answers of a reviewed interview; none if it is not reviewed, or a drill: a single point measures no examiner of whole answers.

    A score that the coach gave to a question is of all that was said to it; without one the first answer stands alone, scored by
    its verdicts as an examiner's are: hints and follow-ups are no part of what an examiner can be measured on.
    """
    if review_of(interview) is None or interview.setup.mode is Mode.DRILL:
        return ()
    found = (_reviewed(interview, question_id) for question_id in interview.setup.question_ids)
    return tuple(each for each in found if each)


def scored_twice(interview: Interview) -> tuple[ScoredTwice, ...]:
    """The first answers of a reviewed interview with an examiner's score and the coach's.

    A score that the coach gave to several answers, or after hints, is not one of the first answer, and left out. None of a drill.
    """
    found = []
    for question_id in interview.setup.question_ids if review_of(interview) and interview.setup.mode is not Mode.DRILL else ():
        reviewed, turns = _reviewed(interview, question_id), interview.turns_of(question_id)
        alone = len(turns) == 1 and not turns[0].hints
        if reviewed and turns[0].grade and (alone or score_of(interview, question_id) is None):
            found.append(ScoredTwice(turns[0].grade.provenance, turns[0].grade.score, reviewed.score))
    return tuple(found)


def _reviewed(interview: Interview, question_id: str) -> Reviewed | None:
    turns = interview.turns_of(question_id)
    replies = [turn.reply for turn in turns if turn.reply and turn.reply.kind in (ReplyKind.TEXT, ReplyKind.TIMED_OUT)]
    if not replies or turns[0].reply != replies[0]:
        return None
    question, lang, id = interview.questions[question_id], interview.setup.lang, f"{interview.id}:{turns[0].seq}"
    if overruled := score_of(interview, question_id):
        assert overruled.score is not None
        return Reviewed(id, question, lang, "\n\n".join(reply.text for reply in replies), overruled.score)
    found = findings_of(interview, turns[0])
    if found is None:
        return None
    return Reviewed(id, question, lang, replies[0].text, answer_score(question.points, found.verdicts, found.errors, scale=found.scale))
