"""What a part of the break-it suite is told and what it hands back, and the table of it all, in text and in docs/reliability.md."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


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
    """The rows of one part."""

    part: str
    form: Form
    seconds: float
    rows: tuple[Row, ...]

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


_START, _END = "<!-- faults -->", "<!-- /faults -->"
_PAGE = f"""# 弄坏它试试 · What happens when things break

由 `make faults` 加 `--write` 生成（`python -m tests.faults --write`），请勿手改。Written by that command, never edited by hand.

每一行：做了什么、承诺了什么、量到了什么、承诺守住没有。`--seed` 用表中的种子可以重复同一次运行（杀进程的时刻除外：它随机器快慢而变）。
Each line: what was done, what is promised, what was measured, whether the promise held. `--seed` with the seed of the table repeats
a run, but for what the speed of the machine decides. full: the whole suite; quick: its short form, which is part of `make test`.

{_START}
{_END}
"""
_HEAD = "| 部分 part | 形式 form | 种子 seed | 做了什么 done | 承诺 promise | 量到的 measured | 守住 held |\n| --- | --- | --: | --- | --- | --- | --- |\n"


def write_page(path: Path, runs: Iterable[Run], order: Sequence[str]) -> None:
    """Put the rows of these runs into the page; the rows of parts that were not run now stay as they are."""
    page = path.read_text(encoding="utf-8") if path.exists() else _PAGE
    known = _rows_by_part(page)
    known |= {run.part: [_to_line(run, row) for row in run.rows] for run in runs}
    lines = "".join(line for part in order for line in known.get(part, ()))
    page = re.sub(f"{_START}.*{_END}", lambda _: f"{_START}\n{_HEAD}{lines}{_END}", _PAGE, flags=re.DOTALL)
    path.write_text(page, encoding="utf-8")


def _to_line(run: Run, row: Row) -> str:
    verdict = "是 yes" if row.held else "**否 no**"
    cells = [run.part, run.form.name, str(run.form.seed), row.done, row.promise, row.measured, verdict]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _rows_by_part(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    between = re.search(f"{_START}(.*){_END}", page, flags=re.DOTALL)
    for line in (between[1] if between else "").splitlines():
        part = line.split("|")[1].strip() if line.count("|") > 6 else ""
        if part and not part.startswith(("部分", "---")):
            found.setdefault(part, []).append(line + "\n")
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
