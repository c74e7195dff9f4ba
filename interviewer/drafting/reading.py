"""A file's bytes as a `Document`. Runs in a process of its own (`extract`), for it reads whatever somebody sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from interviewer.drafting.document import Document, HiddenText
from interviewer.drafting.formats.decoding import decode
from interviewer.drafting.formats.kinds import kind_of_file, kind_of_text
from interviewer.drafting.formats.markdown import read_markdown
from interviewer.drafting.formats.plain import read_plain
from interviewer.drafting.unreadable import Unreadable, Why

MOST_CHARACTERS = 2_000_000
MOST_HIDDEN = 20_000
"""Characters of hidden text that are reported, and how many stretches of it."""
_MOST_STRETCHES = 200


def read_file(data: bytes, name: str = "") -> Document:
    """What the file says. Raises `Unreadable`."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable(Why.EMPTY)
    kind = kind_of_file(data)
    if kind == "pdf":
        from interviewer.drafting.formats.pdf import read_pdf

        return _checked(read_pdf(data))
    if kind == "docx":
        from interviewer.drafting.formats.docx import read_docx

        return _checked(read_docx(data))
    return read_words(decode(data), name)


def read_words(text: str, name: str = "") -> Document:
    """What a text says: a page, Markdown or plain. Raises `Unreadable`."""
    kind = kind_of_text(text, name)
    if kind == "html":
        from interviewer.drafting.formats.html import read_page

        return _checked(read_page(text))
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(Why.LONG, MOST_CHARACTERS)
    return _checked(read_markdown(text) if kind == "markdown" else read_plain(text))


def _checked(document: Document) -> Document:
    document = replace(document, hidden=tuple(_bounded(document.hidden)))
    if len(document.text) > MOST_CHARACTERS:
        raise Unreadable(Why.LONG, MOST_CHARACTERS)
    if not document.text.strip():
        raise Unreadable(Why.HIDDEN if document.hidden else Why.EMPTY)
    return document


def _bounded(hidden: Sequence[HiddenText]) -> Iterator[HiddenText]:
    left = MOST_HIDDEN
    for each in hidden[:_MOST_STRETCHES]:
        if left > 0:
            yield replace(each, text=each.text[:left])
        left -= len(each.text)
