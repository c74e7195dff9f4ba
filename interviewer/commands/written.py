"""`interviewer bank list|export|import`: the questions that are written in the browser, from the command line, for the operator,
who holds the database anyway. What changes what others are asked is in the audit log as theirs.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from interviewer.operator_access import OPERATOR, find_owner, open_application
from interviewer.operator_questions import find_question, on_one_line, tell_audience, tell_refusal

if TYPE_CHECKING:
    from interviewer.authoring.service import Imported
    from interviewer.bootstrap import Application

FILES = "files"
"""The bank of the question files, in the list."""
STATES = ("draft", "published", "untested", "withdrawn")
"""Untested: published, and its labelled answers have not come out in order."""
_ENDINGS = (".yaml", ".yml")


def add_parsers(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`list`, `export` and `import`."""
    listing = verbs.add_parser(
        "list",
        help="show every question with its state, version, bank and whom it is asked of",
        description="Show every question, parted by tabs: id, state (draft, published, untested, withdrawn), version that is edited further, version "
        f"that is asked, bank ({FILES}, or who wrote it), whom it is asked of, topic.",
    )
    listing.add_argument("--state", choices=STATES, help="only these")
    listing.add_argument("--bank", metavar="NAME", help=f"only this person's, or {FILES}")
    listing.add_argument("--json", action="store_true", help="print them as JSON")
    listing.set_defaults(run=_list)

    export = verbs.add_parser(
        "export",
        help="write questions that were written here as question files",
        description="Write questions that were written here as question files, into a zip or a folder: of each the version that is asked, else the "
        "one that is edited further. What tells no licence, or is unfinished, is left out. It is noted in the audit log.",
    )
    export.add_argument("ids", nargs="*", metavar="ID", help="only these questions")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.zip|FOLDER", help="a new zip, or a new or empty folder")
    export.add_argument("--person", metavar="NAME", help="only what this person may read")
    export.set_defaults(run=_export)

    bring = verbs.add_parser(
        "import",
        help="take question files in as questions that were written here, all or none",
        description="Take question files in, with the checks of the page: all of them, or none where something is wrong with one. A file of an id "
        "that is there becomes another version of it. Nothing is published by that. It is noted in the audit log.",
    )
    bring.add_argument("path", type=Path, metavar="FILE.zip|FOLDER|FILE.yaml", help="the question files")
    bring.add_argument("--person", metavar="NAME", help="the coach whose questions they become; without accounts, leave it out")
    bring.add_argument("--json", action="store_true", help="print what came of them as JSON")
    bring.set_defaults(run=_import)

    for parser in (listing, bring):
        parser.add_argument(
            "--lang", choices=["zh", "en"], default="zh", help="language of topics and of what is said of a question (default: zh)"
        )


# ---------------------------------------------------------------- list


@dataclass(frozen=True, slots=True)
class _Row:
    """A question as it is listed. `bank`: `FILES`, or who wrote it, "" once their account is gone."""

    id: str
    state: str
    version: int
    published: int | None
    bank: str
    audience: str
    licence: str
    topic: dict[str, str]
    changed: str | None = None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def _list(options: argparse.Namespace) -> int:
    import json

    rows = [
        row
        for row in _rows(open_application())
        if options.state in (None, row.state) and options.bank in (None, row.bank)
    ]  # fmt: skip
    if options.json:
        print(json.dumps({"format": "interviewer-questions/1", "questions": [row.values() for row in rows]}, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        topic = on_one_line(row.topic[options.lang] or row.topic["zh"] or row.topic["en"])
        print(
            "\t".join(
                [row.id, row.state, str(row.version), str(row.published or "-"), row.bank or "-", row.audience or "-", topic]
            ).rstrip()
        )
    return 0


def _rows(application: Application) -> Iterator[_Row]:
    from interviewer.models import LANGS, LOCAL_PERSON, QuestionState

    names = {LOCAL_PERSON.id: "local", **{person.id: person.name for person in application.people.list_people()}}
    for asked in application.bank.questions:
        licence = asked.source.licence if asked.source else ""
        yield _Row(
            asked.id, "published", asked.version, asked.version, FILES, "everybody", licence, {lang: asked.topic[lang] for lang in LANGS}
        )  # fmt: skip
    untested = application.live_bank.untested()
    for written in application.authoring.questions(LOCAL_PERSON):
        question, topic = written.question, written.version.content.get("topic")
        yield _Row(
            question.id, "untested" if question.id in untested else question.state.value, question.current, question.published,
            names.get(question.owner, ""), tell_audience(question.audience) if question.state is QuestionState.PUBLISHED else "", question.licence,
            {lang: str(topic.get(lang) or "") if isinstance(topic, dict) else "" for lang in LANGS}, question.changed_at.isoformat(),
        )  # fmt: skip


# ---------------------------------------------------------------- export and import


def _export(options: argparse.Namespace) -> int:
    from interviewer.models import LOCAL_PERSON

    application = open_application()
    viewer = find_owner(application, options.person, asked="whose questions") if options.person else LOCAL_PERSON
    for question_id in options.ids:
        find_question(application, question_id)
    target: Path = options.out
    _check_free(target)
    exported = application.authoring.export_folder(viewer, options.ids, by=OPERATOR)
    if exported.left_out:
        print(f"left out, because they tell no licence or are unfinished: {', '.join(exported.left_out)}", file=sys.stderr)
    if not exported.count:
        print("there is nothing to export → say under which licence a question may be used, and finish it", file=sys.stderr)
        return 1
    _write(target, exported.archive)
    print(f"{target}: {exported.count} questions")
    return 1 if set(options.ids) & set(exported.left_out) else 0


def _check_free(target: Path) -> None:
    """ConfigError, before anything is read, if something would be written over."""
    from interviewer.errors import ConfigError

    if target.exists() if _is_zip(target) else target.is_dir() and any(target.iterdir()):
        raise ConfigError(
            f"{target} is {'there already' if _is_zip(target) else 'not empty'}, and nothing is written over → name a new one"
        )


def _is_zip(target: Path) -> bool:
    return target.suffix.lower() == ".zip"


def _write(target: Path, archive: bytes) -> None:
    from interviewer.errors import ConfigError
    from interviewer.private_files import make_private_file, make_private_folder

    try:
        if _is_zip(target):
            make_private_file(target)
            target.write_bytes(archive)
            return
        make_private_folder(target)
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for entry in packed.infolist():
                file = target / PurePosixPath(entry.filename).name
                make_private_file(file)
                file.write_bytes(packed.read(entry))
    except OSError as error:
        raise ConfigError(f"{target} cannot be written ({error.strerror}) → name a place that can") from None


def _import(options: argparse.Namespace) -> int:
    import json

    from interviewer.errors import ConfigError

    application = open_application()
    archive = _read(options.path)
    owner = find_owner(application, options.person, asked="whose they become")
    if not owner.may_coach:
        raise ConfigError(f"{owner.name} is no coach, and only coaches write questions → name a coach, or `interviewer user role` them")
    came = application.authoring.import_folder(owner, archive, by=OPERATOR)
    if options.json:
        print(json.dumps(_import_values(came), ensure_ascii=False, indent=2))
        return 1 if came.refused else 0
    for refused in came.refused:
        print(
            tell_refusal(
                refused.file, refused.line, refused.loc, refused.message[options.lang], refused.remedy[options.lang], options.lang
            ),
            file=sys.stderr,
        )
    if came.refused:
        print(f"{len(came.refused)} problems: nothing was taken", file=sys.stderr)
        return 1
    for state, ids in (("new", came.new), ("changed", came.changed), ("same", came.same)):
        for question_id in ids:
            print(f"{state}\t{question_id}")
    print(
        f"{len(came.new)} new, {len(came.changed)} changed, {len(came.same)} as they were; none of them is published by this → interviewer bank publish ID"
    )
    return 0


def _import_values(came: Imported) -> dict[str, Any]:
    return {
        "format": "interviewer-import/1", "new": came.new, "changed": came.changed, "same": came.same,
        "refused": [
            {
                "file": each.file, "line": each.line or None, "field": ".".join(str(part) for part in each.loc),
                "message": {"zh": each.message.zh, "en": each.message.en}, "remedy": {"zh": each.remedy.zh, "en": each.remedy.en},
            }
            for each in came.refused
        ],
    }  # fmt: skip


def _read(path: Path) -> bytes:
    """The zip, or one of the question files that are named. ConfigError if they cannot be read."""
    from interviewer.authoring.folder import LARGEST_ARCHIVE
    from interviewer.errors import ConfigError

    try:
        if path.is_dir():
            return _pack(
                (file.relative_to(path), file) for file in sorted(path.rglob("*")) if file.suffix.lower() in _ENDINGS and file.is_file()
            )
        if path.suffix.lower() in _ENDINGS:
            return _pack([(Path(path.name), path)])
        with path.open("rb") as opened:
            return opened.read(LARGEST_ARCHIVE + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}) → name a zip, a folder or a question file") from None


def _pack(files: Iterable[tuple[Path, Path]]) -> bytes:
    """A zip of them, each no longer than what is told to be too long; more than there may be are told by whoever reads it."""
    from interviewer.authoring.folder import LARGEST_FILE, MOST_FILES

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (name, file) in enumerate(files):
            if number > MOST_FILES:
                break
            with file.open("rb") as opened:
                folder.writestr(name.as_posix(), opened.read(LARGEST_FILE + 1))
    return packed.getvalue()
