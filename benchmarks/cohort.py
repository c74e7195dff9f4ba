"""How long the pages of a class take at 2,000 interviews of 200 people, and how long they take while all of it is being exported."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from benchmarks.desk import ANSWERS, GROUP_GOAL, Builder
from benchmarks.harness import Figure, spread, timed
from benchmarks.interviews import application
from benchmarks.processes import folder
from interviewer.bootstrap import Application
from interviewer.garbage import loading_for_good
from interviewer.models import Person
from interviewer.models.group import Selection
from interviewer.records.batch_exports import EXPORT
from interviewer.records.store import utc_now
from interviewer.web import gradebook, insight

INTERVIEWS, PEOPLE, RUNS = 2_000, 200, 25
EXPORT_GOAL = 900.0
PAGES = {
    "gradebook": "/coach/gradebook?group=group+0",
    "gradebook, means": "/coach/gradebook?group=group+0&credit=mean",
    "gradebook, best": "/coach/gradebook?group=group+0&credit=best",
    "gradebook as XLSX, everybody": "/coach/gradebook.xlsx?group=group+0",
    "gradebook for Canvas, everybody": "/coach/gradebook.canvas.csv?group=group+0",
    "group view": "/coach/group?group=group+0",
}


def measure() -> list[Figure]:
    """Build the records, then ask for the pages as the coach of all."""
    with folder() as where:
        app = application(where / "data")
        app.service.worker.stop()
        try:
            with app.database.writing() as connection:
                questions = app.bank.questions[:ANSWERS]
                Builder(connection, questions, interviews=INTERVIEWS, candidates=PEOPLE, groups=1, coached=PEOPLE).build()
            coach = app.people.get("coach")
            assert coach
            return list(_ask(app, coach))
        finally:
            app.index.close()
            app.database.dispose()


def _ask(app: Application, coach: Person) -> Iterator[Figure]:
    client = browser(app, coach)
    with loading_for_good():  # as a server does with all that it loads first
        for address in PAGES.values():
            client.get(address).raise_for_status()
    for name, address in PAGES.items():
        times = [timed(lambda: client.get(address)) for _ in range(RUNS)]  # noqa: B023 - called at once
        yield from spread(name, times, p95=None if "everybody" in name else GROUP_GOAL, note=f"{INTERVIEWS} interviews, {PEOPLE} people")
    app.batch_exports.ask(coach, Selection(group="group 0"), formats=("html", "json"), lang="zh")
    job = app.job_queue.claim(utc_now(), [EXPORT])
    assert job
    maker = threading.Thread(target=app.batch_exports.work, args=(job, lambda _progress: None))
    began = time.perf_counter()
    maker.start()
    meanwhile = []
    while maker.is_alive():
        meanwhile.append(timed(lambda: client.get(PAGES["gradebook"])))
        maker.join(0.5)
    status = app.batch_exports.status(coach)
    assert status
    assert status.export.ready_at
    made = f"{status.export.interviews} finished interviews, {status.export.size / 1e6:.0f} MB"
    yield Figure("export of all of it", time.perf_counter() - began, "s", EXPORT_GOAL, note=made)
    yield from spread("gradebook meanwhile", meanwhile, p95=None, note="in the process that makes the export")


def browser(app: Application, viewer: Person) -> TestClient:
    """The pages of a class without the rest of the application, asked by this person."""
    served = FastAPI()
    for page in (gradebook, insight):
        served.include_router(page.routes(app))

    @served.middleware("http")
    async def recognise(request: Request, call_next):  # type: ignore[no-untyped-def]
        request.state.person = viewer
        return await call_next(request)

    return TestClient(served)
