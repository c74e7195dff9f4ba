"""The radar chart as SVG geometry; the template draws it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from interviewer.insight.report import CompetencyScore

RADIUS = 100.0


@dataclass(frozen=True, slots=True)
class Spoke:
    """One axis: where its line ends, where its label stands and how it is anchored. Units: SVG user units around the centre."""

    score: CompetencyScore
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Radar:
    """`rings`: grid polygons at a third, two thirds and the whole; `shape`: the scores' polygon; all as SVG `points`."""

    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    shape: str
    dots: tuple[tuple[float, float], ...]


def draw_radar(scores: Sequence[CompetencyScore]) -> Radar | None:
    """The chart for the scores in order, the first on top, clockwise. A competency without a score leaves a gap, it is not a zero.

    None where fewer than two have a score: one dot is no shape.
    """
    if sum(score.score is not None for score in scores) < 2:
        return None
    count = len(scores)
    angles = [2 * pi * position / count for position in range(count)]
    spokes = tuple(_spoke(score, angle) for score, angle in zip(scores, angles, strict=True))
    rings = tuple(_points([_at(angle, RADIUS * share) for angle in angles]) for share in (1 / 3, 2 / 3, 1.0))
    known = [_at(angle, score.score) for score, angle in zip(scores, angles, strict=True) if score.score is not None]
    return Radar(spokes, rings, _points(known), tuple(known))


def _at(angle: float, distance: float) -> tuple[float, float]:
    return round(distance * sin(angle), 1), round(-distance * cos(angle), 1)


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in corners)


def _spoke(score: CompetencyScore, angle: float) -> Spoke:
    x, y = _at(angle, RADIUS)
    label_x, label_y = _at(angle, RADIUS + 16)
    anchor = "middle" if abs(label_x) < 20 else "start" if label_x > 0 else "end"
    return Spoke(score, x, y, label_x, label_y + 4, anchor)
