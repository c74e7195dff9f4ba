"""The mark that a browser draws before an item of a list."""

from __future__ import annotations

from lxml import html

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_COUNTED = "data-counted"


def mark_of(item: html.HtmlElement) -> str:
    """ "1.", "b.", "IV." in an `ol` with its `start`, `type`, `value` and `reversed`, "-" in another list, "" for what is no item.

    Items are asked about in their order: the list keeps the count, in an attribute of its own.
    """
    if item.tag != "li":
        return ""
    whole = item.getparent()
    if whole is None or whole.tag != "ol":
        return "-"
    step = -1 if "reversed" in whole.attrib else 1
    first = sum(child.tag == "li" for child in whole) if step < 0 and _COUNTED not in whole.attrib else 1
    number = _whole(item.get("value"), _whole(whole.get(_COUNTED), _whole(whole.get("start"), first) - step) + step)
    whole.set(_COUNTED, str(number))
    return f"{written(number, whole.get('type', '1'))}."


def _whole(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 7 else otherwise


def written(number: int, kind: str) -> str:
    """A number as `ol` with this `type` writes it: "a", "A", "i", "I", else in figures."""
    if kind in ("a", "A") and 1 <= number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter if kind == "a" else letter.upper()
    if kind in ("i", "I") and 1 <= number < 4000:
        roman = ""
        for value, letters in _ROMAN:
            roman += letters * (number // value)
            number %= value
        return roman if kind == "i" else roman.upper()
    return str(number)
