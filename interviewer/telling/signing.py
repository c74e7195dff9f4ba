"""What a message to a webhook is made of: its body and its headers, by the Standard Webhooks specification (https://www.standardwebhooks.com).

A receiver checks the signature with any library of theirs, refuses old timestamps, and takes a message with an id that it knows for done.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256


def write_body(kind: str, at: datetime, subject: Mapping[str, str]) -> bytes:
    """The body, the same at every try. `subject`: ids by name."""
    told = {"type": kind, "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": dict(sorted(subject.items()))}
    return json.dumps(told, separators=(",", ":")).encode()


def sign(secret: bytes, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of one try at `now`."""
    timestamp = str(int(now.timestamp()))
    digest = hmac.digest(secret, b".".join((message_id.encode(), timestamp.encode(), body)), sha256)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
