"""Have an examiner judge rows: several at a time, each distinct answer once, within a budget, going on where a run stopped.

Reading the rows is in `rows`, what is remembered in `journal`, the figures in `summary`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from interviewer.evaluation.journal import Journal, Judgement, PointJudgement
from interviewer.evaluation.rows import Row
from interviewer.grading.examiner import Examiner
from interviewer.models import (
    AsideReply,
    ExaminerName,
    Grade,
    GradingTask,
    Heard,
    Outcome,
    Provenance,
    Quote,
    Reason,
    Ungraded,
    Utterance,
    Verdict,
)
from interviewer.questions.encoding import digest_question

EMPTY_BASE = Judgement(score=0.0)
"""Nothing said is worth nothing; no examiner need be asked."""
_HOPELESS = frozenset({Reason.BUDGET, Reason.WRONG_KEY, Reason.NO_SUCH_MODEL, Reason.QUOTA, Reason.NOT_CONFIGURED})
"""What would befall every further row as well, so that the run stops."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who judges, as far as it may change a score. `code`: of the offline examiner, the digest of its program and data.

    `samples`: how often the model is asked for one answer; `temperature`: None for the endpoint's own.
    """

    examiner: ExaminerName
    model: str = ""
    prompt_version: str = ""
    code: str = ""
    samples: int = 1
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row and what came of it; `base` is of an attack."""

    row: Row
    answer: Judgement
    base: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """All rows with what came of them. `judgements`: each distinct answer once; `fresh`: how many were judged just now.

    `stopped`: why the rest was left unjudged, None if nothing was.
    """

    identity: Identity
    rows: tuple[JudgedRow, ...]
    judgements: tuple[Judgement, ...]
    fresh: int
    stopped: Reason | None


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of progress. `begin`: answers in all, and how many are known; `judged`: one more; `ready`: rows in their order."""

    begin: Callable[[int, int], None] = lambda _total, _known: None
    judged: Callable[[], None] = lambda: None
    ready: Callable[[JudgedRow], None] = lambda _row: None


def run_examiner(
    rows: Sequence[Row],
    examiner: Examiner,
    identity: Identity,
    *,
    journal: Journal,
    concurrency: int = 1,
    budget: int | None = None,
    listener: Listener = Listener(),
) -> Run:
    """Judge every distinct answer that the journal does not know; `budget`: tokens that this run may take, None for no limit.

    An interruption loses nothing that was judged. The budget is shared out among the threads, so up to one call each may
    stay unspent.
    """
    keyed = [_keys(row, identity) for row in rows]
    tasks = {key: task for keys in keyed for key, task in keys.items() if task is not None}
    known = {key: judgement for key, judgement in journal.load().items() if key in tasks}
    listener.begin(len(tasks), len(known))
    judge = _Judge(examiner, journal, _Purse(budget, concurrency), listener)
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="evaluation")
    try:
        running = {key: pool.submit(judge, key, task) for key, task in tasks.items() if key not in known}
        done = tuple(_collect(rows, keyed, known, running, listener))
    finally:
        judge.stop(None)
        pool.shutdown(wait=True, cancel_futures=True)
    everything = {**known, **{key: future.result() for key, future in running.items()}}
    return Run(identity, done, tuple(everything.values()), judge.count, judge.stopped)


def fingerprint(*folders: Path) -> str:
    """16 hex digits of the files of program folders: a changed offline examiner is another examiner."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(folder.parent).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def task_key(task: GradingTask, identity: Identity) -> str:
    """32 hex digits of everything that the score of an answer may depend on."""
    who = [identity.examiner.value, identity.model, identity.prompt_version, identity.code, identity.samples, identity.temperature]
    content = json.dumps([_digest_once(task.question), task.lang, task.prompt, task.answer, *who])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def judgement_of(outcome: Outcome) -> Judgement:
    """What is remembered of an outcome."""
    usage = outcome.usage
    graded = outcome if isinstance(outcome, Grade) else None
    return Judgement(
        score=graded.score if graded else 0.0 if isinstance(outcome, AsideReply) else None,
        reason=outcome.reason.value if isinstance(outcome, Ungraded) else "",
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost=usage.cost,
        calls=usage.calls,
        milliseconds=usage.milliseconds,
        flagged=bool(graded and graded.flags),
        points=tuple(map(_point_of, graded.verdicts)) if graded else (),
        errors=tuple(_place_of(error.quote) for error in graded.errors) if graded else (),
        interval=(graded.interval.low, graded.interval.high) if graded and graded.interval else None,
        aside=isinstance(outcome, AsideReply),
    )


def _point_of(verdict: Verdict) -> PointJudgement:
    return PointJudgement(verdict.point_id, verdict.status, _place_of(verdict.quote) if verdict.quote else None)


def _place_of(quote: Quote) -> tuple[int, int]:
    return quote.start, quote.end


_digest_once = cache(digest_question)


def _keys(row: Row, identity: Identity) -> dict[str, GradingTask | None]:
    """The row's tasks by key, the answer's first."""
    tasks = [row.task(), row.base_task()]
    return {task_key(task, identity): task for task in tasks if task is not None}


def _collect(
    rows: Sequence[Row],
    keyed: Sequence[Mapping[str, GradingTask | None]],
    known: Mapping[str, Judgement],
    running: Mapping[str, Future[Judgement]],
    listener: Listener,
) -> Iterator[JudgedRow]:
    """The rows in their order, each as soon as it and those before it are judged."""
    for row, keys in zip(rows, keyed, strict=True):
        found = [known[key] if key in known else running[key].result() for key in keys]
        base = None
        if row.base is not None:
            # An attack that leaves the base as it is has one key for both.
            base = found[-1] if row.base.strip() else EMPTY_BASE
        judged = JudgedRow(row, found[0], base)
        listener.ready(judged)
        yield judged


@dataclass
class _Purse:
    """The tokens left, shared out so that calls made at the same time cannot overspend together."""

    left: int | None
    places: int
    _out: int = 0
    _taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> int | None:
        """What the next call may take; None for no limit."""
        with self._lock:
            if self.left is None:
                return None
            share = max(0, self.left - self._out) // max(1, self.places - self._taken)
            self._out, self._taken = self._out + share, self._taken + 1
            return share

    def settle(self, share: int | None, spent: int) -> None:
        """Give back a share, less what was spent."""
        with self._lock:
            if self.left is not None and share is not None:
                self._out, self._taken, self.left = self._out - share, self._taken - 1, self.left - spent


class _Judge:
    """Judges one answer at a time in each thread, until it is told to stop."""

    def __init__(self, examiner: Examiner, journal: Journal, purse: _Purse, listener: Listener) -> None:
        self._examiner, self._journal, self._purse, self._listener = examiner, journal, purse, listener
        self._lock = threading.Lock()
        self._halt = threading.Event()
        self.count = 0
        self.stopped: Reason | None = None

    def __call__(self, key: str, task: GradingTask) -> Judgement:
        if self._halt.is_set():
            return Judgement(None, (self.stopped or Reason.INTERNAL).value)
        share = self._purse.take()
        outcome = self._grade(replace(task, token_budget=share))
        judgement = judgement_of(outcome)
        self._purse.settle(share, judgement.tokens)
        if isinstance(outcome, Ungraded) and outcome.reason in _HOPELESS:
            self.stop(outcome.reason)
            return judgement
        self._journal.append(key, judgement)
        with self._lock:
            self.count += 1
            self._listener.judged()
        return judgement

    def stop(self, reason: Reason | None) -> None:
        """Judge nothing more."""
        with self._lock:
            if not self._halt.is_set():
                self.stopped = reason
                self._halt.set()

    def _grade(self, task: GradingTask) -> Outcome:
        try:
            outcome = self._examiner.grade(task)
            if isinstance(outcome, AsideReply) and outcome.utterance is Utterance.UNSURE:
                # Whoever is asked says that it is an answer.
                return self._examiner.grade(replace(task, heard=Heard(Utterance.ANSWER)))
            return outcome
        except Exception:  # noqa: BLE001 - one answer that an examiner trips over must not end a run of thousands
            return Ungraded(Reason.INTERNAL, Provenance(self._examiner.name.value, self._examiner.model))
