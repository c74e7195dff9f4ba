"""The place in the row of answers to one question."""

from __future__ import annotations

from interviewer.interview.same_question import place_in
from interviewer.records.same_question import SameAnswer

ROW = (
    SameAnswer("a", "red", True),
    SameAnswer("b", "blue", False),
    SameAnswer("c", "red", False),
    SameAnswer("d", "", True),
    SameAnswer("e", "red", False),
)


def test_the_place_counts_the_whole_row_and_what_is_left() -> None:
    place = place_in(ROW, "c")
    assert (place.number, place.size, place.left, place.before, place.after, place.reviewed) == (3, 5, 3, "b", "d", False)
    assert place.groups == ("blue", "red")


def test_of_what_is_not_reviewed_the_next_comes_round_and_never_is_the_same() -> None:
    assert place_in(ROW, "c", unreviewed=True).after == "e"
    assert place_in(ROW, "e", unreviewed=True).after == "b"
    assert place_in((SameAnswer("a", "", False),), "a", unreviewed=True).after is None
    assert place_in((SameAnswer("a", "", True), SameAnswer("b", "", True)), "a", unreviewed=True).after is None


def test_a_group_is_a_row_of_its_own_and_who_is_not_in_it_begins_at_its_start() -> None:
    place = place_in(ROW, "e", group="red")
    assert (place.number, place.size, place.left, place.before, place.after) == (3, 3, 2, "c", None)
    outside = place_in(ROW, "b", group="red", unreviewed=True)
    assert (outside.number, outside.before, outside.after) == (0, None, "c")
    assert place_in((), "a") == place_in((), "b")
