"""The class: what coaches do with many people and interviews at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.wiring.access import AccessParts
from interviewer.wiring.telling import TellingParts

if TYPE_CHECKING:
    from interviewer.access.group_admin import GroupAdmin
    from interviewer.access.joining import Door
    from interviewer.access.people_import import PeopleImport
    from interviewer.authoring.corrected import CorrectedAnswers
    from interviewer.cohort.assignments import Assignments
    from interviewer.interview.batch_export import BatchExports
    from interviewer.interview.own_words import PrivateNotes, SavedComments
    from interviewer.interview.report_links import ReportLinks
    from interviewer.interview.review_queue import ReviewQueue
    from interviewer.interview.same_question import SameQuestion
    from interviewer.interview.second_reader import SecondReadings
    from interviewer.jobs import Work


class CohortParts(TellingParts, AccessParts):
    """The class: what coaches do with many people and interviews at once."""

    @cached_property
    def batch_exports(self) -> BatchExports:
        """The use cases of exporting many interviews as one file."""
        from interviewer.interview.batch_export import BatchExports
        from interviewer.records.batch_exports import BatchExportStore
        from interviewer.records.store import utc_now
        from interviewer.records.summaries import BATCH
        from interviewer.ui.batch_files import batch_files

        return BatchExports(
            store=BatchExportStore(self.database), desk=self.desk.store, jobs=lambda: self.jobs, queue=self.job_queue, person=self.person,
            refresh=lambda: self.desk.refresh(limit=BATCH), files=batch_files(lambda: self.competencies, self.settings.model or "", self.live_bank.untested),
            folder=self.settings.data, now=utc_now,
        )  # fmt: skip

    @cached_property
    def report_links(self) -> ReportLinks:
        """The use cases of links to a report."""
        from interviewer.interview.report_links import ReportLinks
        from interviewer.records.report_links import ReportLinkStore
        from interviewer.records.store import utc_now

        return ReportLinks(ReportLinkStore(self.database), self.desk.store, self.people, utc_now)

    def _works(self) -> dict[str, Work]:
        from interviewer.records.batch_exports import EXPORT

        return {**super()._works(), EXPORT: lambda job, report: self.batch_exports.work(job, report)}

    @cached_property
    def assignments(self) -> Assignments:
        """The use cases of assignments."""
        from interviewer.cohort.assignments import Assignments
        from interviewer.cohort.checks import Checks
        from interviewer.records.assigned_work import ConductStore
        from interviewer.records.assignment_board import AssignmentBoard
        from interviewer.records.assignments import AssignmentStore
        from interviewer.records.store import utc_now

        return Assignments(
            store=AssignmentStore(self.database), board_store=AssignmentBoard(self.database), conduct=ConductStore(self.database),
            checks=Checks(self.people, self.question_sets, self.live_bank, tuple(self.examiners), self.groups.archived_names), service=self.service,
            refresh=lambda: self.desk.refresh(), now=utc_now, stand_in=self.settings.stand_in == "on" and self.settings.has_model,
        )  # fmt: skip

    @cached_property
    def group_admin(self) -> GroupAdmin:
        """The use cases of groups."""
        from interviewer.access.group_admin import GroupAdmin
        from interviewer.records.joining import JoinStore

        return GroupAdmin(self.people_admin, self.groups, JoinStore(self.database))

    @cached_property
    def people_import(self) -> PeopleImport:
        """Brings people in numbers."""
        from interviewer.access.people_import import PeopleImport

        return PeopleImport(self.group_admin, self.database)

    @cached_property
    def join_door(self) -> Door:
        """Lets people join a group by its link."""
        from interviewer.access.joining import Door

        return Door(self.people, self.group_admin.joins, self.passwords)

    @cached_property
    def same_question(self) -> SameQuestion:
        """Going through one question across the candidates."""
        from interviewer.interview.same_question import SameQuestion
        from interviewer.records.same_question import SameQuestionStore
        from interviewer.records.store import utc_now

        return SameQuestion(desk=self.desk, store=SameQuestionStore(self.database), now=utc_now)

    @cached_property
    def saved_comments(self) -> SavedComments:
        """The coaches' comments for further use."""
        from interviewer.interview.own_words import SavedComments
        from interviewer.records.saved_comments import SavedCommentStore
        from interviewer.records.store import utc_now

        return SavedComments(SavedCommentStore(self.database), utc_now)

    @cached_property
    def private_notes(self) -> PrivateNotes:
        """The coaches' private notes."""
        from interviewer.interview.own_words import PrivateNotes
        from interviewer.records.private_notes import PrivateNoteStore
        from interviewer.records.store import utc_now

        return PrivateNotes(PrivateNoteStore(self.database), self.desk, utc_now)

    @cached_property
    def second_readings(self) -> SecondReadings:
        """Who reads a reviewed interview a second time."""
        from interviewer.interview.second_reader import SecondReadings
        from interviewer.records.second_readings import SecondReadingStore
        from interviewer.records.store import utc_now

        return SecondReadings(SecondReadingStore(self.database), self.people.audit, utc_now, self.desk.refresh)

    @cached_property
    def review_queue(self) -> ReviewQueue:
        """What waits for a coach besides whole interviews."""
        from interviewer.interview.review_queue import ReviewQueue
        from interviewer.records.review_queue import ReviewQueueStore

        return ReviewQueue(self.desk, ReviewQueueStore(self.database, self.row_cache))

    @cached_property
    def corrected_answers(self) -> CorrectedAnswers:
        """What coaches have corrected, for the examiner to learn from."""
        from interviewer.authoring.corrected import CorrectedAnswers
        from interviewer.posting.contact import remove_contact
        from interviewer.records.learning_answers import LearningAnswerStore
        from interviewer.records.store import utc_now

        def name_of(owner: str) -> str:
            person = self.people.get(owner)
            return person.name if person else ""

        return CorrectedAnswers(
            store=LearningAnswerStore(self.database), desk=self.desk, labelled=self.labelled_answers, name_of=name_of,
            clean=lambda text, names: remove_contact(text, names).text, now=utc_now, allowed=self.settings.learn_from_answers == "on",
        )  # fmt: skip
