"""Part 2: every fault of a model endpoint on every kind of call, through the whole service: what is kept, what is said, what it took.

A cell is one answer, sent to an endpoint that has the fault. Pauses between attempts pass on a clock of the cell's own. Faults that
are about time take their time in the full form, all at once; in the quick one silences are a twentieth of the usual. Then the endpoint is mended and the answer graded by hand. What each fault means is in
tests/integration/test_llm.py.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from interviewer.config import Settings
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.retry import Patience
from interviewer.endpoint.tokens import TokenCounter
from interviewer.grading.llm.examiner import LlmExaminer
from interviewer.grading.llm.prompts import load_prompts
from interviewer.grading.scoring import answer_score
from interviewer.messages import explain
from interviewer.models import ExaminerName, Grade, Interview, Question, Reason, Turn, Ungraded
from interviewer.paths import knowledge_folder, prompts_folder
from interviewer.questions.bank import load_bank
from interviewer.records.database import FILE, open_database
from tests.endpoint import Reply, Request, Script, ScriptedEndpoint, broken, fails, faithful, html, refused_url, replies, says
from tests.faults.table import Form, Row
from tests.integration.rooms import Room, open_room

ATTEMPTS, SECONDS, SILENCE = 3, 60.0, 30.0
DEADLINE: float = Settings.model_fields["grading_deadline"].default
DRIP = 0.4
"""Seconds between two parts of a slow drip: it would be whole only long after the deadline."""
SCALE = 0.05
"""Of the quick form: how much shorter its silences are."""
BUSY = SECONDS - DEADLINE
"""Seconds that starting threads and writing to the database take on a busy machine, beside the model's own time."""
ANSWER = (
    "Streams come in through Kafka, database changes through CDC. Airflow extracts batches on a schedule. "
    "Flink removes duplicates and fills gaps. 结果按日期分区写成 Parquet。"
)
MODES = ("json_schema", "function_calling", "json_object", "auto")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the endpoint does. `usable`: its reply can be read, so a grade from it is none of our invention. `slow`: it is about time."""

    script: Script
    usable: bool = False
    slow: bool = False


def _always(reply: Reply, **about: bool) -> Fault:
    return Fault(lambda _request: reply, **about)


def _edited(change: Callable[[str], str], **about: bool) -> Fault:
    return Fault(lambda request: says(change(faithful(request).text)), **about)


def _points(change: Callable[[dict[str, object]], object]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        body = json.loads(text)
        return json.dumps(body | {"points": change(body["points"])}, ensure_ascii=False)

    return edit


def _listed(points: dict[str, object]) -> list[dict[str, object]]:
    """The findings as a list, as the first contract had them and some models still do."""
    return [{"id": name, **found} for name, found in points.items() if isinstance(found, dict)]


def _turn_down_limit(request: Request) -> Reply:
    return broken(422, message="Extra inputs are not permitted", param="max_tokens") if "max_tokens" in request.body else faithful(request)


def _spelled_otherwise(points: dict[str, object]) -> dict[str, object]:
    """Ids in capitals, verdicts in Chinese."""
    verdicts = {"covered": "覆盖", "missing": "缺失"}
    return {
        name.upper().replace("-", "_"): {**found, "verdict": verdicts[str(found["verdict"])]}
        for name, found in points.items()
        if isinstance(found, dict)
    }


def _nothing_found(text: str) -> str:
    """A reply in which each point is missing: what a draft often says."""
    return _points(lambda found: {name: {"reason": "", "verdict": "missing", "quote": ""} for name in found})(text)


def _cut_off(request: Request) -> Reply:
    text = faithful(request).text
    return says(text[: len(text) // 2], finish_reason="length")


LONG = '{"points": "' + "x" * 10_000 + '"}'
FAULTS: dict[str, Fault] = {
    "401": _always(broken(401, code="invalid_api_key")),
    "403": _always(broken(403)),
    "404 model": _always(broken(404, code="model_not_found")),
    "429": _always(broken(429)),
    "429, Retry-After 1": _always(broken(429, retry_after="1")),
    "429, Retry-After 600": _always(broken(429, retry_after="600")),
    "insufficient quota": _always(broken(429, code="insufficient_quota")),
    "500": _always(broken(500)),
    "502 with HTML": _always(html(502)),
    "connection refused": Fault(faithful),
    "reset": _always(fails("reset")),
    "reset in mid-stream": _always(fails("reset_midway", LONG)),
    "hang before the first byte": _always(fails("hang"), slow=True),
    "hang after the first byte": _always(fails("hang_midway", '{"points": []}'), slow=True),
    "stalled stream": _always(fails("hang_midway", LONG), slow=True),
    "slow drip": _always(fails("drip", LONG), slow=True),
    "cut off by length": Fault(_cut_off),
    "refusal": _always(says("", refusal="I will not.")),
    "content filter": Fault(lambda request: says(faithful(request).text, finish_reason="content_filter")),
    "empty choices": _always(fails("empty_choices")),
    "null content": _always(fails("null_content")),
    "prose instead of JSON": _always(says("I think 90 of 100 points is fair.", as_tool=False)),
    "fenced JSON": _edited(lambda text: f"```json\n{text}\n```", usable=True),
    "<think> before JSON": _edited(lambda text: f'<think>{{"points": []}} 100!</think>\n{text}', usable=True),
    "draft before a closing tag alone": _edited(lambda text: f"Let me see. {_nothing_found(text)} </think> {text}", usable=True),
    "draft within <think> after prose": _edited(lambda text: f"Sure. <think>{_nothing_found(text)}</think>\n{text}", usable=True),
    "two replies that differ": _edited(lambda text: f"{_nothing_found(text)}\n{text}"),
    "wrapped in another object": _edited(lambda text: f'{{"result": {text}}}', usable=True),
    "ids in capitals, verdicts in Chinese": _edited(_points(_spelled_otherwise), usable=True),
    "only the findings": _edited(lambda text: json.dumps({"points": json.loads(text)["points"]}, ensure_ascii=False), usable=True),
    "prompt cut to 2048 tokens": Fault(
        lambda request: says(faithful(request).text, counted={"prompt_tokens": 2048, "prompt_tokens_details": None})
    ),
    "wrong types": _always(says('{"points": "all of them", "beyond": 3, "feedback": [], "follow_up": "why"}')),
    "missing points": _edited(_points(lambda found: dict(list(found.items())[:-1])), usable=True),
    "unknown points": _edited(_points(lambda found: {f"zzz-{name}": point for name, point in found.items()})),
    "duplicate points": _edited(_points(lambda found: _listed(found) * 2), usable=True),
    "names a field that it does not take": Fault(_turn_down_limit, usable=True),
    "reply in the reasoning": Fault(lambda request: says("", message={"reasoning_content": faithful(request).text}), usable=True),
    "comments before the reply": Fault(lambda request: says(faithful(request).text, before=(b": keep-alive\n\n",) * 3), usable=True),
    "error in a 200": _always(replies(200, {"error": {"code": 402, "message": "no credits"}})),
    "refusal with a code of its own": _always(broken(400, code="1301")),
    "10 MB reply": _always(says('{"points": "' + "x" * 10_000_000 + '"}')),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A fault on a kind of call."""

    fault: str
    stream: bool
    mode: str

    def __str__(self) -> str:
        return f"{self.fault}, {'streamed' if self.stream else 'whole'}, {self.mode}"


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a cell. `ending`: graded, waiting or ungraded; `wrong`: what should not be."""

    cell: Cell
    ending: str
    reason: Reason | None
    calls: int
    seconds: float
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Skipping:
    """A clock on which pauses pass at once."""

    skipped: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.skipped

    def pause(self, seconds: float) -> None:
        self.skipped += seconds


def run(form: Form, folder: Path) -> Iterator[Row]:
    """The whole matrix, or each fault on one kind of call."""
    chance = form.chance("model")
    kinds = list(product((True, False), MODES))
    cells = [Cell(fault, *kind) for fault in FAULTS for kind in (chance.sample(kinds, 1) if form.quick else kinds)]
    template = folder / "template"
    open_database(template).dispose()
    bench = _Bench(folder, template / FILE, SCALE if form.quick else 1.0)
    plain = bench.run(Cell("none", True, "json_schema"))
    slow = [cell for cell in cells if FAULTS[cell.fault].slow]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(bench.run, (cell for cell in cells if cell not in slow)))
    with ThreadPoolExecutor(3 if form.quick else len(slow)) as pool:
        found += pool.map(bench.run, slow)
    yield _judge(found, plain, bench.scale)


def _judge(found: list[Found], plain: Found, scale: float) -> Row:
    endings = Counter(each.ending for each in found)
    wrong = [f"{each.cell}: {what}" for each in (plain, *found) for what in each.wrong]
    fixed = max(each.calls for each in found if each.cell.mode != "auto")
    negotiated = max((each.calls for each in found if each.cell.mode == "auto"), default=0)
    longest = max(each.seconds for each in found)
    kinds = len({(each.cell.stream, each.cell.mode) for each in found})
    invented = sum("invented" in what for what in wrong)
    crashed = sum("crash" in what for what in wrong)
    return Row(
        f"{len(FAULTS)} faults of the model endpoint, {kinds} kinds of call, {len(found)} answers",
        "0 crashes, 0 invented scores; graded, waiting or ungraded with a reason in both languages; at most 3 attempts and 60 s; "
        "the next question can be asked; graded once the endpoint is mended",
        f"crashes {crashed}, invented {invented}; {endings['graded']} graded, {endings['waiting']} waiting, {endings['ungraded']} ungraded; "
        f"attempts at most {fixed} ({negotiated} while negotiated), longest {longest:.1f} s ({_tell_speed(scale)}); other faults {len(wrong) - invented - crashed}",
        not wrong,
        tuple(wrong),
    )


def _tell_speed(scale: float) -> str:
    if scale == 1:
        return f"silences in full; up to {BUSY} s of it is the machine's own work"
    return f"silences at 1/{1 / scale:.0f}, so up to {BUSY / scale:.0f} s of it is the machine"


@dataclass
class _Bench:
    """Runs cells. Each has a folder, an endpoint and a service of its own. `scale`: of silences and the deadline of slow faults."""

    folder: Path
    template: Path
    scale: float
    prompts: Path = field(default_factory=prompts_folder)

    def __post_init__(self) -> None:
        bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
        self.questions: tuple[Question, ...] = (bank.find("data-pipeline"), bank.questions[0])
        self.tokens = TokenCounter("scripted")
        self.plain_score = 100.0

    def run(self, cell: Cell) -> Found:
        """One cell; whatever is raised on the way is a crash."""
        try:
            return self._run(cell)
        except Exception as error:
            return Found(cell, "crash", None, 0, 0.0, (f"crash {type(error).__name__}: {error}",))

    def _run(self, cell: Cell) -> Found:
        fault = FAULTS.get(cell.fault, Fault(faithful, usable=True))
        mended: list[bool] = []
        data = self.folder / f"{cell.fault} {cell.stream} {cell.mode}".replace("/", "")
        data.mkdir()
        shutil.copy(self.template, data / FILE)
        scale = self.scale if fault.slow else 1.0
        with ScriptedEndpoint(
            then=lambda request: (faithful if mended else fault.script)(request), drip=DRIP * scale, hang=2 * SECONDS * scale
        ) as server:
            base_url = refused_url() if cell.fault == "connection refused" else server.base_url
            configured = Settings.model_validate({
                "OPENAI_BASE_URL": base_url, "INTERVIEWER_MODEL": "scripted", "INTERVIEWER_DATA": data, "INTERVIEWER_STREAM": cell.stream,
                "INTERVIEWER_STRUCTURED_OUTPUT": cell.mode, "INTERVIEWER_TIMEOUT": SILENCE * scale, "INTERVIEWER_DEADLINE": DEADLINE * scale,
            })  # fmt: skip
            clock = Skipping()
            patience = Patience(configured.attempts, clock=clock, pause=lambda seconds: clock.pause(seconds * scale), jitter=lambda: 1.0)
            endpoint = Endpoint(configured, patience=patience)
            endpoint.open()
            examiner = LlmExaminer(endpoint, load_prompts(self.prompts), self.tokens, configured)
            with open_room(data, examiner, examiner_name=ExaminerName.LLM, questions=self.questions) as room:
                found = self._answer(cell, fault, room, clock, scale=scale, server=server)
                wrong = list(found.wrong)
                if found.ending != "graded" and cell.fault != "connection refused":
                    mended.append(True)
                    wrong += self._grade_by_hand(room)
            endpoint.close()
        return Found(cell, found.ending, found.reason, found.calls, found.seconds, tuple(wrong))

    def _answer(self, cell: Cell, fault: Fault, room: Room, clock: Skipping, *, scale: float, server: ScriptedEndpoint) -> Found:
        ids = tuple(question.id for question in self.questions)
        begun = room.begin(question_ids=ids, examiner=ExaminerName.LLM, lang="en")
        assert begun.current
        started = clock()
        room.service.submit(begun, ANSWER)
        while room.service.watch(begun.current.id, seen=10**6, timeout=5) is not None:
            pass
        seconds, calls = (clock() - started) / scale, len(server.requests)
        after = room.read(begun)
        turn = after.turns[0]
        wrong = [*self._check_outcome(fault, turn), *self._check_limits(calls, seconds, scale=scale), *_check_going_on(room, after)]
        reason = turn.waiting.reason if turn.waiting else turn.outcome.reason if isinstance(turn.outcome, Ungraded) else None
        ending = "graded" if turn.grade else "waiting" if turn.pending or turn.waiting else "ungraded"
        if cell.fault == "none" and turn.grade:
            self.plain_score = turn.grade.score
        return Found(cell, ending, reason, calls, seconds, tuple(wrong))

    def _check_outcome(self, fault: Fault, turn: Turn) -> Iterator[str]:
        if turn.reply is None or turn.reply.text != ANSWER:
            yield "the answer is lost"
        outcome = turn.outcome
        if isinstance(outcome, Grade):
            yield from self._check_grade(fault, outcome)
            return
        reason = turn.waiting.reason if turn.waiting else outcome.reason if outcome else None
        if reason is None:
            yield "neither graded nor explained"
        elif reason is Reason.INTERNAL:
            yield "crash inside (internal)"
        elif len({explain(reason, "zh"), explain(reason, "en"), ""}) != 3:
            yield f"{reason} is not explained in both languages"

    def _check_grade(self, fault: Fault, grade: Grade) -> Iterator[str]:
        points = self.questions[0].points
        unquoted = [
            v
            for v in grade.verdicts
            if v.status in ("covered", "partial") and (not v.quote or ANSWER[v.quote.start : v.quote.end] != v.quote.text)
        ]
        if (
            not fault.usable
            or unquoted
            or grade.score > self.plain_score
            or grade.score != answer_score(points, grade.verdicts, grade.errors)
        ):
            yield f"invented score {grade.score:.0f}"

    def _check_limits(self, calls: int, seconds: float, *, scale: float) -> Iterator[str]:
        if calls > ATTEMPTS:
            yield f"{calls} attempts"
        # What a busy machine takes to start threads does not shrink with the silences.
        if seconds > DEADLINE + BUSY / scale:
            yield f"{seconds:.0f} s"

    def _grade_by_hand(self, room: Room) -> Iterator[str]:
        summary = room.service.history(owner=room.owner)[0]
        seen = room.service.read(summary.id, owner=room.owner)
        after = room.service.grade_again(seen, 1)
        while room.service.watch(after.turns[0].id, seen=10**6, timeout=5) is not None:
            pass
        mended = room.read(after).turns[0]
        if mended.grade is None or mended.grade.score != self.plain_score:
            yield f"not graded once the endpoint was mended: {mended.failure or mended.outcome!r:.80}"


def _check_going_on(room: Room, after: Interview) -> Iterator[str]:
    current = room.service.go_on(after).current
    if not after.turns[0].grade and (current is None or current.reply is not None or current.question_id == after.turns[0].question_id):
        yield "the next question cannot be asked"
