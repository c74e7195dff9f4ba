"""What the page takes while a model writes at its own pace, as models do: verdict by verdict, over two seconds.

In a burst the pieces hide behind each other. Processor time and questions for news are counted, so that they hold on a busy machine.
"""

from __future__ import annotations

from benchmarks.harness import Figure, median, spread
from benchmarks.interviews import MODEL, half_then_more
from benchmarks.page import Followed, PageClient
from benchmarks.processes import ModelServer, effort_of, folder, practice_room
from benchmarks.turns import MEASURED, long_interviews
from interviewer.models import Interview

FIRST_WORD, PIECE = 0.3, 0.05
"""Seconds until the model begins, and between pieces of 24 characters."""
INTERVIEWS = 4


def measure() -> list[Figure]:
    """The last turns of long interviews, one after the other."""
    with folder() as where, ModelServer() as model:
        waiting = long_interviews(where / "data", INTERVIEWS + 1)
        with practice_room(where, OPENAI_BASE_URL=model.base_url, INTERVIEWER_MODEL=MODEL) as server:
            page = PageClient(server.port)
            page.await_index()
            _play(page, waiting[:1])
            model.set_latency(FIRST_WORD)
            model.set_pace(PIECE)
            before = effort_of(server.pid)
            turns = _play(page, waiting[1:])
            after = effort_of(server.pid)
            page.close()
    note = f"{len(turns)} turns of a 40-turn transcript"
    figures = [
        *spread("click acknowledged while the model works", [turn.acknowledged for turn in turns], p95=25, note=note),
        Figure("questions for news a turn", median([turn.pulses for turn in turns]), "", note=f"over {turns[0].done / 1000:.1f} s each"),
    ]
    if before and after:
        spent = after - before
        figures.append(Figure("processor a turn", spent.seconds * 1000 / len(turns), "ms", note=note))
        figures.append(Figure("wake-ups a turn", spent.wakes / len(turns), "", note=note))
    return figures


def _play(page: PageClient, interviews: list[Interview]) -> list[Followed]:
    turns = []
    for interview in interviews:
        last = interview.turns[-1]
        turns += [
            page.submit(f"{interview.id}/{seq}", half_then_more(interview, last) + f" {seq}")
            for seq in range(last.seq, last.seq + MEASURED)
        ]
    return turns
