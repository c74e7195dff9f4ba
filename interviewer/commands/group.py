"""`interviewer group …`: running a class from the command line, for the operator, who holds the database anyway."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer.operator_access import OPERATOR, open_application

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.models import Group, Person

Act = Callable[["Application", "Group", argparse.Namespace], int]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`group` and its commands."""
    group = commands.add_parser("group", help="run a class: add, list, coach, uncoach, lead, link, close, archive, unarchive, import")
    verbs = group.add_subparsers(required=True, metavar="COMMAND")
    add = verbs.add_parser("add", help="make a group")
    add.add_argument("name")
    add.set_defaults(run=_add)
    verbs.add_parser("list", help="show every group").set_defaults(run=_list)
    for verb, help in (("coach", "let a coach see everybody in the group, now and later"), ("uncoach", "take that back")):
        of_coach = _verb(verbs, verb, help, _set_coach)
        of_coach.add_argument("coach")
        of_coach.set_defaults(verb=verb)
    lead = _verb(verbs, "lead", "name the coach whose grade is final where nobody has graded yet", _set_lead)
    lead.add_argument("coach", nargs="?", default="", help="without it the first coach to grade a question leads it")
    link = _verb(verbs, "link", "print a link by which people join the group", _make_link)
    link.add_argument("--days", type=int, default=7, help="how long it holds (default: 7)")
    link.add_argument("--places", type=int, default=60, help="how many can come in by it (default: 60)")
    link.add_argument("--confirm", action="store_true", help="a coach confirms each before they can log in")
    _verb(verbs, "close", "close every link by which people join the group", _close)
    _verb(verbs, "archive", "end the group's term: its people keep what they have", _archive).set_defaults(archived=True)
    _verb(verbs, "unarchive", "take that back", _archive).set_defaults(archived=False)
    people = verbs.add_parser("import", help="add the people of a CSV (name, role, group, coach) and print their invitations as CSV")
    people.add_argument("file", type=Path, help="UTF-8; - reads standard input")
    people.add_argument("--group", default="", help="the group of lines that name none")
    people.add_argument("--check", action="store_true", help="only say what would happen")
    people.set_defaults(run=_import)


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help: str, act: Act) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=help)
    parser.add_argument("name", help="the group's name")

    def run(options: argparse.Namespace) -> int:
        from interviewer.errors import NotFound

        application = open_application()
        group = application.groups.get(options.name)
        if group is None:
            raise NotFound("there is no group of that name → see `interviewer group list`")
        return act(application, group, options)

    parser.set_defaults(run=run)
    return parser


def _add(options: argparse.Namespace) -> int:
    return _tell(open_application().group_admin.create(OPERATOR, options.name) is not None)


def _list(_options: argparse.Namespace) -> int:
    application = open_application()
    for group in application.groups.list_groups():
        coaches = ", ".join(coach.name for coach in application.group_admin.coaches(group))
        waiting = f"{group.waiting} waiting" if group.waiting else ""
        cells = [
            group.name,
            f"{group.people} people",
            f"coached by {coaches}" if coaches else "-",
            waiting,
            "archived" if group.archived_at else "",
        ]
        print("\t".join(cells).rstrip())
    return 0


def _set_coach(application: Application, group: Group, options: argparse.Namespace) -> int:
    coach = _person(application, options.coach)
    return _tell(application.group_admin.set_coach(OPERATOR, group, coach, added=options.verb == "coach"))


def _set_lead(application: Application, group: Group, options: argparse.Namespace) -> int:
    coach_id = _person(application, options.coach).id if options.coach else ""
    return _tell(application.group_admin.set_lead(OPERATOR, group, coach_id))


def _make_link(application: Application, group: Group, options: argparse.Namespace) -> int:
    from interviewer.commands.user import check_address

    check_address(application)
    secret = application.group_admin.make_join_link(OPERATOR, group, days=options.days, places=options.places, confirm=options.confirm)
    print(f"to join {group.name}, at most {options.places} people within {options.days} days:")
    print(f"{application.settings.own_url}/join/{secret}")
    return 0


def _close(application: Application, group: Group, _options: argparse.Namespace) -> int:
    closed = [application.group_admin.close_join_link(OPERATOR, group, link.id) for link in application.group_admin.open_links(group)]
    return _tell(any(closed))


def _archive(application: Application, group: Group, options: argparse.Namespace) -> int:
    return _tell(application.group_admin.archive(OPERATOR, group, options.archived))


def _import(options: argparse.Namespace) -> int:
    from interviewer.access.people_import import OPERATOR_PERSON, read_people
    from interviewer.commands.user import check_address
    from interviewer.errors import ConfigError
    from interviewer.spreadsheets import read_text
    from interviewer.ui.tables import write_csv

    application = open_application()
    check_address(application)
    try:
        content = sys.stdin.buffer.read() if str(options.file) == "-" else options.file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{options.file} cannot be read ({type(error).__name__}) → check the path") from None
    bringing = application.people_import
    plan = bringing.plan(OPERATOR_PERSON, list(read_people(read_text(content))), group=options.group)
    for refused in plan.refused:
        print(f"line {refused.line}: {refused.why.value} {refused.value}".rstrip(), file=sys.stderr)
    if plan.refused or options.check:
        print(
            f"{len(plan.new)} new, {len(plan.people) - len(plan.new)} here already, {len(plan.refused)} lines refused: nobody was added",
            file=sys.stderr,
        )
        return 1 if plan.refused else 0
    added = bringing.add(OPERATOR_PERSON, plan)
    base = application.settings.own_url
    rows = [(each.person.name, each.person.role.value, each.person.group, f"{base}/invitation/{each.link.secret}") for each in added]
    print(write_csv(["name", "role", "group", "invitation"], rows).removeprefix("\ufeff"), end="")
    return 0


def _tell(changed: bool) -> int:
    """Say that there was nothing to do; what was done needs no words."""
    if not changed:
        print("that is so already: nothing was changed")
    return 0


def _person(application: Application, name: str) -> Person:
    from interviewer.commands.user import find_person

    return find_person(application, name)
