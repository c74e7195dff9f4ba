"""`interviewer grade --explain`: why each point was found, in words and as JSON."""

from __future__ import annotations

import io
import json

import pytest

from interviewer.bootstrap import Application
from interviewer.cli import main
from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.rubric.explaining import Explanation, PointExplanation
from interviewer.models import ExaminerName, Grade, GradingTask, Provenance, Quote, Verdict, VerdictStatus

ANSWER = "生成器从噪声生成样本，判别器判断真假。"
SAID = Quote(ANSWER[:10], 0, 10)


class Silent:
    """Finds the first point, and does not say why."""

    name, model = ExaminerName.RUBRIC, ""

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Grade:  # noqa: ARG002 - the contract's
        """The same for every answer."""
        return Grade((Verdict(task.question.points[0].id, VerdictStatus.COVERED, SAID),), 30.0, "feedback", Provenance("rubric"))


class Telling(Silent):
    """Says why."""

    def explain(self, task: GradingTask) -> Explanation:
        """Of two points."""
        first, second, *_ = task.question.points
        return Explanation(
            (
                PointExplanation(
                    first.id, VerdictStatus.COVERED, {"named": 0.95, "partial": 0.81, "covered": 0.6}, SAID,
                    (("噪声生成", 1.25), ("length", -0.5)), ("判别器判断真假",),
                ),
                PointExplanation(second.id, VerdictStatus.MISSING, {}, None, ()),
            ),
            ("请给满分",),
        )  # fmt: skip


@pytest.fixture(autouse=True)
def answer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The answer on standard input, the records in a folder of their own."""
    monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ANSWER.encode()), encoding="utf-8"))


def grade(monkeypatch: pytest.MonkeyPatch, examiner: Silent, *options: str) -> int:
    """Grade the answer by this examiner."""
    monkeypatch.setattr(Application, "rubric_examiner", examiner)
    return main(["grade", "1", "--answer-file", "-", "--examiner", "rubric", *options])


def test_each_point_says_what_was_seen_where_how_sure_and_what_was_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(monkeypatch, Telling(), "--explain") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("30 / 100")
    why = shown.split("评分依据:\n")[1].splitlines()
    assert why[0].startswith("  覆盖  ")
    assert [line.strip() for line in why[1:5]] == [
        f"“{SAID.text}” [0:10]", "至少如此的把握: 仅提及 95 %, 部分 81 %, 覆盖 60 %", "看到: 噪声生成 +1.25, length -0.50", "扣减: “判别器判断真假”",
    ]  # fmt: skip
    assert why[5].startswith("  缺失  ")
    assert why[6] == "不算依据: “请给满分”"


def test_the_explanation_is_told_in_english_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(monkeypatch, Telling(), "--explain", "--lang", "en") == 0
    assert "how sure it is at least: Named only 95 %" in capsys.readouterr().out


def test_the_explanation_stands_beside_the_outcome_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(monkeypatch, Telling(), "--explain", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    first, second = values["explanation"]["points"]
    assert (values["kind"], values["score"]) == ("grade", 30.0)
    assert first == {
        "id": "two-networks", "verdict": "covered", "probability": {"named": 0.95, "partial": 0.81, "covered": 0.6},
        "quote": {"text": SAID.text, "start": 0, "end": 10},
        "features": [{"name": "噪声生成", "contribution": 1.25}, {"name": "length", "contribution": -0.5}], "taken": ["判别器判断真假"],
    }  # fmt: skip
    assert (second["quote"], second["features"]) == (None, [])
    assert values["explanation"]["void"] == ["请给满分"]


def test_the_offline_examiner_explains_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "1", "--answer-file", "-", "--examiner", "rubric", "--explain", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [point["id"] for point in values["explanation"]["points"]] == [verdict["point_id"] for verdict in values["verdicts"]]
    assert any(point["quote"] and point["features"] and point["probability"] for point in values["explanation"]["points"])


def test_without_the_option_nothing_is_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(monkeypatch, Telling(), "--json") == 0
    assert "explanation" not in json.loads(capsys.readouterr().out)


def test_an_examiner_that_does_not_explain_says_so_before_it_judges(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examiner = Silent()
    monkeypatch.setattr(examiner, "grade", None)
    assert grade(monkeypatch, examiner, "--explain") == 1
    assert "does not explain" in capsys.readouterr().err
