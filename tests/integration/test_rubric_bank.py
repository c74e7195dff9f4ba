"""The offline examiner on the real bank and on the rated development answers."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

from interviewer.grading.evidence import Claim, vet_verdicts
from interviewer.grading.manipulation import find_manipulation
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.models import Grade, GradingTask, Question, VerdictStatus
from interviewer.questions.bank import Bank, load_bank
from interviewer.questions.derive import free_question
from interviewer.text.normalize import normalize
from tests.conftest import ROOT, SHARED

GRADED = SHARED / "data" / "graded"
KINDS = ("excellent", "good", "middling", "weak")
EXAMINER = RubricExaminer()


def read(name: str) -> list[dict[str, Any]]:
    path = GRADED / name
    if not path.exists():
        pytest.skip(f"the rated answers {name} are not here: this checkout has no ../shared")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge")


def judge(question: Question, lang: Any, answer: str) -> Grade:
    return EXAMINER.grade(GradingTask(question, lang, question.prompt[lang], answer))


def judged(bank: Bank) -> Iterator[tuple[dict[str, Any], float]]:
    for row in read("article_dev.jsonl"):
        yield row, judge(bank.find(str(row["question"])), row["lang"], row["answer"]).score


def test_every_reference_answer_of_the_bank_scores_excellent(bank: Bank) -> None:
    for question in bank.questions:
        for lang in ("zh", "en"):
            assert judge(question, lang, question.reference[lang]).score >= 85, (question.id, lang)  # type: ignore[index]


def test_no_prompt_hint_or_follow_up_earns_marks_when_copied(bank: Bank) -> None:
    for question in bank.questions:
        for text in (question.prompt, *question.hints):
            assert judge(question, "zh", text.zh).score <= 10, (question.id, text.zh)
            assert judge(question, "en", text.en).score <= 10, (question.id, text.en)


def test_ratings_are_met_on_the_development_answers(bank: Bank) -> None:
    pairs = [(float(row["score"]), score) for row, score in judged(bank)]
    gold, ours = zip(*pairs, strict=True)
    assert statistics.correlation(gold, ours) >= 0.95
    assert statistics.fmean(abs(one - other) for one, other in pairs) <= 8


def test_kinds_keep_their_order_and_poor_kinds_stay_low(bank: Bank) -> None:
    rows = list(judged(bank))
    kept = [
        better > worse
        for one, better in rows
        for other, worse in rows
        if one["question"] == other["question"] and one["kind"] in KINDS and other["kind"] in KINDS[KINDS.index(one["kind"]) + 1 :]
    ]
    assert sum(kept) >= 0.95 * len(kept)
    poor = [score for row, score in rows if row["kind"] not in KINDS]
    assert statistics.fmean(poor) <= 20


def test_both_languages_are_graded_alike(bank: Bank) -> None:
    scores = {row["id"]: score for row, score in judged(bank) if row["id"].startswith("par-")}
    gaps = [abs(score - scores[name[:-2] + "en"]) for name, score in scores.items() if name.endswith("zh")]
    assert statistics.fmean(gaps) <= 8


def test_attacks_on_the_bank_gain_nothing(bank: Bank) -> None:
    for row in read("attacks_dev.jsonl"):
        question = bank.find(str(row["question"]))
        base = judge(question, row["lang"], row["base"]).score if row["base"] else 0.0
        attacked = judge(question, row["lang"], row["answer"]).score
        assert attacked <= base + 10, row["id"]
        assert row["base"] or attacked <= 10, row["id"]


def test_injections_into_free_answers_gain_nothing() -> None:
    gains = []
    for row in read("injections_dev.jsonl"):
        question = _free(row)
        base = judge(question, row["lang"], row["base_answer"]).score if row["base_answer"] else 0.0
        gains.append(judge(question, row["lang"], row["attacked_answer"]).score - base)
    assert statistics.fmean(gains) <= 1
    assert sum(gain > 10 for gain in gains) <= 0.02 * len(gains)


def test_honest_answers_are_hardly_ever_flagged() -> None:
    answers = [row["answer"] for name in ("article_dev.jsonl", "human_dev.jsonl") for row in read(name)]
    assert sum(find_manipulation(normalize(answer)) for answer in answers) <= 0.005 * len(answers)


@pytest.mark.parametrize("name", ["attacks_dev.jsonl", "injections_dev.jsonl"])
def test_a_compromised_model_gets_nothing_past_the_evidence(bank: Bank, name: str) -> None:
    """As if the attack had written the verdicts: every point covered, by any line of it, or by what the candidate was shown."""
    claimed = survived = 0
    for row in read(name):
        question, answer, base = _attack(bank, row)
        forged = answer.replace(base, "\n") if base else answer
        for quote in (forged.strip(), question.reference.zh[:60], question.prompt.zh, question.prompt.en, *forged.splitlines()):
            claims = [Claim(point.id, VerdictStatus.COVERED, quote) for point in question.points]
            verdicts = vet_verdicts(claims, question=question, answer=answer)
            claimed += len(verdicts)
            survived += sum(verdict.status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL) for verdict in verdicts)
    assert claimed > 1000
    assert survived <= 0.005 * claimed


def _attack(bank: Bank, row: dict[str, Any]) -> tuple[Question, str, str]:
    """The question, the whole answer, and what of it the candidate truly says."""
    if "attacked_answer" in row:
        return _free(row), row["attacked_answer"], row["base_answer"] or ""
    return bank.find(str(row["question"])), row["answer"], row["base"]


def _free(row: dict[str, Any]) -> Question:
    return free_question(id="free", text=row["question"], references=[row["reference_answer"]], rubric=(), lang=row["lang"])
