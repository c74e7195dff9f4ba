"""What was said beside the answers: questions back, disputes, requests for help, and what the interviewer said to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Utterance(StrEnum):
    """What a candidate's message is. Only ANSWER and the answering part of MIXED are graded.

    CLARIFY: a question about the task. DISPUTE: "I said that", "I disagree". STUCK: asks for direction. UNKNOWN: does not know.
    CHANGE: another question, skip, end. META: greeting, who are you, trouble, distress, orders to the grader. UNSURE: cannot be told.
    """

    ANSWER = "answer"
    MIXED = "mixed"
    CLARIFY = "clarify"
    DISPUTE = "dispute"
    STUCK = "stuck"
    UNKNOWN = "unknown"
    CHANGE = "change"
    META = "meta"
    UNSURE = "unsure"

    @property
    def is_answer(self) -> bool:
        """Whether any of it is graded."""
        return self in (Utterance.ANSWER, Utterance.MIXED)


MOST_ASIDES = 3
"""Asides to one question that are gone into; after them the interviewer asks kindly for an answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What code takes a message for. `sure`: a language model may not take it for anything else."""

    utterance: Utterance
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Aside:
    """A message that was no answer, and what was said to it. It earns, costs and uses up nothing.

    `reply`: empty while it is being made. `given`: ids of the givens of the question that were told, parted by spaces; `assumed`: what was assumed aloud
    because the sheet of givens does not say it, empty for none. `source`: "rules" or the language model's name.
    """

    utterance: Utterance
    text: str
    reply: str
    at: datetime
    given: str | None = None
    assumed: str = ""
    source: str = "rules"


class ClaimStatus(StrEnum):
    """What came of "I said that": OPEN until somebody has judged the point anew."""

    OPEN = "open"
    GRANTED = "granted"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Claim:
    """A point that the candidate contests: the words `text[start:end]` of the answer that hold it. It changes no score by itself."""

    point_id: str
    start: int
    end: int
    at: datetime
    status: ClaimStatus = ClaimStatus.OPEN
