"""Transcripts from elsewhere in the database: whole interviews at once, each answer with the digest of where it stood."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from interviewer.models import ExaminerName, Question, Reply, ReplyKind, Role, Setup, TurnKind
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.grading_queue import request_grading
from interviewer.records.people import add_person
from interviewer.records.people_tables import coachings
from interviewer.records.search import index_answer
from interviewer.records.store import keep_snapshot
from interviewer.records.tables import interview_questions, interviews, turns


@dataclass(frozen=True, slots=True)
class ImportedAnswer:
    """An answer as it was given elsewhere. `origin`: 64 hex digits that are the same whenever the same answer is imported."""

    question: Question
    reply: Reply
    origin: str


def known_origins(database: Database, origins: Collection[str]) -> frozenset[str]:
    """Those that are in the database already."""
    with database.reading() as connection:
        return _known(connection, origins)


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Somebody whom an import brings. `coach_id`: to whom they are assigned, empty for nobody."""

    id: str
    name: str
    coach_id: str


@dataclass(frozen=True, slots=True)
class PlannedInterview:
    """An interview to be written. Its setup says everything but the questions, which are those of the answers."""

    owner: str
    setup: Setup
    answers: tuple[ImportedAnswer, ...]


def add_interviews(
    database: Database, candidates: Sequence[NewCandidate], planned: Sequence[PlannedInterview], *, importer_id: str, now: datetime
) -> tuple[tuple[str, ...], int]:
    """All of an import in one transaction: the people, their finished interviews, each answer to be graded, and a note of each.

    Returns the ids of the interviews and how many answers they have. What another import has brought meanwhile is left out, and an
    interview of which nothing is left. Conflict, or LooksLike, if another one has added the same people meanwhile: nothing is written.
    """
    made, count = [], 0
    kept: dict[Question, str] = {}
    with database.writing() as connection:
        take_turns(connection, "imports")
        known = _known(connection, [answer.origin for each in planned for answer in each.answers])
        for candidate in candidates:
            add_person(connection, candidate.id, candidate.name, role=Role.CANDIDATE, now=now)
            if candidate.coach_id:
                connection.execute(insert(coachings).values(coach_id=candidate.coach_id, candidate_id=candidate.id))
        for each in planned:
            new = [answer for answer in each.answers if answer.origin not in known]
            if new:
                made.append(_add_interview(connection, each, new, kept, now))
                note(connection, importer_id, "import", made[-1], str(len(new)), now=now)
                count += len(new)
    return tuple(made), count


def _add_interview(
    connection: Connection, planned: PlannedInterview, answers: Sequence[ImportedAnswer], kept: dict[Question, str], now: datetime
) -> str:
    """One of the interviews. `kept`: the digests of the questions that this import has kept already."""
    interview_id, setup = secrets.token_hex(16), planned.setup
    moments = [answer.reply.at for answer in answers]
    connection.execute(
        insert(interviews).values(
            id=interview_id, owner=planned.owner, lang=setup.lang, mode=setup.mode.value, follow_ups=setup.follow_ups, minutes=setup.minutes,
            examiner=setup.examiner.value, created_at=min(moments), finished_at=max(moments), version=1,
        )
    )  # fmt: skip
    for position, answer in enumerate(answers):
        if answer.question not in kept:
            kept[answer.question] = keep_snapshot(connection, answer.question)
        _add_answer(connection, interview_id, position, answer, setup, kept[answer.question], now)
    return interview_id


def _known(connection: Connection, origins: Collection[str]) -> frozenset[str]:
    listed = list(origins)
    found: set[str] = set()
    for start in range(0, len(listed), 500):
        found |= {
            origin for origin in connection.scalars(select(turns.c.origin).where(turns.c.origin.in_(listed[start : start + 500]))) if origin
        }
    return frozenset(found)


def _add_answer(
    connection: Connection, interview_id: str, position: int, answer: ImportedAnswer, setup: Setup, digest: str, now: datetime
) -> None:
    question, reply = answer.question, answer.reply
    connection.execute(
        insert(interview_questions).values(interview_id=interview_id, position=position, question_id=question.id, digest=digest)
    )
    added = connection.execute(
        insert(turns).values(
            interview_id=interview_id, seq=position + 1, question_id=question.id, kind=TurnKind.QUESTION.value,
            prompt=question.prompt[setup.lang], asked_at=reply.at, hints=0, revealed=False, draft="", reply_kind=reply.kind.value,
            reply_text=reply.text, replied_at=reply.at, origin=answer.origin,
        )
    )  # fmt: skip
    primary_key = added.inserted_primary_key
    assert primary_key is not None
    turn_id: int = primary_key[0]
    index_answer(connection, turn_id, reply.text)
    if reply.kind is ReplyKind.TEXT:
        request_grading(connection, turn_id=turn_id, answer=reply.text, examiner=ExaminerName(setup.examiner), now=now)
