"""People in numbers: a list, pasted or from a spreadsheet, read line by line, shown as what would happen, and added as a whole or not at all.

A line has a name and perhaps a role, a group and coaches (headings in English or Chinese); a list without headings is one of names. Whoever
is there already is left as they are. A coach brings candidates into their own groups, an admin anybody.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from interviewer.access.group_admin import GroupAdmin
from interviewer.access.login import INVITE, LIFETIMES
from interviewer.access.people_admin import Link
from interviewer.errors import ConfigError, Conflict
from interviewer.models import Person, Role
from interviewer.records.base import Database
from interviewer.records.names import LONGEST_NAME, KnownNames, read_group, read_name
from interviewer.records.people_import import NewPerson, add_people
from interviewer.spreadsheets import FileRefused, FileTrouble, Record, names_of, read_headings, read_records

MOST_LINES = 1000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "姓名", "名字"),
    "role": ("role", "角色"),
    "group": ("group", "分组", "班级", "组"),
    "coach": ("coach", "coaches", "教练"),
}
ROLES = {
    "": Role.CANDIDATE, "candidate": Role.CANDIDATE, "候选人": Role.CANDIDATE, "coach": Role.COACH, "教练": Role.COACH, "admin": Role.ADMIN,
    "管理员": Role.ADMIN,
}  # fmt: skip
OPERATOR_PERSON = Person("operator", "", Role.ADMIN)
"""Who brings people on the command line."""
_NAMES = names_of(COLUMNS)
_SEVERAL = re.compile(r"[;；、|/]")


class LineTrouble(StrEnum):
    """Why a line will not do; the page has words for each."""

    NOT_CSV = "not_csv"
    NAME_BAD = "name_bad"
    ALIKE = "alike"
    TWICE = "twice"
    ROLE = "role"
    COACH = "coach"
    ARCHIVED = "archived"
    NOT_YOURS = "not_yours"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that will not do, from 1, and why. `value`: what of it is meant."""

    line: int
    why: LineTrouble
    value: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """Somebody of the list. `known`: they are there already and are left as they are. `coaches`: names, besides the group's."""

    line: int
    name: str
    role: Role = Role.CANDIDATE
    group: str = ""
    coaches: tuple[str, ...] = ()
    known: bool = False


@dataclass(slots=True)
class PeoplePlan:
    """What would happen. Nothing does while a line is refused."""

    people: list[PlannedPerson] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)
    new_groups: tuple[str, ...] = ()

    @property
    def new(self) -> list[PlannedPerson]:
        """Those who would be added."""
        return [person for person in self.people if not person.known]


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody who was added, and their invitation."""

    person: PlannedPerson
    link: Link


class _LineRefused(Exception):
    def __init__(self, why: LineTrouble, value: str = "") -> None:
        super().__init__(why)
        self.why, self.value = why, value


def read_people(text: str) -> Iterator[Record]:
    """The lines of a list; FileRefused if its first line names columns, but not the name, or none and has several cells."""
    first, separator, named = read_headings(text, _NAMES)
    if "name" in named:
        yield from read_records(text, separator, _NAMES, strict=True)
    elif named or any(mark in first for mark in ",;\t"):
        raise FileRefused(FileTrouble.NO_COLUMNS)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield Record(number, {"name": line})


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """Brings people in numbers."""

    admin: GroupAdmin
    database: Database

    def plan(self, viewer: Person, records: Sequence[Record], *, group: str = "") -> PeoplePlan:
        """What would happen. `group`: of lines that name none."""
        reader = _Reader(self.admin, viewer, read_group(group))
        for record in records[:MOST_LINES]:
            reader.take(record)
        if len(records) > MOST_LINES:
            reader.plan.refused.append(RefusedLine(records[MOST_LINES].line, LineTrouble.TOO_MANY))
        known = {each.name for each in self.admin.groups.list_groups()}
        reader.plan.new_groups = tuple(dict.fromkeys(each.group for each in reader.plan.new if each.group and each.group not in known))
        return reader.plan

    def add(self, viewer: Person, plan: PeoplePlan, *, actor_id: str = "") -> tuple[Added, ...]:
        """Add everybody of the plan who is new, with an invitation each. Conflict, and nobody is added, if it does not hold any more."""
        if plan.refused:
            raise Conflict("a line of the list will not do → correct it first")
        chosen, people, now = plan.new, self.admin.admin.people, self.admin.admin.now()
        ids = {person.name: secrets.token_hex(16) for person in chosen}
        new = []
        for person in chosen:
            found = ((name, people.find(name)) for name in person.coaches)
            coach_ids = tuple(known.id if known else ids[name] for name, known in found)
            new.append(NewPerson(ids[person.name], person.name, person.role, person.group, coach_ids, secrets.token_urlsafe(32)))
        if new:
            add_people(self.database, new, purpose=INVITE, lifetime=LIFETIMES[INVITE], actor_id=actor_id or viewer.id, now=now)
        until = now + LIFETIMES[INVITE]
        return tuple(Added(person, Link(INVITE, each.secret, until)) for person, each in zip(chosen, new, strict=True))


class _Reader:
    """Turns lines into people, each told apart from those who are there and from each other."""

    def __init__(self, admin: GroupAdmin, viewer: Person, group: str) -> None:
        everybody, groups = admin.admin.people.list_people(), admin.groups.list_groups()
        self._viewer, self._group, self.plan = viewer, group, PeoplePlan()
        self._here, self._listed = KnownNames(person.name for person in everybody), KnownNames()
        self._coaches = KnownNames(person.name for person in everybody if person.may_coach)
        self._over = {each.name for each in groups if each.archived_at}
        self._mine = None if viewer.may_administer else {each.name for each in admin.listed(viewer, archived=True)}

    def take(self, record: Record) -> None:
        """One line: among the people, or among the refused."""
        try:
            if record.values is None:
                raise _LineRefused(LineTrouble.NOT_CSV)
            self.plan.people.append(self._read(record.line, record.values))
        except _LineRefused as refused:
            self.plan.refused.append(RefusedLine(record.line, refused.why, refused.value))

    def _read(self, line: int, values: Mapping[str, str]) -> PlannedPerson:
        name = self._read_name(values.get("name", ""))
        role = ROLES.get(values.get("role", "").strip().lower())
        if role is None:
            raise _LineRefused(LineTrouble.ROLE, values["role"].strip())
        group = self._read_group(values.get("group", ""))
        coaches = self._read_coaches(values.get("coach", ""), name)
        if self._mine is not None and (role is not Role.CANDIDATE or coaches):
            raise _LineRefused(LineTrouble.NOT_YOURS, values.get("coach", "").strip() or values.get("role", "").strip())
        if known := self._here.same(name):
            return PlannedPerson(line, known, known=True)
        if role is not Role.CANDIDATE:
            self._coaches.add(name)
        return PlannedPerson(line, name, role, group, coaches)

    def _read_name(self, given: str) -> str:
        try:
            name = read_name(given)
        except ConfigError:
            raise _LineRefused(LineTrouble.NAME_BAD, given.strip()[:LONGEST_NAME]) from None
        if self._listed.same(name):
            raise _LineRefused(LineTrouble.TWICE, name)
        if other := self._here.alike(name) or self._listed.alike(name):
            raise _LineRefused(LineTrouble.ALIKE, other)
        self._listed.add(name)
        return name

    def _read_group(self, given: str) -> str:
        group = read_group(given) or self._group
        if group in self._over:
            raise _LineRefused(LineTrouble.ARCHIVED, group)
        if self._mine is not None and group not in self._mine:
            raise _LineRefused(LineTrouble.NOT_YOURS, group)
        return group

    def _read_coaches(self, given: str, name: str) -> tuple[str, ...]:
        wanted = [part.strip() for part in _SEVERAL.split(given) if part.strip()]
        found = [self._coaches.same(each) for each in wanted]
        if missing := [each for each, coach in zip(wanted, found, strict=True) if not coach or coach == name]:
            raise _LineRefused(LineTrouble.COACH, missing[0])
        return tuple(dict.fromkeys(found))
