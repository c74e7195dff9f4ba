"""The vector index of the bank's passages, kept by Chroma in the data folder. A cache: it can always be built again.

Chroma must not share a folder between processes, writes to it even when only asked, and a killed write can leave an index
that crashes its reader. So an index is built aside, closed, sealed and renamed into place (`published`); each process
then asks a copy of its own, and a copy that differs from its seal by one byte is never opened but built again.

There is one collection for the whole bank. Within a question the few passages are compared one by one with their vectors from it, which
is exact and takes a fraction of a millisecond; Chroma's metadata filter takes 6 ms at 10,000 passages, and a collection of its own for
each question made building a bank of 1,000 questions take 20 s.
"""

from __future__ import annotations

import hashlib
import heapq
import logging
import re
import secrets
import shutil
import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from interviewer.errors import EndpointError, VectorIndexError
from interviewer.models import Lang, Passage
from interviewer.observability.logs import with_facts
from interviewer.private_files import make_private_folder
from interviewer.questions.bank import Bank
from interviewer.questions.embeddings import Embedder
from interviewer.questions.passages import passages_of
from interviewer.questions.published import FolderLock, WorkingCopy, is_whole, seal, sweep
from interviewer.sqlite_version import too_old

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Hears how many passages of how many are embedded."""

_FORMAT = 2
"""Raise it when the way passages are cut or stored changes."""

_BATCH = 256
_LEAST = 1e-12
_SPACE = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 100}}
_SEALED, _BUILDING, _COPY, _LOCK = "index-", "building-", "open-", "index.lock"
_REMEDY = "the interview goes on without it; `interviewer index` builds it again"


class QuestionIndex:
    """Finds the passages of the bank that are nearest to a text. `folder` is its own; safe to use from several threads.

    Nothing is read or written before `open` or `rebuild`, which may run in the background: until then `search` raises.
    """

    def __init__(self, folder: Path, embedder: Embedder, *, patience: float = 120.0) -> None:
        self._folder, self._embedder, self._patience = folder, embedder, patience
        self._changing, self._asking = threading.Lock(), threading.Lock()
        self._shelf: _Shelf | None = None

    @property
    def ready(self) -> bool:
        """Whether `search` can be asked."""
        return self._shelf is not None

    def collection_name(self, bank: Bank) -> str:
        """The name of the collection for this embedder and bank: at most 55 characters that Chroma and file systems take."""
        slug = re.sub(r"[^a-z0-9]+", "-", self._embedder.name.lower()).strip("-")[:24].strip("-") or "embedder"
        exact = hashlib.sha256(f"{_FORMAT} {self._embedder.name}".encode()).hexdigest()[:8]
        return f"{slug}-{exact}-{bank.digest[:20]}"

    def open(self, bank: Bank, progress: Progress | None = None) -> bool:
        """Open the index of this bank, building it if it is missing, stale or damaged; True if it was built.

        VectorIndexError if it can be neither opened nor built.
        """
        return self._open(bank, progress or _silence, afresh=False)

    def rebuild(self, bank: Bank, progress: Progress | None = None) -> None:
        """Build the index again, whatever there is; the old one answers until the new one is ready."""
        self._open(bank, progress or _silence, afresh=True)

    def search(
        self,
        text: str,
        *,
        question_ids: Collection[str] | None = None,
        lang: Lang | None = None,
        kinds: Collection[str] | None = None,
        k: int = 4,
    ) -> tuple[Passage, ...]:
        """The `k` passages nearest to the text, best first: of these questions if some are given, of one language, of some kinds.

        VectorIndexError before the index is ready, or if it or the embeddings endpoint fails.
        """
        if self._shelf is None:
            raise VectorIndexError(f"the index is not ready yet → {_REMEDY}")
        if not text.strip() or k < 1:
            return ()
        with _as_index_error("asked"):
            vector = self._embedder.embed([text])
            with self._asking:
                shelf = self._shelf
                if shelf is None:
                    raise VectorIndexError(f"the index is closed → {_REMEDY}")
                return shelf.nearest(vector, _Wanted(question_ids, lang, frozenset(kinds) if kinds is not None else None, k))

    def close(self) -> None:
        """Give back the files; `open` may be called again."""
        with self._changing:
            self._swap(None)

    def _swap(self, shelf: _Shelf | None) -> None:
        with self._asking:
            old, self._shelf = self._shelf, shelf
        if old is not None:
            old.close()

    def _open(self, bank: Bank, progress: Progress, *, afresh: bool) -> bool:
        name = self.collection_name(bank)
        passages = tuple(passage for question in bank.questions for passage in passages_of(question))
        with self._changing, _as_index_error("built"):
            make_private_folder(self._folder)
            with FolderLock(self._folder / _LOCK, patience=self._patience):
                sweep(self._folder, unfinished=_BUILDING, copies=_COPY)
                shelf = None if afresh else self._take(name, passages)
                built = shelf is None
                if shelf is None:
                    self._build(name, passages, progress, {} if afresh else self._known(passages))
                    shelf = self._take(name, passages)
            if shelf is None:
                raise VectorIndexError(f"the index was built but cannot be read back → check the disk of {self._folder}")
            self._swap(shelf)
        return built

    def _take(self, name: str, passages: Sequence[Passage]) -> _Shelf | None:
        """A shelf on a copy of the sealed index, if there is a whole one; what is not whole, or not ours, is removed."""
        shelf: _Shelf | None = None
        for sealed in sorted(self._folder.glob(f"{_SEALED}*")):
            if shelf is None and sealed.name.startswith(f"{_SEALED}{name}-"):
                shelf = self._copy(sealed, name, passages)
                if shelf is not None:
                    continue
            shutil.rmtree(sealed, ignore_errors=True)
        return shelf

    def _copy(self, sealed: Path, name: str, passages: Sequence[Passage]) -> _Shelf | None:
        try:
            copy = WorkingCopy.of(sealed, self._folder / f"{_COPY}{secrets.token_hex(6)}")
        except (OSError, shutil.Error):
            return None
        try:
            if is_whole(copy.path, _facts(name, passages)):
                with _as_index_error("opened"):
                    return _Shelf(copy, name, passages)
        except VectorIndexError:
            pass
        copy.discard()
        return None

    def _known(self, passages: Sequence[Passage]) -> dict[str, Any]:
        """The vectors of those of the passages that the open index has as they are, by id: a change of one question embeds no other again."""
        with self._asking:
            return {} if self._shelf is None else self._shelf.vectors_of(passages)

    def _build(self, name: str, passages: Sequence[Passage], progress: Progress, known: Mapping[str, Any]) -> None:
        building = self._folder / f"{_BUILDING}{secrets.token_hex(6)}"
        make_private_folder(building)
        try:
            with _client(building) as client:
                for number, vectors in _embedded(self._embedder, passages, progress, known):
                    rows = passages[number : number + len(vectors)]
                    _fill(client, name, rows, vectors)
            seal(building, _facts(name, passages))
            older = list(self._folder.glob(f"{_SEALED}{name}-*"))
            building.rename(self._folder / f"{_SEALED}{name}-{secrets.token_hex(6)}")
            for old in older:
                shutil.rmtree(old, ignore_errors=True)
        finally:
            shutil.rmtree(building, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    question_ids: Collection[str] | None
    lang: Lang | None
    kinds: frozenset[str] | None
    k: int

    def fits(self, passage: Passage) -> bool:
        return (
            (self.question_ids is None or passage.question_id in self.question_ids)
            and (self.lang is None or passage.lang == self.lang)
            and (self.kinds is None or passage.kind in self.kinds)
        )


class _Shelf:
    """An open copy of the index with the passages it was built from."""

    def __init__(self, copy: WorkingCopy, name: str, passages: Sequence[Passage]) -> None:
        self._passages = {passage.id: passage for passage in passages}
        self._ids: dict[str, list[str]] = {}
        for passage in passages:
            self._ids.setdefault(passage.question_id, []).append(passage.id)
        self._vectors: dict[str, Any] = {}
        client = _connect(copy.path)
        self._release = weakref.finalize(self, _dispose, client, copy)
        try:
            self._whole = client.get_collection(name, embedding_function=None) if passages else None
            if self._whole is not None and self._whole.count() != len(self._passages):
                raise VectorIndexError(f"the index lacks passages → {_REMEDY}")
        except BaseException:
            self._release()
            raise

    def close(self) -> None:
        self._release()

    def vectors_of(self, passages: Sequence[Passage]) -> dict[str, Any]:
        """The vectors of those that are in here word for word, by id."""
        same = [passage.id for passage in passages if (mine := self._passages.get(passage.id)) and mine.text == passage.text]
        if self._whole is None or not same:
            return {}
        read = self._whole.get(ids=same, include=["embeddings"])
        return dict(zip(read["ids"], read["embeddings"], strict=True))

    def nearest(self, vector: Any, wanted: _Wanted) -> tuple[Passage, ...]:
        """Of one question its passages are compared one by one; else more are asked for until enough of those that are wanted are among them."""
        if self._whole is None:
            return ()
        if wanted.question_ids is not None:
            within: dict[str, float] = {}
            for question_id in wanted.question_ids:
                within |= self._compare(question_id, vector)
            return self._best(within, wanted)
        asked = wanted.k if wanted.lang is None and wanted.kinds is None else wanted.k * 8
        while True:
            asked = min(asked, len(self._passages))
            reply = self._whole.query(query_embeddings=vector, n_results=asked, include=["distances"])
            near = {id: 1.0 - float(distance) for id, distance in zip(reply["ids"][0], reply["distances"][0], strict=True)}
            found = self._best(near, wanted)
            if len(found) >= wanted.k or asked == len(self._passages):
                return found
            asked *= 8

    def _compare(self, question_id: str, vector: Any) -> dict[str, float]:
        """The similarity of every passage of a question. Vectors are read when a question is first asked about."""
        import numpy as np

        if question_id not in self._ids:
            return {}
        if question_id not in self._vectors:
            assert self._whole is not None
            read = self._whole.get(ids=self._ids[question_id], include=["embeddings"])
            rows = np.asarray(read["embeddings"], dtype=np.float32)
            self._vectors[question_id] = read["ids"], rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _LEAST)
        ids, rows = self._vectors[question_id]
        asked = np.asarray(vector, dtype=np.float32)[0]
        return dict(zip(ids, (rows @ (asked / max(float(np.linalg.norm(asked)), _LEAST))).tolist(), strict=True))

    def _best(self, similarities: dict[str, float], wanted: _Wanted) -> tuple[Passage, ...]:
        rated = ((-round(similarity, 6), id) for id, similarity in similarities.items() if wanted.fits(self._passages[id]))
        return tuple(replace(self._passages[id], similarity=-lacking) for lacking, id in heapq.nsmallest(wanted.k, rated))


def _dispose(client: Any, copy: WorkingCopy) -> None:
    with suppress(Exception):
        client.close()
    copy.discard()


def _silence(done: int, total: int) -> None:
    """Report to nobody."""


def _facts(name: str, passages: Sequence[Passage]) -> dict[str, object]:
    return {"collection": name, "passages": len(passages), "chromadb": version("chromadb")}


def _embedded(embedder: Embedder, passages: Sequence[Passage], progress: Progress, known: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    progress(0, len(passages))
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        lacking = [passage for passage in batch if passage.id not in known]
        made = dict(
            zip([passage.id for passage in lacking], embedder.embed([passage.text for passage in lacking]) if lacking else (), strict=True)
        )
        yield start, [made[passage.id] if passage.id in made else known[passage.id] for passage in batch]
        progress(start + len(batch), len(passages))


def _fill(client: Any, name: str, rows: Sequence[Passage], vectors: Any) -> None:
    collection = client.get_or_create_collection(name, embedding_function=None, configuration=_SPACE)
    collection.add(
        ids=[row.id for row in rows],
        embeddings=vectors,
        documents=[row.text for row in rows],
        metadatas=[{"question_id": row.question_id, "kind": row.kind, "lang": row.lang} for row in rows],
    )


def _connect(folder: Path) -> Any:
    if problem := too_old():
        raise VectorIndexError(f"the index cannot be opened: {problem}")
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


@contextmanager
def _client(folder: Path) -> Iterator[Any]:
    client = _connect(folder)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def _as_index_error(doing: str) -> Iterator[None]:
    """Any failure as a VectorIndexError. Chroma's native part panics with an exception that is no `Exception`."""
    try:
        yield
    except (VectorIndexError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except EndpointError as error:
        logger.warning("the embeddings endpoint failed (%s)", error.reason.value, extra=with_facts(reason=error.reason.value))
        raise VectorIndexError(f"the index cannot be {doing}: the embeddings endpoint failed ({error.reason.value}) → {_REMEDY}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise VectorIndexError(f"the index cannot be {doing}: {reason} → check that the data folder can be written and has room") from error
    except BaseException as error:
        raise VectorIndexError(f"the index cannot be {doing}: {type(error).__name__} → {_REMEDY}") from error
