"""A class on the desk over HTTP: two coaches, an admin, three candidates, with the desk's pages behind the gate and without the practice room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import ExaminerName, Grade, Interview, Outcome, Person, ReplyKind, Role, Setup, Utterance, VerdictStatus
from interviewer.questions.bank import Bank
from interviewer.records.store import utc_now
from interviewer.web import assignments, batch_export, desk, gradebook, insight, own, own_words, review_queue, transcript
from interviewer.web.gate import Gate, SessionLimits
from interviewer.web.security import SecurityHeaders
from tests.databases import statements, url_for
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import BANK

PAGE = {"accept": "text/html"}
PAGES = (assignments, desk, transcript, own_words, review_queue, insight, gradebook, batch_export, own)
COVERED, PARTIAL, MISSING, WRONG = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING, VerdictStatus.WRONG


@dataclass
class Classroom:
    """Ann and Abe (group red) and Bob (blue) are coached by Cleo and by Carl; Ada is an admin who coaches nobody."""

    application: Application
    app: FastAPI
    examiner: ScriptedExaminer
    cleo: Person
    carl: Person
    ada: Person
    ann: Person
    abe: Person
    bob: Person

    def hold(self, candidate: Person, *answers: str, finish: bool = True, questions: tuple[str, ...] = ("q1", "q2")) -> Interview:
        """A finished interview over two questions; an empty answer is a question skipped."""
        service = self.application.service
        interview = service.begin(Setup(question_ids=questions, follow_ups=0), owner=candidate.id)
        for text in answers or ("an answer of mine", "another answer"):
            if text:
                interview = service.submit(interview, text, meant=Utterance.ANSWER)
            else:
                interview = service.submit(interview, "", kind=ReplyKind.SKIPPED)
            for turn in interview.turns:
                while service.watch(turn.id, seen=10**6, timeout=10) is not None:
                    pass
            interview = service.go_on(service.load(interview.id, owner=candidate.id))
        return service.finish(interview) if finish else interview

    def browser(self, person: Person, *, blind: bool = False, lang: str = "en") -> Browser:
        """A browser of theirs."""
        client = TestClient(self.app, follow_redirects=False)
        client.cookies.update({"session": self.application.people.open_session(person.id, utc_now()), "csrf": "token", "lang": lang})
        if blind:
            client.cookies["blind"] = "1"
        return Browser(self, client)

    def judge(self, coach: Person, interview: Interview, status: VerdictStatus = COVERED) -> None:
        """The coach gives every point of every answer the same verdict, without having seen the grade."""
        for turn in self.application.desk.open(interview.id, coach, blind=True).turns:
            if turn.reply and turn.reply.text:
                points = interview.questions[turn.question_id].points
                statuses = dict.fromkeys([point.id for point in points], status)
                self.application.desk.blind_review(coach, interview.id, seq=turn.seq, statuses=statuses)


@dataclass
class Browser:
    """Somebody's browser; forms are sent as our pages send them."""

    room: Classroom
    client: TestClient
    asked: int = 0

    def page(self, address: str, status: int = 200) -> str:
        """The text of a page; `asked` tells how many queries it took."""
        with statements(self.room.application.database.engine) as queries:
            response = self.client.get(address, headers=PAGE)
        assert response.status_code == status, response.text
        self.asked = len(queries)
        return response.text

    @property
    def said(self) -> str:
        """What the next page is to say of the last form."""
        return self.client.cookies.get("said", "")

    def post(self, address: str, status: int = 303, **fields: Any) -> str:
        """Send a form of ours; returns where it leads."""
        response = self.client.post(address, data={"csrf": "token", **fields}, headers=PAGE)
        assert response.status_code == status, response.text
        return response.headers.get("location", response.text)


@contextmanager
def open_classroom(folder: Path, found: Outcome | Grade | None = None, *, bank: Bank = BANK, **settings: Any) -> Iterator[Classroom]:
    """The class on `folder`; every answer is graded as `found` says."""
    application = Application(Settings(data=folder, database_url=url_for(folder), _env_file=None, **settings))  # type: ignore[call-arg]
    examiner = ScriptedExaminer(found or grade("partial", "covered", "missing"))
    application.__dict__["bank"] = bank
    application.__dict__["examiners"] = {ExaminerName.RUBRIC: lambda: examiner}
    people = application.people
    made = [
        people.add(name, role=role, group=group, now=utc_now())
        for name, role, group in (
            ("Cleo", Role.COACH, ""), ("Carl", Role.COACH, ""), ("Ada", Role.ADMIN, ""),
            ("Ann", Role.CANDIDATE, "red"), ("Abe", Role.CANDIDATE, "red"), ("Bob", Role.CANDIDATE, "blue"),
        )
    ]  # fmt: skip
    for coach in made[:2]:
        people.set_password_hash(coach.id, "none that anybody knows")
        for candidate in made[3:]:
            people.assign(coach.id, candidate.id)
    application.service.worker.start()
    app = FastAPI()
    app.state.openid = ""
    limits = SessionLimits(timedelta(hours=1), timedelta(days=1))
    app.add_middleware(Gate, people=lambda: application.people, now=utc_now, limits=limits, always_closed=True)
    app.add_middleware(SecurityHeaders)
    for page in PAGES:
        app.include_router(page.routes(application))
    yield Classroom(application, app, examiner, *made)
    application.service.worker.stop()
    application.database.dispose()
