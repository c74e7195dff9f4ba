"""What may be assigned, and to whom: what a coach can choose from, and what is wrong with a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from interviewer.authoring.refusal import NotReady
from interviewer.authoring.sets import QuestionSets
from interviewer.errors import NotFound
from interviewer.models import LANGS, ExaminerName, Lang, Mode, Person, Question, Role
from interviewer.models.assignments import Task
from interviewer.questions.bank import Banks
from interviewer.questions.checks import Finding, finding
from interviewer.records.people import PeopleStore

LONGEST_TITLE, LONGEST_NOTE = 120, 2_000
"""Characters."""
MOST_QUESTIONS, MOST_ATTEMPTS, MOST_FOLLOW_UPS = 100, 10, 3
MOST_NAMED = 3
"""Names in a refusal."""
MINUTES = (None, 3, 5, 8, 10, 15)
"""Per question; as in the set-up form."""


@dataclass(frozen=True, slots=True)
class Checks:
    """`examiners`: those that are available here. `archived`: the groups whose term is over, and which are given nothing new."""

    people: PeopleStore
    sets: QuestionSets
    banks: Banks
    examiners: tuple[ExaminerName, ...]
    archived: Callable[[], frozenset[str]]

    def candidates(self, viewer: Person) -> tuple[Person, ...]:
        """To whom the viewer may give work, by name: whom they coach, an admin to every candidate."""
        known = self.people.list_people() if viewer.may_administer else self.people.candidates_of(viewer.id)
        over = self.archived()
        return tuple(person for person in known if person.role is Role.CANDIDATE and person.active and person.group not in over)

    def groups(self, viewer: Person) -> tuple[str, ...]:
        """The groups that these are in."""
        return tuple(sorted({person.group for person in self.candidates(viewer) if person.group}))

    def given(self, viewer: Person, task: Task) -> tuple[Person, ...]:
        """Who would have it at this moment."""
        known = self.candidates(viewer)
        return tuple(each for each in known if (each.id in task.chosen if task.chosen else task.group and each.group == task.group))

    def questions(self, viewer: Person, task: Task, now: datetime) -> tuple[Question, ...]:
        """The questions of a task that can be given; NotReady tells by field what is wrong with it."""
        known = {question.id: question for question in self.banks.for_viewer(viewer.id).questions}
        findings = (*self._words(task), *self.times(task, now), *self._how(task), *self._whom(viewer, task))
        asked = tuple(known[id] for id in task.question_ids if id in known)
        findings += tuple(self._what(viewer, task, asked))
        if findings:
            raise NotReady(findings)
        return asked

    def question_ids(self, viewer: Person, set_id: str) -> tuple[str, ...]:
        """The questions of a set that the viewer may use; none if there is no such set."""
        try:
            return self.sets.questions_of(viewer, self.sets.find(viewer, set_id))
        except NotFound:
            return ()

    def _words(self, task: Task) -> Iterator[Finding]:
        if not task.title:
            yield finding(("title",), ("标题是空的", "the title is empty"), ("写上标题", "write a title"))
        if len(task.title) > LONGEST_TITLE:
            shorter = (f"最多 {LONGEST_TITLE} 个字符", f"keep it to {LONGEST_TITLE} characters")
            yield finding(("title",), ("标题太长", "the title is too long"), shorter)
        if len(task.note) > LONGEST_NOTE:
            shorter = (f"最多 {LONGEST_NOTE} 个字符", f"keep it to {LONGEST_NOTE} characters")
            yield finding(("note",), ("说明太长", "the note is too long"), shorter)

    def times(self, task: Task, now: datetime) -> Iterator[Finding]:
        """What is wrong with its deadline, seen from that moment."""
        if task.due_at and task.due_at <= now:
            later = ("选一个以后的时间", "choose a later one")
            yield finding(("due_at",), ("截止时间已经过了", "the deadline is over already"), later)
        if task.due_at and task.opens_at and task.due_at <= task.opens_at:
            yield finding(
                ("due_at",), ("截止时间早于开放时间", "the deadline is before the opening"),
                ("截止时间要晚于开放时间", "choose a deadline after the opening"),
            )  # fmt: skip

    def _how(self, task: Task) -> Iterator[Finding]:
        if task.mode not in (Mode.COACHING, Mode.EXAM) or task.minutes not in MINUTES or not 0 <= task.follow_ups <= MOST_FOLLOW_UPS:
            yield finding(("mode",), ("形式不在可选范围内", "the mode is none of those offered"), ("重新选", "choose anew"))
        if task.examiner not in self.examiners:
            yield finding(("examiner",), ("这里没有这个考官", "this examiner is not available here"), ("换一个", "choose another one"))
        if not 1 <= task.attempts <= MOST_ATTEMPTS:
            range_of = (f"1 到 {MOST_ATTEMPTS} 次", f"choose 1 to {MOST_ATTEMPTS}")
            yield finding(("attempts",), ("次数不对", "this is no number of attempts"), range_of)

    def _whom(self, viewer: Person, task: Task) -> Iterator[Finding]:
        known = {person.id for person in self.candidates(viewer)}
        if not set(task.chosen) <= known:
            yield finding(
                ("chosen",), ("有人不是你带的候选人", "some of them are not your candidates"), ("重新选人", "choose the people anew")
            )
        elif not self.given(viewer, task):
            some = ("选一个有候选人的分组，或者选几个人", "choose a group that has candidates, or some people")
            yield finding(("chosen",), ("没有布置给任何人", "it is given to nobody"), some)

    def _what(self, viewer: Person, task: Task, asked: Sequence[Question]) -> Iterator[Finding]:
        anew = ("重新选题", "choose the questions anew")
        if not task.question_ids:
            yield finding(
                ("question_ids",), ("一道题也没有", "there is no question"), ("选一套题，或者选几道题", "choose a set, or some questions")
            )
        if len(task.question_ids) > MOST_QUESTIONS:
            fewer = (f"最多 {MOST_QUESTIONS} 道", f"keep to {MOST_QUESTIONS} at most")
            yield finding(("question_ids",), ("题目太多", "there are too many questions"), fewer)
        if len(asked) < len(task.question_ids):
            yield finding(("question_ids",), ("有的题目已经不在题库里", "some of the questions are not in the bank any more"), anew)
        if asked and not (task.lang in languages_of(asked) if task.lang else languages_of(asked)):
            yield finding(
                ("lang",), ("有的题目没有用这种语言写", "some of the questions are not written in this language"),
                ("换一种语言，或者换题", "choose another language, or other questions"),
            )  # fmt: skip
        lacking = self._not_for(viewer, task, asked)
        if lacking:
            names = "、".join(lacking), ", ".join(lacking)
            yield finding(
                ("question_ids",), (f"有的题目没有发布给这些人：{names[0]}", f"some questions are not published for: {names[1]}"),
                ("先把题目发布给他们的分组", "publish them for their group first"),
            )  # fmt: skip

    def _not_for(self, viewer: Person, task: Task, asked: Sequence[Question]) -> list[str]:
        """Names of some of those who may not be asked all of it."""
        known: dict[str, frozenset[str]] = {}  # by the bank's digest: most people share one
        lacking = list[str]()
        for person in self.given(viewer, task):
            bank = self.banks.for_viewer(person.id)
            if bank.digest not in known:
                known[bank.digest] = frozenset(question.id for question in bank.questions)
            lacking += [person.name] if any(question.id not in known[bank.digest] for question in asked) else []
            if len(lacking) == MOST_NAMED:
                break
        return lacking


def languages_of(questions: Sequence[Question]) -> tuple[Lang, ...]:
    """Those in which all of the questions are written."""
    return tuple(lang for lang in LANGS if all(lang in question.languages for question in questions))
