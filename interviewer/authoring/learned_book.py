"""What was learned of each question, for the examiner: read from the records when it is first needed, and again once anything has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from interviewer.grading.rubric.own_heads import OwnHeads, unpack_own
from interviewer.models import Question
from interviewer.questions.encoding import digest_question
from interviewer.records.labelled import LabelledStore

FRESH_SECONDS = 1.0
"""How long it is not asked whether something was learned since, here or by another replica."""


class LearnedBook:
    """The heads of questions by their digest. `stamp`: of the records, another one after each change. Safe to share between threads."""

    def __init__(self, store: Callable[[], LabelledStore], stamp: Callable[[], str]) -> None:
        """`store`: opened when it is first needed: who judges shipped questions alone needs no records."""
        self._store, self._read_stamp = store, stamp
        self._lock = threading.Lock()
        self._stamp, self._looked = "", float("-inf")
        self._kept: dict[Question, OwnHeads | None] = {}

    def of(self, question: Question) -> OwnHeads | None:
        """The newest heads of the question as it stands, None if nothing was learned of it."""
        with self._lock:
            if time.monotonic() - self._looked >= FRESH_SECONDS:
                stamp = self._read_stamp()
                if stamp != self._stamp:
                    self._kept.clear()
                self._stamp, self._looked = stamp, time.monotonic()
            if question not in self._kept:
                self._kept[question] = self._read(question)
            return self._kept[question]

    def as_of(self, question: Question, version: str) -> OwnHeads | None:
        """The heads that gave a grade: `version` is what stands in its provenance, e.g. "rubric-v6+0123456789ab"."""
        _, _, made_of = version.partition("+")
        return self._read(question, made_of) if made_of else None

    def _read(self, question: Question, made_of: str = "") -> OwnHeads | None:
        kept = self._store().heads(digest_question(question), made_of)
        return unpack_own(kept.content) if kept and kept.content else None
