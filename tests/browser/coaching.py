"""A served practice with accounts made by the command line, and interviews to be reviewed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import Interview, Setup
from tests.serving import ROOT, Served

QUESTIONS = ("data-pipeline", "gan-basics")
ODD_WORD = "琥珀缓存"
BANK = Application(Settings(_env_file=None)).bank  # type: ignore[call-arg]


@dataclass
class Practice:
    """A served application with accounts, held interviews and the one-time links of its people."""

    server: Served
    data: Path
    links: dict[str, str]
    held: dict[str, list[Interview]]

    def command(self, *words: str) -> str:
        """What `interviewer user …` prints."""
        return run_command(self.server, *words)

    def read(self, interview: Interview) -> Interview:
        """As the records have it."""
        application = Application(Settings(data=self.data, _env_file=None))  # type: ignore[call-arg]
        try:
            return application.service.read(interview.id, owner=interview.owner)
        finally:
            application.database.dispose()


def run_command(server: Served, *words: str) -> str:
    """`interviewer user …` with the settings of the server."""
    command = [sys.executable, "-c", "from interviewer.cli import run; run()", "user", *words]
    environment = {**server._environment(), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=server.log.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def hold(application: Application, owner: str, part: float, more: str = "") -> Interview:
    """A finished interview over two questions, each answered with a part of the reference."""
    service = application.service
    interview = service.begin(Setup(question_ids=QUESTIONS, follow_ups=0), owner=owner)
    for question_id in QUESTIONS:
        reference = BANK.find(question_id).reference["zh"]
        interview = service.submit(interview, reference[: int(len(reference) * part)] + more)
        while service.watch(interview.turns[-1].id, seen=10**6, timeout=20) is not None:
            pass
        interview = service.go_on(service.load(interview.id, owner=owner))
    return service.finish(interview)


def open_practice(folder: Path, server: Served) -> Practice:
    """People by the command line; Ann and Abe are the coach's, Bob is not."""
    folder.mkdir(parents=True, exist_ok=True)
    links = {
        name: run_command(server, "add", name, "--role", role, "--group", group).splitlines()[-1]
        for name, role, group in (
            ("Kelin", "coach", ""),
            ("Ann", "candidate", "秋季班"),
            ("Abe", "candidate", "春季班"),
            ("Bob", "candidate", ""),
        )
    }
    for candidate in ("Ann", "Abe"):
        run_command(server, "assign", "Kelin", candidate)
    application = Application(Settings(data=folder / "data", _env_file=None))  # type: ignore[call-arg]
    application.service.worker.start()
    ids = {person.name: person.id for person in application.people.list_people()}
    held = {
        "Ann": [hold(application, ids["Ann"], part, more) for part, more in ((0.3, ""), (0.5, ODD_WORD), (0.7, ""), (0.4, ""))],
        "Abe": [hold(application, ids["Abe"], 0.5)],
        "Bob": [hold(application, ids["Bob"], 0.6, ODD_WORD)],
    }
    application.service.worker.stop()
    application.database.dispose()
    return Practice(server, folder / "data", links, held)
