"""What happens next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.interview.flow import Ask, AwaitGrade, AwaitNext, AwaitReply, Finish, Finished, Probe, next_move
from interviewer.models import Aside, FollowUp, Mode, ReplyKind, TurnKind, Utterance
from tests.examples import START, grade, interview, turn, ungraded

TEXT = ReplyKind.TEXT


def test_an_open_question_waits_for_the_candidate() -> None:
    assert next_move(interview(turn())) == AwaitReply()


def test_a_running_grade_is_waited_for() -> None:
    assert next_move(interview(turn(reply=TEXT, pending=True))) == AwaitGrade()


def test_a_gap_is_probed_with_the_examiners_follow_up() -> None:
    follow_up = FollowUp("b", "and b?")
    move = next_move(interview(turn(reply=TEXT, outcomes=[grade(b="missing", follow_up=follow_up)])))
    assert move == Probe(follow_up)


def test_without_a_proposal_the_banks_follow_up_for_the_heaviest_gap_is_put() -> None:
    move = next_move(interview(turn(reply=TEXT, outcomes=[grade(a="missing", b="missing")])))
    assert move == Probe(FollowUp("a", "probe a（中）"))


def test_a_wrong_statement_is_probed_before_a_heavier_omission() -> None:
    move = next_move(interview(turn(reply=TEXT, outcomes=[grade(a="missing", b="wrong")])))
    assert move == Probe(FollowUp("b", "你刚才说“an”。这在什么情况下不成立？实际会发生什么？"))


def test_follow_ups_stop_at_the_chosen_depth() -> None:
    probed = turn(2, kind=TurnKind.FOLLOW_UP, prompt="probe a（中）", reply=TEXT, outcomes=[grade(b="missing")], aimed="a")
    first = turn(reply=TEXT, outcomes=[grade(a="missing", b="missing")])
    assert next_move(interview(first, probed, follow_ups=1)) == AwaitNext(last=False)
    assert isinstance(next_move(interview(first, probed, follow_ups=2)), Probe)


def test_the_same_follow_up_is_never_put_twice() -> None:
    proposal = FollowUp("a", "again?")
    first = turn(reply=TEXT, outcomes=[grade(a="missing", b="missing", c="missing", follow_up=proposal)])
    again = turn(
        2,
        kind=TurnKind.FOLLOW_UP,
        prompt="again?",
        reply=TEXT,
        aimed="a",
        outcomes=[grade("missing", "missing", "missing", follow_up=proposal)],
    )
    move = next_move(interview(first, again, follow_ups=3))
    assert isinstance(move, Probe)
    assert move.follow_up.text != "again?"


@pytest.mark.parametrize("kind", [ReplyKind.UNKNOWN, ReplyKind.SKIPPED])
def test_who_does_not_know_is_not_probed(kind: ReplyKind) -> None:
    assert next_move(interview(turn(reply=kind))) == AwaitNext(last=False)


def test_the_next_follow_up_is_chosen_on_the_verdicts_of_all_turns_together() -> None:
    first = turn(reply=TEXT, outcomes=[grade(b="missing", c="missing")])
    probed = turn(
        2, kind=TurnKind.FOLLOW_UP, prompt="probe b（中）", reply=TEXT, aimed="b", outcomes=[grade("missing", "covered", "missing")]
    )
    assert next_move(interview(first, probed, follow_ups=2)) == Probe(FollowUp("c", "probe c（中）"))


def test_what_is_covered_is_not_asked_again_though_the_examiner_proposes_it() -> None:
    proposal = FollowUp("a", "and a?")
    first = turn(reply=TEXT, outcomes=[grade(b="missing", c="missing", follow_up=proposal)])
    assert next_move(interview(first)) == Probe(FollowUp("b", "probe b（中）"))
    strong = turn(reply=TEXT, outcomes=[grade(follow_up=proposal)])
    assert next_move(interview(strong)) == Probe(proposal)


def test_passing_on_a_follow_up_ends_that_follow_up_only() -> None:
    first = turn(reply=TEXT, outcomes=[grade(a="missing", b="missing")])
    passed = turn(2, kind=TurnKind.FOLLOW_UP, prompt="probe a（中）", reply=ReplyKind.UNKNOWN, aimed="a")
    assert next_move(interview(first, passed, follow_ups=2)) == Probe(FollowUp("b", "probe b（中）"))
    skipped = turn(2, kind=TurnKind.FOLLOW_UP, prompt="probe a（中）", reply=ReplyKind.SKIPPED, aimed="a")
    assert next_move(interview(first, skipped, follow_ups=2)) == AwaitNext(last=False)


def test_a_smaller_question_for_who_was_stuck_is_no_follow_up_any_more() -> None:
    helped = Aside(Utterance.STUCK, "给点提示", "或者先答一个小一点的：probe a（中）", START)
    first = replace(turn(reply=TEXT, outcomes=[grade(a="missing", b="missing")]), asides=(helped,))
    assert next_move(interview(first)) == Probe(FollowUp("b", "probe b（中）"))


def test_what_may_be_a_question_back_is_waited_for_even_in_an_exam() -> None:
    doubtful = turn(reply=TEXT, pending=True)
    assert doubtful.reply is not None
    doubtful = replace(doubtful, reply=replace(doubtful.reply, utterance=Utterance.UNSURE))
    assert next_move(interview(doubtful, mode=Mode.EXAM, follow_ups=0)) == AwaitGrade()


def test_a_full_answer_is_not_probed_where_the_bank_has_nothing_deeper() -> None:
    assert next_move(interview(turn(reply=TEXT, outcomes=[grade()]))) == AwaitNext(last=False)


def test_an_ungraded_answer_does_not_stop_the_interview() -> None:
    assert next_move(interview(turn(reply=TEXT, outcomes=[ungraded()]))) == AwaitNext(last=False)


def test_coaching_lets_the_candidate_read_before_the_report() -> None:
    done = interview(turn(reply=TEXT, outcomes=[grade()]), questions=["q1"])
    assert next_move(done) == AwaitNext(last=True)


def test_an_exam_goes_on_by_itself() -> None:
    answered = turn(reply=TEXT, outcomes=[grade()])
    assert next_move(interview(answered, mode=Mode.EXAM)) == Ask("q2")
    assert next_move(interview(answered, questions=["q1"], mode=Mode.EXAM)) == Finish()


def test_an_exam_without_follow_ups_does_not_wait_for_grades() -> None:
    assert next_move(interview(turn(reply=TEXT, pending=True), mode=Mode.EXAM, follow_ups=0)) == Ask("q2")


def test_a_finished_interview_stays_finished() -> None:
    assert next_move(replace(interview(turn()), finished_at=START)) == Finished()


def test_a_drill_shows_each_grade_before_it_goes_on() -> None:
    asked = interview(turn(reply=TEXT, outcomes=[grade(a="missing")]), mode=Mode.DRILL, follow_ups=0)
    assert next_move(asked) == AwaitNext(last=False)
    assert next_move(interview(turn(reply=TEXT, pending=True), mode=Mode.DRILL, follow_ups=0)) == AwaitGrade()
