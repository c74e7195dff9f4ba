"""What the language model was asked to write, in the database: one row for each question's improved answer, one for the summary of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from interviewer.models import Improvement, Reason, Remark, Sentence, Summary, SummaryText, Usage
from interviewer.records.tables import improvements, interviews

_WHOLE = ""
"""In the place of a question's id: the interview as a whole."""
_REMARKS = ("strengths", "habits", "steps")


def begin_improvement(connection: Connection, interview_id: str, question_id: str, now: datetime) -> None:
    """Put down that it is asked for now; what an earlier try took stays."""
    begun = {"at": now, "content": {}}
    if not connection.execute(update(improvements).where(_of(interview_id, question_id)).values(begun)).rowcount:
        fresh = {"interview_id": interview_id, "question_id": question_id, "tokens": 0, "cost": 0.0}
        connection.execute(insert(improvements).values({**fresh, **begun}))
    connection.execute(update(interviews).where(interviews.c.id == interview_id).values(improved=True))


def end_improvement(connection: Connection, interview_id: str, question_id: str, came: Sequence[Sentence] | Reason, usage: Usage) -> None:
    """Put down what came of it, or why nothing did; nothing if the interview was deleted meanwhile."""
    _end(connection, interview_id, question_id, came if isinstance(came, Reason) else {"sentences": [asdict(each) for each in came]}, usage)


def begin_summary(connection: Connection, interview_id: str, now: datetime) -> None:
    """Put down that a summary of the whole interview is asked for now."""
    begin_improvement(connection, interview_id, _WHOLE, now)


def end_summary(connection: Connection, interview_id: str, came: SummaryText | Reason, usage: Usage) -> None:
    """Put down what the summary says, or why there is none."""
    _end(connection, interview_id, _WHOLE, came if isinstance(came, Reason) else {"summary": asdict(came)}, usage)


def read_writings(connection: Connection, interview_id: str) -> tuple[tuple[Improvement, ...], Summary | None]:
    """The improved answers of an interview, in the order in which they were asked for, and its summary."""
    mine = select(improvements).where(improvements.c.interview_id == interview_id)
    rows = connection.execute(mine.order_by(improvements.c.at, improvements.c.question_id)).all()
    whole = next((row for row in rows if row.question_id == _WHOLE), None)
    return tuple(_read(row) for row in rows if row.question_id != _WHOLE), _read_summary(whole) if whole else None


def _end(connection: Connection, interview_id: str, question_id: str, came: Mapping[str, object] | Reason, usage: Usage) -> None:
    content = {"reason": came.value} if isinstance(came, Reason) else came
    tokens = improvements.c.tokens + usage.prompt_tokens + usage.completion_tokens
    values = {"content": content, "tokens": tokens, "cost": improvements.c.cost + (usage.cost or 0.0)}
    connection.execute(update(improvements).where(_of(interview_id, question_id)).values(values))


def _of(interview_id: str, question_id: str) -> ColumnElement[bool]:
    return (improvements.c.interview_id == interview_id) & (improvements.c.question_id == question_id)


def _read(row: Row[tuple[object, ...]]) -> Improvement:
    sentences = tuple(Sentence(each["text"], each["added"]) for each in row.content.get("sentences", ()))
    return Improvement(row.question_id, row.at, sentences, _reason(row), row.tokens, row.cost)


def _read_summary(row: Row[tuple[object, ...]]) -> Summary:
    told = row.content.get("summary")
    text = SummaryText(told["level"], **{kind: tuple(Remark(**each) for each in told[kind]) for kind in _REMARKS}) if told else None
    return Summary(row.at, text, _reason(row), row.tokens, row.cost)


def _reason(row: Row[tuple[object, ...]]) -> Reason | None:
    return Reason(row.content["reason"]) if "reason" in row.content else None
