"""The file of settings, as editors write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.config import load_settings
from interviewer.errors import ConfigError

TEXT = "# 模型\nINTERVIEWER_MODEL=qwen3\nOPENAI_BASE_URL=http://127.0.0.1:11434/v1\nINTERVIEWER_OIDC_NAME=学校\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(here: Path, encoding: str, line: str) -> None:
    (here / ".env").write_bytes(TEXT.removeprefix("# 模型\n").replace("\n", line).encode(encoding))
    settings = load_settings()
    assert (settings.model, settings.openid_name, settings.has_model) == ("qwen3", "学校", True)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_told_with_the_remedy(here: Path, encoding: str) -> None:
    (here / ".env").write_bytes(TEXT.replace("学校", "學校").encode(encoding, "replace"))
    with pytest.raises(ConfigError, match=r"\.env is not UTF-8 text → save it as UTF-8"):
        load_settings()


@pytest.mark.parametrize(
    "line",
    ["INTERVIEWER_MODEL qwen3", "INTERVIEWER_MODEL: qwen3", "OPENAI_API_KEY＝sk-real", "INTERVIEWER_MODEL", 'OPENAI_API_KEY="sk-real'],
)
def test_a_line_that_sets_nothing_is_told_by_its_number_and_never_by_its_words(here: Path, line: str) -> None:
    (here / ".env").write_text(f"# settings\nPORT=1\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\.env: line 4 sets nothing → write NAME=value") as told:
        load_settings()
    assert "sk-real" not in str(told.value)


def test_what_other_programs_write_is_let_by(here: Path) -> None:
    (here / ".env").write_text("export INTERVIEWER_ATTEMPTS=2 # twice\n\nA='b\nc'\nsome.thing-else=\n")
    assert load_settings().attempts == 2


def test_a_folder_of_that_name_is_told(here: Path) -> None:
    (here / ".env").mkdir()
    with pytest.raises(ConfigError, match=r"\.env: .* → make it a file"):
        load_settings()


def test_a_misspelt_name_in_the_file_or_around_is_warned_of_and_changes_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (here / ".env").write_text("INTERVIEWER_WORKER=9\nSOMETHING_ELSE=1\nWORKERS=9\n")
    monkeypatch.setenv("INTERVIEWER_MODLE", "secret")
    assert load_settings().workers != 9
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "INTERVIEWER_MODLE is no setting; did you mean INTERVIEWER_MODEL? → docs/settings.md has all of them",
        "INTERVIEWER_WORKER is no setting; did you mean INTERVIEWER_WORKERS? → docs/settings.md has all of them",
    ]
