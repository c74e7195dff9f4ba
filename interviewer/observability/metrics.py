"""The figures for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ (text, version 0.0.4).

Each application has a registry of its own. What happens in this process is counted as it happens; what concerns all replicas is read from
the records when somebody asks. Labels are of few values, all from our own lists; nothing that a candidate or a model says is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from interviewer.models import AsideReply, ExaminerName, Outcome, Reason, Ungraded, Usage, Utterance
from interviewer.observability.load import Load

NO_REASON = ""
STATES = ("running", "due", "put_off")
"""Of a request for a grade."""
_MODEL_SECONDS = (0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60)
_GRADE_SECONDS = (0.01, 0.05, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60)
_HTTP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What is counted. `read`: how things stand by the records, None if they cannot be read. Safe to use from several threads."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, read: Callable[[], Load | None], now: Callable[[], datetime], *, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # else each figure comes twice, with when it was first seen
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        Info("interviewer_build", "The running program.", registry=registry).info({"version": version})
        self._grades = Counter(
            "interviewer_grades", "Messages judged, by who judged, what came of it (graded, aside, ungraded) and why there is no grade.",
            ("examiner", "outcome", "reason"), registry=registry,
        )  # fmt: skip
        self._grade_seconds = Histogram(
            "interviewer_grade_seconds", "Time that a grade took, without its wait in the queue.", ("examiner",), buckets=_GRADE_SECONDS, registry=registry
        )  # fmt: skip
        self._attempts = Counter(
            "interviewer_model_attempts", "Requests to the model, by outcome (ok, failed) and reason.", ("outcome", "reason"), registry=registry
        )  # fmt: skip
        self._attempt_seconds = Histogram(
            "interviewer_model_attempt_seconds", "Time that a request to the model took.", ("outcome",), buckets=_MODEL_SECONDS, registry=registry
        )  # fmt: skip
        self._tokens = Counter(
            "interviewer_model_tokens", "Tokens, as the endpoint counts them or else as we do; cached ones are prompt tokens too.",
            ("kind",), registry=registry,
        )  # fmt: skip
        self._cost = Counter("interviewer_model_cost_dollars", "What the tokens cost at the prices that are set.", registry=registry)
        self._asides = Counter("interviewer_asides", "Messages that were no answer, by kind.", ("kind",), registry=registry)
        self._requests = Counter(
            "interviewer_http_requests", "Requests by method, template of the route, and status.", ("method", "route", "status"), registry=registry
        )  # fmt: skip
        self._request_seconds = Histogram(
            "interviewer_http_request_seconds", "Time until the whole answer to a request was out.", ("route",), buckets=_HTTP_SECONDS, registry=registry
        )  # fmt: skip
        registry.register(_Records(read, now))
        self._begin_at_zero()

    def page(self) -> bytes:
        """All figures in the text format."""
        return generate_latest(self.registry)

    def hear_outcome(self, examiner: ExaminerName, outcome: Outcome, seconds: float) -> None:
        """A message was judged, or could not be."""
        if isinstance(outcome, Ungraded):
            self._grades.labels(examiner.value, "ungraded", outcome.reason.value).inc()
        elif isinstance(outcome, AsideReply):
            self._grades.labels(examiner.value, "aside", NO_REASON).inc()
            self._asides.labels(outcome.utterance.value).inc()
        else:
            self._grades.labels(examiner.value, "graded", NO_REASON).inc()
            self._grade_seconds.labels(examiner.value).observe(seconds)
        self.hear_usage(outcome.usage)

    def hear_usage(self, usage: Usage) -> None:
        """The model took something."""
        self._tokens.labels("prompt").inc(usage.prompt_tokens)
        self._tokens.labels("cached").inc(usage.cached_tokens)
        self._tokens.labels("completion").inc(usage.completion_tokens)
        self._cost.inc(usage.cost or 0.0)

    def hear_attempt(self, reason: Reason | None, seconds: float) -> None:
        """One request to the model ended; `reason`: None if with a usable reply."""
        outcome = "failed" if reason else "ok"
        self._attempts.labels(outcome, reason.value if reason else NO_REASON).inc()
        self._attempt_seconds.labels(outcome).observe(seconds)

    def hear_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. `method` and `route` must be of few values."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def _begin_at_zero(self) -> None:
        """What has never happened is 0 instead of absent, so that the first time is an increase."""
        for examiner in ExaminerName:
            self._grade_seconds.labels(examiner.value)
            for outcome in ("graded", "aside"):
                self._grades.labels(examiner.value, outcome, NO_REASON)
            for reason in Reason:
                self._grades.labels(examiner.value, "ungraded", reason.value)
        for reason in Reason:
            self._attempts.labels("failed", reason.value)
        self._attempts.labels("ok", NO_REASON)
        for outcome in ("ok", "failed"):
            self._attempt_seconds.labels(outcome)
        for kind in ("prompt", "cached", "completion"):
            self._tokens.labels(kind)
        for utterance in Utterance:
            if not utterance.is_answer:
                self._asides.labels(utterance.value)


class _Records(Collector):
    """Reads how things stand at every scrape. Where that cannot be, only `interviewer_records_up` is told, as 0."""

    def __init__(self, read: Callable[[], Load | None], now: Callable[[], datetime]) -> None:
        self._read, self._now = read, now

    def describe(self) -> Iterable[Metric]:
        """The names, without reading anything."""
        return [_up(0.0), *_families()]

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        load = self._read()
        yield _up(0.0 if load is None else 1.0)
        if load is not None:
            yield from self._tell(load)

    def _tell(self, load: Load) -> Iterator[Metric]:
        depth, age, active, down, budgets = _families()
        counts = {(each.examiner, each.state): each.count for each in load.queued}
        for examiner in ExaminerName:
            for state in STATES:
                depth.add_metric([examiner.value, state], counts.get((examiner.value, state), 0))
            oldest = min((each.oldest for each in load.queued if each.examiner == examiner.value), default=None)
            age.add_metric([examiner.value], max(0.0, (self._now() - oldest).total_seconds()) if oldest else 0.0)
        active.add_metric([], load.active)
        down.add_metric([], 1.0 if load.trouble else 0.0)
        for name, share in sorted(load.budgets.items()):
            budgets.add_metric([name], share)
        yield from (depth, age, active, down, budgets)


def _up(value: float) -> Metric:
    return GaugeMetricFamily("interviewer_records_up", "Whether the records could be read for this scrape.", value=value)


def _families() -> tuple[GaugeMetricFamily, ...]:
    return (
        GaugeMetricFamily("interviewer_queue_depth", "Answers that wait for a grade, of all replicas.", labels=("examiner", "state")),
        GaugeMetricFamily("interviewer_queue_oldest_age_seconds", "How long the oldest of them has waited.", labels=("examiner",)),
        GaugeMetricFamily(
            "interviewer_active_interviews", "Interviews that are not finished and were asked something within the last hour."
        ),
        GaugeMetricFamily("interviewer_model_down", "1 if, by the records, the model has failed since it gave its last grade."),
        GaugeMetricFamily(
            "interviewer_budget_used_ratio",
            "The largest share of a limit that is taken: by a person today (day_…), by an active interview (interview_…).",
            labels=("budget",),
        ),
    )
