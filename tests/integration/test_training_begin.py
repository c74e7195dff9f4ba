"""Beginning a drill: today's points, or those that a person chose."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.models import CardKey, MarkKind, Mode, ReplyKind, Setup
from interviewer.training.service import Refusal, TrainingRefused
from tests.databases import ON_BOTH
from tests.integration.training_rooms import open_gym

pytestmark = ON_BOTH
OWNER = "local"


def test_todays_points_are_asked_in_the_language_of_the_person(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        chosen = gym.training.today(OWNER, 5).chosen
        interview = gym.training.begin(OWNER, minutes=5, lang="en")
        asked = {(question.parent, point.id) for question in interview.questions.values() for point in question.points}
        assert asked == {tuple(card.key) for card in chosen}
        assert (interview.owner, interview.setup.mode, interview.setup.lang) == (OWNER, Mode.DRILL, "en")
        assert interview.turns[0].prompt.endswith("(en)")


def test_chosen_points_are_asked_in_their_order_even_those_set_aside(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        keys = [CardKey("q2", "b"), CardKey("q1", "a")]
        gym.training.mark(OWNER, keys[1], MarkKind.SET_ASIDE, actor=OWNER)
        assert gym.training.begin(OWNER, keys=keys).setup.question_ids == ("q2:b", "q1:a")


@pytest.mark.parametrize(
    ("keys", "why"), [([CardKey("q1", "gone")], Refusal.NO_SUCH_CARD), ([], Refusal.NOTHING_TO_ASK)], ids=["unknown", "none"]
)
def test_what_cannot_be_asked_is_refused_and_leaves_nothing(tmp_path: Path, keys: list[CardKey], why: Refusal) -> None:
    with open_gym(tmp_path) as gym:
        with pytest.raises(TrainingRefused) as refused:
            gym.training.begin(OWNER, keys=keys)
        assert refused.value.why is why
        assert not gym.desk.room.service.history(owner=OWNER)


def test_the_points_of_an_exam_that_runs_are_not_asked_beside_it(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        service, keys = gym.desk.room.service, [CardKey("q1", "a"), CardKey("q2", "b")]
        exam = service.begin(Setup(mode=Mode.EXAM, question_ids=("q1",)), owner=OWNER)
        assert gym.training.begin(OWNER, keys=keys).setup.question_ids == ("q2:b",)
        with pytest.raises(TrainingRefused) as refused:
            gym.training.begin(OWNER, keys=keys[:1])
        assert refused.value.why is Refusal.EXAM
        service.finish(exam)
        assert gym.training.begin(OWNER, keys=keys).setup.question_ids == ("q1:a", "q2:b")


def test_a_drill_leaves_one_review_a_point_under_the_banks_question(tmp_path: Path) -> None:
    with open_gym(tmp_path) as gym:
        service = gym.desk.room.service
        first = gym.training.begin(OWNER, keys=[CardKey("q1", "a")])
        service.go_on(service.submit(first, "", kind=ReplyKind.UNKNOWN))
        (card,) = (card for card in gym.training.cards(OWNER) if card.state)
        assert (card.key, card.state.reviews if card.state else 0) == (CardKey("q1", "a"), 1)
