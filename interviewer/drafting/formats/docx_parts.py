"""The parts of a DOCX file, and the styles that its paragraphs and runs inherit from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

Parts = dict[str, bytes]
"""XML by the name of its part."""
_MOST_ANCESTORS = 20


def parse(part: bytes) -> Any:
    """The root of a part. Nothing is fetched and no entity is unfolded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    return etree.fromstring(part, parser)


def local(element: Any) -> str:
    """A tag without its namespace, of which Word has two kinds."""
    return str(etree.QName(element).localname)


def child(element: Any, *names: str) -> Any:
    """The element down a path of local names, or None."""
    for name in names:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element


def value(element: Any, name: str = "val") -> str | None:
    """An attribute by its local name, or None."""
    if element is None:
        return None
    return next((str(text) for key, text in element.attrib.items() if etree.QName(key).localname == name), None)


class Styles:
    """The styles by their ids."""

    def __init__(self, parts: Parts) -> None:
        root = parse(parts["word/styles.xml"]) if "word/styles.xml" in parts else ()
        self._styles = {value(style, "styleId"): style for style in root if local(style) == "style"}
        self._default = next(
            (each for each in (child(part, "rPrDefault") for part in root if local(part) == "docDefaults") if each is not None), None
        )
        self._normal = next(
            (name for name, style in self._styles.items() if value(style, "type") == "paragraph" and value(style, "default") == "1"), None
        )

    def of_paragraph(self, paragraph: Any) -> list[Any]:
        """A paragraph's style and those that it builds on, the nearest first."""
        return list(self._line(value(child(paragraph, "pPr", "pStyle")) or self._normal))

    def of_run(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """The `rPr` that hold for a run, the nearest first."""
        own = child(run, "rPr")
        named = [*self._line(value(child(own, "rStyle"))), *(self.of_paragraph(paragraph) if paragraph is not None else ())]
        for properties in (own, *(child(style, "rPr") for style in named), child(self._default, "rPr")):
            if properties is not None:
                yield properties

    def _line(self, name: str | None) -> Iterator[Any]:
        for _ in range(_MOST_ANCESTORS):
            style = self._styles.get(name) if name else None
            if style is None:
                return
            yield style
            name = value(child(style, "basedOn"))
