"""What of a page is its text and what stands around it.

trafilatura says what the text is; its own output would lose the numbers of lists, code and folds, so that only its word is taken.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree, html

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li", "main", "menu", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
_FURNITURE = frozenset({"nav", "aside", "footer"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})
_UNREAD = frozenset({"script", "style", "template", "noscript", "head"})
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|recommend\w*|share|social|promo|sidebar|breadcrumbs?|footer|ads?|advert\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes and ids of what stands around a text."""
_NO_TEXT = re.compile(
    r"(?:全部|最新|热门|精彩|网友|用户|相关|猜你|为你|更多|延伸)?(?:评论|留言|推荐|阅读|文章|喜欢|评论区)[（(]?\d*[)）条]?"
    r"|\d*comments?(?:\(\d+\))?|related(?:posts?|articles?|reading)?|recommended.{0,20}|youmay(?:also)?.{0,20}|read(?:next|more)|morefrom.{0,40}|leavea(?:reply|comment)",
    re.IGNORECASE,
)
"""What stands over the parts below a text, without white space."""
_FEWEST_LINKS = 8
"""Links below which a page without navigation is taken whole."""
_LINKED = 0.6
"""Of a block's characters, how many are links for it to be no text of its own."""
_LEAST_FOUND = 0.25
"""Of the characters that are no links, how many trafilatura must find for its word to count."""
_NEARLY_ALL = 0.85


@dataclass(slots=True)
class _Part:
    """A block's own words, without white space and without those of blocks in it. `linked`: how many of the characters are links."""

    words: str = ""
    linked: int = 0

    @property
    def is_link(self) -> bool:
        """Whether it is a link and hardly anything else."""
        return self.linked > _LINKED * len(self.words)


def surroundings(root: html.HtmlElement) -> Collection[html.HtmlElement]:
    """The blocks whose own words do not belong to the text: navigation, advertising, comments below, other articles' titles."""
    parts = _parts(root)
    furniture = {block for block in parts if _is_furniture(block) or any(_is_furniture(above) for above in block.iterancestors())}
    if not furniture and sum(1 for _ in root.iter("a")) < _FEWEST_LINKS:
        return ()
    rest = {block: part for block, part in parts.items() if block not in furniture}
    text = _main_text(root)
    found = {block: len(part.words) for block, part in rest.items() if part.words in text}
    links = {block for block, part in rest.items() if part.is_link and block not in found and not _is_heading(block)}
    if sum(found.values()) < _LEAST_FOUND * sum(len(part.words) for block, part in rest.items() if block not in links):
        return furniture | links
    region = _region(root, found)
    inside = [block for block in rest if block is region or region in block.iterancestors()]
    last = max((place for place, block in enumerate(inside) if block in found), default=0)
    end = next((place for place, block in enumerate(inside) if 2 * place > last and _NO_TEXT.fullmatch(parts[block].words)), len(inside))
    kept = {block for block in inside[:end] if block in found or not (block in links or _is_named_so(block, region))}
    return parts.keys() - kept


def _parts(root: html.HtmlElement) -> dict[html.HtmlElement, _Part]:
    """The blocks that have words of their own, in the order of the page."""
    parts: dict[html.HtmlElement, _Part] = {}
    blocks, links = [root], 0

    def say(text: str | None) -> None:
        words = "".join((text or "").split())
        if words:
            part = parts.setdefault(blocks[-1], _Part())
            part.words += words
            part.linked += len(words) if links else 0

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        step = 1 if event == "start" else -1
        if element.tag in _UNREAD:
            if event == "start":
                walk.skip_subtree()
            else:
                say(element.tail)
            continue
        links += step if element.tag == "a" else 0
        if element.tag in BLOCKS and event == "start":
            blocks.append(element)
        elif element.tag in BLOCKS:
            blocks.pop()
        say(element.text if event == "start" else element.tail)
    return parts


def _main_text(root: html.HtmlElement) -> str:
    """What trafilatura takes for the main content, without white space; nothing where a page nests too deep for it."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(
            copy.deepcopy(root), fast=True, favor_recall=True, include_comments=False, include_tables=True, with_metadata=False
        )
    except RecursionError:
        return ""
    body = getattr(found, "body", None)
    return "" if body is None else "".join("".join(body.itertext()).split())


def _is_furniture(element: html.HtmlElement) -> bool:
    return element.tag in _FURNITURE or element.get("role") in _ROLES


def _is_named_so(block: html.HtmlElement, region: html.HtmlElement) -> bool:
    """Whether a class or id of the block, or of what it stands in within the region, says that it is no text."""
    for element in (block, *block.iterancestors()):
        if element is region:
            return False
        if _NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return True
    return False


def _is_heading(block: html.HtmlElement) -> bool:
    return block.tag in ("h1", "h2", "h3", "h4", "h5", "h6")


def _region(root: html.HtmlElement, found: dict[html.HtmlElement, int]) -> html.HtmlElement:
    """The smallest part of the page that holds nearly all that was found."""
    weights: dict[html.HtmlElement, int] = {}
    for block, size in found.items():
        for element in (block, *block.iterancestors()):
            weights[element] = weights.get(element, 0) + size
    region = root
    while True:
        inner = next((child for child in region if weights.get(child, 0) >= _NEARLY_ALL * weights.get(root, 1)), None)
        if inner is None or inner.tag in ("p", "li", "table", "ul", "ol", "dl", "pre"):
            return region
        region = inner
