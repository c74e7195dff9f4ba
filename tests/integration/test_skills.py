"""The skills that travel with the code, and what is said of a file that is not as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.requirements import judge, read_requirements
from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.errors import BankError
from interviewer.paths import knowledge_folder
from interviewer.posting.matching import Matcher
from interviewer.questions.bank import load_competencies
from interviewer.questions.skills import load_skills

COMPETENCIES = [each.id for each in load_competencies(knowledge_folder())]


def test_the_list_finds_what_postings_name_in_both_languages() -> None:
    skills = load_skills(knowledge_folder() / "skills.yaml", COMPETENCIES)
    assert set(skills.find("精通 Python 或 Go，熟悉 Kafka 与 K8s，了解联邦学习")) == {"python", "go", "queues", "kubernetes", "privacy"}
    assert set(skills.find("Proficient in C++ and PyTorch; stream processing with Flink is a plus")) == {"cpp", "pytorch", "streaming"}
    assert skills.find("Let us go on and store the goods in general") == ()
    assert skills.read("Go、消息队列，Message queues, 用过 Redis") == ("go", "queues", "caching")
    assert skills.competencies_of(["queues", "kubernetes", "no-such"]) == ("data-streaming", "distributed-systems", "model-ops")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: a, zh: A, en: A, words: [a], competencies: [juggling]}", "juggling"),
        ("- {id: a, zh: A, en: A, words: [], competencies: []}", "words"),
        ("nothing: of the kind", "restore|valid"),
        ("- [", "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_by_its_fault(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "skills.yaml").write_text(text)
    with pytest.raises(BankError, match=says):
        load_skills(tmp_path / "skills.yaml", COMPETENCIES)


def test_requirements_that_nothing_was_chosen_on_find_their_questions() -> None:
    app = Application(Settings())
    matcher = Matcher(app.bank.questions, app.skills, app.bank.terms)
    found = judge(
        read_requirements("left out"), lambda text: matcher.find_questions(text, app.skills.competencies_of(app.skills.find(text)))
    )
    assert found.first >= 0.90
    assert found.none >= 0.70
    assert found.precision >= 0.68
    assert found.recall >= 0.80
