"""From judged rows to figures: the measures of `metrics` and `points` by dataset, question, language and kind, and what the run took.

What was learned from is measured apart from what was left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from interviewer.evaluation.form import scores_by_form, verdicts_by_form
from interviewer.evaluation.metrics import Agreement, AttackMark, Mark, Resistance, measure_agreement, measure_resistance
from interviewer.evaluation.points import LabelledMark, PointAgreement, labelled_marks, measure_points
from interviewer.evaluation.run import JudgedRow, Run

M = TypeVar("M", Mark, AttackMark, LabelledMark)
R = TypeVar("R")
_ATTRIBUTES = {"kind": "label", "question": "question_id"}
Group = tuple[str, str]
"""What is grouped by, and its value."""
ALL: Group = ("all", "")
FORM: Group = ("form alone", "")
"""Not the examiner, but what an answer's form gives away, for comparison."""


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
class Figures:
    """The measures of some rows by group; `ALL` comes first, then, of agreement and points, `FORM`."""

    rows: int
    agreement: dict[Group, Agreement]
    points: dict[Group, PointAgreement]
    resistance: dict[Group, Resistance]


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a run. `held_out`: of the rows that nothing was learned from; `seen`: of the others.

    `reasons`: why answers are ungraded; `flagged`: share of the honest answers that a coach is told to look at;
    `asides`: how many of them are taken for no answer.
    """

    examiner: str
    model: str
    prompt_version: str
    held_out: Figures
    seen: Figures
    reasons: dict[str, int]
    flagged: float | None
    asides: int
    costs: Costs
    stopped: str | None


def summarize(run: Run) -> Summary:
    """Measure a run."""
    honest = [judged.answer.flagged for judged in run.rows if judged.row.gold is not None and judged.answer.score is not None]
    return Summary(
        examiner=run.identity.examiner.value,
        model=run.identity.model,
        prompt_version=run.identity.prompt_version,
        held_out=measure_rows([judged for judged in run.rows if not judged.row.seen]),
        seen=measure_rows([judged for judged in run.rows if judged.row.seen]),
        reasons=dict(Counter(judgement.reason for judgement in run.judgements if judgement.score is None)),
        flagged=float(np.mean(honest)) if honest else None,
        asides=sum(judged.answer.aside for judged in run.rows if judged.row.gold is not None),
        costs=_costs(run),
        stopped=run.stopped.value if run.stopped else None,
    )


def measure_rows(rows: Sequence[JudgedRow]) -> Figures:
    """All measures of these rows."""
    marks, labelled, attacks = marks_of(rows), labelled_marks(rows), attack_marks_of(rows)
    answers = [judged.row.answer for judged in rows if judged.row.gold is not None]
    labelled_answers = [judged.row.answer for judged in rows if judged.row.labels is not None]
    return Figures(
        rows=len(rows),
        agreement=_by_group(marks, scores_by_form(marks, answers), measure_agreement, ("dataset", "lang", "kind")),
        points=_by_group(labelled, verdicts_by_form(labelled, labelled_answers), measure_points, ("question", "lang", "kind")),
        resistance=_by_group(attacks, [], measure_resistance, ("dataset", "lang", "kind")),
    )


def _by_group(marks: Sequence[M], form: Sequence[M], measure: Callable[[Sequence[M]], R], by: Sequence[str]) -> dict[Group, R]:
    found = {group: measure(each) for group, each in _group(marks, by).items()}
    if not found or not form:
        return found
    return {ALL: found.pop(ALL), FORM: measure(form), **found}


def marks_of(rows: Iterable[JudgedRow]) -> list[Mark]:
    """The answers that people have graded."""
    return [
        Mark(
            row.id, row.question_id, row.dataset, row.lang, row.label, 100 * row.gold, judged.answer.score,
            *(judged.answer.interval or (None, None)),
        )
        for judged in rows
        if (row := judged.row).gold is not None
    ]  # fmt: skip


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
    values = {name: getattr(summary, name) for name in ("examiner", "model", "prompt_version", "reasons", "flagged", "asides", "stopped")}
    return {
        **values,
        **_figures_to_json(summary.held_out),
        "seen_in_training": _figures_to_json(summary.seen),
        "costs": asdict(summary.costs),
    }


def _figures_to_json(figures: Figures) -> dict[str, Any]:
    return {
        "rows": figures.rows,
        "agreement": _nest(figures.agreement),
        "points": _nest(figures.points),
        "resistance": _nest(figures.resistance),
    }


def _nest(table: Mapping[Group, Agreement | PointAgreement | Resistance]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for (by, name), measures in table.items():
        if name:
            nested.setdefault(by, {})[name] = asdict(measures)
        else:
            nested[by.replace(" ", "_")] = asdict(measures)
    return nested


def _group(marks: Sequence[M], by: Sequence[str]) -> dict[Group, list[M]]:
    """All together, then by dataset, question, language or kind, each in order of first sight."""
    if not marks:
        return {}
    groups: dict[Group, list[M]] = {ALL: list(marks)}
    for name in by:
        parts: dict[Group, list[M]] = defaultdict(list)
        for mark in marks:
            if value := getattr(mark, _ATTRIBUTES.get(name, name)):
                parts[name, value].append(mark)
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
