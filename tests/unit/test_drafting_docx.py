"""A DOCX file becomes blocks, with the numbers that Word shows and without what it does not show."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError

import pytest

from interviewer.drafting.formats import docx as reader
from interviewer.drafting.formats.docx import read_docx
from interviewer.drafting.unreadable import Unreadable, Why
from tests.papers import NAMESPACE, docx, paragraph, run
from tests.unit.test_drafting_readers import shown

BOLD = "<w:b/>"


def test_headings_bold_words_tables_and_lists_are_blocks() -> None:
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(words)}</w:tc>' for words in row)}</w:tr>" for row in (("问题", "答案"), ("甲？", "乙"))
    )
    body = (
        paragraph("目录 1", style="T")
        + paragraph("缓存", style="1")
        + paragraph(run("什么是", BOLD) + run("击穿？"))
        + paragraph("项", number=(3, 0))
        + f"<w:tbl>{cells}</w:tbl>"
    )
    document = read_docx(docx(body))
    assert shown(document) == [
        "heading1 缓存",
        "paragraph *什么是*击穿？",
        "item1 - 项",
        "cell 问题",
        "cell 答案",
        "cell 问题|甲？",
        "cell 答案|乙",
    ]
    assert (document.format, document.title) == ("docx", "缓存")


def test_numbers_go_on_after_what_stands_between_and_are_written_as_word_writes_them() -> None:
    body = "".join(
        [
            paragraph("甲", number=(1, 0)),
            paragraph("答"),
            paragraph("子", number=(1, 1)),
            paragraph("丑", number=(1, 1)),
            paragraph("乙", number=(1, 0)),
            paragraph("寅", number=(1, 1)),
            paragraph("丙", number=(4, 0)),
            paragraph("丁", number=(2, 0), style="1"),
        ]
    )
    assert [line.split(" ", 1)[1] for line in shown(read_docx(docx(body)))] == [
        *("3. 甲", "答", "(a) 子", "(b) 丑", "4. 乙", "(a) 寅", "1. 丙", "第一题： 丁"),
    ]


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("<w:vanish/>", "invisible"),
        ('<w:rStyle w:val="gone"/>', "invisible"),
        ('<w:color w:val="FFFFFF"/>', "white"),
        ('<w:shd w:fill="202020"/><w:color w:val="222222"/>', "white"),
        ('<w:sz w:val="2"/>', "tiny"),
    ],
)
def test_what_nobody_sees_is_reported_and_not_used(properties: str, why: str) -> None:
    document = read_docx(docx(paragraph(run("seen ") + run("no", properties) + run("where", properties) + run("too"))))
    assert document.text == "seen too"
    assert [(each.text, each.why) for each in document.hidden] == [("nowhere", why)]


def test_a_style_an_indent_and_a_frame_hide_too() -> None:
    away = '<w:p><w:pPr><w:ind w:left="30000"/></w:pPr>' + run("away") + "</w:p>"
    document = read_docx(docx(paragraph("seen") + paragraph("pale", style="paler") + away))
    assert document.text == "seen"
    assert [(each.text, each.why) for each in document.hidden] == [("pale", "white"), ("away", "off-page")]


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("seen", '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>')),
        paragraph(run("seen", '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')),
        '<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="1F3864"/></w:tcPr>'
        + paragraph(run("seen", '<w:color w:val="FFFFFF"/>'))
        + "</w:tc></w:tr></w:tbl>",
        paragraph(run("seen", '<w:vanish w:val="0"/><w:sz w:val="21"/><w:color w:val="auto"/>'), style="a"),
    ],
)
def test_what_is_seen_is_not_hidden(body: str) -> None:
    document = read_docx(docx(body))
    assert (document.text, document.hidden) == ("seen", ())


def why(data: bytes) -> Why:
    with pytest.raises(Unreadable) as refused:
        read_docx(data)
    return refused.value.why


def test_other_archives_damaged_ones_and_bombs_are_refused() -> None:
    whole = docx(paragraph("x"))
    assert why(whole[: len(whole) // 2]) == Why.DAMAGED
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert why(other.getvalue()) == Why.UNKNOWN
    locked = bytearray(whole)
    at = locked.index(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = locked.find(b"PK\x01\x02", at + 1)
    assert why(bytes(locked)) == Why.ENCRYPTED
    assert why(docx(paragraph("x"), **{"word/more.xml": " " * (reader.MOST_UNPACKED * 1024 * 1024)})) == Why.BOMB
    assert len(docx("", **{"word/more.xml": " " * (reader.MOST_UNPACKED * 1024 * 1024)})) < 100_000


def test_entities_are_not_unfolded_and_nothing_is_fetched() -> None:
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{Path(__file__).as_uri()}">]>'
    file = docx("", **{"word/document.xml": f"{entity}<w:document {NAMESPACE}><w:body>{paragraph('x&e;y')}</w:body></w:document>"})
    with pytest.raises(ExpatError):
        read_docx(file)
