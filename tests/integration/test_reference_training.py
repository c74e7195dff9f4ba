"""What judges questions with only a reference is what the command makes, predicts as scikit-learn does, and agrees with people."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from benchmarks.train_reference import PUBLIC, SAMPLE, gather
from interviewer.evaluation.learned import digest_answer, read_learned
from interviewer.evaluation.rows import read_rows
from interviewer.grading.rubric import reference_training
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.grading.rubric.reference_features import FEATURES
from interviewer.grading.rubric.reference_score import DATA_FILE, load_model, unpack_model
from interviewer.grading.rubric.reference_training import (
    BOUND,
    LEAST_LEAF,
    NO_POINT,
    PENALTY,
    SEED,
    TREES,
    Lesson,
    cross_validate_reference,
    fit,
    fit_point,
    learn_reference,
    leave_out,
    make_lessons,
    scatter,
    weigh,
)
from interviewer.models import Grade, Lang, Question
from interviewer.questions.bank import Bank, load_bank
from interviewer.questions.derive import free_question
from tests.conftest import ROOT, SHARED

GRADED = SHARED / "data" / "graded"
LEAST = {"mohler": 0.72, "ads": 0.66, "digiklausur": 0.68, "os": 0.58, "saf": 0.5}
"""What the scores agree with people's at least, each answer judged without its question."""


@dataclass(frozen=True)
class Answer:
    id: str
    dataset: str
    question_id: str
    question: Question
    answer: str
    gold: float
    lang: Lang = "en"


def graded(count: int = 4) -> list[Answer]:
    """Questions about as many subjects, each with an answer of every worth."""
    rows = []
    for at in range(count):
        words = [f"{kind}{letter}{at}" for letter in "abcdefgh" for kind in ("disk", "cache")]
        said = ". ".join(f"The {words[pair]} serves the {words[pair + 1]}" for pair in range(0, len(words), 2))
        question = free_question(id=f"q{at}", text=f"What serves subject{at}?", references=[said], rubric=(), lang="en")
        for share in range(8):
            told = ". ".join(said.split(". ")[: share + 1])
            rows.append(Answer(f"{at}:{share}", f"set{at % 2}", question.id, question, told, (share + 1) / 8))
    return rows


def test_the_model_predicts_as_scikit_learn_does() -> None:
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.linear_model import Ridge

    lessons = make_lessons(graded())
    features, gold, weights = np.array([each.features for each in lessons]), np.array([each.gold for each in lessons]), weigh(lessons)
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAST_LEAF, max_features=0.5, random_state=SEED)
    forest.fit(features, gold, sample_weight=weights)
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    level = (np.clip(features, mean - BOUND * spread, mean + BOUND * spread) - mean) / spread
    line = Ridge(PENALTY).fit(level, gold, sample_weight=weights).predict(level)
    expected = np.clip((forest.predict(features) + line) / 2, 0, 1)
    model = unpack_model(fit(lessons, NO_POINT))
    assert [model.predict(each.features) for each in lessons] == pytest.approx(expected.tolist(), abs=1 / 255)


def test_learning_twice_gives_the_same_file() -> None:
    one, two = learn_reference(make_lessons(graded())), learn_reference(make_lessons(graded()))
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_a_file_of_other_features_is_refused() -> None:
    arrays = fit(make_lessons(graded(2)), NO_POINT) | {"names": np.array(["other"])}
    with pytest.raises(ValueError, match="train again"):
        unpack_model(arrays)


def test_rare_grades_weigh_more_and_made_up_answers_less() -> None:
    rows = [*graded(1), *(Answer(f"x{at}", "set0", "q0", graded(1)[0].question, "full marks", 1.0) for at in range(90))]
    lessons = [Lesson(row, "graded", row.gold, [0.0] * len(FEATURES), 1.0) for row in rows]
    made_up = Lesson(rows[0], "foreign", 0.0, [0.0] * len(FEATURES), 1.0)
    weights = weigh([*lessons, made_up])
    assert weights[0] > 3 * weights[-2]
    assert weights[-1] < 1


def test_made_up_answers_are_worth_what_they_say() -> None:
    worth = {kind: [each.gold for each in make_lessons(graded()) if each.kind == kind] for kind in ("foreign", "echo", "reference", "part")}
    assert set(worth["foreign"] + worth["echo"]) == {0.0}
    assert set(worth["reference"]) == {1.0}
    assert 0 < min(worth["part"]) < max(worth["part"]) < 1


def test_scattered_words_are_the_references_without_those_that_bind() -> None:
    assert set(scatter("The disk is on the board", random.Random(1)).split()) == {"disk", "board"}


def test_cross_validation_tells_each_set_and_all() -> None:
    runs = list(cross_validate_reference(make_lessons(graded()), {f"{at}:{share}" for at in range(4) for share in range(0, 8, 2)}))
    assert [name for name, _, _ in runs] == ["question", "set"]
    for _, before, through in runs:
        assert [(each.dataset, each.n) for each in before] == [("all", 16), ("set0", 8), ("set1", 8)]
        assert [each.n for each in through] == [each.n for each in before]
        assert before[0].r > 0.5


def test_the_shipped_file_is_small_and_of_these_features() -> None:
    assert DATA_FILE.stat().st_size < 1_000_000
    model = load_model()
    assert len(model.slope) == len(FEATURES)
    assert model.point_probability(0.9, 0.9) > 0.8 > 0.2 > model.point_probability(0.0, 0.1)


def test_the_shipped_file_is_what_the_command_makes_and_holds_for_questions_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = _bank()
    # Learning and cross-validation leave out the same questions of the same lessons, and read the same points.
    for function in (leave_out, fit_point):
        monkeypatch.setattr(reference_training, function.__name__, _once(function))
    public = read_rows([_needed(PUBLIC)], bank)
    lessons = make_lessons(gather(public, bank))
    with np.load(DATA_FILE) as shipped:
        made = learn_reference(lessons)
        assert all(_is_same(made[name], shipped[name]) for name in shipped.files), "run python -m benchmarks.train_reference"
    learned = read_learned(ROOT / "knowledge" / "answers")
    assert all(digest_answer(row.answer) in learned for row in public)
    name, _, through = next(cross_validate_reference(lessons, {row.id for row in read_rows([_needed(SAMPLE)], bank)}))
    found = {each.dataset: each.r for each in through}
    assert name == "question"
    assert all(found[dataset] >= least for dataset, least in LEAST.items()), found


def _once(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """The function, which works out nothing a second time that it was asked for the same lessons."""
    known: list[tuple[Sequence[Lesson], Sequence[object] | np.ndarray, np.ndarray]] = []

    def find(lessons: Sequence[Lesson], beside: Sequence[object] | np.ndarray) -> np.ndarray:
        for same, also, found in known:
            if same is lessons and np.array_equal(also, beside):
                return found
        known.append((lessons, beside, function(lessons, beside)))
        return known[-1][-1]

    return find


def _is_same(one: np.ndarray, other: np.ndarray) -> bool:
    """Machines add in another order, which shows in the last digits of a slope."""
    return np.allclose(one, other, rtol=1e-6) if one.dtype == np.float64 else np.array_equal(one, other)


def test_public_answers_are_judged_as_people_did() -> None:
    examiner, pairs = RubricExaminer(), list[tuple[float, float]]()
    for row in read_rows([_needed(SAMPLE)], _bank()):
        grade = examiner.grade(row.task())
        assert isinstance(grade, Grade)
        pairs.append((grade.score, row.gold or 0.0))
    assert statistics.correlation(*zip(*pairs, strict=True)) >= 0.7


def _bank() -> Bank:
    return load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge")


def _needed(name: str):
    path = GRADED / name
    if not path.exists():
        pytest.skip(f"the graded answers {name} are not here: this checkout has no ../shared")
    return path
