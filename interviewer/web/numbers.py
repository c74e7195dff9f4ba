"""Whole numbers as an address or a form tells them."""

from __future__ import annotations


def read_whole(text: str, *, below: int = 1_000_000) -> int | None:
    """The number, from 0 on, such as a page's; None for whatever else somebody sent, and for one that is not `below`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(below))):
        return None
    return int(text) if int(text) < below else None
