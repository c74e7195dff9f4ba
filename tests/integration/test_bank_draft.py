"""`interviewer bank draft`: from a file to a summary and to question files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from interviewer.cli import main
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from tests.conftest import ROOT
from tests.draft_replies import ANSWER, ASKING, POINTS
from tests.endpoint import Reply, Request, ScriptedEndpoint, broken, says

PAGE = """\
# Redis 面试题

## 1. 什么是缓存穿透？

查询不存在的数据，请求直接打到数据库。用布隆过滤器拦截，空值也缓存。

## 2. 什么是缓存雪崩？

## 3. What is cache penetration?

## 4. 请设计一个高性能API，用于提供实时生成式AI模型的推理服务，包括使用的缓存策略、负载均衡和并发处理机制。
"""


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERVIEWER_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "INTERVIEWER_QUESTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_file_becomes_a_summary_and_question_files(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "draft", str(page), "--out", "out", "--licence", "CC0", "--date", "2024-05-01"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("markdown: 4 questions found")
    assert "  1. 什么是缓存穿透？  [" in said
    assert "missing: reference.zh" in said
    assert "1. 什么是缓存穿透？  ~  3. What is cache penetration?" in said
    assert "~  inference-api of the bank" in said
    assert "雪崩？  ~" not in said
    assert "no licence" not in said
    assert "written: 4 files" in said
    assert not (tmp_path / "data").exists()
    bank = load_bank([tmp_path / "out"], knowledge=knowledge_folder())
    (ready,) = bank.questions
    assert ready.prompt.zh == "什么是缓存穿透？"
    assert ready.source
    assert (ready.source.title, ready.source.licence, ready.source.date) == ("Redis 面试题", "CC0", "2024-05-01")
    assert {Path(problem.file).name[:3] for problem in bank.problems} == {"002", "003", "004"}
    assert main(["bank", "check", "out"]) == 1
    capsys.readouterr()
    assert main(["bank", "draft", str(page), "--out", "out"]) == 1
    assert "not empty" in capsys.readouterr().err


def test_standard_input_is_read_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin = io.TextIOWrapper(io.BytesIO("1. 什么是锁？\n2. 什么是队列？\n".encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["bank", "draft", "-"]) == 0
    said = capsys.readouterr().out
    assert "2 questions found" in said
    assert "no licence is told" in said


def test_a_text_without_questions_is_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "story.txt").write_text("昨天下雨，我在家读书。", encoding="utf-8")
    assert main(["bank", "draft", "story.txt", "--out", "out"]) == 1
    assert capsys.readouterr().out == "text: no questions found\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "remedy"),
    [
        ("https://example.org/a", "save the page as a file"), ("www.example.org", "save the page as a file"), ("HTTP://a", "nothing is fetched"),
        ("nowhere.md", "name a readable file"), (".", "name a readable file"), ("empty.md", "paste the text"), ("scan.bin", "is not known"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_remedy(file: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "scan.bin").write_bytes(bytes(range(256)) * 8)
    assert main(["bank", "draft", file]) == 1
    assert remedy in capsys.readouterr().err


def test_a_day_that_is_none_is_a_misuse(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bank", "draft", str(page), "--date", "yesterday"])
    assert ended.value.code == 2
    assert "2026-01-31" in capsys.readouterr().err


def test_no_text_can_move_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("1. 什么是\x1b[2J锁\u202e？\n2. 什么是队列？\n", encoding="utf-8")
    main(["bank", "draft", "a.txt"])
    said = capsys.readouterr().out
    assert not {"\x1b", "\u202e"} & set(said)


def reply(request: Request) -> Reply:
    properties = request.schema.get("properties", {})
    told = (
        {"questions": []} if "questions" in properties else ANSWER if "lines" in properties else ASKING if "hints" in properties else POINTS
    )
    return says(json.dumps(told, ensure_ascii=False))


def test_with_a_model_set_up_it_is_asked_unless_that_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text(PAGE.partition("## 2.")[0], encoding="utf-8")
    with ScriptedEndpoint(then=reply) as server:
        monkeypatch.setenv("INTERVIEWER_MODEL", "scripted")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        main(["bank", "draft", "a.md", "--offline"])
        assert server.requests == []
        assert "model:" not in capsys.readouterr().out
        assert main(["bank", "draft", "a.md", "--out", "out"]) == 0
        said = capsys.readouterr().out
        assert len(server.requests) == 5
        assert "added by the model:" in said
        assert "model: 5 calls" in said
        server.replace(lambda _request: broken(401))
        assert main(["bank", "draft", "a.md"]) == 0
    said = capsys.readouterr().out
    assert "the model did not work on question 1: wrong_key" in said
    assert "1 questions found" in said
    assert "interviewer doctor" in said


ARTICLE = ROOT.parent / "shared" / "article.md"


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not here: ../shared/article.md")
def test_the_article_gives_the_shipped_ten_questions_each_found_in_the_bank(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "draft", str(ARTICLE), "--out", "out"]) == 0
    said = capsys.readouterr().out
    shipped = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder()).questions
    assert said.startswith("markdown: 10 questions found")
    for number, question in enumerate(shipped, start=1):
        assert f"{number:3}. {question.prompt.zh}"[:90] in said
        assert f"~  {question.id} of the bank" in said
    assert said.count("of the bank") == 10
