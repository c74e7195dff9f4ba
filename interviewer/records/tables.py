"""The tables, as SQLAlchemy Core sees them. Every change here needs a migration in `migrations/versions`.

interviews 1─n interview_questions n─1 question_snapshots     the plan, and each question as it was then
interviews 1─n turns 1─n grading_requests 1─1 grades          the dialogue; grades are only ever added
turns 1─n asides, claims                                      what was said beside the answer; points that the candidate contests
interviews 1─n improvements                                   answers that the model improved once their question was over

People are in `people_tables`, what coaches add and what is worked out for them in `review_tables`.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, true
from sqlalchemy import false as sql_false

from interviewer.records.base import UtcDateTime, metadata, owned_by
from interviewer.records.packed import PackedJSON

question_snapshots = Table(
    "question_snapshots",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("question_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSON, nullable=False),
)

interviews = Table(
    "interviews",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("follow_ups", Integer, nullable=False),
    Column("minutes", Integer),
    Column("examiner", String(20), nullable=False),
    Column("stand_in", Boolean, nullable=False, server_default=sql_false()),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("finished_at", UtcDateTime()),
    Column("version", Integer, nullable=False),
    # the rows in review_tables that are worked out of this interview are older than it
    Column("stale", Boolean, nullable=False, server_default=true(), index=True),
    # a coach has put something down: without this, reading an interview need not look
    Column("edited", Boolean, nullable=False, server_default=sql_false()),
    # whose verdicts are the final ones, where that is settled; else the first coach's to grade a question
    Column("lead_id", String(32)),
    # the same of answers that the model was asked to improve
    Column("improved", Boolean, nullable=False, server_default=sql_false()),
    # the assignment that it was made for (`assignment_tables`), which is withdrawn but never deleted while there is one
    Column("assignment_id", String(32), index=True),
    Index(None, "owner", "created_at"),
    Index(None, "finished_at"),
)

interview_questions = Table(
    "interview_questions",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("question_id", String(200), nullable=False),
    Column("digest", String(64), ForeignKey("question_snapshots.digest"), nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", String(32), owned_by("interviews.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("question_id", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("aimed_point", String(200)),
    Column("asked_at", UtcDateTime(), nullable=False),
    Column("hints", Integer, nullable=False),
    Column("revealed", Boolean, nullable=False),
    Column("draft", Text, nullable=False),
    Column("reply_kind", String(20)),
    Column("reply_text", Text),
    Column("replied_at", UtcDateTime()),
    # what code took the reply for, and whether the candidate said that it is an answer
    Column("utterance", String(20), nullable=False, server_default="answer"),
    Column("insisted", Boolean, nullable=False, server_default=sql_false()),
    # of an answer that was imported: digest of where it stood, so that the same file brings nothing twice
    Column("origin", String(64), index=True),
    UniqueConstraint("interview_id", "seq"),
)

asides = Table(
    "asides",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn_id", Integer, owned_by("turns.id"), nullable=False, index=True),
    Column("utterance", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    Column("given", String(200)),
    Column("assumed", Text, nullable=False),
    Column("source", String(200), nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn_id", Integer, owned_by("turns.id"), nullable=False, index=True),
    Column("point_id", String(200), nullable=False),
    # the candidate's own words that hold the point, as a span of the answer
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("at", UtcDateTime(), nullable=False),
    # open: nobody has judged it anew yet; granted, or it stands as it was
    Column("status", String(20), nullable=False, index=True),
    UniqueConstraint("turn_id", "point_id"),
)

improvements = Table(
    "improvements",
    metadata,
    Column("interview_id", String(32), owned_by("interviews.id"), primary_key=True),
    Column("question_id", String(200), primary_key=True),
    # when it was last asked for; what came of it (`records.improvements`), empty as long as nothing has
    Column("at", UtcDateTime(), nullable=False),
    Column("content", JSON, nullable=False),
    # what all tries took
    Column("tokens", Integer, nullable=False),
    Column("cost", Float, nullable=False),
)

grading_requests = Table(
    "grading_requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("turn_id", Integer, owned_by("turns.id"), nullable=False, index=True),
    # interview, turn, hash of the answer, and which request for it: the same click arriving twice asks for one grade
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("examiner", String(20), nullable=False),
    # the one point that is to be judged anew because the candidate contests it; none: the whole answer
    Column("contested_point", String(200)),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime()),
    Column("attempts", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    # set aside of the owner's daily limits while the call is out, so that parallel calls cannot overspend together
    Column("reserved_tokens", Integer, nullable=False, server_default="0"),
    Column("reserved_cost", Float, nullable=False, server_default="0"),
    # an open request that failed for now: how often, for what, when, when it is due again, and the seconds of all its pauses
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("last_reason", String(40)),
    Column("last_at", UtcDateTime()),
    Column("not_before", UtcDateTime()),
    Column("waited", Float, nullable=False, server_default="0"),
    # what those tries took
    Column("tried_tokens", Integer, nullable=False, server_default="0"),
    Column("tried_cost", Float, nullable=False, server_default="0"),
    Index(None, "done", "lease_until"),
)

grades = Table(
    "grades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn_id", Integer, owned_by("turns.id"), nullable=False, index=True),
    Column("request_id", String(32), owned_by("grading_requests.id"), nullable=False, unique=True),
    Column("at", UtcDateTime(), nullable=False),
    # copies out of `outcome`, for queries over many interviews
    Column("score", Float),
    Column("reason", String(40)),
    Column("examiner", String(20), nullable=False),
    Column("tokens", Integer, nullable=False, server_default="0"),
    Column("cost", Float, nullable=False, server_default="0"),
    Column("outcome", PackedJSON(), nullable=False),
)
