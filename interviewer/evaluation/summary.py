"""From judged rows to figures: the measures of `metrics` by dataset, language and kind, and what the run took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from interviewer.evaluation.metrics import Agreement, AttackMark, Mark, Resistance, measure_agreement, measure_resistance
from interviewer.evaluation.run import JudgedRow, Run

M = TypeVar("M", Mark, AttackMark)


@dataclass(frozen=True, slots=True)
class Costs:
    """What the distinct answers took, those judged in earlier runs included. `cost` is None if no price is set; times in ms."""

    answers: int
    fresh: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    median_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run. The groups of both tables are (what is grouped by, its value); ("all", "") comes first.

    `reasons`: why answers are ungraded; `flagged`: share of the honest answers that a coach is told to look at.
    """

    examiner: str
    model: str
    prompt_version: str
    agreement: dict[tuple[str, str], Agreement]
    resistance: dict[tuple[str, str], Resistance]
    reasons: dict[str, int]
    flagged: float | None
    costs: Costs
    stopped: str | None


def summarize(run: Run) -> Summary:
    """Measure a run."""
    marks, attacks = marks_of(run.rows), attack_marks_of(run.rows)
    honest = [judged.answer.flagged for judged in run.rows if judged.row.gold is not None and judged.answer.score is not None]
    return Summary(
        examiner=run.identity.examiner.value,
        model=run.identity.model,
        prompt_version=run.identity.prompt_version,
        agreement={group: measure_agreement(each) for group, each in _group(marks).items()},
        resistance={group: measure_resistance(each) for group, each in _group(attacks).items()},
        reasons=dict(Counter(judgement.reason for judgement in run.judgements if judgement.score is None)),
        flagged=float(np.mean(honest)) if honest else None,
        costs=_costs(run),
        stopped=run.stopped.value if run.stopped else None,
    )


def marks_of(rows: Iterable[JudgedRow]) -> list[Mark]:
    """The answers that people have graded."""
    return [
        Mark(row.id, row.question_id, row.dataset, row.lang, row.label, 100 * row.gold, judged.answer.score)
        for judged in rows
        if (row := judged.row).gold is not None
    ]


def attack_marks_of(rows: Iterable[JudgedRow]) -> list[AttackMark]:
    """The attacks with both their scores."""
    return [
        AttackMark(
            row.id, row.question_id, row.dataset, row.lang, row.label, base=judged.base.score, attacked=judged.answer.score,
            empty_base=not (row.base or "").strip(), limit=None if row.limit is None else 100 * row.limit,
        )
        for judged in rows
        if (row := judged.row).base is not None and judged.base is not None
    ]  # fmt: skip


def summary_to_json(summary: Summary) -> dict[str, Any]:
    """The figures as values that JSON can hold: tables nested as `{"all": …, "dataset": {name: …}, …}`."""
    values = {name: getattr(summary, name) for name in ("examiner", "model", "prompt_version", "reasons", "flagged", "stopped")}
    return {
        **values,
        "agreement": _nest(summary.agreement),
        "resistance": _nest(summary.resistance),
        "costs": asdict(summary.costs),
    }


def _nest(table: dict[tuple[str, str], Agreement] | dict[tuple[str, str], Resistance]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for (by, name), measures in table.items():
        if by == "all":
            nested["all"] = asdict(measures)
        else:
            nested.setdefault(by, {})[name] = asdict(measures)
    return nested


def _group(marks: Sequence[M]) -> dict[tuple[str, str], list[M]]:
    """All together, then by dataset, language and kind, each in order of first sight."""
    if not marks:
        return {}
    groups: dict[tuple[str, str], list[M]] = {("all", ""): list(marks)}
    for by, attribute in (("dataset", "dataset"), ("lang", "lang"), ("kind", "label")):
        parts: dict[tuple[str, str], list[M]] = defaultdict(list)
        for mark in marks:
            if name := getattr(mark, attribute):
                parts[by, name].append(mark)
        groups.update(parts)
    return groups


def _costs(run: Run) -> Costs:
    asked = [judgement for judgement in run.judgements if judgement.score is not None or judgement.calls]
    prices = [judgement.cost for judgement in asked if judgement.cost is not None]
    times = [judgement.milliseconds for judgement in asked]
    return Costs(
        answers=len(asked),
        fresh=run.fresh,
        calls=sum(judgement.calls for judgement in asked),
        prompt_tokens=sum(judgement.prompt_tokens for judgement in asked),
        completion_tokens=sum(judgement.completion_tokens for judgement in asked),
        cost=sum(prices) if prices else None,
        median_ms=float(np.median(times)) if times else None,
        p95_ms=float(np.quantile(times, 0.95)) if times else None,
    )
