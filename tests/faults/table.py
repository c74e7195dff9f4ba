"""What a part of the break-it suite is told and what it hands back, and the table of it all: in text, docs/reliability.md and the README."""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Missing(Exception):
    """A program that a part needs is not on this machine; the text names it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How to run: the short form or the whole, and the seed that every random choice hangs on. `minutes`: length of the soak."""

    quick: bool
    seed: int
    minutes: float

    def chance(self, part: str) -> random.Random:
        """The random numbers of a part, the same whenever the seed is."""
        return random.Random(f"{self.seed}/{part}")

    @property
    def name(self) -> str:
        """As the table calls it."""
        return "quick" if self.quick else "full"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was done, what was promised, what came of it. `notes`: what broke, one line each."""

    done: str
    promise: str
    measured: str
    held: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of one part. `measured_on`: see `describe_measurement`."""

    part: str
    form: Form
    seconds: float
    rows: tuple[Row, ...]
    measured_on: str = ""

    @property
    def held(self) -> bool:
        """Whether every promise was kept."""
        return bool(self.rows) and all(row.held for row in self.rows)


def to_text(run: Run) -> str:
    """For the terminal: a block per row, the notes below it."""
    lines = [f"== {run.part} ({run.form.name}, seed {run.form.seed}, {run.seconds:.0f} s)"]
    for row in run.rows:
        lines += [f"{'held  ' if row.held else 'BROKEN'} {row.done}", f"       promise:  {row.promise}", f"       measured: {row.measured}"]
        lines += [f"       · {note}" for note in row.notes]
    return "\n".join(lines)


def name_code() -> str:
    """Git's name of what is in the folder `interviewer`; "+" marks what is not committed.

    It hangs on the content alone: the same in every clone and after every rebase.
    """
    name = _ask_git("rev-parse", "HEAD:interviewer")[:8] or "unknown"
    changed = "+" if _ask_git("status", "--porcelain", "interviewer") else ""
    return name + changed


def describe_measurement(seconds: float, code: str) -> str:
    """When a run ended, how long it took, on how busy a machine and on which code, named before it began."""
    busy = f", load {os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else ""
    return f"{date.today()}, {max(1, round(seconds / 60))} min, {os.cpu_count()} cores{busy}, code {code}"


def _ask_git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


_START, _END = "<!-- faults -->", "<!-- /faults -->"
_PAGE = f"""# 弄坏它试试 · What happens when things break

由 `make faults` 加 `--write` 生成（`python -m tests.faults --write`），请勿手改。Written by that command, never edited by hand.

每一行：做了什么、承诺了什么、量到了什么、承诺守住没有。`--seed` 用表中的种子可以重复同一次运行（杀进程的时刻除外：它随机器快慢而变）。
Each line: what was done, what is promised, what was measured, whether the promise held. `--seed` with the seed of the table repeats
a run, but for what the speed of the machine decides. full: the whole suite; quick: its short form, which is part of `make test`.

各部分可以分开运行（`--only`），所以每行都写明日期、时长、机器的核数与负载，以及代码：git 给 `interviewer` 目录内容的名字
（`git rev-parse HEAD:interviewer`）；名字不同的行来自不同状态的代码。
The parts can be run one by one (`--only`), so every line says when it was measured, how long that took, the cores and the load of the
machine, and on which code: git's name of the content of `interviewer` (`git rev-parse HEAD:interviewer`). Lines with different names
come from different states of the code.

{_START}
{_END}
"""
_HEAD = (
    "| 部分 part | 形式 form | 种子 seed | 做了什么 done | 承诺 promise | 量到的 measured | 守住 held | 何时何地 measured on |\n"
    "| --- | --- | --: | --- | --- | --- | --- | --- |\n"
)
_COLUMNS = 8
_NOT_RECORDED = "未记录 not recorded"


def write_page(path: Path, runs: Iterable[Run], order: Sequence[str]) -> None:
    """Put the rows of these runs into the page; the rows of parts that were not run now stay as they are.

    Parts may run at the same time and end in any order: the page is read again each time, and replaced as a whole.
    """
    page = path.read_text(encoding="utf-8") if path.exists() else _PAGE
    known = _rows_by_part(page)
    known |= {run.part: [_to_line(run, row) for row in run.rows] for run in runs}
    lines = "".join(line for part in order for line in known.get(part, ()))
    page = re.sub(f"{_START}.*{_END}", lambda _: f"{_START}\n{_HEAD}{lines}{_END}", _PAGE, flags=re.DOTALL)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(page, encoding="utf-8")
    part.replace(path)


def write_summary(readme: Path, page: Path) -> None:
    """Put what was done, what came of it and whether it held into the README, from the rows of the page; a README without the marks stays."""
    text = readme.read_text(encoding="utf-8")
    lines = [
        "| " + " | ".join((cells[3], cells[5], cells[6])) + " |\n"
        for rows in _rows_by_part(page.read_text(encoding="utf-8")).values()
        for cells in (_cells(row) for row in rows)
    ]
    table = "| 做了什么 done | 量到的 measured | 守住 held |\n| --- | --- | --- |\n" + "".join(lines)
    readme.write_text(re.sub(f"{_START}.*{_END}", lambda _: f"{_START}\n{table}{_END}", text, flags=re.DOTALL), encoding="utf-8")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _to_line(run: Run, row: Row) -> str:
    verdict = "是 yes" if row.held else "**否 no**"
    cells = [run.part, run.form.name, str(run.form.seed), row.done, row.promise, row.measured, verdict, run.measured_on]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _rows_by_part(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    between = re.search(f"{_START}(.*){_END}", page, flags=re.DOTALL)
    for line in (between[1] if between else "").splitlines():
        cells = _cells(line)
        if len(cells) < _COLUMNS - 1 or cells[0].startswith(("部分", "---")):
            continue
        cells += [_NOT_RECORDED] * (_COLUMNS - len(cells))
        found.setdefault(cells[0], []).append("| " + " | ".join(cells) + " |\n")
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
