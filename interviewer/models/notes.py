"""What coaches write for themselves: comments to be used again, and private notes. No part of an interview's records, so that nothing made
of an interview can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedComment:
    """A comment that its coach uses again. `question_id`: the question that it is for, "" for any."""

    id: str
    author_id: str
    question_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PrivateNote:
    """A coach's note on a candidate, never shown to the candidate. `author`: their name at the time, "" once their account is gone.

    `interview_id`, `question_id`: the answer that it is about, None for the candidate as a whole. `shared`: the candidate's other coaches
    may read it.
    """

    id: str
    author_id: str
    author: str
    candidate_id: str
    interview_id: str | None
    question_id: str | None
    shared: bool
    text: str
    at: datetime
