"""Reads PDF by pdfminer.six: lines that the layout cut are joined, what stands on every page is left out, hidden text is reported."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from interviewer.drafting.document import BlockKind, Document, HiddenText
from interviewer.drafting.formats.building import DocumentBuilder
from interviewer.drafting.formats.pdf_blocks import add_blocks
from interviewer.drafting.formats.pdf_letters import Interpreter, LetterDevice
from interviewer.drafting.formats.pdf_lines import Letter, Line, lines_of, without_margins
from interviewer.drafting.unreadable import Unreadable, Why

MOST_PAGES = 200
_MOST_UNDEFINED = 0.3
"""Share of letters that stand for no character, from which a text cannot be read."""


def read_pdf(data: bytes) -> Document:
    """What a PDF shows. Raises `Unreadable` for one with a password, of too many pages, without text or with letters that mean nothing."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except PDFEncryptionError as error:
        raise Unreadable(Why.ENCRYPTED) from error
    found = list(islice(PDFPage.create_pages(document), MOST_PAGES + 1))
    if len(found) > MOST_PAGES:
        raise Unreadable(Why.PAGES, MOST_PAGES)
    device = LetterDevice(PDFResourceManager())
    pages: list[list[Line]] = []
    hidden: list[HiddenText] = []
    letters, undefined = 0, 0
    for number, page in enumerate(found, 1):
        Interpreter(device.rsrcmgr, device).process_page(page)
        letters += len(device.letters)
        undefined += sum(letter.text == "\ufffd" for letter in device.letters)
        hidden += _hidden(device.letters, number)
        pages.append(lines_of([letter for letter in device.letters if not letter.why], device.width, device.height))
    if not letters or undefined > _MOST_UNDEFINED * letters:
        raise Unreadable(Why.SCAN if letters or device.has_images else Why.EMPTY)
    builder = DocumentBuilder()
    add_blocks(builder, without_margins(pages))
    built = replace(builder.document("pdf"), hidden=tuple(hidden))
    return replace(built, title=next((built.words(block.span) for block in built.blocks if block.kind is BlockKind.HEADING), ""))


def _hidden(letters: list[Letter], page: int) -> Iterator[HiddenText]:
    for why, run in groupby(letters, key=lambda letter: letter.why):
        if why:
            hidden = [letter for letter in run if letter.text.strip()]
            lines = lines_of(hidden, float("inf"), float("inf"))
            words = " ".join(line.text for line in lines)
            if words:
                yield HiddenText(words, why, page)
