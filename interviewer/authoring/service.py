"""The use cases of questions that are written here: checking, saving, publishing, comparing; the YAML folder in and out.

Who may what is decided where the records are read (records/visibility): an author sees their own; a coach also reads what is published for
others, an admin may change that as well; the one local person may all. Sets are in `sets`, drafts of banks in `drafts`, labelled answers in
`answers`. What is published is asked by every replica (`live`).

A question may be saved as unfinished as it is; only what passes the checks of question files is published. Without a licence it is asked of
nobody but its owner, and is in no export.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interviewer.authoring.content import as_file, differences, digest_content, licence_of, of_file, tidy, with_places
from interviewer.authoring.folder import Refused, read_folder, write_folder
from interviewer.authoring.refusal import NO_LICENCE, NOT_FOR_THESE, NotReady
from interviewer.errors import InterviewerError, NotFound
from interviewer.models import Audience, AuthoredQuestion, Content, Person, Question, QuestionVersion, Reach
from interviewer.questions.bank import Bank
from interviewer.questions.checks import Finding, advise_of, id_taken
from interviewer.questions.located import Loc
from interviewer.questions.schema import check_question
from interviewer.records.authored import AuthoredStore, Text, Written
from interviewer.records.people import PeopleStore
from interviewer.text.storable import storable

MOST_QUESTIONS = 2_000
"""Questions of one owner."""
LONGEST_NOTE = 500
"""Characters of what an author says about a version."""


class TooManyQuestions(InterviewerError):
    """The owner has `MOST_QUESTIONS` already; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(f"one person may have {MOST_QUESTIONS} questions → delete some that are not needed")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of question files say of a content.

    `question`: as it would be asked, for a preview; None while there are `findings`. `advice`: what could be better. The path of a finding
    is that of its field, such as ("points", 0, "intent", "zh"), also where the field is missing.
    """

    question: Question | None
    findings: tuple[Finding, ...]
    advice: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """A text that was saved. `meanwhile`: the current version, by somebody else, if they saved after the author had begun to edit.

    Then `version` is kept beside it but is not what is edited further: show both, and save what becomes of them with
    `edited_from=meanwhile.number`.
    """

    version: QuestionVersion
    checked: Checked
    meanwhile: QuestionVersion | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a folder: the ids that are new, have another version, or are as they were. Nothing was taken if anything is `refused`."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A zip with so many questions. `left_out`: the ids of those that tell no licence or are unfinished."""

    archive: bytes
    count: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which two versions differ; "" where one has nothing there."""

    loc: Loc
    before: str
    after: str


class Authoring:
    """What can be done with the questions that are written here."""

    def __init__(
        self,
        *,
        store: AuthoredStore,
        people: PeopleStore,
        files: Bank,
        now: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
        learn: Callable[[str], object] = lambda _id: None,
    ) -> None:
        """`files`: the bank of the question files, whose ids are taken; `changed`: told when what is published has changed here; `learn`: told
        the question of which another text is edited further or asked."""
        self._store, self._people, self._now, self._changed = store, people, now, changed
        self._learn = learn
        self._competencies = [each.id for each in files.competencies]
        self._of_files = {question.id for question in files.questions}

    # ------------------------------------------------------------ reading

    def questions(self, viewer: Person) -> tuple[Written, ...]:
        """All that the viewer may read, with the version that is edited further, the latest change first."""
        return self._store.listed(viewer)

    def question(self, viewer: Person, question_id: str) -> AuthoredQuestion:
        """One of them; NotFound if there is none that the viewer may read."""
        return self._store.read(viewer, question_id)

    def may_edit(self, viewer: Person, question_id: str) -> bool:
        """Whether the viewer may save, publish, withdraw and delete it."""
        return self._store.may_edit(viewer, question_id)

    def versions(self, viewer: Person, question_id: str) -> tuple[QuestionVersion, ...]:
        """All its texts, the newest first; whoever may not edit it gets the published one alone. NotFound as for `question`."""
        return self._store.versions(viewer, question_id)

    def version(self, viewer: Person, question_id: str, number: int | None = None) -> QuestionVersion:
        """One of its texts; without a number the current one, or for whoever may not edit it the published one. NotFound as for `question`."""
        found = self.versions(viewer, question_id)
        wanted = self.question(viewer, question_id).current if number is None else number
        for version in found:
            if version.number == wanted or (number is None and len(found) == 1):
                return version
        raise NotFound("there is no such version → go back to the question")

    def compare(self, viewer: Person, question_id: str, older: int, newer: int) -> tuple[Difference, ...]:
        """Where two versions differ, in the newer one's order. NotFound as for `version`."""
        before, after = (self.version(viewer, question_id, number) for number in (older, newer))
        return tuple(Difference(*each) for each in differences(before.content, after.content))

    # ------------------------------------------------------------ checking and saving

    def check(self, content: Mapping[str, Any], question_id: str = "new-question", number: int = 1) -> Checked:
        """What the checks say of a content as a form sends it. TooLarge beyond the bounds."""
        raw = as_file(tidy(content), question_id, number)
        question, findings = check_question(raw, self._competencies)
        return Checked(question, findings, tuple(advise_of(raw)))

    def create(self, viewer: Person, content: Mapping[str, Any], *, question_id: str = "", note: str = "") -> Saved:
        """A new question of the viewer's, unfinished as it may be. `question_id`: as the author wants it, else one is made of the topic.

        NotReady if the id is none or is taken; TooLarge and TooManyQuestions beyond the bounds.
        """
        wanted = question_id.strip()
        kept = tidy(content)
        if wanted:
            self._refuse_id(wanted, kept)
        if self._store.owned(viewer.id) >= MOST_QUESTIONS:
            raise TooManyQuestions
        return self._save(viewer, wanted or new_id(kept), kept, 0, note)

    def save(self, viewer: Person, question_id: str, content: Mapping[str, Any], *, edited_from: int, note: str = "") -> Saved:
        """Another version. `edited_from`: the number of the version that the author began with; see `Saved.meanwhile`.

        NotFound if the viewer may not edit it; TooLarge beyond the bounds.
        """
        if not self.may_edit(viewer, question_id):
            raise NotFound("there is no such question that you may change → go back to the list of questions")
        before = next((each.content for each in self.versions(viewer, question_id) if each.number == edited_from), {})
        return self._save(viewer, question_id, with_places(before, tidy(content)), edited_from, note)

    def _save(self, viewer: Person, question_id: str, content: Content, edited_from: int, note: str) -> Saved:
        text = Text(content, digest_content(content), edited_from, storable(note).strip()[:LONGEST_NOTE])
        version = self._store.save(viewer, {question_id: text}, now=self._now())[question_id]
        self._learn(question_id)
        current = self.version(viewer, question_id)
        checked = self.check(version.content, question_id, version.number)
        return Saved(version, checked, current if current.number != version.number else None)

    # ------------------------------------------------------------ publishing

    def audiences(self, viewer: Person) -> tuple[Audience, ...]:
        """For whom the viewer may publish: themselves; who coaches, also the groups of their candidates and everybody.

        An admin is told of no more groups than a coach: they may assign themselves.
        """
        own = (Audience(),)
        if not viewer.may_coach:
            return own
        known = self._people.list_people() if viewer.is_local else self._people.candidates_of(viewer.id)
        groups = sorted({person.group for person in known if person.group})
        return (*own, *(Audience(Reach.GROUP, group) for group in groups), Audience(Reach.EVERYBODY))

    def publish(self, viewer: Person, question_id: str, number: int, audience: Audience, *, by: str = "") -> AuthoredQuestion:
        """Ask this version of the audience from now on; interviews that run keep the version that they began with. `by`: who did it, for the
        audit log; without it the viewer.

        NotReady if the checks find something, if it is for others and tells no licence, or the viewer may not publish for this audience.
        NotFound if the viewer may not edit it.
        """
        content = self.version(viewer, question_id, number).content
        licence = licence_of(content)
        findings = self.check(content, question_id, number).findings
        if audience.reach is not Reach.OWNER and not licence:
            findings = (*findings, NO_LICENCE)
        if audience not in self.audiences(viewer):
            findings = (*findings, NOT_FOR_THESE)
        if findings:
            raise NotReady(findings)
        published = self._store.publish(viewer, question_id, number, audience, licence=licence[:200], now=self._now(), by=by)
        self._changed()
        self._learn(question_id)
        return published

    def withdraw(self, viewer: Person, question_id: str, *, by: str = "") -> AuthoredQuestion:
        """Ask it of nobody any more; its texts stay. NotFound if the viewer may not edit it. `by`: as for `publish`."""
        withdrawn = self._store.withdraw(viewer, question_id, now=self._now(), by=by)
        self._changed()
        return withdrawn

    def delete(self, viewer: Person, question_id: str) -> None:
        """Delete it with its versions and labelled answers; interviews keep the copy that they asked. NotFound if the viewer may not edit it."""
        self._store.delete(viewer, question_id, now=self._now())
        self._changed()

    # ------------------------------------------------------------ the folder in and out

    def import_folder(self, viewer: Person, archive: bytes, *, source: Content | None = None, by: str = "") -> Imported:
        """Take in the question files of a zip: all of them, or none where something is wrong with one.

        A file of an id that the viewer has already becomes another version of it. `source`: what is told of files that tell no source;
        `by`: as for `publish`. ArchiveRefused if it is no such zip, TooManyQuestions beyond the bounds.
        """
        located, refused = read_folder(archive)
        texts, wrong = dict[str, Text](), list(refused)
        for name, file in located.items():
            question, findings = check_question(file.value, self._competencies)
            if question is not None and not findings and (question.id in texts or not self._is_free(viewer, question.id)):
                findings = (id_taken(question.id),)
            wrong += [Refused(name, file.line(each.loc), each.message, each.remedy, each.loc) for each in findings]
            if question is not None and not findings and isinstance(file.value, dict):
                content = of_file({"source": source or {}, **file.value})
                texts[question.id] = Text(content, digest_content(content), self._current(viewer, question.id))
        if wrong:
            return Imported((), (), (), tuple(wrong))
        known = self._store.taken(list(texts))
        if self._store.owned(viewer.id) + len(texts.keys() - known) > MOST_QUESTIONS:
            raise TooManyQuestions
        saved = self._store.save(viewer, texts, now=self._now())
        self._people.audit.write(by or viewer.id, "imported_questions", viewer.id, str(len(saved)), now=self._now())
        new = tuple(id for id in texts if id not in known)
        same = tuple(id for id in texts if id in known and saved[id].number == texts[id].edited_from)
        return Imported(new, tuple(id for id in texts if id not in {*new, *same}), same, ())

    def export_folder(self, viewer: Person, question_ids: Collection[str] = (), *, by: str = "") -> Exported:
        """The viewer's questions, and those published for others that they may read, as a zip of question files; `question_ids`: only these.

        Of a question the published version, else the current one. Left out is what tells no licence, or is unfinished. `by`: as for `publish`.
        """
        taken, left_out = list[tuple[str, int, Content]](), list[str]()
        for written in self.questions(viewer):
            question = written.question
            if question_ids and question.id not in question_ids:
                continue
            version = self.version(viewer, question.id, question.published) if question.published else written.version
            if licence_of(version.content) and not self.check(version.content, question.id, version.number).findings:
                taken.append((question.id, version.number, version.content))
            else:
                left_out.append(question.id)
        self._people.audit.write(by or viewer.id, "exported_questions", viewer.id, str(len(taken)), now=self._now())
        return Exported(write_folder(sorted(taken, key=lambda each: each[0])), len(taken), tuple(left_out))

    def _is_free(self, viewer: Person, question_id: str) -> bool:
        """Whether the viewer may save under this id: nobody has it, or it is theirs to change."""
        if question_id in self._store.taken([question_id]):
            return self.may_edit(viewer, question_id)
        return question_id not in self._of_files

    def _current(self, viewer: Person, question_id: str) -> int:
        return self.question(viewer, question_id).current if question_id in self._store.taken([question_id]) else 0

    # ------------------------------------------------------------ ids

    def _refuse_id(self, question_id: str, content: Content) -> None:
        """NotReady if the id is none, or somebody has it already, or a question file."""
        of_id = tuple(each for each in self.check(content, question_id).findings if each.loc == ("id",))
        if of_id:
            raise NotReady(of_id)
        if question_id in self._of_files or question_id in self._store.taken([question_id]):
            raise NotReady((id_taken(question_id),))


def new_id(content: Content) -> str:
    """An id that nobody has: the words of the English topic and eight random hex digits."""
    topic = content.get("topic")
    words = re.sub(r"[^a-z0-9]+", "-", str(topic.get("en", "") if isinstance(topic, Mapping) else "").lower()).strip("-")[:40].strip("-")
    return f"{words or 'question'}-{secrets.token_hex(4)}"
