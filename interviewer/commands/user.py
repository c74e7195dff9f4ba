"""`interviewer user …`: looking after people from the command line, for the operator, who holds the database anyway.

Nobody's password is ever typed here: an invitation or a reset is a one-time link.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from interviewer.operator_access import OPERATOR, open_application

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.models import Person

ROLES = ["candidate", "coach", "admin"]
TITLES = {"invite": "invitation", "reset": "link to choose a new password"}
"""What a one-time link is for, by the purpose of its ticket."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`user` and its commands."""
    user = commands.add_parser("user", help="look after people: add, list, invite, reset, role, assign, unassign, disable, enable, delete")
    verbs = user.add_subparsers(required=True, metavar="COMMAND")
    add = verbs.add_parser("add", help="add somebody and print a one-time invitation link")
    add.add_argument("name", help="the name with which they log in")
    add.set_defaults(run=_add)
    add.add_argument("--role", choices=ROLES, required=True, help="candidate: own interviews; coach: assigned ones too; admin: also people")
    add.add_argument("--group", default="", help="a class, a team")
    add.add_argument("--adopt-local", action="store_true", help="give them the interviews held before there were accounts")
    listing = verbs.add_parser("list", help="show everybody")
    listing.set_defaults(run=lambda _options: _list(open_application()))
    _verb(verbs, "invite", "print a new invitation link", _invite)
    _verb(verbs, "reset", "print a one-time link to choose a new password", _reset)
    _verb(verbs, "role", "give somebody another role", _set_role).add_argument("role", choices=ROLES)
    for verb, help in (("assign", "let a coach see a candidate's interviews"), ("unassign", "take that back")):
        pair = verbs.add_parser(verb, help=help)
        pair.add_argument("coach")
        pair.add_argument("candidate")
        pair.set_defaults(run=_assign, verb=verb)
    _verb(verbs, "disable", "shut somebody out and end their sessions", lambda app, who, _: _tell(app.people_admin.disable(OPERATOR, who)))
    _verb(verbs, "enable", "let somebody in again", lambda app, who, _: _tell(app.people_admin.enable(OPERATOR, who)))
    gone = _verb(verbs, "delete", "delete somebody with all their interviews, for good", _delete)
    gone.add_argument("--yes", action="store_true", help="do not ask for the name again")


Act = Callable[["Application", "Person", argparse.Namespace], int]


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str, act: Act) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help)
    parser.add_argument("name", help="the name with which they log in")

    def run(options: argparse.Namespace) -> int:
        application = open_application()
        return act(application, find_person(application, options.name), options)

    parser.set_defaults(run=run)
    return parser


def _add(options: argparse.Namespace) -> int:
    from interviewer.models import Role

    application = open_application()
    check_address(application)
    person = application.people_admin.add(OPERATOR, options.name, role=Role(options.role), group=options.group)
    if options.adopt_local:
        print(f"interviews adopted: {application.people.adopt_local(person.id)}")
    return _invite(application, person, options)


def _list(application: Application) -> int:
    for person in application.people.list_people():
        state = "waiting" if person.waiting else "disabled" if not person.active else "" if person.has_login else "no login yet"
        coaches = ", ".join(coach.name for coach in application.people.coaches_of(person.id))
        cells = [person.name, person.role.value, person.group or "-", f"coached by {coaches}" if coaches else "-", state]
        print("\t".join(cells).rstrip())
    return 0


def _invite(application: Application, person: Person, _options: argparse.Namespace) -> int:
    from interviewer.access.login import INVITE

    return _print_link(application, person, INVITE)


def _reset(application: Application, person: Person, _options: argparse.Namespace) -> int:
    from interviewer.access.login import RESET

    return _print_link(application, person, RESET)


def _print_link(application: Application, person: Person, purpose: str) -> int:
    check_address(application)
    link = application.people_admin.make_link(OPERATOR, person, purpose)
    until = link.until.astimezone()
    print(f"{TITLES[purpose]} for {person.name}, to be used once, until {until:%Y-%m-%d %H:%M} {until.tzname()}:")
    print(f"{application.settings.own_url}/invitation/{link.secret}")
    return 0


def check_address(application: Application) -> None:
    """ConfigError, before anything is changed, if a link would lead nowhere: others reach the application by an address that is not set."""
    from interviewer.errors import ConfigError

    settings = application.settings
    if settings.is_open and not settings.url:
        example = next((name for name in settings.host_names if not name.startswith("*")), "interview.example.org")
        raise ConfigError(
            f"INTERVIEWER_URL is not set, and a link would lead nowhere → set it to the address under which people reach the application, "
            f"such as INTERVIEWER_URL=https://{example}"
        )


def _set_role(application: Application, person: Person, options: argparse.Namespace) -> int:
    from interviewer.models import Role

    return _tell(application.people_admin.set_role(OPERATOR, person, Role(options.role)))


def _assign(options: argparse.Namespace) -> int:
    application = open_application()
    coach, candidate = find_person(application, options.coach), find_person(application, options.candidate)
    return _tell(application.people_admin.assign(OPERATOR, coach, candidate, assigned=options.verb == "assign"))


def _tell(changed: bool) -> int:
    """Say that there was nothing to do; what was done needs no words."""
    if not changed:
        print("that is so already: nothing was changed")
    return 0


def _delete(application: Application, person: Person, options: argparse.Namespace) -> int:
    from interviewer.records.names import key_of

    count = application.accounts.interview_counts().get(person.id, 0)
    interviews = "1 interview" if count == 1 else f"{count} interviews"
    question = f"This deletes {person.name} and {interviews} for good. Type the name to go on: "
    if not options.yes and key_of(_ask(question)) != key_of(person.name):
        print("nothing was deleted")
        return 1
    application.people_admin.delete(OPERATOR, person, keep_an_admin=False)
    swept = application.eraser.sweep()
    traces = "no trace of it is left" if swept else "the records are in use: the running server removes the last traces within a minute"
    print(f"deleted, with {interviews}; {traces}")
    return 0


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def find_person(application: Application, name: str) -> Person:
    """Who has that name; ConfigError if nobody does."""
    from interviewer.errors import ConfigError

    person = application.people.find(name)
    if person is None:
        raise ConfigError("there is nobody of that name → see `interviewer user list`")
    return person
