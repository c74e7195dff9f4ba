"""A candidate's own answer, improved by the model: when it may be asked for, what it costs, where it is kept, and how the page tells of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.errors import NotFound
from interviewer.grading.llm.improving import Draft, Improved
from interviewer.interview.disclosure import hold_back
from interviewer.interview.judging import Limits, spending_of
from interviewer.messages import explain
from interviewer.models import ExaminerName, Improvement, Interview, Lang, Mode, Provenance, Reason, Sentence, Ungraded, Usage
from interviewer.models.improvements import LOST_AFTER
from interviewer.records.erasure import Eraser
from interviewer.records.spending import DailyLimits, Ledger
from interviewer.records.tables import improvements
from interviewer.ui.exports import export_json
from interviewer.ui.own_data import OwnData, write_own_data
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import ON_BOTH, files_of
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

SENTENCES = (Sentence("what I said", False), Sentence("zebra7731 was left out", True))
IMPROVED = Improved(SENTENCES, Provenance("llm", "m", "improve-v1"), Usage(70, 30, cost=0.5))


def failed(reason: Reason = Reason.TIMEOUT) -> Ungraded:
    return Ungraded(reason, Provenance("llm", "m"), usage=Usage(7, 0, cost=0.1))


@dataclass
class ScriptedImprover:
    """Says what it is told, one after the other, once it may."""

    outcomes: list[Improved | Ungraded | Exception]
    before: Callable[[], object] = lambda: None
    drafts: list[Draft] = field(default_factory=list)

    def improve(self, draft: Draft) -> Improved | Ungraded:
        self.drafts.append(draft)
        self.before()
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class Desk:
    """A room with a model. `put_down`: set when something has come of an improvement."""

    room: Room
    improver: ScriptedImprover
    put_down: threading.Event

    def over(self, **setup: object) -> Interview:
        """An interview whose first question is over after one answer."""
        interview = self.room.begin(**{"follow_ups": 0, "lang": "en", **setup})
        return self.room.settle(self.room.service.submit(interview, "an answer"))

    def improve(self, seen: Interview, question_id: str = "q1") -> Interview:
        """Ask for it, and wait until it is put down."""
        self.put_down.clear()
        self.room.service.writing.improve(seen, question_id)
        assert self.put_down.wait(10)
        return self.room.read(seen)

    def stage(self, interview: Interview, lang: Lang = "en") -> str:
        """The room as it is drawn, or the report."""
        catalogue = Catalogue(self.room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)
        scene = draw_interview(interview, self.room.service, catalogue, lang)
        return scene.stage + scene.report


@contextmanager
def at_desk(
    folder: Path, *outcomes: Improved | Ungraded | Exception, before: Callable[[], object] = lambda: None, limits: Limits | None = None
) -> Iterator[Desk]:
    improver, put_down = ScriptedImprover(list(outcomes), before), threading.Event()
    with open_room(folder, ScriptedExaminer(grade(b="missing"), grade()), improver=improver, limits=limits) as room:
        end = room.store.end_improvement

        def end_and_tell(*came: object) -> None:
            end(*came)  # type: ignore[arg-type]
            put_down.set()

        room.store.end_improvement = end_and_tell  # type: ignore[method-assign]
        yield Desk(room, improver, put_down)


def test_an_answer_is_improved_from_what_was_said_and_found_and_kept(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        before = desk.over()
        after = desk.improve(before)
        (draft,) = desk.improver.drafts
        assert (draft.question.id, draft.answers, draft.lang, draft.token_budget) == ("q1", ("an answer",), "en", None)
        assert [verdict.status for verdict in draft.found.verdicts] == ["covered", "missing", "covered"]
        assert after.improvements == (Improvement("q1", desk.room.clock(), SENTENCES, None, 100, 0.5),)
        spent, spent_before = spending_of(after), spending_of(before)
        assert (spent.tokens - spent_before.tokens, spent.cost - spent_before.cost) == (100, 0.5)
        assert after.turns == before.turns


def test_it_is_asked_for_once_however_often_it_is_clicked(tmp_path: Path) -> None:
    hold = threading.Event()
    with at_desk(tmp_path, IMPROVED, before=lambda: hold.wait(10)) as desk:
        seen = desk.over()
        first, second = desk.room.service.writing.improve(seen, "q1"), desk.room.service.writing.improve(seen, "q1")
        assert first.improvements == second.improvements
        assert desk.room.service.writing.improve(second, "q1") == second
        assert desk.room.service.writing.is_improving(second, "q1")
        hold.set()
        assert desk.put_down.wait(10)
        done = desk.room.read(seen)
        assert desk.room.service.writing.improve(done, "q1") == done
        assert len(desk.improver.drafts) == 1


@pytest.mark.parametrize("why", ["open", "graded again", "exam", "unasked", "unknown", "no such question", "somebody else's"])
def test_nothing_is_asked_where_the_key_may_not_be_told_or_nothing_was_said(tmp_path: Path, why: str) -> None:
    hold = threading.Event()
    with at_desk(tmp_path) as desk:
        service = desk.room.service
        seen, question_id = desk.over(mode=Mode.EXAM if why == "exam" else Mode.COACHING, follow_ups=1 if why == "open" else 0), "q1"
        if why == "graded again":
            seen = replace(seen, turns=(replace(seen.turns[0], grades=(), pending=True),))
        if why in ("unasked", "no such question"):
            question_id = "q2" if why == "unasked" else "<q>"
        if why == "unknown":
            seen = replace(seen, turns=(replace(seen.turns[0], reply=replace(seen.turns[0].reply, text=" ")),))  # type: ignore[type-var]
        if why == "somebody else's":
            with pytest.raises(NotFound):
                service.writing.improve(replace(seen, owner="somebody else"), "q1")
        else:
            assert service.writing.improve(seen, question_id) == seen
            assert not service.writing.may_improve(seen, question_id)
        assert desk.room.read(seen).improvements == ()
        hold.set()
    assert desk.improver.drafts == []


def test_without_a_model_nothing_is_offered_and_what_is_kept_is_still_shown(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        after = desk.improve(desk.over())
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        fresh = room.settle(room.service.submit(room.begin(follow_ups=0), "an answer"))
        assert room.service.writing.improve(fresh, "q1") == fresh
        bare = Desk(room, desk.improver, desk.put_down)
        assert 'data-act="improve"' not in bare.stage(fresh)
        assert "zebra7731" in bare.stage(after)


def test_an_exam_offers_it_in_its_report(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        finished = desk.room.service.finish(desk.over(mode=Mode.EXAM))
        assert desk.stage(finished).count('data-act="improve"') == 1
        assert "zebra7731" in desk.stage(desk.improve(finished))


def test_a_failure_is_told_in_words_and_may_be_tried_again(tmp_path: Path) -> None:
    with at_desk(tmp_path, failed(), IMPROVED) as desk:
        after = desk.improve(desk.over())
        assert after.improvements[0].reason is Reason.TIMEOUT
        stage = unescape(desk.stage(after))
        assert explain(Reason.TIMEOUT, "en") in stage
        assert 'data-act="improve" data-arg="q1"' in stage
        again = desk.improve(after)
        assert (again.improvements[0].sentences, again.improvements[0].tokens) == (SENTENCES, 107)
        assert again.improvements[0].cost == pytest.approx(0.6)


def test_a_fault_of_ours_is_told_too(tmp_path: Path) -> None:
    with at_desk(tmp_path, RuntimeError("the text of an answer")) as desk:
        assert desk.improve(desk.over()).improvements[0].reason is Reason.INTERNAL


def test_what_was_lost_with_its_process_may_be_asked_for_again(tmp_path: Path) -> None:
    hold = threading.Event()
    with at_desk(tmp_path, IMPROVED, IMPROVED, before=lambda: hold.wait(10)) as desk:
        begun = desk.room.service.writing.improve(desk.over(), "q1")
        assert 'data-pending="1"' in desk.stage(begun)
        assert 'data-act="improve"' not in desk.stage(begun)
        desk.room.clock.forward(seconds=LOST_AFTER.total_seconds())
        assert 'data-act="improve"' in desk.stage(begun)
        hold.set()
        assert desk.improve(begun).improvements[0].at - begun.improvements[0].at == timedelta(seconds=LOST_AFTER.total_seconds())


def test_the_interviews_budget_and_the_days_hold(tmp_path: Path) -> None:
    daily = DailyLimits(tokens=1000)
    with at_desk(tmp_path, IMPROVED, limits=Limits(tokens=420, daily=daily, most_a_grade=300, attempts=2)) as desk:
        after = desk.improve(desk.over())
        assert desk.improver.drafts[0].token_budget == 150  # a share of what the day leaves, for each of two attempts
        assert Ledger(desk.room.store.database).spent(after.owner, desk.room.clock())[0] == 100
    with at_desk(tmp_path, failed(Reason.BUDGET), limits=Limits(tokens=121)) as desk:
        after = desk.improve(desk.over())
        assert desk.improver.drafts[0].token_budget == 1
        assert explain(Reason.BUDGET, "zh") in desk.stage(after, "zh")


def test_it_is_in_the_files_and_in_ones_own_data(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        after = desk.improve(desk.over())
        own = json.loads("".join(write_own_data(OwnData({}, (), (), (after,), ()))))["interviews"][0]
        for kept in (json.loads(export_json(after, (), "en")), own):
            (improved,) = kept["improvements"]
            assert (improved["question_id"], improved["tokens"]) == ("q1", 100)
            assert improved["sentences"][1] == {"text": "zebra7731 was left out", "added": True}


def test_of_a_question_that_is_open_again_it_is_held_back(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        after = desk.improve(desk.over())
        judged = replace(after, turns=(replace(after.turns[0], grades=(), pending=True),))
        assert hold_back(judged).improvements == ()
        assert "zebra7731" not in desk.stage(judged)


def test_it_is_erased_with_its_interview(tmp_path: Path) -> None:
    with at_desk(tmp_path, IMPROVED) as desk:
        after = desk.improve(desk.over())
        assert any(b"zebra7731" in path.read_bytes() for path in files_of(tmp_path))
        desk.room.service.delete(after.id, owner=after.owner)
        Eraser(desk.room.store.database, tmp_path).sweep()
        with desk.room.store.database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(improvements)) == 0
        assert not any(b"zebra7731" in path.read_bytes() for path in files_of(tmp_path) if path.exists())


def test_what_comes_after_the_interview_was_deleted_leaves_nothing(tmp_path: Path) -> None:
    hold = threading.Event()
    with at_desk(tmp_path, IMPROVED, before=lambda: hold.wait(10)) as desk:
        begun = desk.room.service.writing.improve(desk.over(), "q1")
        desk.room.service.delete(begun.id, owner=begun.owner)
        hold.set()
        assert desk.put_down.wait(10)
        with desk.room.store.database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(improvements)) == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_added_sentence_is_marked_and_no_text_becomes_markup(tmp_path: Path, lang: Lang) -> None:
    hostile = replace(IMPROVED, sentences=(Sentence("<b>mine</b>", False), Sentence("<img src=x onerror=alert(1)>\u202e", True)))
    with at_desk(tmp_path, hostile) as desk:
        stage = desk.stage(desk.improve(desk.over()), lang)
        shown = stage.partition("-improved-done")[2]
        assert "<img" not in shown
        assert "<b>mine" not in shown
        assert "\u202e" not in shown
        assert shown.count("<ins>") == 1
        assert ("补上的" if lang == "zh" else "added") in shown.partition("<ins>")[2].partition("&lt;img")[0]
