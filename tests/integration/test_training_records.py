"""Reviews and cards are worked out of the records: whatever becomes of these, the cards are what the reviews come to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from interviewer.errors import StaleMove
from interviewer.models import (
    LOCAL_PERSON,
    CardKey,
    MarkKind,
    MemoryState,
    Mode,
    Rating,
    Review,
    TrainingSettings,
    VerdictStatus,
)
from interviewer.records.accounts import Accounts
from interviewer.records.base import Database
from interviewer.records.database import open_database
from interviewer.records.erasure import Eraser, erase_person
from interviewer.records.row_cache import RowCache
from interviewer.records.summaries import refresh
from interviewer.records.tables import interviews
from interviewer.records.training import TrainingStore
from interviewer.records.training_tables import card_changes, card_marks, cards, reviews, training_settings
from interviewer.training.schedule import remember
from interviewer.training.service import Training
from interviewer.training.summarizing import summarize
from tests.databases import ON_BOTH, url_for
from tests.examples import ScriptedExaminer, grade
from tests.integration.training_rooms import THE_BANK, Gym, open_gym

pytestmark = ON_BOTH

A, B = CardKey("q1", "a"), CardKey("q1", "b")


def recomputed(gym: Gym, owner: str) -> dict[CardKey, MemoryState]:
    """What the reviews come to."""
    return {
        key: remember(tuple(mine), gym.training.settings(owner))
        for key, mine in groupby(gym.store.reviews(owner), key=lambda review: review.key)
    }


def rows(database: Database) -> dict[str, int]:
    """How many rows each table of the training has."""
    with database.reading() as connection:
        tables = (reviews, cards, card_marks, training_settings, card_changes)
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def touch(database: Database, interview_id: str) -> None:
    """Let an interview be worked out again."""
    with database.writing() as connection:
        connection.execute(update(interviews).where(interviews.c.id == interview_id).values(stale=True))


def test_each_point_of_an_answer_is_a_review_and_each_card_what_its_reviews_come_to(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        first, second = gym.desk.held(ann), gym.drilled(ann)
        found = gym.reviews(ann)
        assert {(each.interview_id, *each.key, each.rating) for each in found} == {
            *((first.id, id, "a", Rating.AGAIN) for id in ("q1", "q2")),
            *((first.id, id, point, Rating.GOOD) for id in ("q1", "q2") for point in "bc"),
            (second.id, "q1", "a", Rating.AGAIN),
        }
        states = gym.states(ann)
        assert states == recomputed(gym, ann.id)
        assert (states[A].reviews, states[A].missed, states[B].in_a_row) == (2, 2, 1)
        assert gym.states(gym.desk.bob) == {}


def test_reading_writes_nothing_where_nothing_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann)
        before = gym.training.cards(ann.id)
        gym.desk.held(gym.desk.abe)  # stale, but no business of hers
        monkeypatch.setattr(Database, "writing", lambda _self: pytest.fail("something was written"))
        assert gym.training.cards(ann.id) == before


def test_a_regrade_changes_the_reviews_of_its_turn_alone(tmp_path: Path) -> None:
    examiner = ScriptedExaminer(grade(a="missing"), grade(a="missing"), grade(a="covered", b="covered", c="covered"))
    with open_gym(tmp_path, examiner) as gym:
        ann, coach = gym.desk.ann, gym.desk.coach
        held = gym.desk.held(ann)
        before = gym.reviews(ann)
        gym.desk.service.grade_again(coach, held.id, 2, gym.desk.service.examiners[0])
        gym.desk.room.settle(held)
        after = gym.reviews(ann)
        (old,), (new,) = before - after, after - before
        assert (old.key, old.rating, new.rating) == (CardKey("q2", "a"), Rating.AGAIN, Rating.GOOD)
        assert new.at == old.at
        assert gym.states(ann) == recomputed(gym, ann.id)


def test_a_coach_changes_exactly_the_review_that_they_judge_and_may_take_it_back(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, coach = gym.desk.ann, gym.desk.coach
        held = gym.desk.held(ann)
        before, states = gym.reviews(ann), gym.states(ann)
        edited = gym.desk.service.change_verdict(coach, held.id, seq=1, point_id="b", status=VerdictStatus.WRONG)
        after = gym.reviews(ann)
        (old,), (new,) = before - after, after - before
        assert (old.key, old.rating, new) == (B, Rating.GOOD, replace(old, rating=Rating.AGAIN, status=VerdictStatus.WRONG, erred=True))
        assert gym.states(ann)[B].missed == 1
        gym.desk.service.withdraw(coach, held.id, edited.edits[-1].id)
        assert (gym.reviews(ann), gym.states(ann)) == (before, states)


def test_the_order_in_which_results_arrive_does_not_matter(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, database = gym.desk.ann, gym.store.database
        held = [gym.desk.held(ann), gym.drilled(ann), gym.desk.held(ann)]
        states = gym.states(ann)
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            with database.writing() as connection:
                connection.execute(reviews.delete())
                connection.execute(cards.delete())
            for place in order:
                touch(database, held[place].id)
                gym.training.cards(ann.id)
            assert gym.states(ann) == states


def test_after_an_erasure_the_cards_are_as_if_the_interview_had_never_been(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann, "one", question_ids=("q1",))
        before, found = gym.states(ann), gym.reviews(ann)
        gone = [gym.desk.held(ann), gym.drilled(ann)]
        assert gym.states(ann) != before
        for interview in gone:
            gym.desk.room.service.delete(interview.id, owner=ann.id)
        with gym.store.database.reading() as connection:
            known = set(connection.execute(select(cards.c.question_id)).scalars())
        assert known == {"q1"}
        assert (gym.states(ann), gym.reviews(ann)) == (before, found)


def test_nothing_of_an_erased_person_is_left(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, abe, database = gym.desk.ann, gym.desk.abe, gym.store.database
        for person in (ann, abe):
            gym.desk.held(person)
            gym.training.mark(person.id, A, MarkKind.KNOWN, actor=person.id)
            gym.training.choose(person.id, TrainingSettings(minutes=20))
            gym.training.cards(person.id)
        with database.writing() as connection:
            assert erase_person(connection, ann.id, gym.desk.room.clock())
        assert Accounts(database, RowCache()).erase_interviews(abe.id, now=gym.desk.room.clock()) == 1
        assert set(rows(database).values()) == {0}


def test_what_expires_or_comes_back_with_a_backup_takes_its_reviews_along(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, clock, eraser = gym.desk.ann, gym.desk.room.clock, Eraser(gym.store.database, tmp_path)
        for person in (ann, gym.desk.abe):
            gym.desk.held(person)
            gym.training.cards(person.id)
        clock.forward(days=1)
        assert eraser.expire(clock(), clock()) == 2
        assert rows(gym.store.database)["reviews"] == rows(gym.store.database)["cards"] == 0
        held = gym.desk.held(ann)
        gym.training.cards(ann.id)
        (tmp_path / "erased.txt").write_text(f"interview {held.id} 2026-01-02T03:04:05+00:00\n")
        assert eraser.repeat(clock()) == 1
        assert rows(gym.store.database)["reviews"] == rows(gym.store.database)["cards"] == 0


def test_whoever_adopts_the_interviews_adopts_the_training(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(LOCAL_PERSON, "one", question_ids=("q1",))
        states = gym.states(LOCAL_PERSON)
        gym.training.mark("local", B, MarkKind.SET_ASIDE, actor="local")
        gym.training.choose("local", TrainingSettings(minutes=33))
        gym.desk.people.adopt_local(ann.id)
        assert gym.states(ann) == states
        assert (gym.training.settings(ann.id).minutes, [mark.key for mark in gym.store.marks(ann.id)]) == (33, [B])
        assert (gym.states(LOCAL_PERSON), gym.store.reviews("local"), gym.store.marks("local")) == ({}, (), ())


# ---------------------------------------------------------------- at once


def test_a_review_that_comes_while_cards_are_worked_out_is_in_the_cards(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, database = gym.desk.ann, gym.store.database
        gym.desk.held(ann)
        assert refresh(database, summarize, known=gym.store.known, owner=ann.id) == 1
        gym.drilled(ann)
        other = open_database(tmp_path, url_for(tmp_path))
        came = threading.Thread(target=lambda: refresh(other, summarize, known=RowCache(), owner=ann.id))

        def slowly(mine: Sequence[Review], settings: TrainingSettings) -> MemoryState:
            if not came.ident:
                came.start()
                # It has to wait for this transaction. Where it need not, it is given the time to do its harm.
                came.join(0.5)
            return remember(mine, settings)

        gym.store.fill_cards(ann.id, slowly)
        came.join()
        other.dispose()
        assert gym.store.fill_cards(ann.id, remember) <= 1
        assert gym.store.states(ann.id) == recomputed(gym, ann.id)
        assert gym.store.states(ann.id)[A].reviews == 2


def test_cards_are_kept_in_memory_until_another_process_changes_them(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, clock = gym.desk.ann, gym.desk.room.clock
        gym.desk.held(ann)
        other = open_database(tmp_path, url_for(tmp_path))
        there = Training(store=TrainingStore(other), bank=THE_BANK, now=clock, service=gym.desk.room.service)
        before, today = there.cards(ann.id), there.today(ann.id)
        assert there.cards(ann.id) is before
        assert there.today(ann.id) is today
        gym.training.mark(ann.id, A, MarkKind.SET_ASIDE, actor=ann.id)
        assert [card.key for card in there.cards(ann.id) if not card.is_active] == [A]
        gym.training.choose(ann.id, TrainingSettings(minutes=5))
        assert there.today(ann.id).minutes == 5
        gym.desk.held(ann)
        assert there.cards(ann.id) == gym.training.cards(ann.id) != before
        kept = there.today(ann.id)
        clock.forward(days=1)
        assert there.today(ann.id).due > kept.due
        other.dispose()


def test_nothing_is_kept_of_what_changes_while_it_is_worked_out_nor_after_an_erasure(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, store = gym.desk.ann, gym.store
        gym.desk.held(ann)
        gym.training.cards(ann.id)

        def changed_meanwhile() -> str:
            gym.training.mark(ann.id, A, MarkKind.KNOWN, actor=ann.id)
            return "of before"

        assert store.kept(ann.id, "test", 1, changed_meanwhile) == "of before"
        assert store.kept(ann.id, "test", 1, lambda: "of now") == "of now"
        assert store.kept(ann.id, "test", 1, lambda: "never") == "of now"
        assert store.kept(ann.id, "test", 2, lambda: "otherwise") == "otherwise"
        gym.training.today(ann.id)
        assert store.known.trained()
        Accounts(store.database, store.known).erase_interviews(ann.id, now=gym.desk.room.clock())
        assert not store.known.trained()
        assert store.kept(ann.id, "test", 1, lambda: "without a stamp") == "without a stamp"
        assert not store.known.trained()


def test_several_processes_may_work_out_the_same_at_once(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        for _ in range(3):
            gym.desk.held(ann)
        databases = [open_database(tmp_path, url_for(tmp_path)) for _ in range(3)]

        def read(database: Database) -> dict[CardKey, MemoryState]:
            store = TrainingStore(database)
            refresh(database, summarize, known=store.known, owner=ann.id)
            store.fill_cards(ann.id, remember)
            return store.states(ann.id)

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(read, databases))
        for database in databases:
            database.dispose()
        assert gym.states(ann) == recomputed(gym, ann.id)
        assert rows(gym.store.database)["reviews"] == 18


def test_people_who_answer_in_each_others_batches_do_not_lock_each_other_out(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        people = (gym.desk.ann, gym.desk.abe, gym.desk.bob)
        held = [gym.desk.held(person) for _ in range(2) for person in people]
        databases = [open_database(tmp_path, url_for(tmp_path)) for _ in range(3)]

        def refresh_all(database: Database) -> None:
            for _ in range(5):
                for interview in held:
                    touch(database, interview.id)
                refresh(database, summarize, known=RowCache())

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(refresh_all, databases))
        for database in databases:
            database.dispose()
        for person in people:
            assert gym.states(person) == recomputed(gym, person.id)


def test_two_tabs_make_one_review(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        room = gym.desk.room
        room.owner = gym.desk.ann.id
        begun = room.begin(mode=Mode.DRILL, question_ids=("q1:a",), follow_ups=0)
        room.service.submit(begun, "the first tab")
        with suppress(StaleMove):
            room.service.submit(begun, "the second tab")
        room.settle(begun)
        (review,) = gym.reviews(gym.desk.ann)
        assert (review.key, review.interview_id, review.seq) == (A, begun.id, 1)


# ---------------------------------------------------------------- what is decided by hand


def test_marks_are_appended_with_who_did_it_and_what_holds_already_is_not_put_down_again(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann, coach = gym.desk.ann.id, gym.desk.coach.id
        gym.training.mark(ann, A, MarkKind.BACK, actor=ann)
        assert gym.store.marks(ann) == ()
        for kind, actor in ((MarkKind.KNOWN, ann), (MarkKind.KNOWN, coach), (MarkKind.BACK, coach), (MarkKind.SET_ASIDE, ann)):
            gym.training.mark(ann, A, kind, actor=actor)
        told = [(mark.kind, mark.actor_id) for mark in gym.store.marks(ann)]
        assert told == [(MarkKind.KNOWN, ann), (MarkKind.BACK, coach), (MarkKind.SET_ASIDE, ann)]
        card = next(card for card in gym.training.cards(ann) if card.key == A)
        assert not card.is_active
        assert gym.store.marks(coach) == ()


def test_settings_are_kept_and_work_the_cards_out_anew(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        ann = gym.desk.ann
        gym.desk.held(ann)
        before = gym.states(ann)
        chosen = TrainingSettings(0.97, gym.desk.room.clock().date() + timedelta(days=20), 25, "Asia/Shanghai")
        assert gym.training.settings(ann.id) == TrainingSettings()
        gym.training.choose(ann.id, chosen)
        assert gym.training.settings(ann.id) == chosen
        assert gym.states(ann)[B].due < before[B].due
        assert gym.states(ann) == recomputed(gym, ann.id)
        gym.training.choose(ann.id, replace(chosen, minutes=5, interview_on=date(2026, 3, 1)))
        assert gym.training.settings(ann.id).interview_on == date(2026, 3, 1)
        gym.training.choose(ann.id, TrainingSettings())
        assert gym.states(ann) == before
