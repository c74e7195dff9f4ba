"""The use cases of running a class: groups, who coaches them, who joins them. The pages and the command line both come through here.

Whose group it is the page asks first (`open`): an admin runs every group, a coach those that they coach as a whole. Whatever changes
something is noted in the audit log, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from interviewer.access.login import INVITE
from interviewer.access.people_admin import Link, PeopleAdmin, PeopleRefused, Refusal
from interviewer.errors import NotFound
from interviewer.models import Group, JoinLink, Person, Role
from interviewer.records.groups import GroupStore
from interviewer.records.joining import JoinStore
from interviewer.records.names import read_group

MOST_DAYS, MOST_PLACES = 90, 1000
"""How long a link to a group may hold, and for how many people."""
USUAL_DAYS, USUAL_PLACES = 7, 60


@dataclass(frozen=True, slots=True)
class GroupAdmin:
    """Looks after groups. `actor_id`, wherever it is asked for: who does it, for the audit log."""

    admin: PeopleAdmin
    groups: GroupStore
    joins: JoinStore

    # ------------------------------------------------------------ whose group it is

    def listed(self, viewer: Person, *, archived: bool = False) -> tuple[Group, ...]:
        """The groups that the viewer runs; those whose term is over only with `archived`."""
        return tuple(each for each in self.groups.list_groups() if _runs(viewer, each) and (archived or each.archived_at is None))

    def open(self, viewer: Person, name: str) -> Group:
        """The group of that name; NotFound if there is none, or the viewer does not run it."""
        group = self.groups.get(name)
        if group is None or not _runs(viewer, group):
            raise NotFound("there is no such group → choose one from the list")
        return group

    def members(self, group: Group) -> tuple[Person, ...]:
        """Who is in it, by name."""
        return tuple(person for person in self.admin.people.list_people() if person.group == group.name)

    def member(self, group: Group, person_id: str) -> Person:
        """One of them; NotFound if they are in another group."""
        person = self.admin.people.get(person_id)
        if person is None or person.group != group.name:
            raise NotFound("there is nobody of that kind in the group → load the page again")
        return person

    def coaches(self, group: Group) -> tuple[Person, ...]:
        """Its coaches, by name; who may not coach any more is none."""
        found = (self.admin.people.get(coach_id) for coach_id in group.coach_ids)
        return tuple(coach for coach in found if coach is not None and coach.may_coach)

    # ------------------------------------------------------------ the group

    def create(self, actor_id: str, name: str) -> str | None:
        """A new group; its name as it is kept, None if there is one of that name. PeopleRefused: NO_NAME."""
        shown = read_group(name)
        if not shown:
            raise PeopleRefused(Refusal.NO_NAME)
        return shown if self.groups.create(shown, actor_id=actor_id, now=self.admin.now()) else None

    def set_coach(self, actor_id: str, group: Group, coach: Person, *, added: bool = True) -> bool:
        """One more coach of everybody in the group, or one less; whether that was otherwise. PeopleRefused: NO_COACH."""
        if not added:
            return self.groups.remove_coach(group.name, coach.id, actor_id=actor_id, now=self.admin.now()) is not None
        if not coach.may_coach:
            raise PeopleRefused(Refusal.NO_COACH)
        return self.groups.add_coach(group.name, coach.id, actor_id=actor_id, now=self.admin.now()) is not None

    def set_lead(self, actor_id: str, group: Group, coach_id: str) -> bool:
        """Whose verdicts are the final ones, "" for the first to grade; whether it was somebody else. PeopleRefused: NO_COACH."""
        if coach_id and coach_id not in {coach.id for coach in self.coaches(group)}:
            raise PeopleRefused(Refusal.NO_COACH)
        return self.groups.set_lead(group.name, coach_id, actor_id=actor_id, now=self.admin.now())

    def archive(self, actor_id: str, group: Group, archived: bool) -> bool:
        """End the group's term, or take that back; whether it was otherwise."""
        return self.groups.archive(group.name, archived, actor_id=actor_id, now=self.admin.now())

    # ------------------------------------------------------------ who joins

    def invite(self, actor_id: str, group: Group, name: str) -> Link:
        """A new candidate in the group, and their invitation. ConfigError as `PeopleStore.add`; PeopleRefused: ARCHIVED."""
        person = self.admin.add(actor_id, name, role=Role.CANDIDATE, group=group.name)
        return self.admin.make_link(actor_id, person, INVITE)

    def invite_again(self, actor_id: str, person: Person) -> Link:
        """Another invitation for a candidate who has no login yet; PeopleRefused: HAS_LOGIN, DISABLED.

        Not a link that sets a password anew: who holds one could come in as somebody else.
        """
        if person.has_login or person.role is not Role.CANDIDATE:
            raise PeopleRefused(Refusal.HAS_LOGIN)
        return self.admin.make_link(actor_id, person, INVITE)

    def make_join_link(self, actor_id: str, group: Group, *, days: int, places: int, confirm: bool) -> str:
        """A link by which people join the group; its secret. PeopleRefused: ARCHIVED, NO_ACCOUNTS, OUT_OF_RANGE."""
        if group.archived_at:
            raise PeopleRefused(Refusal.ARCHIVED)
        if not self.admin.people.any_accounts():
            raise PeopleRefused(Refusal.NO_ACCOUNTS)
        if not (1 <= days <= MOST_DAYS and 1 <= places <= MOST_PLACES):
            raise PeopleRefused(Refusal.OUT_OF_RANGE)
        now = self.admin.now()
        return self.joins.make(group.name, expires_at=now + timedelta(days=days), most=places, confirm=confirm, actor_id=actor_id, now=now)

    def open_links(self, group: Group) -> tuple[JoinLink, ...]:
        """The links by which somebody can still come in."""
        return tuple(link for link in self.joins.links(group.name) if link.is_open(self.admin.now()))

    def close_join_link(self, actor_id: str, group: Group, link_id: str) -> bool:
        """Let nobody else in by it; whether it was open."""
        return self.joins.close(group.name, link_id, actor_id=actor_id, now=self.admin.now())

    def confirm(self, actor_id: str, person: Person) -> bool:
        """Let somebody in who waits; whether they waited."""
        return self.joins.confirm(person.id, actor_id=actor_id, now=self.admin.now())

    def turn_away(self, actor_id: str, person: Person) -> bool:
        """Delete somebody who waits; whether they waited."""
        return person.waiting and self.admin.accounts.erase(person.id, actor_id=actor_id, now=self.admin.now(), waiting_only=True)


def _runs(viewer: Person, group: Group) -> bool:
    return viewer.may_administer or (viewer.may_coach and viewer.id in group.coach_ids)
