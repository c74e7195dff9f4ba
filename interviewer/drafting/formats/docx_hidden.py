"""Text of a DOCX that nobody sees: hidden by its format, white on white, tiny, or in a frame off the page."""

from __future__ import annotations

from typing import Any

from interviewer.drafting.document import HiddenText
from interviewer.drafting.formats.docx_parts import Styles, child, local, value

_LEAST_HALF_POINTS = 4
_ALIKE = 0.1 * 255
_WHITE = (255, 255, 255)
_OFF = ("0", "false", "off", "none")
_EMU_PER_TWIP = 635
_PAGE = 12_240
"""Width of a page in twips where the file states none."""
_PLAIN_TABLES = ("TableGrid", "TableNormal")
Ground = tuple[int, int, int] | None
"""What text stands on; None where it is not worked out, as in a table or shape whose style colours it."""


def take_hidden(root: Any, styles: Styles) -> list[HiddenText]:
    """Empty the runs that nobody sees; what was in them."""
    found: list[HiddenText] = []
    width = max((_whole(value(size, "w"), _PAGE) for size in root.iter("{*}pgSz")), default=_PAGE)
    for run in root.iter("{*}r"):
        texts = [text for text in run if local(text) == "t"]
        words = "".join(text.text or "" for text in texts)
        why = _why(run, styles, width) if words.strip() else ""
        if not why:
            continue
        for text in texts:
            text.text = ""
        if next(run.iterancestors("{*}Fallback"), None) is not None:
            # The same words stand in the other of the two alternatives.
            continue
        if found and found[-1].why == why:
            found[-1] = HiddenText(found[-1].text + words, why)
        else:
            found.append(HiddenText(words, why))
    return [HiddenText(" ".join(each.text.split()), each.why) for each in found]


def _why(run: Any, styles: Styles, width: int) -> str:
    """The reason as in `HiddenText`, or ""."""
    paragraph = next(run.iterancestors("{*}p"), None)
    properties = list(styles.of_run(run, paragraph))
    vanish = _first(properties, "vanish")
    if vanish is not None and value(vanish) not in _OFF:
        return "invisible"
    fill = _first(properties, "textFill")
    if fill is not None and child(fill, "noFill") is not None:
        return "invisible"
    if _whole(value(_first(properties, "sz")), _LEAST_HALF_POINTS) < _LEAST_HALF_POINTS:
        return "tiny"
    if _is_off_page(run, paragraph, width):
        return "off-page"
    colour = _colour(value(_first(properties, "color")))
    ground = _ground(run, paragraph, properties, styles) if colour and min(colour) > 0 else None
    return "white" if colour and ground and all(abs(one - other) < _ALIKE for one, other in zip(colour, ground, strict=True)) else ""


def _ground(run: Any, paragraph: Any, properties: list[Any], styles: Styles) -> Ground:
    if _first(properties, "highlight") is not None:
        return None
    own = [child(paragraph, "pPr"), *(child(style, "pPr") for style in styles.of_paragraph(paragraph))] if paragraph is not None else []
    cells = [child(cell, "tcPr") for cell in run.iterancestors("{*}tc")]
    for each in (*properties, *own, *cells):
        fill = value(child(each, "shd"), "fill") if each is not None else None
        if fill and fill != "auto":
            return _colour(fill)
    for above in run.iterancestors():
        name = local(above)
        if name == "tbl" and (value(child(above, "tblPr", "tblStyle")) or "TableGrid") not in _PLAIN_TABLES:
            return None
        if name == "wsp" and any(local(part).endswith("Fill") and local(part) != "noFill" for part in child(above, "spPr") or ()):
            return None
        if name == "wsp" and child(above, "style", "fillRef") is not None:
            return None
        if above.get("fillcolor"):
            return None
    page = next(run.getroottree().getroot().iter("{*}background"), None)
    return None if page is not None else _WHITE


def _is_off_page(run: Any, paragraph: Any, width: int) -> bool:
    if abs(_whole(value(child(paragraph, "pPr", "ind"), "left"), 0)) > width:
        return True
    for anchor in run.iterancestors("{*}anchor"):
        for side in ("positionH", "positionV"):
            offset = child(anchor, side, "posOffset")
            # Twice the width is beyond the height as well.
            if offset is not None and abs(_whole(offset.text, 0)) > 2 * width * _EMU_PER_TWIP:
                return True
            extent = _whole(value(child(anchor, "extent"), "cx" if side == "positionH" else "cy"), 0)
            if offset is not None and value(child(anchor, side), "relativeFrom") == "page" and _whole(offset.text, 0) < -extent:
                return True
    return False


def _first(properties: list[Any], name: str) -> Any:
    """What the nearest says of it."""
    return next((found for each in properties if (found := child(each, name)) is not None), None)


def _colour(text: str | None) -> tuple[int, int, int] | None:
    if text is None or len(text) != 6:
        return None
    try:
        return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)
    except ValueError:
        return None


def _whole(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else otherwise
