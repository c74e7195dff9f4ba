"""`interviewer bank …`: question files and drafts from the command line; the questions that are written in
the browser are in `written` and `publish`.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer.commands import publish, written
from interviewer.operator_access import open_application

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.drafting.document import Document
    from interviewer.drafting.draft import BankDraft
    from interviewer.drafting.found import FoundQuestion
    from interviewer.models import Source, Usage

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|www\.", re.IGNORECASE)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`bank` with its commands."""
    bank = commands.add_parser("bank", help="look after the question bank: check, draft, list, export, import, publish, withdraw")
    bank_commands = bank.add_subparsers(required=True, metavar="COMMAND")

    check = bank_commands.add_parser("check", help="read every question file and say what is wrong with it")
    check.add_argument("path", nargs="?", type=Path, help="a folder of question files; without it, all that an interview would use")
    check.set_defaults(run=_check)

    draft = bank_commands.add_parser(
        "draft",
        help="make a draft of questions from a text",
        description="Find the interview questions of a text (Markdown, HTML, DOCX, PDF or plain text, 10 MB at most) and tell where they stand, "
        "what is missing, and which may be duplicates. Nothing is fetched. Where a language model is set up, it looks for what was "
        "overlooked and drafts the other language and the rubric; what it adds is marked.",
    )
    draft.add_argument("file", metavar="FILE", help="the file; - reads standard input")
    draft.add_argument("--out", type=Path, metavar="FOLDER", help="write a question file for each into this new or empty folder")
    draft.add_argument("--offline", action="store_true", help="ask no language model, even where one is set up")
    draft.add_argument("--title", default="", help="of the text (default: its own)")
    draft.add_argument("--author", default="", help="who wrote the text")
    draft.add_argument(
        "--licence",
        default="",
        help="under which the text may be passed on, e.g. CC-BY-4.0; without it, its questions stay their owner's alone",
    )
    draft.add_argument("--date", metavar="YYYY-MM-DD", type=_day, help="of the text")
    draft.set_defaults(run=_draft)
    written.add_parsers(bank_commands)
    publish.add_parsers(bank_commands)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as in 2026-01-31") from None


def _check(options: argparse.Namespace) -> int:
    from interviewer.paths import knowledge_folder
    from interviewer.questions.bank import load_bank

    bank = load_bank([options.path], knowledge=knowledge_folder()) if options.path else open_application().bank
    for question in bank.questions:
        points = f"{len(question.points)} points" + (" (derived)" if question.derived else "")
        print(f"ok  {question.id} v{question.version}: {points}")
    for problem in bank.problems:
        print(f"BAD {problem}")
    for warning in bank.warnings:
        print(f"warning: {warning}")
    print(f"{len(bank.questions)} questions, {len(bank.problems)} problems, {len(bank.warnings)} warnings")
    return 1 if bank.problems else 0


def _draft(options: argparse.Namespace) -> int:
    from interviewer.drafting.extract import extract
    from interviewer.drafting.files import write_folder
    from interviewer.drafting.finding import find_questions
    from interviewer.drafting.summary import tell_draft, tell_usage
    from interviewer.models import Source

    application = open_application()
    data, name = _read(options.file)
    document = extract(data, name=name)
    found = find_questions(document)
    source = Source(options.title, options.author, options.licence, options.date or "")
    draft, usage = _make(application, document, found, source, offline=options.offline)
    for line in tell_draft(document, draft, application.duplicates(draft.questions, application.bank)):
        print(line)
    if usage:
        print(tell_usage(usage))
    if options.out and draft.questions:
        paths = write_folder(draft, options.out)
        print(f"written: {len(paths)} files → fill in what is empty, then run `interviewer bank check {options.out}`")
    return 0 if draft.questions else 1


def _make(
    application: Application, document: Document, found: tuple[FoundQuestion, ...], source: Source, *, offline: bool
) -> tuple[BankDraft, Usage | None]:
    """The draft, and what the model took; None if it was not asked."""
    from interviewer.drafting.building import draft_bank

    draft = draft_bank(document, found, source, application.skills)
    if offline or not application.settings.has_model:
        return draft, None
    from tqdm import tqdm

    from interviewer.drafting.model.drafter import Progress

    with tqdm(desc="model", disable=None, file=sys.stderr) as bar:

        def show(progress: Progress) -> None:
            bar.set_description(f"model: {progress.step} {progress.done + 1} of {progress.of}")
            bar.update()

        try:
            return application.drafter.complete(
                document, draft, application.competencies, skills=application.skills,
                token_budget=application.settings.token_budget or None, hear=show,
            )  # fmt: skip
        finally:
            application.endpoint.close()


def _read(file: str) -> tuple[bytes, str]:
    """The content and the name of a file; of standard input no name. ConfigError if it cannot be read."""
    from interviewer.drafting.extract import MOST_BYTES
    from interviewer.errors import ConfigError

    if _ADDRESS.match(file):
        raise ConfigError(
            "nothing is fetched from an address → save the page as a file and name that, or paste its text: interviewer bank draft -"
        )
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1), ""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1), Path(file).name
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}) → name a readable file, or - for standard input") from None
