"""How long the light commands take from start to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.harness import Figure, median, timed
from benchmarks.interviews import answer_all, application, close, setup_for
from benchmarks.processes import clean_environment, folder
from interviewer.models import ExaminerName

RUNS = 5
GOAL = 0.8


def measure() -> list[Figure]:
    """Run each several times."""
    with folder() as where:
        interview_id = _an_interview(where)
        commands = (
            ("--help",),
            ("bank", "check"),
            ("export", interview_id, "--format", "md"),
            ("export", interview_id, "--format", "html"),
        )
        return [_figure(command, where) for command in commands]


def _figure(command: tuple[str, ...], where: Path) -> Figure:
    shown = " ".join(word for word in command if len(word) < 20)
    _run(command, where)
    seconds = [timed(lambda: _run(command, where)) / 1000 for _ in range(RUNS)]
    return Figure(
        f"interviewer {shown}", median(seconds), "s", GOAL, note=f"median of {RUNS} runs after one more; longest {max(seconds):.2f} s"
    )


def _run(command: tuple[str, ...], where: Path) -> None:
    entry = [sys.executable, "-c", "from interviewer.cli import run; run()"]
    environment = clean_environment(INTERVIEWER_DATA=str(where / "data"))
    subprocess.run([*entry, *command], cwd=where, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)


def _an_interview(where: Path) -> str:
    app = application(where / "data")
    try:
        interview = app.service.begin(setup_for(app.bank, ExaminerName.RUBRIC), owner="local")
        return answer_all(app.service, interview).id
    finally:
        close(app)
