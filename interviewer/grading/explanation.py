"""Why an examiner found what it found: for each point what was seen, where, how sure, and what took something away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interviewer.models import Quote, VerdictStatus


@dataclass(frozen=True, slots=True)
class PointExplanation:
    """Of one point. `probability`: of each verdict, 0–1. `features`: what spoke for it (above 0) or against it, the strongest first.

    `quote`: where it was seen, None if nowhere. `taken`: what took credit away, a sentence each, in the language of the answer.
    """

    point_id: str
    status: VerdictStatus
    probability: Mapping[str, float]
    quote: Quote | None = None
    features: tuple[tuple[str, float], ...] = ()
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one answer; a point each, in the question's order."""

    points: tuple[PointExplanation, ...]
