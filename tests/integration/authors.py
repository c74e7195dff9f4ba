"""A desk's records in a temporary folder: interviews with grades and a coach's edits, made without an examiner at work."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.grading.scoring import answer_score
from interviewer.models import Edit, EditKind, Grade, Provenance, Question, Quote, Reply, ReplyKind, Setup, TurnKind, Verdict, VerdictStatus
from interviewer.questions.bank import Bank
from interviewer.records.codec import encode_outcome
from interviewer.records.edits import add_edit
from interviewer.records.store import NewTurn, Store
from interviewer.records.tables import grades, grading_requests
from tests.databases import url_for
from tests.examples import START

STATUSES = tuple(VerdictStatus)
ANSWER = "线上埋点走 Kafka，离线用 Spark 跑一遍同样的逻辑。"


def open_application(folder: Path, bank: Bank | None = None) -> Application:
    """The application on a folder; on a small bank if one is given."""
    application = Application(Settings(data=folder, host="127.0.0.1", database_url=url_for(folder)))
    if bank:
        application.__dict__["bank"] = bank
    return application


class Author:
    """Writes finished interviews and edits of them straight into the records."""

    def __init__(self, application: Application, *, seed: int = 1) -> None:
        self.application, self.random = application, random.Random(seed)
        self._store = Store(application.database)
        self._requests = 0

    def interview(
        self, owner: str, questions: Sequence[Question], *, at: datetime = START, examiner: str = "rubric", statuses: Sequence[str] = ()
    ) -> str:
        """A finished interview, every question graded; `statuses` go round the points, random ones without. Returns its id."""
        setup = Setup(question_ids=tuple(question.id for question in questions))
        first = NewTurn(questions[0].id, TurnKind.QUESTION, questions[0].prompt.zh)
        interview_id = self._store.create(owner=owner, setup=setup, questions=questions, first=first, now=at)
        turns = 0
        for place, question in enumerate(questions):
            moment = at + timedelta(minutes=place)
            turn = self._store.load(interview_id, owner=owner).turns[-1]
            with self._store.move(interview_id, owner=owner, version=place + 1) as move:
                move.close_turn(turn.id, Reply(ReplyKind.TEXT, ANSWER, moment))
                if place + 1 < len(questions):
                    following = questions[place + 1]
                    move.open_turn(NewTurn(following.id, TurnKind.QUESTION, following.prompt.zh), seq=place + 2, now=moment)
                else:
                    move.finish(moment)
            verdicts = []
            for point in question.points:
                status = VerdictStatus(statuses[turns % len(statuses)]) if statuses else self.random.choice(STATUSES)
                verdicts.append(Verdict(point.id, status, None if status == "missing" else Quote(ANSWER[:4], 0, 4)))
                turns += 1
            self.grade(turn.id, question, verdicts, at=moment, examiner=examiner)
        return interview_id

    def grade(self, turn_id: int, question: Question, verdicts: Sequence[Verdict], *, at: datetime, examiner: str = "rubric") -> None:
        """A grade of a turn."""
        self._requests += 1
        request = f"r{self._requests}"
        outcome = Grade(tuple(verdicts), answer_score(question.points, verdicts), "feedback", Provenance(examiner))
        with self.application.database.writing() as connection:
            connection.execute(
                insert(grading_requests).values(
                    id=request, turn_id=turn_id, idempotency_key=request, examiner=examiner, created_at=at, attempts=1, done=True
                )
            )
            connection.execute(
                insert(grades).values(
                    turn_id=turn_id, request_id=request, at=at, score=outcome.score, examiner=examiner, outcome=encode_outcome(outcome)
                )
            )

    def edit(
        self, interview_id: str, kind: EditKind, *, at: datetime = START + timedelta(days=1), author: str = "coach", **values: object
    ) -> None:
        """An edit as a coach would leave it."""
        edit = Edit(0, interview_id, kind, author, author, at, **values)  # type: ignore[arg-type]
        with self.application.database.writing() as connection:
            add_edit(connection, edit)
