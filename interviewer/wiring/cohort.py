"""The class: what a coach does with many interviews at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.wiring.interviews import InterviewParts

if TYPE_CHECKING:
    from interviewer.interview.batch_export import BatchExports
    from interviewer.jobs import Work


class CohortParts(InterviewParts):
    """The class: what a coach does with many interviews at once."""

    @cached_property
    def batch_exports(self) -> BatchExports:
        """The use cases of exporting many interviews as one file."""
        from interviewer.interview.batch_export import BatchExports
        from interviewer.records.batch_exports import BatchExportStore
        from interviewer.records.digest import BATCH
        from interviewer.records.store import utc_now
        from interviewer.ui.batch_files import batch_files

        return BatchExports(
            store=BatchExportStore(self.database), desk=self.desk.store, jobs=lambda: self.jobs, queue=self.job_queue, person=self.person,
            refresh=lambda: self.desk.refresh(limit=BATCH), files=batch_files(lambda: self.competencies, self.settings.model or ""),
            folder=self.settings.data / "exports", now=utc_now,
        )  # fmt: skip

    def _works(self) -> dict[str, Work]:
        from interviewer.records.batch_exports import EXPORT

        return {**super()._works(), EXPORT: lambda job, report: self.batch_exports.work(job, report)}
