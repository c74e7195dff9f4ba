"""What goes, stays without a name, or changes hands of a coach's notes and comments when people and interviews do. Part of the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from interviewer.records.authored import note_change
from interviewer.records.authored_rows import drop_labelled
from interviewer.records.authored_tables import labelled_answers
from interviewer.records.desk_tables import learning_answers, private_notes, question_reviews, saved_comments


def forget_desk(connection: Connection, person_id: str) -> None:
    """Delete the notes on somebody, and what they kept for themselves as a coach; what they shared stays without their name."""
    notes, learned = private_notes.c, learning_answers.c
    theirs = notes.author_id == person_id
    connection.execute(delete(private_notes).where((notes.candidate_id == person_id) | (theirs & notes.shared.is_(False))))
    connection.execute(update(private_notes).where(theirs).values(author=""))
    connection.execute(delete(saved_comments).where(saved_comments.c.author_id == person_id))
    connection.execute(delete(question_reviews).where(question_reviews.c.coach_id == person_id))
    connection.execute(update(learning_answers).where(learned.coach_id == person_id).values(coach_id="", labelled_id=None))


def forget_learned(connection: Connection, interview_id: str) -> None:
    """Delete the labelled answers that were made of an interview's answers, and what was learned of them."""
    made = select(learning_answers.c.labelled_id).where(learning_answers.c.interview_id == interview_id)
    if connection.execute(made.where(learning_answers.c.labelled_id.is_not(None)).limit(1)).first():
        drop_labelled(connection, labelled_answers.c.id.in_(made))
        note_change(connection)


def adopt_desk(connection: Connection, before: str, owner: str, name: str) -> None:
    """Give somebody what another coach has kept."""
    for table, column in ((saved_comments, "author_id"), (question_reviews, "coach_id"), (learning_answers, "coach_id")):
        connection.execute(update(table).where(table.c[column] == before).values({column: owner}))
    connection.execute(update(private_notes).where(private_notes.c.author_id == before).values(author_id=owner, author=name))
    connection.execute(update(private_notes).where(private_notes.c.candidate_id == before).values(candidate_id=owner))
