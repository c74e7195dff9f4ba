"""Part 1: kill -9 at random moments under parallel clients. Two replicas share the records; one of them is killed, then the next."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import func, select

from interviewer.models import Grade
from interviewer.records.database import open_database
from interviewer.records.store import Store
from interviewer.records.tables import grades, grading_requests
from tests.faults import victim
from tests.faults.processes import both_databases, children
from tests.faults.table import Form, Row

CLIENTS = 8
REPLICAS = 2
RECOVERY_SECONDS = 60.0
WORDS = ["答案", "显存", "分片", "lease", "retry", "🙂", "kafka", "幂等", "'quote\"", "<b>"]


def run(form: Form, folder: Path) -> Iterator[Row]:
    """On SQLite, then on PostgreSQL."""
    kills, answers = (20, 200) if form.quick else (500, 10_000)
    with both_databases(folder) as urls:
        for name, url in urls.items():
            (folder / name).mkdir()
            chance = form.chance(f"kills {name}")
            with _Slaughter(victim.Place(folder / name, url), chance, kills=kills, answers=answers) as slaughter:
                slaughter.work()
                yield slaughter.judge(name)


@dataclass
class _Replica:
    """A victim. `socket`: where the one that runs now can be spoken to, None while there is none."""

    number: int
    socket: Path | None = None
    process: ForkServerProcess | None = None
    started: int = 0


@dataclass
class _Slaughter:
    place: victim.Place
    chance: random.Random
    kills: int
    answers: int
    saved: list[tuple[str, int, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    done: bool = False
    slowest_recovery: float = 0.0

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self.replicas = [_Replica(number) for number in range(REPLICAS)]
        self.context = children("tests.faults.victim")

    def __enter__(self) -> _Slaughter:
        open_database(self.place.folder, self.place.url).dispose()
        for replica in self.replicas:
            self._start(replica)
        return self

    def __exit__(self, *_: object) -> None:
        for replica in self.replicas:
            if replica.process:
                replica.process.kill()
                replica.process.join()

    def work(self) -> None:
        """Clients send answers while replicas die, until there were enough of both; then all wait for the grades."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._send_answers, random.Random(self.chance.random())) for _ in range(CLIENTS)]
            for number in range(self.kills):
                self._await_answers((number + self.chance.random()) * self.answers / self.kills)
                time.sleep(self.chance.random() * 0.02)  # a random moment, nothing to wait for
                self._restart(self.replicas[number % REPLICAS])
            self._await_answers(self.answers)
            with self.changed:
                self.done = True
                self.changed.notify_all()
            for client in clients:
                client.result()
        self._await_grades()

    def judge(self, name: str) -> Row:
        """What the records hold of what was acknowledged."""
        database = open_database(self.place.folder, self.place.url)
        store, held = Store(database), dict[str, dict[int, str]]()
        twice = ungraded = 0
        for interview in store.list_interviews(owner=victim.OWNER, limit=10**6):
            turns = store.load(interview.id, owner=victim.OWNER).turns
            held[interview.id] = {turn.seq: turn.reply.text for turn in turns if turn.reply}
            twice += sum(1 for turn in turns if len(turn.grades) > 1)
            ungraded += sum(1 for turn in turns if turn.reply and not isinstance(turn.outcome, Grade))
        with database.reading() as connection:
            requests = connection.scalar(select(func.count()).select_from(grading_requests))
            accepted = connection.scalar(select(func.count()).select_from(grades))
            claimed_again = connection.scalar(select(func.count()).where(grading_requests.c.attempts > 1))
        database.dispose()
        lost = sum(1 for interview, seq, text in self.saved if held.get(interview, {}).get(seq) != text)
        wrong = lost + twice + ungraded + len(self.errors) + abs((requests or 0) - (accepted or 0))
        return Row(
            f"{name}: {self.kills} × kill -9, {REPLICAS} replicas, {CLIENTS} clients, {len(self.saved)} acknowledged answers",
            "lost 0, graded twice 0, left ungraded 0, errors to clients 0",
            f"lost {lost}, graded twice {twice}, ungraded {ungraded}, errors {len(self.errors)}; "
            f"{accepted} grades of {requests} requests, {claimed_again} taken over; all graded {self.slowest_recovery:.1f} s after the last answer",
            wrong == 0,
            tuple(sorted(set(self.errors)))[:5],
        )

    # ------------------------------------------------------------ the replicas

    def _start(self, replica: _Replica) -> None:
        replica.started += 1
        socket = self.place.folder / f"{replica.number}-{replica.started}.sock"
        mine, theirs = self.context.Pipe()
        seed = self.chance.randrange(2**32)
        replica.process = self.context.Process(target=victim.serve, args=(self.place, socket, seed, theirs), daemon=True)
        replica.process.start()
        theirs.close()
        mine.recv()
        mine.close()
        with self.changed:
            replica.socket = socket
            self.changed.notify_all()

    def _restart(self, replica: _Replica) -> None:
        assert replica.process
        replica.process.kill()
        with self.changed:
            if replica.socket:
                replica.socket.unlink(missing_ok=True)
            replica.socket = None
        replica.process.join()
        self._start(replica)

    def _await_answers(self, count: float) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.saved) >= min(count, self.answers), timeout=120):
                raise AssertionError(f"no answer was acknowledged for two minutes; {self.errors[:3]}")

    def _await_grades(self) -> None:
        """Until no request is open; what a dead replica held is due when its lease has run out."""
        database = open_database(self.place.folder, self.place.url)
        began = time.monotonic()
        while time.monotonic() < began + RECOVERY_SECONDS:
            with database.reading() as connection:
                if not connection.scalar(select(func.count()).where(grading_requests.c.done.is_(False))):
                    break
            time.sleep(0.05)  # other processes work on it
        database.dispose()
        self.slowest_recovery = time.monotonic() - began

    # ------------------------------------------------------------ the clients

    def _send_answers(self, chance: random.Random) -> None:
        while not self.done:
            begun = self._ask(chance, "begin")
            interview, seq = (begun[1], begun[2]) if begun else ("", None)
            while seq and not self.done:
                text = f"{interview}/{seq} {' '.join(chance.choices(WORDS, k=chance.randrange(1, 40)))} {chance.random()}"
                said = self._ask(chance, "answer", interview, seq, text)
                if said is None:
                    break
                with self.changed:
                    self.saved.append((interview, seq, text))
                    self.changed.notify_all()
                seq = said[2]

    def _ask(self, chance: random.Random, *asked: object) -> tuple[str, str, int | None] | None:
        """Ask whichever replica is there; one that dies meanwhile is asked again, or another, the same. None at the end or after an error."""
        while socket := self._find_replica(chance):
            with suppress(EOFError, OSError):
                with Client(str(socket)) as connection:
                    said = _converse(connection, asked)
                if said[0] != "error":
                    return said
                self.errors.append(said[1])
                return None
        return None

    def _find_replica(self, chance: random.Random) -> Path | None:
        with self.changed:
            self.changed.wait_for(lambda: self.done or any(replica.socket for replica in self.replicas))
            alive = [replica.socket for replica in self.replicas if replica.socket]
            return None if self.done else chance.choice(alive)


def _converse(connection: Connection, asked: tuple[object, ...]) -> tuple[str, str, int | None]:
    connection.send(asked)
    said: tuple[str, str, int | None] = connection.recv()
    return said
