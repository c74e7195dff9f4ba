"""The tables of assignments.

assignments 1─n assignment_questions n─1 question_snapshots     what is asked, as it was when it was given
assignments n─n people (assignment_people)                      who was chosen, who has begun, and their extensions
assignments 1─n interviews (`interviews.assignment_id`)         what was made for them
turns 1─1 conduct                                               paste events and time away, where the assignment says that they are noted
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, false

from interviewer.records.base import UtcDateTime, metadata, owned_by

assignments = Table(
    "assignments",
    metadata,
    Column("id", String(32), primary_key=True),
    # id of a person, "" once their account is gone
    Column("owner", String(200), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("set_id", String(200), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("examiner", String(20), nullable=False),
    # "" where the candidate chooses
    Column("lang", String(2), nullable=False),
    Column("follow_ups", Integer, nullable=False),
    Column("minutes", Integer),
    Column("opens_at", UtcDateTime()),
    Column("due_at", UtcDateTime()),
    Column("attempts", Integer, nullable=False),
    Column("group_name", String(100), nullable=False, index=True),
    # whoever is in the group has it, those who join later too; else only those who were chosen
    Column("whole_group", Boolean, nullable=False),
    Column("observed", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("withdrawn_at", UtcDateTime()),
)

assignment_questions = Table(
    "assignment_questions",
    metadata,
    Column("assignment_id", String(32), owned_by("assignments.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("question_id", String(200), nullable=False),
    Column("digest", String(64), ForeignKey("question_snapshots.digest"), nullable=False),
)

assignment_people = Table(
    "assignment_people",
    metadata,
    Column("assignment_id", String(32), owned_by("assignments.id"), primary_key=True),
    Column("person_id", String(32), owned_by("people.id"), primary_key=True, index=True),
    Column("chosen", Boolean, nullable=False, server_default=false()),
    # how many interviews they began, also of those that are deleted
    Column("begun", Integer, nullable=False, server_default="0"),
    Column("more_attempts", Integer, nullable=False, server_default="0"),
    Column("extended_to", UtcDateTime()),
)

conduct = Table(
    "conduct",
    metadata,
    Column("turn_id", Integer, owned_by("turns.id"), primary_key=True),
    Column("pastes", Integer, nullable=False),
    # characters in all, of which none is kept
    Column("pasted", Integer, nullable=False),
    Column("absences", Integer, nullable=False),
    # seconds in all
    Column("away", Integer, nullable=False),
)
