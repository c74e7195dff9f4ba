"""Part 6: whole interviews through the page's events, one after the other: does the server hold more and more of anything?

SOAK_MINUTES sets the length. The server is asked between interviews, when no page is open.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.page import Page
from tests.faults.table import Form, Row
from tests.serving import LONGEST_START, ROOT, free_port

INTERVIEWS = 200
"""Of the full form: they are spread over its minutes. The quick one holds as many as it can."""
WARM_UP = 0.3
MOST_GROWTH = 0.10
SPARE = 3
"""Files, threads or tasks that may come and go at any moment."""
TURNS = 10
PAGES = ("", "/en")
WORDS = [
    "生成器",
    "判别器",
    "显存",
    "量化",
    "分片",
    "Kafka",
    "retries",
    "idempotent",
    "cache",
    "监控",
    "回滚",
    "灰度",
    "batch",
    "索引",
    "embedding",
    "权重",
]

Held = dict[str, float]


def run(form: Form, folder: Path) -> Iterator[Row]:
    """One row."""
    if not Path("/proc/self/status").exists():
        from tests.faults.table import Missing

        raise Missing("needs /proc, to see what a process holds")
    chance = form.chance("soak")
    with _Server(folder) as server:
        # What is loaded at the first use of each page, and the index, is no growth.
        server.await_ready()
        for path in PAGES:
            _hold_interview(Page(server.port, path), chance)
        began, seen, done = time.monotonic(), [server.ask()], 0
        length = form.minutes * 60
        while time.monotonic() - began < length:
            _hold_interview(Page(server.port, chance.choice(PAGES)), chance)
            done += 1
            seen.append(server.ask())
            if not form.quick:
                time.sleep(max(0.0, began + length * done / INTERVIEWS - time.monotonic()))  # spread over the time, nothing to wait for
    yield _judge(seen, done, form)


def _hold_interview(page: Page, chance: random.Random) -> None:
    page.begin()
    for _ in range(TURNS):
        page.answer(" ".join(chance.choices(WORDS, k=chance.randrange(5, 120))))
        page.go_on()


def _judge(seen: list[Held], done: int, form: Form) -> Row:
    warm = seen[max(1, int(len(seen) * WARM_UP)) :]
    third = max(1, len(warm) // 3)
    first = {what: statistics.median(each[what] for each in warm[:third]) for what in seen[0]}
    last = {what: statistics.median(each[what] for each in warm[-third:]) for what in seen[0]}
    growth = last["memory"] / first["memory"] - 1
    more = [what for what in ("files", "threads", "tasks") if last[what] > first[what] + SPARE]
    counts = ", ".join(f"{what} {first[what]:.0f} → {last[what]:.0f}" for what in ("files", "threads", "tasks"))
    return Row(
        f"{done} interviews of {TURNS} answers, follow-ups among them, in {form.minutes:g} minutes",
        f"memory after warm-up grows by {MOST_GROWTH:.0%} at most; no growing number of files, threads, tasks",
        f"memory {first['memory']:.0f} → {last['memory']:.0f} MB ({growth:+.1%}); {counts}",
        growth <= MOST_GROWTH and not more and done > 1,
    )


class _Server:
    """The watched application in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder

    def __enter__(self) -> _Server:
        settings = {"HOST": "127.0.0.1", "PORT": str(self.port), "INTERVIEWER_DATA": str(self._folder / "data"), "PYTHONPATH": str(ROOT)}
        self._log = (self._folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.watched_app"],
            cwd=self._folder, env={**os.environ, **settings}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        self._await("healthz")
        return self

    def await_ready(self) -> None:
        """Until the index is loaded, too."""
        self._await("readyz", lambda told: json.loads(told)["index"] == "ok")

    def _await(self, page: str, enough: Callable[[bytes], bool] = lambda _told: True) -> None:
        give_up = time.monotonic() + LONGEST_START
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{page}", timeout=2) as answer:
                    if enough(answer.read()):
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)  # there is no event to wait for in another process
        raise AssertionError((self._folder / "server.log").read_text()[-2000:])

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def ask(self) -> Held:
        """What the process holds at this moment."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("HELD "):
                held: Held = json.loads(line[5:])
                return held
        raise AssertionError("the server ended")
