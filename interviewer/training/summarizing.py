"""What an interview comes to for lists, maps and the training: the one reading of its records that everybody has worked out. Pure."""

from __future__ import annotations

from dataclasses import replace

from interviewer.interview.disclosure import held_back
from interviewer.interview.summarizing import summarize as lists_of
from interviewer.models import Interview, Review
from interviewer.records.summaries import InterviewSummary
from interviewer.training.rating import reviews_of


def summarize(interview: Interview) -> InterviewSummary:
    """The interview as lists and maps show it, and the reviews that may be told of it."""
    return replace(lists_of(interview), reviews=told_reviews(interview))


def told_reviews(interview: Interview) -> tuple[Review, ...]:
    """The reviews without those of questions that are still open: a card that comes back soon would tell how an exam goes that runs."""
    hidden = held_back(interview)
    open_turns = {turn.seq for turn in interview.turns if turn.question_id in hidden}
    return tuple(review for review in reviews_of(interview) if review.seq not in open_turns)
