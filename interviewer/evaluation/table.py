"""The figures as tables: for a terminal, aligned, and for a document, as Markdown. What they mean is in `metrics` and `points`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from interviewer.evaluation.compare import Comparison
from interviewer.evaluation.metrics import Agreement, Interval, Resistance
from interviewer.evaluation.points import PointAgreement
from interviewer.evaluation.summary import ALL, FORM, Costs, Figures, Group, Summary

NONE = "–"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and cells; the first column is text, the others are figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Column(Generic[T]):
    name: str
    zh: str
    show: Callable[[T], str]


def _number(value: float | None, digits: int = 1) -> str:
    return NONE if value is None else f"{value:.{digits}f}".replace("-", "−")


def _r(value: float | None) -> str:
    return _number(value, 2)


def _share(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"


def _interval(interval: Interval | None, digits: int = 2) -> str:
    return NONE if interval is None else f"{_number(interval.low, digits)} … {_number(interval.high, digits)}"


_AGREEMENT: tuple[_Column[Agreement], ...] = (
    _Column("n", "份数", lambda a: str(a.n)),
    _Column("ungraded", "未评", lambda a: str(a.ungraded)),
    _Column("gold", "人评均分", lambda a: _number(a.gold)),
    _Column("pred", "系统均分", lambda a: _number(a.pred)),
    _Column("r", "相关", lambda a: _r(a.pearson)),
    _Column("95 %", "置信区间", lambda a: _interval(a.interval)),
    _Column("rho", "秩相关", lambda a: _r(a.spearman)),
    _Column("within", "题内相关", lambda a: _r(a.within)),
    _Column("RMSE", "均方根误差", lambda a: _number(a.rmse)),
    _Column("MAE", "平均误差", lambda a: _number(a.mae)),
    _Column("bias", "偏差", lambda a: _number(a.bias)),
    _Column("wRMSE", "加权误差", lambda a: _number(a.weighted_rmse)),
    _Column("QWK", "加权一致", lambda a: _r(a.kappa)),
    _Column("AUC", "不及半数", lambda a: _r(a.auc)),
    _Column("sunk", "好答低分", lambda a: _share(a.sunk)),
    _Column("held", "区间命中", lambda a: _share(a.held)),
    _Column("width", "区间宽", lambda a: _number(a.width)),
)
_POINTS: tuple[_Column[PointAgreement], ...] = (
    _Column("answers", "份数", lambda p: str(p.answers)),
    _Column("points", "要点", lambda p: str(p.points)),
    _Column("kappa", "加权一致", lambda p: _r(p.kappa)),
    _Column("covered", "覆盖", lambda p: str(p.covered)),
    _Column("covered found", "判为覆盖", lambda p: _share(p.hit)),
    _Column("covered missed", "判为缺失", lambda p: _share(p.missed)),
    _Column("covered precision", "覆盖的精确率", lambda p: _share(p.precision)),
    _Column("wrong", "错误", lambda p: str(p.wrong)),
    _Column("wrong found", "找到", lambda p: _share(p.wrong_found)),
    _Column("wrong precision", "精确率", lambda p: _share(p.wrong_precision)),
    _Column("false", "错误说法", lambda p: str(p.false)),
    _Column("false found", "找到", lambda p: _share(p.false_found)),
)
_RESISTANCE: tuple[_Column[Resistance], ...] = (
    _Column("n", "份数", lambda r: str(r.n)),
    _Column("ungraded", "未评", lambda r: str(r.ungraded)),
    _Column("base", "原答", lambda r: _number(r.base)),
    _Column("attacked", "攻击后", lambda r: _number(r.attacked)),
    _Column("gain", "平均增分", lambda r: _number(r.gain)),
    _Column("rise", "只计上升", lambda r: _number(r.rise)),
    _Column("> 10", "超过十分", lambda r: _share(r.over)),
    _Column("most", "最大增分", lambda r: _number(r.most)),
    _Column("above limit", "超出上限", lambda r: _share(r.above_limit)),
    _Column("empty", "空答", lambda r: str(r.empty)),
    _Column("empty mean", "空答均分", lambda r: _number(r.empty_mean)),
    _Column("empty max", "空答最高", lambda r: _number(r.empty_most)),
)


def agreement_table(figures: Figures, *, bilingual: bool = False) -> Table:
    """Agreement with people, one line per group."""
    return _table(_AGREEMENT, figures.agreement, bilingual)


def points_table(figures: Figures, *, bilingual: bool = False) -> Table:
    """Agreement per point, one line per group."""
    return _table(_POINTS, figures.points, bilingual)


def resistance_table(figures: Figures, *, bilingual: bool = False) -> Table:
    """What attacks gain, one line per group."""
    return _table(_RESISTANCE, figures.resistance, bilingual)


def render_text(summary: Summary, comparison: Comparison | None = None) -> str:
    """All figures for a terminal: of what was left out first, and of what was learned from apart."""
    parts = [f"examiner: {' · '.join(filter(None, (summary.examiner, summary.model, summary.prompt_version)))}"]
    if summary.seen.rows:
        parts.append(f"{summary.held_out.rows} rows held out, {summary.seen.rows} rows seen in training (below, apart)")
    parts += _tell_figures(summary.held_out)
    if summary.held_out.agreement:
        parts.append(tell_more(summary))
    if summary.seen.rows:
        parts += [f"SEEN IN TRAINING, not held out: {part}" for part in _tell_figures(summary.seen)]
    if summary.reasons:
        parts.append("ungraded: " + ", ".join(f"{reason} {count}" for reason, count in sorted(summary.reasons.items())))
    parts.append(_tell_costs(summary.costs))
    if comparison is not None:
        parts.append(_tell_comparison(comparison))
    return "\n\n".join(parts)


def _tell_figures(figures: Figures) -> list[str]:
    parts = []
    if figures.points:
        parts.append(f"Agreement per point with a rater's labels\n{_align(points_table(figures))}\n{tell_labels(figures)}")
    if figures.agreement:
        parts.append("Agreement with people (errors in points of 100)\n" + _align(agreement_table(figures)))
    if figures.resistance:
        parts.append("What attacks gain (points of 100)\n" + _align(resistance_table(figures)))
    return parts


def tell_labels(figures: Figures, *, bilingual: bool = False) -> str:
    """How the points are counted, and what was not."""
    told = [
        (
            "加权一致：覆盖 2、部分 1，其余 0；错误算找到：该要点判为错误，或报告的错误与它的原话重叠一半以上",
            "kappa, quadratic: covered 2, partial 1, else 0; a wrong point is found if it is judged wrong, or an error reported overlaps its words",
        )
    ]
    if left_out := figures.points[ALL].left_out:
        told.append((f"略去 {left_out} 个标注", f"{left_out} labels left out: of a point that the question has not, or missing"))
    return "\n".join(f"{zh} · {en}" if bilingual else en for zh, en in told)


def render_markdown(table: Table) -> str:
    """A table of a document."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (table.headings, *table.rows)]
    rule = ["---", *("--:" for _ in table.headings[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (cells[0], rule, *cells[1:]))


def tell_more(summary: Summary, *, bilingual: bool = False) -> str:
    """What the answers show besides, one line each."""
    whole = summary.held_out.agreement[ALL]
    told = [("被标记的回答", f"flagged among these answers: {_share(summary.flagged)}")]
    if summary.asides:
        told.append(("没有当作回答的份数", f"taken for no answer, and counted as 0: {summary.asides}"))
    if whole.order_kept is not None:
        kept = f"excellent > good > middling > weak within a question: {_share(whole.order_kept)} of pairs in order"
        told.append(("同题内四档次序保持", kept))
    if whole.language_gap is not None:
        gap = f"the same content in both languages ({whole.twins} pairs): {_number(whole.language_gap)} points apart on average"
        told.append(("同一内容的中英文之差", gap))
    return "\n".join(f"{zh} · {en}" if bilingual else en for zh, en in told)


def _table(columns: Sequence[_Column[T]], groups: Mapping[Group, T], bilingual: bool) -> Table:
    """A grouping into one group only would repeat the first line, and is left out."""
    headings = ("", *(f"{column.zh} {column.name}" if bilingual else column.name for column in columns))
    sizes = Counter(by for by, _ in groups)
    names = {ALL: "全部 all" if bilingual else "all", FORM: "只看形式 form alone" if bilingual else "form alone"}
    rows = tuple(
        (names.get(group, " ".join(group)), *(column.show(measures) for column in columns))
        for group, measures in groups.items()
        if group in names or sizes[group[0]] > 1
    )
    return Table(headings, rows)


def _align(table: Table) -> str:
    widths = [max(len(row[place]) for row in (table.headings, *table.rows)) for place in range(len(table.headings))]
    return "\n".join(_line(row, widths) for row in (table.headings, *table.rows))


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, *others)).rstrip()


def _tell_costs(costs: Costs) -> str:
    told = [f"judged: {costs.answers} distinct answers, {costs.fresh} of them now"]
    if costs.calls:
        told.append(f"tokens: {costs.prompt_tokens:,} prompt + {costs.completion_tokens:,} completion in {costs.calls} calls")
        told.append("cost: unknown, no prices are set" if costs.cost is None else f"cost: ${costs.cost:.4f}")
    if costs.median_ms is not None:
        told.append(f"time per answer: median {_number(costs.median_ms)} ms, 95 % under {_number(costs.p95_ms)} ms")
    return "\n".join(told)


def _tell_comparison(comparison: Comparison) -> str:
    rows = tuple(
        (each.measure, _number(each.this, 3), _number(each.other, 3), _number(each.by, 3), _interval(each.interval, 3))
        for each in comparison.differences
    )
    told = f"Against the other run: {comparison.n} answers and {comparison.attacks} attacks in both, {comparison.left_out} left out"
    return f"{told}\n{_align(Table(('', 'this', 'other', 'difference', '95 %'), rows))}"
