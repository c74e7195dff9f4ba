"""What may be contested, why a claim is refused, what a new judgement makes of a grade, and when a coach is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from interviewer.interview.contesting import (
    MOST_MARKS,
    ClaimRefused,
    Refusal,
    check_claim,
    claim_task,
    contest_of,
    judge_anew,
    may_judge_anew,
    outcome_of_claim,
    unanswered_claims,
    words_to_mark,
)
from interviewer.interview.flow import AwaitGrade, AwaitNext, next_move
from interviewer.interview.judging import task_for
from interviewer.models import (
    SCALE,
    Claim,
    ClaimStatus,
    Edit,
    EditKind,
    FalseStatement,
    Grade,
    Interval,
    Interview,
    Mode,
    Provenance,
    Quote,
    Reason,
    ReplyKind,
    Turn,
    TurnKind,
    Usage,
    Utterance,
    VerdictStatus,
    Waiting,
)
from interviewer.ui.scene import pending_request
from tests.examples import START, grade, interview, question, turn, ungraded

TEXT = ReplyKind.TEXT
WORDS = "an answer"
BY_MODEL = replace(grade("partial", "missing", "covered"), provenance=Provenance("llm", "m", "grade-v3", scale=SCALE))
CLAIM = Claim("b", 0, 2, START)


def answered(*claims: Claim, given: Grade = BY_MODEL, **options: object) -> Turn:
    return replace(turn(reply=TEXT, outcomes=[given], **options), claims=claims)  # type: ignore[arg-type]


def over(*turns: Turn, **setup: object) -> Interview:
    """With no follow-up left, so that the question is done."""
    return interview(*turns, follow_ups=0, **setup)  # type: ignore[arg-type]


def still_open(*claims: Claim) -> Interview:
    return interview(answered(*claims), turn(2, kind=TurnKind.FOLLOW_UP, aimed="b"))


def refused(held: Interview, point: str = "b", *, seq: int = 1, start: int = 0, end: int = 2) -> Refusal | None:
    try:
        check_claim(held, seq, point, start, end)
    except ClaimRefused as error:
        return error.why
    return None


# ---------------------------------------------------------------- what may be contested


def test_once_the_question_is_over_all_that_is_not_covered_may_be_contested() -> None:
    assert contest_of(over(answered()), "q1").open == {"a", "b"}
    assert refused(over(answered())) is None


def test_while_it_is_open_nothing_may_and_nothing_tells_what_is_a_point() -> None:
    assert contest_of(still_open(), "q1").open == frozenset()
    assert {refused(still_open(), point) for point in ("a", "b", "c", "no-such-point")} == {Refusal.NOT_YET}


def test_an_exam_tells_nothing_before_its_end() -> None:
    running = over(answered(), turn(2, question_id="q2"), mode=Mode.EXAM)
    assert contest_of(running, "q1").open == frozenset()
    assert {refused(running, point) for point in ("a", "b", "c", "no-such-point")} == {Refusal.NOT_YET}
    assert contest_of(replace(running, finished_at=START), "q1").open == {"a", "b"}


@pytest.mark.parametrize(
    ("held", "asked", "why"),
    [
        (over(answered()), {"seq": 9}, Refusal.NO_ANSWER),
        (over(turn(reply=ReplyKind.UNKNOWN)), {}, Refusal.NO_ANSWER),
        (over(turn(reply=ReplyKind.SKIPPED)), {}, Refusal.NO_ANSWER),
        (over(turn()), {}, Refusal.NO_ANSWER),
        (over(answered()), {"start": 2, "end": 2}, Refusal.SPAN_OUTSIDE),
        (over(answered()), {"start": 3, "end": 1}, Refusal.SPAN_OUTSIDE),
        (over(answered()), {"start": -1, "end": 2}, Refusal.SPAN_OUTSIDE),
        (over(answered()), {"end": len(WORDS) + 1}, Refusal.SPAN_OUTSIDE),
        (over(answered()), {"start": 2, "end": 3}, Refusal.SPAN_OUTSIDE),  # a blank
        (over(answered()), {"point": "z"}, Refusal.NO_SUCH_POINT),
        (over(answered()), {"point": "c"}, Refusal.COVERED),
        (over(answered(CLAIM)), {}, Refusal.CONTESTED),
        (over(turn(reply=TEXT, outcomes=[ungraded()])), {}, Refusal.NOT_GRADED),
        (over(answered(pending=True)), {}, Refusal.BEING_JUDGED),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(held: Interview, asked: dict, why: Refusal) -> None:
    assert refused(held, **asked) is why


def test_what_a_follow_up_or_a_coach_has_covered_needs_no_claim() -> None:
    probed = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="b", outcomes=[grade("missing", "covered", "missing")])
    assert contest_of(interview(answered(), probed), "q1").open == {"a"}
    assert refused(replace(over(answered()), edits=(judged("b", "covered"),))) is Refusal.COVERED


def test_a_point_is_contested_once_whichever_answer_its_words_are_in() -> None:
    probed = replace(turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, aimed="b", outcomes=[BY_MODEL]), claims=(CLAIM,))
    held = interview(answered(), probed)
    assert contest_of(held, "q1").open == {"a"}
    assert refused(held) is Refusal.CONTESTED
    made = contest_of(held, "q1").made["b"]
    assert (made.seq, made.words, made.judging) == (2, "an", False)


def test_an_answer_that_waits_for_a_later_try_may_be_contested() -> None:
    waiting = Waiting(Reason.TIMEOUT, 1, START, START)
    held = over(replace(answered(pending=True), waiting=waiting))
    assert refused(held) is None
    assert not may_judge_anew(held, held.turns[0], "b")


def test_what_is_marked_are_the_sentences_as_they_were_typed() -> None:
    typed = "## 回答\n- 先**收集**数据，走 Kafka。\u200b再清洗！\r\n- 最后训练; done"
    marks = words_to_mark(typed)
    assert [each.text for each in marks] == ["先**收集**数据，走 Kafka。", "再清洗！", "最后训练;", "done"]
    assert all(each.text == typed[each.start : each.end] for each in marks)


@pytest.mark.parametrize("typed", ["…", "```", "x"])
def test_an_answer_without_sentences_is_marked_whole(typed: str) -> None:
    assert [each.text for each in words_to_mark(typed)] == [typed]


def test_a_long_answer_is_marked_in_larger_pieces_and_nothing_is_left_out() -> None:
    marks = words_to_mark("这一句说一件事。" * 101)
    assert len(marks) <= MOST_MARKS
    assert "".join(each.text for each in marks) == "这一句说一件事。" * 101


# ---------------------------------------------------------------- judging anew


def test_the_model_judges_anew_what_it_has_judged_and_no_coach_has() -> None:
    held = over(answered())
    assert may_judge_anew(held, held.turns[0], "b")
    assert not may_judge_anew(replace(held, edits=(judged("b", "partial"),)), held.turns[0], "b")
    assert may_judge_anew(replace(held, edits=(judged("a", "partial"),)), held.turns[0], "b")
    offline = over(answered(given=grade(b="missing")))
    assert not may_judge_anew(offline, offline.turns[0], "b")


def test_the_task_is_the_one_point_with_the_words_in_view() -> None:
    held = over(answered(CLAIM))
    task = claim_task(task_for(held, held.turns[0]), held.turns[0], "b")
    assert (task.aimed_point, task.claim, task.want_follow_up) == ("b", Quote("an", 0, 2), False)


def found(status: str, *errors: FalseStatement, reason: str = "") -> Grade:
    """What comes of the call about point b."""
    [verdict] = [each for each in grade(b=status).verdicts if each.point_id == "b"]
    provenance = Provenance("llm", "m2", "grade-v3+claim", scale=SCALE)
    return Grade((replace(verdict, reason=reason),), 1.0, "", provenance, Usage(7, 3), errors=errors)


def statuses(given: Grade) -> list[str]:
    return [verdict.status.value for verdict in given.verdicts]


def test_a_better_verdict_takes_the_place_of_the_old_one_and_the_score_follows() -> None:
    before = replace(BY_MODEL, interval=Interval(1.0, 2.0))
    after = judge_anew(question(), before, found("covered"), "b")
    assert statuses(after) == ["partial", "covered", "covered"]
    assert after.score > before.score
    assert after.score == grade("partial", "covered", "covered").score
    assert (after.provenance.prompt_version, after.usage, after.interval) == ("grade-v3+claim", Usage(7, 3), None)
    assert after.feedback == before.feedback
    assert outcome_of_claim(before, after, "b") is ClaimStatus.GRANTED


@pytest.mark.parametrize("status", ["missing", "wrong"])
def test_what_is_no_better_stands_with_the_new_call_on_record(status: str) -> None:
    before = replace(BY_MODEL, interval=Interval(1.0, 2.0))
    after = judge_anew(question(), before, found(status), "b")
    assert (statuses(after), after.score, after.interval) == (statuses(before), before.score, before.interval)
    assert (after.provenance.model, after.usage) == ("m2", Usage(7, 3))
    assert outcome_of_claim(before, after, "b") is ClaimStatus.STANDS


def test_why_it_stands_is_told_where_it_stands_for_the_same() -> None:
    assert judge_anew(question(), BY_MODEL, found("missing", reason="only the name"), "b").verdicts[1].reason == "only the name"
    assert judge_anew(question(), BY_MODEL, found("wrong", reason="it is false"), "b").verdicts[1].reason == ""


def error(point: str | None) -> FalseStatement:
    return FalseStatement(Quote("an", 0, 2), "no", None, point)


def test_errors_on_the_point_are_those_found_now_and_others_are_kept() -> None:
    before = replace(BY_MODEL, errors=(error("a"), error("b"), error(None)), score=10.0)
    assert [each.point_id for each in judge_anew(question(), before, found("covered"), "b").errors] == ["a", None]
    assert [each.point_id for each in judge_anew(question(), before, found("covered", error("b")), "b").errors] == ["a", None, "b"]
    assert judge_anew(question(), before, found("missing"), "b").errors == before.errors


def test_a_claim_never_costs() -> None:
    before = grade(b="missing")
    named = judge_anew(question(), before, found("named", error("b")), "b")
    assert (statuses(named), named.score, named.errors) == (statuses(before), before.score, ())
    assert outcome_of_claim(before, named, "b") is ClaimStatus.STANDS


@pytest.mark.parametrize(("scale", "score"), [(1, 84.3), (2, 78.3)])
def test_a_grade_on_an_earlier_scale_stays_on_it(scale: int, score: float) -> None:
    old = replace(BY_MODEL, provenance=replace(BY_MODEL.provenance, scale=scale))
    anew = judge_anew(question(), old, found("covered"), "b")
    assert (anew.provenance.scale, anew.score) == (scale, score)


def test_a_point_of_which_the_grade_said_nothing_is_added() -> None:
    silent = replace(BY_MODEL, verdicts=tuple(each for each in BY_MODEL.verdicts if each.point_id != "b"))
    assert statuses(judge_anew(question(), silent, found("covered"), "b")) == ["partial", "covered", "covered"]


# ---------------------------------------------------------------- the coach's part


def judged(point: str, status: str, *, hours: float = 1, number: int = 1, seq: int = 1) -> Edit:
    at = START + timedelta(hours=hours)
    return Edit(number, "i1", EditKind.VERDICT, "c", "Coach", at, "q1", seq, point, VerdictStatus(status))


def waiting_for_coach(claim: Claim = CLAIM, edits: Sequence[Edit] = (), **options: object) -> bool:
    held = replace(over(answered(claim, **options)), edits=tuple(edits))
    return bool(unanswered_claims(held, held.turns[0]))


def test_what_is_open_or_stands_waits_for_a_coach_and_what_is_granted_does_not() -> None:
    assert waiting_for_coach()
    assert waiting_for_coach(replace(CLAIM, status=ClaimStatus.STANDS))
    assert not waiting_for_coach(replace(CLAIM, status=ClaimStatus.GRANTED))


def test_a_coach_answers_by_a_verdict_on_the_point_made_after_it() -> None:
    assert not waiting_for_coach(edits=[judged("b", "missing")])
    assert waiting_for_coach(edits=[judged("a", "missing")])
    assert waiting_for_coach(edits=[judged("b", "missing", seq=2)])
    assert waiting_for_coach(edits=[judged("b", "missing", hours=-1)])
    withdrawn = Edit(2, "i1", EditKind.WITHDRAWN, "c", "Coach", START, "q1", 1, "b", withdraws=1)
    assert waiting_for_coach(edits=[judged("b", "missing"), withdrawn])


def test_a_later_grade_that_covers_the_point_answers_it() -> None:
    assert not waiting_for_coach(given=grade())


# ---------------------------------------------------------------- while the point is judged anew


def test_the_page_waits_for_a_point_of_an_earlier_answer_and_for_no_other_grade_of_it() -> None:
    first, follow_up = still_open(CLAIM).turns
    judging = replace(first, pending=True)
    assert pending_request(interview(judging, follow_up)) == first.id
    assert pending_request(interview(first, follow_up)) is None
    assert pending_request(interview(replace(judging, claims=()), follow_up)) is None
    assert pending_request(interview(judging, turn(2, question_id="q2"))) is None


def test_what_was_graded_is_known_to_be_an_answer() -> None:
    first = answered(CLAIM, pending=True)
    assert first.reply is not None
    doubtful = replace(first, reply=replace(first.reply, utterance=Utterance.UNSURE))
    assert next_move(over(doubtful)) == AwaitNext(last=False)
    assert next_move(over(replace(doubtful, grades=()))) == AwaitGrade()
