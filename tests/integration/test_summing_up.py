"""The model's summary of an interview in the room: when it may be asked for, what it costs, where it is kept, and how the report tells of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from interviewer.grading.llm.summary import Course, SummedUp
from interviewer.interview.judging import spending_of
from interviewer.models import ExaminerName, Interview, Lang, Provenance, Reason, Remark, Summary, SummaryText, Ungraded, Usage
from interviewer.models.improvements import LOST_AFTER
from interviewer.ui.exports import export_json, export_markdown
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

TEXT = SummaryText("A sound start.", (Remark("Well <b>told</b>.", 1, "an answer"),), (), (Remark("Do zebra7731 next.", 2, "more"),))


@dataclass
class ScriptedSummarizer:
    """Says what it is told, one after the other, once it may."""

    outcomes: list[SummedUp | Ungraded | Exception]
    may: threading.Event = field(default_factory=threading.Event)
    courses: list[Course] = field(default_factory=list)

    def sum_up(self, course: Course) -> SummedUp | Ungraded:
        self.courses.append(course)
        assert self.may.wait(10)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class Hall:
    """A room with a model that sums up."""

    room: Room
    summarizer: ScriptedSummarizer
    put_down: threading.Event

    def finished(self) -> Interview:
        """Two questions, answered and graded."""
        interview = self.room.begin(follow_ups=0, lang="en")
        for text in ("an answer", "more of it"):
            interview = self.room.settle(self.room.service.submit(interview, text))
            interview = self.room.service.go_on(interview)
        return interview

    def sum_up(self, seen: Interview) -> Interview:
        """Ask for it, and wait until it is put down."""
        self.put_down.clear()
        self.summarizer.may.set()
        self.room.service.writing.sum_up(seen)
        assert self.put_down.wait(10)
        return self.room.read(seen)

    def report(self, interview: Interview, lang: Lang = "en") -> str:
        """As it is drawn."""
        catalogue = Catalogue(self.room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)
        return draw_interview(interview, self.room.service, catalogue, lang).report


SUMMED_UP = SummedUp(TEXT, Provenance("llm", "m", "summary-v1"), Usage(70, 30, cost=0.5))
FAILED = Ungraded(Reason.TIMEOUT, Provenance("llm", "m"), usage=Usage(7, 0, cost=0.1))


@contextmanager
def in_hall(folder: Path, *outcomes: SummedUp | Ungraded | Exception) -> Iterator[Hall]:
    summarizer, put_down = ScriptedSummarizer(list(outcomes)), threading.Event()
    with open_room(folder, ScriptedExaminer(grade(b="missing"), grade()), summarizer=summarizer) as room:
        end = room.store.end_summary

        def end_and_tell(*came: object) -> None:
            end(*came)  # type: ignore[arg-type]
            put_down.set()

        room.store.end_summary = end_and_tell  # type: ignore[method-assign]
        yield Hall(room, summarizer, put_down)


def test_an_interview_is_summed_up_from_its_answers_and_findings_and_the_summary_is_kept(tmp_path: Path) -> None:
    with in_hall(tmp_path, SUMMED_UP) as hall:
        before = hall.finished()
        after = hall.sum_up(before)
        (course,) = hall.summarizer.courses
        assert [(each.turn_seq, each.text) for each in course.answers] == [(1, "an answer"), (2, "more of it")]
        assert [each.open for each in course.answers] == [True, False]
        found = course.results[0]["found"]
        assert isinstance(found, list)
        assert [each["verdict"] for each in found] == ["covered", "missing", "covered"]
        assert after.summary == Summary(hall.room.clock(), TEXT, None, 100, 0.5)
        assert spending_of(after).tokens - spending_of(before).tokens == 100
        assert (after.turns, after.improvements) == (before.turns, ())
        assert json.loads(export_json(after, hall.room.service.bank.competencies, "en"))["summary"]["text"]["level"] == TEXT.level
        assert "Do zebra7731 next." in export_markdown(after, hall.room.service.bank.competencies, "en")


def test_it_is_asked_for_once_and_the_report_says_where_it_stands(tmp_path: Path) -> None:
    with in_hall(tmp_path, FAILED, SUMMED_UP) as hall:
        seen = hall.finished()
        assert hall.report(seen).count('data-act="sum_up"') == 1
        first, second = hall.room.service.writing.sum_up(seen), hall.room.service.writing.sum_up(seen)
        assert hall.room.service.writing.is_summing_up(second)
        assert hall.room.service.writing.sum_up(first) == first
        assert 'data-pending="1"' in hall.report(second)
        hall.summarizer.may.set()
        assert hall.put_down.wait(10)
        failed = hall.room.read(seen)
        assert failed.summary is not None
        assert failed.summary.reason is Reason.TIMEOUT
        assert 'role="alert"' in hall.report(failed)
        done = hall.sum_up(failed)
        assert done.summary is not None
        assert (done.summary.tokens, round(done.summary.cost, 2)) == (107, 0.6)
        assert hall.room.service.writing.sum_up(done) == done
        page = hall.report(done)
        assert "Well &lt;b&gt;told&lt;/b&gt;." in page
        assert 'data-act="sum_up"' not in page
        assert len(hall.summarizer.courses) == 2


def test_it_cannot_be_asked_for_before_the_end_nor_without_a_grade_or_a_model(tmp_path: Path) -> None:
    with in_hall(tmp_path) as hall:
        running = hall.room.settle(hall.room.service.submit(hall.room.begin(follow_ups=0), "an answer"))
        assert hall.room.service.writing.sum_up(running) == running
        empty = hall.room.service.finish(hall.room.begin(follow_ups=0))
        assert not hall.room.service.writing.may_sum_up(empty)
        assert hall.summarizer.courses == []
    with open_room(tmp_path / "bare", ScriptedExaminer(grade())) as room:
        bare = Hall(room, hall.summarizer, hall.put_down)
        seen = room.service.finish(room.settle(room.service.submit(room.begin(follow_ups=0), "an answer")))
        assert room.service.writing.sum_up(seen) == seen
        assert 'data-act="sum_up"' not in bare.report(seen)


def test_a_defect_and_a_lost_process_leave_another_try(tmp_path: Path) -> None:
    with in_hall(tmp_path, RuntimeError("the candidate said: more of it")) as hall:
        after = hall.sum_up(hall.finished())
        assert after.summary is not None
        assert (after.summary.reason, after.summary.text) == (Reason.INTERNAL, None)
    lost = Summary(after.summary.at)
    assert not lost.may_be_asked(lost.at + LOST_AFTER - timedelta(seconds=1))
    assert lost.may_be_asked(lost.at + LOST_AFTER)
