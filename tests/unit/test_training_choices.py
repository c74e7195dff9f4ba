"""What a person may choose of their training, and what they are told otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from interviewer.interview.service import InterviewService
from interviewer.models import CardKey, MarkKind, TrainingSettings
from interviewer.records.training import TrainingStore
from interviewer.training.service import Refusal, Training, TrainingRefused
from tests.integration.training_rooms import THE_BANK

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)


class Kept:
    """A store that only keeps settings."""

    saved: TrainingSettings | None = None

    def save_settings(self, _owner: str, settings: TrainingSettings) -> None:
        """Keep them."""
        self.saved = settings


def training(store: object) -> Training:
    """The use cases on it, on the evening of the first of March."""
    return Training(store=cast(TrainingStore, store), bank=THE_BANK, now=lambda: NOW, service=cast(InterviewService, None))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"retention": 0.69}, Refusal.RETENTION),
        ({"retention": 0.98}, Refusal.RETENTION),
        ({"retention": float("nan")}, Refusal.RETENTION),
        ({"minutes": 0}, Refusal.MINUTES),
        ({"minutes": 181}, Refusal.MINUTES),
        ({"minutes": 2.5}, Refusal.MINUTES),
        ({"minutes": float("nan")}, Refusal.MINUTES),
        ({"minutes": float("inf")}, Refusal.MINUTES),
        ({"zone": "Mars/Olympus"}, Refusal.ZONE),
        ({"zone": ""}, Refusal.ZONE),
        ({"zone": "../../etc/passwd"}, Refusal.ZONE),
        ({"zone": "localtime"}, Refusal.ZONE),
        ({"interview_on": date(2026, 2, 28)}, Refusal.DATE_PAST),
        # There it is the second of March already.
        ({"interview_on": date(2026, 3, 1), "zone": "Asia/Shanghai"}, Refusal.DATE_PAST),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_remedy_and_nothing_is_written(changes: dict[str, Any], why: Refusal) -> None:
    kept = Kept()
    with pytest.raises(TrainingRefused, match="→") as refused:
        training(kept).choose("me", replace(TrainingSettings(), **changes))
    assert (refused.value.why, kept.saved) == (why, None)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"retention": 0.70, "minutes": 1},
        {"retention": 0.97, "minutes": 180},
        {"interview_on": date(2026, 3, 1)},
        {"interview_on": date(2026, 3, 2), "zone": "Asia/Shanghai"},
        {"zone": "America/Argentina/Buenos_Aires"},
    ],
)
def test_what_is_within_is_taken(changes: dict[str, Any]) -> None:
    kept, chosen = Kept(), replace(TrainingSettings(), **changes)
    assert training(kept).choose("me", chosen) == kept.saved == chosen


@pytest.mark.parametrize("key", [CardKey("q1", "z"), CardKey("q1:a", "a"), CardKey("", "")])
def test_a_point_that_the_bank_has_not_cannot_be_marked(key: CardKey) -> None:
    with pytest.raises(TrainingRefused) as refused:
        training(Kept()).mark("me", key, MarkKind.KNOWN, actor="me")
    assert refused.value.why is Refusal.NO_SUCH_CARD
