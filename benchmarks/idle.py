"""What a server takes while nobody asks it anything: processor time and wake-ups, as the kernel counts them."""

from __future__ import annotations

import time

from benchmarks.harness import Figure
from benchmarks.interviews import MODEL
from benchmarks.page import PageClient
from benchmarks.processes import ModelServer, effort_of, folder, practice_room, settled_memory

SECONDS = 20.0


def measure() -> list[Figure]:
    """Start it with a model, as people do, wait until all is loaded, and look away."""
    with folder() as where, ModelServer() as model, practice_room(where, OPENAI_BASE_URL=model.base_url, INTERVIEWER_MODEL=MODEL) as server:
        page = PageClient(server.port)
        page.await_index()
        page.close()
        memory = settled_memory(server.pid)
        before = effort_of(server.pid)
        time.sleep(SECONDS)
        after = effort_of(server.pid)
    found = [Figure("memory with a model, before the first turn", memory, "MB", 300)]
    if before and after:
        spent = after - before
        found += [
            Figure("processor", spent.seconds * 1000 / SECONDS, "ms a second", 5, note=f"{SECONDS:g} s"),
            Figure("wake-ups", spent.wakes / SECONDS, "a second", note=f"{SECONDS:g} s"),
        ]
    return found
