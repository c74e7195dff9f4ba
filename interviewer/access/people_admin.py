"""The use cases of looking after people: who there is, with which rights, coached by whom. The pages and the command line both come through here.

Whatever changes something is noted in the audit log, once, and what changes nothing is not. Whoever would be the last to look after
people keeps their rights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from interviewer.access.login import INVITE, LIFETIMES, RESET
from interviewer.errors import InterviewerError
from interviewer.models import Person, Role
from interviewer.records.accounts import Accounts
from interviewer.records.groups import GroupStore
from interviewer.records.names import read_group
from interviewer.records.people import PeopleStore


class Refusal(StrEnum):
    """Why something is not done; the pages have words for each."""

    SELF = "self"
    NO_COACH = "no_coach"
    DISABLED = "disabled"
    ARCHIVED = "archived"
    NO_ACCOUNTS = "no_accounts"
    OUT_OF_RANGE = "out_of_range"
    HAS_LOGIN = "has_login"
    NO_NAME = "no_name"


_REMEDIES = {
    Refusal.SELF: "nobody is their own coach → name a coach and a candidate",
    Refusal.NO_COACH: "they are no coach → make them one first (`interviewer user role NAME coach`)",
    Refusal.DISABLED: "they are shut out → let them in first (`interviewer user enable NAME`)",
    Refusal.ARCHIVED: "the group's term is over → take it out of the archive first (`interviewer group unarchive NAME`)",
    Refusal.NO_ACCOUNTS: "there are no accounts yet → make the first one (`interviewer user add NAME --role admin`)",
    Refusal.OUT_OF_RANGE: "so many days or places are not to be had → choose fewer, at least one of each",
    Refusal.HAS_LOGIN: "they have a login already → an admin can make a link to choose a new password (`interviewer user reset NAME`)",
    Refusal.NO_NAME: "a group needs a name → write one",
}


class PeopleRefused(InterviewerError):
    """What was asked for is not done. `why`: for the page's own words."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(_REMEDIES[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link. `purpose`: INVITE or RESET; `secret`: the end of its address, kept nowhere else; `until`: when it ends."""

    purpose: str
    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PeopleAdmin:
    """Looks after people. `actor_id`, wherever it is asked for: who does it, for the audit log."""

    people: PeopleStore
    accounts: Accounts
    groups: GroupStore
    now: Callable[[], datetime]

    def add(self, actor_id: str, name: str, *, role: Role, group: str = "") -> Person:
        """Somebody new, without a login; ConfigError as for `PeopleStore.add`. PeopleRefused: ARCHIVED."""
        self._refuse_archived(group)
        person = self.people.add(name, role=role, group=group, now=self.now(), actor_id=actor_id)
        self._note(actor_id, "person_added", person, role.value)
        return person

    def set_role(self, actor_id: str, person: Person, role: Role) -> bool:
        """Other rights, from the next request on; whether they were others. LastAdmin if nobody would be left to look after people."""
        if role is person.role:
            return False
        self.accounts.set_role(person.id, role)
        self._note(actor_id, "role_changed", person, role.value)
        return True

    def set_group(self, actor_id: str, person: Person, group: str) -> bool:
        """Another group, "" for none, with its coaches; whether it was another. The audit log does not tell its name. PeopleRefused: ARCHIVED."""
        if read_group(group) == person.group:
            return False
        self._refuse_archived(group)
        self.people.set_group(person.id, group, now=self.now(), actor_id=actor_id)
        self._note(actor_id, "group_changed", person)
        return True

    def assign(self, actor_id: str, coach: Person, candidate: Person, *, assigned: bool = True) -> bool:
        """Let the coach see the candidate's interviews, or no longer; whether that was otherwise. PeopleRefused: SELF, NO_COACH."""
        if coach.id == candidate.id:
            raise PeopleRefused(Refusal.SELF)
        return self._assign_all(actor_id, coach, [candidate], assigned=assigned) > 0

    def assign_group(self, actor_id: str, coach: Person, group: str, *, assigned: bool = True) -> int:
        """The same for all candidates of a group, now and later; for how many it was otherwise. Taking back reaches all who are in the group."""
        if not assigned:
            return self.groups.remove_coach(group, coach.id, actor_id=actor_id, now=self.now()) or 0
        if not coach.may_coach:
            raise PeopleRefused(Refusal.NO_COACH)
        return self.groups.add_coach(group, coach.id, actor_id=actor_id, now=self.now()) or 0

    def make_link(self, actor_id: str, person: Person, purpose: str = "") -> Link:
        """A one-time link that ends earlier ones: an invitation, or for who has a login to choose a new password. PeopleRefused: DISABLED."""
        if not person.active:
            raise PeopleRefused(Refusal.DISABLED)
        chosen = purpose or (RESET if person.has_login else INVITE)
        now = self.now()
        secret = self.people.make_ticket(person.id, chosen, now, LIFETIMES[chosen])
        self._note(actor_id, "reset" if chosen == RESET else "invited", person)
        return Link(chosen, secret, now + LIFETIMES[chosen])

    def disable(self, actor_id: str, person: Person) -> bool:
        """Shut them out, which ends their sessions and links; whether they were in. LastAdmin if nobody would be left to look after people."""
        if not person.active:
            return False
        self.accounts.shut_out(person.id)
        self._note(actor_id, "disabled", person)
        return True

    def enable(self, actor_id: str, person: Person) -> bool:
        """Let them in again; whether they were out."""
        if person.active:
            return False
        self.people.set_active(person.id, True)
        self._note(actor_id, "enabled", person)
        return True

    def delete(self, actor_id: str, person: Person, *, keep_an_admin: bool = True) -> None:
        """The person with everything of theirs; LastAdmin if one is kept and nobody would be left to look after people."""
        self.accounts.erase(person.id, actor_id=actor_id, now=self.now(), keep_an_admin=keep_an_admin)

    def _refuse_archived(self, group: str) -> None:
        if group and self.groups.is_archived(read_group(group)):
            raise PeopleRefused(Refusal.ARCHIVED)

    def _assign_all(self, actor_id: str, coach: Person, candidates: list[Person], *, assigned: bool) -> int:
        if assigned and not coach.may_coach:
            raise PeopleRefused(Refusal.NO_COACH)
        ids = [candidate.id for candidate in candidates]
        return self.accounts.assign_all(coach.id, ids, assigned=assigned, actor_id=actor_id, now=self.now())

    def _note(self, actor_id: str, action: str, person: Person, detail: str = "") -> None:
        self.people.audit.write(actor_id, action, person.id, detail, now=self.now())
