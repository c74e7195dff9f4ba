"""Figures with their goals, the arithmetic behind them, and how they are printed. Starts nothing and reads no clock but `timed`."""

from __future__ import annotations

import math
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal`: None where there is none; `better`: which side of the goal is the good one; `note`: how, and of how many."""

    name: str
    value: float | None
    unit: str
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, None without a goal or a value."""
        if self.goal is None or self.value is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` of all do not exceed (nearest rank); nan of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value; nan of nothing."""
    return statistics.median(values) if values else math.nan


def timed(action: Callable[[], Any]) -> float:
    """Milliseconds that an action takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def spread(name: str, times: Sequence[float], *, p50: float | None = None, p95: float | None = None, note: str = "") -> list[Figure]:
    """The two percentiles of times in milliseconds, with their goals."""
    of = f"{len(times)} samples" + (f"; {note}" if note else "")
    return [
        Figure(f"{name}, p50", percentile(times, 0.5), "ms", p50, note=of),
        Figure(f"{name}, p95", percentile(times, 0.95), "ms", p95, note=of),
    ]


def describe(results: dict[str, list[Figure]]) -> dict[str, Any]:
    """All figures as plain data, with what they were measured on."""
    subjects = {
        subject: [{**asdict(figure), "value": _rounded(figure.value), "met": figure.met} for figure in figures]
        for subject, figures in results.items()
    }
    return {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}", "figures": subjects}


def draw_table(results: dict[str, list[Figure]]) -> str:
    """Figure, value, goal and whether it is met, a line each."""
    rows = [("figure", "value", "goal", "met")]
    for subject, figures in results.items():
        for figure in figures:
            sign = "≤" if figure.better == "lower" else "≥"
            goal = "" if figure.goal is None else f"{sign} {figure.goal:g} {figure.unit}".rstrip()
            met = {True: "yes", False: "NO", None: ""}[figure.met]
            rows.append((f"{subject}: {figure.name}", _shown(figure), goal, met))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _shown(figure: Figure) -> str:
    value = _rounded(figure.value)
    return "not measured" if value is None else f"{value:g} {figure.unit}".rstrip()


def _rounded(value: float | None) -> float | None:
    if value is None or math.isnan(value):
        return None
    return round(value, 3 if abs(value) < 10 else 1)
