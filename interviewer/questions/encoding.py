"""A question to and from JSON: as it is kept with an interview, and as its digest is taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from interviewer.models import LANGS, Question

_QUESTION = TypeAdapter(Question)
_UNUSUAL: Mapping[str, object] = {"source": None, "languages": LANGS}
"""Keys that came later, with what they are where nothing is said."""


def encode_question(question: Question) -> dict[str, Any]:
    """The whole question as a JSON object. What most questions do not say is left out of it, so that their digests stay what they were."""
    encoded: dict[str, Any] = _QUESTION.dump_python(question, mode="json")
    return {key: value for key, value in encoded.items() if key not in _UNUSUAL or getattr(question, key) != _UNUSUAL[key]}


def decode_question(data: dict[str, Any]) -> Question:
    """The reverse of `encode_question`. Keys that are no longer read, as the cues of questions kept before version 2, are left out."""
    return _QUESTION.validate_python(data)


def digest_question(question: Question) -> str:
    """SHA-256 in hex of everything in the question: two snapshots are one when nothing differs."""
    return hashlib.sha256(json.dumps(encode_question(question), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
