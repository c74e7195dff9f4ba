"""What an interview that was made for an assignment has to say of it, for pages and files: what came late, and what was noted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from interviewer.models import Interview, Turn
from interviewer.models.assigned_work import Conduct


@dataclass(frozen=True, slots=True)
class Fact:
    """What there is to say of one answer. `number`: of its question, from 1; `noted`: None where nothing was noted."""

    turn: Turn
    number: int
    late: bool
    noted: Conduct | None


def facts_of(interview: Interview) -> tuple[Fact, ...]:
    """The answers of which there is anything to say, in order."""
    if interview.work is None:
        return ()
    noted, number = interview.work.conduct, {id: n for n, id in enumerate(interview.questions, start=1)}
    facts = [Fact(turn, number[turn.question_id], interview.is_late(turn), noted.get(turn.id)) for turn in interview.turns]
    return tuple(fact for fact in facts if fact.late or fact.noted)


def work_values(interview: Interview) -> dict[str, Any] | None:
    """The same for a file: which assignment, its deadline for this person, and by the turn's `seq` what came late and what was noted."""
    if interview.work is None:
        return None
    facts = facts_of(interview)
    return {
        "id": interview.work.assignment_id, "title": interview.work.title, "due_at": interview.work.due_at, "observed": interview.work.observed,
        "late": [fact.turn.seq for fact in facts if fact.late], "conduct": {fact.turn.seq: asdict(fact.noted) for fact in facts if fact.noted},
    }  # fmt: skip
