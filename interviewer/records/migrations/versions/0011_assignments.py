"""Assignments: work that is given to a group. Who coaches whom, which was called so before, is a coaching."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _move_pairs("assignments", "coachings")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_id", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("examiner", sa.String(20), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("follow_ups", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("opens_at", moment, nullable=True),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("whole_group", sa.Boolean(), nullable=False),
        sa.Column("observed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_owner"), "assignments", ["owner"], unique=False)
    op.create_index(op.f("ix_assignments_group_name"), "assignments", ["group_name"], unique=False)
    op.create_table(
        "assignment_questions",
        sa.Column("assignment_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_questions_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["digest"], ["question_snapshots.digest"], name=op.f("fk_assignment_questions_digest")),
        sa.PrimaryKeyConstraint("assignment_id", "position", name=op.f("pk_assignment_questions")),
    )
    op.create_table(
        "assignment_people",
        sa.Column("assignment_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("begun", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("more_attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("extended_to", moment, nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_people_assignment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assignment_people_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name=op.f("pk_assignment_people")),
    )
    op.create_index(op.f("ix_assignment_people_person_id"), "assignment_people", ["person_id"], unique=False)
    op.create_table(
        "conduct",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("pastes", sa.Integer(), nullable=False),
        sa.Column("pasted", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_conduct_turn_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_conduct")),
    )
    op.add_column("interviews", sa.Column("assignment_id", sa.String(32), nullable=True))
    op.create_index(op.f("ix_interviews_assignment_id"), "interviews", ["assignment_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_interviews_assignment_id"), "interviews")
    op.drop_column("interviews", "assignment_id")
    for table in ("conduct", "assignment_people", "assignment_questions", "assignments"):
        op.drop_table(table)
    _move_pairs("coachings", "assignments")


def _move_pairs(old: str, new: str) -> None:
    """A new table instead of a renamed one: SQLite cannot rename the constraints along with it."""
    op.create_table(
        new,
        sa.Column("coach_id", sa.String(32), nullable=False),
        sa.Column("candidate_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["people.id"], name=op.f(f"fk_{new}_candidate_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["coach_id"], ["people.id"], name=op.f(f"fk_{new}_coach_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("coach_id", "candidate_id", name=op.f(f"pk_{new}")),
    )
    pairs = ("coach_id", "candidate_id")
    source, target = (sa.table(name, *(sa.column(each) for each in pairs)) for name in (old, new))
    op.get_bind().execute(sa.insert(target).from_select(pairs, sa.select(source)))
    op.drop_table(old)
    op.create_index(op.f(f"ix_{new}_candidate_id"), new, ["candidate_id"], unique=False)
