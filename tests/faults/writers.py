"""Part 5: eight processes write at once: begin, draft, answer, go on. Nobody is turned away, and how long a commit takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from interviewer.interview.flow import AwaitGrade, AwaitNext, next_move
from interviewer.interview.service import InterviewService
from interviewer.models import Setup
from tests.faults import victim
from tests.faults.processes import both_databases, children
from tests.faults.table import Form, Row, percentile

WRITERS = 8


def run(form: Form, folder: Path) -> Iterator[Row]:
    """On SQLite, then on PostgreSQL."""
    commits = 60 if form.quick else 1000
    with both_databases(folder) as urls:
        for name, url in urls.items():
            (folder / name).mkdir()
            yield _measure(name, victim.Place(folder / name, url), commits)


def _measure(name: str, place: victim.Place, commits: int) -> Row:
    context = children("tests.faults.writers")
    victim.open_service(place)  # migrates, so that the writers need not
    pipes, processes = [], []
    for _ in range(WRITERS):
        mine, theirs = context.Pipe()
        processes.append(context.Process(target=write, args=(place, commits, theirs), daemon=True))
        processes[-1].start()
        theirs.close()
        pipes.append(mine)
    for pipe in pipes:
        pipe.recv()
    for pipe in pipes:
        pipe.send("go")
    began = time.monotonic()
    times, errors = [], []
    for pipe in pipes:
        took, failed = pipe.recv()
        times += took
        errors += failed
    seconds = time.monotonic() - began
    for process in processes:
        process.join()
    return Row(
        f"{name}: {WRITERS} processes write at once, {len(times)} commits",
        "no error reaches anybody; p99 of a commit is printed",
        f"errors {len(errors)}; p50 {1000 * percentile(times, 0.5):.0f} ms, p99 {1000 * percentile(times, 0.99):.0f} ms, "
        f"longest {1000 * max(times):.0f} ms; {len(times) / seconds:.0f} commits a second",
        not errors,
        tuple(sorted(set(errors)))[:5],
    )


def write(place: victim.Place, commits: int, parent: Connection) -> None:
    """One writer: waits for the word, then makes this many commits and says how long each took and what went wrong."""
    logging.disable(logging.WARNING)
    service = victim.open_service(place)
    service.worker.start()
    parent.send("ready")
    parent.recv()
    times: list[float] = []
    errors: list[str] = []
    while len(times) + len(errors) < commits:
        try:
            _practise(service, times, commits)
        except Exception as error:  # whatever it is, it would have reached a candidate
            errors.append(f"{type(error).__name__}: {error}")
    service.worker.stop()
    parent.send((times, errors))


def _practise(service: InterviewService, times: list[float], commits: int) -> None:
    def timed(act: object, *arguments: object, **named: object) -> object:
        began = time.monotonic()
        result = act(*arguments, **named)  # type: ignore[operator]
        times.append(time.monotonic() - began)
        return result

    setup = Setup(question_ids=tuple(each.id for each in victim.QUESTIONS), follow_ups=0)
    seen = service.begin(setup, owner=victim.OWNER)
    while len(times) < commits and seen.current and seen.current.reply is None:
        timed(service.save_draft, seen.id, owner=victim.OWNER, seq=seen.current.seq, text="a draft, half of an ans")
        timed(service.submit, seen, f"an answer, number {len(times)}")
        seen = service.read(seen.id, owner=victim.OWNER)
        if isinstance(next_move(seen), AwaitGrade | AwaitNext):
            seen = timed(service.go_on, seen)  # type: ignore[assignment]
