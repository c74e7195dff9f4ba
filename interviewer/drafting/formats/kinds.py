"""Which format a file has, by what is in it and not by its name. Pure."""

from __future__ import annotations

import re

from interviewer.drafting.formats.markdown import is_markdown
from interviewer.drafting.unreadable import Unreadable, Why

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FRAGMENT = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|dl|table|article|section|main)\b[^>]*>", re.IGNORECASE)


def kind_of_file(data: bytes) -> str | None:
    """ "pdf" or "docx", None for what may be text. Raises `Unreadable` for kinds that are known and not read."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or (b"%PDF-" in data[:1024] and b"startxref" in data[-2048:]):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    if data.startswith(_OLD_WORD):
        raise Unreadable(Why.ENCRYPTED if _LOCKED in data else Why.OLD_WORD)
    if data.startswith(b"{\\rtf"):
        raise Unreadable(Why.OLD_WORD)
    return None


def kind_of_text(text: str, name: str = "") -> str:
    """ "html", "markdown" or "text". A text has no magic bytes: its marks decide, and where it has none, a name that says Markdown."""
    if _PAGE.match(text):
        return "html"
    if name.lower().endswith((".md", ".markdown")) or is_markdown(text):
        return "markdown"
    return "html" if _FRAGMENT.match(text) else "text"
