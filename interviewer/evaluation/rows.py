"""Graded answers: JSON Lines of three kinds, told apart by their keys, each turned into grading tasks.

    bank     a question of the bank, an answer, `score` 0–100, and maybe `points` with a verdict each, and `errors`
    free     a question's text with `references` or a `rubric`, an answer, `score_norm` 0–1
    attack   `base` and `answer` to a bank question, or `base_answer` and `attacked_answer` with question and reference

Deriving points for a free question is in `questions.derive`; judging the tasks is in `run`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from interviewer.errors import ConfigError, NotFound
from interviewer.models import GradingTask, Lang, Question, VerdictStatus
from interviewer.questions.bank import Bank
from interviewer.questions.derive import free_question
from interviewer.text.language import detect_language


class RowKind(StrEnum):
    """What a row asks of the examiner: a score like an expert's, for a bank or a free question, or to withstand an attack."""

    BANK = "bank"
    FREE = "free"
    ATTACK = "attack"


@dataclass(frozen=True, slots=True)
class PointLabel:
    """What a rater found on one point. `quote`: the words of the answer, empty if there are none; `mixed`: something false stands beside."""

    point_id: str
    verdict: VerdictStatus
    quote: str = ""
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """What a rater found in one answer. `errors`: its false statements.

    `left_out`: labels of points that the question has not, and points of the question that have no label; neither is measured.
    """

    points: tuple[PointLabel, ...]
    errors: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One graded answer. `gold`: 0–1, None for an attack. `label`: how the answer was meant, or the family of the attack.

    `base`: what the candidate truly said, None but for an attack. `limit`: the highest acceptable score of an attack, 0–1.
    `labels`: None if only a score was given. `batch`: which writing it comes from. `seen`: it was learned from, so that no
    figure of it is held out.
    """

    id: str
    kind: RowKind
    dataset: str
    label: str
    lang: Lang
    question_id: str
    question: Question
    answer: str
    gold: float | None = None
    base: str | None = None
    limit: float | None = None
    labels: Labels | None = None
    batch: str = ""
    seen: bool = False

    def task(self) -> GradingTask:
        """The answer (of an attack: the whole text) to be judged."""
        return self._task(self.answer)

    def base_task(self) -> GradingTask | None:
        """What an attack hides in, to be judged by the same examiner; None if there is none or it is empty."""
        return self._task(self.base) if self.base and self.base.strip() else None

    def _task(self, answer: str) -> GradingTask:
        return GradingTask(self.question, self.lang, self.question.prompt[self.lang], answer, want_follow_up=False)


def read_rows(paths: Sequence[Path], bank: Bank, *, limit: int | None = None) -> tuple[Row, ...]:
    """The rows of the files in order, at most `limit` of each; ConfigError names the file and line of a bad one, never its text."""
    reader = _Reader(bank)
    lines = ((path, line, values) for path in paths for line, values in islice(_read_lines(path), limit))
    return tuple(_read(reader, values, path, line) for path, line, values in lines)


def row_of(values: Mapping[str, Any], bank: Bank, *, dataset: str, line: int) -> Row:
    """One row from the values of a line; ConfigError as in `read_rows`."""
    return _read(_Reader(bank), values, Path(dataset), line)


def kind_of(values: Mapping[str, Any]) -> RowKind:
    """Tell a row's kind by its keys; ValueError if they fit none."""
    keys = values.keys()
    if {"base_answer", "attacked_answer", "question"} <= keys or {"base", "answer", "question"} <= keys:
        return RowKind.ATTACK
    if {"question", "answer", "score_norm"} <= keys and ("references" in keys or "rubric" in keys):
        return RowKind.FREE
    if {"question", "answer", "score"} <= keys:
        return RowKind.BANK
    raise ValueError("the keys are those of no kind of row (`interviewer eval --help` lists them)")


# ---------------------------------------------------------------- the rows as they stand in the files


_REFERENCES = ("references", "reference_answer", "reference")


def _as_list(value: object) -> object:
    """A text alone stands for a list of its lines."""
    return value.splitlines() if isinstance(value, str) else value


def _as_one(value: object) -> object:
    """A text alone stands for a list of one."""
    return [value] if isinstance(value, str) else value


class _Values(BaseModel):
    """Further keys are let by: the public sets carry columns of their own (who graded, which split, out of how many marks)."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    id: str = Field("", validation_alias=AliasChoices("id", "case"))
    question: str
    dataset: str = ""
    lang: Lang | None = None


class _Label(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    verdict: VerdictStatus
    quote: str = ""
    mixed: bool = False


class _BankRow(_Values):
    answer: str
    score: float = Field(ge=0, le=100)
    kind: str = ""
    batch: str = ""
    points: tuple[_Label, ...] | None = None
    errors: tuple[str, ...] = ()


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(validation_alias=AliasChoices("key_element", "text"))
    points: float | None = None


class _FreeRow(_Values):
    answer: str
    score_norm: float = Field(ge=0, le=1)
    references: Annotated[tuple[str, ...], BeforeValidator(_as_one)] = ()
    rubric: Annotated[tuple[str | _Line, ...], BeforeValidator(_as_list)] = ()
    question_id: str = ""
    kind: str = ""


class _BankAttack(_Values):
    base: str = Field(validation_alias=AliasChoices("base_answer", "base"))
    answer: str = Field(validation_alias=AliasChoices("attacked_answer", "answer"))
    attack: str = ""
    family: str = ""
    max_acceptable_score_norm: float | None = Field(None, ge=0, le=1)


class _FreeAttack(_BankAttack):
    references: Annotated[tuple[str, ...], BeforeValidator(_as_one)] = Field((), validation_alias=AliasChoices(*_REFERENCES))
    rubric: Annotated[tuple[str | _Line, ...], BeforeValidator(_as_list)] = ()
    question_id: str = ""


class _Reader:
    """Turns values into rows; each free question is built once."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._free: dict[tuple[object, ...], Question] = {}

    def read(self, values: Mapping[str, Any], *, dataset: str, line: int) -> Row:
        kind = kind_of(values)
        if kind is RowKind.BANK:
            row = self._bank_row(_BankRow.model_validate(values))
        elif kind is RowKind.FREE:
            row = self._free_row(_FreeRow.model_validate(values))
        elif any(name in values for name in (*_REFERENCES, "rubric")):
            row = self._free_attack(_FreeAttack.model_validate(values))
        else:
            row = self._bank_attack(_BankAttack.model_validate(values))
        return replace(row, id=row.id or f"{dataset}:{line}", dataset=row.dataset or dataset)

    def _bank_row(self, values: _BankRow) -> Row:
        question = self._bank.find(values.question)
        return Row(
            values.id, RowKind.BANK, values.dataset, values.kind, _lang(values.lang, values.answer), question.id, question, values.answer,
            gold=values.score / 100, labels=_labels(values, question), batch=values.batch,
        )  # fmt: skip

    def _free_row(self, values: _FreeRow) -> Row:
        lang = _lang(values.lang, values.question)
        question = self._question(values, lang)
        return Row(
            values.id, RowKind.FREE, values.dataset, values.kind, lang, values.question_id or values.question, question, values.answer,
            gold=values.score_norm,
        )  # fmt: skip

    def _bank_attack(self, values: _BankAttack) -> Row:
        return self._attack(values, self._bank.find(values.question), _lang(values.lang, values.answer))

    def _free_attack(self, values: _FreeAttack) -> Row:
        lang = _lang(values.lang, values.question)
        row = self._attack(values, self._question(values, lang), lang)
        return replace(row, question_id=values.question_id or values.question)

    @staticmethod
    def _attack(values: _BankAttack, question: Question, lang: Lang) -> Row:
        return Row(
            values.id, RowKind.ATTACK, values.dataset, values.family or values.attack, lang, question.id, question, values.answer,
            base=values.base, limit=values.max_acceptable_score_norm,
        )  # fmt: skip

    def _question(self, values: _FreeRow | _FreeAttack, lang: Lang) -> Question:
        id = values.question_id or "free"
        key = (id, values.question, values.references, values.rubric, lang)
        if key not in self._free:
            lines = [line.text if isinstance(line, _Line) else line for line in values.rubric]
            question = free_question(id=id, text=values.question, references=values.references, rubric=lines, lang=lang)
            self._free[key] = _weigh(question, values.rubric)
        return self._free[key]


def _read(reader: _Reader, values: Mapping[str, Any], path: Path, line: int) -> Row:
    try:
        return reader.read(values, dataset=path.stem, line=line)
    except (NotFound, ValueError) as error:
        raise ConfigError(f"{path}:{line}: {_explain(error)}") from None


def _labels(values: _BankRow, question: Question) -> Labels | None:
    """The labels of points that the question has; ValueError if one point has two."""
    if values.points is None:
        return None
    given = {label.id: PointLabel(label.id, label.verdict, label.quote, label.mixed) for label in values.points}
    if len(given) < len(values.points):
        raise ValueError("points: a point has two labels")
    asked = {point.id for point in question.points}
    return Labels(tuple(label for label in given.values() if label.point_id in asked), values.errors, len(asked ^ given.keys()))


def _weigh(question: Question, rubric: Sequence[str | _Line]) -> Question:
    """Give the points the marks that the rubric states, if it states them for every one."""
    marks = [line.points for line in rubric if isinstance(line, _Line) and line.points is not None and line.points > 0]
    if not marks or not len(marks) == len(rubric) == len(question.points):
        return question
    full = sum(marks)
    points = tuple(replace(point, weight=100 * mark / full) for point, mark in zip(question.points, marks, strict=True))
    return replace(question, points=points)


def _lang(given: Lang | None, text: str) -> Lang:
    return given or detect_language(text, "en")


def _read_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror} → name a readable file of JSON Lines") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 → save it as UTF-8") from None
    # Not splitlines: it breaks at separators (U+2028, NEL) that JSON allows inside a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError:
            raise ConfigError(f"{path}:{number}: not JSON → write one JSON object per line") from None
        if not isinstance(values, dict):
            raise ConfigError(f"{path}:{number}: not a JSON object → write one JSON object per line")
        yield number, values


def _explain(error: NotFound | ValueError) -> str:
    if isinstance(error, NotFound):
        return str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']} → correct the row"
    return f"{error} → correct the row"
