"""Two thousand broken files: none brings its reader down, holds it up or leaves anything behind.

An interpreter for each would take minutes. So they go one after the other through one reader, which has the limits of the real one, and a
handful goes the whole way.
"""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from reportlab.pdfgen.canvas import Canvas

import interviewer
from interviewer.drafting.extract import extract
from interviewer.drafting.passing import unpack
from interviewer.drafting.unreadable import Why
from interviewer.errors import DraftError
from tests.papers import docx, paragraph, pdf, run, write

FILES = 2_000
PATIENCE = 60.0
"""Seconds that one file may take on a machine that has other things to do; the usual ones take a hundredth."""
READER = """
import sys
from interviewer.drafting import reading_process
reading_process.CPU_SECONDS = 120
reading_process.limit()
while size := sys.stdin.buffer.read(8):
    reply = reading_process.answer(sys.stdin.buffer.read(int(size)))
    sys.stdout.buffer.write(b"%8d" % len(reply) + reply)
    sys.stdout.buffer.flush()
"""
TEXT = "# 面试题\n\n1. **什么是锁？**\n   - 子问题\n\n| 问题 | 答案 |\n|--|--|\n| MVCC？ | 版本 |\n\n<details><summary>Why?</summary>\n\nBecause.\n</details>\n\n```py\n# what?\n```\n"
PAGE = (
    "<!doctype html><html><head><title>x</title><style>.no{display:none}</style></head><body><nav><a href=/>a</a></nav><main><h1>题</h1>"
    "<ol start=3><li>什么是<b>锁</b>？<ul><li>子</ul></ol><table><tr><th>Q<th>A<tr><td rowspan=2>x<td>y</table><pre>code</pre>"
    "<p class=no>no</p><details><summary>s</summary>t</details></main></body></html>"
)
BODY = (
    paragraph("题", style="1")
    + paragraph(run("甲？", "<w:b/>"), number=(1, 0))
    + f"<w:tbl><w:tr><w:tc>{paragraph('x')}</w:tc></w:tr></w:tbl>"
)


def draw(canvas: Canvas) -> None:
    """Two pages with headings, Chinese and English, and a shape."""
    write(canvas, ["1. 什么是锁？", "2. 请说明在高并发的场景下缓存与数据库怎样保持一致"])
    canvas.rect(50, 400, 100, 50, stroke=0, fill=1)
    canvas.showPage()
    canvas.setFont("Helvetica-Bold", 20)
    write(canvas, ["What is a lock?"])


def samples() -> list[bytes]:
    """A whole file of each kind."""
    texts = [TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16"), PAGE.encode(), "Q：什么是锁？\nA：……\n\n二、问\n".encode()]
    return [*texts, docx(BODY), pdf(draw, pageCompression=0), pdf(draw)]


def broken(sample: bytes, other: bytes, random: Random) -> bytes:
    """A sample with one to three things done to it; of an archive, as often to what is packed as to the packing."""
    if sample.startswith(b"PK") and random.random() < 0.6:
        return _broken_inside(sample, random)
    data = bytearray(sample)
    for _ in range(random.randint(1, 3)):
        data = _broken_once(data, other, random)
    return bytes(data)


def _broken_once(data: bytearray, other: bytes, random: Random) -> bytearray:
    at, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    end = min(end, at + 200)
    match random.randrange(7):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:end] + data[at:]
        case 3:
            return data[:at] + bytes(end - at) + data[end:]
        case 4:
            return data[:at] + other[: end - at] + data[at:]
        case 5:
            return bytearray(byte if random.random() > 0.02 or not 48 <= byte < 58 else random.choice(b"0123456789-") for byte in data)
        case _:
            for _ in range(random.randint(1, 12) if data else 0):
                data[random.randrange(len(data))] = random.randrange(256)
            return data


def _broken_inside(sample: bytes, random: Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample)) as before, zipfile.ZipFile(file, "w") as after:
        chosen = random.choice(before.namelist())
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, bytes(_broken_once(bytearray(part), part, random)) if name == chosen else part)
    return file.getvalue()


@contextmanager
def reader(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A reader that reads one file after the other."""
    environment = {"PYTHONPATH": str(Path(interviewer.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-c", READER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environment, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[bytes], data: bytes) -> bytes:
    """The reader's reply; fails if there is none in time."""
    assert process.stdin
    assert process.stdout
    request = b'{"name": "", "pasted": false}\n' + data
    process.stdin.write(b"%8d" % len(request) + request)
    reply = b""
    size = 8
    while len(reply) < size:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        more = os.read(process.stdout.fileno(), 1_000_000) if ready else b""
        assert more, "it hangs" if not ready else f"it ended: {process.wait()}"
        reply += more
        size = 8 + int(reply[:8]) if len(reply) >= 8 else 8
    return reply[8:]


def test_no_broken_file_brings_its_reader_down_or_holds_it_up(tmp_path: Path) -> None:
    random, whole = Random(15), samples()
    outcomes: Counter[str] = Counter()
    with reader(tmp_path) as process:
        for number in range(FILES):
            data = broken(whole[number % len(whole)], random.choice(whole), random)
            packed = json.loads(ask(process, data))
            outcomes[Why(packed["why"]) if "why" in packed else unpack(packed).format] += 1
    assert not outcomes.keys() & {Why.MEMORY, Why.HANG, Why.CRASH}
    # They are broken enough to be refused, and whole enough to be read.
    assert outcomes[Why.DAMAGED] > FILES // 50
    assert min(outcomes[kind] for kind in ("pdf", "docx", "html", "markdown", "text")) > FILES // 100
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", range(8))
def test_the_whole_way_ends_with_a_document_or_a_sentence(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    random, whole, before = Random(number), samples(), children()
    # Anything but a sentence would fail here.
    with suppress(DraftError):
        extract(broken(whole[number], whole[-1], random))
    assert children() <= before
    assert not list(tmp_path.iterdir())


def children() -> set[str]:
    """The processes that this one has started and that have not ended, such as the tests' PostgreSQL."""
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
