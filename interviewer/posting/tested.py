"""Whether the drafted questions of an interview have shown that they tell good answers from bad ones. Pure.

What nobody knows of counts as untested, such as a question whose posting is deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interviewer.authoring.selftest import Shown, decode_shown
from interviewer.models import ExaminerName, Interview, Setup
from interviewer.models.postings import Posting, ProjectQuestion
from interviewer.posting.plan import OWN, question_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How a drafted question stands. `shown`: what its sample answers showed under those who will judge, empty before it was tried."""

    tested: bool
    shown: tuple[Shown, ...]


def judges_of(setup: Setup) -> frozenset[ExaminerName]:
    """Who judges the answers of an interview: its examiner, and the offline one where it may stand in."""
    return frozenset({setup.examiner, *({ExaminerName.RUBRIC} if setup.stand_in else ())})


def standing_of(draft: ProjectQuestion, judges: Collection[ExaminerName]) -> Standing:
    """Tested is what passed under everybody who will judge it."""
    shown = tuple(each for each in decode_shown(draft.test) if each.examiner in judges) if draft.test else ()
    return Standing(bool(judges) and {each.examiner for each in shown if each.passed} >= {each.value for each in judges}, shown)


def untested_in(interview: Interview, posting: Posting | None) -> frozenset[str]:
    """The ids of the drafted questions of an interview that are not tested. `posting`: the one behind it, None if there is none, or no longer."""
    judges = judges_of(interview.setup)
    drafts = posting.content.drafts if posting else ()
    tested = {question_of(draft).id for draft in drafts if standing_of(draft, judges).tested}
    return frozenset(id for id in interview.questions if id.startswith(OWN) and id not in tested)
