"""Somebody whose interviews others want to get at, and all that the others try."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import product
from typing import Any
from urllib.parse import quote, unquote, urlencode

from httpx import Response
from sqlalchemy import Table, or_, select
from starlette.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.drafting.document import Document
from interviewer.models import (
    OWNER_ONLY,
    Bilingual,
    ExaminerName,
    Interview,
    LearnedHeads,
    Level,
    Mode,
    Person,
    Role,
    Setup,
    Utterance,
    VerdictStatus,
)
from interviewer.models.assignments import Task
from interviewer.models.group import Selection
from interviewer.models.report_links import Shows
from interviewer.records import webhooks
from interviewer.records.authored_tables import authored_questions
from interviewer.records.batch_exports import EXPORT
from interviewer.records.events import ENDED
from interviewer.records.gradebook import GradebookRecords
from interviewer.records.hidden import hide
from interviewer.records.labelled import LabelledStore
from interviewer.records.people_tables import audit, people
from interviewer.records.store import utc_now
from interviewer.records.tables import interviews, metadata
from interviewer.ui.exports import EXPORTS
from interviewer.ui.gradebook_files import GRADEBOOK_FILES
from interviewer.ui.group_exports import GROUP_EXPORTS
from interviewer.web import assignments as assignment_pages
from interviewer.web import groups as group_pages
from interviewer.web import people as people_pages
from interviewer.web import posting as posting_pages
from interviewer.web import transcript
from tests.integration.authoring_house import content
from tests.integration.surface import Endpoint, Event
from tests.integration.test_access import PAGE, House

SEARCHED = "quartzite"
"""A word of the answers that an intruder searches for; finding it must not show the rest."""
QUESTIONS = ("data-pipeline", "gan-basics")
OF_A_GROUP = ("groups", "group_coaches", "join_links")
NOWHERE = {"question_snapshots", "login_attempts", "erasures", "bank_changes", "second_reading_shares", "webhook_marks"}
"""Tables in which nothing belongs to anybody."""


@dataclass(frozen=True)
class Victim:
    """A candidate with a running and a finished interview that a coach has commented on, and a page of the practice room left open.

    `link`: id of a link to their report; `shared`: the secret of one that was withdrawn; `export`: of their coach's, with their interviews in it.
    `ticket`: a one-time link that is used up, so that others may hold it; `invitation`: one that is not, `token`: a session, and
    `feed`: the secret of a calendar that another has replaced.
    """

    person: Person
    coach: Person
    running: Interview
    finished: Interview
    page: str
    posting: str
    question: str
    kept: str
    question_set: str
    assignment: str
    note: str
    comment: str
    ticket: str
    link: str
    shared: str
    invitation: str = field(repr=False)
    token: str = field(repr=False)
    feed: str = field(repr=False)
    export: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What is said in the interviews, by the candidate and by the coach, in what the candidate prepares for, and what they wrote of questions."""
        return tuple(
            f"{self.person.name}-{part}"
            for part in (
                "answer",
                "draft",
                "finished",
                "remark",
                "overruled",
                "posting",
                "wrote",
                "elsewhere",
                "assigned",
                "noted",
                "shared",
                "saved",
            )
        )

    @property
    def canaries(self) -> tuple[str, ...]:
        """Whatever of theirs must not be seen: the words, and that they and their interviews exist."""
        return (
            *self.words, self.person.name, self.person.group, self.person.id, self.running.id, self.finished.id, self.posting, self.question,
            self.kept, self.question_set, self.assignment, self.link, self.note, self.comment,
        )  # fmt: skip

    @property
    def known_to_admins(self) -> tuple[str, ...]:
        """What the list of people says."""
        return (self.person.name, self.person.group, self.person.id)

    @property
    def edit_id(self) -> int:
        """One of the coach's edits."""
        return self.finished.edits[0].id


def settle_in(house: House, name: str, coach: Person) -> Victim:
    """A victim, with all that is theirs."""
    application, service = house.application, house.application.service
    person = house.people.add(name, role=Role.CANDIDATE, group=f"{name}-group", now=utc_now())
    house.people.set_password_hash(person.id, application.passwords.hash("victims horse"))
    house.people.assign(coach.id, person.id)
    used = house.people.make_ticket(person.id, "reset", utc_now(), timedelta(days=1))
    house.people.take_ticket(used, utc_now())
    finished = service.finish(_answered(house, person, f"{SEARCHED} Kafka 埋点 {name}-finished"))
    desk = application.desk
    desk.comment(coach, finished.id, seq=1, text=f"{name}-remark")
    desk.set_score(coach, finished.id, question_id=QUESTIONS[0], score=42, reason=f"{name}-overruled")
    application.private_notes.add_on_answer(coach, finished.id, QUESTIONS[0], f"{name}-noted", shared=False)
    application.private_notes.add_on_candidate(coach, person.id, f"{name}-shared", shared=True)
    comment = application.saved_comments.add(coach, f"{name}-saved", QUESTIONS[0])
    note = application.private_notes.on(coach, person.id, finished.id)[0]
    running = _answered(house, person, f"{SEARCHED} Spark 清洗 {name}-answer")
    running = service.go_on(running)
    service.save_draft(running.id, owner=person.id, seq=2, text=f"{name}-draft")
    question = write_questions(application, person)
    (kept,) = application.bank_drafts.drafts(person)
    own_set = next(each for each in application.question_sets.sets(person) if each.owner == person.id)
    entered = Document(f"任职要求：熟悉 Kafka {name}-posting", (), "text")
    posting = application.preparing.read_in(person, entered, Document(f"项目经历\n{name}-posting", (), "text"), "zh")
    link, shared = share(house, person, finished.id)
    GradebookRecords(application.database).name_elsewhere(coach, [(person.id, f"{name}-elsewhere")])
    task = Task(f"{name}-assigned", QUESTIONS[:1], note=f"{name}-assigned", chosen=(person.id,), attempts=2, observed=True)
    assignment = application.assignments.give(coach, task)
    unused = house.people.make_ticket(person.id, "reset", utc_now(), timedelta(days=1))
    token = house.people.open_session(person.id, utc_now())
    feed = application.calendar_feeds.make(person.id, utc_now())
    application.calendar_feeds.make(person.id, utc_now())
    application.webhook_messages.put_down(ended(finished), utc_now())
    running, finished = (service.read(each.id, owner=person.id) for each in (running, finished))
    return Victim(
        person, coach, running, finished, f"page of {name}", posting.id, question, kept.id, own_set.id, assignment, note.id,
        comment.id, used, link, shared, unused, token, feed,
    )  # fmt: skip


def share(house: House, person: Person, interview_id: str) -> tuple[str, str]:
    """A link to a report that holds, and the secret of one that was withdrawn."""
    links = house.application.report_links
    shared = links.make(person, interview_id, shows=Shows.ANSWERS, named=True)
    (made,) = links.store.links_of(interview_id)
    links.withdraw(person, interview_id, made.id)
    links.make(person, interview_id, shows=Shows.ANSWERS, named=True)
    return next(each.id for each in links.store.links_of(interview_id) if each.id != made.id), shared


def ended(interview: Interview) -> webhooks.Event:
    """What a webhook is told of an interview of theirs."""
    return webhooks.Event(ENDED, interview.id, utc_now(), {"interview": interview.id, "person": interview.owner}, interview.owner)


def make_export(house: House, victim: Victim) -> str:
    """Their coach's file with their interviews."""
    application = house.application
    export = application.batch_exports.ask(victim.coach, Selection(candidate=victim.person.id), formats=("json",), lang="zh")
    jobs, standing = application.jobs, lambda: application.batch_exports.status(victim.coach)
    if job := application.job_queue.claim(utc_now(), [EXPORT]):
        application.job_queue.complete(job.id, application.batch_exports.work(job, lambda _progress: None), utc_now())
    else:  # the house works on it already
        with jobs._changed:
            assert jobs._changed.wait_for(lambda: not (jobs._running or standing().under_way), 60)
    return export.id


def write_questions(application: Application, person: Person) -> str:
    """One of all that can be written of questions, for nobody but the person; returns the question's id."""
    word = f"{person.name}-wrote"
    question_id = application.authoring.create(person, content(prompt={"zh": word, "en": word}), note=word).version.question_id
    application.authoring.publish(person, question_id, 1, OWNER_ONLY)
    application.question_sets.save(person, name=Bilingual(word, word), mode=Mode.EXAM, question_ids=[question_id])
    application.bank_drafts.keep(person, title=word, text=word, content={"word": word})
    application.labelled_answers.add(person, question_id, lang="zh", text=word, level=Level.GOOD, labels={})
    digest = sha256(word.encode()).hexdigest()
    LabelledStore(application.database).put_heads(LearnedHeads(digest, question_id, digest, word.encode(), utc_now()))
    return question_id


def _answered(house: House, person: Person, text: str) -> Interview:
    service = house.application.service
    begun = service.begin(Setup(question_ids=QUESTIONS, follow_ups=0), owner=person.id)
    after = service.submit(begun, text, meant=Utterance.ANSWER)
    while service.watch(after.turns[0].id, seen=10**6, timeout=10) is not None:
        pass
    return service.load(begun.id, owner=person.id)


def with_session(house: House, token: str | None) -> TestClient:
    """A browser that holds this session, and a token for our forms."""
    browser = house.browser()
    browser.cookies["csrf"] = "token"
    if token:
        browser.cookies["session"] = token
    return browser


# ---------------------------------------------------------------- what belongs to the victim


def belongings(house: House, victim: Victim) -> dict[str, list[Any]]:
    """Every row of the victim's in every table, to be compared; what is worked out of them is worked out first, for any coach's list does that."""
    house.application.desk.refresh()
    with house.application.database.reading() as connection:
        ids = list(connection.scalars(select(interviews.c.id).where(interviews.c.owner == victim.person.id)))
        turns, requests = metadata.tables["turns"], metadata.tables["grading_requests"]
        turn_ids = list(connection.scalars(select(turns.c.id).where(turns.c.interview_id.in_(ids))))
        written = list(connection.scalars(select(authored_questions.c.id).where(authored_questions.c.owner == victim.person.id)))
        request_ids = list(connection.scalars(select(requests.c.id).where(requests.c.turn_id.in_(turn_ids))))
        known = {
            "interview_id": ids,
            "turn_id": turn_ids,
            "request_id": request_ids,
            "subject": [*ids, victim.running.id, victim.finished.id],
        }
        found: dict[str, list[Any]] = {}
        for table in metadata.sorted_tables:
            conditions = _of_theirs(table, victim.person.id, known)
            if table.name in ("authored_versions", "labelled_answers", "learned_heads"):
                conditions = [table.c.question_id.in_(written)]
            if table.name in ("assignments", "assignment_questions"):
                conditions = [table.c["id" if table.name == "assignments" else "assignment_id"] == victim.assignment]
            if table.name == "batch_export_parts":
                held = metadata.tables["batch_export_interviews"].c
                conditions = [table.c.export_id.in_(select(held.export_id).where(held.interview_id.in_(ids)))]
            if table.name in OF_A_GROUP:
                conditions = [table.c["name" if table.name == "groups" else "group_name"] == victim.person.group]
            if table.name == "saved_comments":
                conditions = [table.c.id == victim.comment]
            if table.name == "sessions":
                conditions = [table.c.token_hash == hide(victim.token)]
            if table.name == "tickets":
                conditions = [table.c.token_hash == hide(victim.invitation)]
            assert conditions or table.name in NOWHERE, f"whose are the rows of {table.name}?"
            if conditions:
                rows = connection.execute(select(*(column for column in table.c if column.name != "seen_at")).where(or_(*conditions)))
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def _of_theirs(table: Table, person_id: str, known: dict[str, list[Any]]) -> list[Any]:
    conditions = [table.c[name] == person_id for name in ("owner", "person_id", "candidate_id", "coach_id") if name in table.c]
    if table is people:
        conditions.append(people.c.id == person_id)
    # Of the audit log what concerns their interviews: a wrong guess of their password is noted under their own id.
    names = ("subject",) if table is audit else ("interview_id", "turn_id", "request_id")
    return conditions + [table.c[name].in_(known[name]) for name in names if name in table.c]


# ---------------------------------------------------------------- what is tried


@dataclass(frozen=True)
class Attempt:
    """One request. `body`: fields of a form, or an object that is sent as JSON."""

    method: str
    url: str
    body: Any = None
    form: bool = True

    def send(self, browser: TestClient) -> Response:
        """Send it as a page of ours would."""
        if self.body is None:
            return browser.request(self.method, self.url, headers=PAGE)
        if self.form:
            return browser.request(self.method, self.url, data={**self.body, "csrf": "token"}, headers=PAGE)
        return browser.request(self.method, self.url, json=self.body)

    def leaked(self, answer: str, canaries: tuple[str, ...]) -> list[str]:
        """The canaries in the answer that it did not itself bring: a page may say again what was typed."""
        brought = unquote(self.url) + json.dumps(self.body, ensure_ascii=False, default=str)
        # A name with an import's mark is what the asking coach typed into theirs, of a candidate of their own.
        shown = MARKED.sub("", answer)
        return [canary for canary in canaries if canary in shown and canary not in brought]


MARKED = re.compile(r"\w+ \\?#[0-9a-f]{4}\b")


def attempts_on(endpoint: Endpoint, victim: Victim) -> Iterator[Attempt]:
    """Requests to this route for what is the victim's: by known and guessed ids, in the path, the query and the fields."""
    names = [part[1:-1].partition(":")[0] for part in _braced(endpoint.path)]
    most = 1 if endpoint.gradio else None
    for chosen in product(*(_values(endpoint, name, victim)[:most] for name in names)):
        path = endpoint.path
        for part, value in zip(_braced(endpoint.path), chosen, strict=True):
            path = path.replace(part, quote(value, safe=""), 1)
        if endpoint.method in ("GET", "HEAD"):
            for query in _queries(endpoint, victim):
                yield Attempt(endpoint.method, f"{path}?{urlencode(query)}" if query else path)
        elif endpoint.gradio:
            yield Attempt(endpoint.method, f"{path}?session_hash={quote(victim.page)}", _replayed(victim), form=False)
        else:
            for fields in _fields(endpoint, victim):
                yield Attempt(endpoint.method, f"{path}?state=all&candidate={victim.person.id}", fields)
    if not endpoint.gradio:
        yield Attempt("DELETE", path)
        yield Attempt("PUT", path, {"seq": "1"})


def _braced(path: str) -> list[str]:
    return ["{" + part.partition("}")[0] + "}" for part in path.split("{")[1:]]


def _values(endpoint: Endpoint, name: str, victim: Victim) -> list[str]:
    both = [victim.finished.id, victim.running.id]
    guessed = [victim.finished.id.upper() + " ", "0" * 32]
    if name == "act":
        acts = {"/people": people_pages.ACTS, "/posting": posting_pages.ACTS, "/coach/assignments": assignment_pages.ACTS}
        return sorted(next((each for begin, each in acts.items() if endpoint.path.startswith(begin)), transcript.ACTS))
    known = {
        "name": [f"{id}.{ending}" for id in (*both, *guessed) for ending in EXPORTS],
        "ending": list(GRADEBOOK_FILES if "gradebook" in endpoint.path else GROUP_EXPORTS),
        "person_id": [victim.person.id],
        "posting_id": [victim.posting, victim.posting.upper()],
        "question_id": [victim.question, victim.question.upper()],
        "draft_id": [victim.kept, victim.kept.upper()],
        "assignment_id": [victim.assignment, victim.assignment.upper()],
        "set_id": [victim.question_set, victim.question_set.upper()],
        "candidate_id": [victim.person.id, victim.person.name, "%"],
        "export_id": [victim.export, victim.export.upper()],
        "group": [victim.person.group, f"{victim.person.group}/"],
        "secret": [victim.ticket, victim.shared, victim.feed, "guessed"],
        "message_id": [ended(victim.finished).id, "guessed"],
        "session_hash": [victim.page],
        "api_name": ["predict", "on_load"],
        "path": ["style.css", "../data/interviews.db"],
        "path_or_url": ["/etc/passwd"],
    }
    return known.get(name, [*both, *guessed] if endpoint.method == "GET" else both)


def _queries(endpoint: Endpoint, victim: Victim) -> list[dict[str, str]]:
    if endpoint.gradio:
        return [{"session_hash": victim.page, "interview": victim.finished.id}]
    narrowed = {"candidate": victim.person.id, "group": victim.person.group, "state": "all", "text": SEARCHED}
    return [
        {},
        {"state": "all", "interview": victim.finished.id, "subject": victim.finished.id},
        {"text": SEARCHED, "state": "all"},
        narrowed,
    ]


def _replayed(victim: Victim) -> dict[str, Any]:
    return {"data": [], "event_data": None, "fn_index": 0, "trigger_id": 0, "session_hash": victim.page}


def _fields(endpoint: Endpoint, victim: Victim) -> list[dict[str, str]]:
    """What any of our forms asks for, all in one: each takes what it knows."""
    point = victim.finished.questions[QUESTIONS[0]].points
    line = {"candidate": victim.person.name, "question": QUESTIONS[0], "answer": "words put into somebody's mouth"}
    common = {
        "name": victim.person.name, "password": "a guess of mine", "again": "a guess of mine", "old": "a guess of mine", "next": "/", "back": "/coach",
        "seq": "1", "point": point[0].id, "status": "wrong", "reason": "because", "question": QUESTIONS[0], "score": "1", "text": "words",
        "start": "0", "end": "2", "edit": str(victim.edit_id), "examiner": ExaminerName.RUBRIC.value, "stay": "1", "lines": json.dumps(line),
        "interview": victim.finished.id, "coach": victim.person.id, "group": victim.person.group, "role": "admin", "sure": "1", "on": "1",
        "identity": "forged", "owner": victim.person.id, "person_id": victim.person.id, "kind": "known",
        "card-0": json.dumps([QUESTIONS[0], point[0].id]), "minutes": "10", "retention": "90",
        "title": "a title of mine", "text-0": "words of mine", "need-0": "must", "project-0": "a project of mine", "version": "1", "count": "3",
        "number": "1", "audience": "0", "edited_from": "1", "format.json": "1", "level": "good", "lang": "zh", "prompt.zh": "a question of mine", "act": "take",
        "person": victim.person.id, f"p.{victim.person.id}": "1", f"q.{QUESTIONS[0]}": "1", "mode": "exam", "attempts": "1", "follow_ups": "0",
        "due_at": "2090-01-01T10:00", "until": "2090-01-01T10:00", "more_attempts": "1", "observed": "1",
        "shows": "answers", "named": "1", "link": victim.link,
    }  # fmt: skip
    common |= {"candidate": victim.person.id, "about": "answer", "shared": "1", "keep": "general", "saved": victim.comment, "percent": "50"}
    if endpoint.path in ("/coach/notes", "/coach/comments"):
        ids = {"id": victim.note if endpoint.path == "/coach/notes" else victim.comment}
        kinds = [{"act": "add"}, {"act": "add", "about": "candidate"}, {"act": "change"}, {"act": "delete"}]
        return [common | ids | kind for kind in kinds]
    judged = {f"v.{each.id}": VerdictStatus.MISSING.value for each in point}
    if "{group" in endpoint.path:
        return [
            {**common, "act": act, "person": victim.person.id, "days": "7", "places": "9", "link": "0" * 32} for act in group_pages.ACTS
        ]
    if endpoint.path == "/coach/people":
        return [{**common, "act": "add", "lines": text} for text in (victim.person.name, f"name,group\nForged,{victim.person.group}")]
    return [common | judged] if "{act}" in endpoint.path else [common, {}]


# ---------------------------------------------------------------- the practice page


def event_attempts(event: Event, victim: Victim, *, page: str) -> Iterator[Attempt]:
    """This event with the victim's interviews in the page's place, in the address, and in what a drawn button says."""
    acts: list[Any] = [None]
    if event.handler == "on_action":
        acts = [{"act": "delete", "arg": victim.finished.id}, {"act": "regrade", "arg": "1"}, {"act": "finish", "arg": ""}]
        point = victim.finished.questions[QUESTIONS[0]].points[0].id
        acts.append({"act": "contest", "arg": f"1/{point}/0/2"})
    for interview, seq in ((victim.running, 2), (victim.finished, 1)):
        place = f"{interview.id}/{seq}"
        for act in acts:
            data = [
                {
                    "place": place,
                    "answer": "Spark 按日期分区清洗，去重补空值，再存成 Parquet，训练直接读 somebody else's words",
                    "term": SEARCHED,
                    "pulse": "0 0",
                }.get(name, value)
                for name, value in event.inputs
            ]
            body = {"data": data, "event_data": act, "fn_index": event.number, "trigger_id": None, "session_hash": page}
            yield Attempt("POST", f"{event.prefix}/gradio_api/run/predict?interview={interview.id}", body, form=False)


def outcome(browser: TestClient, attempt: Attempt) -> tuple[int, str]:
    """The status of an event, and all that it showed."""
    answer = attempt.send(browser)
    return answer.status_code, json.dumps(answer.json(), ensure_ascii=False)


def texts_in(message: Any) -> Iterator[str]:
    """Every text in a message."""
    if isinstance(message, str):
        yield message
    for part in message.values() if isinstance(message, dict) else message if isinstance(message, list) else ():
        yield from texts_in(part)
