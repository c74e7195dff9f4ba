"""The offline embedder, and what the endpoint's embedder does with replies and failures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from interviewer.errors import EndpointError
from interviewer.models import Reason
from interviewer.questions.embeddings import EndpointEmbedder, HashingEmbedder

CONCEPTS = (("latency", ("延迟", "latenc*", "response time")), ("rollback", ("回滚", "roll back", "switch..back")))
EMBEDDER = HashingEmbedder(concepts=CONCEPTS)
FIRST_SIX = [0.0, -0.152, 0.152, 0.0, 0.0, 0.0]


def similarity(first: str, second: str, embedder: HashingEmbedder = EMBEDDER) -> float:
    a, b = embedder.embed([first, second])
    return float(a @ b)


def test_vectors_are_unit_length_float32():
    vectors = EMBEDDER.embed(["延迟很高", "latency", "", "？！", "🙂"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 512) == (5, EMBEDDER.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_rows():
    assert EMBEDDER.embed([]).shape == (0, 512)


def test_vectors_do_not_depend_on_the_process():
    """Python's own hash differs from run to run; these figures must not."""
    vector = HashingEmbedder(dimensions=16).embed(["模型 rollback"])[0]
    assert [round(float(value), 3) for value in vector[:6]] == FIRST_SIX


def test_words_are_found_in_other_forms():
    assert similarity("quantized models", "model quantization") > 0.35
    assert similarity("quantized models", "canary release") < 0.15


def test_chinese_is_compared_without_spaces():
    assert similarity("显存不够怎么办", "显存不足时可以量化模型") > 0.3
    assert similarity("显存不够怎么办", "灰度发布与流量切换") < 0.1


def test_width_and_case_do_not_matter():
    assert similarity("ＧＰＵ　Memory", "gpu memory") == pytest.approx(1, abs=1e-6)


def test_concepts_bridge_the_languages():
    plain = HashingEmbedder()
    for chinese, english in (("延迟", "tail latencies"), ("回滚", "we roll-back the model"), ("回滚", "switch it back")):
        assert similarity(chinese, english) > 0.2
        assert similarity(chinese, english, plain) < 0.1


def test_a_concept_needs_the_whole_word():
    assert similarity("回滚", "the troll backs off", EMBEDDER) < 0.1


def test_the_name_tells_size_and_concepts_apart():
    names = {HashingEmbedder().name, HashingEmbedder(dimensions=64).name, EMBEDDER.name, HashingEmbedder(concepts=CONCEPTS[:1]).name}
    assert len(names) == 4


# ---------------------------------------------------------------- endpoint


class Client:
    """Stands in for openai's client: `client.embeddings.with_raw_response.create(…)` gives an answer with a body."""

    def __init__(self, reply: Any) -> None:
        self.reply, self.seen = reply, []
        self.embeddings = self.with_raw_response = self

    def create(self, *, input: Sequence[str], **_more: object) -> Any:
        self.seen.extend(input)
        if isinstance(self.reply, Exception):
            raise self.reply
        rows = [{"index": index, "embedding": row} for index, row in enumerate(self.reply)] if isinstance(self.reply, list) else None
        return SimpleNamespace(content=json.dumps({"data": rows}).encode())


def endpoint(reply: Any) -> EndpointEmbedder:
    embedder = EndpointEmbedder("some-model")
    embedder._client = Client(reply)  # type: ignore[assignment]
    return embedder


def test_endpoint_vectors_are_normalised_and_their_length_remembered():
    embedder = endpoint([[3.0, 4.0], [0.0, 0.0]])
    assert embedder.embed(["a", "b"]).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert embedder.dimensions == 2


def test_texts_are_cut_to_what_models_hold_and_never_empty():
    embedder = endpoint([[1.0], [1.0]])
    embedder.embed(["x" * 20_000, "  "])
    assert [len(text) for text in embedder._client.seen]  # type: ignore[union-attr] == [6_000, 1]


@pytest.mark.parametrize(
    "reply", [[[1.0]], [[1.0], [1.0, 2.0]], [["a"], ["b"]], [[float("nan")], [1.0]], [], None, [[], []], TypeError("x"), KeyError("data")]
)
def test_a_reply_that_is_no_embeddings_reply_is_unparsable(reply: Any):
    with pytest.raises(EndpointError) as caught:
        endpoint(reply).embed(["a", "b"])
    assert caught.value.reason is Reason.UNPARSABLE


def test_vectors_that_change_their_length_are_refused():
    embedder = endpoint([[1.0, 2.0]])
    embedder.embed(["a"])
    embedder._client.reply = [[1.0]]  # type: ignore[union-attr]
    with pytest.raises(EndpointError, match="length"):
        embedder.embed(["a"])


def test_endpoint_names_differ_by_model_and_address_and_hide_the_address():
    names = {
        EndpointEmbedder("m").name,
        EndpointEmbedder("n").name,
        EndpointEmbedder("m", base_url="http://secret-host/v1").name,
    }
    assert len(names) == 3
    assert not any("secret" in name for name in names)


def test_words_of_every_question_weigh_little():
    query = "prune the model for inference"
    assert similarity(query, "pruned weights") > similarity(query, "the model service for inference")
    assert similarity("剪枝模型", "结构化剪枝") > similarity("剪枝模型", "模型服务")
