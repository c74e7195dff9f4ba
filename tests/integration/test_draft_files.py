"""A draft as a folder of question files."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.drafting.building import draft_bank
from interviewer.drafting.document import Document, Span
from interviewer.drafting.files import write_folder
from interviewer.drafting.found import FoundQuestion
from interviewer.errors import ConfigError
from interviewer.models import Source
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank

TEXT = "什么是锁？\n什么是队列？\n先进先出的表。从一头进，从另一头出。\n"
DOCUMENT = Document(TEXT, (), "text", title="题" * 400)
DRAFT = draft_bank(
    DOCUMENT,
    [FoundQuestion("什么是锁？", (Span(0, 5),)), FoundQuestion("什么是队列？", (Span(6, 12),), topic=Span(9, 11), answer=(Span(13, 31),))],
    Source(licence="MIT"),
)


def test_each_question_has_its_file_and_the_check_says_what_is_missing(tmp_path: Path) -> None:
    paths = write_folder(DRAFT, tmp_path / "new" / "draft")
    assert [path.name.partition("-")[0] for path in paths] == ["001", "002"]
    bank = load_bank([paths[0].parent], knowledge=knowledge_folder())
    assert bank.questions == ()
    said = {(Path(problem.file).name[:3], problem.message.partition(":")[0]) for problem in bank.problems}
    assert said == {("001", "competencies is empty"), ("001", "topic › zh"), ("001", "reference › zh"), ("002", "competencies is empty")}
    completed = paths[1].read_text(encoding="utf-8").replace("competencies: []", "competencies: [concurrency]")
    paths[1].write_text(completed, encoding="utf-8")
    (question,) = load_bank([paths[0].parent], knowledge=knowledge_folder()).questions
    assert question.languages == ("zh",)
    assert question.source
    assert (question.source.licence, len(question.source.title)) == ("MIT", 300)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="not empty"):
        write_folder(DRAFT, tmp_path)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_folder(DRAFT, tmp_path / "mine.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
