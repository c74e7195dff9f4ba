"""Transcripts from elsewhere in the database: whole interviews at once, each answer with the digest of where it stood."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from interviewer.models import ExaminerName, Question, Reply, ReplyKind, Setup, TurnKind
from interviewer.records.base import Database
from interviewer.records.dialects import take_turns
from interviewer.records.grading_queue import request_grading
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


def add_interview(database: Database, *, owner: str, setup: Setup, answers: Sequence[ImportedAnswer], now: datetime) -> tuple[str, int]:
    """A finished interview of these answers, each to be graded; returns its id and how many answers it has.

    What another import has brought meanwhile is left out; if that is all, there is no interview and the id is empty.
    """
    with database.writing() as connection:
        take_turns(connection, "imports")
        known = _known(connection, [answer.origin for answer in answers])
        new = [answer for answer in answers if answer.origin not in known]
        if not new:
            return "", 0
        interview_id = secrets.token_hex(16)
        moments = [answer.reply.at for answer in new]
        connection.execute(
            insert(interviews).values(
                id=interview_id, owner=owner, lang=setup.lang, mode=setup.mode.value, follow_ups=setup.follow_ups, minutes=setup.minutes,
                examiner=setup.examiner.value, created_at=min(moments), finished_at=max(moments), version=1,
            )
        )  # fmt: skip
        for position, answer in enumerate(new):
            _add_answer(connection, interview_id, position, answer, setup, now)
    return interview_id, len(new)


def _known(connection: Connection, origins: Collection[str]) -> frozenset[str]:
    listed = list(origins)
    found: set[str] = set()
    for start in range(0, len(listed), 500):
        found |= {
            origin for origin in connection.scalars(select(turns.c.origin).where(turns.c.origin.in_(listed[start : start + 500]))) if origin
        }
    return frozenset(found)


def _add_answer(connection: Connection, interview_id: str, position: int, answer: ImportedAnswer, setup: Setup, now: datetime) -> None:
    question, reply = answer.question, answer.reply
    digest = keep_snapshot(connection, question)
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
