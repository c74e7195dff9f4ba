"""Reads DOCX: mammoth makes HTML of it, and the reader of pages does the rest. What nobody sees is taken out and reported before."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import replace

import mammoth
from lxml import etree

from interviewer.drafting.document import Document
from interviewer.drafting.formats.docx_hidden import take_hidden
from interviewer.drafting.formats.docx_numbers import write_numbers
from interviewer.drafting.formats.docx_parts import Parts, Styles, parse
from interviewer.drafting.formats.html import read_markup
from interviewer.drafting.unreadable import Unreadable, Why

MOST_UNPACKED = 50
"""Megabytes that the parts with text may unpack to."""
_MEGABYTE = 1024 * 1024
_MOST_PARTS = 5_000
_OFFICE_DOCUMENT = "/officeDocument"
_HEADINGS = "\n".join(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7))
_STYLES = f"""
{_HEADINGS}
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
p[style-name^='toc '] => !
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name^='Code'] => pre:separator('\\n')
"""


def read_docx(data: bytes) -> Document:
    """What a DOCX file shows. Raises `Unreadable` for one with a password, for other archives, and for one that unpacks to too much."""
    parts = _unpack(data)
    main = _main_part(parts)
    styles = Styles(parts)
    hidden = []
    for name in (main, "word/footnotes.xml", "word/endnotes.xml"):
        if name in parts:
            tree = parse(parts[name])
            hidden += take_hidden(tree, styles)
            write_numbers(tree, styles, parts)
            parts[name] = etree.tostring(tree, encoding="utf-8", xml_declaration=True)
    converted = mammoth.convert_to_html(_pack(parts), style_map=_STYLES, convert_image=lambda _: [], include_embedded_style_map=False)
    document = read_markup(f"<body>{converted.value}</body>", "docx")
    return replace(document, hidden=tuple(hidden))


def _unpack(data: bytes) -> Parts:
    """The parts that are XML; pictures and what else is embedded stay packed. The sizes are those that the archive itself states."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(Why.DAMAGED) from error
    entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith((".xml", ".rels"))]
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED * _MEGABYTE:
        raise Unreadable(Why.BOMB, MOST_UNPACKED)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(Why.ENCRYPTED)
    # No more is read than was stated, whatever is in there.
    return {entry.filename: archive.open(entry).read(entry.file_size) for entry in entries}


def _main_part(parts: Parts) -> str:
    """The name of the part with the text. A spreadsheet, slides or any other archive have none."""
    relations = parse(parts["_rels/.rels"]) if "_rels/.rels" in parts else ()
    for relation in relations:
        if relation.get("Type", "").endswith(_OFFICE_DOCUMENT):
            name = posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
            if name in parts and name.startswith("word/"):
                return name
    raise Unreadable(Why.UNKNOWN)


def _pack(parts: Parts) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed
