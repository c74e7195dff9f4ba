"""Part 4: the folder of the vector index killed during writing, truncated, made unreadable, swapped for another version's."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from interviewer.errors import VectorIndexError
from interviewer.questions.bank import Bank, bank_digest
from interviewer.questions.derive import free_question
from interviewer.questions.embeddings import HashingEmbedder
from interviewer.questions.index import QuestionIndex
from interviewer.questions.passages import passages_of
from tests.faults.processes import children
from tests.faults.table import Form, Row

QUESTIONS = 1000
NOBODY = 65534
FIRST_BUILDS = 0.3
"""Share of the kills that hit the first building of an index; the others hit the building of a new one beside the old."""
LOADED = ("tests.faults.index", "chromadb")


def run(form: Form, folder: Path) -> Iterator[Row]:
    """Kills, then damages, then a large one."""
    # From what the parent knows, not from the clock alone: the first build tells how long one takes.
    yield _kill(form, folder / "killed")
    yield _damage(form, folder / "damaged")
    yield _unwritable(folder / "in-the-way")
    yield _large(folder / "large")


def bank_of(count: int) -> Bank:
    """A bank of this many small questions in both languages."""
    texts = [f"显存不够怎么办 {number}: retries of kind {number % 7}" for number in range(count)]
    questions = tuple(
        free_question(id=f"q{number}", text=text, references=[f"{text}：先看指标。\n\nFirst look at figure {number}, then retry."], rubric=(), lang="zh")
        for number, text in enumerate(texts)
    )  # fmt: skip
    return Bank(questions, (), (), bank_digest(questions))


BANK = bank_of(20)


def start(folder: Path, parent: Connection, *, write: bool, user: int | None = None) -> None:
    """What a start does with the index, in a process of its own: open, ask; then write it again, if it is to be killed meanwhile."""
    if user is not None:
        # First all that Python loads late: the other user may not be able to read its files.
        _use_once()
        os.setgid(user)
        os.setuid(user)
    began = time.monotonic()
    index = QuestionIndex(folder, HashingEmbedder(concepts=()))

    def tell(_done: int, _total: int) -> None:
        parent.send(("writing", False, 0, 0.0))

    try:
        built = index.open(BANK, tell)
        found = index.search("显存不够怎么办")
        parent.send(("open", built, len(found), time.monotonic() - began))
        if write:
            index.rebuild(BANK, tell)
        index.close()
    except BaseException as error:  # a start must not fail, whatever it was
        parent.send(("failed", False, 0, 0.0) if not isinstance(error, VectorIndexError) else ("refused", False, 0, 0.0))
        raise


def _use_once() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        index = QuestionIndex(Path(scratch) / "index", HashingEmbedder(concepts=()))
        index.open(BANK)
        index.search("once")
        index.close()


def _started(folder: Path, *, kill_after: float | None = None, user: int | None = None) -> tuple[bool, bool, float]:
    """Start once: whether it came up, whether it built the index, how long that took. `kill_after`: seconds from the first write to kill -9."""
    mine, theirs = _CONTEXT.Pipe()
    child = _CONTEXT.Process(target=start, args=(folder, theirs), kwargs={"write": kill_after is not None, "user": user})
    child.start()
    theirs.close()
    opened = ("killed before it was open", False, 0, 0.0)
    try:
        while kill_after is None or child.is_alive():
            said = mine.recv()
            if said[0] == "writing" and kill_after is not None:
                time.sleep(kill_after)  # a random moment, nothing to wait for
                child.kill()
                break
            if said[0] != "writing":
                opened = said
                if kill_after is None or said[0] != "open":
                    break
    except EOFError:
        opened = opened if opened[0] == "open" else ("failed", False, 0, 0.0)
    child.join()
    mine.close()
    kind, built, found, seconds = opened
    return kind == "killed before it was open" or (kind == "open" and found > 0), built, seconds


def _kill(form: Form, folder: Path) -> Row:
    chance, kills = form.chance("index kills"), 6 if form.quick else 200
    took = _started(folder)[2]
    failed = rebuilt = 0
    slowest = 0.0
    for _ in range(kills):
        if chance.random() < FIRST_BUILDS:
            for sealed in folder.glob("index-*"):
                shutil.rmtree(sealed)
        up, built, seconds = _started(folder, kill_after=chance.random() * took)
        failed, rebuilt, slowest = failed + (not up), rebuilt + built, max(slowest, seconds)
    failed += not _started(folder)[0]
    left = len(list(folder.glob("building-*"))) + len(list(folder.glob("open-*")))
    return Row(
        f"index killed during writing {kills} times",
        "0 failed starts, nothing left behind",
        f"failed {failed}, built again at the next start {rebuilt}, slowest start {slowest:.2f} s, folders left {left}",
        not failed and not left,
    )


def _sealed(folder: Path) -> Path:
    (found,) = folder.glob("index-*")
    return found


def _truncate(sealed: Path, chance: random.Random) -> str:
    file = chance.choice(sorted(path for path in sealed.rglob("*") if path.is_file() and path.stat().st_size))
    os.truncate(file, chance.randrange(file.stat().st_size))
    return f"{file.name} truncated"


def _flip(sealed: Path, chance: random.Random) -> str:
    file = chance.choice(sorted(path for path in sealed.rglob("*") if path.is_file() and path.stat().st_size))
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 0xFF
    file.write_bytes(content)
    return f"a byte of {file.name} changed"


def _lock_up(sealed: Path, chance: random.Random) -> str:
    file = chance.choice(sorted(path for path in sealed.rglob("*") if path.is_file()))
    file.chmod(0)
    if os.getuid() == 0:
        os.chown(file, 0, 0)
    return f"{file.name} unreadable"


def _take_away(sealed: Path, chance: random.Random) -> str:
    file = chance.choice(sorted(path for path in sealed.rglob("*") if path.is_file()))
    file.unlink()
    return f"{file.name} gone"


def _make_older(sealed: Path, _chance: random.Random) -> str:
    """As an earlier version of Chroma would have left it: whole, but with other facts in the seal."""
    seal = sealed / "seal.json"
    record = json.loads(seal.read_text(encoding="utf-8"))
    record["facts"] = {**record["facts"], **{key: "0" for key, value in record["facts"].items() if isinstance(value, str)}}
    seal.write_text(json.dumps(record), encoding="utf-8")
    return "another version's seal"


def _swap(sealed: Path, _chance: random.Random) -> str:
    """The whole, soundly sealed index of another bank under this one's name."""
    elsewhere = sealed.parent.parent / "elsewhere"
    index = QuestionIndex(elsewhere, HashingEmbedder(concepts=()))
    index.open(bank_of(1))
    index.close()
    shutil.rmtree(sealed)
    _sealed(elsewhere).rename(sealed)
    shutil.rmtree(elsewhere)
    return "another bank's index under this name"


DAMAGES: tuple[Callable[[Path, random.Random], str], ...] = (_truncate, _flip, _lock_up, _take_away, _make_older, _swap)


def _damage(form: Form, folder: Path) -> Row:
    chance, times = form.chance("index damages"), 1 if form.quick else 10
    whole = folder / "whole"
    _started(whole)
    notes, slowest, number = [], 0.0, 0
    for damage in DAMAGES * times:
        number += 1
        home = folder / str(number)
        shutil.copytree(whole, home)
        done = damage(_sealed(home), chance)
        # For root everything is readable, so somebody else starts then.
        user = NOBODY if damage is _lock_up and os.getuid() == 0 else None
        if user is not None:
            _hand_over(home, user, but=0)
        up, built, seconds = _started(home, user=user)
        slowest = max(slowest, seconds)
        if not up or not built:
            notes.append(f"{done}: {'not built again' if up else 'failed to start'}")
    return Row(
        f"index truncated, changed, made unreadable, taken from, of another version, of another bank: {number} times",
        "0 failed starts, built again each time",
        f"failed or not built again {len(notes)}, slowest start {slowest:.2f} s",
        not notes,
        tuple(notes),
    )


def _hand_over(home: Path, user: int, *, but: int) -> None:
    """Let another user own the folder, all but what is closed to everybody."""
    for place in (home.parent.parent, home.parent):
        place.chmod(0o755)
    for path in (home, *home.rglob("*")):
        if path.stat().st_mode & 0o777 != but:
            os.chown(path, user, user)


def _unwritable(folder: Path) -> Row:
    """A file stands where the folder should be: no index can be made, and the rest must go on."""
    folder.write_text("in the way")
    index = QuestionIndex(folder, HashingEmbedder(concepts=()))
    try:
        index.open(BANK)
        said = "opened?"
    except VectorIndexError as error:
        said = str(error)
    return Row(
        "no index can be made: a file is in its place",
        "an error with the remedy, which the start passes over",
        said.split("→")[-1].strip(),
        "→" in said,
    )


class Counting(HashingEmbedder):
    """Counts the texts that it embeds: what building does twice takes twice as long on any machine."""

    embedded = 0

    def embed(self, texts: Sequence[str]) -> Any:
        self.embedded += len(texts)
        return super().embed(texts)


def _large(folder: Path) -> Row:
    """Judged by what is done, not by the clock: how long it takes is told and decides nothing."""
    bank, embedder, heard = bank_of(QUESTIONS), Counting(concepts=()), list[tuple[int, int]]()
    index = QuestionIndex(folder, embedder)
    passages = sum(len(passages_of(question)) for question in bank.questions)
    began = time.monotonic()
    built = index.open(bank, lambda done, total: heard.append((done, total)))
    seconds, embedded = time.monotonic() - began, embedder.embedded
    found = len(index.search("retries", k=4))
    index.close()
    again = index.open(bank)
    index.close()
    told = heard == sorted(heard) and heard[-1] == (passages, passages)
    return Row(
        f"index of {QUESTIONS} questions built from nothing",
        "every passage embedded once, told as it goes, and not built again at the next start",
        f"{embedded} of {passages} embedded, told {len(heard)} times, {'built again' if again else 'opened as it was'}, {seconds:.1f} s",
        built and told and embedded == passages and found == 4 and not again,
    )


_CONTEXT = children(*LOADED)
