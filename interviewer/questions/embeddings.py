"""Texts → vectors: an offline embedder that needs no download, and one that asks an OpenAI-compatible endpoint.

The index that holds the vectors is in `index`; the connection and the meaning of its errors are those of the chat endpoint.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from interviewer.endpoint.connection import ErrorInside, connect, explain
from interviewer.endpoint.error_body import tells_error
from interviewer.endpoint.retry import Patience, pause_before
from interviewer.errors import EndpointError
from interviewer.models import Reason
from interviewer.questions.terms import TermFinder, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openai import OpenAI
    from pydantic import SecretStr

    Vectors = NDArray[np.float32]

Concepts = Sequence[tuple[str, Sequence[str]]]
"""Names with the words, in any language, that mean the same; the words are written as in knowledge/terms.yaml."""


class Embedder(Protocol):
    """Turns texts into unit vectors of one length, float32, shape (texts, dimensions).

    `name` carries model and version: vectors of different names are never compared. `dimensions` is 0 until it is known.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text; EndpointError if an endpoint is asked and fails."""
        ...


# ---------------------------------------------------------------- offline

_VERSION = "v1"
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-zà-ɏ0-9]+(?:[.+#][a-z0-9+#]+)*[+#]*")
_EMPTY_HAN = frozenset("的了是在和与及或也就都而着过把被让给对为以于从到向这那其之个一不有会能可要用中上下并所得地么什怎样如何请你我他它")
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the of to in on at by for and or but is are be was were it its this that these those with as from so not no we you they
        i can could may will would should there then than which who when if do does has have had what how why your our their my me
        into about over such also""",
    )
)
_COMMON = frozenset(re.findall(r"\w+", "model data system service inference training 模型 数据 系统 服务 推理 训练 使用 需要 可以 问题"))
"""Words of every question of this field, which tell none from another."""

_SUFFIXES = tuple(re.findall(r"\w+", "ations ation isers izers ising izing ised ized ise ize ings ing ies ied ed es s ly e y"))
_WEIGHT = {"word": 1.0, "pair": 1.0, "sign": 0.35, "gram": 0.28, "concept": 1.6, "common": 0.4}


class HashingEmbedder:
    """Hashed words, Chinese character pairs and Latin character 3- to 5-grams; `concepts` let “延迟” find “latency”.

    Deterministic on every machine, and pure: no file, no network.
    """

    def __init__(self, *, dimensions: int = 512, concepts: Concepts = ()) -> None:
        self._dimensions = dimensions
        self._concepts = TermFinder(concepts)
        bridge = hashlib.sha256(repr([(name, tuple(words)) for name, words in concepts]).encode()).hexdigest()[:8] if concepts else "plain"
        self._name = f"hashing-{_VERSION}-{dimensions}-{bridge}"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            sums = [0.0] * self._dimensions
            for (kind, feature), count in Counter(self._features(fold(text))).items():
                place, value = _share(kind, feature, count)
                sums[place % self._dimensions] += value
            vectors[row] = sums
        return _unit(vectors)

    def _features(self, text: str) -> list[tuple[str, str]]:
        features = _surface_features(text)
        found = bool(features)
        features.extend(("concept", name) for name in self._concepts.names_in(text))
        return features if found else [*features, ("word", "\0nothing")]


def _surface_features(text: str) -> list[tuple[str, str]]:
    features: list[tuple[str, str]] = []
    for run in _RUN.findall(text):
        if run[0] >= "㐀":
            features.extend([("sign", sign) for sign in run])
            features.extend([("pair", run[at : at + 2]) for at in range(len(run) - 1)])
        elif run not in _EMPTY_WORDS:
            common = run.removesuffix("s") in _COMMON
            features.append(("common" if common else "word", _stem(run)))
            framed = f"<{run}>"
            if len(run) > 3 and not common:
                features.extend([("gram", framed[at : at + size]) for size in (3, 4, 5) for at in range(len(framed) - size + 1)])
    return features


def _stem(word: str) -> str:
    """A crude stem: the word without its commonest ending, if at least four letters remain."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def _value(kind: str, feature: str, count: int) -> float:
    """Sublinear in the count; characters that carry grammar rather than meaning weigh little."""
    weight = _WEIGHT[kind] * (1 + math.log(count))
    if kind in {"sign", "pair"} and any(sign in _EMPTY_HAN for sign in feature):
        weight *= 0.15 if kind == "sign" else 0.3
    elif kind == "pair" and feature in _COMMON:
        weight *= 0.4
    return weight


@lru_cache(maxsize=200_000)
def _share(kind: str, feature: str, count: int) -> tuple[int, float]:
    """Where a feature goes and what it adds there. Kept: most features come again in other texts."""
    place = _place(f"{kind} {feature}")
    return place, _value(kind, feature, count) * (1.0 if place & 1 << 40 else -1.0)


def _place(feature: str) -> int:
    """A stable hash; Python's own differs from run to run."""
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")


def _unit(vectors: Vectors) -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


# ---------------------------------------------------------------- endpoint

_LONGEST = 6_000
"""Characters of one text that are sent; the common embedding models hold 8,000 tokens."""
LARGEST_VECTORS = 16_000_000
"""Bytes of one reply: 64 vectors of 8,192 numbers, with room."""


class EndpointEmbedder:
    """Asks an OpenAI-compatible embeddings endpoint. `timeout`: seconds per request; `batch`: texts per request."""

    def __init__(
        self,
        model: str,
        *,
        api_key: SecretStr | None = None,
        base_url: str | None = None,
        timeout: float = 30.0,
        batch: int = 64,
        attempts: int = 2,
    ) -> None:
        self._model, self._api_key, self._base_url = model, api_key, base_url
        self._timeout, self._batch, self._attempts = timeout, batch, attempts
        self._dimensions = 0
        self._client: OpenAI | None = None
        self._name = f"{model}-at-{hashlib.sha256((base_url or 'default').rstrip('/').encode()).hexdigest()[:6]}"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        rows = self._ask([text[:_LONGEST].strip() or "-" for text in texts])
        try:
            vectors = np.asarray(rows, dtype=np.float32)
        except (TypeError, ValueError):
            raise EndpointError(Reason.UNPARSABLE, "the endpoint's vectors are not of one length") from None
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1] or not np.isfinite(vectors).all():
            raise EndpointError(Reason.UNPARSABLE, "the endpoint did not return one vector of numbers per text")
        if self._dimensions not in {0, vectors.shape[1]}:
            raise EndpointError(Reason.UNPARSABLE, "the endpoint changed the length of its vectors")
        self._dimensions = int(vectors.shape[1])
        return _unit(vectors)

    def _ask(self, texts: list[str]) -> list[list[float]]:
        return [row for start in range(0, len(texts), self._batch) for row in self._ask_batch(texts[start : start + self._batch])]

    def _ask_batch(self, texts: list[str]) -> list[list[float]]:
        """One request, and another after a failure that may pass. What it means is decided where it is for chat."""
        patience = Patience(self._attempts)
        for number in range(1, self._attempts + 1):
            try:
                return _vectors_of(self._request(texts))
            except Exception as error:  # noqa: BLE001 - an edge: the client has many error trees, and each is told as ours
                failure, _ = explain(error)
            if number == self._attempts or not failure.retry or failure.reason is Reason.UNPARSABLE:
                break
            patience.pause(min(pause_before(number, failure, patience), self._timeout))
        raise EndpointError(failure.reason, f"embeddings endpoint: {failure.detail}", retry_after=failure.retry_after)

    def _request(self, texts: list[str]) -> Any:
        if self._client is None:
            self._client = connect(self._api_key, self._base_url, timeout=self._timeout, largest=LARGEST_VECTORS)
        # As numbers: not every server knows the shorter form that the client would ask for.
        reply = self._client.embeddings.with_raw_response.create(input=texts, model=self._model, encoding_format="float")
        body = json.loads(reply.content)
        if tells_error(body):
            raise ErrorInside(body)
        return body


def _vectors_of(body: Any) -> list[list[float]]:
    """The vectors of a reply in the order of the texts."""
    rows = body["data"]
    return [row["embedding"] for row in sorted(rows, key=lambda row: row.get("index", 0))]
