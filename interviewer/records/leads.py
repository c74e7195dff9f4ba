"""Whose verdicts are the final ones of an interview: the group's lead, settled when a coach first puts something down."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select, update

from interviewer.records.people_tables import groups, people
from interviewer.records.review_tables import edits
from interviewer.records.tables import interviews


def settle_lead(connection: Connection, interview_id: str) -> None:
    """Name the lead of the candidate's group, if nobody is named and nothing was put down yet: who is named later takes no grade away."""
    of_group = (
        select(groups.c.lead_id)
        .join(people, people.c.group_name == groups.c.name)
        .where(people.c.id == interviews.c.owner, groups.c.lead_id != interviews.c.owner)
        .scalar_subquery()
    )
    untouched = ~exists().where(edits.c.interview_id == interviews.c.id)
    connection.execute(
        update(interviews).where(interviews.c.id == interview_id, interviews.c.lead_id.is_(None), untouched).values(lead_id=of_group)
    )
