"""The use cases of the coach's desk: find interviews, read one, and have the last word. Nothing is overwritten; every change is an edit.

Whose interviews a coach may read is decided in `records.desk`; what edits make of grades is in `last_word`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from interviewer.errors import NotFound
from interviewer.interview.backlog import Backlog, read_backlog
from interviewer.interview.contesting import unanswered_claims
from interviewer.interview.editing import (
    EditRefused,
    Refusal,
    answered_turn,
    check_points,
    check_span,
    checked_words,
    found_before,
    opening_turn,
)
from interviewer.interview.import_rows import Row
from interviewer.interview.importing import Imported, import_transcripts
from interviewer.interview.last_word import GRADING, leads_of, purpose_of, review_of, stands_reviewed, verdicts_of
from interviewer.interview.results import result_of
from interviewer.interview.reviewed import Reviewed, reviewed_answers
from interviewer.interview.unknown_errors import unknown_errors
from interviewer.interview.worker import Worker
from interviewer.models import (
    Competency,
    Edit,
    EditKind,
    ExaminerName,
    Interview,
    Lang,
    Person,
    Question,
    VerdictStatus,
    standing_edits,
)
from interviewer.observability.context import turn_to
from interviewer.questions.bank import Bank, Banks
from interviewer.records.audit_log import READ_TRANSCRIPT
from interviewer.records.desk import Candidate, DeskStore
from interviewer.records.inbox import NO_FILTERS, InboxFilters, InboxPage
from interviewer.records.people import PeopleStore
from interviewer.records.summaries import InterviewSummary, refresh


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to: by whom, in which group, on what, and by which examiners."""

    candidates: tuple[Candidate, ...]
    groups: tuple[str, ...]
    questions: tuple[Question, ...]
    competencies: tuple[Competency, ...]
    examiners: tuple[ExaminerName, ...]


class DeskService:
    """What a coach can do. Whoever may not coach, or not see an interview, gets NotFound as if it were not there.

    `work_out`: what lists and maps, and the training, need of an interview.
    """

    def __init__(
        self,
        *,
        store: DeskStore,
        people: PeopleStore,
        bank: Banks,
        worker: Worker,
        examiners: Iterable[ExaminerName],
        now: Callable[[], datetime],
        work_out: Callable[[Interview], InterviewSummary],
    ) -> None:
        self.store, self.bank = store, bank
        self._people, self._worker, self._now, self._work_out = people, worker, now, work_out
        self.examiners = tuple(examiners)
        self._refreshing = threading.Lock()

    # ------------------------------------------------------------ finding

    def refresh(self, limit: int = 500) -> int:
        """Bring the rows behind lists and maps up to date for at most `limit` interviews; returns how many were."""
        with self._refreshing:
            return refresh(self.store.database, self._work_out, known=self.store.known, limit=limit)

    def inbox(self, viewer: Person, filters: InboxFilters = NO_FILTERS, sort: str = "newest", page: int = 1, size: int = 50) -> InboxPage:
        """A page of the interviews that the viewer may read and that pass the filters."""
        _check_coach(viewer)
        self.refresh()
        return self.store.inbox(viewer, self._with_questions(viewer, filters), sort=sort, page=page, size=size)

    def bring_up_to_date(self, viewer: Person) -> None:
        """Have the rows behind lists worked out for somebody who coaches; NotFound for anybody else."""
        _check_coach(viewer)
        self.refresh()

    def neighbours(self, viewer: Person, filters: InboxFilters, sort: str, interview_id: str) -> tuple[str | None, str | None]:
        """The interviews before and after this one in that list."""
        _check_coach(viewer)
        self.refresh()
        return self.store.neighbours(viewer, self._with_questions(viewer, filters), sort, interview_id)

    def choices(self, viewer: Person) -> Choices:
        """What the viewer can narrow the list to."""
        _check_coach(viewer)
        candidates = self.store.candidates(viewer)
        groups = tuple(sorted({candidate.group for candidate in candidates if candidate.group}))
        bank = self.bank.for_viewer(viewer.id)
        return Choices(candidates, groups, bank.questions, bank.competencies, self.examiners)

    def backlog(self, viewer: Person) -> Backlog:
        """What the viewer should know of how the grading stands."""
        _check_coach(viewer)
        return read_backlog(self.store.database, viewer, self._now(), has_model=ExaminerName.LLM in self.examiners)

    def _with_questions(self, viewer: Person, filters: InboxFilters) -> InboxFilters:
        if not filters.competency:
            return filters
        known = self.bank.for_viewer(viewer.id).questions
        return replace(filters, questions=tuple(each.id for each in known if filters.competency in each.competencies))

    # ------------------------------------------------------------ reading

    def open(self, interview_id: str, viewer: Person, *, blind: bool = False) -> Interview:
        """The interview to be read; noted in the audit log unless the page hides the grades (`blind`)."""
        interview = self._load(interview_id, viewer)
        if not blind:
            self._people.audit.write(viewer.id, READ_TRANSCRIPT, interview_id, now=self._now())
        return interview

    def may_review_blind(self, interview_id: str, viewer: Person) -> bool:
        """Whether the viewer has not seen the grades of this interview yet."""
        return not self._people.audit.has_read(viewer.id, interview_id)

    def reviewed_rows(
        self, viewer: Person, *, left_out: Callable[[Interview], bool] = lambda _interview: False
    ) -> tuple[dict[str, Any], ...]:
        """The answers of reviewed interviews with the coach's score, as rows for `interviewer eval`; noted in the audit log.

        `left_out`: those that the viewer is not to be shown now.
        """
        _check_coach(viewer)
        rows: list[dict[str, Any]] = []
        for interview in self.store.iter_edited(viewer):
            if (found := reviewed_answers(interview)) and not left_out(interview):
                self._people.audit.write(viewer.id, "export", interview.id, "reviewed answers", now=self._now())
                rows += [_row_of(each, self.bank.files) for each in found]
        return tuple(rows)

    # ------------------------------------------------------------ the last word

    def change_verdict(
        self,
        viewer: Person,
        interview_id: str,
        *,
        seq: int,
        point_id: str,
        status: VerdictStatus,
        reason: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> Interview:
        """Put the coach's verdict on one point of one answer in the place of the examiner's; the score follows by code.

        Where another coach's grade stands, it decides against that one (`last_word`).
        """
        interview = self.load_to_grade(viewer, interview_id)
        turn, reply = answered_turn(interview, seq)
        check_points(interview, turn, [point_id])
        check_span(reply, start, end)
        edit = self._edit(
            viewer, interview, EditKind.VERDICT, turn_seq=seq, question_id=turn.question_id, point_id=point_id, status=status,
            reason=checked_words(reason), start=start, end=end, **found_before(turn, point_id),
        )  # fmt: skip
        return self._put_down(viewer, interview, [edit])

    def set_score(self, viewer: Person, interview_id: str, *, question_id: str, score: float, reason: str) -> Interview:
        """Give a question a score (0–100) whatever its verdicts say, and a reason for it."""
        interview = self.load_to_grade(viewer, interview_id)
        turn = opening_turn(interview, question_id)
        if not 0 <= score <= 100:
            raise EditRefused(Refusal.SCORE_OUT_OF_RANGE)
        if not reason.strip():
            raise EditRefused(Refusal.NO_REASON)
        before = {
            "was_score": result_of(interview, question_id).machine_score,
            "examiner": turn.grade.provenance.examiner if turn.grade else "",
        }
        edit = self._edit(
            viewer, interview, EditKind.SCORE, question_id=question_id, score=float(score), reason=checked_words(reason), **before
        )
        return self._put_down(viewer, interview, [edit])

    def comment(
        self,
        viewer: Person,
        interview_id: str,
        *,
        seq: int | None = None,
        question_id: str | None = None,
        text: str,
        start: int | None = None,
        end: int | None = None,
    ) -> Interview:
        """Say something to the candidate: on a span of an answer, on an answer (`seq`), or on a question as a whole."""
        interview = self._load(interview_id, viewer)
        if not text.strip():
            raise EditRefused(Refusal.NO_TEXT)
        if seq is not None:
            turn, reply = answered_turn(interview, seq)
            check_span(reply, start, end)
            question_id = turn.question_id
        elif start is not None or end is not None:
            raise EditRefused(Refusal.SPAN_OUTSIDE)
        opening_turn(interview, question_id or "")
        edit = self._edit(
            viewer, interview, EditKind.COMMENT, turn_seq=seq, question_id=question_id, text=checked_words(text), start=start, end=end
        )  # fmt: skip
        return self._put_down(viewer, interview, [edit])

    def withdraw(self, viewer: Person, interview_id: str, edit_id: int) -> Interview:
        """Take back a comment, or a verdict or score of one's own; it stays in the history."""
        interview = self._load(interview_id, viewer)
        kinds = (EditKind.VERDICT, EditKind.SCORE, EditKind.COMMENT, EditKind.SETTLED)
        edit = next((edit for edit in standing_edits(interview.edits) if edit.id == edit_id and edit.kind in kinds), None)
        if edit is None:
            raise EditRefused(Refusal.NO_SUCH_EDIT)
        if edit.kind in GRADING and edit.author_id != viewer.id:
            raise EditRefused(Refusal.NOT_YOURS)
        gone = self._edit(
            viewer, interview, EditKind.WITHDRAWN, withdraws=edit_id, question_id=edit.question_id, turn_seq=edit.turn_seq, point_id=edit.point_id
        )  # fmt: skip
        return self._put_down(viewer, interview, [gone])

    def settle_error(
        self, viewer: Person, interview_id: str, *, seq: int, point_id: str | None, start: int | None, end: int | None
    ) -> Interview:
        """An error that no rubric knew is dealt with, whatever was made of it; no grade changes. Refused if there is no such error, or no more."""
        interview = self.load_to_grade(viewer, interview_id)
        turn, _ = answered_turn(interview, seq)
        if (seq, point_id, start, end) not in {error.place for error in unknown_errors(interview, turn)}:
            raise EditRefused(Refusal.NO_SUCH_EDIT)
        edit = self._edit(
            viewer, interview, EditKind.SETTLED, turn_seq=seq, question_id=turn.question_id, point_id=point_id, start=start, end=end
        )
        return self._put_down(viewer, interview, [edit])

    def settle_claim(self, viewer: Person, interview_id: str, *, seq: int, point_id: str, reason: str = "") -> Interview:
        """Answer a candidate's claim by leaving the verdict on the point as it is; the examiner's reason stays where none is given."""
        interview = self.load_to_grade(viewer, interview_id)
        turn, _ = answered_turn(interview, seq)
        if point_id not in {claim.point_id for claim in unanswered_claims(interview, turn)}:
            raise EditRefused(Refusal.NO_SUCH_EDIT)
        stands = next((each for each in verdicts_of(interview, turn) if each.point_id == point_id), None)
        status = stands.status if stands else VerdictStatus.MISSING
        kept = reason.strip() or (stands.reason if stands else "")
        return self.change_verdict(viewer, interview_id, seq=seq, point_id=point_id, status=status, reason=kept)

    def mark_reviewed(self, viewer: Person, interview_id: str) -> Interview:
        """Stand for the grades of the interview as they are now; nothing changes while nobody has changed them since somebody did."""
        interview = self.load_to_grade(viewer, interview_id)
        if stands_reviewed(interview):
            return interview
        return self._put_down(viewer, interview, [self._edit(viewer, interview, EditKind.REVIEWED)])

    def reopen(self, viewer: Person, interview_id: str) -> Interview:
        """No longer stand for them."""
        interview = self._load(interview_id, viewer)
        if review_of(interview) is None:
            return interview
        return self._put_down(viewer, interview, [self._edit(viewer, interview, EditKind.REOPENED)])

    def blind_review(
        self,
        viewer: Person,
        interview_id: str,
        *,
        seq: int,
        statuses: Mapping[str, VerdictStatus],
        reasons: Mapping[str, str] | None = None,
    ) -> Interview:
        """Judge every point of an answer without having seen its grade; refused once the viewer has read the interview with its grades.

        Where another coach's grade stands, it is kept for comparison and changes nothing.
        """
        interview = self.load_to_grade(viewer, interview_id)
        turn, _ = answered_turn(interview, seq)
        check_points(interview, turn, statuses)
        if len(statuses) < len(interview.questions[turn.question_id].points):
            raise EditRefused(Refusal.NOT_EVERY_POINT)
        if not self.may_review_blind(interview_id, viewer):
            raise EditRefused(Refusal.ALREADY_READ)
        given = reasons or {}
        edits = [
            self._edit(
                viewer, interview, EditKind.VERDICT, turn_seq=seq, question_id=turn.question_id, point_id=point_id, status=status,
                reason=checked_words(given.get(point_id, "")), blind=True, **found_before(turn, point_id),
            )
            for point_id, status in statuses.items()
        ]  # fmt: skip
        return self._put_down(viewer, interview, edits)

    def grade_again(self, viewer: Person, interview_id: str, seq: int, examiner: ExaminerName) -> Interview:
        """Ask for another grade of an answer; it comes out of the candidate's budget. One that is under way is not asked for twice."""
        interview = self._load(interview_id, viewer)
        turn, reply = answered_turn(interview, seq)
        if examiner not in self.examiners:
            raise EditRefused(Refusal.NO_SUCH_EXAMINER)
        request_id = self.store.request_grade(
            viewer, interview_id, turn_id=turn.id, answer=reply.text, examiner=examiner, now=self._now(), lease_owner=self._worker.id
        )
        if request_id:
            self._people.audit.write(viewer.id, "grade_again", interview_id, examiner.value, now=self._now())
            self._worker.work_on(request_id, turn.id)
        return self.store.load(interview_id, viewer)

    def may_lead(self, interview: Interview) -> tuple[Person, ...]:
        """Whom the interview can be handed over to: the candidate's coaches, by name."""
        return tuple(coach for coach in self._people.coaches_of(interview.owner) if coach.may_coach and coach.id != interview.owner)

    def hand_over(self, viewer: Person, interview_id: str, coach_id: str) -> Interview:
        """Let another coach's verdicts be the final ones. The lead does so, or an admin who coaches the candidate; while nobody who still
        coaches them leads, any of their coaches."""
        interview = self.load_to_grade(viewer, interview_id)
        coaches = {coach.id for coach in self.may_lead(interview)}
        leads = leads_of(interview) & coaches
        if leads and viewer.id not in leads and not viewer.may_administer:
            raise EditRefused(Refusal.NOT_LEAD)
        if coach_id not in coaches:
            raise EditRefused(Refusal.NO_SUCH_COACH)
        return self.store.set_lead(viewer, interview_id, coach_id, now=self._now())

    # ------------------------------------------------------------ from elsewhere

    def import_transcripts(self, viewer: Person, rows: Iterable[Row], *, examiner: ExaminerName, lang: Lang | None = None) -> Imported:
        """Take in answers from elsewhere to be graded and reviewed; rows that cannot be taken are told, the rest goes in at once."""
        _check_coach(viewer)
        if examiner not in self.examiners:
            raise EditRefused(Refusal.NO_SUCH_EXAMINER)
        return import_transcripts(
            viewer,
            rows,
            examiner=examiner,
            lang=lang,
            database=self.store.database,
            people=self._people,
            bank=self.bank.for_viewer(viewer.id),
            now=self._now(),
        )

    # ------------------------------------------------------------

    def _load(self, interview_id: str, viewer: Person) -> Interview:
        _check_coach(viewer)
        turn_to(interview_id)
        return self.store.load(interview_id, viewer)

    def load_to_grade(self, viewer: Person, interview_id: str) -> Interview:
        """The interview for somebody who is about to judge it; refused for one's own answers."""
        interview = self._load(interview_id, viewer)
        if interview.owner == viewer.id and not viewer.is_local:
            raise EditRefused(Refusal.OWN_ANSWERS)
        return interview

    def _edit(self, viewer: Person, interview: Interview, kind: EditKind, **values: Any) -> Edit:
        return Edit(id=0, interview_id=interview.id, kind=kind, author_id=viewer.id, author=viewer.name, at=self._now(), **values)

    def _put_down(self, viewer: Person, interview: Interview, edits: list[Edit]) -> Interview:
        edited = self.store.add_edits(viewer, interview.id, lambda now: [_with_purpose(now, edit) for edit in edits])
        self._people.audit.write(viewer.id, "edit", interview.id, edits[0].kind.value, now=self._now())
        return edited


def _with_purpose(interview: Interview, edit: Edit) -> Edit:
    """The edit with what it is for, by what others have put down until now."""
    if edit.kind not in GRADING or edit.question_id is None:
        return edit
    return replace(edit, purpose=purpose_of(interview, edit.question_id, edit.author_id, blind=edit.blind))


def _check_coach(viewer: Person) -> None:
    if not viewer.may_coach:
        raise NotFound("no such page → go back to the start page")


def _row_of(reviewed: Reviewed, bank: Bank) -> dict[str, Any]:
    return reviewed.row(in_bank=any(question.id == reviewed.question.id for question in bank.questions))
