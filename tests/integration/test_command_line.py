"""The command line, as a process, from a folder that is not the checkout."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.cli import build_parser
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from tests.conftest import ROOT
from tests.integration.test_bank import FULL


def run(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INTERVIEWER_DATA": str(folder / "data"), "PYTHONIOENCODING": "utf-8", **settings}
    return subprocess.run(
        [sys.executable, "-c", "from interviewer.cli import run; run()", *arguments], cwd=folder, env=environment, input=stdin,
        capture_output=True, text=True, timeout=120, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture
def good_answer(tmp_path: Path) -> Path:
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    path = tmp_path / "answer.txt"
    path.write_text(bank.find("3").reference.zh, encoding="utf-8")
    return path


def test_the_reference_is_graded_excellent(tmp_path: Path, good_answer: Path) -> None:
    done = run(tmp_path, "grade", "3", "--answer-file", str(good_answer), "--json")
    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["kind"], outcome["question"]) == (0, "grade", "data-pipeline")
    assert outcome["score"] >= 90


def test_an_answer_comes_from_standard_input_too(tmp_path: Path) -> None:
    done = run(tmp_path, "grade", "gan-basics", "--lang", "en", "--answer-file", "-", stdin="GANs can generate images.")
    assert done.returncode == 0
    assert " / 100" in done.stdout


def test_what_is_no_answer_gets_a_reply_and_no_score(tmp_path: Path) -> None:
    done = run(tmp_path, "grade", "gan-basics", "--lang", "en", "--answer-file", "-", "--json", stdin="I don't know")
    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["utterance"], outcome["score"]) == (0, "unknown", None)
    assert outcome["reply"]


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [(b"\xff\xfe", "save it as UTF-8"), (b" \n", "there is no answer in it"), (b"a" * 20_001, "at most 20000 characters")],
)
def test_what_is_no_answer_is_refused_also_on_standard_input(tmp_path: Path, answer: bytes, remedy: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from interviewer.cli import run; run()", "grade", "1", "--answer-file", "-"],
        env={**os.environ, "INTERVIEWER_DATA": str(tmp_path)}, input=answer, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert remedy in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_chinese_is_written_where_the_local_code_page_has_none(tmp_path: Path) -> None:
    done = run(tmp_path, "grade", "gan-basics", "--answer-file", "-", stdin="GAN 可以生成图片。", PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, "")
    assert "缺失" in done.stdout


def test_a_reader_who_has_read_enough_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-c", "from interviewer.cli import run; run()", "bank", "check"], env={**os.environ, "INTERVIEWER_DATA": str(tmp_path)}, stdout=nobody,
            stderr=subprocess.PIPE, timeout=120, check=False,
        )  # fmt: skip
    assert done.stderr == b""


def test_a_port_that_is_taken_is_told_before_anything_is_promised(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(tmp_path, "serve", HOST="127.0.0.1", PORT=str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "(Address already in use) → stop what uses it, or set PORT to another" in done.stderr


def test_a_server_does_not_start_without_the_examiner_that_it_is_told_to_use(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", INTERVIEWER_EXAMINER="llm")
    assert (done.returncode, done.stdout) == (1, "")
    assert "set INTERVIEWER_MODEL" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("grade", "99", "--answer-file", "-"), "use a number or one of: gan-basics"),
        (("grade", "1", "--answer-file", "no-such-file"), "name a readable text file"),
        (("grade", "1", "--answer-file", "-", "--examiner", "llm"), "set INTERVIEWER_MODEL"),
        (("export", "no-such-interview"), "give the id from the page's address"),
        (("grade", "1", "--answer-file", os.devnull), "there is no answer in it"),
    ],
)
def test_a_mistake_is_told_with_its_remedy_and_no_traceback(tmp_path: Path, arguments: tuple[str, ...], remedy: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 1
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


def test_a_network_address_is_refused_without_accounts(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", HOST="0.0.0.0")
    assert done.returncode == 1
    assert "interviewer user add NAME --role admin" in done.stderr


def test_a_network_address_needs_a_name_once_somebody_is_invited(tmp_path: Path) -> None:
    assert run(tmp_path, "user", "add", "Ann", "--role", "admin").returncode == 0
    done = run(tmp_path, "serve", HOST="0.0.0.0")
    assert done.returncode == 1
    assert "INTERVIEWER_HOSTS" in done.stderr


def test_bank_check_is_happy_with_ours_and_names_the_line_of_a_bad_file(tmp_path: Path) -> None:
    assert run(tmp_path, "bank", "check").returncode == 0
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "q.yaml").write_text("id: q\nversion: 1\nsurprise: 1\n", encoding="utf-8")
    done = run(tmp_path, "bank", "check", str(folder))
    assert done.returncode == 1
    assert "q.yaml:3:" in done.stdout


def test_bank_check_warns_of_points_without_a_core_and_is_content(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "q.yaml").write_text(FULL, encoding="utf-8")
    done = run(tmp_path, "bank", "check", str(folder))
    assert done.returncode == 0
    assert "no core at 'choice' → write core:" in done.stdout


def test_the_readme_quotes_the_help() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = text.split("<!-- help -->")[1].split("<!-- /help -->")[0].strip()
    assert quoted == quoted_help()


def quoted_help() -> str:
    """The help as the README has it; `python -m tests.integration.test_command_line` prints it."""
    parser = build_parser()
    commands = next(action for action in parser._actions if action.dest == "run" or (hasattr(action, "choices") and action.choices))
    lines = [f"interviewer {name:<8} {action.help}" for name, action in zip(commands.choices, commands._choices_actions, strict=True)]  # type: ignore[arg-type,union-attr,attr-defined]
    return "```text\n" + "\n".join(lines) + "\n```"


if __name__ == "__main__":
    print(quoted_help())
