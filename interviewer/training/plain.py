"""Text that a file format of others can hold: without characters that are no text. Pure."""

from __future__ import annotations

import re

from interviewer.text.normalize import strip_hidden

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\ud800-\udfff]")


def plain_text(text: str) -> str:
    """The text without what shows nothing, controls and halves of characters; each line ended by one line feed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _NO_TEXT.sub("", strip_hidden(lines)).strip()
