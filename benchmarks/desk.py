"""How long the coach's list takes at ten thousand interviews, for every filter and search, and how long one edit takes to be in it."""

from __future__ import annotations

import random
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from benchmarks.harness import Figure, spread, timed
from benchmarks.interviews import application
from benchmarks.processes import folder
from interviewer.bootstrap import Application
from interviewer.grading.scoring import answer_score
from interviewer.models import LANGS, LOCAL_PERSON, Grade, Lang, Person, Provenance, Question, Quote, Role, Verdict, VerdictStatus
from interviewer.models.group import Credit, Selection
from interviewer.questions.derive import statements
from interviewer.records.codec import encode_outcome
from interviewer.records.inbox import InboxFilters, InboxSort
from interviewer.records.people_tables import coachings, people
from interviewer.records.review_tables import point_results, question_results, summaries
from interviewer.records.search import terms_of
from interviewer.records.store import keep_snapshot
from interviewer.records.tables import grades, grading_requests, interview_questions, interviews, turns
from interviewer.ui.group_exports import GroupView
from interviewer.web.insight import SHOWN_CANDIDATES, GroupQuery, read_view

INTERVIEWS, ANSWERS, CHARACTERS, CANDIDATES, GROUPS = 10_000, 10, 400, 400, 20
RUNS = 15
GOAL = 200.0
GROUP_GOAL = 300.0
SEED = 20260102
START = datetime(2026, 1, 1, tzinfo=UTC)


def measure() -> list[Figure]:
    """Build the records, then ask for a page in every way."""
    with folder() as where:
        app = application(where / "data")
        app.service.worker.stop()
        try:
            began = time.perf_counter()
            with app.database.writing() as connection:
                Builder(connection, app.bank.questions[:ANSWERS]).build()
            with closing(sqlite3.connect(where / "data" / "interviews.db")) as plain:
                plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            built = time.perf_counter() - began
            size = sum(file.stat().st_size for file in (where / "data").glob("interviews.db*")) / 1e6
            return [Figure("records built", built, "s", 60.0, note=f"{INTERVIEWS} interviews, {size:.0f} MB"), *_ask(app)]
        finally:
            app.index.close()
            app.database.dispose()


def _ask(app: Application) -> Iterator[Figure]:
    for name, (viewer, filters, sort, page) in _questions_asked(app).items():
        found = app.desk.inbox(viewer, filters, sort, page).total
        times = [timed(lambda: app.desk.inbox(viewer, filters, sort, page)) for _ in range(RUNS)]  # noqa: B023 - called at once
        yield from spread(f"list, {name}", times, p95=GOAL, note=f"{found} found")
    middle = app.desk.inbox(LOCAL_PERSON, page=100).rows[0].interview_id
    times = [timed(lambda: app.desk.neighbours(LOCAL_PERSON, InboxFilters(), "score_up", middle)) for _ in range(RUNS)]
    yield from spread("the one before and the one after", times, p95=GOAL)
    times = [timed(lambda: app.desk.open(middle, LOCAL_PERSON)) for _ in range(RUNS)]
    yield from spread("one interview opened", times, p95=GOAL)
    times = [timed(lambda: app.desk.choices(LOCAL_PERSON)) for _ in range(RUNS)]
    yield from spread("what can be chosen", times, p95=GOAL)

    for name, selection in {
        "all": Selection(),
        "one group": Selection(group="group 3"),
        "since July": Selection(since=date(2026, 7, 1)),
    }.items():
        times = [timed(lambda: read_group(app, selection)) for _ in range(RUNS)]  # noqa: B023 - called at once
        yield from spread(f"group view, {name}", times, p95=GROUP_GOAL)
    times = [timed(lambda: read_group(app, Selection(), Credit.MEAN)) for _ in range(RUNS)]
    yield from spread("group view, all, means", times, p95=GROUP_GOAL)

    def edit() -> None:
        app.desk.comment(LOCAL_PERSON, middle, seq=1, text="a comment")
        app.desk.inbox(LOCAL_PERSON)

    yield from spread("an edit and the list after it", [timed(edit) for _ in range(RUNS)], p95=GOAL)


def read_group(app: Application, selection: Selection, credit: Credit = Credit.LATEST) -> GroupView:
    """What the page of the group reads and works out."""
    return read_view(app, LOCAL_PERSON, GroupQuery(selection, "", credit, 1, bad=False), "zh", shown=SHOWN_CANDIDATES)


def _questions_asked(app: Application) -> dict[str, tuple[Person, InboxFilters, str, int]]:
    """Viewer, filters, order and page, by what they are called."""
    first = app.bank.questions[0]
    chinese, english = re.findall(r"[\u4e00-\u9fff]{4}", first.reference.zh)[1], " ".join(re.findall(r"[a-z]{4,}", first.reference.en)[:2])
    filters = {
        "all": {},
        "by candidate": {"candidate": "p7"},
        "by group": {"group": "group 3"},
        "by day": {"since": date(2026, 3, 1), "until": date(2026, 3, 31)},
        "by question": {"question": first.id},
        "by question and score": {"question": first.id, "max_score": 40.0},
        "by competency": {"competency": first.competencies[0]},
        "by score": {"min_score": 40.0, "max_score": 60.0},
        "by examiner": {"examiner": "llm"},
        "ungraded": {"ungraded": True},
        "flagged": {"flagged": True},
        "unreviewed": {"unreviewed": True},
        "low confidence": {"low_confidence": True},
        "finished": {"finished": True},
        "search 模型 (common)": {"text": "模型"},
        "search four characters": {"text": chinese},
        "search 的 (one character)": {"text": "的"},
        "search the (in every English answer)": {"text": "the"},
        "search a (one letter)": {"text": "a"},
        "search two words": {"text": english},
        "search a rare word": {"text": "zebra77"},
        "search and filters": {"text": "模型 数据", "group": "group 3", "unreviewed": True, "min_score": 30.0},
    }
    asked = {name: (LOCAL_PERSON, InboxFilters(**values), "newest", 1) for name, values in filters.items()}  # type: ignore[arg-type]
    for sort in InboxSort:
        asked[f"order {sort.value}, middle page"] = (LOCAL_PERSON, InboxFilters(), sort.value, 100)
    coach = Person("coach", "Coach", Role.COACH)
    asked["all, for a coach of 100 candidates"] = (coach, InboxFilters(), "newest", 1)
    asked["search 模型, for a coach of 100 candidates"] = (coach, InboxFilters(text="模型"), "score_up", 3)
    return asked


class Builder:
    """Writes the records in bulk, the derived rows beside them, from one seed."""

    def __init__(
        self,
        connection: Connection,
        questions: tuple[Question, ...],
        *,
        interviews: int = INTERVIEWS,
        candidates: int = CANDIDATES,
        groups: int = GROUPS,
        coached: int = 100,
    ) -> None:
        self._connection, self._questions = connection, questions
        self._interviews, self._candidates, self._groups, self._coached = interviews, candidates, groups, coached
        self._random = random.Random(SEED)
        self._sentences: dict[Lang, list[str]] = {
            "zh": [sentence for question in questions for sentence in statements(question.reference.zh)],
            "en": [sentence for question in questions for sentence in statements(question.reference.en)],
        }
        self._digests = {question.id: keep_snapshot(connection, question) for question in questions}
        self._outcomes: dict[tuple[str, int], tuple[Grade, Any]] = {}

    def build(self) -> None:
        """People first, then interviews a thousand at a time."""
        self._people()
        numbers = iter(range(self._interviews))
        while batch := list(islice(numbers, 1000)):
            rows: dict[Table, list[dict[str, Any]]] = {
                table: []
                for table in (interviews, interview_questions, turns, grading_requests, grades, summaries, question_results, point_results)
            }
            for number in batch:
                self._interview(number, rows)
            for table, values in rows.items():
                self._connection.execute(insert(table), values)
            found = [{"id": row["id"], "terms": " ".join(terms_of(row["reply_text"]))} for row in rows[turns]]
            self._connection.execute(text("INSERT INTO answer_search(rowid, terms) VALUES (:id, :terms)"), found)

    def _people(self) -> None:
        rows = [
            {
                "id": f"p{number}", "name": f"Candidate {number}", "key": f"candidate {number}", "role": "candidate",
                "group_name": f"group {number % self._groups}", "active": True, "created_at": START,
            }
            for number in range(self._candidates)
        ]  # fmt: skip
        coach = {**rows[0], "id": "coach", "name": "Coach", "key": "coach", "role": "coach", "group_name": ""}
        self._connection.execute(insert(people), [*rows, coach])
        self._connection.execute(
            insert(coachings), [{"coach_id": "coach", "candidate_id": f"p{number}"} for number in range(self._coached)]
        )

    def _interview(self, number: int, rows: dict[Table, list[dict[str, Any]]]) -> None:
        pick = self._random
        id, owner, lang = secrets.token_hex(16), f"p{pick.randrange(self._candidates)}", pick.choice(LANGS)
        at, examiner = START + timedelta(minutes=40 * number), pick.choice(("rubric", "llm"))
        common = {"interview_id": id, "owner": owner}
        scores = [self._answer(common, seq, lang, at, examiner, rows) for seq in range(1, ANSWERS + 1)]
        finished = at if pick.random() < 0.9 else None
        rows[interviews].append(
            {
                "id": id, "owner": owner, "lang": lang, "mode": "exam", "follow_ups": 0, "minutes": None, "examiner": examiner,
                "created_at": at, "finished_at": finished, "version": 1, "stale": False, "edited": False,
            }
        )  # fmt: skip
        rows[summaries].append(
            {
                **common, "created_at": at, "finished_at": finished, "lang": lang, "examiner": examiner,
                "total": round(sum(scores) / len(scores), 1), "questions": ANSWERS, "answered": ANSWERS, "ungraded": pick.random() < 0.05,
                "pending": 0, "flagged": pick.random() < 0.05, "low_confidence": pick.random() < 0.2,
                "reviewed_at": at if pick.random() < 0.5 else None,
            }
        )  # fmt: skip

    def _answer(
        self, common: dict[str, str], seq: int, lang: Lang, at: datetime, examiner: str, rows: dict[Table, list[dict[str, Any]]]
    ) -> float:
        question, turn_id = self._questions[seq - 1], len(rows[turns]) + 1 + self._offset(rows)
        grade, outcome = self._outcome(question, self._random.randrange(20))
        request, interview = f"{turn_id:032x}", common["interview_id"]
        rows[interview_questions].append(
            {"interview_id": interview, "position": seq, "question_id": question.id, "digest": self._digests[question.id]}
        )
        rows[turns].append(
            {
                "id": turn_id, "interview_id": interview, "seq": seq, "question_id": question.id, "kind": "question",
                "prompt": question.prompt[lang], "asked_at": at, "hints": 0, "revealed": False, "draft": "", "reply_kind": "text",
                "reply_text": self._said(lang, turn_id), "replied_at": at,
            }
        )  # fmt: skip
        rows[grading_requests].append(
            {
                "id": request,
                "turn_id": turn_id,
                "idempotency_key": request,
                "examiner": examiner,
                "created_at": at,
                "attempts": 1,
                "done": True,
            }
        )
        rows[grades].append(
            {"turn_id": turn_id, "request_id": request, "at": at, "score": grade.score, "examiner": examiner, "outcome": outcome}
        )
        rows[question_results].append(
            {**common, "question_id": question.id, "at": at, "standing": "graded", "score": grade.score, "machine_score": grade.score}
        )
        weights = {point.id: point.weight for point in question.points}
        rows[point_results] += [
            {
                "interview_id": interview, "question_id": question.id, "point_id": verdict.point_id, "status": verdict.status.value,
                "weight": weights[verdict.point_id],
            }
            for verdict in grade.verdicts
        ]  # fmt: skip
        return grade.score

    def _offset(self, rows: dict[Table, list[dict[str, Any]]]) -> int:
        if not rows[turns]:
            self._before = self._connection.execute(text("SELECT coalesce(max(id), 0) FROM turns")).scalar_one()
        return int(self._before)

    def _outcome(self, question: Question, number: int) -> tuple[Grade, Any]:
        """One of twenty grades of a question, with its stored form."""
        if (question.id, number) not in self._outcomes:
            pick = random.Random(f"{SEED}{question.id}{number}")
            verdicts = tuple(
                Verdict(point.id, pick.choice(list(VerdictStatus)), Quote("quoted words", 0, 12), "a short reason")
                for point in question.points
            )
            grade = Grade(verdicts, answer_score(question.points, verdicts), "Some feedback in two sentences. " * 4, Provenance("rubric"))
            self._outcomes[question.id, number] = grade, encode_outcome(grade)
        return self._outcomes[question.id, number]

    def _said(self, lang: Lang, turn_id: int) -> str:
        parts: list[str] = ["zebra77"] if turn_id % 20_011 == 1 else []
        while sum(map(len, parts)) < CHARACTERS:
            parts.append(self._random.choice(self._sentences[lang]))
        return " ".join(parts)[:CHARACTERS]
