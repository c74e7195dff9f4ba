"""Reads a page of HTML: its main content, without what surrounds it and what nobody sees. DOCX comes through here, too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from lxml import etree, html

from interviewer.drafting.document import BlockKind, Document, HiddenText
from interviewer.drafting.formats.html_lists import mark_of
from interviewer.drafting.formats.html_styles import Styles, is_bold
from interviewer.drafting.formats.html_tables import tags_of_tables
from interviewer.drafting.formats.main_content import BLOCKS, surroundings
from interviewer.drafting.formats.tags import TagReader
from interviewer.drafting.unreadable import Unreadable, Why

_SKIPPED = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "audio", "video",
    "canvas", "map", "select", "button", "input", "textarea", "datalist", "rt", "rp", "head"}
)  # fmt: skip


def read_page(text: str) -> Document:
    """A page as it came from the web, or was pasted: navigation, advertising and comments are left out. Raises `Unreadable`."""
    root = _parse(text)
    title = " ".join((root.findtext(".//title") or "").split())
    return _read(root, surroundings(root), "html", title)


def read_markup(text: str, format_: str) -> Document:
    """Markup that another reader made, all of it. Raises `Unreadable`."""
    return _read(_parse(text), (), format_, "")


def _parse(text: str) -> html.HtmlElement:
    # As bytes, for a text that declares another encoding is refused.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(Why.EMPTY) from error
    # Nested deeper than some 2,000 tags, the rest would be missing without a word.
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise Unreadable(Why.DAMAGED)
    return root


def _read(root: html.HtmlElement, left_out: Collection[html.HtmlElement], format_: str, title: str) -> Document:
    walk = _Walk(left_out, Styles(root), tags_of_tables(root))
    walk.read(root)
    document = replace(walk.reader.finish().document(format_, title), hidden=tuple(walk.hidden))
    first = next((document.words(block.span) for block in document.blocks if block.kind is BlockKind.HEADING), "")
    return replace(document, title=title or first)


@dataclass(slots=True)
class _Walk:
    """Hands a tree to a `TagReader`, without recursion: a hostile page nests deeper than Python calls."""

    left_out: Collection[html.HtmlElement]
    styles: Styles
    tables: dict[html.HtmlElement, str]
    """Tags that the elements of tables are read as."""
    reader: TagReader = field(default_factory=TagReader)
    hidden: list[HiddenText] = field(default_factory=list)
    _places: list[html.HtmlElement] = field(default_factory=list)
    """The open blocks, the innermost last."""

    def read(self, root: html.HtmlElement) -> None:
        """From the first tag to the last."""
        unread: html.HtmlElement | None = None
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                if element is unread:
                    unread = None
                else:
                    self._close(element)
                if element is not root:
                    self._say(element.tail)
            elif self._is_read(element):
                self._open(element)
                self._say(element.text)
            else:
                unread = element
                walk.skip_subtree()

    def _is_read(self, element: html.HtmlElement) -> bool:
        if element.tag in _SKIPPED:
            return False
        why = self.styles.why_hidden(element)
        words = " ".join("".join(element.itertext()).split()) if why else ""
        if words:
            self.hidden.append(HiddenText(words, why))
        return not why

    def _open(self, element: html.HtmlElement) -> None:
        if element.tag in BLOCKS:
            self._places.append(element)
        self.reader.open(self.tables.get(element, element.tag), dict(element.attrib), mark_of(element))
        if is_bold(element):
            self.reader.open("b")

    def _close(self, element: html.HtmlElement) -> None:
        if is_bold(element):
            self.reader.close("b")
        self.reader.close(self.tables.get(element, element.tag))
        if element.tag in BLOCKS:
            self._places.pop()

    def _say(self, text: str | None) -> None:
        if text and not (self._places and self._places[-1] in self.left_out):
            self.reader.say(text)
