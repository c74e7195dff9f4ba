"""The verdict in words: true to the records, tied to the candidate's own words, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.insight.habits import find_habits
from interviewer.insight.phrases import BANDS, HABITS
from interviewer.insight.report import build_report
from interviewer.insight.verdict_in_words import VerdictInWords, tell_verdict
from interviewer.models import (
    LANGS,
    Aside,
    FalseStatement,
    Grade,
    Interview,
    Lang,
    Quote,
    ReplyKind,
    Turn,
    TurnKind,
    Utterance,
    Verdict,
    VerdictStatus,
)
from tests.examples import RICH_ANSWER, START, believing, grade, interview, rich_grade, turn

TEXT = ReplyKind.TEXT


def tell(found: Interview, lang: Lang = "zh") -> VerdictInWords:
    return tell_verdict(build_report(found, ()), found, lang)


def habits(found: Interview) -> dict[str, tuple[int, int | None, str]]:
    return {kind: (habit.n, habit.turn_seq, habit.quote) for kind, habit in find_habits(build_report(found, ()), found)}


def answered(seq: int = 1, outcome: Grade | None = None, **values: object) -> Turn:
    return turn(seq, question_id=f"q{seq}", reply=TEXT, outcomes=[outcome or grade()], **values)  # type: ignore[arg-type]


def rich(**changes: object) -> Interview:
    told = replace(rich_grade(), **changes)  # type: ignore[arg-type]
    return replace(interview(turn(reply=TEXT, text=RICH_ANSWER, outcomes=[told]), questions=["q1"]), questions={"q1": believing()})


def said(text: str, words: str) -> Quote:
    return Quote(words, text.index(words), text.index(words) + len(words))


def stating(text: str, false: str) -> Interview:
    """An answer with something false in it."""
    found = replace(grade("missing", "missing", "missing"), errors=(FalseStatement(said(text, false), "not so", point_id="a"),))
    return interview(turn(reply=TEXT, text=text, outcomes=[found]), questions=["q1"])


# ---------------------------------------------------------------- the level


@pytest.mark.parametrize("lang", LANGS)
def test_the_level_is_that_of_what_was_asked(lang: Lang) -> None:
    told = tell(interview(answered(1), answered(2, grade("covered", "missing", "missing"))), lang).level
    place = LANGS.index(lang)
    assert BANDS["good"][place] in told
    assert {"zh": "问到的 2 题", "en": "For the 2 questions"}[lang] in told
    assert {"zh": "3 / 4", "en": "3 of 4"}[lang] in told
    assert f"topic q1{['（中）', ' (en)'][place]}" in told
    assert "(100/100)" in told.replace("（", "(").replace("）", ")")


def test_two_questions_that_hardly_differ_are_not_told_apart() -> None:
    assert "topic" not in tell(interview(answered(1), answered(2, grade(c="partial")))).level


@pytest.mark.parametrize("lang", LANGS)
def test_after_one_answer_of_ten_there_is_no_overall_verdict(lang: Lang) -> None:
    told = tell(interview(answered(1), questions=[f"q{n}" for n in range(1, 11)]), lang).level
    assert {"zh": "再评 2 题", "en": "2 more needed"}[lang] in told
    assert {"zh": "优秀", "en": "excellent"}[lang] not in told.lower()


# ---------------------------------------------------------------- strengths


def test_a_strength_is_tied_to_its_turn_and_verbatim() -> None:
    found = interview(answered(1), answered(2))
    told = tell(found).strengths
    assert [(remark.turn_seq, remark.quote) for remark in told] == [(1, "an"), (2, "an"), (1, "an")]
    assert len({remark.text for remark in told}) == 3


def test_the_best_point_of_each_question_comes_first() -> None:
    told = tell(interview(answered(1, grade(a="missing", c="missing")), answered(2))).strengths
    assert ["intent a" in remark.text for remark in told] == [True, False, False]
    assert [remark.turn_seq for remark in told] == [2, 1, 2]


def test_what_has_an_error_beside_it_is_not_praised() -> None:
    assert [remark.quote for remark in tell(rich()).strengths] == [""]


def test_words_in_which_something_is_false_are_not_praised() -> None:
    good = Verdict("b", VerdictStatus.COVERED, said(RICH_ANSWER, "then a myth, a term"))
    assert [remark.quote for remark in tell(rich(verdicts=(good,))).strengths] == [""]
    fine = Verdict("b", VerdictStatus.COVERED, said(RICH_ANSWER, "right words"))
    assert [remark.quote for remark in tell(rich(verdicts=(fine,))).strengths] == ["right words"]


def test_a_quote_that_is_not_in_the_answer_is_no_strength() -> None:
    moved = Verdict("b", VerdictStatus.COVERED, Quote("right words", 3, 14))
    assert [remark.quote for remark in tell(rich(verdicts=(moved,))).strengths] == [""]


def test_with_nothing_graded_nothing_is_said_of_strengths() -> None:
    assert tell(interview(turn(1, reply=ReplyKind.SKIPPED))).strengths == ()


# ---------------------------------------------------------------- habits


def test_asking_well_is_praised() -> None:
    aside = Aside(Utterance.CLARIFY, "how many users?", "a million", START, given="users")
    asked = replace(answered(1), asides=(replace(aside, given=None, text="what is this?"), aside))
    assert habits(interview(asked, questions=["q1"]))["clarifies"] == (1, 1, "how many users?")
    assert "clarifies" not in habits(interview(replace(asked, asides=(replace(aside, given=None),)), questions=["q1"]))
    assert "clarifies" not in habits(interview(replace(asked, asides=(replace(aside, utterance=Utterance.META),)), questions=["q1"]))


def test_terms_without_a_how_are_a_habit_from_the_second_on() -> None:
    assert habits(interview(answered(1, grade(b="named", c="named")), questions=["q1"]))["names"] == (2, 1, "an")
    assert "names" not in habits(interview(answered(1, grade(c="named")), questions=["q1"]))


@pytest.mark.parametrize("text", ["Kafka 会永远保存所有数据", "Kafka always keeps everything"])
def test_an_error_stated_as_certain_is_told_with_its_words(text: str) -> None:
    assert habits(stating(text, text))["firm"] == (1, 1, text)


def test_an_error_stated_with_doubt_and_a_right_word_stated_firmly_are_no_habit() -> None:
    assert "firm" not in habits(stating("it always works, perhaps data is kept", "perhaps data is kept"))


def test_an_error_that_was_put_right_later_is_no_habit() -> None:
    first = stating("it always works", "it always works").turns[0]
    probed = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, outcomes=[grade("covered", "missing", "missing")], aimed="a")
    assert "firm" in habits(interview(first, questions=["q1"]))
    assert "firm" not in habits(interview(first, probed, questions=["q1"]))


def test_what_came_only_after_a_follow_up_is_a_habit() -> None:
    probed = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, outcomes=[grade("covered", "missing", "missing")], aimed="a")
    first = answered(1, grade(a="missing"))
    assert habits(interview(first, probed, questions=["q1"]))["recovers"] == (1, 2, "an")
    assert "recovers" not in habits(interview(first, questions=["q1"]))


@pytest.mark.parametrize(("hints", "told"), [(1, False), (2, True)])
def test_hints_are_told_from_the_second_on(hints: int, told: bool) -> None:
    assert ("hints" in habits(interview(answered(1, hints=hints), questions=["q1"]))) is told


@pytest.mark.parametrize(("length", "kind"), [(20, "short"), (200, None), (900, "long")])
def test_the_length_of_answers_matters_where_they_did_not_do_well(length: int, kind: str | None) -> None:
    weak, good = grade("missing", "missing", "covered"), grade()
    found = habits(interview(answered(1, weak, text="an " + "字" * length), questions=["q1"]))
    assert [each for each in ("short", "long") if each in found] == ([kind] if kind else [])
    assert not {"short", "long"} & habits(interview(answered(1, good, text="an " + "字" * length), questions=["q1"])).keys()


# ---------------------------------------------------------------- words


def test_words_vary_between_interviews_and_not_between_readings() -> None:
    found = interview(answered(1))
    told = {tell(replace(found, id=f"i{number}")).strengths[0].text for number in range(8)}
    assert len(told) == 4
    assert tell(found) == tell(found)


@pytest.mark.parametrize("lang", LANGS)
def test_every_habit_has_several_phrases_that_hold_nothing_but_a_count(lang: Lang) -> None:
    for phrases in HABITS.values():
        assert len(phrases) > 1
        assert all(each[LANGS.index(lang)].format(n=2) for each in phrases)


def test_english_counts_have_their_plural() -> None:
    probed = turn(2, kind=TurnKind.FOLLOW_UP, reply=TEXT, outcomes=[grade("covered", "missing", "missing")], aimed="a")
    told = tell(interview(answered(1, grade(a="missing")), probed, questions=["q1"]), "en").habits
    assert all("(s)" not in remark.text and "1 points" not in remark.text for remark in told)
