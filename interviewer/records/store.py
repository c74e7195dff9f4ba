"""Interviews and their dialogue in the database. Every read asks who is asking.

Each public method is one transaction. A move carries the version of the interview that the page was drawn from; one made on an
older version raises StaleMove and changes nothing. Grading requests and grades are in `records.grading_queue`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from interviewer.errors import NotFound, StaleMove
from interviewer.models import (
    Aside,
    Claim,
    ExaminerName,
    GradeRecord,
    Interview,
    Mode,
    Question,
    Reason,
    Reply,
    ReplyKind,
    Sentence,
    Setup,
    SummaryText,
    Turn,
    TurnKind,
    Usage,
    Utterance,
)
from interviewer.questions.encoding import digest_question, encode_question
from interviewer.records.asides import add_aside, add_claim, drop_doubt, read_asides, read_claims
from interviewer.records.assigned_work import read_work
from interviewer.records.audit_log import note
from interviewer.records.base import Database
from interviewer.records.dialects import insert_if_absent
from interviewer.records.edits import read_edits
from interviewer.records.erasure import erase_interview
from interviewer.records.grading_queue import RequestState, read_requests
from interviewer.records.improvements import begin_improvement, begin_summary, end_improvement, end_summary, read_writings
from interviewer.records.row_cache import RowCache, TurnStage
from interviewer.records.search import forget_answer, index_answer
from interviewer.records.spending import count_answer
from interviewer.records.tables import asides, grades, interview_questions, interviews, question_snapshots, turns

# What every answer runs is put together once: SQLAlchemy takes longer to word a statement than SQLite to execute it.
_MINE = select(interviews).where(interviews.c.id == bindparam("interview"), interviews.c.owner == bindparam("who"))
_MARKS = (
    select(turns.c.id, turns.c.replied_at, turns.c.revealed, grades.c.request_id)
    .select_from(turns.outerjoin(grades))
    .where(turns.c.interview_id == bindparam("interview"))
    .order_by(turns.c.seq, grades.c.id)
)
_TURNS = select(turns).where(turns.c.interview_id == bindparam("interview"), turns.c.seq >= bindparam("since")).order_by(turns.c.seq)
_MOVE = (
    update(interviews)
    .where(interviews.c.id == bindparam("interview"), interviews.c.owner == bindparam("who"), interviews.c.version == bindparam("seen"))
    .values(version=interviews.c.version + 1, stale=True)
)
_CLOSE = (
    update(turns)
    .where(turns.c.id == bindparam("turn"), turns.c.replied_at.is_(None))
    .values(
        reply_kind=bindparam("how"), reply_text=bindparam("said"), replied_at=bindparam("when"), draft="",
        utterance=bindparam("heard"), insisted=bindparam("insists"),
    )
)  # fmt: skip
_REOPEN = (
    update(turns)
    .where(turns.c.id == bindparam("turn"))
    .values(reply_kind=None, reply_text=None, replied_at=None, utterance="answer", insisted=False)
)
_OPEN = insert(turns)


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn about to be opened."""

    question_id: str
    kind: TurnKind
    prompt: str
    aimed_point: str | None = None


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    """A line of somebody's history. `answered`: questions with a reply; `questions`: how many were planned."""

    id: str
    setup: Setup
    created_at: datetime
    finished_at: datetime | None
    answered: int


class Store:
    """The interviews of everybody in one database. `known`: what is kept decoded, shared with the desk."""

    def __init__(self, database: Database, known: RowCache | None = None) -> None:
        self.database = database
        self._known = known or RowCache()

    # ------------------------------------------------------------ reading

    def load(self, interview_id: str, *, owner: str) -> Interview:
        """The whole interview; NotFound if there is none or it is not the owner's."""
        with self.database.reading() as connection:
            return self._read(connection, self._known, interview_id, owner)

    def load_within(self, connection: Connection, interview_id: str, *, owner: str) -> Interview:
        """The same, within a transaction that writes: what it sees may yet be rolled back, so that nothing of it is kept."""
        return self._read(connection, RowCache(), interview_id, owner)

    def _read(self, connection: Connection, known: RowCache, interview_id: str, owner: str) -> Interview:
        row = connection.execute(_MINE, {"interview": interview_id, "who": owner}).mappings().one_or_none()
        if row is None:
            raise NotFound("no such interview → go back to the start page and choose one from your history")
        return read_interview(connection, known, row)

    def list_interviews(self, *, owner: str, limit: int = 100) -> tuple[InterviewSummary, ...]:
        """The owner's interviews, newest first."""
        answered = (
            select(func.count(func.distinct(turns.c.question_id)))
            .where(turns.c.interview_id == interviews.c.id, turns.c.replied_at.is_not(None))
            .scalar_subquery()
        )
        with self.database.reading() as connection:
            rows = (
                connection.execute(
                    select(interviews, answered.label("answered"))
                    .where(interviews.c.owner == owner)
                    .order_by(interviews.c.created_at.desc())
                    .limit(limit)
                )
                .mappings()
                .all()
            )
            plans = read_plans(connection, [row["id"] for row in rows])
        return tuple(
            InterviewSummary(row["id"], _setup_of(row, plans.get(row["id"], ())), row["created_at"], row["finished_at"], row["answered"])
            for row in rows
        )

    # ------------------------------------------------------------ the dialogue

    def create(
        self,
        *,
        owner: str,
        setup: Setup,
        questions: Sequence[Question],
        first: NewTurn,
        now: datetime,
        beside: Callable[[Connection, str], None] = lambda _connection, _id: None,
    ) -> str:
        """Begin an interview with its first question asked; returns its id. `questions` are kept as they are now.

        `beside`: puts down what belongs to it in the same transaction.
        """
        interview_id = secrets.token_hex(16)
        with self.database.writing() as connection:
            connection.execute(
                insert(interviews).values(
                    id=interview_id,
                    owner=owner,
                    lang=setup.lang,
                    mode=setup.mode.value,
                    follow_ups=setup.follow_ups,
                    minutes=setup.minutes,
                    examiner=setup.examiner.value,
                    stand_in=setup.stand_in,
                    created_at=now,
                    finished_at=None,
                    version=1,
                )
            )
            for position, question in enumerate(questions):
                digest = keep_snapshot(connection, question)
                connection.execute(
                    insert(interview_questions).values(interview_id=interview_id, position=position, question_id=question.id, digest=digest)
                )
            _open_turn(connection, interview_id, first, seq=1, now=now)
            beside(connection, interview_id)
        return interview_id

    @contextmanager
    def move(self, interview_id: str, *, owner: str, version: int) -> Iterator[MoveWriter]:
        """One move of the dialogue, all or nothing; StaleMove if the interview is no longer at `version`."""
        with self.database.writing() as connection:
            yield self.move_within(connection, interview_id, owner=owner, version=version)

    def move_within(self, connection: Connection, interview_id: str, *, owner: str, version: int) -> MoveWriter:
        """The same, as part of a transaction that is open already. A StaleMove leaves that as it was."""
        moved = connection.execute(_MOVE, {"interview": interview_id, "who": owner, "seen": version})
        if moved.rowcount != 1:
            raise StaleMove("the interview has moved on → the page now shows where it stands")
        return MoveWriter(connection, interview_id)

    def save_draft(self, interview_id: str, *, owner: str, seq: int, text: str) -> bool:
        """Keep what is typed so far for turn `seq`; False if that turn is answered already or not this owner's.

        What was sent on that turn and heard as an aside is no draft: it was on its way while it was sent, and would fill the box again.
        """
        sent = select(asides.c.id).where(asides.c.turn_id == turns.c.id, asides.c.text == text).exists()
        mine = select(interviews.c.id).where(interviews.c.id == interview_id, interviews.c.owner == owner).scalar_subquery()
        with self.database.writing() as connection:
            saved = connection.execute(
                update(turns)
                .where(turns.c.interview_id == mine, turns.c.seq == seq, turns.c.replied_at.is_(None), ~sent)
                .values(draft=text)
            )
            return saved.rowcount == 1

    def end_improvement(self, interview_id: str, question_id: str, came: Sequence[Sentence] | Reason, usage: Usage) -> None:
        """Put down what came of an answer that was to be improved, and what that took."""
        with self.database.writing() as connection:
            end_improvement(connection, interview_id, question_id, came, usage)

    def end_summary(self, interview_id: str, came: SummaryText | Reason, usage: Usage) -> None:
        """Put down what came of a summary that was asked for, and what that took."""
        with self.database.writing() as connection:
            end_summary(connection, interview_id, came, usage)

    def delete(self, interview_id: str, *, owner: str, actor: str | None = None) -> None:
        """Remove an interview with all that belongs to it; NotFound if it is not there. `actor`: who did it, if it was not the owner."""
        now = utc_now()
        with self.database.writing() as connection:
            mine = connection.scalar(select(interviews.c.owner).where(interviews.c.id == interview_id)) == owner
            if not mine or not erase_interview(connection, interview_id, now):
                raise NotFound("no such interview → it may have been deleted already")
            note(connection, actor or owner, "deleted_interview", interview_id, now=now)
        self._known.forget()


class MoveWriter:
    """What a move may write. Made by `Store.move` only; every write is in that move's transaction."""

    def __init__(self, connection: Connection, interview_id: str) -> None:
        self.connection, self._interview_id = connection, interview_id

    def close_turn(self, turn_id: int, reply: Reply, *, settles_doubt: bool = False) -> None:
        """Put down the reply; StaleMove if the turn has one already. `settles_doubt`: it takes the place of the aside in doubt."""
        closed = self.connection.execute(
            _CLOSE,
            {
                "turn": turn_id, "how": reply.kind.value, "said": reply.text, "when": reply.at,
                "heard": reply.utterance.value, "insists": reply.insisted,
            },
        )  # fmt: skip
        if closed.rowcount != 1:
            raise StaleMove("this question has its answer already")
        index_answer(self.connection, turn_id, reply.text)
        if settles_doubt:
            drop_doubt(self.connection, turn_id)

    def reopen_turn(self, turn_id: int, aside: Aside) -> None:
        """What was sent is no answer: put it down as an aside; the turn waits for its answer again."""
        self.connection.execute(_REOPEN, {"turn": turn_id})
        forget_answer(self.connection, turn_id)
        add_aside(self.connection, turn_id, aside)

    def contest(self, turn_id: int, claim: Claim) -> None:
        """Put down that a point is contested."""
        add_claim(self.connection, turn_id, claim)

    def begin_improvement(self, question_id: str, now: datetime) -> None:
        """Put down that the answer to a question is to be improved."""
        begin_improvement(self.connection, self._interview_id, question_id, now)

    def begin_summary(self, now: datetime) -> None:
        """Put down that the interview is to be summed up."""
        begin_summary(self.connection, self._interview_id, now)

    def count_answer(self, owner: str, now: datetime) -> int:
        """Note that an answer came; returns how many this person has sent within the last minute."""
        return count_answer(self.connection, owner, now)

    def open_turn(self, turn: NewTurn, *, seq: int, now: datetime) -> None:
        """Ask the next prompt as turn number `seq`."""
        _open_turn(self.connection, self._interview_id, turn, seq=seq, now=now)

    def set_hints(self, turn_id: int, count: int) -> None:
        """Put down that `count` hints have been shown."""
        self.connection.execute(update(turns).where(turns.c.id == turn_id).values(hints=count))

    def reveal(self, turn_id: int) -> None:
        """Put down that the reference was shown after this turn."""
        self.connection.execute(update(turns).where(turns.c.id == turn_id).values(revealed=True))

    def finish(self, now: datetime) -> None:
        """End the interview."""
        self.connection.execute(update(interviews).where(interviews.c.id == self._interview_id).values(finished_at=now))


def keep_snapshot(connection: Connection, question: Question) -> str:
    """Keep the question as it is now, once; returns its digest."""
    digest = digest_question(question)
    if connection.execute(select(question_snapshots.c.digest).where(question_snapshots.c.digest == digest)).first() is None:
        values = {"digest": digest, "question_id": question.id, "version": question.version, "content": encode_question(question)}
        insert_if_absent(connection, question_snapshots, values)
    return digest


def _open_turn(connection: Connection, interview_id: str, turn: NewTurn, *, seq: int, now: datetime) -> None:
    values = {
        "interview_id": interview_id, "seq": seq, "question_id": turn.question_id, "kind": turn.kind.value, "prompt": turn.prompt,
        "aimed_point": turn.aimed_point, "asked_at": now, "hints": 0, "revealed": False, "draft": "",
    }  # fmt: skip
    connection.execute(_OPEN, values)


def read_plans(connection: Connection, interview_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The ids of the questions of each of these interviews, in order."""
    plans: dict[str, tuple[str, ...]] = {}
    rows = connection.execute(
        select(interview_questions.c.interview_id, interview_questions.c.question_id)
        .where(interview_questions.c.interview_id.in_(interview_ids))
        .order_by(interview_questions.c.interview_id, interview_questions.c.position)
    )
    for interview_id, question_id in rows:
        plans[interview_id] = (*plans.get(interview_id, ()), question_id)
    return plans


def _setup_of(row: RowMapping, question_ids: tuple[str, ...]) -> Setup:
    return Setup(
        lang=row["lang"],
        mode=Mode(row["mode"]),
        question_ids=question_ids,
        follow_ups=row["follow_ups"],
        minutes=row["minutes"],
        examiner=ExaminerName(row["examiner"]),
        stand_in=row["stand_in"],
    )


def read_interview(connection: Connection, known: RowCache, row: RowMapping) -> Interview:
    """The whole interview behind a row of `interviews`; who may see it was asked before."""
    questions = known.questions(connection, row["id"])
    improved, summary = read_writings(connection, row["id"]) if row["improved"] else ((), None)
    return Interview(
        id=row["id"],
        owner=row["owner"],
        setup=_setup_of(row, tuple(questions)),
        created_at=row["created_at"],
        version=row["version"],
        finished_at=row["finished_at"],
        questions=questions,
        turns=_read_turns(connection, known, row["id"], questions),
        edits=read_edits(connection, row["id"]) if row["edited"] else (),
        improvements=improved,
        summary=summary,
        work=read_work(connection, row["assignment_id"], row["owner"], row["id"]) if row["assignment_id"] else None,
        lead_id=row["lead_id"] or "",
    )


def _read_turns(connection: Connection, known: RowCache, interview_id: str, questions: Mapping[str, Question]) -> tuple[Turn, ...]:
    """The turns in order. Those that are done, nearly all of a long interview, are kept from the last time that they were read."""
    requests = read_requests(connection, interview_id)
    marks = groupby(connection.execute(_MARKS, {"interview": interview_id}), itemgetter(0, 1, 2))
    stages = [
        TurnStage(interview_id, turn_id, replied_at, revealed, tuple(row.request_id for row in rows if row.request_id))
        for (turn_id, replied_at, revealed), rows in marks
    ]
    kept, done = known.turns(), list[Turn]()
    for stage in stages:
        if stage.turn_id in requests or stage not in kept:
            break
        done.append(kept[stage])
    new = stages[len(done) :]
    rows = connection.execute(_TURNS, {"interview": interview_id, "since": len(done) + 1}).mappings() if new else ()
    records = known.grades(connection, [request_id for stage in new for request_id in stage.graded])
    beside = read_asides(connection, [stage.turn_id for stage in new])
    for row, stage in zip(rows, new, strict=False):  # where somebody writes, a turn may have been opened in between
        turn = replace(
            _read_turn(
                row, questions, tuple(records[request_id] for request_id in stage.graded), requests.get(stage.turn_id, RequestState())
            ),
            asides=beside.get(stage.turn_id, ()),
        )
        if stage.replied_at and stage.turn_id not in requests:
            kept[stage] = turn
        done.append(turn)
    contested = read_claims(connection, interview_id)
    return tuple(replace(turn, claims=contested[turn.id]) if turn.id in contested else turn for turn in done)


def _read_turn(row: RowMapping, questions: Mapping[str, Question], given: tuple[GradeRecord, ...], asked: RequestState) -> Turn:
    reply = None
    if row["reply_kind"]:
        heard = Utterance(row["utterance"])
        reply = Reply(ReplyKind(row["reply_kind"]), row["reply_text"], row["replied_at"], heard, row["insisted"])
    return Turn(
        id=row["id"],
        seq=row["seq"],
        question_id=row["question_id"],
        question_version=questions[row["question_id"]].version,
        kind=TurnKind(row["kind"]),
        prompt=row["prompt"],
        asked_at=row["asked_at"],
        aimed_point=row["aimed_point"],
        hints=row["hints"],
        reply=reply,
        grades=given,
        pending=asked.pending,
        revealed=row["revealed"],
        draft=row["draft"],
        waiting=asked.waiting,
        in_vain=asked.in_vain,
    )


def utc_now() -> datetime:
    """The present moment with its zone."""
    return datetime.now(UTC)
