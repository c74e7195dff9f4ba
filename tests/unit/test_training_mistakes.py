"""The mistake book: what was said that is false, and what is missed again and again; nothing of a question that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from interviewer.models import (
    CardKey,
    Edit,
    EditKind,
    Interview,
    Mode,
    Rating,
    ReplyKind,
    Review,
    Verdict,
    VerdictStatus,
)
from interviewer.training.mistakes import MissedTurn, MistakeBook, mistake_book
from tests.examples import MYTH, RICH_ANSWER, START, believing, grade, interview, quote, rich_grade, turn

QUESTION = believing()


def held(*, mode: Mode = Mode.COACHING, finished: bool = True, wrong: Verdict | None = None) -> Interview:
    """An interview in which the myth was told. `wrong`: this verdict in the place of the grade's on its point."""
    found = rich_grade()
    if wrong:
        found = replace(found, verdicts=tuple(wrong if each.point_id == wrong.point_id else each for each in found.verdicts))
    told = turn(reply=ReplyKind.TEXT, text=RICH_ANSWER, outcomes=(found,))
    begun = replace(interview(told, questions=("q1",), mode=mode), questions={"q1": QUESTION})
    return replace(begun, finished_at=START + timedelta(hours=1)) if finished else begun


def missed(day: int, rating: Rating = Rating.AGAIN, point: str = "a") -> Review:
    """A review on that day."""
    status = VerdictStatus.MISSING if rating is Rating.AGAIN else VerdictStatus.COVERED
    return Review(CardKey("q1", point), START + timedelta(days=day), rating, status, False, f"i{day}", day)


def book(*interviews: Interview) -> MistakeBook:
    """The book of these."""
    return mistake_book(interviews, (), [QUESTION])


def test_a_false_statement_is_told_with_the_persons_words_and_what_is_right() -> None:
    known, other = book(held()).wrong
    assert (known.words, known.correction, known.explanation, known.key) == ("a myth", MYTH.correction, "", CardKey("q1", "a"))
    assert (known.interview_id, known.seq) == ("i1", 1)
    assert (other.words, other.correction, other.explanation, other.point) == ("nonsense", None, "that is not so", None)


def test_a_wrong_point_is_told_unless_the_statements_on_it_tell_all() -> None:
    wrong = Verdict("b", VerdictStatus.WRONG, quote("a term"), reason="the other way round")
    found = next(each for each in book(held(wrong=wrong)).wrong if each.key == CardKey("q1", "b"))
    assert (found.words, found.explanation) == ("a term", "the other way round")
    told = Verdict("a", VerdictStatus.WRONG, quote("a myth"), reason="a myth", misconception=MYTH.id)
    assert len(book(held(wrong=told)).wrong) == 2


def test_a_reason_that_a_candidate_may_not_read_is_left_out() -> None:
    guarded = Verdict("b", VerdictStatus.WRONG, quote("a term"), reason="the key says so", guarded=True)
    assert "the key" not in str([each.explanation for each in book(held(wrong=guarded)).wrong])


def test_what_a_coach_calls_right_is_no_mistake_and_what_they_call_wrong_is_one() -> None:
    def edit(point_id: str, status: VerdictStatus, number: int) -> Edit:
        return Edit(
            number, "i1", EditKind.VERDICT, "c", "Coach", START, question_id="q1", turn_seq=1, point_id=point_id, status=status,
            reason="says the coach",
        )  # fmt: skip

    edited = replace(held(), edits=(edit("a", VerdictStatus.COVERED, 1), edit("c", VerdictStatus.WRONG, 2)))
    assert [(each.words, each.explanation) for each in book(edited).wrong] == [("nonsense", "that is not so"), ("", "says the coach")]


def test_nothing_is_told_of_an_exam_that_runs_nor_of_an_open_question() -> None:
    assert book(held(mode=Mode.EXAM, finished=False)).wrong == ()
    assert book(held(mode=Mode.EXAM)).wrong != ()
    open_still = held(finished=False)
    asked_on = replace(open_still, turns=(*open_still.turns, turn(2, question_id="q1")))
    assert book(asked_on).wrong == ()


def test_a_drills_mistakes_belong_to_the_banks_question() -> None:
    drill = replace(QUESTION, id="q1:a", parent="q1", points=QUESTION.points[:1])
    told = turn(question_id="q1:a", reply=ReplyKind.TEXT, text=RICH_ANSWER, outcomes=(rich_grade(),))
    begun = replace(interview(told, questions=("q1:a",), mode=Mode.DRILL), questions={"q1:a": drill}, finished_at=START)
    first, second = book(begun).wrong
    assert (first.question_id, first.key, second.key) == ("q1", CardKey("q1", "a"), None)


def test_the_newest_is_told_first() -> None:
    later = held()
    said = replace(later.turns[0].reply, at=START + timedelta(days=9)) if later.turns[0].reply else None
    later = replace(later, id="i2", turns=(replace(later.turns[0], reply=said),))
    assert [each.interview_id for each in book(held(), later, held()).wrong] == ["i2", "i2", "i1", "i1", "i1", "i1"]


def test_a_point_is_in_the_book_once_it_was_missed_three_times_with_the_turns_behind_it() -> None:
    twice = [missed(1), missed(2), missed(1, Rating.GOOD, "b")]
    assert mistake_book((), twice, [QUESTION]).missed == ()
    reviews = [*twice, missed(4), missed(3, Rating.HARD), missed(5, Rating.GOOD)]
    (found,) = mistake_book((), reviews, [QUESTION]).missed
    assert (found.key, found.point.id, found.times, found.since) == (CardKey("q1", "a"), "a", 3, 1)
    assert [each.seq for each in found.turns] == [4, 2, 1]
    assert found.turns[0] == MissedTurn("i4", 4, START + timedelta(days=4), VerdictStatus.MISSING)
    assert mistake_book((), reviews, [replace(QUESTION, points=QUESTION.points[1:])]).missed == ()


def test_without_a_grade_there_is_no_mistake() -> None:
    nothing = interview(turn(reply=ReplyKind.TEXT), turn(2, question_id="q2", reply=ReplyKind.TEXT, outcomes=(grade(),)))
    assert book(replace(nothing, finished_at=START)).wrong == ()
