"""The webhook against a receiver on this machine that fails in every way: told once under one id, tried again, given up in the end."""

from __future__ import annotations

import base64
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewer.addresses import read_webhook_secret
from interviewer.jobs import JobRunner
from interviewer.models import Interview, JobState
from interviewer.records.erasure import erase_interview, erase_person
from interviewer.records.events import done_reviews, ended_interviews
from interviewer.records.job_tables import jobs
from interviewer.records.jobs import KEPT, LEASE, JobQueue
from interviewer.records.telling_tables import webhook_messages
from interviewer.records.webhooks import DELIVER, Counts, Message, WebhookStore
from interviewer.telling.sending import Sender
from interviewer.telling.webhook import PAUSES, Webhook
from tests.databases import ON_BOTH
from tests.integration.coaching import Desk, open_desk

SECRET = read_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
PATIENCE = 0.3

Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def hang(handler: BaseHTTPRequestHandler) -> None:
    handler.server.released.wait(20)  # type: ignore[attr-defined]


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 20")


def talk_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\xff" * 2000 + b"\r\n\r\n")


@dataclass
class Receiver:
    """What came, and what is answered to it: the answers in turn, then 204."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.close_connection = True
            (found.answers.pop(0) if found.answers else status(204))(self)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.released = threading.Event()  # type: ignore[attr-defined]
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/hook?key=1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.released.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Told:
    """A desk whose events are told, step by step."""

    desk: Desk
    receiver: Receiver

    def __post_init__(self) -> None:
        self.store = WebhookStore(self.desk.room.store.database)
        self.queue = JobQueue(self.desk.room.store.database, worker="one")
        self.webhook = Webhook(
            self.store, Sender(self.receiver.url, patience=PATIENCE), url=self.receiver.url, secret=SECRET,
            sources=(ended_interviews, done_reviews), now=self.desk.room.clock,
        )  # fmt: skip
        self.webhook.announce()

    def reviewed(self) -> Interview:
        return self.desk.service.mark_reviewed(self.desk.coach, self.desk.held(self.desk.ann).id)

    def send_due(self) -> int:
        """Work on whatever is due now; how many tries that were."""
        runner, n = JobRunner(self.queue, {DELIVER: self.webhook.work}, now=self.desk.room.clock), 0
        while job := self.queue.claim(self.desk.room.clock(), [DELIVER]):
            runner._do(job)
            n += 1
        return n

    def one(self) -> Message:
        (message,) = self.store.latest(10)
        return message


@pytest.fixture
def told(tmp_path: Path, receiver: Receiver) -> Iterator[Told]:
    with open_desk(tmp_path) as desk:
        yield Told(desk, receiver)


@ON_BOTH[0]
@ON_BOTH[1]
def test_what_happened_is_told_once_with_ids_alone_and_its_signature_holds(told: Told) -> None:
    held = told.reviewed()
    assert (told.webhook.announce(), told.webhook.announce()) == (2, 0)
    assert (told.send_due(), told.send_due()) == (2, 0)
    ended, review = sorted(told.receiver.came, key=lambda came: json.loads(came[1])["type"])  # both are due at once
    assert [json.loads(body) for _, body in (ended, review)] == [
        {"type": "interview.ended", "timestamp": at(held.finished_at), "data": {"interview": held.id, "person": held.owner}},
        {
            "type": "review.done", "timestamp": at(held.edits[-1].at),
            "data": {"coach": told.desk.coach.id, "interview": held.id, "person": held.owner},
        },
    ]  # fmt: skip
    for headers, body in told.receiver.came:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
        assert headers["host"] == told.receiver.url.split("/")[2]
    assert told.store.counts() == Counts(done=2)
    assert {message.last_result for message in told.store.latest(9)} == {"204"}


def at(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


@ON_BOTH[0]
@ON_BOTH[1]
def test_a_review_that_is_reopened_and_done_again_is_told_again(told: Told) -> None:
    held = told.reviewed()
    told.webhook.announce()
    told.desk.service.reopen(told.desk.coach, held.id)
    told.desk.room.clock.forward(minutes=1)
    told.desk.service.mark_reviewed(told.desk.coach, held.id)
    assert told.webhook.announce() == 1
    assert sorted(message.kind for message in told.store.latest(9)) == ["interview.ended", "review.done", "review.done"]


FAULTS = {
    "a server's error": (status(500), "500"),
    "too many": (status(429), "429"),
    "a redirect": (status(302, location="/elsewhere"), "302"),
    "no answer": (hang, "timeout"),
    "half an answer": (break_off, "broken"),
    "nonsense": (talk_nonsense, "broken"),
    "not found": (status(404), "404"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_tried_again_later_under_the_same_id(told: Told, fault: str) -> None:
    answer, result = FAULTS[fault]
    told.receiver.answers = [answer, answer]
    told.desk.held(told.desk.ann)
    told.webhook.announce()
    clock = told.desk.room.clock
    for pause in PAUSES[:2]:
        assert (told.send_due(), told.send_due()) == (1, 0)
        assert (told.one().last_result, told.one().state, told.one().next_at) == (result, JobState.OPEN, clock() + timedelta(seconds=pause))
        clock.forward(seconds=pause)
    assert told.send_due() == 1
    assert (told.one().state, told.one().tries, told.one().last_result) == (JobState.DONE, 3, "204")
    assert len(told.receiver.came) == 3
    assert len({(headers["webhook-id"], body) for headers, body in told.receiver.came}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in told.receiver.came}) == 3


def test_who_is_not_there_is_tried_a_bounded_number_of_times_and_then_by_hand(told: Told) -> None:
    url, told.webhook._sender = told.receiver.url, Sender("http://127.0.0.1:9/", patience=PATIENCE)
    told.desk.held(told.desk.ann)
    told.webhook.announce()
    for pause in (*PAUSES, 0.0):
        assert told.send_due() == 1
        told.desk.room.clock.forward(seconds=pause)
    assert told.send_due() == 0
    assert (told.one().state, told.one().tries, told.one().last_result) == (JobState.FAILED, 1 + len(PAUSES), "unreachable")
    assert told.store.counts() == Counts(failed=1)
    told.webhook._sender = Sender(url, patience=PATIENCE)
    assert told.store.send_again(told.one().id, told.desk.room.clock())
    assert not told.store.send_again(told.one().id, told.desk.room.clock())
    assert told.send_due() == 1
    assert (told.one().state, told.receiver.ids) == (JobState.DONE, [told.one().id])
    assert not told.store.send_again(told.one().id, told.desk.room.clock())


def test_a_receiver_that_wants_no_more_of_it_is_left_alone(told: Told) -> None:
    told.receiver.answers = [status(410)]
    told.desk.held(told.desk.ann)
    told.webhook.announce()
    assert told.send_due() == 1
    told.desk.room.clock.forward(hours=20)
    assert (told.send_due(), told.one().state, told.one().last_result) == (0, JobState.FAILED, "410")


def test_what_happened_before_the_address_was_set_is_not_told(told: Told) -> None:
    told.desk.held(told.desk.ann)
    told.webhook._url = "https://another.example.org/"
    assert told.webhook.announce() == 0
    told.desk.room.clock.forward(hours=1)
    told.desk.held(told.desk.ann)
    assert told.webhook.announce() == 1
    told.store.forget_address()
    told.desk.held(told.desk.ann)
    assert (told.webhook.announce(), told.webhook.announce()) == (0, 0)


def test_an_event_that_was_put_down_late_is_told_all_the_same(told: Told) -> None:
    """A transaction may end after one that began later and was told already."""
    held = told.desk.held(told.desk.ann)
    told.desk.room.clock.forward(minutes=9)
    late = list[Any]()
    told.webhook._sources = (lambda *asked: late and list(ended_interviews(*asked)),)  # type: ignore[assignment]
    told.webhook.announce()
    late.append(True)
    assert told.webhook.announce() == 1
    assert told.one().subject["interview"] == held.id


@ON_BOTH[0]
@ON_BOTH[1]
def test_two_replicas_that_look_at_once_make_one_message(told: Told) -> None:
    told.desk.held(told.desk.ann)
    at_once = threading.Barrier(2)

    def source(*asked: Any) -> Any:
        found = list(ended_interviews(*asked))
        at_once.wait(20)
        return found

    told.webhook._sources = (source,)
    threads = [threading.Thread(target=told.webhook.announce) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.send_due(), len(told.receiver.came)) == (1, 1)


@ON_BOTH[0]
@ON_BOTH[1]
def test_of_a_deleted_person_or_interview_nothing_is_told_or_kept(told: Told) -> None:
    held, other = told.desk.held(told.desk.ann), told.desk.held(told.desk.ann)
    told.desk.held(told.desk.abe)
    told.webhook.announce()
    database, now = told.desk.room.store.database, told.desk.room.clock()
    with database.writing() as connection:
        erase_interview(connection, held.id, now)
    assert {message.subject["interview"] for message in told.store.latest(9)} >= {other.id}
    assert held.id not in {message.subject["interview"] for message in told.store.latest(9)}
    with database.writing() as connection:
        erase_person(connection, told.desk.ann.id, now)
    assert told.one().subject["person"] == told.desk.abe.id
    told.send_due()
    assert len(told.receiver.came) == 1


def test_messages_are_kept_as_long_as_jobs_are(told: Told) -> None:
    told.desk.held(told.desk.ann)
    told.webhook.announce()
    told.send_due()
    told.desk.room.clock.forward(days=KEPT.days + 1)
    told.webhook.announce()
    assert told.store.latest(9) == ()


VICTIM = """
import sys
from pathlib import Path
from interviewer.addresses import read_webhook_secret
from interviewer.jobs import JobRunner
from interviewer.records.database import open_database
from interviewer.records.jobs import JobQueue
from interviewer.records.store import utc_now
from interviewer.records.webhooks import DELIVER, WebhookStore
from interviewer.telling.sending import Sender
from interviewer.telling.webhook import Webhook

database = open_database(Path(sys.argv[1]))
webhook = Webhook(
    WebhookStore(database), Sender(sys.argv[2]), url=sys.argv[2], sources=(), now=utc_now,
    secret=read_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
)
queue = JobQueue(database, worker="victim")
JobRunner(queue, {DELIVER: webhook.work}, now=utc_now)._do(queue.claim(utc_now(), [DELIVER]))
"""


def test_a_kill_between_the_answer_and_its_note_tells_it_again_under_the_same_id(told: Told, tmp_path: Path) -> None:
    def kill(_handler: BaseHTTPRequestHandler) -> None:
        os.kill(process.pid, signal.SIGKILL)

    told.receiver.answers = [kill]
    told.desk.held(told.desk.ann)
    told.webhook.announce()
    process = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path), told.receiver.url])
    assert process.wait(60) == -signal.SIGKILL
    assert (told.one().tries, told.one().state) == (0, JobState.OPEN)
    with told.desk.room.store.database.reading() as connection:
        leased = connection.execute(select(jobs.c.lease_owner, jobs.c.lease_until).where(jobs.c.subject == told.one().id)).one()
    assert leased.lease_owner == "victim"
    job = told.queue.claim(leased.lease_until + timedelta(seconds=1), [DELIVER])
    assert job
    JobRunner(told.queue, {DELIVER: told.webhook.work}, now=told.desk.room.clock)._do(job)
    assert told.one().state is JobState.DONE
    assert told.receiver.ids == [told.one().id] * 2
    assert timedelta(minutes=1) > LEASE


def test_nothing_of_what_was_said_is_in_a_message(told: Told) -> None:
    held = told.desk.held(told.desk.ann, "a very private answer")
    told.desk.service.comment(told.desk.coach, held.id, seq=1, text="a very private comment")
    told.desk.service.mark_reviewed(told.desk.coach, held.id)
    told.webhook.announce()
    told.send_due()
    with told.desk.room.store.database.reading() as connection:
        kept = str(connection.execute(select(webhook_messages)).all())
    sent = kept + str(told.receiver.came)
    assert not [word for word in ("private", "Ann", "Coach", "red") if word in sent]
