"""What `interviewer doctor` finds, and what it advises."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from interviewer.config import Settings
from interviewer.doctor import Check, State, diagnose, print_checks
from interviewer.models import LANGS
from tests.endpoint import Reply, ScriptedEndpoint, broken, refused_url, rejects, says


def settings(folder: Path, **more: object) -> Settings:
    quick = {"INTERVIEWER_DATA": folder, "INTERVIEWER_TIMEOUT": 5, "INTERVIEWER_DEADLINE": 10, "INTERVIEWER_ATTEMPTS": 1}
    return Settings.model_validate({**quick, **more})


def found(checks: tuple[Check, ...], name: str) -> Check:
    return next(check for check in checks if check.name.en == name)


def test_without_a_model_the_offline_examiner_is_named_and_nothing_is_wrong(tmp_path: Path) -> None:
    checks = diagnose(settings(tmp_path))

    assert "offline" in found(checks, "Examiner").found.en
    assert found(checks, "Data folder").state is State.GOOD
    assert found(checks, "Vector index").state is State.NOTE
    assert all(check.name.en != "Model endpoint" for check in checks)


@pytest.mark.parametrize("part", [{"INTERVIEWER_MODEL": "x"}, {"OPENAI_API_KEY": "sk"}, {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}])
def test_half_a_model_is_told_with_what_is_missing(part: dict[str, object], tmp_path: Path) -> None:
    check = found(diagnose(settings(tmp_path, **part)), "Examiner")

    assert (check.state, "only in part" in check.found.en) == (State.NOTE, True)
    assert check.remedy is not None
    assert "INTERVIEWER_MODEL" in check.remedy.en


def test_a_working_endpoint_is_reported_with_its_kind_of_output_and_speed(tmp_path: Path) -> None:
    with ScriptedEndpoint(then=rejects("json_schema")) as server:
        checks = diagnose(settings(tmp_path, OPENAI_BASE_URL=server.base_url, INTERVIEWER_MODEL="scripted"))

    assert found(checks, "Model endpoint").state is State.GOOD
    assert found(checks, "Structured output").found.en == "function_calling"
    assert "first text after" in found(checks, "Speed").found.en
    assert "scripted" in found(checks, "Examiner").found.en


@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        (broken(401, message="sk-real is wrong"), "OPENAI_API_KEY"),
        (broken(404, code="model_not_found"), "INTERVIEWER_MODEL"),
        (broken(429, code="insufficient_quota"), "quota"),
        (says("no JSON"), "format"),
    ],
)
def test_a_failing_endpoint_is_bad_with_a_remedy_in_both_languages_and_without_the_key(reply: Reply, advice: str, tmp_path: Path) -> None:
    with ScriptedEndpoint(then=lambda _request: reply) as server:
        address = server.base_url.replace("://", "://user:password@")
        checks = diagnose(settings(tmp_path, OPENAI_BASE_URL=address, OPENAI_API_KEY="sk-real", INTERVIEWER_MODEL="scripted"))
    check = found(checks, "Model endpoint")

    assert check.state is State.BAD
    assert check.remedy is not None
    assert advice in check.remedy.en
    assert all(check.remedy[lang] for lang in LANGS)
    assert not any(secret in f"{each}" for each in checks for secret in ("sk-real", "password"))


def test_nobody_listening_is_told_in_plain_words(tmp_path: Path) -> None:
    checks = diagnose(settings(tmp_path, OPENAI_BASE_URL=refused_url(), INTERVIEWER_MODEL="scripted"))
    out = io.StringIO()

    assert print_checks(checks, "en", out) == 1
    assert "✗ Model endpoint" in out.getvalue()
    assert "→ The model endpoint cannot be reached" in out.getvalue()


def test_a_folder_that_cannot_be_written_and_a_model_that_is_missing_are_bad(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    checks = diagnose(settings(tmp_path / "file" / "below", INTERVIEWER_EXAMINER="llm"))

    assert found(checks, "Data folder").state is State.BAD
    assert found(checks, "Examiner").state is State.BAD
    assert print_checks(checks, "zh", io.StringIO()) == 1
