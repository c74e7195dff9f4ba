"""What a database can hold of a text."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text as typed, with only what no database can hold replaced: NUL and unpaired surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
