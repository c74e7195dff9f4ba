"""The marks that list items begin with, in both languages."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"""(?:
    [-*+•·‣▪▫■□●○◆◇★☆→⇒►▶➤✅✔☑👉🔹🔸–—]\s*(?=\S)(?![-*+=–—.>])
    | \d{1,3}(?:\.\d{1,2}){1,3}\*?[.)、]?\s+(?=\S)
    | \d{1,2}-\d{1,2}\s+(?=\S)
    | \d{1,3}\*?\s?[.)、．）](?!\d)\s*(?=\S)
    | 0\d\s+(?=\S)
    | [(（\[【]\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivx]{1,4})\s?[)）\]】]\s*(?=\S)
    | [一二三四五六七八九十]{1,3}[、.．]\s*(?=\S)
    | [①-⑳❶-❿]\s*(?=\S)
    | [a-zA-Z][.)、．）]\s*(?=\S)(?!\w\.)
    | [ivx]{1,4}[.)]\s+(?=\S)
    | (?:周|星期)[一二三四五六日天]\s+(?=\S)
    | (?:[Dd]ay|[Ww]eek)\s?\d{1,3}\s*[:.—–-]?\s+(?=\S)
    | \[[ xX]\]\s+(?=\S)
    )""",
    re.VERBOSE,
)
_NARROW_BULLET = re.compile(r"[-*+–—]\S")
"""A dash or star that touches what follows it: no list mark but a flag ("-x"), emphasis or a formula."""


def split_mark(line: str) -> tuple[str, str]:
    """A list item's mark and its words; the mark is "" where there is none, or nothing follows it."""
    found = _MARK.match(line)
    if not found or (_NARROW_BULLET.match(line) and line[1].isascii()):
        return "", line
    return found[0].strip(), line[found.end() :]
