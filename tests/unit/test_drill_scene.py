"""A drill as the page shows it: the point, the word for how it was recalled, when it comes back, the end. No number for a point."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from interviewer.models import (
    LANGS,
    CardKey,
    CardMark,
    FalseStatement,
    Grade,
    Interview,
    Lang,
    MarkKind,
    MemoryState,
    Mode,
    Question,
    Quote,
    Rating,
    ReplyKind,
    Review,
    Turn,
    Verdict,
    VerdictStatus,
)
from interviewer.training.cards import Card
from interviewer.ui.drill_scene import Schedule, draw_drill, draw_drill_end, draw_drill_side, end_of, missed_keys, place_in, tell_back
from tests.examples import MYTH, START, believing, both, grade, question, turn, verdicts
from tests.examples import interview as held

TODAY = START.date()
HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7*7 }} \u202e安全'


def asked(point: str, parent: Question | None = None) -> Question:
    """A drill's question for one point of q1."""
    whole = parent or question()
    return replace(
        whole, id=f"{whole.id}:{point}", parent=whole.id, points=(whole.point(point),), hints=(), reference=both(f"model sentence {point}")
    )


ABC = tuple(asked(point) for point in "abc")
TOGETHER = replace(question(), id="q1:together", parent="q1", hints=())


def judged(status: str, point: str = "a", text: str = "an answer", **more: object) -> Grade:
    """A grade of one point."""
    quote = None if status == "missing" else Quote(text[:9], 0, 9)
    return replace(grade(), verdicts=(Verdict(point, VerdictStatus(status), quote),), **more)  # type: ignore[arg-type]


def drill(*turns: Turn, questions: tuple[Question, ...] = ABC, finished: bool = False) -> Interview:
    """A drill over these questions."""
    made = held(*turns, questions=[each.id for each in questions], mode=Mode.DRILL, follow_ups=0)
    return replace(made, questions={each.id: each for each in questions}, finished_at=START if finished else None)


def answered(seq: int, outcome: Grade | None, point: str, text: str = "an answer", kind: ReplyKind = ReplyKind.TEXT) -> Turn:
    return turn(seq, question_id=f"q1:{point}", reply=kind, text=text, outcomes=[outcome] if outcome else [], pending=False)


def schedule(days: int | None = 3, mark: MarkKind | None = None) -> Schedule:
    """In which every point of q1 comes back in so many days."""
    due = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=days or 0, hours=1)
    cards = {}
    for point in question().points:
        key = CardKey("q1", point.id)
        state = None if days is None else MemoryState(key, 3.0, 5.0, START, due, 1, 0, 1)
        cards[key] = Card(key, question(), point, state, CardMark(key, mark, "local", START) if mark else None)
    return Schedule(cards, TODAY, "UTC")


def drawn(interview: Interview, lang: Lang = "zh", state: str = "next", known: Schedule | None = None) -> str:
    return unescape(draw_drill(interview, known or schedule(), lang, state=state, pending="", model=None))


# ---------------------------------------------------------------- the point that is asked


def test_of_the_key_nothing_is_written_before_the_point_is_over() -> None:
    for one in (drill(turn(1, question_id="q1:a")), drill(turn(1, question_id="q1:a", reply=ReplyKind.TEXT, pending=True))):
        stage = drawn(one, state="reply")
        assert "intent" not in stage
        assert "model sentence" not in stage
        assert "data-no-hint" in stage
        assert "intent" not in draw_drill_side(one, schedule(), "zh")


@pytest.mark.parametrize(("lang", "place"), [("zh", "第 2 / 3 个要点 · 约 1 分钟"), ("en", "Point 2 of 3 · about 1 min")])
def test_the_place_is_told_with_the_time_that_is_left(lang: Lang, place: str) -> None:
    assert place in drawn(drill(answered(1, judged("covered"), "a"), turn(2, question_id="q1:b")), lang, "reply")


def test_points_that_are_asked_together_are_counted_each() -> None:
    asked_here = drill(turn(1, question_id="q1:together"), questions=(TOGETHER, asked("a", question("q2"))))
    place = place_in(asked_here)
    assert (place.first, place.last, place.of, place.minutes) == (1, 3, 4, 4)
    assert "第 1–3 / 4 个要点" in drawn(asked_here, state="reply")


@pytest.mark.parametrize(("kind", "minutes"), [(ReplyKind.TEXT, 1), (ReplyKind.SKIPPED, 2), (ReplyKind.UNKNOWN, 2)])
def test_only_what_was_written_tells_how_long_a_point_takes(kind: ReplyKind, minutes: int) -> None:
    first = turn(1, question_id="q1:a", reply=kind, text="words" if kind is ReplyKind.TEXT else "")
    assert place_in(drill(first, turn(2, question_id="q1:b"))).minutes == minutes


# ---------------------------------------------------------------- how it was recalled


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("covered", "说到了", "Said it"),
        ("partial", "说到一半", "Half of it"),
        ("named", "只提了名字", "Only named"),
        ("missing", "没说到", "Missed"),
        ("wrong", "说错了", "Wrong"),
    ],
)
def test_a_point_gets_a_word_and_never_a_number(status: str, zh: str, en: str) -> None:
    one = drill(answered(1, judged(status), "a"))
    for lang, word in (("zh", zh), ("en", en)):
        stage = drawn(one, lang)  # type: ignore[arg-type]
        assert f">{word}</span>" in stage
        assert "intent a" in stage
        assert "model sentence a" in stage
        assert "/100" not in stage
        assert not re.search(r'class="(score|ring)', stage)
        assert str(round(judged(status).score)) not in re.sub(r"<[^>]+>", "", draw_drill_side(one, schedule(), lang))  # type: ignore[arg-type]


def test_the_persons_words_stand_beside_the_reference_and_the_error_with_what_is_right() -> None:
    myth = FalseStatement(Quote("an answer", 0, 9), "", MYTH.id, "a")
    one = drill(answered(1, judged("covered", errors=(myth,)), "a"), questions=(asked("a", believing()),))
    stage = drawn(one)
    assert '<mark class="c">an answer</mark>' in stage
    assert "truth（中）" in stage


@pytest.mark.parametrize("typed", ["", "不会"])
def test_of_a_point_that_was_not_known_the_reference_stands_alone(typed: str) -> None:
    one = drill(answered(1, None, "a", typed, ReplyKind.UNKNOWN))
    ended = replace(one, finished_at=START)
    for shown in (drawn(one), unescape(draw_drill_end(ended, schedule(), None, "zh", pending="", model=None))):
        assert ">不会</span>" in shown
        assert "model sentence a" in shown
        assert "你说的" not in shown
    assert "没有作答" in drawn(drill(answered(1, None, "a", "", ReplyKind.SKIPPED)))


def test_it_can_be_contested_unless_it_was_said() -> None:
    assert 'data-claim="a"' in drawn(drill(answered(1, judged("missing"), "a")))
    assert "data-claim" not in drawn(drill(answered(1, judged("covered"), "a")))


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_typed_stays_text(lang: Lang) -> None:
    found = replace(judged("partial", text=HOSTILE), feedback=HOSTILE)
    found = replace(found, verdicts=(Verdict("a", VerdictStatus.PARTIAL, Quote(HOSTILE, 0, len(HOSTILE)), reason=HOSTILE),))
    one = drill(answered(1, found, "a", HOSTILE), finished=False)
    for html in (
        draw_drill(one, schedule(), lang, state="next", pending="", model=None),
        draw_drill_end(replace(one, finished_at=START), schedule(), None, lang, pending="", model=None),
    ):
        assert "<script" not in html
        assert "\u202e" not in html
        assert html.count("alert(1)") >= 2
        assert "{{ 7*7 }}" in html


# ---------------------------------------------------------------- when it comes back


def review(rating: Rating, at: datetime = START) -> Review:
    return Review(CardKey("q1", "a"), at, rating, VerdictStatus.COVERED, False, "i1", 1)


@pytest.mark.parametrize(
    ("days", "rating", "zh", "en"),
    [
        (3, Rating.GOOD, "3 天后再问", "Comes back in 3 days"),
        (1, Rating.GOOD, "明天再问", "Comes back tomorrow"),
        (1, Rating.AGAIN, "今天没说到，明天再来", "Missed today, again tomorrow"),
        (0, Rating.AGAIN, "今天还会再问", "Comes back today"),
    ],
)
def test_when_it_comes_back_is_what_its_card_says(days: int, rating: Rating, zh: str, en: str) -> None:
    key = CardKey("q1", "a")
    assert tell_back(key, review(rating), schedule(days), "zh") == zh
    assert tell_back(key, review(rating), schedule(days), "en") == en


def test_what_was_missed_on_another_day_is_not_said_to_be_missed_today() -> None:
    assert tell_back(CardKey("q1", "a"), review(Rating.AGAIN, START - timedelta(days=9)), schedule(1), "zh") == "明天再问"


def test_what_was_put_aside_or_did_not_count_says_so() -> None:
    key = CardKey("q1", "a")
    assert tell_back(key, review(Rating.GOOD), schedule(3, MarkKind.KNOWN), "zh") == "已标为掌握，不再问"
    assert tell_back(key, review(Rating.GOOD), schedule(3, MarkKind.SET_ASIDE), "zh") == "已搁置，不再问"
    assert tell_back(key, review(Rating.GOOD), schedule(3, MarkKind.BACK), "zh") == "3 天后再问"
    assert tell_back(key, None, schedule(), "zh") == "这次不算，之后照常再问"
    assert tell_back(key, review(Rating.GOOD), None, "zh") == tell_back(key, review(Rating.GOOD), schedule(None), "zh") == ""


# ---------------------------------------------------------------- the end


def ended() -> Interview:
    """Recalled a, missed b, skipped c."""
    return drill(
        answered(1, judged("covered"), "a"), answered(2, judged("missing", "b"), "b"), answered(3, None, "c", "", ReplyKind.SKIPPED),
        questions=(*ABC, asked("a", question("q2"))), finished=True,
    )  # fmt: skip


def test_the_end_lists_what_was_recalled_and_what_not() -> None:
    end = end_of(ended(), schedule(), "zh")
    assert [each.point.id for each in end.recalled] == ["a"]
    assert [each.point.id for each in end.missed] == ["b"]
    assert [(each.point.id, each.name) for each in end.open] == [("c", "skipped")]
    assert (end.not_asked, end.awaited) == (1, 0)


@pytest.mark.parametrize(
    ("lang", "head", "left"), [("zh", "说到 1 / 2 个要点", "1 个没问到"), ("en", "1 of 2 points recalled", "1 not asked")]
)
def test_the_end_has_no_total_and_no_radar(lang: Lang, head: str, left: str) -> None:
    drawn_end = unescape(draw_drill_end(ended(), schedule(), None, lang, pending="", model=None))
    assert head in drawn_end
    assert left in drawn_end
    assert "radar" not in drawn_end
    assert "/100" not in drawn_end
    assert "topic q2" not in drawn_end  # was not asked: its point is still to come


def test_a_grade_that_is_due_is_waited_for() -> None:
    one = drill(turn(1, question_id="q1:a", reply=ReplyKind.TEXT, pending=True), finished=True)
    drawn_end = draw_drill_end(one, schedule(), None, "zh", pending="pending", model=None)
    assert 'data-pending="1"' in drawn_end
    assert "还没有结论" in drawn_end
    assert "还有 1 个要点正在评分" in drawn_end


def test_points_of_one_answer_each_get_their_word() -> None:
    whole = replace(grade(b="partial", c="missing"), verdicts=verdicts("covered", "partial", "missing"))
    one = drill(answered(1, whole, "together"), questions=(TOGETHER,))
    stage = drawn(one)
    assert [stage.count(f">{word}</span>") for word in ("说到了", "说到一半", "没说到")] == [1, 1, 1]
    assert "1 / 3" in draw_drill_side(one, schedule(), "zh")


def test_what_an_interview_missed_is_drilled_with_the_weightiest_first() -> None:
    missed = held(turn(1, reply=ReplyKind.TEXT, outcomes=[grade("missing", "covered", "missing")]))
    assert missed_keys(missed) == (CardKey("q1", "a"), CardKey("q1", "c"))
    assert missed_keys(missed, 1) == (CardKey("q1", "a"),)
    assert missed_keys(drill(answered(1, judged("missing", "b"), "b"))) == (CardKey("q1", "b"),)
