"""A JSON value packed for its column: UTF-8 and zlib (RFC 1950), a fifth of what a database's own JSON takes.

A grade says the same names for each point of the rubric, and each Chinese character in six letters. Nothing looks into it by SQL: what
queries need lies beside it in columns of its own.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from sqlalchemy import LargeBinary, TypeDecorator

# What nearly every grade says, so that it need not be said in any: zlib's preset dictionary, the commonest last. It belongs to the
# format: changed by a letter, nothing that is stored can be read any more.
_KNOWN = (
    b'"dropped_follow_up":"","second_opinion":null,"disagreement":null,"wrong","named","partial","misconception":"","cached_tokens":0,'
    b'"cost":null,"milliseconds":0.0,"calls":1},"beyond":[],"follow_up":{"point_id":"","text":""},"flags":[],"errors":[{"quote":{"text":"",'
    b'"start":0,"end":0},"correction":"","misconception":null,"point_id":null}],"interval":{"low":0.0,"high":100.0},"reply":"","utterance":'
    b'"answer","score":0.0,"feedback":"","provenance":{"examiner":"rubric","model":"","prompt_version":"grade-v3","question_version":2,'
    b'"passages":["/reference/1/zh","/point/"],"samples":1,"stand_in":false,"scale":2},"usage":{"prompt_tokens":0,"completion_tokens":0,'
    b'{"kind":"grade","verdicts":[{"point_id":"","status":"missing","quote":null,"reason":"","misconception":null,"unproven":false,'
    b'"unsure":true,"guarded":true},{"point_id":"","status":"covered","quote":{"text":"","start":0,"end":0},"reason":"",'
    b'"misconception":null,"unproven":false,"unsure":false,"guarded":false}'
)


def pack(value: Any) -> bytes:
    """The bytes of a JSON value."""
    packing = zlib.compressobj(zdict=_KNOWN)
    return packing.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")) + packing.flush()


def unpack(packed: bytes) -> Any:
    """The reverse of `pack`."""
    unpacking = zlib.decompressobj(zdict=_KNOWN)
    return json.loads((unpacking.decompress(packed) + unpacking.flush()).decode("utf-8", "surrogatepass"))


class PackedJSON(TypeDecorator[Any]):
    """A column of packed JSON values."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else pack(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else unpack(value)
