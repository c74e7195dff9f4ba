"""A group's heat map, most missed points and courses as a file: CSV, JSON, Markdown, or one HTML page that prints well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from interviewer.insight.group import Cell, Course, HeatMap, LeftOut, Missed
from interviewer.models import Lang, Question
from interviewer.models.group import CandidateRow, Credit, Selection
from interviewer.training.service import Trainee
from interviewer.ui.labels import words
from interviewer.ui.render import STATIC, render
from interviewer.ui.tables import Value, write_csv


@dataclass(frozen=True, slots=True)
class Wording:
    """What questions, points and candidates are called in one language; their ids where they are no longer known."""

    questions: Mapping[str, Question]
    lang: Lang

    def topic(self, question_id: str) -> str:
        """The question's topic."""
        question = self.questions.get(question_id)
        return question.topic[self.lang] if question else question_id

    def intent(self, question_id: str, point_id: str) -> str:
        """What the point asks for."""
        question = self.questions.get(question_id)
        found = next((point for point in question.points if point.id == point_id), None) if question else None
        return found.intent[self.lang] if found else point_id

    def is_essential(self, question_id: str, point_id: str) -> bool:
        """Whether no good answer lacks the point."""
        question = self.questions.get(question_id)
        return question is not None and any(point.id == point_id and point.essential for point in question.points)

    def name(self, candidate: CandidateRow) -> str:
        """The candidate's name."""
        return candidate.name or (words(self.lang)["group_this_person"] if candidate.id == "local" else candidate.id[:8])


@dataclass(frozen=True, slots=True)
class GroupView:
    """All that a group's page and file show. `all_candidates`: in the selection, of whom `heat` shows some; `trainees`: how these train."""

    chosen: Selection
    credit: Credit
    all_candidates: tuple[CandidateRow, ...]
    heat: HeatMap
    missed: tuple[Missed, ...]
    left_out: tuple[LeftOut, ...]
    courses: tuple[Course, ...]
    wording: Wording
    trainees: tuple[tuple[CandidateRow, Trainee], ...] = ()

    @property
    def interviews(self) -> int:
        """How many interviews are in the selection."""
        return sum(candidate.interviews for candidate in self.all_candidates)


def group_csv(view: GroupView) -> str:
    """One row for each candidate and point that has a result."""
    t = words(view.wording.lang)
    names = ("candidate", "group", "question", "topic", "point_id", "point", "credit", "verdict", "interviews", "interview")
    return write_csv([t[f"csv_{name}"] for name in names], _rows(view, t))


def training_csv(view: GroupView) -> str:
    """One row for each candidate: how they train, with the points that stay weak although drilled."""
    t = words(view.wording.lang)
    columns = ("person", "days_7", "days_30", "asked_30", "due", "points", "last_at", "weak")
    return write_csv([t[f"training_{name}"] for name in columns], _training_rows(view))


def group_json(view: GroupView) -> str:
    """The same with ids, the most missed points and the courses."""
    data = {
        "format": "interviewer-group/1",
        "selection": {name: value for name, value in asdict(view.chosen).items() if name != "kept_back"},
        "credit": view.credit,
        "candidates": [asdict(candidate) for candidate in view.all_candidates],
        "cells": [
            {"candidate": candidate.id, "question": question_id, "point": point_id, **asdict(cell)}
            for candidate, question_id, point_id, cell in _cells(view)
        ],
        "most_missed": [{**asdict(item), "share": round(item.share, 4)} for item in view.missed],
        "left_out": [asdict(item) for item in view.left_out],
        "training": [asdict(trainee) for _, trainee in view.trainees],
        "competencies": [
            {"competency": course.competency.id if course.competency else None, "means": [asdict(mean) for mean in course.means]}
            for course in view.courses
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=str)


def group_markdown(view: GroupView) -> str:
    """The tables as Markdown."""
    return render("desk/group_file", view.wording.lang, suffix="md", view=view, say=view.wording)


def group_html(view: GroupView) -> str:
    """One page that stands alone: no script, no address, the style inside."""
    css = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("style.css", "desk.css"))
    return render("desk/group_file", view.wording.lang, view=view, say=view.wording, css=css)


GROUP_EXPORTS: dict[str, tuple[Callable[[GroupView], str], str]] = {
    "csv": (group_csv, "text/csv; charset=utf-8"),
    "json": (group_json, "application/json; charset=utf-8"),
    "md": (group_markdown, "text/markdown; charset=utf-8"),
    "html": (group_html, "text/html; charset=utf-8"),
    "training.csv": (training_csv, "text/csv; charset=utf-8"),
}
"""Format by file ending: how to make it, and its media type."""


def _cells(view: GroupView) -> Iterator[tuple[CandidateRow, str, str, Cell]]:
    for block in view.heat.blocks:
        for row in block.rows:
            for candidate, cell in zip(view.heat.candidates, row.cells, strict=True):
                if cell:
                    yield candidate, block.question_id, row.point_id, cell


def _rows(view: GroupView, t: Mapping[str, str]) -> Iterator[list[Value]]:
    say: Any = view.wording
    for candidate, question_id, point_id, cell in _cells(view):
        head = [say.name(candidate), candidate.group, question_id, say.topic(question_id), point_id, say.intent(question_id, point_id)]
        verdict = t[f"verdict_{cell.status}"] if view.credit is not Credit.MEAN else ""
        yield [*head, round(cell.credit, 3), verdict, cell.n, cell.interview_id]


def _training_rows(view: GroupView) -> Iterator[list[Value]]:
    say = view.wording
    for candidate, trainee in view.trainees:
        weak = "; ".join(f"{say.topic(each.key.question_id)}: {say.intent(*each.key)}" for each in trainee.weak)
        last = trainee.last_at.isoformat(timespec="seconds") if trainee.last_at else ""
        yield [say.name(candidate), trainee.days_7, trainee.days_30, trainee.reviews, trainee.due, trainee.active, last, weak]
