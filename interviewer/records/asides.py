"""What candidates said beside their answers, and the points that they contest, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from interviewer.models import Aside, Claim, ClaimStatus, Utterance
from interviewer.records.tables import asides, claims, turns

_CLAIMS = (
    select(claims).join(turns, turns.c.id == claims.c.turn_id).where(turns.c.interview_id == bindparam("interview")).order_by(claims.c.id)
)


def add_aside(connection: Connection, turn_id: int, aside: Aside) -> None:
    """Put one down."""
    values = {
        "turn_id": turn_id, "utterance": aside.utterance.value, "text": aside.text, "reply": aside.reply, "at": aside.at,
        "given": aside.given, "assumed": aside.assumed, "source": aside.source,
    }  # fmt: skip
    connection.execute(insert(asides).values(values))


def drop_doubt(connection: Connection, turn_id: int) -> None:
    """Take out the message of which nobody could tell what it is: the candidate has said so, and sends it again."""
    connection.execute(delete(asides).where(asides.c.turn_id == turn_id, asides.c.utterance == Utterance.UNSURE.value))


def read_asides(connection: Connection, turn_ids: Sequence[int]) -> Mapping[int, tuple[Aside, ...]]:
    """The asides of some turns by turn, oldest first."""
    found: dict[int, tuple[Aside, ...]] = {}
    if turn_ids:
        for row in connection.execute(select(asides).where(asides.c.turn_id.in_(turn_ids)).order_by(asides.c.id)):
            aside = Aside(Utterance(row.utterance), row.text, row.reply, row.at, row.given, row.assumed, row.source)
            found[row.turn_id] = (*found.get(row.turn_id, ()), aside)
    return found


def add_claim(connection: Connection, turn_id: int, claim: Claim) -> None:
    """Put down that a point is contested."""
    values = {
        "turn_id": turn_id, "point_id": claim.point_id, "start": claim.start, "end": claim.end, "at": claim.at, "status": claim.status.value,
    }  # fmt: skip
    connection.execute(insert(claims).values(values))


def settle_claim(connection: Connection, turn_id: int, point_id: str, status: ClaimStatus) -> None:
    """Put down what came of a claim."""
    mine = (claims.c.turn_id == turn_id) & (claims.c.point_id == point_id)
    connection.execute(update(claims).where(mine).values(status=status.value))


def read_claims(connection: Connection, interview_id: str) -> Mapping[int, tuple[Claim, ...]]:
    """The claims of an interview by turn, oldest first."""
    found: dict[int, tuple[Claim, ...]] = {}
    for row in connection.execute(_CLAIMS, {"interview": interview_id}):
        claim = Claim(row.point_id, row.start, row.end, row.at, ClaimStatus(row.status))
        found[row.turn_id] = (*found.get(row.turn_id, ()), claim)
    return found
