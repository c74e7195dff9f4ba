"""The real application as a process of its own, to be opened, killed and started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests import migrated

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 60.0
PORTS = (10_000, 32_000)


def free_port() -> int:
    """A port on loopback that nobody uses at the moment.

    Below those that systems give to connections: a server that is killed finds its port free when it is started again. At random,
    so that tests which run at the same time choose different ones.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(*PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Served:
    """`python app.py` on a folder of data; a context manager. `kill` is a kill -9, `start` starts it again on the same port."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self._data, self._settings = data, settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)

    def start(self, **settings: str) -> None:
        """Start the server and wait until it answers."""
        self._settings |= settings
        self._data.mkdir(parents=True, exist_ok=True)
        migrated.seed(self._data / "data")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py")], cwd=self._data, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )
        self._await_answer()

    def await_index(self) -> None:
        """Wait until the server's index is built."""
        give_up = time.monotonic() + LONGEST_START
        while time.monotonic() < give_up:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as reply:
                if json.load(reply)["index"] == "ok":
                    return
            time.sleep(0.1)  # as below
        raise AssertionError("the index was not built")

    @property
    def alive(self) -> bool:
        """Whether it was started and not ended."""
        return self._process is not None

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server and wait until it is gone."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("INTERVIEWER_", "OPENAI_"))}
        return {**kept, "HOST": "127.0.0.1", "PORT": str(self.port), "INTERVIEWER_DATA": str(self._data / "data"), **self._settings}

    def _await_answer(self) -> None:
        assert self._process is not None
        give_up = time.monotonic() + LONGEST_START
        while time.monotonic() < give_up:
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)  # there is no event to wait for in another process
        raise AssertionError(f"the server did not answer in {LONGEST_START} s: {self.log.read_text()[-2000:]}")
