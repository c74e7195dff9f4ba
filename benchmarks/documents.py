"""How well the questions of documents are found without a model, by shape: `python -m benchmarks.documents [FOLDER …]`.

A question counts as found if it stands there word for word; white space, marks of emphasis and a full stop at its end do not count.
Figures come from documents that were never read while the finder was built (tests/documents/unseen); those that were stand apart.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interviewer.drafting.document import Document
from interviewer.drafting.finding import find_questions
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.reading import read_words
from interviewer.evaluation.table import Table, render_markdown

ROOT = Path(__file__).resolve().parent.parent / "tests" / "documents"
UNSEEN, BUILT = ROOT / "unseen", ROOT / "built"
_HEAD = """## 从任意文本里找出题目 · Questions found in any text

不用模型，逐字比较；由五个语言模型为本项目写作并标注的文档。Without a model, compared word for word; documents written and labelled for this project by five language models.
没有看过的文档在前：没有读过，也没有学过，只数过。Documents never read come first: nothing was learned from them, they were only counted.
topic, answer: 找到的题目里，标注有的标题或答案也找对的 of the questions found that have one, how many have it right.
"""
_BY_FORM = "found as "
_ALL, _MARKED = "all 全部", "marked 有问号、编号或标签"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its label."""

    name: str
    document: Document
    shapes: tuple[str, ...]
    marked: bool
    questions: Sequence[dict[str, Any]]


@dataclass(slots=True)
class Count:
    """What was found right, found wrong and missed; and of topics and answers, how many are right and how many there are."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    documents: int = 0
    topics: list[bool] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """0–1; 1 where nothing was found."""
        return self.right / max(1, self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """0–1; 1 where there is nothing to find."""
        return self.right / max(1, self.right + self.missed) if self.right + self.missed else 1.0


def read_documents(folder: Path) -> list[Labelled]:
    """The documents of a folder that have labels."""
    found = []
    for path in sorted(folder.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        source = next(each for end in ("md", "txt", "html") if (each := path.with_suffix(f".{end}")).is_file())
        document = read_words(source.read_text(encoding="utf-8"), source.name)
        found.append(Labelled(path.stem, document, tuple(label["shapes"]), label["marked"], label["questions"]))
    return found


def plain(words: str) -> str:
    """What is compared: without white space, emphasis, and marks at the edges that end no question."""
    return re.sub(r"[\s`*_]+", "", words).strip("。.；;，,：:“”\"'")


def count(documents: Iterable[Labelled]) -> dict[str, Count]:
    """The counts of all documents, of those with marks, and by shape."""
    counts: dict[str, Count] = {}
    for each in documents:
        found = {plain(question.prompt): question for question in find_questions(each.document)}
        wanted = {plain(question["text"]): question for question in each.questions}
        for form in {question.form for question in found.values()}:
            one = counts.setdefault(f"{_BY_FORM}{form}", Count())
            mine = {words for words, question in found.items() if question.form == form}
            one.documents += 1
            one.right += len(mine & wanted.keys())
            one.wrong += len(mine - wanted.keys())
        for name in (_ALL, *([_MARKED] if each.marked else []), *each.shapes):
            one = counts.setdefault(name, Count())
            one.documents += 1
            one.right += len(found.keys() & wanted.keys())
            one.wrong += len(found.keys() - wanted.keys())
            one.missed += len(wanted.keys() - found.keys())
            for words in found.keys() & wanted.keys():
                _compare(each.document, found[words], wanted[words], one)
    return counts


def _compare(document: Document, found: FoundQuestion, wanted: dict[str, Any], one: Count) -> None:
    if wanted.get("topic"):
        one.topics.append(found.topic is not None and plain(document.words(found.topic)) in plain(wanted["topic"]))
    if wanted.get("answer_begins"):
        answer = plain(" ".join(document.words(span) for span in found.answer))
        one.answers.append(plain(wanted["answer_begins"])[:8] in answer)


def tabulate(counts: dict[str, Count]) -> Table:
    """A row for all, for those with marks, and for each shape."""
    names = [_ALL, _MARKED, *sorted(name for name in counts if name not in (_ALL, _MARKED))]
    rows = tuple(_row(name, counts[name]) for name in names if name in counts)
    return Table(
        ("", "documents 文档", "questions 题目", "wrong 多找", "precision 精确率", "recall 召回率", "topic 标题", "answer 答案"), rows
    )


def _row(name: str, one: Count) -> tuple[str, ...]:
    shares = [f"{sum(marks) / len(marks):.2f}" if marks else "–" for marks in (one.topics, one.answers)]
    recall = "–" if name.startswith(_BY_FORM) else f"{one.recall:.2f}"
    return (name, str(one.documents), str(one.right + one.missed), str(one.wrong), f"{one.precision:.2f}", recall, *shares)


def describe_documents() -> str:
    """The section of docs/evaluation.md."""
    unseen, built = (render_markdown(tabulate(count(read_documents(folder)))) for folder in (UNSEEN, BUILT))
    return f"{_HEAD}\n{unseen}\n\n学过的文档，不算没见过。Learned from, not held out:\n\n{built}\n"


def main(folders: Sequence[str]) -> int:
    """Print the figures of each folder."""
    for folder in [Path(each) for each in folders] or [UNSEEN, BUILT]:
        sys.stdout.write(f"{folder.name}\n{render_markdown(tabulate(count(read_documents(folder))))}\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
