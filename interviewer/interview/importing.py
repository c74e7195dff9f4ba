"""Answers from elsewhere, row by row (`import_rows`), made into finished interviews to be graded and reviewed.

A row that cannot be taken is told by its line and why; the rest goes in, all of it or, if anything fails, none. Importing a file again
brings nothing twice. Writing is in `records.imports`.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from interviewer.dialogue.utterances import hear
from interviewer.errors import ConfigError, Conflict, NotFound
from interviewer.interview.import_rows import Row, RowRefused, RowTrouble
from interviewer.interview.service import MAX_ANSWER
from interviewer.models import ExaminerName, Lang, Mode, Person, Question, Reply, ReplyKind, Setup, Utterance
from interviewer.questions.bank import Bank
from interviewer.questions.derive import free_question
from interviewer.records.imports import ImportedAnswer, NewCandidate, PlannedInterview, add_interviews, known_origins
from interviewer.records.names import KnownNames, LooksLike, read_name
from interviewer.text.language import detect_language
from interviewer.text.normalize import strip_hidden
from interviewer.text.storable import storable

if TYPE_CHECKING:
    from interviewer.records.base import Database
    from interviewer.records.people import PeopleStore

MOST_LINES = 10_000
MOST_PER_INTERVIEW = 50
LONGEST_MARKED = 90
"""Characters of a name before the mark."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its line, from 1, and why. `field`: which of its values is meant, empty if none is."""

    line: int
    why: RowTrouble
    field: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. `known`: answers that an earlier import had brought already; `interviews`: ids of the new ones."""

    interviews: tuple[str, ...]
    answers: int
    known: int
    refused: tuple[Refused, ...]


_TRIES = 3
_WHY = {"missing": RowTrouble.MISSING, "string_too_short": RowTrouble.MISSING, "string_too_long": RowTrouble.TOO_LONG}
"""What pydantic finds, in our words; anything else is BAD."""
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

    def interviews(self, known: Collection[str]) -> list[list[ImportedAnswer]]:
        """The answers that are not known yet, parted into interviews."""
        parts: list[list[ImportedAnswer]] = []
        for answer in (answer for answer in self.answers if answer.origin not in known):
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
    rows: Iterable[Row],
    *,
    examiner: ExaminerName,
    lang: Lang | None,
    database: Database,
    people: PeopleStore,
    bank: Bank,
    now: datetime,
) -> Imported:
    """Take the rows in; `lang` is that of rows that do not say theirs, else it is told from the answer.

    Candidates are found by name among those whom the viewer may see, or added without a login and assigned to the viewer; a coach's
    get a mark behind the name ("Zoe #4f2a"), so that no name is taken from or shared with somebody else. There is one interview for each candidate and language, further ones where a question was answered twice.
    """
    listed = list(islice(rows, MOST_LINES + 1))
    for tries_left in reversed(range(_TRIES)):
        reader = _Reader(viewer, people, bank, lang, now)
        for row in listed[:MOST_LINES]:
            reader.take(row)
        if len(listed) > MOST_LINES:
            reader.refused.append(Refused(listed[-1].line, RowTrouble.TOO_MANY))
        known = known_origins(database, reader.origins)
        planned = [
            PlannedInterview(pile.owner, Setup(pile.lang, Mode.EXAM, (), follow_ups=0, examiner=examiner), tuple(part))
            for pile in reader.piles.values()
            for part in pile.interviews(known)
        ]
        try:
            made, answers = add_interviews(database, reader.candidates, planned, importer_id=viewer.id, now=now)
        except (Conflict, LooksLike):  # another import has added the same people meanwhile
            if not tries_left:
                raise
            continue
        return Imported(made, answers, len(reader.origins) - answers, tuple(reader.refused))
    raise AssertionError("the last try returns or raises")


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
        self.candidates: list[NewCandidate] = []
        self._names = KnownNames(person.name for person in people.list_people())
        self._mine = {viewer.id, *(person.id for person in people.candidates_of(viewer.id))}

    def take(self, row: Row) -> None:
        """One row: into its pile, or among the refused."""
        try:
            if isinstance(row.values, RowRefused):
                raise row.values
            self._add(_parse(row.values))
        except RowRefused as refused:
            self.refused.append(Refused(row.line, refused.why, refused.field))

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
            raise RowRefused(RowTrouble.NO_QUESTION, "question")
        key = (values.question, references)
        if key not in self._free:
            id = f"free-{_digest(values.question, *references)[:16]}"
            self._free[key] = free_question(id=id, text=values.question, references=references, rubric=(), lang=lang)
        if not self._free[key].points:
            raise RowRefused(RowTrouble.NO_STATEMENT, "references")
        return self._free[key]

    def _owner(self, name: str) -> str:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key not in self._owners:
            self._owners[key] = self._find_owner(name)
        owner = self._owners[key]
        if owner is None:
            raise RowRefused(RowTrouble.NOT_YOURS, "candidate")
        return owner

    def _find_owner(self, name: str) -> str | None:
        known = self._people.find(name)
        if self._viewer.is_local:
            return known.id if known else self._add_candidate(name, coach_id="")
        if known and self._may_see(known):
            return known.id
        # The same whether or not there is somebody of that name: an import is no way to ask who has an account.
        marked = marked_name(name, self._viewer)
        mine = self._people.find(marked)
        if mine is None:
            return self._add_candidate(marked, coach_id=self._viewer.id)
        return mine.id if self._may_see(mine) else None

    def _add_candidate(self, name: str, *, coach_id: str) -> str:
        """Somebody new, who is added with their interviews; told apart from those who are, and from each other."""
        try:
            shown = read_name(name)
            self._names.refuse_alike(shown)
        except ConfigError:
            raise RowRefused(RowTrouble.NAME, "candidate") from None
        self._names.add(shown)
        self.candidates.append(NewCandidate(secrets.token_hex(16), shown, coach_id))
        return self.candidates[-1].id

    def _may_see(self, person: Person) -> bool:
        return person.id in self._mine


def marked_name(name: str, coach: Person) -> str:
    """The name of a candidate whom only this coach has, the same at every import."""
    return f"{name[:LONGEST_MARKED]} #{_digest(coach.id, unicodedata.normalize('NFKC', name).casefold())[:4]}"


def _parse(given: Mapping[str, Any]) -> _Line:
    values = dict(given)
    values |= {name: _visible(values[name]) for name in ("question", *_REFERENCES) if name in values}
    if isinstance(answer := values.get("answer"), str):
        values["answer"] = storable(answer)
        if not strip_hidden(answer).strip():
            raise RowRefused(RowTrouble.BLANK, "answer")
    try:
        return _Line.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise RowRefused(_WHY.get(first["type"], RowTrouble.BAD), str(first["loc"][0]) if first["loc"] else "") from None


def _visible(value: object) -> object:
    """A question's text is content, not testimony: what cannot be seen in it is dropped, while an answer is kept as it was given."""
    if isinstance(value, list):
        return [_visible(part) for part in value]
    return strip_hidden(value) if isinstance(value, str) else value


def _reply(values: _Line, question: Question, lang: Lang, now: datetime) -> Reply:
    text = values.answer
    at = values.at or now
    if not 1970 <= at.year <= 2200:
        raise RowRefused(RowTrouble.BAD, "at")
    return Reply(_reply_kind(text, question, lang), text, at if at.tzinfo else at.replace(tzinfo=UTC))


def _reply_kind(text: str, question: Question, lang: Lang) -> ReplyKind:
    """Nobody is there to be asked what was meant: only who plainly does not know is not graded."""
    unknown = hear(text, question, question.prompt[lang], lang).utterance is Utterance.UNKNOWN
    return ReplyKind.UNKNOWN if unknown else ReplyKind.TEXT


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
