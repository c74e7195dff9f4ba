"""A real Prometheus on loopback, with a configuration of the test's. Where CI=true a missing one fails; elsewhere it is skipped by name."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.serving import free_port

LONGEST_WAIT = 60.0


class NoPrometheus(Exception):
    """There is no Prometheus on this machine."""


def program(name: str) -> str:
    """Where `prometheus` or `promtool` is."""
    found = shutil.which(name)
    if found is None:
        raise NoPrometheus(f"needs {name}: apt-get install prometheus")
    return found


def promtool(*arguments: str | Path) -> tuple[int, str]:
    """Status and output of promtool."""
    done = subprocess.run(
        [program("promtool"), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout


@contextmanager
def run_prometheus(folder: Path, configuration: str) -> Iterator[str]:
    """A server with its data below `folder`; yields the address of its API."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    port = free_port()
    command = [
        program("prometheus"), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def ask(api: str, path: str, **query: str) -> Any:
    """The data of an answer of its API."""
    with urllib.request.urlopen(f"{api}/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


def await_answer(look: Callable[[], Any], what: str) -> Any:
    """Ask again and again until there is something: another process has no event to wait for."""
    give_up = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < give_up:
        try:
            if found := look():
                return found
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"Prometheus did not come to {what}")
