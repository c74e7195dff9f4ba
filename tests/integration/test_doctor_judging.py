"""Doctor's look at a model's judgement: a prompt of real size, and ten labelled answers."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import pytest

from interviewer.cli import main
from interviewer.config import Settings
from interviewer.doctor import Check, State, diagnose, print_checks
from interviewer.doctor.judging import LEAST_KAPPA, SAMPLES, read_samples
from interviewer.evaluation.rows import Row
from interviewer.models import LANGS
from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, broken, faithful, point_ids, says


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return read_samples()


def by_label(rows: tuple[Row, ...], *, blind: bool = False) -> Script:
    """A model that finds what the labels say; `blind`: nothing at all."""

    def script(request: Request) -> Reply:
        row = next((each for each in rows if each.answer.strip()[:20] in request.answer), None)
        if row is None or row.labels is None:
            return faithful(request)
        labels = {label.point_id: label for label in row.labels.points}
        points = {
            name: {
                "reason": "",
                "verdict": "missing" if blind else labels[name].verdict.value,
                "quote": "" if blind else labels[name].quote,
            }
            for name in point_ids(request)
        }
        return says(json.dumps({"utterance": "answer", "points": points}, ensure_ascii=False))

    return script


def look(folder: Path, *replies: Reply | Script, then: Script, judge: bool = False) -> tuple[dict[str, Check], int]:
    with ScriptedEndpoint(*replies, then=then) as server:
        values = {"INTERVIEWER_DATA": folder, "INTERVIEWER_TIMEOUT": 5, "INTERVIEWER_DEADLINE": 10, "INTERVIEWER_ATTEMPTS": 1}
        settings = Settings.model_validate({**values, "OPENAI_BASE_URL": server.base_url, "INTERVIEWER_MODEL": "scripted"})
        return {check.name.en: check for check in diagnose(settings, judge=judge)}, len(server.requests)


def test_the_answers_are_ten_of_every_question_language_and_kind(rows: tuple[Row, ...]) -> None:
    assert tuple(row.id for row in rows) == SAMPLES
    assert len({row.question_id for row in rows}) == len(rows) == 10
    assert Counter(row.lang for row in rows) == {"zh": 5, "en": 5}
    assert {row.label for row in rows} == {"excellent", "good", "middling", "weak", "errors", "wrong", "short"}
    assert all(row.labels and row.labels.points and not row.labels.left_out for row in rows)


def test_without_being_asked_one_prompt_of_real_size_is_tried_and_the_rest_offered(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    checks, requests = look(tmp_path, then=by_label(rows))

    size, judges = checks["Prompt of real size"], checks["Judgement"]
    assert (size.state, requests) == (State.GOOD, 2)
    assert "tokens were read" in size.found.en
    assert (judges.state, judges.found.en) == (State.NOTE, "not tried")
    assert judges.remedy is not None
    assert all("interviewer doctor --judge" in judges.remedy[lang] and "10" in judges.remedy[lang] for lang in LANGS)


def test_a_prompt_that_is_cut_is_told_with_the_remedy(tmp_path: Path) -> None:
    cut: Script = lambda request: says(faithful(request).text, counted={"prompt_tokens": 2048, "prompt_tokens_details": None})  # noqa: E731

    for judge in (False, True):
        checks, requests = look(tmp_path, faithful, then=cut, judge=judge)
        size = checks["Prompt of real size"]
        assert (size.state, requests) == (State.BAD, 2)
        assert "2048" in size.found.en
        assert size.remedy is not None
        assert all("num_ctx" in size.remedy[lang] and "INTERVIEWER_CONTEXT" in size.remedy[lang] for lang in LANGS)
    assert checks["Judgement"].state is State.BAD


def test_an_endpoint_that_counts_nothing_is_told_what_cannot_be_told(tmp_path: Path) -> None:
    checks, _ = look(tmp_path, then=lambda request: says(faithful(request).text, usage=False))

    size = checks["Prompt of real size"]
    assert (size.state, "does not say" in size.found.en) == (State.NOTE, True)
    assert size.remedy is not None
    assert "OLLAMA_CONTEXT_LENGTH" in size.remedy.zh


def test_a_model_that_answers_a_few_words_but_no_grade_is_bad(tmp_path: Path) -> None:
    checks, _ = look(tmp_path, faithful, then=lambda _request: says('{"points": {}}'))

    assert checks["Model endpoint"].state is State.GOOD
    assert checks["Prompt of real size"].state is State.BAD
    assert "unparsable" in checks["Prompt of real size"].found.en


def test_a_model_that_finds_what_people_found_agrees_with_them(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    checks, requests = look(tmp_path, then=by_label(rows), judge=True)

    judges = checks["Judgement"]
    assert (judges.state, judges.remedy, requests) == (State.GOOD, None, 11)
    assert "10 of 10 answers graded" in judges.found.en
    kappa = float(judges.found.en.split("κ = ")[1].split()[0])
    assert 0.9 < kappa <= 1
    assert "marks on average" in judges.found.en
    assert print_checks([judges], "zh", io.StringIO()) == 0


def test_a_model_that_finds_nothing_is_warned_of(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    checks, _ = look(tmp_path, then=by_label(rows, blind=True), judge=True)

    judges = checks["Judgement"]
    assert judges.state is State.NOTE
    assert judges.remedy is not None
    assert all(str(LEAST_KAPPA) in judges.remedy[lang] and "0.61" in judges.remedy[lang] for lang in LANGS)


def test_what_is_left_ungraded_is_counted(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    refuses = says("", refusal="No.")
    checks, requests = look(tmp_path, faithful, by_label(rows), refuses, refuses, then=by_label(rows), judge=True)

    judges = checks["Judgement"]
    assert (judges.state, requests) == (State.NOTE, 11)
    assert "8 of 10 answers graded" in judges.found.en
    assert judges.remedy is not None


def test_a_key_that_is_refused_midway_ends_it(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    checks, requests = look(tmp_path, faithful, by_label(rows), broken(401), then=by_label(rows), judge=True)

    assert requests == 3
    assert "1 of 10 answers graded" in checks["Judgement"].found.en


def test_without_a_model_nothing_can_be_judged(tmp_path: Path) -> None:
    checks = {check.name.en: check for check in diagnose(Settings.model_validate({"INTERVIEWER_DATA": tmp_path}), judge=True)}

    assert (checks["Judgement"].state, checks["Judgement"].found.en) == (State.NOTE, "not tried: no model is configured")


def test_how_far_it_is_is_told(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    heard: list[tuple[int, int]] = []
    with ScriptedEndpoint(then=by_label(rows)) as server:
        settings = Settings.model_validate(
            {"INTERVIEWER_DATA": tmp_path, "OPENAI_BASE_URL": server.base_url, "INTERVIEWER_MODEL": "scripted"}
        )
        diagnose(settings, judge=True, tell=lambda done, whole: heard.append((done, whole)))

    assert heard == [(number, 10) for number in range(1, 11)]


def test_the_command_line_has_it_judged_only_if_asked(
    tmp_path: Path, rows: tuple[Row, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ScriptedEndpoint(then=by_label(rows)) as server:
        for name, value in {"INTERVIEWER_DATA": str(tmp_path), "OPENAI_BASE_URL": server.base_url, "INTERVIEWER_MODEL": "scripted"}.items():
            monkeypatch.setenv(name, value)
        assert main(["doctor", "--lang", "en"]) == 0
        assert (len(server.requests), "Judgement: not tried" in capsys.readouterr().out) == (2, True)
        assert main(["doctor", "--lang", "en", "--judge"]) == 0
        assert (len(server.requests), "Judgement: 10 of 10 answers graded" in capsys.readouterr().out) == (13, True)
