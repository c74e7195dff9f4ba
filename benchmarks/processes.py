"""Other processes and the wire: servers to start and watch, their memory, and a model server to call with nothing in between."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.as_installed import absent_packages
from benchmarks.harness import timed
from tests.serving import free_port

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 90.0
_POLL = 0.01
_GRADIO_APP = """\
import os
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    {content}
page.launch(server_name="127.0.0.1", server_port=int(os.environ["PORT"]), quiet=True)
"""


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment without the product's settings, so that nobody's `.env` habits colour a figure, and with these."""
    ours = ("INTERVIEWER_", "OPENAI_", "HOST", "PORT", "PYTHONPATH", "GRADIO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(ROOT), "GRADIO_ANALYTICS_ENABLED": "False", **settings}


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder; what a dying process still holds open in it is left to the system."""
    with tempfile.TemporaryDirectory(prefix="interviewer-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


class Server:
    """A web server in a process of its own, started and awaited by `with`. `seconds`: from the start to the first 200 of `/`."""

    def __init__(self, command: Sequence[str], where: Path, **settings: str) -> None:
        self.port = free_port()
        self.seconds = 0.0
        self._command, self._where, self._log = command, where, where / "server.log"
        self._settings = {"HOST": "127.0.0.1", "PORT": str(self.port), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Server:
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._where, env=clean_environment(**self._settings), stdout=log, stderr=subprocess.STDOUT
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - began > LONGEST_START:
                self.__exit__()
                raise RuntimeError(f"the server did not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(_POLL)
        self.seconds = time.perf_counter() - began
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/")
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return reply.status == 200


def practice_room(where: Path, **settings: str) -> Server:
    """The product, as `python app.py` starts it, with its data below `where`."""
    return Server(as_installed(ROOT / "app.py"), where, INTERVIEWER_DATA=str(where / "data"), **settings)


def bare_server(where: Path, model: ModelServer) -> Server:
    """The least that a server can do for an answer (`bare_server`), with its own database in `where`."""
    where.mkdir(exist_ok=True)
    return Server(as_installed(ROOT / "benchmarks" / "bare_server.py"), where, OPENAI_BASE_URL=model.base_url)


def gradio_app(where: Path, content: str = "pass") -> Server:
    """An app of Gradio's with nothing else: `content` is the body of its `with gr.Blocks()`."""
    script = where / "empty.py"
    script.write_text(_GRADIO_APP.format(content=content), encoding="utf-8")
    return Server(as_installed(script), where)


def as_installed(script: Path) -> list[str]:
    """The command that runs a script without the packages of development."""
    return [sys.executable, "-m", "benchmarks.as_installed", _absent(), str(script)]


@cache
def _absent() -> str:
    return ",".join(sorted(absent_packages()))


def memory_of(pid: int) -> float | None:
    """Resident memory of a process in MB (10^6 bytes); None where there is neither /proc nor ps."""
    status = Path(f"/proc/{pid}/status")
    try:
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
            return int(line.split()[1]) * 1024 / 1e6
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True, timeout=10)
        return int(shown.stdout) * 1024 / 1e6
    except (OSError, ValueError, StopIteration, subprocess.SubprocessError):
        return None


@dataclass(frozen=True, slots=True)
class Effort:
    """What a process has done since it began: seconds on a processor, and how often one of its threads slept and woke again."""

    seconds: float
    wakes: int

    def __sub__(self, before: Effort) -> Effort:
        return Effort(self.seconds - before.seconds, self.wakes - before.wakes)


def effort_of(pid: int) -> Effort | None:
    """What a process has done so far, as the kernel counts it: what others do on the machine is not in it. None without /proc."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        return None
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Effort(sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK"), sum(map(_wakes_of, tasks.iterdir())))


def _wakes_of(task: Path) -> int:
    try:
        lines = (task / "status").read_text().splitlines()
    except OSError:  # the thread has ended meanwhile
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def settled_memory(pid: int, *, calm: float = 2.0, longest: float = 30.0) -> float | None:
    """Memory once it has stayed within 0.5 % for `calm` seconds: background work has ended."""
    give_up = time.monotonic() + longest
    steady, since = memory_of(pid), time.monotonic()
    while steady is not None and time.monotonic() < give_up:
        time.sleep(0.1)
        now = memory_of(pid)
        if now is None or abs(now - steady) > 0.005 * steady:
            steady, since = now, time.monotonic()
        elif time.monotonic() - since >= calm:
            return now
    return steady


class ModelServer:
    """The tests' scripted endpoint in a process of its own, and a bare client to it: one kept connection, nothing else."""

    def __init__(self) -> None:
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None
        self._bare: http.client.HTTPConnection | None = None

    def __enter__(self) -> ModelServer:
        command = [sys.executable, "-m", "benchmarks.model_server"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.base_url = self._hear()
        self._bare = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=60)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._bare
        assert self._process
        assert self._process.stdin
        self._bare.close()
        self._process.stdin.close()
        self._process.wait(20)

    def set_latency(self, seconds: float) -> None:
        """How long it waits before the first byte of each reply."""
        self._tell(f"latency {seconds}")

    def set_pace(self, seconds: float) -> None:
        """How long it waits between the pieces of a reply; 0 for one burst."""
        self._tell(f"pace {seconds}")

    def take_bodies(self) -> list[dict[str, Any]]:
        """The bodies of the chat requests since the last call, in order."""
        bodies: list[dict[str, Any]] = json.loads(self._tell("bodies"))
        return bodies

    def call_bare(self, body: dict[str, Any]) -> float:
        """Milliseconds of the same request without any of our code or libraries, until the last byte; not remembered as a request."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        took = timed(lambda: self._send(raw))
        self.take_bodies()
        return took

    def _send(self, raw: bytes) -> None:
        assert self._bare is not None
        path = urlsplit(self.base_url).path + "/chat/completions"
        self._bare.request("POST", path, raw, {"Content-Type": "application/json", "Authorization": "Bearer none"})
        reply = self._bare.getresponse()
        reply.read()
        if reply.status != 200:
            raise RuntimeError(f"the model server answered {reply.status}")

    def _tell(self, order: str) -> str:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("the model server ended")
        return line
