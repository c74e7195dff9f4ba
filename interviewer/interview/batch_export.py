"""Many interviews as one file, made in the background: as a job, under a lease, whole or not at all.

It is written into a file without a name, which goes with whoever dies over it, and kept in the records piece by piece; once all of them are
there, it is made ready in one transaction, and every replica can hand it out.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

from interviewer.errors import InterviewerError, NotFound
from interviewer.jobs import JobFailed, JobRunner, Report
from interviewer.models import Bilingual, Interview, Job, JobState, Lang, Person
from interviewer.models.group import Selection
from interviewer.private_files import make_private_folder
from interviewer.records.batch_exports import EXPORT, BatchExport, BatchExportStore
from interviewer.records.desk import DeskStore
from interviewer.records.jobs import JobQueue

KEPT = timedelta(days=1)
MOST = 5000
"""Interviews in one file."""
PIECE = 1_000_000
"""Bytes that are kept, and handed out, at once."""
_ROUNDS = 500
_GONE = Bilingual(
    "其中有人的记录刚被删掉，或者导出被取消了 → 重新导出一次",
    "somebody’s records in it were just deleted, or it was given up → export once more",
)
_NOTHING = Bilingual(
    "这个范围里没有你能看的、已结束的面试 → 放宽筛选", "there is no finished interview here that you may see → widen the filters"
)
_NOT_ALLOWED = Bilingual("你现在不是教练 → 请管理员恢复", "you are no coach at the moment → ask an admin")

Files = Callable[[Interview, Person | None, Lang, tuple[str, ...]], Iterable[tuple[str, str]]]
"""What of an interview goes into the file, by path in it. The person: whose it is, None if that is not known."""


class Busy(InterviewerError):
    """One of theirs is under way."""

    def __init__(self) -> None:
        super().__init__("an export of yours is under way → wait for it, or give it up")


@dataclass(frozen=True, slots=True)
class ExportStatus:
    """How somebody's export stands: `job` while it is made or after it failed, None where the job is not known any more."""

    export: BatchExport
    job: Job | None

    @property
    def under_way(self) -> bool:
        """Whether it is still being made."""
        return self.export.ready_at is None and self.job is not None and self.job.state is JobState.OPEN


class BatchExports:
    """The use cases. `folder`: where there is room for a file while it is made."""

    def __init__(
        self,
        *,
        store: BatchExportStore,
        desk: DeskStore,
        jobs: Callable[[], JobRunner],
        queue: JobQueue,
        person: Callable[[str], Person],
        refresh: Callable[[], int],
        files: Files,
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        self.store, self._desk, self._jobs, self._queue = store, desk, jobs, queue
        self._person, self._refresh, self._files, self._folder, self._now = person, refresh, files, folder, now

    def ask(self, viewer: Person, chosen: Selection, *, formats: Iterable[str], lang: Lang) -> BatchExport:
        """Ask for the finished interviews of the selection; it takes the place of an earlier export. Busy while one is under way."""
        _check_coach(viewer)
        export = self.store.begin(viewer.id, {**encode_selection(chosen), "formats": list(formats), "lang": lang}, self._now())
        if export is None:
            raise Busy
        self._jobs().ask(EXPORT, export.id, owner=viewer.id)
        return export

    def status(self, viewer: Person) -> ExportStatus | None:
        """How the viewer's export stands, None if they have none."""
        _check_coach(viewer)
        export = self.store.of(viewer.id)
        if export is None or (export.expires_at and export.expires_at <= self._now()):
            return None
        return ExportStatus(export, self._queue.latest(EXPORT, export.id))

    def file(self, viewer: Person, export_id: str) -> tuple[int, Iterator[bytes]]:
        """The viewer's file, its size in bytes and its pieces.

        NotFound if it is not theirs, has expired, or shows what they may not see any more: then it is deleted.
        """
        status = self.status(viewer)
        if status is None or status.export.id != export_id or not status.export.ready_at:
            raise NotFound("there is no such file any more → export once more")
        if not self.store.may_be_read(status.export, viewer):
            self.give_up(viewer, export_id)
            raise NotFound("somebody in it is not yours to see any more → export once more")
        return status.export.size, self.store.parts(export_id)

    def give_up(self, viewer: Person, export_id: str) -> None:
        """Delete the viewer's export, or stop making it."""
        _check_coach(viewer)
        if not self.store.delete(export_id, viewer.id):
            raise NotFound("there is no such export any more → load the page again")

    # ------------------------------------------------------------ in the background

    def work(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Make the file; how many interviews are in it."""
        export, viewer = self.store.find(job.subject), self._person(job.owner)
        if export is None or export.owner != job.owner:
            raise JobFailed(_GONE)
        if not viewer.may_coach:
            raise JobFailed(_NOT_ALLOWED)
        for _ in range(_ROUNDS):  # a few at a time: who opens a list meanwhile waits for one round at most
            if not self._refresh():
                break
        ids = self.store.interview_ids(viewer, decode_selection(export.wanted), MOST)
        if not ids:
            raise JobFailed(_NOTHING)
        if not self.store.hold(export.id, ids):
            raise JobFailed(_GONE)
        make_private_folder(self._folder)
        with tempfile.TemporaryFile(dir=self._folder) as out:
            self._write(out, ids, viewer, export.wanted, report)
            out.seek(0)
            now = self._now()
            kept = self.store.keep(export.id, job.attempts, iter(lambda: out.read(PIECE), b""))
            if kept is None or not self.store.ready(export.id, ids, kept, now=now, expires_at=now + KEPT):
                raise JobFailed(_GONE)
        return {"interviews": len(ids)}

    def sweep(self, now: datetime | None = None) -> None:
        """Delete what has run out."""
        self.store.expire(now or self._now())

    def _write(self, out: IO[bytes], ids: tuple[str, ...], viewer: Person, wanted: Mapping[str, Any], report: Report) -> None:
        people = dict[str, Person | None]()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, interview_id in enumerate(ids):
                report(number / len(ids))
                try:
                    interview = self._desk.load(interview_id, viewer)
                except NotFound:  # erased, and so is the export; or not theirs to see any more, and the whole is refused when it is fetched
                    raise JobFailed(_GONE) from None
                owner = people.setdefault(interview.owner, self._known(interview.owner))
                for path, text in self._files(interview, owner, wanted["lang"], tuple(wanted["formats"])):
                    archive.writestr(path, text)

    def _known(self, person_id: str) -> Person | None:
        found = self._person(person_id)
        return found if found.name else None


def encode_selection(chosen: Selection) -> dict[str, Any]:
    """A selection as JSON; of its zone what it is off UTC."""
    off = datetime.now(chosen.zone).utcoffset() or timedelta(0)
    days = {name: day.isoformat() if (day := getattr(chosen, name)) else "" for name in ("since", "until")}
    return {
        "group": chosen.group,
        "candidate": chosen.candidate,
        **days,
        "minutes": round(off.total_seconds() / 60),
        "kept_back": sorted(chosen.kept_back),
    }


def decode_selection(wanted: Mapping[str, Any]) -> Selection:
    """The selection as it was asked for."""
    since, until = (date.fromisoformat(wanted[name]) if wanted[name] else None for name in ("since", "until"))
    zone = timezone(timedelta(minutes=wanted["minutes"])) if wanted["minutes"] else UTC
    return Selection(wanted["group"], wanted["candidate"], since, until, zone, frozenset(wanted["kept_back"]))


def _check_coach(viewer: Person) -> None:
    if not viewer.may_coach:
        raise NotFound("no such page → go back to the start page")
