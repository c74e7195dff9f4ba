"""The nginx of docs/nginx.conf on loopback, in front of replicas. Where CI=true a missing one fails; elsewhere it is skipped by name."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.serving import ROOT, free_port

CONF = ROOT / "docs" / "nginx.conf"


class NoNginx(Exception):
    """There is no nginx on this machine."""


@contextmanager
def run_nginx(folder: Path, replicas: Sequence[int]) -> Iterator[str]:
    """The proxy before replicas on these ports; yields its address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise NoNginx("needs nginx: apt-get install nginx-light")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(_wrap(adapt(CONF.read_text(encoding="utf-8"), port, replicas), folder), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stdout=log, stderr=log)
    try:
        _await_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # there is no event to wait for in another process
    raise AssertionError("nginx did not start; its log lies beside its configuration")


def adapt(conf: str, port: int, replicas: Sequence[int]) -> str:
    """The shipped configuration with the addresses of the test, and without the certificate that nobody has here."""
    conf = re.sub(r"(?m)^ +server 127[^;]*;\n", "", conf)
    servers = "".join(f"    server 127.0.0.1:{replica} max_fails=1 fail_timeout=2s;\n" for replica in replicas)
    conf = conf.replace("    keepalive 32;", servers + "    keepalive 32;")
    conf = re.sub(r"(?m)^ +ssl_.*\n", "", conf)
    return conf.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(
        "server_name interview.example.org;", "server_name 127.0.0.1;"
    )


def _wrap(conf: str, folder: Path) -> str:
    places = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n    access_log off;\n{places}{conf}}}\n"
