"""Right and wrong set-ups in one table: what `interviewer doctor` says of each, and whether it would be served."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from interviewer import doctor, sqlite_version
from interviewer.bootstrap import Application
from interviewer.config import Settings, load_settings
from interviewer.doctor import Check, State, diagnose
from interviewer.errors import InterviewerError, VectorIndexError
from interviewer.models import Role
from interviewer.questions.index import _connect
from interviewer.records.database import FILE, MIGRATIONS, SCHEMA, open_database
from interviewer.records.fence import SET_FENCE
from interviewer.records.people import PeopleStore
from interviewer.records.store import utc_now
from interviewer.starting import check_start
from tests.databases import PostgresDatabases
from tests.endpoint import ScriptedEndpoint
from tests.integration.test_command_line import run

GOOD, NOTE, BAD = State.GOOD, State.NOTE, State.BAD
Prepare = Callable[[Path], object]


@dataclass(frozen=True)
class Setup:
    """`environ`: what is set, with {model}, {issuer} and {postgres} filled in; `prepare`: what is done to the data folder before.

    `says`: name of a check → its state and a part of what it says in English. `refused`: a part of what the start says, "" if it starts.
    """

    name: str
    environ: dict[str, str] = field(default_factory=dict)
    prepare: Prepare = lambda folder: None  # noqa: ARG005
    says: dict[str, tuple[State, str]] = field(default_factory=dict)
    refused: str = ""


def with_database(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    open_database(folder).dispose()


def with_admin(folder: Path) -> None:
    with_database(folder)
    database = open_database(folder)
    people = PeopleStore(database)
    people.make_ticket(people.add("Ann", role=Role.ADMIN, now=utc_now()).id, "invite", utc_now(), timedelta(days=1))
    database.dispose()


def at_schema(version: str) -> Prepare:
    def prepare(folder: Path) -> None:
        with_database(folder)
        with closing(sqlite3.connect(folder / FILE)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()

    return prepare


def of_an_older_version(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    engine = create_engine(f"sqlite:///{folder / FILE}")
    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    (folder / FILE).chmod(0o600)


def fenced(folder: Path) -> None:
    with_database(folder)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute(SET_FENCE)


def damaged(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / FILE).write_bytes(b"this is no database" * 100)


def readable_by_all(folder: Path) -> None:
    with_database(folder)
    folder.chmod(0o755)
    (folder / FILE).chmod(0o644)


def env_file(mode: int) -> Prepare:
    def prepare(folder: Path) -> None:
        file = folder.parent / ".env"
        file.write_text("INTERVIEWER_ATTEMPTS=2\n")
        file.chmod(mode)

    return prepare


MODEL = {"INTERVIEWER_MODEL": "scripted", "OPENAI_BASE_URL": "{model}"}
PROVIDER = {"INTERVIEWER_OIDC_CLIENT_ID": "us", "INTERVIEWER_OIDC_CLIENT_SECRET": "secret"}
HOSTED = {"INTERVIEWER_HOSTS": "interview.example.org"}

RIGHT = [
    Setup("nothing set", says={"Settings": (GOOD, "no contradictions"), "Database": (GOOD, "none yet"), "Access": (GOOD, "nobody logs in"), "Examiner": (GOOD, "offline")}),
    Setup("records that are there", prepare=with_database, says={"Database": (GOOD, f"SQLite: 0 interviews, 0 accounts, schema {SCHEMA}"), "File rights": (GOOD, "nobody else")}),
    Setup("a model", MODEL, says={"Examiner": (GOOD, "scripted"), "Model endpoint": (GOOD, "answers"), "Limits": (GOOD, "200,000 tokens per interview")}),
    Setup("a model with a price and a budget", {**MODEL, "INTERVIEWER_COST_BUDGET": "1", "INTERVIEWER_PRICE_IN": "1", "INTERVIEWER_PRICE_OUT": "2"}, says={"Limits": (GOOD, "1 dollars per interview")}),
    Setup("a model without limits", {**MODEL, "INTERVIEWER_TOKEN_BUDGET": "0", "INTERVIEWER_ANSWERS_A_MINUTE": "0"}, says={"Limits": (NOTE, "none")}),
    Setup("open to others", {**HOSTED, "INTERVIEWER_URL": "https://interview.example.org"}, with_admin, says={"Access": (GOOD, "interview.example.org, 1 accounts")}),
    Setup("open to others without an address for links", HOSTED, with_admin, says={"Access": (NOTE, "interview.example.org")}),
    Setup("open to others in the clear", {**HOSTED, "INTERVIEWER_URL": "http://interview.example.org"}, with_admin, says={"Access": (NOTE, "interview.example.org")}),
    Setup("accounts on this machine", prepare=with_admin, says={"Access": (GOOD, "only this machine, 1 accounts")}),
    Setup("PostgreSQL", {"DATABASE_URL": "{postgres}"}, says={"Database": (GOOD, "PostgreSQL: 0 interviews")}),
    Setup("OpenID", {**PROVIDER, "INTERVIEWER_OIDC_ISSUER": "{issuer}"}, says={"OpenID": (GOOD, "answers")}),
    Setup("a proxy", {**MODEL, "HTTPS_PROXY": "http://u:secret@127.0.0.1:9"}, says={"Network": (NOTE, "https → http://127.0.0.1:9; this machine is asked directly"), "Model endpoint": (GOOD, "answers")}),
    Setup("a proxy that nobody needs", {"ALL_PROXY": "socks5://127.0.0.1:9"}, says={"Network": (NOTE, "ALL_PROXY: a SOCKS proxy needs the package socksio")}),
    Setup("a private .env", prepare=env_file(0o600), says={"File rights": (GOOD, "nobody else")}),
    Setup("a misspelt setting", {"INTERVIEWER_MODLE": "x"}, says={"Settings": (NOTE, "INTERVIEWER_MODLE is no setting; did you mean INTERVIEWER_MODEL?")}),
    Setup("older records", prepare=of_an_older_version, says={"Database": (NOTE, f"at schema 0002; the next start brings it to {SCHEMA}")}),
    Setup("half a price", {"INTERVIEWER_PRICE_IN": "1"}, says={"Settings": (NOTE, "half a price")}),
]  # fmt: skip
WRONG = [
    Setup("a cost budget without prices", {**MODEL, "INTERVIEWER_COST_BUDGET": "1"}, says={"Settings": (BAD, "INTERVIEWER_COST_BUDGET: without prices")}, refused="INTERVIEWER_COST_BUDGET"),
    Setup("names without accounts", HOSTED, says={"Access": (BAD, "nobody has an account")}, refused="INTERVIEWER_HOSTS would open"),
    Setup("an open address without accounts", {"HOST": "0.0.0.0"}, says={"Access": (BAD, "nobody has an account")}, refused="HOST=0.0.0.0 would open"),
    Setup("an open address without names", {"HOST": "0.0.0.0"}, with_admin, says={"Access": (BAD, "no name is set")}, refused="INTERVIEWER_HOSTS"),
    Setup("a language model that is none", {"INTERVIEWER_EXAMINER": "llm"}, says={"Examiner": (BAD, "none is configured"), "Settings": (BAD, "INTERVIEWER_EXAMINER")}, refused="INTERVIEWER_EXAMINER"),
    Setup("half an identity provider", {"INTERVIEWER_OIDC_ISSUER": "https://login.example.org"}, says={"OpenID": (BAD, "by halves"), "Settings": (BAD, "by halves")}, refused="INTERVIEWER_OIDC_CLIENT_ID"),
    Setup("an identity provider in the clear", {**PROVIDER, "INTERVIEWER_OIDC_ISSUER": "http://login.example.org"}, says={"OpenID": (BAD, "no https address")}, refused="INTERVIEWER_OIDC_ISSUER is no https"),
    Setup("an identity provider of another name", {**PROVIDER, "INTERVIEWER_OIDC_ISSUER": "{issuer}/other"}, says={"OpenID": (BAD, "no sensible answer")}),
    Setup("links to another name", {**HOSTED, "INTERVIEWER_URL": "https://elsewhere.example.org"}, with_admin, says={"Settings": (BAD, "INTERVIEWER_URL, INTERVIEWER_HOSTS")}, refused="INTERVIEWER_URL"),
    Setup("a silence longer than the deadline", {"INTERVIEWER_TIMEOUT": "90"}, says={"Settings": (BAD, "INTERVIEWER_DEADLINE")}, refused="INTERVIEWER_DEADLINE"),
    Setup("a SOCKS proxy before a model", {**MODEL, "ALL_PROXY": "socks5://127.0.0.1:9"}, says={"Network": (BAD, "ALL_PROXY")}, refused="ALL_PROXY"),
    Setup("certificates that are not there", {**MODEL, "SSL_CERT_FILE": "/no/such/file"}, says={"Network": (BAD, "SSL_CERT_FILE")}, refused="SSL_CERT_FILE"),
    Setup("a model that is not there", {"INTERVIEWER_MODEL": "scripted", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, says={"Model endpoint": (BAD, "unreachable")}),
    Setup("PostgreSQL that is not there", {"DATABASE_URL": "postgresql+psycopg://secret@127.0.0.1:1/none"}, says={"Database": (BAD, "cannot be reached")}, refused="check DATABASE_URL"),
    Setup("newer records", prepare=at_schema("9999"), says={"Database": (BAD, "at schema 9999, which a newer version wrote")}, refused="newer version"),
    Setup("records that were moved", prepare=fenced, says={"Database": (BAD, "moved to another database")}, refused="set DATABASE_URL"),
    Setup("a damaged database", prepare=damaged, says={"Database": (BAD, "may be damaged")}, refused="interviewer restore FILE"),
    Setup("records that others may read", prepare=readable_by_all, says={"File rights": (BAD, "others on this machine may read")}),
    Setup("a .env that others may read", prepare=env_file(0o644), says={"File rights": (BAD, ".env")}),
    Setup("questions that are not there", {"INTERVIEWER_QUESTIONS": "/no/such/folder"}, says={"Question bank": (BAD, "1 problems")}),
]  # fmt: skip


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of what answers as an identity provider does when it is asked about itself."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            me = f"http://127.0.0.1:{self.server.server_address[1]}"
            told = {"issuer": me, **{name: f"{me}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings_of(
    tmp_path: Path, issuer: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Callable[[Setup], Settings]]:
    """Puts a set-up in place and reads it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)
    with ScriptedEndpoint() as server:

        def place(setup: Setup) -> Settings:
            known = {"model": server.base_url, "issuer": issuer}
            if "{postgres}" in setup.environ.values():
                databases: PostgresDatabases = request.getfixturevalue("postgres")
                known["postgres"] = databases.url_for(tmp_path)
            monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path / "data"))
            for name, value in setup.environ.items():
                monkeypatch.setenv(name, value.format(**known))
            setup.prepare(tmp_path / "data")
            return load_settings()

        yield place


def found(checks: tuple[Check, ...], name: str, part: str) -> list[State]:
    return [check.state for check in checks if check.name.en == name and part in check.found.en]


def starts(settings: Settings) -> str:
    """What the start says against it, "" if nothing."""
    application = Application(settings)
    try:
        check_start(application)
        application.database.dispose()
    except InterviewerError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("setup", [*RIGHT, *WRONG], ids=lambda setup: setup.name)
def test_doctor_says_what_is_right_and_wrong_and_the_start_agrees(setup: Setup, settings_of: Callable[[Setup], Settings]) -> None:
    settings = settings_of(setup)
    before = sorted(settings.data.rglob("*")) if settings.data.exists() else []

    checks = diagnose(settings)

    for name, (state, part) in setup.says.items():
        assert state in found(checks, name, part), [f"{check.name.en}: {check.state} {check.found.en}" for check in checks]
    bad = {check.name.en for check in checks if check.state is BAD}
    assert bad == {name for name, (state, _) in setup.says.items() if state is BAD}
    assert all(check.remedy for check in checks if check.state is BAD and check.name.en not in ("OpenID", "Question bank"))
    assert not any("secret" in f"{check}" for check in checks)
    made = [path for path in settings.data.rglob("*") if path not in before and not path.name.startswith((f"{FILE}-", "endpoint"))]
    assert made == []
    said = starts(settings)
    assert setup.refused in said
    assert bool(said) == bool(setup.refused)


def test_a_set_up_that_cannot_be_read_is_told_by_doctor_too(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--lang", "en", PORT="many")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("✗ Settings: setting PORT: ")


def test_an_sqlite_that_is_too_old_is_told_with_the_version_that_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    assert "SQLite 3.34.1 is too old, 3.35.0 or newer is needed → " in sqlite_version.too_old()
    (told,) = [check for check in doctor.diagnose(Settings(data=tmp_path)) if check.name.en == "Versions"]
    assert (told.state, told.found.en) == (BAD, "SQLite 3.34.1 is too old, 3.35.0 or newer is needed")
    with pytest.raises(InterviewerError, match=r"3\.35\.0 or newer is needed"):
        open_database(tmp_path)
    with pytest.raises(VectorIndexError, match=r"3\.35\.0 or newer is needed"):
        _connect(tmp_path)


def test_a_driver_that_is_not_installed_is_told_with_the_command_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    settings = Settings.model_validate({"INTERVIEWER_DATA": tmp_path, "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    (told,) = [check for check in diagnose(settings) if check.name.en == "Database"]
    assert (told.state, '.venv/bin/pip install -e ".[postgres]"' in told.found.en) == (BAD, True)
    assert '.venv/bin/pip install -e ".[postgres]"' in starts(settings)
