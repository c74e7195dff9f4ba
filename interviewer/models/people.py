"""People and what they may do. Who may see whose interviews is decided where records are read (records/desk)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """CANDIDATE: own interviews. COACH: also those of the candidates assigned to them. ADMIN: also people, coachings, the audit log."""

    CANDIDATE = "candidate"
    COACH = "coach"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in, or of whom there are interviews. `group`: a free label, such as a class or a team.

    `has_login`: a password or an OpenID identity is set; an imported candidate has none. `active`: False shuts them out. `waiting`: not
    active because they came by a link to a group, and nobody has confirmed them yet.
    """

    id: str
    name: str
    role: Role = Role.CANDIDATE
    group: str = ""
    active: bool = True
    has_login: bool = False
    created_at: datetime | None = None
    waiting: bool = False

    @property
    def is_local(self) -> bool:
        """Whether this is the one person of an installation without accounts, who may see all that is on their machine."""
        return self.id == LOCAL_PERSON.id

    @property
    def may_coach(self) -> bool:
        """Whether the coach's desk is open to them; whose interviews it shows is another matter."""
        return self.active and self.role in (Role.COACH, Role.ADMIN)

    @property
    def may_administer(self) -> bool:
        """Whether they look after people. Nobody has to where there are no accounts."""
        return self.active and self.role is Role.ADMIN


LOCAL_PERSON = Person(id="local", name="", role=Role.COACH)
"""Who everybody is while there are no accounts: candidate and coach in one."""
