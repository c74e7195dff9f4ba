"""An examiner that talks: it tells answers from asides before anything is graded, and has a word for both.

Code has the last word where it is sure what a message is; where it is not, a language model may say so in the same call as its grade.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from interviewer.dialogue.replies import reply_to_answer, reply_to_aside
from interviewer.dialogue.utterances import hear
from interviewer.grading.examiner import Examiner, Progress, no_progress
from interviewer.models import (
    MOST_ASIDES,
    AsideReply,
    ExaminerName,
    Grade,
    GradingTask,
    Heard,
    Outcome,
    Provenance,
    Ungraded,
    Usage,
    Utterance,
)

_BY_MODEL = frozenset({Utterance.CLARIFY, Utterance.STUCK, Utterance.UNSURE})
"""What a language model answers in its own words; the rest has fixed ones, so that nothing said to it moves or promises anything."""


@dataclass(frozen=True, slots=True)
class TalkingExaminer:
    """Wraps an examiner. Safe to share between threads if that one is."""

    inner: Examiner

    @property
    def name(self) -> ExaminerName:
        """The inner examiner's."""
        return self.inner.name

    @property
    def model(self) -> str:
        """The inner examiner's."""
        return self.inner.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """A grade with a reply, or a reply alone where nothing was answered."""
        heard = task.heard or hear(task.answer, task.question, task.prompt, task.lang)
        if task.claim is None and not heard.utterance.is_answer and not self._is_for_model(task, heard):
            return self._speak(task, heard.utterance)
        outcome = self.inner.grade(replace(task, heard=heard), progress)
        if isinstance(outcome, Ungraded) and not heard.utterance.is_answer:
            # A question back must not wait for an endpoint that is down.
            return self._speak(task, heard.utterance, outcome.usage)
        if isinstance(outcome, AsideReply):
            return self._heed(task, heard, outcome)
        return self._with_reply(task, heard, outcome) if isinstance(outcome, Grade) else outcome

    def _is_for_model(self, task: GradingTask, heard: Heard) -> bool:
        return self.inner.name is ExaminerName.LLM and heard.utterance in _BY_MODEL and len(task.asides) < MOST_ASIDES

    def _heed(self, task: GradingTask, heard: Heard, outcome: AsideReply) -> AsideReply:
        """The model's aside, in code's words where the model's cannot be used or code knows better what it is."""
        if outcome.reply and (not heard.sure or outcome.utterance is heard.utterance):
            return outcome
        return self._speak(task, heard.utterance if heard.sure else outcome.utterance, outcome.usage)

    def _speak(self, task: GradingTask, utterance: Utterance, usage: Usage | None = None) -> AsideReply:
        said = reply_to_aside(task, utterance, self.model if self.name is ExaminerName.LLM else "")
        provenance = Provenance(self.name.value, self.model, question_version=task.question.version)
        return AsideReply(utterance, said.text, provenance, usage or Usage(), said.given, said.assumed)

    def _with_reply(self, task: GradingTask, heard: Heard, grade: Grade) -> Grade:
        utterance = Utterance.MIXED if heard.utterance is Utterance.MIXED else grade.utterance
        grade = replace(grade, utterance=utterance)
        return grade if grade.reply or task.claim else replace(grade, reply=reply_to_answer(task, grade))
