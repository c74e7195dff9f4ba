"""`interviewer eval`, put together: options and the wired application in, figures out. Printing them is left to the caller."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tqdm import tqdm

from interviewer import dialogue, grading, text
from interviewer.bootstrap import Application
from interviewer.dialogue.examiner import TalkingExaminer
from interviewer.errors import ConfigError
from interviewer.evaluation.compare import Comparison, compare_runs
from interviewer.evaluation.journal import Journal
from interviewer.evaluation.learned import answers_folder, mark_seen, read_learned
from interviewer.evaluation.metrics import check_libraries
from interviewer.evaluation.predictions import Prediction, PredictionWriter, read_predictions
from interviewer.evaluation.rows import read_rows
from interviewer.evaluation.run import Identity, JudgedRow, Listener, Run, fingerprint, run_examiner
from interviewer.evaluation.summary import Summary, attack_marks_of, marks_of, summarize, summary_to_json
from interviewer.evaluation.table import render_text
from interviewer.evaluation.verdicts import VerdictWriter
from interviewer.messages import no_model
from interviewer.models import ExaminerName

if TYPE_CHECKING:
    from interviewer.grading.examiner import Examiner

MOST_AT_ONCE = 4
"""Calls that are out at the same time unless asked for otherwise: rows never pause to think, and a small server gets no more than it bears."""


@dataclass(frozen=True, slots=True)
class EvalOptions:
    """What was asked for. `limit`: rows of each file; `budget`: tokens; `resume`: the journal, None for the one in the data folder."""

    files: tuple[Path, ...]
    examiner: ExaminerName = ExaminerName.RUBRIC
    prompt: str | None = None
    limit: int | None = None
    concurrency: int | None = None
    budget: int | None = None
    out: Path | None = None
    verdicts: Path | None = None
    resume: Path | None = None
    compare: Path | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The rows with their judgements, and the figures."""

    run: Run
    summary: Summary
    comparison: Comparison | None = None

    def to_text(self) -> str:
        """The tables for a terminal."""
        return render_text(self.summary, self.comparison)

    def to_json(self) -> str:
        """All figures as JSON."""
        values = summary_to_json(self.summary)
        if self.comparison is not None:
            values["comparison"] = asdict(self.comparison)
        return json.dumps(values, ensure_ascii=False, indent=2)


class _Bar:
    """The progress bar, on standard error. The run calls it from one thread at a time."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None

    def begin(self, total: int, known: int) -> None:
        self._bar = tqdm(total=total, initial=known, unit=" answers", desc="eval")

    def judged(self) -> None:
        if self._bar is not None:
            self._bar.update()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def evaluate(application: Application, options: EvalOptions) -> Evaluation:
    """Judge the rows of the files and measure; ConfigError, before anything is judged, for whatever is missing, bad or not set up."""
    check_libraries()
    other = read_predictions(options.compare) if options.compare else None
    rows = mark_seen(read_rows(options.files, application.bank, limit=options.limit), read_learned(answers_folder()))
    if not rows:
        raise ConfigError("the files hold no rows → name files of graded answers")
    examiner, identity = _choose_examiner(application, options)
    remembered = options.resume or application.settings.data / "evaluations.jsonl"
    _check_outputs(options, remembered)
    default = min(MOST_AT_ONCE, application.settings.workers) if options.examiner is ExaminerName.LLM else 1
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(remembered))
        writers: list[PredictionWriter | VerdictWriter] = []
        if options.out:
            writers.append(stack.enter_context(PredictionWriter(options.out)))
        if options.verdicts:
            writers.append(stack.enter_context(VerdictWriter(options.verdicts)))
        if options.examiner is ExaminerName.LLM:
            stack.callback(application.endpoint.close)
        bar = _Bar()
        stack.callback(bar.close)

        def ready(judged: JudgedRow) -> None:
            for writer in writers:
                writer.write(judged)

        run = run_examiner(
            rows, examiner, identity, journal=journal, concurrency=options.concurrency or default, budget=options.budget,
            listener=Listener(bar.begin, bar.judged, ready),
        )  # fmt: skip
    return measure(run, other)


def _check_outputs(options: EvalOptions, remembered: Path) -> None:
    """ConfigError if a file to be written is also read, or is written twice."""
    taken = {path.resolve() for path in (*options.files, options.compare, remembered) if path}
    for path in (options.out, options.verdicts):
        if path and path.resolve() in taken:
            raise ConfigError(f"{path}: the run itself needs this file → name another one to write")
        taken |= {path.resolve()} if path else set()


def measure(run: Run, other: dict[str, Prediction] | None = None) -> Evaluation:
    """The figures of a run, and against another run's predictions if there are any."""
    comparison = None if other is None else compare_runs(marks_of(run.rows), attack_marks_of(run.rows), other)
    return Evaluation(run, summarize(run), comparison)


def rubric_identity() -> Identity:
    """The offline examiner, as its program and data stand now."""
    return Identity(ExaminerName.RUBRIC, code=fingerprint(*(Path(room.__path__[0]) for room in (dialogue, grading, text))))


def _choose_examiner(application: Application, options: EvalOptions) -> tuple[Examiner, Identity]:
    if options.examiner is ExaminerName.RUBRIC:
        if options.prompt:
            raise ConfigError("the rubric examiner has no prompt → leave out --prompt, or add --examiner llm")
        return TalkingExaminer(application.rubric_examiner), rubric_identity()
    if ExaminerName.LLM not in application.examiners:
        raise ConfigError(no_model(application.settings.model))
    from interviewer.grading.llm.examiner import PER_POINT, PROMPT

    examiner = application.llm_examiner_on(options.prompt) if options.prompt else application.llm_examiner
    settings = application.settings
    prompt = (options.prompt or PROMPT) + (PER_POINT if settings.per_point == "on" else "")
    return examiner, Identity(ExaminerName.LLM, examiner.model, prompt, samples=settings.samples, temperature=settings.temperature)
