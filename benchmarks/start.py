"""From the start of the process to the page's first HTTP 200, and the memory once everything is loaded.

Beside it, in turn, an app of Gradio's that shows nothing. Data folder and index are there already, as at every start but the first.
"""

from __future__ import annotations

from benchmarks.harness import Figure, median
from benchmarks.processes import Server, folder, gradio_app, practice_room, settled_memory

ROUNDS = 5


def measure() -> list[Figure]:
    """Start both in turn, and compare the medians."""
    ours: list[float] = []
    empty: list[float] = []
    with folder() as where:
        first, _ = _start(practice_room(where))  # and wait until its index is built
        memory: list[float] = []
        bare_memory: float | None = None
        for _ in range(ROUNDS):
            seconds, bare_memory = _start(gradio_app(where), watch=bare_memory is None, known=bare_memory)
            empty.append(seconds)
            seconds, settled = _start(practice_room(where), watch=len(memory) < 2)
            ours.append(seconds)
            memory += [settled] if settled is not None else []
    note = f"medians of {ROUNDS} starts in turn"
    return [
        Figure("start to first 200, beside an empty Gradio app", median(ours) / median(empty), "×", 1.25, note=note),
        Figure("start to first 200", median(ours), "s", note=note),
        Figure("start to first 200, empty Gradio app", median(empty), "s", note=note),
        Figure("first start ever (database made; the index follows in the background)", first, "s"),
        Figure("memory after the start, index loaded", median(memory) if memory else None, "MB", 260, note=f"{len(memory)} starts"),
        Figure("memory, empty Gradio app", bare_memory, "MB"),
    ]


def _start(server: Server, *, watch: bool = True, known: float | None = None) -> tuple[float, float | None]:
    with server:
        return server.seconds, settled_memory(server.pid) if watch else known
