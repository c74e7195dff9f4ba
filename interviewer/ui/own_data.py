"""All that is kept of one person, as one JSON file: written piece by piece, so that hundreds of interviews need no memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from interviewer import __version__
from interviewer.interview.disclosure import hold_back
from interviewer.interview.results import results_of
from interviewer.models import Edit, Interview, Mode
from interviewer.questions.encoding import digest_question, encode_question
from interviewer.ui.assignment_view import work_values
from interviewer.ui.exports import plain_value, point_values, turn_values


@dataclass(frozen=True, slots=True)
class OwnData:
    """What goes into the file. `interviews`, `audit`: read while the file is written. `interviews` are all the person's own.

    `postings`: what they prepare for, with their CVs.
    `training`: what they chose for it; `cards`, `reviews`, `marks`: what is remembered of each point, of what that is made, and what was
    decided by hand. `written`: the questions that they wrote with all their texts; `question_sets`, `bank_drafts`, `labelled_answers`: theirs.
    `assignments`: what was given to them.
    `report_links`: those to their reports, and those that they made.
    `saved_comments`: those that they use as a coach.
    `learning_answers`: what is kept of their answers for learning; `saved_comments`: those that they use as a coach.
    """

    person: Mapping[str, Any]
    sessions: Iterable[Mapping[str, Any]]
    spending: Iterable[Mapping[str, Any]]
    interviews: Iterable[Interview]
    audit: Iterable[Mapping[str, Any]]
    training: Mapping[str, Any] = field(default_factory=dict)
    cards: Iterable[Mapping[str, Any]] = ()
    reviews: Iterable[Mapping[str, Any]] = ()
    marks: Iterable[Mapping[str, Any]] = ()
    postings: Iterable[Mapping[str, Any]] = ()
    written: Iterable[Mapping[str, Any]] = ()
    question_sets: Iterable[Mapping[str, Any]] = ()
    bank_drafts: Iterable[Mapping[str, Any]] = ()
    labelled_answers: Iterable[Mapping[str, Any]] = ()
    assignments: Iterable[Mapping[str, Any]] = ()
    report_links: Iterable[Mapping[str, Any]] = ()
    learning_answers: Iterable[Mapping[str, Any]] = ()
    saved_comments: Iterable[Mapping[str, Any]] = ()


def write_own_data(data: OwnData) -> Iterator[str]:
    """The file in pieces. A question that was asked in many interviews stands there once, under `questions`, as long as it was the same."""
    head = {"format": "interviewer-own-data/1", "version": __version__, "person": dict(data.person)}
    yield _write(head)[:-1]
    yield from _write_list("sessions", data.sessions)
    yield from _write_list("spending", data.spending)
    questions: dict[str, Any] = {}
    yield from _write_list("interviews", (_interview(interview, questions) for interview in data.interviews))
    yield f', "questions": {_write(questions)}'
    yield f', "training": {_write(dict(data.training))}'
    yield from _write_list("cards", data.cards)
    yield from _write_list("reviews", data.reviews)
    yield from _write_list("marks", data.marks)
    yield from _write_list("postings", data.postings)
    yield from _write_list("written_questions", data.written)
    yield from _write_list("question_sets", data.question_sets)
    yield from _write_list("bank_drafts", data.bank_drafts)
    yield from _write_list("assignments", data.assignments)
    yield from _write_list("labelled_answers", data.labelled_answers)
    yield from _write_list("report_links", data.report_links)
    yield from _write_list("learning_answers", data.learning_answers)
    yield from _write_list("saved_comments", data.saved_comments)
    yield from _write_list("audit", data.audit)
    yield "}\n"


def _write_list(name: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f', "{name}": ['
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + _write(dict(item))
    yield "]"


def _interview(interview: Interview, questions: dict[str, Any]) -> dict[str, Any]:
    interview = hold_back(interview)
    asked = {}
    for question in interview.asked:
        asked[question.id] = digest_question(question)[:16]
        questions.setdefault(asked[question.id], encode_question(question))
    return {
        "id": interview.id,
        "setup": asdict(interview.setup),
        "assignment": work_values(interview),
        "created_at": interview.created_at,
        "finished_at": interview.finished_at,
        "questions": asked,
        **_results(interview),
        "turns": [{**turn_values(turn), "draft": turn.draft} for turn in interview.turns],
        "edits": [_edit(edit) for edit in interview.edits],
        "improvements": [asdict(each) for each in interview.improvements],
        "summary": asdict(interview.summary) if interview.summary else None,
    }


def _results(interview: Interview) -> dict[str, Any]:
    if interview.setup.mode is Mode.DRILL:
        return {"points": list(point_values(interview))}
    return {"results": [{"question": each.question.id, "standing": each.status, "score": each.score} for each in results_of(interview)]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {name: value for name, value in asdict(edit).items() if name not in ("interview_id", "author_id") and value not in (None, "")}


def _write(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain_value)
