"""Which follow-up comes next."""

from __future__ import annotations

from dataclasses import replace

from interviewer.grading.follow_ups import STRONG, choose_follow_up, heaviest_gap, is_deeper, wants_probing
from interviewer.models import Angle, Bilingual, Deeper, FalseStatement, Quote, Verdict, VerdictStatus
from tests.unit.test_scoring import COVERED, MISSING, NAMED, PARTIAL, POINTS, QUESTION, WRONG, point, verdicts


def test_a_wrong_point_is_probed_first_then_the_heaviest_missing_essential() -> None:
    assert heaviest_gap(QUESTION, verdicts(MISSING, MISSING, WRONG, MISSING)) == POINTS[2]
    assert heaviest_gap(QUESTION, verdicts(PARTIAL, MISSING, MISSING, COVERED)) == POINTS[1]
    assert heaviest_gap(QUESTION, verdicts(PARTIAL, COVERED, COVERED, COVERED)) == POINTS[0]
    assert heaviest_gap(QUESTION, verdicts(COVERED, COVERED, COVERED, COVERED)) is None


def test_a_weak_answer_gets_a_step_back_to_what_it_touched() -> None:
    assert heaviest_gap(QUESTION, verdicts(MISSING, PARTIAL, MISSING, NAMED)) == POINTS[1]
    assert heaviest_gap(QUESTION, verdicts(MISSING, MISSING, MISSING, NAMED)) == POINTS[3]
    assert heaviest_gap(QUESTION, verdicts(MISSING, PARTIAL, WRONG, NAMED)) == POINTS[2]
    assert heaviest_gap(QUESTION, verdicts(MISSING, MISSING)) == POINTS[0]


def test_a_follow_up_is_never_put_twice_in_either_language() -> None:
    first = choose_follow_up(QUESTION, [], (), "zh")
    assert first is not None
    assert first.text == "a问0"
    second = choose_follow_up(QUESTION, [], ("a ask 0",), "zh")
    assert second is not None
    assert second.text == "a问1"
    third = choose_follow_up(QUESTION, [], ("a问0", "a问1"), "en")
    assert third is not None
    assert third.point_id == "b"


def test_a_wrong_statement_is_put_back_in_its_own_words_once_and_not_at_length() -> None:
    said = [Verdict("a", WRONG, Quote("it is\nalways free", 0, 17))]
    probe = choose_follow_up(QUESTION, said, (), "en")
    assert probe is not None
    assert (probe.point_id, "“it is always free”" in probe.text) == ("a", True)
    again = choose_follow_up(QUESTION, said, (probe.text,), "en")
    assert again is not None
    assert again.text == "a ask 0"
    stop = choose_follow_up(QUESTION, [Verdict("a", WRONG, Quote("永不过期。", 0, 5))], (), "zh")
    assert stop is not None
    assert stop.text.startswith("你刚才说“永不过期”。")
    for length, kept in ((120, "x" * 120), (121, "x" * 119 + "…")):
        long = choose_follow_up(QUESTION, [Verdict("a", WRONG, Quote("x" * length, 0, length))], (), "zh")
        assert long is not None
        assert f"“{kept}”" in long.text


def test_no_follow_up_when_all_were_asked() -> None:
    bare = replace(QUESTION, points=(point("a", 100, asks=0),))
    assert choose_follow_up(bare, [], (), "en") is None


DEEP = replace(
    QUESTION,
    points=tuple(
        replace(each, deeper=tuple(Deeper(about, Bilingual(f"{each.id}深{about}", f"{each.id} deep {about}")) for about in Angle))
        for each in POINTS
    ),
)


def test_a_strong_answer_is_taken_deeper_on_what_it_covered_each_time_another_point_and_angle() -> None:
    found, asked = verdicts(COVERED, COVERED, MISSING, MISSING), list[str]()
    for wanted in ("a deep trade-off", "b deep failure", "a deep scale"):
        follow_up = choose_follow_up(DEEP, found, asked, "en", score=75.0)
        assert follow_up is not None
        assert (follow_up.text, is_deeper(DEEP, follow_up)) == (wanted, True)
        asked.append(follow_up.text)


def test_an_essential_gap_comes_before_depth_and_half_an_idea_does_not() -> None:
    for status in (MISSING, NAMED):
        gap = choose_follow_up(DEEP, verdicts(status, COVERED, COVERED, COVERED), (), "en", score=75.0)
        assert gap is not None
        assert gap.text == "a ask 0"
    half = choose_follow_up(DEEP, verdicts(PARTIAL, COVERED, COVERED, COVERED), (), "en", score=75.0)
    assert half is not None
    assert half.text == "b deep trade-off"


def test_below_strong_a_gap_is_asked_and_a_full_answer_is_taken_deeper_whatever_it_scores() -> None:
    assert STRONG == 75.0
    below = choose_follow_up(DEEP, verdicts(COVERED, COVERED, MISSING, COVERED), (), "en", score=74.9)
    assert below is not None
    assert below.text == "c ask 0"
    full = choose_follow_up(DEEP, verdicts(COVERED, COVERED, COVERED, COVERED), (), "en")
    assert full is not None
    assert is_deeper(DEEP, full)
    assert choose_follow_up(QUESTION, verdicts(COVERED, COVERED, COVERED, COVERED), (), "en", score=100.0) is None


def test_an_error_beside_a_right_word_is_probed_by_its_own_words() -> None:
    error = FalseStatement(Quote("it is always free", 0, 17), point_id="b")
    probe = choose_follow_up(DEEP, verdicts(COVERED, COVERED, MISSING, MISSING), (), "en", errors=[error], score=90.0)
    assert probe is not None
    assert (probe.point_id, "“it is always free”" in probe.text) == ("b", True)
    again = choose_follow_up(DEEP, verdicts(COVERED, COVERED, MISSING, MISSING), (probe.text,), "en", errors=[error], score=90.0)
    assert again is not None
    assert again.text == "a deep trade-off"


def test_a_point_on_which_the_candidate_had_to_pass_is_left_alone() -> None:
    other = choose_follow_up(QUESTION, verdicts(MISSING, MISSING), ("a ask 0",), "en", passed=["a"])
    assert other is not None
    assert other.point_id == "b"
    assert heaviest_gap(QUESTION, [Verdict("a", VerdictStatus.MISSING)], (), ["a", "b", "c", "d"]) is None


def test_what_is_covered_is_asked_about_again_for_an_error_or_of_a_strong_answer_alone() -> None:
    half, whole = verdicts(COVERED, MISSING, MISSING, MISSING), verdicts(COVERED, COVERED, COVERED, MISSING)
    first, second = POINTS[:2]
    error = FalseStatement(Quote("it is free", 0, 10), point_id="a")

    assert not wants_probing(first, QUESTION, half)
    assert wants_probing(second, QUESTION, half)
    assert wants_probing(first, QUESTION, half, errors=(error,))
    assert not wants_probing(first, QUESTION, half, errors=(replace(error, point_id="b"),), score=STRONG - 0.1)
    assert wants_probing(first, QUESTION, half, score=STRONG)
    assert wants_probing(first, QUESTION, whole)
