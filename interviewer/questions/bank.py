"""The question bank: folders of YAML files → `Bank`, with every refusal told by file, line and remedy.

The format is in knowledge/README.md and `schema`; how a question is kept with an interview is in `encoding`.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from interviewer.errors import BankError, NotFound
from interviewer.models import Bilingual, Competency, Lang, Question
from interviewer.questions.checks import Finding, advise_of, check_terms, finding, id_taken
from interviewer.questions.encoding import encode_question
from interviewer.questions.located import Located, read_located
from interviewer.questions.schema import CompetencyFile, check_question, explain

_LARGEST = 1_000_000
"""Bytes of one question file."""


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions that could be read, in order, and what was refused. `digest`: of the questions' content, 16 hex digits.

    `terms`: the words of terms.yaml by name. `warnings`: what could be better in files that were taken.
    """

    questions: tuple[Question, ...]
    competencies: tuple[Competency, ...]
    problems: tuple[BankError, ...]
    digest: str
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    warnings: tuple[BankError, ...] = ()

    @property
    def files(self) -> Bank:
        """A bank of files alone is all there is, and the same for everybody: it is its own `Banks`."""
        return self

    def everything(self) -> Bank:
        """The same."""
        return self

    def for_viewer(self, viewer_id: str) -> Bank:  # noqa: ARG002 - as `Banks` has it
        """The same."""
        return self

    def find(self, key: str) -> Question:
        """The question of an id, or of a number: its place in the default order, from 1. NotFound names what there is."""
        wanted = key.strip()
        for question in self.questions:
            if question.id == wanted:
                return question
        if wanted.isdecimal() and len(wanted) < 6:
            number = int(wanted)
            ordered = [question for question in self.questions if question.order == number]
            if ordered:
                return ordered[0]
            if 1 <= number <= len(self.questions) and self.questions[number - 1].order is None:
                return self.questions[number - 1]
        known = ", ".join(question.id for question in self.questions) or "none: run `interviewer bank check`"
        raise NotFound(f"no such question → use a number or one of: {known}")

    def select(
        self,
        *,
        topics: Collection[str] = (),
        competencies: Collection[str] = (),
        difficulties: Collection[int] = (),
        count: int | None = None,
        seed: int | None = None,
        lang: Lang | None = None,
    ) -> tuple[Question, ...]:
        """Questions of any of the topics (id, or topic in either language), any competency, any difficulty; nothing given: all.

        `lang`: only those that are written in it.

        With a seed they are shuffled, the same way every time; `count` takes the first so many.
        """
        names = {topic.casefold() for topic in topics}
        chosen = [
            question
            for question in self.questions
            if (not names or names & {question.id, question.topic.zh.casefold(), question.topic.en.casefold()})
            and (not competencies or set(competencies) & set(question.competencies))
            and (not difficulties or question.difficulty in difficulties)
            and (lang is None or lang in question.languages)
        ]
        if seed is not None:
            random.Random(seed).shuffle(chosen)  # noqa: S311 - an order of questions, no secret
        return tuple(chosen if count is None else chosen[: max(count, 0)])


class Banks(Protocol):
    """The bank as it stands now: a bank of files alone (`Bank`), or one that has in it what people published (authoring/live).

    What is returned does not change; whoever asks again may get another one.
    """

    @property
    def files(self) -> Bank:
        """The question files alone."""

    def everything(self) -> Bank:
        """All questions that are asked of anybody."""

    def for_viewer(self, viewer_id: str) -> Bank:
        """The questions that the person of this id may be asked."""


def load_bank(folders: Sequence[Path], *, knowledge: Path) -> Bank:
    """Read every *.yaml of the folders; `knowledge` holds competencies.yaml and terms.yaml. Never raises: see `problems`."""
    problems: list[BankError] = []
    warnings: list[BankError] = []
    competencies = _load_competencies(knowledge / "competencies.yaml", problems)
    terms = _load_terms(knowledge / "terms.yaml", problems)
    known = [each.id for each in competencies]
    found: dict[str, tuple[Question, Path]] = {}
    for path in _question_files(folders, problems):
        located = _read(path, problems)
        if located is None:
            continue
        question, findings = check_question(located.value, known)
        problems.extend(_refusal(path, located, each) for each in findings)
        if question is None or located.faults:
            continue
        if question.id in found:
            problems.append(_refusal(path, located, id_taken(question.id, str(found[question.id][1]))))
            continue
        found[question.id] = (question, path)
        warnings.extend(_refusal(path, located, each) for each in advise_of(located.value))
    questions = tuple(sorted((each for each, _ in found.values()), key=_place))
    return Bank(questions, competencies, tuple(problems), bank_digest(questions), tuple(terms.items()), tuple(warnings))


def load_competencies(knowledge: Path) -> tuple[Competency, ...]:
    """The competencies of competencies.yaml that can be read; what is wrong with the others is among the problems of the bank."""
    return _load_competencies(knowledge / "competencies.yaml", [])


def load_glossary(knowledge: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of glossary.yaml by name, those that can be read."""
    return tuple(_load_terms(knowledge / "glossary.yaml", []).items())


def bank_digest(questions: Sequence[Question]) -> str:
    """16 hex digits that change whenever any content of the questions does, and not with comments, layout or file names."""
    content = json.dumps([encode_question(question) for question in questions], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _place(question: Question) -> tuple[bool, int, str]:
    return (question.order is None, question.order or 0, question.id)


def _refusal(path: Path, located: Located, found: Finding) -> BankError:
    return BankError(found.message.en, file=str(path), line=located.line(found.loc), remedy=found.remedy.en)


def _question_files(folders: Sequence[Path], problems: list[BankError]) -> list[Path]:
    paths: dict[Path, Path] = {}
    for folder in folders:
        try:
            inside = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"} and not path.name.startswith("."))
        except OSError as error:
            remedy = "correct INTERVIEWER_QUESTIONS, or create the folder and make it readable"
            problems.append(BankError(_reason(error), file=str(folder), line=0, remedy=remedy))
            continue
        if not inside:
            remedy = "put question files (*.yaml) into it; knowledge/README.md shows the format"
            problems.append(BankError("the folder holds no question files", file=str(folder), line=0, remedy=remedy))
        for path in inside:
            paths.setdefault(path.resolve(), path)
    return list(paths.values())


def _read(path: Path, problems: list[BankError]) -> Located | None:
    """The document of a file, its YAML faults noted; None if there is nothing to check."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        problems.append(BankError(_reason(error), file=str(path), line=0, remedy="make it a readable file, or remove it"))
        return None
    if len(raw) > _LARGEST:
        problems.append(BankError("the file is larger than 1 MB", file=str(path), line=0, remedy="keep one question per file"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(BankError("the file is not UTF-8", file=str(path), line=line, remedy="save it with the encoding UTF-8"))
        return None
    located = read_located(text)
    problems.extend(BankError(fault.message.en, file=str(path), line=fault.line, remedy=fault.remedy.en) for fault in located.faults)
    return None if located.value is None else located


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or type(error).__name__}"


def _load_competencies(path: Path, problems: list[BankError]) -> tuple[Competency, ...]:
    located = _read(path, problems)
    if located is None:
        return ()
    if not isinstance(located.value, list):
        form = "- {id: …, zh: …, en: …, short: {zh: …, en: …}}"
        expected = finding(
            (), ("这里应是能力的列表", "a list of competencies is expected"), (f"每项一行：{form}", f"write one entry per line: {form}")
        )
        problems.append(_refusal(path, located, expected))
        return ()
    found: dict[str, Competency] = {}
    for index, entry in enumerate(located.value):
        try:
            parsed = CompetencyFile.model_validate(entry)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                inner = explain(detail, CompetencyFile)
                problems.append(_refusal(path, located, Finding((index, *inner.loc), inner.message, inner.remedy)))
            continue
        if parsed.id in found:
            said = (f"能力 {parsed.id!r} 列了两次", f"the competency {parsed.id!r} is listed twice")
            problems.append(_refusal(path, located, finding((index, "id"), said, ("留一个", "keep one"))))
            continue
        found[parsed.id] = Competency(parsed.id, Bilingual(parsed.zh, parsed.en), parsed.short.value())
    return tuple(found.values())


def _load_terms(path: Path, problems: list[BankError]) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    located = _read(path, problems)
    if located is None:
        return {}
    if not isinstance(located.value, dict):
        said = ("这里应是名字和词的列表", "names with lists of words are expected")
        problems.append(_refusal(path, located, finding((), said, ("写成 名字: [词, 词]", "write name: [word, word]"))))
        return {}
    terms: dict[str, tuple[str, ...]] = {}
    for name, words in located.value.items():
        findings = tuple(check_terms(name, words, (name,)))
        problems.extend(_refusal(path, located, each) for each in findings)
        if not findings:
            terms[name] = tuple(str(word).strip() for word in words)
    return terms
