"""How long a search in the vector index takes, embedding of the query included.

The bank is made up of as many questions as the passages need, with texts drawn from a seeded vocabulary in both languages.
"""

from __future__ import annotations

import random
import time

from benchmarks.harness import Figure, spread, timed
from benchmarks.processes import folder
from interviewer.models import Bilingual, Misconception, Question, RubricPoint
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, bank_digest, load_bank
from interviewer.questions.embeddings import HashingEmbedder
from interviewer.questions.index import QuestionIndex
from interviewer.questions.passages import passages_of

GOALS = {1_000: 2.0, 10_000: 5.0}
"""Passages → milliseconds at most."""
SEARCHES = 300
_LATIN = "latency queue shard replica cache token batch gradient kernel stream window offset schema feature drift canary quota"
_HAN = "延迟 队列 分片 副本 缓存 令牌 批次 梯度 算子 数据流 窗口 位点 模式 特征 漂移 灰度 配额 显存 量化 监控 回滚 幂等 一致 吞吐"
LATIN, HAN = _LATIN.split(), _HAN.split()


def measure() -> list[Figure]:
    """Both sizes: within a question, as for a grade, and in the whole bank, as from the page's drawer."""
    return [figure for size, goal in GOALS.items() for figure in _measure_size(size, goal)]


def _measure_size(size: int, goal: float) -> list[Figure]:
    bank = made_up_bank(size)
    chance = random.Random(1)
    with folder() as where:
        index = QuestionIndex(where, HashingEmbedder(concepts=load_bank([], knowledge=knowledge_folder()).terms))
        built = timed(lambda: index.open(bank)) / 1000
        index.close()
        opened = timed(lambda: index.open(bank)) / 1000
        for question in bank.questions:
            index.search("warm up", question_ids=[question.id])
        of_question = [_search(index, sentence(chance, 40), chance.choice(bank.questions).id) for _ in range(SEARCHES)]
        of_bank = [_search(index, sentence(chance, 6), None) for _ in range(SEARCHES)]
        index.close()
    passages = sum(len(passages_of(question)) for question in bank.questions)
    return [
        *spread(f"search within a question, {size} passages", of_question, p50=goal, p95=goal, note=f"exactly {passages} passages"),
        *spread(f"search in the whole bank, {size} passages", of_bank, p50=goal, p95=goal),
        Figure(f"building the index, {size} passages", built, "s"),
        Figure(f"opening the index, {size} passages", opened, "s"),
    ]


def _search(index: QuestionIndex, text: str, question_id: str | None) -> float:
    began = time.perf_counter()
    index.search(text, question_ids=None if question_id is None else [question_id])
    return (time.perf_counter() - began) * 1000


def made_up_bank(size: int) -> Bank:
    """A bank of about `size` passages."""
    chance = random.Random(0)
    questions: list[Question] = []
    passages = 0
    while passages < size:
        questions.append(made_up_question(chance, len(questions)))
        passages += len(passages_of(questions[-1]))
    return Bank(tuple(questions), (), (), bank_digest(questions))


def made_up_question(chance: random.Random, number: int) -> Question:
    """A question of ten points with two misconceptions each, in both languages."""
    points = tuple(
        RubricPoint(
            id=f"point-{at}",
            weight=10,
            essential=True,
            intent=text(chance, 20),
            misconceptions=tuple(Misconception(f"belief-{at}-{n}", text(chance, 12), text(chance, 20)) for n in range(2)),
        )
        for at in range(10)
    )
    reference = Bilingual("\n\n".join(text(chance, 60).zh for _ in range(6)), "\n\n".join(text(chance, 35).en for _ in range(6)))
    return Question(f"question-{number}", 1, text(chance, 2), text(chance, 12), reference, ("made-up",), 2, points)


def text(chance: random.Random, words: int) -> Bilingual:
    """So many words in each language."""
    return Bilingual("".join(chance.choices(HAN, k=words)) + "。", " ".join(chance.choices(LATIN, k=words)) + ".")


def sentence(chance: random.Random, words: int) -> str:
    """A query that mixes the languages, as answers do."""
    return " ".join(chance.choices(LATIN + HAN, k=words))
