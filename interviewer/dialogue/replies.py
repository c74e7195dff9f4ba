"""What the interviewer says: to an answer, in the candidate's own terms, and to everything that is no answer."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.models import Grade, GradingTask, Utterance


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said to an aside. `given`, `assumed`: see `models.Aside`."""

    text: str
    given: str | None = None
    assumed: str = ""


def reply_to_aside(task: GradingTask, utterance: Utterance) -> Spoken:
    """What is said to a message that is no answer."""
    del utterance
    return Spoken("好的，请继续回答。" if task.lang == "zh" else "All right, please go on.")


def reply_to_answer(task: GradingTask, grade: Grade) -> str:
    """One or two sentences: what was understood, and the way to what comes next."""
    del task, grade
    return ""
