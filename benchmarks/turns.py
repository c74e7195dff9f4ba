"""What an answered turn costs beyond the model: from the answer sent to its grade stored and the next move made.

The same request is sent bare right after each turn, and what that takes is taken off. First the service alone, then the
page's event in a running server with forty turns of dialogue, sent as the page's script sends it. After each turn a bare server
(`bare_server`) is sent the same: the ratios to it hold where the milliseconds are the machine's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import Figure, median, spread, timed
from benchmarks.interviews import MODEL, OWNER, answer_all, application, close, half_then_more, setup_for
from benchmarks.page import BareClient, EventClient, PageClient
from benchmarks.processes import ModelServer, bare_server, folder, gradio_app, practice_room
from interviewer.bootstrap import Application
from interviewer.interview.flow import AwaitNext, next_move
from interviewer.models import ExaminerName, Grade, Interview

FORTY = 40
MEASURED = 4
"""The last turns of each long interview that are measured: those of its last question."""
SLOW = 0.8
_HELLO = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}]}
_NOTHING = 'text = gr.Textbox(); gr.Button().click(lambda text: text, text, text, api_name="nothing", queue=False)'
_BURST = "streamed: the reply comes in one burst, so that reading its pieces is not hidden behind the model's own pace"


def measure() -> list[Figure]:
    """Both ways, at both latencies."""
    with folder() as where, ModelServer() as model, bare_server(where / "bare", model) as least:
        beside = Beside(model, BareClient(least.port))
        service = _service_alone(where / "service", beside)
        plain = _service_alone_unstreamed(where / "plain", beside)
        return [*service, *plain, *_page(where / "page", beside)]


class Beside:
    """The model server with what is measured beside each of our turns. `least`: the bare server's milliseconds beyond the bare call."""

    def __init__(self, model: ModelServer, client: BareClient) -> None:
        self.model, self._client, self.least = model, client, list[float]()

    def bare(self) -> float:
        """The turn's own request, sent again with nothing around it, and to the bare server."""
        body = self.model.take_bodies()[-1]
        bare = self.model.call_bare(body)
        self.least.append(self._client.turn(body) - bare)
        self.model.take_bodies()
        return bare

    def ratio(self, name: str, ours: list[float], goal: float | None = None) -> Figure:
        """Our median beside the bare server's over the same turns; the next ones are counted anew."""
        theirs, self.least = median(self.least[-len(ours) :]), []
        return Figure(f"{name}, beside a bare server", median(ours) / theirs, "×", goal, note=f"bare server {theirs:.1f} ms; alternating")


# ---------------------------------------------------------------- the service alone


def _service_alone(where: Path, beside: Beside) -> list[Figure]:
    model = beside.model
    with _opened(where, model) as app:
        first = timed(lambda: _extras(app, beside, turns=1))
        quick = _extras(app, beside, turns=60)
        ratio = beside.ratio("service, model at 0 ms", quick)
        model.set_latency(SLOW)
        slow = _extras(app, beside, turns=10)
        model.set_latency(0)
    return [
        *spread("service beyond a bare call, model at 0 ms", quick, p50=8, note=_BURST),
        ratio,
        *spread("service beyond a bare call, model at 800 ms", slow, p50=8, note=_BURST),
        Figure("first turn of a process: the model's libraries are loaded", first, "ms"),
    ]


def _service_alone_unstreamed(where: Path, beside: Beside) -> list[Figure]:
    with _opened(where, beside.model, stream=False) as app:
        _extras(app, beside, turns=1)
        return spread("service beyond a bare call, not streamed, model at 0 ms", _extras(app, beside, turns=40))


@contextmanager
def _opened(where: Path, model: ModelServer, **settings: object) -> Iterator[Application]:
    app = application(where, base_url=model.base_url, token_budget=0, **settings)
    try:
        yield app
    finally:
        close(app)


def _extras(app: Application, beside: Beside, *, turns: int) -> list[float]:
    """Milliseconds per turn beyond the bare call, over as many interviews as it takes."""
    extras: list[float] = []
    while len(extras) < turns:
        interview = app.service.begin(setup_for(app.bank, ExaminerName.LLM), owner=OWNER)
        while len(extras) < turns:
            took, interview = _timed_turn(app, interview)
            extras.append(took - beside.bare())
            move = next_move(interview)
            if isinstance(move, AwaitNext):
                if move.last:
                    break
                interview = app.service.go_on(interview)
    return extras


def _timed_turn(app: Application, interview: Interview) -> tuple[float, Interview]:
    turn = interview.current
    assert turn is not None
    text = half_then_more(interview, turn)
    began = time.perf_counter()
    app.service.submit(interview, text)
    while app.service.watch(turn.id, seen=10**6, timeout=60) is not None:
        pass
    took = (time.perf_counter() - began) * 1000
    after = app.service.read(interview.id, owner=OWNER)
    _check(after, turn.seq)
    return took, after


def _check(interview: Interview, seq: int) -> None:
    outcome = interview.turns[seq - 1].outcome
    if not isinstance(outcome, Grade) or outcome.provenance.model != MODEL:
        raise RuntimeError(f"turn {seq} was not graded by the model server: {outcome!r:.300}")


# ---------------------------------------------------------------- through the page


def _page(where: Path, beside: Beside) -> list[Figure]:
    where.mkdir()
    quick, slow, model = 10, 3, beside.model
    waiting = long_interviews(where / "data", quick + slow + 1)
    with practice_room(where, OPENAI_BASE_URL=model.base_url, INTERVIEWER_MODEL=MODEL) as server:
        page = PageClient(server.port)
        page.await_index()
        _page_extras(page, beside, waiting[:1])
        at_once = _page_extras(page, beside, waiting[1 : quick + 1])
        ratio = beside.ratio("page, 40-turn transcript, model at 0 ms", at_once)
        model.set_latency(SLOW)
        late = _page_extras(page, beside, waiting[quick + 1 :])
        page.close()
    _check_all(where / "data", waiting)
    return [
        *spread("page event beyond a bare call, 40-turn transcript, model at 0 ms", at_once, p50=15, p95=30),
        ratio,
        *spread("page event beyond a bare call, 40-turn transcript, model at 800 ms", late, p50=15, p95=30),
        *_empty_event(where, model),
    ]


def _empty_event(where: Path, model: ModelServer) -> list[Figure]:
    """What Gradio and this machine take for an event that does nothing, at the same pace."""
    with gradio_app(where, _NOTHING) as server:
        page = EventClient(server.port)
        times = []
        for number in range(100):
            times.append(timed(lambda text=str(number): page.send("nothing", [text])))
            model.call_bare(_HELLO)
        page.close()
    return spread("event of an empty Gradio app", times[4:])


def long_interviews(data: Path, count: int) -> list[Interview]:
    """Interviews that stand at their last question, every turn before it answered and graded. The offline examiner sits in for the model."""
    app = application(data, base_url="http://127.0.0.1:9/v1")
    app.calibrated_examiners[ExaminerName.LLM] = lambda: app.rubric_examiner
    try:
        setup = setup_for(app.bank, ExaminerName.LLM, follow_ups=3)
        made = [answer_all(app.service, app.service.begin(setup, owner=OWNER), until=FORTY - MEASURED + 1) for _ in range(count)]
    finally:
        close(app)
    short = [interview for interview in made if len(interview.turns) != FORTY - MEASURED + 1]
    if short:
        raise RuntimeError(f"an interview has only {len(short[0].turns)} turns")
    return made


def _page_extras(page: PageClient, beside: Beside, interviews: list[Interview]) -> list[float]:
    extras = []
    for interview in interviews:
        last = interview.turns[-1]
        for seq in range(last.seq, last.seq + MEASURED):
            text = half_then_more(interview, last) + f" {seq}"
            took = timed(lambda place=f"{interview.id}/{seq}", text=text: page.submit(place, text))
            extras.append(took - beside.bare())
    return extras


def _check_all(data: Path, interviews: list[Interview]) -> None:
    app = application(data)
    try:
        for interview in interviews:
            after = app.service.read(interview.id, owner=OWNER)
            for seq in range(FORTY - MEASURED + 1, FORTY + 1):
                _check(after, seq)
    finally:
        close(app)
