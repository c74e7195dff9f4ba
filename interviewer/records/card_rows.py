"""Keeping the cards in step with the reviews, within the transaction that changes these.

Whatever changes reviews, or what cards are worked out by, holds the owner's cards first (`hold_cards`) and then empties those concerned
(`empty_cards`). Whoever fills them (records/training) holds them too, so that no card can be filled from reviews that are not there any more.
Holding them gives their owner another stamp: what a process keeps of somebody's training in memory is true while the stamp is the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, literal, select, tuple_, update

from interviewer.models import CardKey, Review
from interviewer.records.dialects import take_turns
from interviewer.records.training_tables import card_changes, card_marks, cards, reviews, training_settings

AT_ONCE = 500
"""Keys in one statement."""


def hold_cards(connection: Connection, *owners: str) -> None:
    """Keep everybody else from the cards of these people until the transaction ends. Of several, all at once: in no other order is it safe."""
    concerned = set(owners)
    take_turns(connection, *(f"cards of {owner}" for owner in concerned))
    if concerned:
        connection.execute(delete(card_changes).where(card_changes.c.owner.in_(concerned)))
        connection.execute(insert(card_changes), [{"owner": owner, "stamp": secrets.token_hex(16)} for owner in sorted(concerned)])


def replace_reviews(connection: Connection, interview_id: str, owner: str, found: Iterable[Review]) -> None:
    """Put these in the place of an interview's reviews. The owner's cards must be held; those of its points are emptied."""
    rows = {
        each.key: {
            "interview_id": interview_id, "question_id": each.key.question_id, "point_id": each.key.point_id, "owner": owner, "at": each.at,
            "rating": int(each.rating), "status": each.status.value, "erred": each.erred, "seq": each.seq,
        }
        for each in found
    }  # fmt: skip
    before = _keys_of(connection, interview_id)
    if not (before or rows):
        return
    connection.execute(delete(reviews).where(reviews.c.interview_id == interview_id))
    if rows:
        connection.execute(insert(reviews), list(rows.values()))
    empty_cards(connection, owner, before | set(rows))


def drop_reviews(connection: Connection, interview_id: str, owner: str) -> None:
    """Delete the reviews of an interview that is about to be deleted; nothing is left of cards that rested on them alone."""
    replace_reviews(connection, interview_id, owner, ())


def empty_cards(connection: Connection, owner: str, keys: Iterable[CardKey]) -> None:
    """Have these cards worked out anew when they are next read; those without a review are gone."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        connection.execute(delete(cards).where(cards.c.owner == owner, tuple_(cards.c.question_id, cards.c.point_id).in_(some)))
        _empty(connection, owner, some)


def empty_all_cards(connection: Connection, owner: str) -> None:
    """The same of all the owner's cards."""
    connection.execute(delete(cards).where(cards.c.owner == owner))
    _empty(connection, owner, None)


def adopt_training(connection: Connection, before: str, owner: str) -> None:
    """Give somebody the training of another owner; of settings their own stay."""
    hold_cards(connection, before, owner)
    for table in (reviews, card_marks):
        connection.execute(update(table).where(table.c.owner == before).values(owner=owner))
    if connection.execute(select(training_settings.c.owner).where(training_settings.c.owner == owner)).first() is None:
        connection.execute(update(training_settings).where(training_settings.c.owner == before).values(owner=owner))
    connection.execute(delete(cards).where(cards.c.owner == before))
    empty_all_cards(connection, owner)


def forget_training(connection: Connection, owner: str) -> None:
    """Delete what was decided by hand, and all cards. The reviews go with their interviews."""
    hold_cards(connection, owner)
    for table in (cards, card_marks, training_settings, card_changes):
        connection.execute(delete(table).where(table.c.owner == owner))


def _keys_of(connection: Connection, interview_id: str) -> set[CardKey]:
    rows = connection.execute(select(reviews.c.question_id, reviews.c.point_id).where(reviews.c.interview_id == interview_id))
    return {CardKey(*row) for row in rows}


def _empty(connection: Connection, owner: str, keys: Sequence[CardKey] | None) -> None:
    """A row without a state for each of these cards that has a review; None for all."""
    reviewed = select(literal(owner), reviews.c.question_id, reviews.c.point_id).where(reviews.c.owner == owner).distinct()
    if keys is not None:
        reviewed = reviewed.where(tuple_(reviews.c.question_id, reviews.c.point_id).in_(keys))
    connection.execute(insert(cards).from_select(["owner", "question_id", "point_id"], reviewed))
