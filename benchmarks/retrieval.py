"""How long a search in the vector index takes, embedding of the query included. Prints one JSON object.

    python benchmarks/retrieval.py [--searches N]

The bank is made up of as many questions as the passages need, with texts drawn from a seeded vocabulary in both languages.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from interviewer.models import Bilingual, Misconception, Question, RubricPoint
from interviewer.questions.bank import Bank, bank_digest, load_bank
from interviewer.questions.embeddings import HashingEmbedder
from interviewer.questions.index import QuestionIndex
from interviewer.questions.passages import passages_of

KNOWLEDGE = Path(__file__).resolve().parents[1] / "knowledge"
SIZES = (1_000, 10_000)
_LATIN = "latency queue shard replica cache token batch gradient kernel stream window offset schema feature drift canary quota"
_HAN = "延迟 队列 分片 副本 缓存 令牌 批次 梯度 算子 数据流 窗口 位点 模式 特征 漂移 灰度 配额 显存 量化 监控 回滚 幂等 一致 吞吐"
LATIN, HAN = _LATIN.split(), _HAN.split()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="search times of the vector index")
    parser.add_argument("--searches", type=int, default=300, help="searches per size (default 300)")
    searches = parser.parse_args().searches
    print(json.dumps({str(size): measure(size, searches) for size in SIZES}))


def measure(size: int, searches: int) -> dict[str, float]:
    """Times in milliseconds; `passages` as built."""
    bank = made_up_bank(size)
    chance = random.Random(1)
    terms = load_bank([], knowledge=KNOWLEDGE).terms
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = QuestionIndex(Path(folder), HashingEmbedder(concepts=terms))
        start = time.perf_counter()
        index.open(bank)
        built = time.perf_counter() - start
        index.close()
        start = time.perf_counter()
        index.open(bank)
        opened = time.perf_counter() - start
        for question in bank.questions:
            index.search("warm up", question_id=question.id)
        of_question = sorted(timed(index, sentence(chance, 40), chance.choice(bank.questions).id) for _ in range(searches))
        of_bank = sorted(timed(index, sentence(chance, 6), None) for _ in range(searches))
        index.close()
    return {
        "passages": sum(len(passages_of(question)) for question in bank.questions),
        "build_s": round(built, 2),
        "open_s": round(opened, 3),
        "question_p50_ms": share(of_question, 0.5),
        "question_p95_ms": share(of_question, 0.95),
        "bank_p50_ms": share(of_bank, 0.5),
        "bank_p95_ms": share(of_bank, 0.95),
    }


def timed(index: QuestionIndex, text: str, question_id: str | None) -> float:
    """Milliseconds of one search."""
    start = time.perf_counter()
    index.search(text, question_id=question_id)
    return (time.perf_counter() - start) * 1_000


def share(times: list[float], part: float) -> float:
    """A percentile of sorted times."""
    return round(times[min(int(len(times) * part), len(times) - 1)], 2)


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


if __name__ == "__main__":
    main()
