"""Any interview for the operator, who holds the database anyway; what they read or have graded is in the audit log like everybody's."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from interviewer.errors import ConfigError, NotFound
from interviewer.models import LOCAL_PERSON

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.models import Interview, Person

OPERATOR = "operator"
"""Who did it, in the audit log."""


def open_application() -> Application:
    """The application as it is set up."""
    from interviewer.bootstrap import Application
    from interviewer.config import load_settings

    return Application(load_settings())


def find_interview(application: Application, text: str) -> Interview:
    """The interview of that id, or the only one whose id begins so, whoever held it; NotFound otherwise."""
    owners = application.accounts.owners_beginning(text)
    interview_id = choose_id(owners, text)
    return application.store.load(interview_id, owner=owners[interview_id])


def find_owner(application: Application, name: str | None, *, asked: str) -> Person:
    """The person of that name; without one the local person, where there are no accounts. ConfigError otherwise. `asked`: what is to be said,
    such as "whose training"."""
    if name is None:
        if application.people.any_accounts():
            raise ConfigError(f"there are accounts → say {asked} by --person NAME; see `interviewer user list`")
        return LOCAL_PERSON
    person = application.people.find(name)
    if person is None and not application.people.list_people():
        raise ConfigError("there are no accounts, only the local person → leave out --person")
    if person is None:
        raise ConfigError("there is nobody of that name → see `interviewer user list`")
    return person


def note(application: Application, action: str, interview: Interview, detail: str) -> None:
    """Put down in the audit log what the operator did."""
    from interviewer.records.store import utc_now

    application.people.audit.write(OPERATOR, action, interview.id, detail, now=utc_now())


def choose_id(ids: Collection[str], text: str) -> str:
    """The id that is `text`, or the only one that begins so; NotFound otherwise."""
    found = [id for id in ids if text and id.startswith(text)]
    if text in found:
        return text
    if len(found) > 1:
        raise NotFound(f"{len(found)} interviews begin with {text} → give more of the id")
    if not found:
        raise NotFound("no such interview → give the id from the page's address, or the beginning of it")
    return found[0]
