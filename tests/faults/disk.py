"""Part 7: a full disk, a read-only folder, a locked and a damaged database, a question file that is gone, a clock that jumps."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from interviewer.errors import InterviewerError, StoreError, StoreTrouble
from interviewer.models import Grade
from interviewer.records import database
from interviewer.records.backup import back_up, put_back
from interviewer.records.database import FILE, open_database
from interviewer.records.store import Store, utc_now
from interviewer.ui.labels import words
from tests.examples import ScriptedExaminer, grade
from tests.faults.ages import ANSWER, clock_jumps, practise, question_gone
from tests.faults.index import NOBODY
from tests.faults.page import Page
from tests.faults.processes import children
from tests.faults.table import Form, Row
from tests.integration.rooms import open_room
from tests.serving import ROOT, Served

NO_LIMIT = resource.RLIM_INFINITY


def run(form: Form, folder: Path) -> Iterator[Row]:
    """One row for each way in which disk, files and clock let us down."""
    yield _full_disk(folder / "full")
    yield _full_disk_at_start(folder / "full-at-start")
    yield _read_only(folder / "read-only")
    yield _locked(folder / "locked")
    yield from _damaged(form, folder)
    yield _damaged_while_serving(form, folder / "damaged-while-serving")
    yield question_gone(folder / "question-gone")
    yield clock_jumps(folder / "clock")


# ---------------------------------------------------------------- a full disk


class _Bounded(Served):
    """A server whose files cannot grow while `full`: to a program the same as a disk without room."""

    def __enter__(self) -> _Bounded:
        self.start()
        return self

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        assert self._process
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (1, NO_LIMIT))
        try:
            yield
        finally:
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))


def _full_disk(folder: Path) -> Row:
    wrong = []
    with _Bounded(folder) as server:
        pages = {"zh": Page(server.port), "en": Page(server.port, "/en")}
        for page in pages.values():
            page.begin()
            page.answer(ANSWER)
        before = {lang: page.place for lang, page in pages.items()}
        with server.full():
            for lang, page in pages.items():
                t = words("zh" if lang == "zh" else "en")
                if t["draft_unsaved"] not in page.draft("half an answer"):
                    wrong.append(f"{lang}: a draft that is not saved is not told")
                shown = page.answer("posted while the disk is full")
                if not any(t[f"trouble_store_{trouble}"] in shown for trouble in StoreTrouble):
                    wrong.append(f"{lang}: no clear message on the page: {shown[-200:]}")
                if ANSWER not in page.export():
                    wrong.append(f"{lang}: the transcript cannot be read")
                if page.place != before[lang]:
                    wrong.append(f"{lang}: the page moved on")
        for lang, page in pages.items():
            page.answer(f"sent again in {lang}")
            kept = page.export()
            if ANSWER not in kept or f"sent again in {lang}" not in kept or "posted while the disk" in kept:
                wrong.append(f"{lang}: not as it should be once there is room again")
    return Row(
        "full disk while serving: draft, answer and transcript in both languages, then room again",
        "a clear message with the remedy, nothing lost, transcripts readable",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


def _full_disk_at_start(folder: Path) -> Row:
    folder.mkdir()
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1, -1)); from interviewer.cli import main; sys.exit(main(['export', 'x']))"
    done = _run_code(folder, code)
    remedy = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
    return Row(
        "full disk at the first start",
        "refused with the remedy",
        remedy.split("→")[-1].strip()[:160] or "nothing was said",
        done.returncode == 1 and "→" in remedy and "Traceback" not in done.stderr,
    )


def _run_code(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INTERVIEWER_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


# ---------------------------------------------------------------- a read-only folder


def try_read_only(folder: Path, interview: str, parent: Connection) -> None:
    """As a user who may not write the folder: what opening, reading and answering say. Root may write everything, so it is another user."""
    said = {}
    try:
        open_database(folder / "scratch").dispose()  # all that Python loads late
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            open_database(folder / "empty")
            said["empty"] = "opened?"
        except InterviewerError as error:
            said["empty"] = str(error)
        said["read"], said["write"] = _read_and_write(folder / "used", interview)
    except BaseException as error:
        said["crash"] = f"{type(error).__name__}: {error}"
    parent.send(said)


def _read_and_write(folder: Path, interview: str) -> tuple[str, str]:
    try:
        with open_room(folder, ScriptedExaminer(grade()), started=False) as room:
            seen = room.service.read(interview, owner="local")
            read = seen.turns[0].reply.text if seen.turns[0].reply else ""
            try:
                room.service.save_draft(interview, owner="local", seq=2, text="more")
            except StoreError as error:
                return read, str(error)
            return read, "written?"
    except InterviewerError as error:
        return str(error), str(error)


def _read_only(folder: Path) -> Row:
    interview = practise(folder / "used")
    (folder / "empty").mkdir()
    os.chmod(folder.parent, 0o755)
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    context = children("tests.faults.disk")
    mine, theirs = context.Pipe()
    # The child makes what it needs before it becomes another user.
    folder.chmod(0o755)
    child = context.Process(target=try_read_only, args=(folder, interview, theirs))
    child.start()
    theirs.close()
    said = mine.recv()
    child.join()
    wrong = [f"{what}: {text}" for what, text in said.items() if what in ("crash",) or (what in ("empty", "write") and "→" not in text)]
    if said.get("read") != ANSWER:
        wrong.append(f"the old transcript cannot be read: {said.get('read', '')}")
    return Row(
        "read-only data folder: a start without and with a database, reading, writing",
        "a clear message with the remedy, old transcripts readable",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


# ---------------------------------------------------------------- a locked database


def hold_lock(path: Path, parent: Connection) -> None:
    """Hold the database for oneself until told to let go."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        parent.send("held")
        parent.recv()


def _locked(folder: Path) -> Row:
    wrong = []
    patience, database.BUSY_MILLISECONDS = database.BUSY_MILLISECONDS, 300
    try:
        with open_room(folder, ScriptedExaminer(grade())) as room:
            begun = room.begin(follow_ups=0)
            context = children("tests.faults.disk")
            mine, theirs = context.Pipe()
            holder = context.Process(target=hold_lock, args=(folder / FILE, theirs), daemon=True)
            holder.start()
            theirs.close()
            mine.recv()
            try:
                room.service.submit(begun, ANSWER)
                wrong.append("an answer was acknowledged that could not be written")
            except StoreError as error:
                wrong += [] if "→" in str(error) else ["no remedy is told"]
            if room.read(begun).current is None:
                wrong.append("the transcript cannot be read meanwhile")
            mine.send("let go")
            holder.join()
            room.service.submit(begun, ANSWER)
            after = room.settle(begun)
            if not isinstance(after.turns[0].outcome, Grade) or len(after.turns[0].grades) != 1:
                wrong.append("not graded once after the lock was gone")
    finally:
        database.BUSY_MILLISECONDS = patience
    return Row(
        "another process holds BEGIN EXCLUSIVE longer than the busy timeout",
        "a clear message, transcripts readable meanwhile, the next click is saved and graded once",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


# ---------------------------------------------------------------- a damaged database


def _damaged(form: Form, folder: Path) -> Iterator[Row]:
    chance, times = form.chance("damaged database"), 5 if form.quick else 50
    whole, backup = folder / "whole", folder / "backup.db"
    interviews = [practise(whole) for _ in range(5)]
    back_up(whole, backup)
    content = (whole / FILE).read_bytes()
    wrong, readable, asked, refused = [], 0, 0, 0
    for number in range(times):
        data = folder / f"damaged-{number}"
        data.mkdir()
        damaged = bytearray(content)
        place = 0 if number == 0 else chance.randrange(len(content))
        damaged[place : place + 4096] = chance.randbytes(len(damaged[place : place + 4096]))
        (data / FILE).write_bytes(damaged)
        try:
            opened = open_database(data)
        except InterviewerError as error:
            refused += 1
            wrong += [] if "restore" in str(error) else [f"no remedy: {error}"]
        except Exception as error:
            wrong.append(f"at byte {place}: {type(error).__name__} at the start")
        else:
            for interview in interviews:
                asked += 1
                try:
                    readable += bool(Store(opened).load(interview, owner="local").turns)
                except InterviewerError:
                    pass
                except Exception as error:
                    wrong.append(f"at byte {place}: {type(error).__name__} while reading")
            opened.dispose()
        try:
            put_back(data, backup, now=utc_now())
            with open_room(data, ScriptedExaminer(grade()), started=False) as room:
                wrong += (
                    [] if all(room.service.read(each, owner="local").turns for each in interviews) else ["a backup came back with gaps"]
                )
        except Exception as error:
            wrong.append(f"at byte {place}: the backup cannot be put back: {type(error).__name__}: {error}")
    yield Row(
        f"4 KB of the database overwritten with noise, {times} times, then a backup put back",
        "a clear message or the transcripts that can be read, never a crash; the backup brings everything back",
        f"start refused {refused}; else {readable} of {asked} transcripts readable; wrong {len(wrong)}",
        not wrong,
        tuple(dict.fromkeys(wrong))[:8],
    )


def _damaged_while_serving(form: Form, folder: Path) -> Row:
    """By the command line, as an operator would, while pages are open."""
    wrong, lengths = [], (100,) if form.quick else (100, 4096, 65_536)
    with Served(folder) as server:
        page = Page(server.port)
        page.begin()
        page.answer(ANSWER)
        for number, length in enumerate(lengths):
            file = folder / f"backup-{number}.db"
            wrong += _command(folder, "backup", str(file))
            with contextlib.closing(sqlite3.connect(folder / "data" / FILE)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or the log would still hold what is overwritten
            with (folder / "data" / FILE).open("r+b") as damaged:
                damaged.write(b"\xa5" * length)
            wrong += _command(folder, "restore", str(file))
            page.go_on()
            page.answer(f"{ANSWER} {number}")
            shown = page.export()
            if any(f"{ANSWER} {each}" not in shown for each in range(number + 1)):
                wrong.append(f"{length} bytes: an answer is not in the transcript after the restore")
        before = page.export()
        server.kill()
        server.start()
        if page.export() != before:
            wrong.append("the transcript is another one after the next start")
    return Row(
        f"the first {', '.join(map(str, lengths))} bytes of the database overwritten while serving, then `interviewer restore`, the server left running",
        "the open page goes on at once; what is answered then is there after the next start",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


def _command(folder: Path, *words: str) -> list[str]:
    done = _run_code(folder, f"import sys; from interviewer.cli import main; sys.exit(main({list(words)!r}))")
    return [] if done.returncode == 0 else [f"{words[0]} failed: {done.stderr.strip()[-200:]}"]
