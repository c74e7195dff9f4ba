"""The use cases of question sets: questions in an order, under a name, with the mode in which they are meant to be asked."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from interviewer.authoring.refusal import NOT_FOR_THESE, NotReady
from interviewer.models import LANGS, OWNER_ONLY, Audience, Bilingual, Mode, Person, QuestionSet
from interviewer.questions.bank import Banks
from interviewer.questions.checks import Finding, finding
from interviewer.records.question_sets import SetStore
from interviewer.text.storable import storable

MOST = 100
"""Questions of a set."""
LONGEST_NAME = 100
"""Characters of its name in one language."""


class QuestionSets:
    """The sets that people make. `audiences`: for whom somebody may publish (`Authoring.audiences`)."""

    def __init__(
        self, *, store: SetStore, banks: Banks, audiences: Callable[[Person], tuple[Audience, ...]], now: Callable[[], datetime]
    ) -> None:
        self._store, self._banks, self._audiences, self._now = store, banks, audiences, now

    def sets(self, viewer: Person) -> tuple[QuestionSet, ...]:
        """All that the viewer may use, their own and those published for them, by name."""
        return self._store.listed(viewer)

    def find(self, viewer: Person, set_id: str) -> QuestionSet:
        """One of them; NotFound if there is none that the viewer may use."""
        return self._store.read(viewer, set_id)

    def may_edit(self, viewer: Person, set_id: str) -> bool:
        """Whether the viewer may change and delete it."""
        return self._store.may_edit(viewer, set_id)

    def questions_of(self, viewer: Person, chosen: QuestionSet) -> tuple[str, ...]:
        """The ids of its questions that the viewer may be asked now, in order; those withdrawn meanwhile are left out."""
        known = {question.id for question in self._banks.for_viewer(viewer.id).questions}
        return tuple(id for id in chosen.question_ids if id in known)

    def save(
        self, viewer: Person, *, name: Bilingual, mode: Mode, question_ids: Sequence[str], audience: Audience = OWNER_ONLY, set_id: str = ""
    ) -> QuestionSet:
        """Save a set; `set_id`: the one to change, else it is a new one.

        NotReady tells by field what is wrong with it; NotFound if the viewer may not change it.
        """
        called = Bilingual(*(storable(name[lang]).strip() for lang in LANGS))
        wanted = QuestionSet(
            set_id or f"set-{secrets.token_hex(8)}", viewer.id, called, mode, tuple(dict.fromkeys(question_ids)), audience, self._now()
        )
        findings = self._check(viewer, wanted)
        if findings:
            raise NotReady(findings)
        (self._store.change if set_id else self._store.add)(viewer, wanted, now=self._now())
        return self._store.read(viewer, wanted.id)

    def delete(self, viewer: Person, set_id: str) -> None:
        """Delete it; NotFound if the viewer may not."""
        self._store.delete(viewer, set_id, now=self._now())

    def _check(self, viewer: Person, wanted: QuestionSet) -> tuple[Finding, ...]:
        found = []
        for lang in LANGS:
            if not wanted.name[lang]:
                found.append(finding(("name", lang), ("名字是空的", "the name is empty"), ("写上名字", "write a name")))
            elif len(wanted.name[lang]) > LONGEST_NAME:
                shorter = (f"最多 {LONGEST_NAME} 个字符", f"keep it to {LONGEST_NAME} characters")
                found.append(finding(("name", lang), ("名字太长", "the name is too long"), shorter))
        if not wanted.question_ids:
            found.append(finding(("question_ids",), ("一道题也没有", "there is no question"), ("至少选一道", "choose at least one")))
        if len(wanted.question_ids) > MOST:
            fewer = (f"最多 {MOST} 道", f"keep to {MOST} at most")
            found.append(finding(("question_ids",), ("题目太多", "there are too many questions"), fewer))
        if len(self.questions_of(viewer, wanted)) < len(wanted.question_ids):
            gone = ("有的题目已经不在题库里", "some of the questions are not in the bank any more")
            found.append(finding(("question_ids",), gone, ("重新选题", "choose the questions anew")))
        if wanted.audience not in self._audiences(viewer):
            found.append(NOT_FOR_THESE)
        return tuple(found)
