"""Files are read in a process of their own: what comes back, what is refused and how, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import interviewer
from interviewer.drafting import extract as extracting
from interviewer.drafting import reading, reading_process
from interviewer.drafting.document import Document
from interviewer.drafting.extract import extract, read_text
from interviewer.drafting.formats.html import read_page
from interviewer.drafting.refusals import refusal
from interviewer.drafting.unreadable import Why
from interviewer.errors import DraftError

PAGE = "<html><body><h1>题</h1><ol><li>什么是 <b>MVCC</b>？</ol><table><tr><th>Q<th>A<tr><td>x?<td>y</table><p hidden>no</p></body></html>"


def refused(data: bytes) -> str:
    with pytest.raises(DraftError) as error:
        extract(data)
    assert error.value.words.zh != error.value.words.en
    return error.value.why


def children() -> set[str]:
    """The processes that this one has started and not waited for."""
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def worker(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have another program in place of the reader."""
    monkeypatch.setattr(extracting, "_COMMAND", (sys.executable, "-c", code))


def test_what_comes_back_is_what_the_reader_made() -> None:
    assert extract(PAGE.encode(), name="any.bin") == read_page(PAGE)
    assert read_text(PAGE) == read_page(PAGE)


def test_pasted_text_is_text_whatever_it_begins_with() -> None:
    assert read_text("PK\x03\x04 是什么？").text == "PK 是什么？"
    assert read_text("前\ud83d后").text == "前?后"


def test_an_empty_file_a_large_one_and_an_unknown_one_are_refused_with_a_remedy() -> None:
    assert refused(b"") == Why.EMPTY
    assert refused(b" \n\xef\xbb\xbf\n") == Why.EMPTY
    assert refused(b"x" * (extracting.MOST_BYTES + 1)) == Why.LARGE
    assert refused(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + bytes(500)) == Why.UNKNOWN
    assert refused(b"long " * 500_000) == Why.LONG
    assert refused(b"<p hidden>x</p>") == Why.HIDDEN


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for why in Why:
        words = refusal(why, 300)
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
        assert "{" not in words.zh + words.en


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os.kill(os.getpid(), 24)", Why.HANG),
        ("import os; os.kill(os.getpid(), 9)", Why.MEMORY),
        ("import os; os.kill(os.getpid(), 11)", Why.CRASH),
        ("print('{\"text\": 1}')", Why.CRASH),
        ('print(\'{"text":"a","blocks":[["item",[0,9],0,"",[],"",0,0]],"format":"","title":"","hidden":[]}\')', Why.CRASH),
        ("import sys; sys.stdin.buffer.read(); sys.stdout.write('x' * 10_000_000)", Why.MEMORY),
    ],
)
def test_a_reader_that_dies_or_talks_nonsense_is_told_by_its_end(code: str, why: Why, monkeypatch: pytest.MonkeyPatch) -> None:
    worker(code, monkeypatch)
    monkeypatch.setattr(extracting, "_MOST_REPLY", 1_000_000)
    assert refused(b"x" * 1_000_000) == why


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    worker("import time; time.sleep(60)", monkeypatch)
    monkeypatch.setattr(extracting, "PATIENCE", 0.3)
    before = children()
    assert refused(b"x" * 1_000_000) == Why.HANG
    assert children() == before


def test_at_most_two_files_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracting, "PATIENCE", 0.1)
    with extracting._TURNS, extracting._TURNS:
        assert refused(b"x") == Why.BUSY


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "open('left', 'w')",
        "open('left', 'ab')",
        "import os; os.open('left', os.O_CREAT)",
        "import os; os.remove('there')",
        "bytearray(600 * 1024 * 1024)",
    ],
)
def test_a_reader_opens_no_connection_starts_nothing_writes_nothing_and_has_its_memory(act: str, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    code = f"from interviewer.drafting.reading_process import limit\nlimit()\ntry:\n  {act}\nexcept (PermissionError, MemoryError): print('no')"
    environment = os.environ | {"PYTHONPATH": str(Path(interviewer.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "no\n"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_reader_knows_nothing_of_the_program_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    seen = (
        "import sys, os, json; from interviewer.drafting import reading_process; sys.stdin.buffer.read(); "
        "words = ' '.join([*os.environ, *(name for name in sys.modules if name.startswith('interviewer'))]); "
        "print(json.dumps(dict(text=words, blocks=[], format='', title='', hidden=[])))"
    )
    worker(seen, monkeypatch)
    words = read_text("x").text.split()
    assert "OPENAI_API_KEY" not in words
    rooms = {name.split(".")[1] for name in words if name.startswith("interviewer.")}
    assert rooms == {"drafting", "text"}


def test_a_reader_is_told_that_its_time_is_over_before_it_is_killed() -> None:
    code = "import resource; from interviewer.drafting import reading_process; reading_process.limit(); print(*resource.getrlimit(resource.RLIMIT_CPU))"
    environment = os.environ | {"PYTHONPATH": str(Path(interviewer.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    soft, hard = map(int, done.stdout.split())
    assert reading_process.CPU_SECONDS == soft < hard


def test_a_reader_without_memory_still_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        monkeypatch.setattr(reading_process, "_refuse", exhausted)
        raise MemoryError

    monkeypatch.setattr(reading_process, "read_file", exhausted)
    assert json.loads(reading_process.answer(b'{"name": "", "pasted": false}\nx')) == {"why": "memory", "count": 0}


def test_hidden_text_is_reported_up_to_a_bound() -> None:
    hidden = extract(("<p>seen</p>" + f"<p hidden>{'x' * 150}</p>" * 300).encode()).hidden
    assert len(hidden) < 200
    assert sum(len(each.text) for each in hidden) == reading.MOST_HIDDEN


def test_an_empty_document_is_packed_and_unpacked() -> None:
    assert extracting.unpack({"text": "", "blocks": [], "format": "text", "title": "", "hidden": []}) == Document("", (), "text")
