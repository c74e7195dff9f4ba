"""The labelled answers that the offline examiner learns from, as they lie in knowledge/answers (its README tells the format)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from interviewer.models import Question, VerdictStatus

HOLLOW, TRUE = "hollow", "true"
UNUSUAL_BATCHES = frozenset({"third", "fourth", "sixth", "seventh", "eighth", "ninth", "tenth"})
"""Hollow answers, unusual forms, dense lines and single statements, written for what the other batches lack: full of errors, too."""
SENTENCE_WEIGHT = 0.4
"""The most that a single sentence weighs beside an answer's 1: there are many, and each tells of one point only."""
_WEIGHTS = {"true": 0.4, "false": 0.1, "hollow": 0.2}
"""A sentence by itself is far more often true than these are, so that the false ones weigh less."""
OFF_ANSWERS, OFF_WEIGHT = 6, 0.5
"""So many answers to each other question are judged as answers off the subject, which weigh less than an answer."""
_TOGETHER = 6
"""Hollow sentences that are also learned from as one answer."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled answer. `verdicts`: by point id, with the quote; None: about the point and true, how much of it is not known.

    `errors`: verbatim false statements; `score`: 0–100; `batch`: who wrote it when; `weight`: how much it counts in what is pooled, 1 for
    an answer and less for single sentences, of which there are many; `written_for`: the id of the other question that it answers, if it is
    off the subject.
    """

    id: str
    question_id: str
    lang: str
    kind: str
    answer: str
    score: float
    verdicts: Mapping[str, tuple[VerdictStatus | None, str]]
    errors: tuple[str, ...]
    batch: str = ""
    weight: float = 1.0
    written_for: str = ""


def read_labelled(path: Path, question_id: str) -> list[Labelled]:
    """The labelled answers of a file; ValueError with the line's number for a bad one."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(_labelled(json.loads(line), question_id))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name}:{number}: not a labelled answer ({error})") from error
    return rows


def _labelled(row: Mapping[str, Any], question_id: str) -> Labelled:
    verdicts = {point["id"]: (VerdictStatus(point["verdict"]), point["quote"]) for point in row["points"]}
    return Labelled(
        row["id"], question_id, row["lang"], row["kind"], row["answer"], float(row["score"]), verdicts, tuple(row["errors"]),
        row.get("batch", ""),
    )  # fmt: skip


def read_sentences(path: Path) -> list[dict[str, Any]]:
    """Single sentences: question, group, lang, kind (true, false or hollow), point or null, text."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_answers(question: Question, sentences: Sequence[Mapping[str, Any]]) -> Iterator[Labelled]:
    """Each sentence as an answer of its own, and hollow ones also several together: they must not add up to something."""
    hollow = [each for each in sentences if each["kind"] == HOLLOW]
    for number, each in enumerate(sentences):
        yield _as_answer(question, each["kind"], f"s{each['group']}:{number}", each["lang"], each["text"], each["point"])
    for lang in ("zh", "en"):
        own = [each["text"] for each in hollow if each["lang"] == lang]
        for start in range(0, len(own), _TOGETHER):
            text = ("" if lang == "zh" else " ").join(own[start : start + _TOGETHER])
            yield replace(_as_answer(question, HOLLOW, f"h{lang}{start}", lang, text, None), weight=0.9)


def _as_answer(question: Question, kind: str, id: str, lang: str, text: str, point: str | None) -> Labelled:
    verdicts: dict[str, tuple[VerdictStatus | None, str]] = {each.id: (VerdictStatus.MISSING, "") for each in question.points}
    if point is not None and kind != HOLLOW:
        verdicts[point] = (VerdictStatus.WRONG if kind == "false" else None, text)
    return Labelled(id, question.id, lang, kind, text, 0.0, verdicts, (text,) if kind == "false" else (), weight=_WEIGHTS[kind])


def as_off(question: Question, row: Labelled) -> Labelled:
    """An answer to another question, which says nothing of this one."""
    verdicts: dict[str, tuple[VerdictStatus | None, str]] = {point.id: (VerdictStatus.MISSING, "") for point in question.points}
    return replace(
        row, question_id=question.id, kind=HOLLOW, score=0.0, verdicts=verdicts, errors=(), weight=OFF_WEIGHT, written_for=row.question_id
    )
