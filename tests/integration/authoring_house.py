"""A house in which questions are written: people, and all that is done with questions, on one database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from interviewer.authoring.answers import LabelledAnswers
from interviewer.authoring.drafts import BankDrafts
from interviewer.authoring.service import Authoring
from interviewer.authoring.sets import QuestionSets
from interviewer.models import Audience, Person, Reach, Role
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.records.authored import AuthoredStore
from interviewer.records.bank_drafts import BankDraftStore
from interviewer.records.database import open_database
from interviewer.records.labelled import LabelledStore
from interviewer.records.people import PeopleStore
from interviewer.records.question_sets import SetStore
from tests.databases import url_for

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FILES = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
EVERYBODY = Audience(Reach.EVERYBODY)
GROUP_A = Audience(Reach.GROUP, "A")


class House:
    """A coach who looks after Ada of group A, a second coach, an admin, and Ben of group B."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.database = open_database(folder, url_for(folder))
        self.people = PeopleStore(self.database)
        self.store, self.labelled = AuthoredStore(self.database), LabelledStore(self.database)
        self.authoring = Authoring(store=self.store, people=self.people, files=FILES, now=self._clock)
        self.sets = QuestionSets(store=SetStore(self.database), banks=FILES, audiences=self.authoring.audiences, now=self._clock)
        self.draft_store = BankDraftStore(self.database)
        self.drafts = BankDrafts(store=self.draft_store, now=self._clock)
        self.answers = LabelledAnswers(store=self.labelled, authoring=self.authoring, now=self._clock)
        self.coach, self.other = self._add("Wang", Role.COACH), self._add("Zhou", Role.COACH)
        self.admin = self._add("Root", Role.ADMIN)
        self.ada, self.ben = self._add("Ada", Role.CANDIDATE, "A"), self._add("Ben", Role.CANDIDATE, "B")
        self.people.assign(self.coach.id, self.ada.id)

    def _clock(self) -> datetime:
        return self.now

    def _add(self, name: str, role: Role, group: str = "") -> Person:
        return self.people.add(name, role=role, group=group, now=NOW)


def content(**changes: Any) -> dict[str, Any]:
    """A question with only a reference, as a form sends it: everything is text."""
    return {
        "topic": {"zh": "缓存", "en": "Caching"},
        "competencies": [FILES.competencies[0].id],
        "difficulty": "2",
        "prompt": {"zh": "缓存击穿怎么办？", "en": "What do you do about a cache stampede?"},
        "reference": {"zh": "加互斥锁，或者提前续期。", "en": "Take a lock, or renew it early."},
        "source": {"licence": "CC-BY-4.0", "author": "Wang"},
        **changes,
    }
