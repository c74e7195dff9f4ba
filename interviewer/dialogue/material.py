"""What telling answers from everything else is learned from, as it lies in the knowledge folder (its README tells the formats).

Messages with their kind (utterances.jsonl), the labelled answers, single sentences, and the ways in which givens are asked for.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interviewer.grading.rubric.answers import read_labelled, read_sentences
from interviewer.models import Question, Utterance

TO_QUESTION = "question"
"""Stands in `asked` for the question itself; what else stands there is a follow-up."""
_FORMS = {
    "question": Utterance.CLARIFY,
    "above": Utterance.DISPUTE,
    "order": Utterance.META,
    "disavowal": Utterance.UNKNOWN,
}
"""What a single sentence is by its form; any other form is an answer."""
_ANSWER_WEIGHT, _SENTENCE_WEIGHT, _HOLLOW_WEIGHT, _ASKED_WEIGHT = 0.5, 0.05, 0.15, 0.15
"""Beside a message's 1: answers and sentences are many, and less like what is hard to tell."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message and its kind. `prompt`: what it was said to; `part`: the stretch of a mixed one that answers, None if it is not known.

    `batch`: who wrote it when, "" for what no figure is measured on; `labelled`: one of the labelled answers; `weight`: in learning.
    """

    text: str
    question: Question
    prompt: str
    kind: Utterance
    batch: str = ""
    labelled: bool = False
    weight: float = 1.0
    part: tuple[int, int] | None = None

    @property
    def is_measured(self) -> bool:
        """Whether figures are measured on it."""
        return bool(self.batch)


def read_utterances(path: Path, questions: Iterable[Question]) -> list[Said]:
    """The labelled messages; ValueError with the line's number for a bad one."""
    by_order = {question.order: question for question in questions}
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(_said(json.loads(line), by_order))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path.name}:{number}: not a labelled message ({error})") from error
    return rows


def _said(row: Mapping[str, Any], by_order: Mapping[int | None, Question]) -> Said:
    question, text = by_order[row["question"]], row["text"]
    prompt = question.prompt[row["lang"]] if row["asked"] == TO_QUESTION else row["asked"]
    part = row.get("answer_part")
    start = text.index(part) if part else 0
    return Said(text, question, prompt, Utterance(row["kind"]), row["batch"], part=(start, start + len(part)) if part else None)


def load_material(questions: Sequence[Question], knowledge: Path) -> list[Said]:
    """All that is learned from. A labelled answer that stands among the messages, too, is what it is called there."""
    messages = read_utterances(knowledge / "utterances.jsonl", questions)
    known = {each.text for each in messages}
    others = (each for question in questions for each in (*_answers(question, knowledge), *_ways_of_asking(question)))
    return [*messages, *(each for each in others if each.text not in known), *_sentences(questions, knowledge)]


def _answers(question: Question, knowledge: Path) -> Iterator[Said]:
    path = knowledge / "answers" / f"q{question.order or 0:02d}.jsonl"
    for row in read_labelled(path, question.id) if path.is_file() else ():
        prompt = question.prompt["zh" if row.lang == "zh" else "en"]
        yield Said(row.answer, question, prompt, Utterance.ANSWER, row.batch, labelled=True, weight=_ANSWER_WEIGHT)


def _sentences(questions: Sequence[Question], knowledge: Path) -> Iterator[Said]:
    by_order = {question.order: question for question in questions}
    for row in read_sentences(knowledge / "answers" / "sentences.jsonl"):
        if (question := by_order.get(row["question"])) is not None:
            kind = _FORMS.get(row["form"], Utterance.ANSWER)
            weight = _SENTENCE_WEIGHT if kind is Utterance.ANSWER else _HOLLOW_WEIGHT
            yield Said(row["text"], question, question.prompt["zh" if row["lang"] == "zh" else "en"], kind, weight=weight)


def _ways_of_asking(question: Question) -> Iterator[Said]:
    for given in question.givens:
        yield from (Said(text, question, question.prompt.zh, Utterance.CLARIFY, weight=_ASKED_WEIGHT) for text in given.asked_zh)
        yield from (Said(text, question, question.prompt.en, Utterance.CLARIFY, weight=_ASKED_WEIGHT) for text in given.asked_en)


def fold_of(text: str, folds: int) -> str:
    """The same fold every time, whatever else is in the files."""
    return str(zlib.crc32(text.encode()) % folds)


GROUPINGS: Mapping[str, Callable[[Said], str]] = {"row": lambda said: fold_of(said.text, 5), "writer": lambda said: said.batch}
"""By what messages are left out together, for figures."""


def digest_material(material: Sequence[Said], heads: str) -> str:
    """16 hex digits of what was learned from; `heads`: the digest of what the rubric's heads were learned from."""
    rows = [[each.text, each.question.id, each.prompt, each.kind.value, each.batch, each.weight, each.part] for each in material]
    return hashlib.sha256(json.dumps([heads, rows], ensure_ascii=False).encode()).hexdigest()[:16]
