"""The bank as it stands now: the question files, and in it what people have published in the records.

Every replica looks once a second whether something has changed, by one row of the records; only then does it read what is published, and
of this only the texts that it does not have. While the records cannot be read, what was read last goes on being asked.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from interviewer.authoring.content import as_file
from interviewer.errors import StoreError, told
from interviewer.models import LOCAL_PERSON, Content, Person, Question, Reach
from interviewer.questions.bank import Bank
from interviewer.questions.schema import check_question
from interviewer.records.authored import AuthoredStore, Published

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How old what is asked may be: as long as another replica's publishing may go unnoticed."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of the records. `stamp`: of this state; `published` and `questions` belong together one by one."""

    stamp: str = ""
    published: tuple[Published, ...] = ()
    questions: tuple[Question, ...] = ()
    banks: dict[tuple[int, ...], Bank] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)


class LiveBank:
    """The bank of files with what is published; the `Banks` of an application. Safe to use from several threads."""

    def __init__(
        self,
        files: Bank,
        store: AuthoredStore,
        find_person: Callable[[str], Person],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`find_person`: by id, to know their group; `steady`: seconds of a clock that is never set."""
        self.files = files
        self._store, self._find_person, self._steady = store, find_person, steady
        self._of_files = {question.id for question in files.questions}
        self._seen, self._due, self._ready, self._reading = _Seen(), 0.0, False, threading.Lock()

    def everything(self) -> Bank:
        """All questions that are asked of anybody, those that somebody published for themselves among them."""
        seen = self._look()
        return self._bank(seen, range(len(seen.questions)))

    def shared(self) -> Bank:
        """All questions that are asked of others than their owner."""
        seen = self._look()
        return self._bank(seen, [n for n, each in enumerate(seen.published) if each.question.audience.reach is not Reach.OWNER])

    def for_viewer(self, viewer_id: str) -> Bank:
        """The questions that the person of this id may be asked."""
        seen = self._look()
        viewer = self._person(seen, viewer_id)
        return self._bank(
            seen, [n for n, each in enumerate(seen.published) if each.question.audience.takes_in(viewer, each.question.owner)]
        )

    def untested(self) -> frozenset[str]:
        """The ids of the published questions whose published version has not shown that it tells good answers from bad ones."""
        return frozenset(each.question.id for each in self._look().published if not each.tested)

    def look_again(self) -> None:
        """Look into the records now, as after a change of one's own."""
        with self._reading:
            self._refresh()

    # ------------------------------------------------------------

    def _look(self) -> _Seen:
        """What is published, as of at most `LOOK_SECONDS` ago. While somebody else reads nobody waits, except for the first time."""
        if self._steady() >= self._due and self._reading.acquire(blocking=not self._ready):
            try:
                if self._steady() >= self._due:
                    self._refresh()
            finally:
                self._reading.release()
        return self._seen

    def _refresh(self) -> None:
        try:
            self._read()
        except StoreError as error:
            logger.warning("what is published cannot be read (%s); what was read last is asked", told(error))
        self._due, self._ready = self._steady() + LOOK_SECONDS, True

    def _read(self) -> None:
        stamp = self._store.stamp()
        if stamp == self._seen.stamp:
            # Roles and groups are the people's, and change without a stamp.
            self._seen = replace(self._seen, people={})
            return
        known = {
            (each.question.id, each.digest): question for each, question in zip(self._seen.published, self._seen.questions, strict=True)
        }
        published = [each for each in self._store.published() if each.question.id not in self._of_files]
        lacking = [(each.question.id, each.question.published or 0) for each in published if (each.question.id, each.digest) not in known]
        contents = self._store.contents(lacking)
        asked = []
        for each in published:
            question = known.get((each.question.id, each.digest)) or self._make(each, contents)
            if question is not None:
                asked.append((each, replace(question, version=each.question.published or 0)))
        self._seen = _Seen(stamp, tuple(each for each, _ in asked), tuple(question for _, question in asked))

    def _make(self, each: Published, contents: dict[tuple[str, int], Content]) -> Question | None:
        """The question; None if it is gone meanwhile, or what it was published as is no question to this version of the program."""
        number = each.question.published or 0
        content = contents.get((each.question.id, number))
        if content is None:
            return None
        question, findings = check_question(as_file(content, each.question.id, number), [one.id for one in self.files.competencies])
        if question is None:
            logger.warning("the published question %s cannot be asked: %d findings", each.question.id, len(findings))
        return question

    def _bank(self, seen: _Seen, places: Sequence[int]) -> Bank:
        """The files and these of the published questions, which come after them in their order. The same object for the same questions."""
        if not places:
            return self.files
        key = tuple(places)
        made = seen.banks.get(key)
        if made is None:
            questions = sorted(
                (seen.questions[n] for n in key), key=lambda question: (question.order is None, question.order or 0, question.id)
            )
            content = "\n".join(
                [self.files.digest, *(f"{seen.questions[n].id} {seen.questions[n].version} {seen.published[n].digest}" for n in key)]
            )
            digest = hashlib.sha256(content.encode()).hexdigest()[:16]
            made = seen.banks[key] = replace(self.files, questions=(*self.files.questions, *questions), digest=digest)
        return made

    def _person(self, seen: _Seen, viewer_id: str) -> Person:
        """Who that is; only where groups are published for does it matter who they are beside their id."""
        if viewer_id != LOCAL_PERSON.id and all(each.question.audience.reach is not Reach.GROUP for each in seen.published):
            return Person(viewer_id, "")
        person = seen.people.get(viewer_id)
        if person is None:
            person = seen.people[viewer_id] = self._find_person(viewer_id)
        return person
