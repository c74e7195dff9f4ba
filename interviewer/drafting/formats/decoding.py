"""Bytes of a text file as text: UTF-8, UTF-16, GB18030, what a page says of itself, else Windows-1252. Pure."""

from __future__ import annotations

import codecs
import re

from interviewer.drafting.unreadable import Unreadable, Why

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_MOST_CONTROLS = 0.001
_MOST_BROKEN = 0.01
"""Of a text's characters beyond ASCII, how many may be broken for it to be taken as UTF-8 all the same."""


def decode(data: bytes) -> str:
    """The text. Raises `Unreadable` (UNKNOWN) for what is no text in any of these."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _text(data[len(bom) :].decode(name, "replace"))
    if data[:2000].count(0) > len(data[:2000]) // 5:
        return _text(data.decode("utf-16-le" if data[:2000:2].count(0) < data[1:2000:2].count(0) else "utf-16-be", "replace"))
    mended = data.decode("utf-8", "replace")
    if mended.count("\ufffd") <= _MOST_BROKEN * sum(not char.isascii() for char in mended):
        return _text(mended)
    declared = _DECLARED.search(data[:4000])
    for name in (declared[1].decode("ascii", "ignore") if declared else "gb18030", "gb18030", "cp1252"):
        try:
            return _text(data.decode(name))
        except (LookupError, UnicodeError):
            continue
    raise Unreadable(Why.UNKNOWN)


def _text(text: str) -> str:
    if len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        raise Unreadable(Why.UNKNOWN)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
