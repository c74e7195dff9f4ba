"""Something that a report says of an interview, tied to where it was seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One or two sentences on an interview. `turn_seq`: the turn that they rest on, None for the interview as a whole.

    `quote`: the candidate's own words in that turn, verbatim, empty for none.
    """

    text: str
    turn_seq: int | None = None
    quote: str = ""
