"""An outcome in plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.messages import explain
from interviewer.models import LANGS, FollowUp, Lang, Reason, Verdict, VerdictStatus
from interviewer.ui.plain import tell_outcome
from tests.examples import believing, quote, rich_grade, ungraded


def test_a_grade_tells_score_interval_errors_points_and_what_is_asked_next() -> None:
    told = tell_outcome(believing(), replace(rich_grade(), follow_up=FollowUp("b", "what of b?")), "en")
    assert told.splitlines() == [
        "40 / 100",
        "40 (30–47): about 80 of 100 experts' scores lie within this range",
        "What is wrong:",
        "  “a myth”  truth (en)",
        "  “nonsense”  that is not so",
        "  Covered  intent a (en)  “right words”",
        "  Named only  intent b (en)  “a term”",
        "  Not recognised  intent c (en)",
        "feedback",
        "Follow-up: what of b?",
    ]


def test_the_words_of_an_error_stand_once() -> None:
    wrong = replace(rich_grade(), verdicts=(Verdict("a", VerdictStatus.WRONG, quote("a myth")),))
    assert tell_outcome(believing(), wrong, "zh").count("a myth") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_not_known_is_not_told(lang: Lang) -> None:
    told = tell_outcome(believing(), replace(rich_grade(), errors=(), interval=None), lang)
    assert len(told.splitlines()) == 5


@pytest.mark.parametrize("lang", LANGS)
def test_no_grade_is_told_with_its_remedy(lang: Lang) -> None:
    assert explain(Reason.NOT_RECOGNISED, lang) in tell_outcome(believing(), ungraded(Reason.NOT_RECOGNISED), lang)
