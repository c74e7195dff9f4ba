"""The figures as a real Prometheus reads them, and the files for it and for Grafana: valid, and about figures that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric

from interviewer.models import Reason
from interviewer.observability.load import Load, Trouble
from interviewer.observability.metrics import Metrics
from tests.conftest import ON_CI, ROOT
from tests.examples import START
from tests.prometheus import NoPrometheus, ask, await_answer, program, promtool, run_prometheus
from tests.serving import Served

DOCS = ROOT / "docs"
RULES = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = {f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]}
ALERTS = {rule["alert"]: rule["expr"] for rule in RULES}
EVERY = {**QUERIES, **ALERTS}
TOKEN = "canary-metrics-token"

_NAME = re.compile(r"\b(?:interviewer|process|python)_\w+|\bup\b")
_LABELS = re.compile(r"\bby \(([^)]*)\)|(\w+)=~?\"")


@pytest.fixture(scope="module")
def installed() -> None:
    try:
        program("prometheus"), program("promtool")
    except NoPrometheus as missing:
        if ON_CI:
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def known() -> tuple[set[str], dict[str, set[str]]]:
    """The names of all samples that there can be, and the labels of each."""
    trouble = Trouble(START, START, Reason.TIMEOUT)
    metrics = Metrics(lambda: Load((), 1, trouble, {"day_tokens": 0.5}), lambda: START, version="1")
    metrics.hear_request("GET", "/", 200, 0.1)
    labels: dict[str, set[str]] = {}
    families: Iterator[Metric] = metrics.registry.collect()
    for family in families:
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    labels["up"] = set()
    return set(labels), labels


# ---------------------------------------------------------------- the files


def test_there_are_queries_and_rules_to_check() -> None:
    assert len(QUERIES) >= 15
    assert {"GradesWait", "ModelFails", "BudgetNearlySpent"} <= ALERTS.keys()
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("place", EVERY)
def test_every_query_is_about_figures_and_labels_that_exist(place: str) -> None:
    names, labels = known()
    asked = set(_NAME.findall(EVERY[place]))
    assert asked
    assert asked <= names
    used = {name.strip() for group, single in _LABELS.findall(EVERY[place]) for name in (group or single).split(",")}
    assert used <= set().union(*(labels[name] for name in asked)) | {"job", "instance"}


def test_the_page_on_watching_lists_every_figure_and_its_labels() -> None:
    rows = re.findall(r"^\| `(interviewer_\w+)` \*? *\| ([\w, ]*) *\|", (DOCS / "watching.md").read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: {label.strip() for label in labels.split(",") if label.strip()} for name, labels in rows}
    found = {
        re.sub("_(bucket|sum|count)$", "", name): used - {"le"} for name, used in known()[1].items() if name.startswith("interviewer_")
    }
    assert told == found


def test_the_dashboard_shows_every_figure_of_ours() -> None:
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in known()[0] if name.startswith("interviewer_")} - {"interviewer_build_info"}
    shown = {re.sub("_(bucket|sum|count)$", "", name) for query in QUERIES.values() for name in _NAME.findall(query)}
    assert ours <= shown


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("place", QUERIES)
def test_every_query_of_the_dashboard_is_one_for_prometheus(tmp_path: Path, place: str) -> None:
    rules = {"groups": [{"name": "dashboard", "rules": [{"record": "a:query", "expr": QUERIES[place]}]}]}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    status, told = promtool("check", "rules", tmp_path / "rules.yml")
    assert status == 0, told


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("what", "file"), [("rules", "alerts.yml"), ("config", "prometheus.yml")])
def test_the_shipped_files_are_valid(what: str, file: str) -> None:
    status, told = promtool("check", what, DOCS / file)
    assert status == 0, told


GOOD = {
    'interviewer_queue_oldest_age_seconds{examiner="llm",instance="a"}': "5+0x20",
    'interviewer_model_down{instance="a"}': "0+0x20",
    'interviewer_model_attempts_total{outcome="ok",instance="a"}': "0+10x20",
    'interviewer_model_attempts_total{outcome="failed",instance="a"}': "0+1x20",
    'interviewer_budget_used_ratio{budget="day_tokens",instance="a"}': "0.7+0x20",
    'interviewer_records_up{instance="a"}': "1+0x20",
    'up{job="interviewer",instance="a"}': "1+0x20",
}  # fmt: skip
BAD = {
    "GradesWait": {'interviewer_queue_oldest_age_seconds{examiner="llm",instance="a"}': "60+60x20"},
    "ModelFails": {'interviewer_model_down{instance="a"}': "1+0x20"},
    "ModelFails by its attempts": {'interviewer_model_attempts_total{outcome="failed",instance="a"}': "0+20x20"},
    "BudgetNearlySpent": {'interviewer_budget_used_ratio{budget="day_tokens",instance="a"}': "0.85+0x20"},
    "RecordsUnreachable": {'interviewer_records_up{instance="a"}': "0+0x20"},
    "InterviewerDown": {'up{job="interviewer",instance="a"}': "0+0x20"},
}  # fmt: skip


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("wrong", ["", *BAD])
def test_each_alert_fires_when_it_should_and_only_then(tmp_path: Path, wrong: str) -> None:
    """promtool plays ten minutes of figures; an alert that fires though none is expected fails as well."""
    series = [{"series": name, "values": values} for name, values in {**GOOD, **BAD.get(wrong, {})}.items()]
    fires = wrong.split(" ")[0]
    checks = [
        {"expr": f'count(ALERTS{{alertstate="firing", alertname="{name}"}}) or vector(0)', "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": int(name == fires)}]}
        for name in ALERTS
    ]  # fmt: skip
    played = {
        "rule_files": [str(DOCS / "alerts.yml")], "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": checks}],
    }  # fmt: skip
    (tmp_path / "test.yml").write_text(yaml.safe_dump(played), encoding="utf-8")
    status, told = promtool("test", "rules", tmp_path / "test.yml")
    assert status == 0, told


# ---------------------------------------------------------------- the real thing


def configuration(port: int) -> str:
    """The shipped one, with the address of the test, the token, and a second job that has no token."""
    shipped: dict[str, Any] = yaml.safe_load((DOCS / "prometheus.yml").read_text(encoding="utf-8"))
    [job] = shipped["scrape_configs"]
    job["static_configs"][0]["targets"] = [f"127.0.0.1:{port}"]
    shipped["global"]["scrape_interval"] = "1s"
    shipped["rule_files"] = [str(DOCS / "alerts.yml")]
    shipped["scrape_configs"] = [{**job, "authorization": {"credentials": TOKEN}}, {**job, "job_name": "without"}]
    return yaml.safe_dump(shipped)


@pytest.mark.usefixtures("installed")
def test_a_real_prometheus_scrapes_the_running_server(tmp_path: Path) -> None:
    with (
        Served(tmp_path / "server", INTERVIEWER_METRICS_TOKEN=TOKEN) as server,
        run_prometheus(tmp_path, configuration(server.port)) as api,
    ):

        def targets() -> dict[str, tuple[str, str]]:
            active = ask(api, "targets")["activeTargets"]
            return {each["labels"]["job"]: (each["health"], each["lastError"]) for each in active if each["health"] != "unknown"}

        found = await_answer(lambda: told if len(told := targets()) == 2 else None, "scrape both targets")
        assert found["interviewer"] == ("up", "")
        assert found["without"][0] == "down"
        assert "401" in found["without"][1]

        def value(query: str) -> float | None:
            result = ask(api, "query", query=query)["result"]
            return float(result[0]["value"][1]) if result else None

        assert await_answer(lambda: value("interviewer_records_up"), "read a figure") == 1
        assert value('interviewer_queue_depth{examiner="llm",state="due"}') == 0
        assert await_answer(lambda: value('interviewer_http_requests_total{route="/healthz",status="200"}'), "count a request")
        assert {rule["name"] for rule in ask(api, "rules")["groups"][0]["rules"]} == set(ALERTS)
    assert TOKEN not in server.log.read_text(encoding="utf-8")
