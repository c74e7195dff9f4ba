"""How what must not be read in the database stands in it: cookies, one-time links, whom somebody tried to be."""

from __future__ import annotations

import hashlib


def hide(secret: str) -> str:
    """SHA-256 in hex; enough for secrets that are random themselves."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
