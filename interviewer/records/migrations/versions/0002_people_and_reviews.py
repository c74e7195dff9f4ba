"""Accounts, the coach's edits, what is worked out for the desk, and the full text of the answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from interviewer.records.search import create_search, index_answer

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_erasures")),
    )
    op.create_table(
        "spending",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "day", name=op.f("pk_spending")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    op.create_index(op.f("ix_login_attempts_key_at"), "login_attempts", ["key", "at"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("group_name", sa.String(length=100), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("openid", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("key", name=op.f("uq_people_key")),
        sa.UniqueConstraint("openid", name=op.f("uq_people_openid")),
    )
    op.create_index(op.f("ix_people_group_name"), "people", ["group_name"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("coach_id", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["people.id"], name=op.f("fk_assignments_candidate_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["coach_id"], ["people.id"], name=op.f("fk_assignments_coach_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("coach_id", "candidate_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_candidate_id"), "assignments", ["candidate_id"], unique=False)
    op.create_table(
        "edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question_id", sa.String(length=200), nullable=True),
        sa.Column("turn_seq", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("was_status", sa.String(length=20), nullable=True),
        sa.Column("was_score", sa.Float(), nullable=True),
        sa.Column("examiner", sa.String(length=20), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_edits_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
    )
    op.create_index(op.f("ix_edits_interview_id"), "edits", ["interview_id"], unique=False)
    op.create_table(
        "question_results",
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("machine_score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_question_results_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", "question_id", name=op.f("pk_question_results")),
    )
    op.create_index(op.f("ix_question_results_owner_at"), "question_results", ["owner", "at"], unique=False)
    op.create_index(op.f("ix_question_results_question_id_score"), "question_results", ["question_id", "score"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "summaries",
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("examiner", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("ungraded", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("low_confidence", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name=op.f("fk_summaries_interview_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_summaries")),
    )
    op.create_index(op.f("ix_summaries_created_at"), "summaries", ["created_at"], unique=False)
    op.create_index(op.f("ix_summaries_owner_created_at"), "summaries", ["owner", "created_at"], unique=False)
    op.create_index(op.f("ix_summaries_total"), "summaries", ["total"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tickets_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_person_id"), "tickets", ["person_id"], unique=False)
    op.create_table(
        "point_results",
        sa.Column("interview_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=200), nullable=False),
        sa.Column("point_id", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id", "question_id"],
            ["question_results.interview_id", "question_results.question_id"],
            name=op.f("fk_point_results_interview_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "question_id", "point_id", name=op.f("pk_point_results")),
    )
    op.create_index(
        op.f("ix_point_results_question_id_point_id_status"), "point_results", ["question_id", "point_id", "status"], unique=False
    )
    op.add_column("grades", sa.Column("tokens", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grades", sa.Column("cost", sa.Float(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("reserved_tokens", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("reserved_cost", sa.Float(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("last_reason", sa.String(length=40), nullable=True))
    op.add_column("grading_requests", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grading_requests", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("grading_requests", sa.Column("waited", sa.Float(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("tried_tokens", sa.Integer(), server_default="0", nullable=False))
    op.add_column("grading_requests", sa.Column("tried_cost", sa.Float(), server_default="0", nullable=False))
    op.add_column("interviews", sa.Column("stand_in", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("interviews", sa.Column("stale", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("interviews", sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_interviews_stale"), "interviews", ["stale"], unique=False)
    op.add_column("turns", sa.Column("origin", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_turns_origin"), "turns", ["origin"], unique=False)
    connection = op.get_bind()
    create_search(connection)
    _fill(connection)


def _fill(connection: sa.Connection) -> None:
    """What the first release's rows lack."""
    grades = sa.table("grades", sa.column("id"), sa.column("outcome", sa.JSON), sa.column("tokens"), sa.column("cost"))
    for row in connection.execute(sa.select(grades.c.id, grades.c.outcome)).all():
        usage = row.outcome.get("usage", {})
        tokens = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
        connection.execute(grades.update().where(grades.c.id == row.id).values(tokens=tokens, cost=usage.get("cost") or 0.0))
    turns = sa.table("turns", sa.column("id"), sa.column("reply_text"))
    for row in connection.execute(sa.select(turns.c.id, turns.c.reply_text).where(turns.c.reply_text.is_not(None))).all():
        index_answer(connection, row.id, row.reply_text)
