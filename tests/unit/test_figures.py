"""What the figures for Prometheus say, of what happened here and of what the records hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from interviewer.models import AsideReply, ExaminerName, Provenance, Reason, Usage, Utterance
from interviewer.observability.load import Load, Queued, Trouble
from interviewer.observability.metrics import Metrics
from tests.examples import START, grade, ungraded

RUBRIC, LLM = ExaminerName.RUBRIC, ExaminerName.LLM


def figures(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and labels as they are written."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items()) if value): sample.value
        for family in text_string_to_metric_families(metrics.page().decode())
        for sample in family.samples
    }


def made(load: Load | None = Load()) -> Metrics:  # noqa: B008
    return Metrics(lambda: load, lambda: START, version="1.2.3")


def test_what_has_never_happened_is_zero() -> None:
    found = figures(made())
    assert found["interviewer_grades_total examiner=llm outcome=ungraded reason=timeout"] == 0
    assert found["interviewer_model_attempts_total outcome=failed reason=unreachable"] == 0
    assert found["interviewer_asides_total kind=clarify"] == 0
    assert found["interviewer_queue_depth examiner=llm state=put_off"] == 0
    assert found["interviewer_queue_oldest_age_seconds examiner=llm"] == 0
    assert found["interviewer_build_info version=1.2.3"] == 1
    assert not any(name.startswith("interviewer_budget") or "_created" in name for name in found)


def test_outcomes_are_counted_by_examiner_outcome_and_reason() -> None:
    metrics = made()
    metrics.hear_outcome(RUBRIC, grade(), 0.02)
    metrics.hear_outcome(LLM, ungraded(Reason.QUOTA), 0.5)
    metrics.hear_outcome(LLM, AsideReply(Utterance.CLARIFY, "a reply", Provenance("llm"), Usage(10, 5, 4, cost=0.25)), 0.5)
    found = figures(metrics)
    assert found["interviewer_grades_total examiner=rubric outcome=graded"] == 1
    assert found["interviewer_grades_total examiner=llm outcome=ungraded reason=quota"] == 1
    assert found["interviewer_grades_total examiner=llm outcome=aside"] == 1
    assert found["interviewer_asides_total kind=clarify"] == 1
    assert found["interviewer_grade_seconds_count examiner=rubric"] == 1
    assert found["interviewer_grade_seconds_count examiner=llm"] == 0
    assert [found[f"interviewer_model_tokens_total kind={kind}"] for kind in ("prompt", "completion", "cached")] == [110, 25, 4]
    assert found["interviewer_model_cost_dollars_total"] == 0.25


def test_attempts_and_requests_are_counted_and_timed() -> None:
    metrics = made()
    metrics.hear_attempt(None, 1.5)
    metrics.hear_attempt(Reason.TIMEOUT, 30.0)
    metrics.hear_request("GET", "/export/{name}", 404, 0.02)
    found = figures(metrics)
    assert found["interviewer_model_attempts_total outcome=ok"] == 1
    assert found["interviewer_model_attempts_total outcome=failed reason=timeout"] == 1
    assert found["interviewer_model_attempt_seconds_sum outcome=failed"] == 30
    assert found["interviewer_http_requests_total method=GET route=/export/{name} status=404"] == 1
    assert found["interviewer_http_request_seconds_bucket le=0.025 route=/export/{name}"] == 1
    assert found["interviewer_http_request_seconds_bucket le=0.01 route=/export/{name}"] == 0


def test_the_records_are_told_as_they_are_when_somebody_asks() -> None:
    queued = (
        Queued("llm", "put_off", 3, START - timedelta(minutes=5)), Queued("llm", "running", 1, START - timedelta(minutes=1)),
        Queued("rubric", "due", 2, START + timedelta(seconds=3)),
    )  # fmt: skip
    found = figures(made(Load(queued, 7, Trouble(START, START, Reason.TIMEOUT), {"day_tokens": 0.9, "interview_cost": 1.25})))
    assert found["interviewer_records_up"] == 1
    assert found["interviewer_queue_depth examiner=llm state=put_off"] == 3
    assert found["interviewer_queue_oldest_age_seconds examiner=llm"] == 300
    assert found["interviewer_queue_oldest_age_seconds examiner=rubric"] == 0  # a clock that is behind gives no negative age
    assert found["interviewer_active_interviews"] == 7
    assert found["interviewer_model_down"] == 1
    assert found["interviewer_budget_used_ratio budget=day_tokens"] == 0.9
    assert found["interviewer_budget_used_ratio budget=interview_cost"] == 1.25


def test_records_that_cannot_be_read_are_told_and_the_rest_is_there() -> None:
    metrics = made(None)
    metrics.hear_request("GET", "/", 200, 0.01)
    found = figures(metrics)
    assert found["interviewer_records_up"] == 0
    assert "interviewer_active_interviews" not in found
    assert found["interviewer_http_requests_total method=GET route=/ status=200"] == 1


def test_every_application_has_figures_of_its_own() -> None:
    one, other = made(), made()
    one.hear_attempt(None, 1.0)
    assert figures(other)["interviewer_model_attempts_total outcome=ok"] == 0


@pytest.mark.parametrize("prefix", ["process_", "python_"])
def test_the_process_is_told_as_well(prefix: str) -> None:
    assert any(name.startswith(prefix) for name in figures(made()))
