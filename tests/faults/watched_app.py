"""`python app.py`, with somebody who looks over its shoulder: each line on standard input is answered with what the process holds."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
from pathlib import Path

from interviewer.cli import main


def watch() -> None:
    """Answer every line with memory (MB), open files, threads and asyncio tasks."""
    for _ in sys.stdin:
        gc.collect()
        loops = [each for each in gc.get_objects() if isinstance(each, asyncio.AbstractEventLoop) and each.is_running()]
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
        held = {
            "memory": memory * 1024 / 1e6,
            "files": len(os.listdir("/proc/self/fd")),
            "threads": threading.active_count(),
            "tasks": sum(len(asyncio.all_tasks(loop)) for loop in loops),
        }
        print("HELD " + json.dumps(held), flush=True)


if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    raise SystemExit(main(["serve"]))
