"""Traditional characters and the words of Taiwan in the form that is judged. The only door to OpenCC."""

from __future__ import annotations

from functools import cache
from typing import Any


def simplify(text: str) -> str:
    """Simplified characters and mainland words for a normalised text, e.g. "快取" → "缓存", "伺服器" → "服务器".

    Positions may shift, so this is for comparing words only. Every text goes through it, what is learned from and what is judged.
    """
    if not any(char >= "\u3400" for char in text):
        return text
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half of a pair of surrogates is no text for OpenCC
    return str(_converter().convert(whole))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("tw2sp")
