"""Answers from elsewhere, as JSON Lines, made into finished interviews to be graded and reviewed.

    {"question": …, "answer": …, "candidate": …}      and perhaps "lang", "at", "id", "references"

A line that cannot be taken is told by its number and remedy, never by its words; the rest goes in. Importing a file again brings
nothing twice. Writing is in `records.imports`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from interviewer.dialogue.utterances import hear
from interviewer.errors import ConfigError, NotFound
from interviewer.interview.service import MAX_ANSWER
from interviewer.models import ExaminerName, Lang, Mode, Person, Question, Reply, ReplyKind, Role, Setup, Utterance
from interviewer.questions.bank import Bank
from interviewer.questions.derive import free_question
from interviewer.records.imports import ImportedAnswer, add_interview, known_origins
from interviewer.text.language import detect_language
from interviewer.text.normalize import strip_hidden
from interviewer.text.storable import storable

if TYPE_CHECKING:
    from interviewer.records.base import Database
    from interviewer.records.people import PeopleStore

MOST_LINES = 10_000
LONGEST_LINE = 200_000
"""Characters of one line."""
MOST_PER_INTERVIEW = 50
LONGEST_MARKED = 90
"""Characters of a name before the mark."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken: its number, from 1, and what to do about it."""

    line: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `known`: answers that an earlier import had brought already; `interviews`: ids of the new ones."""

    interviews: tuple[str, ...]
    answers: int
    known: int
    refused: tuple[Refused, ...]


_REFERENCES = ("references", "reference", "reference_answer")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Line(BaseModel):
    """Further keys are let by: other tools write columns of their own."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    answer: Annotated[str, StringConstraints(max_length=MAX_ANSWER)]
    candidate: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    lang: Lang | None = None
    at: datetime | None = None
    id: Annotated[str, StringConstraints(max_length=200)] = ""
    references: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=20_000)], ...], BeforeValidator(_as_list), Field(max_length=20)
    ] = Field((), validation_alias=AliasChoices(*_REFERENCES))


@dataclass(slots=True)
class _Pile:
    """What one candidate said in one language, question by question; the same question again opens another interview."""

    owner: str
    lang: Lang
    answers: list[ImportedAnswer] = field(default_factory=list)

    def interviews(self) -> list[list[ImportedAnswer]]:
        parts: list[list[ImportedAnswer]] = []
        for answer in self.answers:
            free = (
                part for part in parts if len(part) < MOST_PER_INTERVIEW and all(other.question.id != answer.question.id for other in part)
            )
            part = next(free, None)
            if part is None:
                parts.append(part := [])
            part.append(answer)
        return parts


def import_transcripts(
    viewer: Person,
    lines: Iterable[str],
    *,
    examiner: ExaminerName,
    lang: Lang | None,
    database: Database,
    people: PeopleStore,
    bank: Bank,
    now: datetime,
) -> Imported:
    """Take the lines in; `lang` is that of lines that do not say theirs, else it is told from the answer.

    Candidates are found by name among those whom the viewer may see, or added without a login and assigned to the viewer; a coach's
    get a mark behind the name ("Zoe #4f2a"), so that no name is taken from or shared with somebody else. There is one interview for each candidate and language, further ones where a question was answered twice.
    """
    reader = _Reader(viewer, people, bank, lang, now)
    rest = iter(lines)
    for number, line in enumerate(islice(rest, MOST_LINES), 1):
        reader.take(number, line)
    if next(rest, None) is not None:
        reader.refused.append(Refused(MOST_LINES + 1, f"only {MOST_LINES} lines are taken at once → import the rest as another file"))
    known = known_origins(database, reader.origins)
    made: list[str] = []
    answers = 0
    for pile in reader.piles.values():
        pile.answers = [answer for answer in pile.answers if answer.origin not in known]
        for part in pile.interviews():
            setup = Setup(pile.lang, Mode.EXAM, tuple(answer.question.id for answer in part), follow_ups=0, examiner=examiner)
            interview_id, count = add_interview(database, owner=pile.owner, setup=setup, answers=part, now=now)
            if interview_id:
                people.audit.write(viewer.id, "import", interview_id, str(count), now=now)
                made.append(interview_id)
                answers += count
    return Imported(tuple(made), answers, len(reader.origins) - answers, tuple(reader.refused))


class _Reader:
    """Turns lines into answers by candidate; each candidate and free question is made once."""

    def __init__(self, viewer: Person, people: PeopleStore, bank: Bank, lang: Lang | None, now: datetime) -> None:
        self._viewer, self._people, self._bank, self._lang, self._now = viewer, people, bank, lang, now
        self._by_text = {_folded(text): question for question in bank.questions for text in (question.prompt.zh, question.prompt.en)}
        self._owners: dict[str, str | None] = {}
        self._free: dict[tuple[str, tuple[str, ...]], Question] = {}
        self.piles: dict[tuple[str, Lang], _Pile] = {}
        self.origins: set[str] = set()
        self.refused: list[Refused] = []

    def take(self, number: int, line: str) -> None:
        """One line: into its pile, or among the refused."""
        if not line.strip():
            return
        try:
            self._add(_parse(line))
        except (ConfigError, NotFound) as error:
            self.refused.append(Refused(number, str(error)))

    def _add(self, values: _Line) -> None:
        lang = values.lang or self._lang or detect_language(values.answer, detect_language(values.question))
        question = self._question(values, lang)
        reply = _reply(values, question, lang, self._now)
        owner = self._owner(values.candidate)
        origin = _digest(owner, values.id) if values.id else _digest(owner, question.id, values.answer)
        if origin in self.origins:
            return
        self.origins.add(origin)
        pile = self.piles.setdefault((owner, lang), _Pile(owner, lang))
        pile.answers.append(ImportedAnswer(question, reply, origin))

    def _question(self, values: _Line, lang: Lang) -> Question:
        try:
            return self._by_text.get(_folded(values.question)) or self._bank.find(values.question)
        except NotFound:
            pass
        references = tuple(text for text in values.references if text.strip())
        if not references:
            raise NotFound("the question is not in the bank → use a question's id, number or text, or add references")
        key = (values.question, references)
        if key not in self._free:
            id = f"free-{_digest(values.question, *references)[:16]}"
            self._free[key] = free_question(id=id, text=values.question, references=references, rubric=(), lang=lang)
        if not self._free[key].points:
            raise ConfigError("the references hold no statement → give a reference answer in whole sentences")
        return self._free[key]

    def _owner(self, name: str) -> str:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key not in self._owners:
            self._owners[key] = self._find_owner(name)
        owner = self._owners[key]
        if owner is None:
            raise ConfigError("this candidate of an earlier import of yours is no longer assigned to you → ask an admin")
        return owner

    def _find_owner(self, name: str) -> str | None:
        known = self._people.find(name)
        if self._viewer.is_local:
            return (known or self._people.add(name, role=Role.CANDIDATE, now=self._now)).id
        if known and self._may_see(known):
            return known.id
        # The same whether or not there is somebody of that name: an import is no way to ask who has an account.
        marked = marked_name(name, self._viewer)
        mine = self._people.find(marked)
        if mine is None:
            mine = self._people.add(marked, role=Role.CANDIDATE, now=self._now)
            self._people.assign(self._viewer.id, mine.id)
            return mine.id
        return mine.id if self._may_see(mine) else None

    def _may_see(self, person: Person) -> bool:
        viewer = self._viewer
        return person.id == viewer.id or any(person.id == other.id for other in self._people.candidates_of(viewer.id))


def marked_name(name: str, coach: Person) -> str:
    """The name of a candidate whom only this coach has, the same at every import."""
    return f"{name[:LONGEST_MARKED]} #{_digest(coach.id, unicodedata.normalize('NFKC', name).casefold())[:4]}"


def _parse(line: str) -> _Line:
    if len(line) > LONGEST_LINE:
        raise ConfigError(f"the line is too long → at most {LONGEST_LINE} characters")
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigError("not JSON → write one JSON object per line") from None
    if not isinstance(values, dict):
        raise ConfigError("not a JSON object → write one JSON object per line")
    values |= {name: _visible(values[name]) for name in ("question", *_REFERENCES) if name in values}
    if isinstance(answer := values.get("answer"), str):
        values["answer"] = storable(answer)
    try:
        return _Line.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ConfigError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']} → correct the line") from None


def _visible(value: object) -> object:
    """A question's text is content, not testimony: what cannot be seen in it is dropped, while an answer is kept as it was given."""
    if isinstance(value, list):
        return [_visible(part) for part in value]
    return strip_hidden(value) if isinstance(value, str) else value


def _reply(values: _Line, question: Question, lang: Lang, now: datetime) -> Reply:
    text = values.answer
    at = values.at or now
    if not 1970 <= at.year <= 2200:
        raise ConfigError("at: no moment of an interview → write it as 2026-01-31T14:00:00Z, or leave it out")
    return Reply(_reply_kind(text, question, lang), text, at if at.tzinfo else at.replace(tzinfo=UTC))


def _reply_kind(text: str, question: Question, lang: Lang) -> ReplyKind:
    """Nobody is there to be asked what was meant: only who plainly does not know is not graded."""
    if not text.strip():
        return ReplyKind.SKIPPED
    unknown = hear(text, question, question.prompt[lang], lang).utterance is Utterance.UNKNOWN
    return ReplyKind.UNKNOWN if unknown else ReplyKind.TEXT


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
