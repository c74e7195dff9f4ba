"""What of a page a reader does not see: by its own style, by a class of the page's style sheet, by its attributes."""

from __future__ import annotations

import re

from lxml import html

_AT_BLOCK = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"(?:[a-z][\w-]*)?(?:[.#][\w-]+)?", re.IGNORECASE)
_SIZE = re.compile(r"(-?[\d.]+)\s*(px|pt|r?em|%)?")
_WHITE = re.compile(
    r"(?:white|#fff(?:f|fff|fffff)?|rgba?\(\s*255[\s,]+255[\s,]+255\b.*|hsla?\(.*\b100%\s*\)?|transparent)\s*", re.IGNORECASE
)
_NOT_SEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+\s*(?:;|$|!))")
_OFF_PAGE = re.compile(r"(?:^|;)\s*(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{3,}")
_CLIPPED = re.compile(r"(?:^|;)\s*clip(?:-path)?\s*:\s*(?:rect\(\s*0|rect\(\s*1px|inset\(\s*(?:50|100)%)")
_LEAST_POINTS = 2.0
_POINTS = {"px": 0.75, "pt": 1.0, "em": 12.0, "rem": 12.0, "%": 0.12, None: 0.75}
_BOLD_TAGS = frozenset({"b", "strong", "dt"})
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)


class Styles:
    """The style sheet of a page, as far as it speaks of single tags, classes and ids."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._rules: dict[str, str] = {}
        for sheet in root.iter("style"):
            text = _AT_BLOCK.sub("", _COMMENT.sub("", sheet.text or ""))
            for selectors, style in _RULE.findall(text):
                for selector in selectors.split(","):
                    if _SIMPLE.fullmatch(selector.strip()):
                        self._rules[selector.strip().lower()] = f"{self._rules.get(selector.strip().lower(), '')};{style}"

    def why_hidden(self, element: html.HtmlElement) -> str:
        """The reason why nobody sees this element, as in `HiddenText`, or ""."""
        if not isinstance(element.tag, str):
            return ""
        if "hidden" in element.attrib:
            return "invisible"
        style = self._style(element)
        return _why(style) if style else ""

    def _style(self, element: html.HtmlElement) -> str:
        parts = [element.tag]
        for name in (element.get("class") or "").lower().split()[:20]:
            parts += [f".{name}", f"{element.tag}.{name}"]
        if element.get("id"):
            parts += [f"#{element.get('id').lower()}", f"{element.tag}#{element.get('id').lower()}"]
        styles = [self._rules[part] for part in parts if part in self._rules]
        if element.tag == "font":
            styles.append(f"color:{element.get('color', '')}")
        return ";".join([*styles, element.get("style") or ""]).lower().strip("; ")


def is_bold(element: html.HtmlElement) -> bool:
    """Whether the element sets its words in bold."""
    return element.tag in _BOLD_TAGS or bool(_BOLD.search(element.get("style") or ""))


def _why(style: str) -> str:
    if _NOT_SEEN.search(style) or _CLIPPED.search(style):
        return "invisible"
    if _OFF_PAGE.search(style):
        return "off-page"
    facts = dict(part.split(":", 1) for part in style.split(";") if ":" in part)
    facts = {name.strip(): value.replace("!important", "").strip() for name, value in facts.items()}
    size = _SIZE.fullmatch(facts.get("font-size", ""))
    if size and _number(size[1]) * _POINTS[size[2]] < _LEAST_POINTS:
        return "tiny"
    if _WHITE.fullmatch(facts.get("color", "")) and not any(name.startswith("background") for name in facts):
        return "white"
    return ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _LEAST_POINTS / _POINTS["%"]
