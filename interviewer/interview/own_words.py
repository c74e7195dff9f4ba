"""What coaches write for themselves: comments to be used again, and private notes. Nobody else's are ever found, and no candidate's page asks here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from interviewer.errors import NotFound
from interviewer.interview.desk import DeskService
from interviewer.interview.editing import EditRefused, Refusal, checked_words
from interviewer.models import Person, PrivateNote, SavedComment
from interviewer.records.private_notes import PrivateNoteStore
from interviewer.records.saved_comments import SavedCommentStore
from interviewer.text.storable import storable

MOST_COMMENTS = 200
"""Saved comments of one coach."""
MOST_NOTES = 200
"""Notes of one coach on one candidate."""


class SavedComments:
    """A coach's own comments for further use, each for one question or for any."""

    def __init__(self, store: SavedCommentStore, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    def all(self, viewer: Person) -> tuple[SavedComment, ...]:
        """All of the viewer's."""
        _check_coach(viewer)
        return self._store.of(viewer.id)

    def fitting(self, viewer: Person, question_id: str) -> tuple[SavedComment, ...]:
        """Those of the viewer's that fit a question, its own first."""
        _check_coach(viewer)
        return self._store.of(viewer.id, question_id)

    def add(self, viewer: Person, text: str, question_id: str = "") -> SavedComment:
        """Keep one; what is kept already is not kept twice. EditRefused: NO_TEXT, TOO_LONG, TOO_MANY."""
        _check_coach(viewer)
        words = _words(text)
        known = self._store.of(viewer.id)
        same = next((each for each in known if (each.text, each.question_id) == (words, question_id)), None)
        if same:
            return same
        if len(known) >= MOST_COMMENTS:
            raise EditRefused(Refusal.TOO_MANY)
        comment = SavedComment(secrets.token_hex(16), viewer.id, question_id[:200], words, self._now())
        self._store.add(comment)
        return comment

    def change(self, viewer: Person, comment_id: str, text: str, question_id: str = "") -> None:
        """Other words, or another question. EditRefused as for `add`; NotFound if it is not the viewer's."""
        _check_coach(viewer)
        if not self._store.change(viewer.id, comment_id, question_id=question_id[:200], text=_words(text)):
            raise NotFound("there is no such comment → load the page again")

    def delete(self, viewer: Person, comment_id: str) -> None:
        """Delete one; NotFound if it is not the viewer's."""
        _check_coach(viewer)
        if not self._store.delete(viewer.id, comment_id):
            raise NotFound("there is no such comment → load the page again")


class PrivateNotes:
    """A coach's notes on candidates and their answers: for the coach alone, or for all who coach the candidate. Never for the candidate."""

    def __init__(self, store: PrivateNoteStore, desk: DeskService, now: Callable[[], datetime]) -> None:
        self._store, self._desk, self._now = store, desk, now

    def on(self, viewer: Person, candidate_id: str, interview_id: str | None = None) -> tuple[PrivateNote, ...]:
        """What the viewer may read of the notes on the candidate, and on an interview's answers, oldest first."""
        _check_coach(viewer)
        return self._store.on(viewer, candidate_id, interview_id)

    def add_on_candidate(self, viewer: Person, candidate_id: str, text: str, *, shared: bool) -> None:
        """A note on the candidate as a whole. NotFound if the viewer does not coach them; EditRefused: NO_TEXT, TOO_LONG, TOO_MANY."""
        _check_coach(viewer)
        if not self._store.may_write_on(viewer, candidate_id):
            raise NotFound("there is no such candidate → go back to the list")
        self._add(viewer, candidate_id, None, None, text, shared)

    def add_on_answer(self, viewer: Person, interview_id: str, question_id: str, text: str, *, shared: bool) -> None:
        """A note on what an interview holds to a question. As `add_on_candidate`; refused on one's own answers."""
        interview = self._desk.load_to_grade(viewer, interview_id)
        if question_id not in interview.questions:
            raise NotFound("there is no such question → load the page again")
        self._add(viewer, interview.owner, interview_id, question_id, text, shared)

    def change(self, viewer: Person, note_id: str, text: str, *, shared: bool) -> None:
        """Other words, or other readers; NotFound if it is not the viewer's."""
        _check_coach(viewer)
        if not self._store.change(viewer, note_id, text=_words(text), shared=shared):
            raise NotFound("there is no such note → load the page again")

    def delete(self, viewer: Person, note_id: str) -> None:
        """Delete one; NotFound if it is not the viewer's."""
        _check_coach(viewer)
        if not self._store.delete(viewer, note_id):
            raise NotFound("there is no such note → load the page again")

    def _add(self, viewer: Person, candidate_id: str, interview_id: str | None, question_id: str | None, text: str, shared: bool) -> None:
        words = _words(text)
        if self._store.count(viewer.id, candidate_id) >= MOST_NOTES:
            raise EditRefused(Refusal.TOO_MANY)
        self._store.add(
            PrivateNote(secrets.token_hex(16), viewer.id, viewer.name, candidate_id, interview_id, question_id, shared, words, self._now())
        )


def _words(text: str) -> str:
    words = checked_words(storable(text))
    if not words:
        raise EditRefused(Refusal.NO_TEXT)
    return words


def _check_coach(viewer: Person) -> None:
    if not viewer.may_coach:
        raise NotFound("no such page → go back to the start page")
