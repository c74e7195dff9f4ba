"""The use cases of the training on real records: today, mistake book, progress, a coach's rows; and what the desk shows of drills."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from interviewer.insight.group import most_missed
from interviewer.interview.desk import DeskService
from interviewer.models import (
    Bilingual,
    CardKey,
    FalseStatement,
    MarkKind,
    Mode,
    Rating,
    ReplyKind,
    Setup,
    TrainingSettings,
    Verdict,
    VerdictStatus,
)
from interviewer.models.grading import Interval, Quote
from interviewer.models.group import Selection
from interviewer.questions.bank import Bank
from interviewer.records.accounts import Accounts
from interviewer.records.agreement import read_edited
from interviewer.records.group import GroupRecords
from interviewer.records.inbox import InboxFilters
from interviewer.records.row_cache import RowCache
from interviewer.records.tables import turns
from interviewer.records.training import TrainingStore
from interviewer.training.cards import Card
from interviewer.training.drills import ask_alone
from interviewer.training.service import Training, TrainingRefused
from tests.databases import ON_BOTH
from tests.examples import Clock, ScriptedExaminer, grade
from tests.integration.test_late_grades import DOWN, again, begin, by_model, on_model
from tests.integration.training_rooms import THE_BANK, Gym, open_gym

pytestmark = ON_BOTH

A, B = CardKey("q1", "a"), CardKey("q1", "b")
ERRING = replace(grade(a="wrong"), errors=(FalseStatement(Quote("one", 0, 3), "that is not so", None, None),))


def clock_of(gym: Gym) -> Clock:
    """The clock of all."""
    return gym.desk.room.clock


# ---------------------------------------------------------------- today


def test_first_day_every_point_is_new_and_what_was_answered_today_is_not_asked_again(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        first = gym.training.today(ann.id)
        assert (first.due, first.new, first.done_today, first.next_due, first.seconds_each) == (0, 6, 0, None, 60.0)
        assert (first.minutes, len(first.chosen), first.settings, first.forecast) == (10, 6, TrainingSettings(), None)
        assert len(gym.training.today(ann.id, 5).chosen) == 5
        gym.desk.held(ann, "an answer", question_ids=("q1",))
        then = gym.training.today(ann.id)
        assert (then.due, then.new, then.done_today) == (0, 3, 3)
        assert {card.key.question_id for card in then.chosen} == {"q2"}
        assert then.next_due == clock_of(gym)().date() + timedelta(days=1)


def test_a_point_of_which_the_examiner_was_not_sure_waits_for_tomorrow_like_the_others(tmp_path: Path) -> None:
    given = replace(grade(), verdicts=(Verdict("a", VerdictStatus.MISSING, unsure=True), *grade().verdicts[1:]))
    with open_gym(tmp_path, ScriptedExaminer(given)) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann, "an answer", question_ids=("q1",))
        told = gym.training.today(ann.id)
        assert (told.new, told.done_today) == (4, 2)
        assert {card.key.question_id for card in told.chosen} == {"q2"}
        clock_of(gym).forward(days=1)
        assert A in {card.key for card in gym.training.today(ann.id).chosen}


def test_what_was_missed_comes_back_the_next_day_unless_it_is_set_aside(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann)
        clock_of(gym).forward(days=1)
        told = gym.training.today(ann.id)
        assert (told.due, told.new, told.done_today) == (2, 0, 0)
        assert {card.key.point_id for card in told.chosen[:2]} == {"a"}
        gym.training.mark(ann.id, A, MarkKind.SET_ASIDE, actor=ann.id)
        assert gym.training.today(ann.id).due == 1
        gym.training.mark(ann.id, A, MarkKind.BACK, actor=ann.id)
        assert gym.training.today(ann.id).due == 2


def test_a_day_is_the_persons(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann)  # four in the morning in UTC, eight in the evening before in California
        clock_of(gym).forward(hours=5)
        assert gym.training.today(ann.id).done_today == 6
        gym.training.choose(ann.id, TrainingSettings(zone="America/Los_Angeles"))
        assert gym.training.today(ann.id).done_today == 0


def test_the_time_a_point_takes_is_the_persons_own(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        room = gym.desk.room
        room.owner = gym.desk.ann.id
        for seconds in (20, 30, 5000):
            begun = room.begin(mode=Mode.DRILL, question_ids=("q1:a",), follow_ups=0)
            room.clock.forward(seconds=seconds)
            room.service.submit(begun, "an answer")
            room.settle(begun)
        assert gym.training.today(room.owner).seconds_each == 25.0
        assert gym.training.today(gym.desk.abe.id).seconds_each == 60.0


def test_the_time_a_point_takes_is_its_share_of_an_answer_that_was_written(tmp_path: Path) -> None:
    """Three points asked at once take a third each; what is skipped, not known, or was imported says nothing."""
    with open_gym(tmp_path) as gym:
        room, questions = gym.desk.room, {question.id: question for question in THE_BANK.questions}
        room.owner = gym.desk.ann.id

        def drilled(*points: str, seconds: float, kind: ReplyKind = ReplyKind.TEXT) -> float:
            asked = ask_alone(questions["q1"], points, Bilingual("说", "say"))
            begun = room.service.begin_drill([asked], Setup(), owner=room.owner)
            room.clock.forward(seconds=seconds)
            room.service.submit(begun, "an answer" if kind is ReplyKind.TEXT else "", kind=kind)
            room.settle(begun)
            return gym.training.today(room.owner).seconds_each

        assert drilled("a", seconds=5, kind=ReplyKind.SKIPPED) == 60.0
        assert drilled("b", seconds=5, kind=ReplyKind.UNKNOWN) == 60.0
        assert drilled("a", "b", "c", seconds=180) == 60.0
        assert drilled("a", "b", "c", seconds=90) == 45.0
        assert drilled("a", seconds=21) == 30.0
        with gym.desk.room.store.database.writing() as connection:
            connection.execute(update(turns).where(turns.c.reply_kind == "text").values(origin="0" * 64))
        assert gym.training.today(room.owner).seconds_each == 60.0


def test_with_a_day_of_the_interview_there_is_a_forecast(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann)
        assert gym.training.forecast(ann.id) is None
        day = clock_of(gym)().date() + timedelta(days=9)
        gym.training.choose(ann.id, TrainingSettings(interview_on=day))
        told = gym.training.today(ann.id).forecast
        assert told is not None
        assert (told.on, told) == (day, gym.training.forecast(ann.id))
        clock_of(gym).forward(days=12)
        assert gym.training.today(ann.id).forecast is gym.training.forecast(ann.id) is None


def test_minutes_out_of_bounds_are_refused(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym, pytest.raises(TrainingRefused, match="minutes"):
        gym.training.today(gym.desk.ann.id, 0)


def test_a_bank_without_points_asks_nothing(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        gym.desk.held(gym.desk.ann)
        empty = Training(store=gym.store, bank=Bank((), (), (), "1" * 16), now=clock_of(gym), service=gym.desk.room.service)
        told = empty.today(gym.desk.ann.id)
        assert (told.chosen, told.due, told.new) == ((), 0, 0)
        assert empty.progress(gym.desk.ann.id).questions == ()


# ---------------------------------------------------------------- nothing of what is open, and of others


def test_an_exam_that_runs_tells_nothing_and_all_once_it_is_over(tmp_path: Path) -> None:
    with open_gym(tmp_path, ScriptedExaminer(ERRING)) as gym:
        room, ann = gym.desk.room, gym.desk.ann.id
        room.owner = ann
        begun = room.begin(mode=Mode.EXAM, follow_ups=0)
        room.service.submit(begun, "one answer")
        at_second = room.service.go_on(room.settle(begun))
        assert gym.reviews(gym.desk.ann) == set()
        assert gym.training.mistakes(ann).wrong == ()
        progress = gym.training.progress(ann)
        assert (progress.questions, progress.days, progress.history[0].score) == ((), (), None)
        room.service.finish(at_second)
        assert {review.key.point_id for review in gym.reviews(gym.desk.ann)} == {"a", "b", "c"}
        assert [each.words for each in gym.training.mistakes(ann).wrong] == ["one", "an"]
        assert gym.training.progress(ann).questions[0].n == 1


def test_an_open_question_tells_nothing_until_it_is_left(tmp_path: Path) -> None:
    with open_gym(tmp_path, ScriptedExaminer(ERRING)) as gym:
        room, ann = gym.desk.room, gym.desk.ann.id
        room.owner = ann
        begun = room.begin(follow_ups=1)
        room.service.submit(begun, "one answer")
        asked = room.service.go_on(room.settle(begun))
        assert asked.current is not None
        if asked.current.question_id == "q1":  # a follow-up
            assert gym.reviews(gym.desk.ann) == set()
            assert gym.training.progress(ann).questions == ()
            room.service.submit(asked, "another answer")
            asked = room.service.go_on(room.settle(asked))
        assert asked.current is not None
        assert asked.current.question_id == "q2"
        assert {review.key.question_id for review in gym.reviews(gym.desk.ann)} == {"q1"}
        assert [each.question.id for each in gym.training.progress(ann).questions] == ["q1"]


def test_nobody_is_told_of_others(tmp_path: Path) -> None:
    with open_gym(tmp_path, ScriptedExaminer(ERRING)) as gym:
        for _ in range(3):
            gym.desk.held(gym.desk.bob)
        gym.training.choose(gym.desk.bob.id, TrainingSettings(minutes=33))
        ann = gym.desk.ann.id
        assert gym.training.mistakes(ann) == gym.training.mistakes("nobody")
        assert (gym.training.progress(ann).history, gym.training.today(ann).minutes) == ((), 10)
        assert gym.training.mistakes(gym.desk.bob.id).wrong != ()


# ---------------------------------------------------------------- looking back


def test_the_mistake_book_opens_the_turns_behind_a_point_missed_three_times(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        held = [gym.desk.held(ann, "an answer", question_ids=("q1",)), gym.drilled(ann)]
        assert gym.training.mistakes(ann.id).missed == ()
        held.append(gym.drilled(ann))
        (missed,) = gym.training.mistakes(ann.id).missed
        assert (missed.key, [(turn.interview_id, turn.seq) for turn in missed.turns]) == (A, [(each.id, 1) for each in reversed(held)])


def test_progress_counts_drills_for_days_and_recall_and_interviews_for_scores(tmp_path: Path) -> None:
    sure = replace(grade(a="missing"), interval=Interval(40, 60)), replace(grade(b="missing", c="missing"), interval=Interval(45, 65))
    with open_gym(tmp_path, ScriptedExaminer(sure[0], grade(), sure[1])) as gym:
        ann = gym.desk.ann
        first = gym.desk.held(ann, "an answer", question_ids=("q1",))
        clock_of(gym).forward(days=1)
        drill = gym.drilled(ann)
        clock_of(gym).forward(days=1)
        second = gym.desk.held(ann, "an answer", question_ids=("q1",))
        told = gym.training.progress(ann.id)
        assert ([day.points for day in told.days], told.streak, told.longest_streak) == ([3, 1, 3], 3, 3)
        (course,) = told.questions
        assert course.best.score == max(course.first.score, course.last.score)
        assert (course.first.interval, course.last.interval) == (Interval(40, 60), Interval(45, 65))
        assert course.best.interval in (course.first.interval, course.last.interval)
        assert (course.n, course.first.interview_id, course.last.interview_id) == (2, first.id, second.id)
        assert [(row.interview_id, row.mode) for row in told.history] == [
            (second.id, Mode.COACHING), (drill.id, Mode.DRILL), (first.id, Mode.COACHING),
        ]  # fmt: skip
        assert [row.question.id if row.question else None for row in told.history] == ["q1", "q1", "q1"]
        assert told.history[0].trend == round((told.history[0].score or 0) - (told.history[2].score or 0), 1)
        assert told.course[-1].seen == 3


def test_a_coach_reads_who_practises_and_what_stays_weak_although_drilled(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, abe = gym.desk.ann, gym.desk.abe
        gym.desk.held(ann, "an answer", question_ids=("q1",))
        clock_of(gym).forward(days=20)
        for _ in range(2):
            gym.drilled(ann)
            clock_of(gym).forward(days=2)
        gym.desk.held(abe)
        gym.training.mark(abe.id, A, MarkKind.KNOWN, actor=abe.id)
        told_abe, told_ann = gym.training.of_people([abe.id, ann.id])
        assert (told_ann.owner, told_ann.days_7, told_ann.days_30, told_ann.reviews, told_ann.active) == (ann.id, 2, 3, 5, 3)
        assert [(weak.key, weak.reviews, weak.missed) for weak in told_ann.weak] == [(A, 3, 3)]
        assert told_ann.due == 3
        assert (told_abe.days_7, told_abe.due, told_abe.active, told_abe.weak) == (1, 0, 5, ())
        clock_of(gym).forward(days=40)
        (told,) = gym.training.of_people([ann.id])
        assert (told.days_7, told.days_30, told.reviews, len(told.weak)) == (0, 0, 0, 1)
        assert gym.training.of_people([]) == ()


def test_a_point_recalled_the_last_time_is_weak_no_longer(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(grade(a="missing"), grade(a="missing"), grade(a="missing"), grade())
    with open_gym(tmp_path, examiner) as gym:
        for _ in range(4):
            gym.drilled(gym.desk.ann)
        assert gym.training.of_people([gym.desk.ann.id])[0].weak == ()


def test_a_stand_ins_grade_that_was_replaced_gives_no_review(tmp_path: Path) -> None:
    with on_model(tmp_path, DOWN, by_model(a="covered"), offline=ScriptedExaminer(grade(a="missing"))) as (room, _):
        training = Training(store=TrainingStore(room.store.database), bank=THE_BANK, now=room.clock, service=room.service)

        def ratings() -> dict[CardKey, Rating]:
            training.cards("local")
            return {review.key: review.rating for review in training.store.reviews("local")}

        begun = begin(room, question_ids=("q1",), follow_ups=0, stand_in=True)
        answered = room.service.finish(room.settle(room.service.submit(begun, "an answer")))
        assert ratings() == {A: Rating.AGAIN, B: Rating.GOOD, CardKey("q1", "c"): Rating.GOOD}
        room.clock.forward(seconds=16)
        again(room, answered)
        assert ratings() == {A: Rating.GOOD, B: Rating.GOOD, CardKey("q1", "c"): Rating.GOOD}


# ---------------------------------------------------------------- the desk


def listed(desk: DeskService, viewer: object, **filters: object) -> list[str]:
    """The ids that the list shows."""
    return [row.interview_id for row in desk.inbox(viewer, InboxFilters(**filters)).rows]  # type: ignore[arg-type]


def test_drills_are_in_the_desks_list_only_if_they_are_asked_for_or_wait_for_a_coach(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, coach, desk = gym.desk.ann, gym.desk.coach, gym.desk.service
        held, drill = gym.desk.held(ann), gym.drilled(ann)
        assert listed(desk, coach) == [held.id]
        assert listed(desk, coach, drills=True) == [drill.id, held.id]
        assert [candidate.interviews for candidate in desk.choices(coach).candidates] == [1]
        gym.desk.room.service.contest(drill, 1, "a", 0, 3)
        assert listed(desk, coach) == listed(desk, coach, unreviewed=True) == [drill.id, held.id]
        desk.change_verdict(coach, drill.id, seq=1, point_id="a", status=VerdictStatus.COVERED)
        assert listed(desk, coach) == [held.id]


def test_drills_are_in_no_map_no_figure_and_no_agreement(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, coach, desk = gym.desk.ann, gym.desk.coach, gym.desk.service
        group, chosen = GroupRecords(gym.store.database), Selection()
        gym.desk.held(ann)
        desk.refresh()

        def figures() -> tuple[object, ...]:
            return (
                group.candidates(coach, chosen), group.point_rows(coach, chosen, [ann.id]), group.point_counts(coach, chosen),
                group.score_sums(coach, chosen), group.course(coach, Selection(candidate=ann.id)),
                most_missed(group.point_counts(coach, chosen), {each.id: each for each in THE_BANK.questions}),
                read_edited(gym.store.database, None, gym.store.known), desk.reviewed_rows(coach),
            )  # fmt: skip

        before = figures()
        drill = gym.drilled(ann)
        desk.change_verdict(coach, drill.id, seq=1, point_id="a", status=VerdictStatus.COVERED)
        desk.mark_reviewed(coach, drill.id)
        desk.refresh()
        assert figures() == before
        assert gym.reviews(ann)


# ---------------------------------------------------------------- what is kept in memory


def test_cards_of_which_nothing_has_changed_stay_the_same_and_the_others_are_as_if_read_anew(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, room = gym.desk.ann, gym.desk.room

        def cards() -> tuple[Card, ...]:
            anew = Training(store=TrainingStore(room.store.database), bank=THE_BANK, now=room.clock, service=room.service)
            found = gym.training.cards(ann.id)
            assert found == anew.cards(ann.id)
            return found

        def others(before: tuple[Card, ...], now: tuple[Card, ...]) -> list[CardKey]:
            return [card.key for card, was in zip(now, before, strict=True) if card is not was]

        unasked = cards()
        gym.desk.held(ann, "an answer", question_ids=("q1",))
        held = cards()
        assert {key.question_id for key in others(unasked, held)} == {"q1"}
        room.clock.forward(days=2)
        gym.drilled(ann)
        drilled = cards()
        assert others(held, drilled) == [A]
        gym.training.mark(ann.id, CardKey("q2", "b"), MarkKind.KNOWN, actor=ann.id)
        marked = cards()
        assert others(drilled, marked) == [CardKey("q2", "b")]
        gym.training.choose(ann.id, TrainingSettings(retention=0.8))
        chosen = cards()
        assert {key.question_id for key in others(marked, chosen)} == {"q1"}
        Accounts(room.store.database, RowCache()).erase_interviews(ann.id, now=room.clock())  # as another process does
        assert all(card.is_new for card in cards())
