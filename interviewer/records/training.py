"""The training's rows: reviews, cards and marks of one person, and what they chose.

A card is what its reviews come to by the person's settings. It is worked out here where that is not known yet, holding the person's cards
(`card_rows.hold_cards`), so that neither a second process nor a review that comes meanwhile leaves one older than its reviews.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, RowMapping, bindparam, case, delete, func, insert, or_, select, tuple_, update

from interviewer.models import (
    CardKey,
    CardMark,
    Interview,
    MarkKind,
    MemoryState,
    Mode,
    Rating,
    ReplyKind,
    Review,
    TrainingSettings,
    VerdictStatus,
)
from interviewer.records.base import Database
from interviewer.records.card_rows import AT_ONCE, empty_all_cards, hold_cards
from interviewer.records.card_states import Changes, Rows, read_changes, read_states
from interviewer.records.review_tables import question_results, summaries
from interviewer.records.row_cache import RowCache
from interviewer.records.store import read_interview, read_plans
from interviewer.records.tables import interviews, turns
from interviewer.records.training_tables import card_changes, card_marks, cards, reviews, training_settings

Remember = Callable[[Sequence[Review], TrainingSettings], MemoryState]
"""What the reviews of one card come to."""

T = TypeVar("T")

_TIMED = 50
"""Answers in drills, the latest, of which one reads how long they take."""
_LONGEST_ANSWER = 600.0
"""Seconds; whoever takes longer has been away."""
_STATES = {status.value: status for status in VerdictStatus}
_FILL = (
    update(cards)
    .where(cards.c.owner == bindparam("who"), cards.c.question_id == bindparam("question"), cards.c.point_id == bindparam("point"))
    .values({name: bindparam(f"new_{name}") for name in ("stability", "difficulty", "last", "due", "reviews", "missed", "in_a_row")})
)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A question's score (0–100) in one interview. `at`: when it was answered, UTC."""

    interview_id: str
    question_id: str
    at: datetime
    score: float


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An interview or drill. `total`: 0–100 as it stands, None without a score. `question_ids`: as planned."""

    interview_id: str
    at: datetime
    mode: str
    finished_at: datetime | None
    total: float | None
    question_ids: tuple[str, ...] = ()


class TrainingStore:
    """The training's rows in one database. `known`: shared with the store, so that an erasure clears both."""

    def __init__(self, database: Database, known: RowCache | None = None) -> None:
        self.database, self.known = database, known or RowCache()

    # ------------------------------------------------------------ kept in memory

    def kept(self, owner: str, name: str, key: Hashable, work_out: Callable[[], T]) -> T:
        """What `work_out` makes of the person's training, from memory while nothing of that and not the key has changed.

        By the stamp of the records, so that what another process writes counts too. Kept only if it was the same before and afterwards.
        """
        stamp, found = self._stamp(owner), self.known.trained()
        if stamp and (known := found.get((owner, name))) and known[0] == (stamp, key):
            told: T = known[1]
            return told
        made = work_out()
        if stamp and self._stamp(owner) == stamp:
            found[owner, name] = ((stamp, key), made)
        return made

    def carried(self, owner: str, name: str, go_on: Callable[[T | None], T]) -> T:
        """What `go_on` makes of what it made of the person's training the last time; None if that is not in memory any more."""
        found = self.known.trained()
        made = go_on(found.get((owner, name)))  # type: ignore[arg-type]
        found[owner, name] = made  # type: ignore[assignment]
        return made

    def _stamp(self, owner: str) -> str | None:
        with self.database.reading() as connection:
            return connection.scalar(select(card_changes.c.stamp).where(card_changes.c.owner == owner))

    # ------------------------------------------------------------ cards

    def fill_cards(self, owner: str, remember: Remember) -> int:
        """Work out the cards that are not known; returns how many were. Nothing is written where all are."""
        filled = 0
        while self._has_empty(owner):
            with self.database.writing() as connection:
                hold_cards(connection, owner)
                settings = _read_settings(connection, owner)
                keys = [CardKey(*row) for row in connection.execute(_empty_of(owner).limit(AT_ONCE))]
                found = _read_reviews(connection, owner, keys)
                states = [remember(tuple(mine), settings) for _key, mine in groupby(found, key=lambda review: review.key)]
                if states:
                    connection.execute(_FILL, [{"who": owner, **_row_of(state)} for state in states])
                if gone := set(keys) - {state.key for state in states}:
                    connection.execute(delete(cards).where(_is_one_of(cards, owner, sorted(gone))))
            filled += len(states)
        return filled

    def behind(self, owners: Sequence[str]) -> tuple[str, ...]:
        """Those of these people whose cards are not all known, or who have interviews that are still to be worked out; in this order."""
        stale = select(interviews.c.owner).where(interviews.c.stale, interviews.c.owner.in_(owners))
        empty = select(cards.c.owner).where(cards.c.due.is_(None), cards.c.owner.in_(owners))
        with self.database.reading() as connection:
            found = set(connection.scalars(stale.union(empty)))
        return tuple(owner for owner in owners if owner in found)

    def states(self, owner: str) -> dict[CardKey, MemoryState]:
        """What is known of each card; `fill_cards` first."""
        with self.database.reading() as connection:
            return read_states(connection, owner)

    def changes(self, owner: str, before: Rows) -> Changes:
        """What of that is other than when the rows were those of `before`."""
        with self.database.reading() as connection:
            return read_changes(connection, owner, before)

    def _has_empty(self, owner: str) -> bool:
        with self.database.reading() as connection:
            return connection.execute(_empty_of(owner).limit(1)).first() is not None

    # ------------------------------------------------------------ reviews

    def reviews(self, owner: str, *, since: datetime | None = None, keys: Sequence[CardKey] | None = None) -> tuple[Review, ...]:
        """The person's reviews by card, oldest first within each. `since`: those from then on; `keys`: those of these cards."""
        with self.database.reading() as connection:
            return tuple(_read_reviews(connection, owner, keys, since=since))

    def keys_since(self, owner: str, since: datetime) -> frozenset[CardKey]:
        """The points that were asked since then."""
        query = select(reviews.c.question_id, reviews.c.point_id).where(reviews.c.owner == owner, reviews.c.at >= since)
        with self.database.reading() as connection:
            return frozenset(CardKey(*row) for row in connection.execute(query))

    def answered_since(self, owner: str, since: datetime) -> frozenset[str]:
        """The ids of the questions that they answered in an interview since then, whatever came of it."""
        query = (
            select(turns.c.question_id)
            .select_from(interviews.join(turns, turns.c.interview_id == interviews.c.id))
            .where(interviews.c.owner == owner, interviews.c.mode != Mode.DRILL.value)
            .where(turns.c.reply_kind == ReplyKind.TEXT.value, turns.c.replied_at >= since)
        )
        with self.database.reading() as connection:
            return frozenset(connection.scalars(query))

    def recalled(self, owner: str) -> dict[str, tuple[int, int]]:
        """By the id of each of their drills, how many points were recalled of those that were judged."""
        passed = func.sum(case((reviews.c.rating > int(Rating.AGAIN), 1), else_=0))
        query = (
            select(reviews.c.interview_id, passed, func.count())
            .select_from(reviews.join(interviews, interviews.c.id == reviews.c.interview_id))
            # By the drills, which are few beside all that was ever reviewed.
            .where(interviews.c.owner == owner, interviews.c.mode == Mode.DRILL.value)
            .group_by(reviews.c.interview_id)
        )
        with self.database.reading() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query)}

    def drill_seconds(self, owner: str) -> tuple[float, ...]:
        """How long a point took in each of the latest answers in drills, in seconds: of several that were asked at once each its share.

        Only of what was written here: what was skipped, not known or imported tells of no answer how long it takes.
        """
        query = (
            select(turns.c.interview_id, turns.c.question_id, turns.c.asked_at, turns.c.replied_at)
            .select_from(interviews.join(turns, turns.c.interview_id == interviews.c.id))
            .where(interviews.c.owner == owner, interviews.c.mode == Mode.DRILL.value)
            .where(turns.c.reply_kind == ReplyKind.TEXT.value, turns.c.origin.is_(None))
            .order_by(interviews.c.created_at.desc(), turns.c.seq.desc())
            .limit(_TIMED)
        )
        times = []
        with self.database.reading() as connection:
            for interview_id, question_id, asked, replied in connection.execute(query).all():
                seconds = (replied - asked).total_seconds()
                if 0 < seconds <= _LONGEST_ANSWER:
                    times.append(seconds / max(1, len(self.known.questions(connection, interview_id)[question_id].points)))
        return tuple(times)

    # ------------------------------------------------------------ what was decided by hand

    def marks(self, owner: str) -> tuple[CardMark, ...]:
        """All that was decided about cards, in the order in which it was put down."""
        with self.database.reading() as connection:
            rows = connection.execute(select(card_marks).where(card_marks.c.owner == owner).order_by(card_marks.c.id)).all()
        return tuple(CardMark(CardKey(row.question_id, row.point_id), MarkKind(row.kind), row.actor_id, row.at) for row in rows)

    def add_mark(self, owner: str, mark: CardMark) -> bool:
        """Put a decision down, unless it is what holds already; whether it was put down."""
        mine = (card_marks.c.owner == owner, card_marks.c.question_id == mark.key.question_id, card_marks.c.point_id == mark.key.point_id)
        latest = select(card_marks.c.kind).where(*mine).order_by(card_marks.c.id.desc()).limit(1)
        with self.database.writing() as connection:
            hold_cards(connection, owner)
            if (connection.scalar(latest) or MarkKind.BACK.value) == mark.kind.value:
                return False
            values = {"question_id": mark.key.question_id, "point_id": mark.key.point_id, "kind": mark.kind.value}
            connection.execute(insert(card_marks).values(owner=owner, actor_id=mark.actor_id, at=mark.at, **values))
            return True

    def settings(self, owner: str) -> TrainingSettings:
        """What the person chose, else the usual."""
        with self.database.reading() as connection:
            return _read_settings(connection, owner)

    def settings_of(self, owners: Sequence[str]) -> dict[str, TrainingSettings]:
        """The same of each of these people."""
        with self.database.reading() as connection:
            rows = connection.execute(select(training_settings).where(training_settings.c.owner.in_(owners))).all()
        return {**dict.fromkeys(owners, TrainingSettings()), **{row.owner: _settings_in(row) for row in rows}}

    def save_settings(self, owner: str, settings: TrainingSettings) -> None:
        """Put down what the person chose; where cards are worked out by it, all of theirs are worked out anew."""
        values = {
            "retention": settings.retention,
            "interview_on": settings.interview_on,
            "minutes": settings.minutes,
            "zone": settings.zone,
        }
        with self.database.writing() as connection:
            hold_cards(connection, owner)
            before = _read_settings(connection, owner)
            connection.execute(delete(training_settings).where(training_settings.c.owner == owner))
            connection.execute(insert(training_settings).values(owner=owner, **values))
            if _counted(before) != _counted(settings):
                empty_all_cards(connection, owner)

    # ------------------------------------------------------------ the interviews behind them

    def scores(self, owner: str) -> tuple[ScoreRow, ...]:
        """The scores of the person's questions that are over, oldest first; none of an exam that runs. `records.summaries` first."""
        results, latest = question_results.c, func.max(turns.c.seq)
        last_seq = select(latest).where(turns.c.interview_id == interviews.c.id).correlate(interviews).scalar_subquery()
        open_now = (
            select(turns.c.question_id)
            .where(turns.c.interview_id == interviews.c.id, turns.c.seq == last_seq)
            .correlate(interviews)
            .scalar_subquery()
        )
        over = or_(interviews.c.finished_at.is_not(None), (interviews.c.mode != Mode.EXAM.value) & (results.question_id != open_now))
        query = (
            select(results.interview_id, results.question_id, results.at, results.score)
            .select_from(question_results.join(interviews, interviews.c.id == results.interview_id))
            .where(results.owner == owner, results.score.is_not(None), over)
            .order_by(results.at, results.interview_id)
        )
        with self.database.reading() as connection:
            return tuple(ScoreRow(*row) for row in connection.execute(query))

    def history(self, owner: str, *, limit: int) -> tuple[HeldRow, ...]:
        """The person's interviews and drills, the newest first, with what they came to."""
        query = (
            select(interviews.c.id, interviews.c.created_at, interviews.c.mode, interviews.c.finished_at, summaries.c.total)
            .select_from(interviews.outerjoin(summaries, summaries.c.interview_id == interviews.c.id))
            .where(interviews.c.owner == owner)
            .order_by(interviews.c.created_at.desc())
            .limit(limit)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
            plans = read_plans(connection, [row.id for row in rows])
        return tuple(HeldRow(*row, question_ids=plans.get(row.id, ())) for row in rows)

    def interviews(self, owner: str, *, limit: int) -> tuple[Interview, ...]:
        """The person's interviews and drills, the newest first, whole."""
        mine = select(interviews).where(interviews.c.owner == owner).order_by(interviews.c.created_at.desc()).limit(limit)
        with self.database.reading() as connection:
            rows = connection.execute(mine).mappings().all()
            return tuple(read_interview(connection, self.known, row) for row in rows)

    def running(self, owner: str) -> tuple[Interview, ...]:
        """The person's interviews and drills that are not finished, whole."""
        mine = select(interviews).where(interviews.c.owner == owner, interviews.c.finished_at.is_(None))
        with self.database.reading() as connection:
            rows = connection.execute(mine.order_by(interviews.c.created_at)).mappings().all()
            return tuple(read_interview(connection, self.known, row) for row in rows)

    def named(self, owner: str, interview_ids: Iterable[str]) -> Mapping[str, Interview]:
        """Those of the person's interviews that have these ids."""
        mine = select(interviews).where(interviews.c.owner == owner, interviews.c.id.in_(list(interview_ids)))
        with self.database.reading() as connection:
            rows = connection.execute(mine).mappings().all()
            return {row["id"]: read_interview(connection, self.known, row) for row in rows}


def _counted(settings: TrainingSettings) -> tuple[object, ...]:
    """What of the settings a card depends on."""
    return settings.retention, settings.interview_on, settings.zone


def _empty_of(owner: str) -> Any:
    return select(cards.c.question_id, cards.c.point_id).where(cards.c.owner == owner, cards.c.due.is_(None))


def _is_one_of(table: Any, owner: str, keys: Sequence[CardKey]) -> Any:
    return (table.c.owner == owner) & tuple_(table.c.question_id, table.c.point_id).in_(keys)


def _read_reviews(
    connection: Connection, owner: str, keys: Sequence[CardKey] | None = None, *, since: datetime | None = None
) -> list[Review]:
    query = select(reviews).where(reviews.c.owner == owner if keys is None else _is_one_of(reviews, owner, keys))
    if since is not None:
        query = query.where(reviews.c.at >= since)
    order = (reviews.c.question_id, reviews.c.point_id, reviews.c.at, reviews.c.interview_id)
    return [_read_review(row) for row in connection.execute(query.order_by(*order)).mappings()]


def _read_review(row: RowMapping) -> Review:
    key = CardKey(row["question_id"], row["point_id"])
    return Review(key, row["at"], Rating(row["rating"]), _STATES[row["status"]], row["erred"], row["interview_id"], row["seq"])


def _read_settings(connection: Connection, owner: str) -> TrainingSettings:
    row = connection.execute(select(training_settings).where(training_settings.c.owner == owner)).one_or_none()
    return _settings_in(row) if row else TrainingSettings()


def _settings_in(row: Row[Any]) -> TrainingSettings:
    return TrainingSettings(row.retention, row.interview_on, row.minutes, row.zone)


def _row_of(state: MemoryState) -> dict[str, Any]:
    return {
        "question": state.key.question_id, "point": state.key.point_id, "new_stability": state.stability,
        "new_difficulty": state.difficulty, "new_last": state.last, "new_due": state.due, "new_reviews": state.reviews,
        "new_missed": state.missed, "new_in_a_row": state.in_a_row,
    }  # fmt: skip
