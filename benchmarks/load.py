"""A room full of candidates who think and answer, on the defaults: what the page adds to a model that takes 0.8 s.

Clock times: they are only as good as the machine is quiet. The processor's time is counted by the kernel.
"""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.harness import Figure, median, spread
from benchmarks.interviews import MODEL, OWNER, application, close, half_then_more, setup_for
from benchmarks.page import Followed, PageClient
from benchmarks.processes import ModelServer, effort_of, folder, memory_of, practice_room
from interviewer.models import ExaminerName, Interview

CANDIDATES, TURNS = 100, 3
THINKING = 5.0, 15.0
SLOW = 0.8
SEED = 20260301


def measure() -> list[Figure]:
    """Let them all in, and time each click."""
    with folder() as where, ModelServer() as model:
        waiting = _begun(where / "data", CANDIDATES + 1)
        with practice_room(where, OPENAI_BASE_URL=model.base_url, INTERVIEWER_MODEL=MODEL) as server:
            first = PageClient(server.port)
            first.await_index()
            _play(first, waiting[-1], random.Random(SEED), threading.Barrier(1), thinking=(0, 0))
            bare = _bare(model)
            before = effort_of(server.pid)
            turns = _all_at_once(server.port, first, waiting[:-1])
            after, memory = effort_of(server.pid), memory_of(server.pid)
            first.close()
    beyond = [turn.done - bare for turn in turns]
    note = f"{CANDIDATES} candidates, think {THINKING[0]:g} to {THINKING[1]:g} s"
    figures = [
        *spread("page beyond a bare call of 800 ms", beyond, p50=60, p95=150, note=note),
        *spread("click acknowledged while the model works", [turn.acknowledged for turn in turns], p95=25, note=note),
        Figure("memory with a model, after that", memory, "MB", 300),
    ]
    if before and after:
        spent = after - before
        figures.append(Figure("processor a turn", spent.seconds * 1000 / len(turns), "ms", note=f"{len(turns)} turns"))
        figures.append(Figure("wake-ups a turn", spent.wakes / len(turns), "", note=f"{len(turns)} turns"))
    return figures


def _begun(data: Path, count: int) -> list[Interview]:
    """Interviews that stand at their first question."""
    app = application(data, base_url="http://127.0.0.1:9/v1")
    try:
        return [app.service.begin(setup_for(app.bank, ExaminerName.LLM), owner=OWNER) for _ in range(count)]
    finally:
        close(app)


def _bare(model: ModelServer) -> float:
    """Milliseconds of one of the turns' own requests, with nothing around it; the model is slow from then on."""
    body = model.take_bodies()[-1]
    model.set_latency(SLOW)
    return median([model.call_bare(body) for _ in range(3)])


def _all_at_once(port: int, first: PageClient, interviews: list[Interview]) -> list[Followed]:
    barrier = threading.Barrier(len(interviews))
    with ThreadPoolExecutor(len(interviews)) as pool:
        played = [
            pool.submit(_play, PageClient(port, first), interview, random.Random(SEED + number), barrier)
            for number, interview in enumerate(interviews)
        ]
        return [turn for each in played for turn in each.result()]


def _play(
    page: PageClient, interview: Interview, chance: random.Random, barrier: threading.Barrier, thinking: tuple[float, float] = THINKING
) -> list[Followed]:
    """One candidate's turns, who goes on where no follow-up comes."""
    place, turns = f"{interview.id}/{len(interview.turns)}", list[Followed]()
    barrier.wait()
    time.sleep(chance.uniform(0, thinking[1]))
    text = half_then_more(interview, interview.turns[-1])
    while len(turns) < TURNS:
        turn = page.submit(place, f"{text} {len(turns)}")
        turns.append(turn)
        place = page.go_on(place) if turn.place == place else turn.place
        page.close()  # who thinks longer than the server keeps a connection connects anew
        time.sleep(chance.uniform(*thinking))
    return turns
