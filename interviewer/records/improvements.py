"""Answers that the language model was asked to improve, in the database: one row a question, with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from interviewer.models import Improvement, Reason, Sentence, Usage
from interviewer.records.tables import improvements, interviews


def begin_improvement(connection: Connection, interview_id: str, question_id: str, now: datetime) -> None:
    """Put down that it is asked for now; what an earlier try took stays."""
    begun = {"at": now, "content": {}}
    if not connection.execute(update(improvements).where(_of(interview_id, question_id)).values(begun)).rowcount:
        fresh = {"interview_id": interview_id, "question_id": question_id, "tokens": 0, "cost": 0.0}
        connection.execute(insert(improvements).values({**fresh, **begun}))
    connection.execute(update(interviews).where(interviews.c.id == interview_id).values(improved=True))


def end_improvement(connection: Connection, interview_id: str, question_id: str, came: Sequence[Sentence] | Reason, usage: Usage) -> None:
    """Put down what came of it, or why nothing did; nothing if the interview was deleted meanwhile."""
    content = {"reason": came.value} if isinstance(came, Reason) else {"sentences": [asdict(each) for each in came]}
    tokens = improvements.c.tokens + usage.prompt_tokens + usage.completion_tokens
    values = {"content": content, "tokens": tokens, "cost": improvements.c.cost + (usage.cost or 0.0)}
    connection.execute(update(improvements).where(_of(interview_id, question_id)).values(values))


def read_improvements(connection: Connection, interview_id: str) -> tuple[Improvement, ...]:
    """Those of an interview, in the order in which they were asked for."""
    mine = select(improvements).where(improvements.c.interview_id == interview_id)
    return tuple(_read(row) for row in connection.execute(mine.order_by(improvements.c.at, improvements.c.question_id)))


def _of(interview_id: str, question_id: str) -> ColumnElement[bool]:
    return (improvements.c.interview_id == interview_id) & (improvements.c.question_id == question_id)


def _read(row: Row[tuple[object, ...]]) -> Improvement:
    sentences = tuple(Sentence(each["text"], each["added"]) for each in row.content.get("sentences", ()))
    reason = Reason(row.content["reason"]) if "reason" in row.content else None
    return Improvement(row.question_id, row.at, sentences, reason, row.tokens, row.cost)
