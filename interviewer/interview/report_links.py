"""A report by link: who may make one, whether it still opens, and what is seen through it.

Whoever may read an interview may link to its report; candidates see every link to theirs, and may end it. A link opens as long as whoever
made it may still read the interview.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from interviewer.access.login import OF_AN_ADDRESS, network_of
from interviewer.errors import InterviewerError, NotFound
from interviewer.interview.disclosure import hold_back
from interviewer.models import Bilingual, Interview, Mode, Person
from interviewer.models.report_links import ReportLink, Shows
from interviewer.records.desk import DeskStore
from interviewer.records.people import PeopleStore
from interviewer.records.report_links import ReportLinkStore

DAYS = (1, 7, 14, 30, 90)
"""How long a link may hold."""
DEFAULT_DAYS = 14
MOST = 20
"""Links to one report that hold at a time."""


class Refusal(StrEnum):
    """Why no link is made; the pages have words for each."""

    NO_ACCOUNTS = "no_accounts"
    UNFINISHED = "unfinished"
    DRILL = "drill"
    TOO_MANY = "too_many"


class LinkRefused(InterviewerError):
    """No link was made. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


_REMEDIES = {
    Refusal.NO_ACCOUNTS: "without accounts nobody else can reach this machine → make accounts first (`interviewer user add`)",
    Refusal.UNFINISHED: "the interview is not finished → finish it first",
    Refusal.DRILL: "a drill has no report → choose an interview",
    Refusal.TOO_MANY: f"{MOST} links to this report hold already → withdraw one first",
}


@dataclass(frozen=True, slots=True)
class MustWait:
    """Too many links that do not open, from this address."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What is seen through a link. `candidate`: their name, "" if it is not to be told."""

    link: ReportLink
    interview: Interview
    candidate: str


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """The use cases."""

    store: ReportLinkStore
    desk: DeskStore
    people: PeopleStore
    now: Callable[[], datetime]

    def links(self, viewer: Person, interview_id: str) -> tuple[Interview, tuple[ReportLink, ...]]:
        """The interview, and the links to its report; NotFound if the viewer may not read it."""
        return self.desk.load(interview_id, viewer), self.store.links_of(interview_id)

    def refusal(self, interview: Interview) -> Refusal | None:
        """Why no link to the report of this interview can be made."""
        if not self.people.any_accounts():
            return Refusal.NO_ACCOUNTS
        if interview.setup.mode is Mode.DRILL:
            return Refusal.DRILL
        return None if interview.finished_at else Refusal.UNFINISHED

    def make(self, viewer: Person, interview_id: str, *, shows: Shows, days: int = DEFAULT_DAYS, named: bool = False) -> str:
        """The secret of a new link; LinkRefused, NotFound as for `links`."""
        interview = self.desk.load(interview_id, viewer)
        if why := self.refusal(interview):
            raise LinkRefused(why)
        lifetime = timedelta(days=days if days in DAYS else DEFAULT_DAYS)
        secret = self.store.make(interview_id, viewer.id, shows=shows, named=named, now=self.now(), lifetime=lifetime, most=MOST)
        if secret is None:
            raise LinkRefused(Refusal.TOO_MANY)
        return secret

    def withdraw(self, viewer: Person, interview_id: str, link_id: str) -> bool:
        """End a link; False if it has ended or there is none. NotFound as for `links`."""
        self.desk.load(interview_id, viewer)
        return self.store.withdraw(interview_id, link_id, viewer.id, self.now())

    def open(self, secret: str, *, address: str) -> Shared | MustWait:
        """What is seen through the link; NotFound if it does not open, which is counted against the address as a guess at a password is."""
        now, key = self.now(), f"report link:{network_of(address)}"
        if pause := self.people.attempts.claim({key: OF_AN_ADDRESS}, now):
            return MustWait(max(1, round(pause.total_seconds())))
        shared = self._look(secret, now)
        self.people.attempts.forget(key, now)
        self.store.count_view(shared.link.id, now)
        return shared

    def _look(self, secret: str, now: datetime) -> Shared:
        link = self.store.find(secret) if self.people.any_accounts() else None
        maker = self.people.get(link.made_by) if link else None
        if link is None or not link.holds(now) or maker is None or not maker.active:
            raise NotFound("this link does not open → ask whoever sent it for another one")
        interview = self.desk.load(link.interview_id, maker)
        if self.refusal(interview):
            raise NotFound("this link does not open → ask whoever sent it for another one")
        owner = self.people.get(interview.owner) if link.named else None
        return Shared(link, as_shown(interview), owner.name if owner else "")


def as_shown(interview: Interview) -> Interview:
    """The interview without what no link shows: the key of what is not over, any reference answer, drafts, and what was said beside the answers.
    How much of the rest is seen is laid out in ui/shared_report. Pure.
    """
    interview = hold_back(interview)
    nothing = Bilingual("", "")
    return replace(
        interview,
        questions={id: replace(question, reference=nothing, hints=(), givens=()) for id, question in interview.questions.items()},
        improvements=(),
        summary=None,
        turns=tuple(replace(turn, draft="", asides=(), claims=()) for turn in interview.turns),
    )
