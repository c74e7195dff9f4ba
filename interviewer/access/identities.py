"""Whom an OpenID identity belongs to here: somebody it is linked to, somebody who was invited, or, if the operator wants that, a newcomer.

What the identity proves is in `openid`. An address or a name that the provider tells never decides who somebody is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from interviewer.access.login import INVITE
from interviewer.access.openid import Identity
from interviewer.errors import ConfigError
from interviewer.models import Person, Role
from interviewer.records.names import LONGEST_NAME
from interviewer.records.people import PeopleStore

NAMESAKES = 50
"""So many people of one name are told apart by a number."""


class Turned(StrEnum):
    """UNKNOWN: nobody here has this identity, or their account is closed. TAKEN: it is somebody else's. LINK_OVER: the link is used or old.

    UNPROVEN: another identity may be linked only by who knows the account's password, and it has none.
    """

    UNKNOWN = "unknown"
    TAKEN = "taken"
    LINK_OVER = "link_over"
    UNPROVEN = "unproven"


def recognise(people: PeopleStore, identity: Identity, *, invitation: str = "", create: bool = False, now: datetime) -> Person | Turned:
    """Who it is. `invitation`: the secret of a one-time link, which is used up; `create`: a newcomer becomes a candidate."""
    known = people.by_openid(identity.key)
    if known is not None and invitation:
        invited = people.peek_ticket(invitation, now)
        if invited is not None and invited[0].id != known.id:
            return Turned.TAKEN
    if known is not None:
        return known if known.active else Turned.UNKNOWN
    if invitation:
        return _accept(people, identity, invitation, now)
    return _welcome(people, identity, now) if create else Turned.UNKNOWN


def link(people: PeopleStore, person: Person, key: str, *, now: datetime) -> bool:
    """Let somebody who is logged in come in with that identity from now on; False if it is somebody else's."""
    try:
        people.link_openid(person.id, key)
    except ConfigError:
        return False
    people.audit.write(person.id, "openid_linked", person.id, now=now)
    return True


def _accept(people: PeopleStore, identity: Identity, invitation: str, now: datetime) -> Person | Turned:
    invited = people.peek_ticket(invitation, now)
    if invited is None or invited[1] != INVITE or people.take_ticket(invitation, now) is None:
        return Turned.LINK_OVER
    return invited[0] if link(people, invited[0], identity.key, now=now) else Turned.TAKEN


def _welcome(people: PeopleStore, identity: Identity, now: datetime) -> Person | Turned:
    made = _add(people, identity.name or identity.subject, now)
    if made is None:
        return Turned.UNKNOWN
    try:
        people.link_openid(made.id, identity.key)
    except ConfigError:
        # The same newcomer came twice at once; the other one was first.
        people.delete_person(made.id)
        return people.by_openid(identity.key) or Turned.UNKNOWN
    people.audit.write(made.id, "person_added", made.id, "openid", now=now)
    return made


def _add(people: PeopleStore, name: str, now: datetime) -> Person | None:
    shown = "".join(char for char in name if char.isprintable())[: LONGEST_NAME - 5].strip() or "?"
    for number in range(1, NAMESAKES + 1):
        try:
            return people.add(shown if number == 1 else f"{shown} ({number})", role=Role.CANDIDATE, now=now)
        except ConfigError:
            continue
    return None
