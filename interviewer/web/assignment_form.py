"""The form in which a coach gives work: what was typed, and the task that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from interviewer.cohort.checks import Checks
from interviewer.models import LANGS, ExaminerName, Lang, Mode, Person
from interviewer.models.assignments import Task
from interviewer.ui.labels import words
from interviewer.ui.zones import read_moment, write_moment
from interviewer.web.numbers import read_whole

MODES = (Mode.COACHING, Mode.EXAM)
QUESTION, CANDIDATE = "q.", "p."
"""A ticked question or candidate posts a field of its own: this and the id."""


@dataclass(frozen=True, slots=True)
class TaskForm:
    """The form's fields as text, what is ticked in it, and by field what is wrong, in the reader's language."""

    values: Mapping[str, str]
    questions: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    wrong: Mapping[str, list[str]] = field(default_factory=dict)

    def at(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")


def form_of(task: Task) -> TaskForm:
    """The form of a task that was given."""
    values = {
        "title": task.title, "note": task.note, "set": task.set_id, "mode": task.mode.value, "examiner": task.examiner.value, "lang": task.lang or "",
        "follow_ups": str(task.follow_ups), "minutes": str(task.minutes or 0), "opens_at": write_moment(task.opens_at),
        "due_at": write_moment(task.due_at), "attempts": str(task.attempts), "group": "" if task.chosen else task.group,
        "observed": "1" if task.observed else "",
    }  # fmt: skip
    return TaskForm(values, frozenset(() if task.set_id else task.question_ids), frozenset(task.chosen))


def read_form(checks: Checks, viewer: Person, fields: Mapping[str, str], lang: Lang) -> tuple[TaskForm, Task]:
    """What was typed, and the task that it stands for; where the form's `wrong` is not empty it stands for none."""
    ticked = [name.removeprefix(QUESTION) for name in fields if name.startswith(QUESTION)]
    people = tuple(name.removeprefix(CANDIDATE) for name in fields if name.startswith(CANDIDATE))
    wrong: dict[str, list[str]] = {}
    known = {mode.value: mode for mode in MODES}
    set_id = fields.get("set", "")
    asked = [question.id for question in checks.banks.for_viewer(viewer.id).questions if question.id in set(ticked)]
    task = Task(
        title=fields.get("title", ""), note=fields.get("note", ""), set_id=set_id,
        question_ids=checks.question_ids(viewer, set_id) if set_id else (*asked, *(id for id in ticked if id not in set(asked))),
        mode=known.get(fields.get("mode", ""), Mode.COACHING), examiner=_examiner(fields.get("examiner", "")),
        lang=next((known for known in LANGS if known == fields.get("lang")), None),
        follow_ups=_number(fields, "follow_ups", 0), minutes=_number(fields, "minutes", 0) or None, attempts=_number(fields, "attempts", 0),
        opens_at=_moment(fields, "opens_at", wrong, lang), due_at=_moment(fields, "due_at", wrong, lang),
        group="" if people else fields.get("group", ""), chosen=people, observed=fields.get("observed") == "1",
    )  # fmt: skip
    return TaskForm(dict(fields), frozenset(ticked), frozenset(people), wrong), task


def _number(fields: Mapping[str, str], name: str, otherwise: int) -> int:
    number = read_whole(fields.get(name, ""))
    return otherwise if number is None else number


def _examiner(name: str) -> ExaminerName:
    return next((each for each in ExaminerName if each.value == name), ExaminerName.RUBRIC)


def _moment(fields: Mapping[str, str], name: str, wrong: dict[str, list[str]], lang: Lang) -> datetime | None:
    try:
        return read_moment(fields.get(name, ""))
    except (ValueError, OverflowError):
        wrong[name] = [words(lang)["assign_bad_moment"]]
        return None
