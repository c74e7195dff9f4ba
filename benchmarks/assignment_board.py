"""How long a coach waits for the board of an assignment and the list of assignments: 2,000 interviews of 200 people.

    python -m benchmarks.assignment_board [--rounds 40]

Prints the 95th percentile in milliseconds of each page, drawn as the server draws it, from a database made for the purpose; on a machine
that does other things as well the computing alone says what the page costs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import Person, Role
from interviewer.models.assignments import Task
from interviewer.records.assignment_tables import assignment_people
from interviewer.records.people_tables import coachings, people
from interviewer.records.review_tables import summaries
from interviewer.records.store import utc_now
from interviewer.records.tables import interviews, turns
from interviewer.ui.render import render

PEOPLE, ASSIGNMENTS, ANSWERS = 200, 10, 4
MOST_MILLISECONDS = 300
QUESTION = "data-pipeline"


def fill(application: Application) -> tuple[Person, list[str]]:
    """A coach with 200 people in one group, and ten assignments that each of them has handed in."""
    now = utc_now() - timedelta(days=30)
    coach = application.people.add("Coach", role=Role.COACH, now=now)
    ids = [f"{number:032x}" for number in range(PEOPLE)]
    with application.database.writing() as connection:
        shared = {"role": "candidate", "group_name": "term", "active": True, "created_at": now}
        connection.execute(
            insert(people), [{"id": id, "name": f"Person {n:03}", "key": f"person {n:03}", **shared} for n, id in enumerate(ids)]
        )
        connection.execute(insert(coachings), [{"coach_id": coach.id, "candidate_id": id} for id in ids])
    given = []
    for number in range(ASSIGNMENTS):
        task = Task(title=f"Week {number}", question_ids=(QUESTION,), group="term", due_at=utc_now() + timedelta(days=30))
        given.append(application.assignments.give(coach, task))
    with application.database.writing() as connection:
        for number, assignment_id in enumerate(given):
            held = {id: f"{number:08x}{place:024x}" for place, id in enumerate(ids)}
            base = {"lang": "zh", "mode": "exam", "follow_ups": 0, "examiner": "rubric", "created_at": now, "finished_at": now}
            rows = [{"id": held[id], "owner": id, "version": 1, "stale": False, "assignment_id": assignment_id, **base} for id in ids]
            connection.execute(insert(interviews), rows)
            connection.execute(insert(assignment_people), [{"assignment_id": assignment_id, "person_id": id, "begun": 1} for id in ids])
            counted = {"answered": 1, "questions": 1, "ungraded": 0, "pending": 0, "flagged": 0, "low_confidence": 0, "contested": 0}
            summed = {"created_at": now, "finished_at": now, "total": 62.0, "examiner": "rubric", "lang": "zh", "mode": "exam", **counted}
            connection.execute(insert(summaries), [{"interview_id": held[id], "owner": id, **summed} for id in ids])
            said = {
                "question_id": QUESTION,
                "kind": "question",
                "prompt": "?",
                "asked_at": now,
                "hints": 0,
                "revealed": False,
                "draft": "",
                "reply_kind": "text",
                "reply_text": "x",
                "replied_at": now,
            }
            connection.execute(insert(turns), [{"interview_id": held[id], "seq": seq, **said} for id in ids for seq in range(ANSWERS)])
    return coach, given


def pages(application: Application, coach: Person, given: list[str]) -> dict[str, Callable[[], object]]:
    """What is waited for, by name."""
    use = application.assignments
    frame = {
        "viewer": coach,
        "csrf": "",
        "openid": "",
        "path": "/coach/assignments",
        "query": {},
        "waiting": 0,
        "blind": False,
        "here": "",
        "said": "",
        "now": utc_now(),
    }

    def board() -> str:
        found = use.board(coach, given[0])
        shown = {
            "board": found,
            "task": found.assignment.task,
            "rows": found.rows,
            "topics": use.store.questions(given[0]),
            "may_edit": True,
            "masked": frozenset(),
        }
        columns = ("all", "not_begun", "under_way", "done", "late", "to_review", "reviewed")
        return render("desk/assignment", "zh", **frame, **shown, column="all", columns=columns, zone="UTC", due_typed="", most_attempts=10)

    def listed() -> str:
        boards, more = use.boards(coach)
        return render("desk/assignments", "zh", **frame, boards=boards, page=1, more=more, nobody=False)

    return {"board": board, "list": listed}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        application = Application(Settings(data=Path(folder), _env_file=None))  # type: ignore[call-arg]
        coach, given = fill(application)
        for name, draw in pages(application, coach, given).items():
            draw()
            took, worked = [], []
            for _ in range(rounds):
                started, busy = time.perf_counter(), time.process_time()
                draw()
                took.append((time.perf_counter() - started) * 1000)
                worked.append((time.process_time() - busy) * 1000)
            waited, computed = (statistics.quantiles(times, n=20)[-1] for times in (took, worked))
            print(f"{name}: p95 {waited:.0f} ms, {computed:.0f} ms of it computing (at most {MOST_MILLISECONDS})", flush=True)
        application.database.dispose()


if __name__ == "__main__":
    main()
