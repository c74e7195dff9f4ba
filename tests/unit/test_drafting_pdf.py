"""A PDF becomes blocks: cut lines are joined, what stands on every page is left out, hidden text is reported and not used."""

from __future__ import annotations

from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from interviewer.drafting.document import BlockKind
from interviewer.drafting.formats import pdf as reader
from interviewer.drafting.formats.pdf import read_pdf
from interviewer.drafting.unreadable import Unreadable, Why
from tests.papers import CHINESE, SIZE, pdf, write
from tests.unit.test_drafting_readers import shown

LONG = [
    "1. 请说明在高并发的场景下缓存与数据库怎样保持一致，先删缓存还是先写库，为什么延时",
    "双删也不能完全解决问题？",
    "2. 什么是缓存击穿？",
]


def test_lines_that_the_layout_cut_are_joined_and_numbers_kept() -> None:
    assert shown(read_pdf(pdf(lambda canvas: write(canvas, LONG)))) == [f"item1 {LONG[0]}{LONG[1]}", f"item1 {LONG[2]}"]


def test_english_lines_are_joined_with_a_space_and_hyphens_of_the_layout_go() -> None:
    lines = [
        "What happens to all the other processes when one that holds a dis-",
        "tributed lock is killed, and for how long do they all then have to wait",
        "to be told?",
    ]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, lines)

    assert shown(read_pdf(pdf(draw))) == [f"paragraph {lines[0][:-1]}{lines[1]} {lines[2]}"]


def test_short_lines_of_a_list_and_indented_paragraphs_stay_apart() -> None:
    terms = ["缓存穿透", "缓存击穿", "缓存雪崩", "布隆过滤器"]

    def draw(canvas: Canvas) -> None:
        write(canvas, terms)
        write(canvas, ["这一段写满了整整一行文字直到版心的右边缘为止再也放不下一个字了，"], y=500)
        write(canvas, ["这是缩进的另一段"], x=82, y=484)

    assert [line.split()[1] for line in shown(read_pdf(pdf(draw)))][:4] == terms
    assert shown(read_pdf(pdf(draw)))[-1] == "paragraph 这是缩进的另一段"


def test_running_titles_and_page_numbers_are_left_out_and_a_sentence_goes_on_over_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(([*LONG[:1]], [LONG[1]], [LONG[2]]), 1):
            canvas.setFont(CHINESE, 11)
            write(canvas, ["后端面试手册"], y=810)
            write(canvas, lines)
            if number > 1:
                write(canvas, ["42"], y=400)
            write(canvas, [f"第 {number} 页 / 共 3 页"], x=270, y=30)
            canvas.showPage()

    document = read_pdf(pdf(draw))
    assert shown(document) == [f"item1 {LONG[0]}{LONG[1]}", "paragraph 42", f"item1 {LONG[2]}", "paragraph 42"]
    assert [block.page for block in document.blocks] == [1, 2, 3, 3]


def test_larger_lines_are_headings_bold_ones_bold_and_a_typewriters_code() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CHINESE, 18)
        write(canvas, ["面试题"], y=760)
        canvas.setFont("Helvetica-Bold", 11)
        write(canvas, ["What is a lock?"])
        canvas.setFont("Helvetica", 11)
        write(canvas, ["It keeps others out, as long as it is held by whoever took it first of all."], y=680)
        canvas.setFont("Courier", 11)
        write(canvas, ["def f():", "    return 1"], y=600)

    document = read_pdf(pdf(draw))
    assert shown(document) == [
        "heading1 面试题",
        "paragraph *What is a lock?*",
        "paragraph It keeps others out, as long as it is held by whoever took it first of all.",
        "code def f():\n    return 1",
    ]
    assert document.title == "面试题"


def test_a_mark_set_apart_by_a_tab_belongs_to_its_item_and_its_lines_hang() -> None:
    def draw(canvas: Canvas) -> None:
        for number, words in enumerate(("甲？", "一个很长的问题，长到在这一行里再也写不下最后的几个字，你会怎么", "处理它？", "乙？")):
            if number != 2:
                write(canvas, [f"{number + 1}."], y=700 - 16 * number)
            write(canvas, [words], x=90, y=700 - 16 * number)

    assert shown(read_pdf(pdf(draw))) == [
        "item1 1. 甲？",
        "item1 2. 一个很长的问题，长到在这一行里再也写不下最后的几个字，你会怎么处理它？",
        "item1 4. 乙？",
    ]


def test_lines_within_a_narrow_cell_are_joined() -> None:
    cell = ["多版本并发控制让读写互不阻塞", "靠的是版本链与快照，旧版本由", "后台清理"]

    def draw(canvas: Canvas) -> None:
        write(canvas, ["这一行写满整个版面，从左到右一直到页面的右边缘，用来说明页面有多宽。"])
        write(canvas, cell, y=600)

    assert shown(read_pdf(pdf(draw)))[1:] == [f"paragraph {''.join(cell)}"]


def test_rows_of_words_side_by_side_are_a_tables_with_the_columns_headings() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["表一"], y=720)
        for y, cells in ((700, ("题目", "答案", "频率")), (680, ("什么是锁？", "互斥", "高"))):
            for x, words in zip((60, 200, 400), cells, strict=True):
                write(canvas, [words], x=x, y=y)
        write(canvas, ["什么是快照读？"], x=60, y=652)
        write(canvas, ["读的是旧版本，", "不加锁"], x=200, y=660)
        write(canvas, ["完"], y=600)

    document = read_pdf(pdf(draw))
    assert shown(document) == [
        *("paragraph 表一", "cell 题目", "cell 答案", "cell 频率", "cell 题目|什么是锁？", "cell 答案|互斥", "cell 频率|高"),
        *("cell 题目|什么是快照读？", "cell 答案|读的是旧版本，不加锁", "paragraph 完"),
    ]
    assert [block.row for block in document.blocks] == [0, 1, 1, 1, 2, 2, 2, 3, 3, 0]


def test_a_date_at_the_right_edge_does_not_go_on_at_the_left() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["某公司后端工程师"])
        write(canvas, ["2021–2023"], x=480)
        write(canvas, ["负责缓存"], y=684)

    assert shown(read_pdf(pdf(draw))) == ["paragraph 某公司后端工程师", "paragraph 2021–2023", "paragraph 负责缓存"]


def test_two_columns_of_a_page_are_no_table() -> None:
    left, right = [f"左栏第 {number} 行的文字" for number in range(20)], [f"右栏第 {number} 行的文字" for number in range(20)]

    def draw(canvas: Canvas) -> None:
        write(canvas, left)
        write(canvas, right, x=320)

    assert [block.kind for block in read_pdf(pdf(draw)).blocks].count(BlockKind.CELL) == 0


def test_dots_that_a_browser_draws_before_items_are_their_marks() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.circle(50, 504, 20, fill=1)
        for y, words in ((700, "缓存穿透"), (684, "缓存击穿")):
            canvas.circle(50, y + 4, 2, stroke=0, fill=1)
            write(canvas, [words], y=y)

    assert shown(read_pdf(pdf(draw))) == ["item1 • 缓存穿透", "item1 • 缓存击穿"]


def hide(canvas: Canvas, how: str) -> None:
    """Draw "no" so that nobody sees it."""
    if how == "white":
        canvas.setFillColor(colors.white)
    if how == "on dark":
        canvas.setFillColor(colors.navy)
        canvas.rect(50, 480, 200, 40, stroke=0, fill=1)
    if how == "transparent":
        canvas.setFillAlpha(0)
    if how == "tiny":
        canvas.setFont(CHINESE, 1)
    text = canvas.beginText(-200 if how == "off-page" else 60, 500)
    text.setTextRenderMode(3 if how == "invisible" else 0)
    text.textLine("no")
    canvas.drawText(text)
    if how == "covered":
        canvas.setFillColor(colors.white)
        canvas.rect(50, 480, 200, 40, stroke=0, fill=1)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("white", "white"),
        ("on dark", "white"),
        ("transparent", "invisible"),
        ("tiny", "tiny"),
        ("off-page", "off-page"),
        ("invisible", "invisible"),
        ("covered", "invisible"),
    ],
)
def test_what_nobody_sees_is_reported_and_not_used(how: str, why: str) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["seen"])
        hide(canvas, how)

    document = read_pdf(pdf(draw))
    assert document.text == "seen"
    assert [(each.text, each.why, each.page) for each in document.hidden] == [("no", why, 1)]


def test_white_words_in_a_form_that_is_drawn_in_white_are_hidden() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["seen"])
        canvas.beginForm("form")
        canvas.setFont("Helvetica", 11)
        canvas._code.append("BT /F1 11 Tf 1 0 0 1 60 500 Tm (no) Tj ET")
        canvas.endForm()
        canvas.setFillColor(colors.white)
        canvas.doForm("form")

    document = read_pdf(pdf(draw))
    assert (document.text, [each.why for each in document.hidden]) == ("seen", ["white"])


@pytest.mark.parametrize("ground", ["dark", "picture"])
def test_white_words_on_a_dark_ground_are_seen(ground: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colors.navy)
        if ground == "dark":
            canvas.roundRect(50, 680, 300, 40, 10, stroke=0, fill=1)
        else:
            picture(canvas)
        canvas.setFillColor(colors.white)
        write(canvas, ["seen"])

    document = read_pdf(pdf(draw))
    assert (document.text, document.hidden) == ("seen", ())


def picture(canvas: Canvas) -> None:
    """A picture over the whole page, in the file itself."""
    width, height = SIZE
    canvas.saveState()
    canvas._code.append(
        f"q {width} 0 0 {height} 0 0 cm /Im1 Do Q"
        if hasattr(canvas, "im")
        else f"q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x10 EI Q"
    )
    canvas.restoreState()


def why(data: bytes) -> tuple[Why, int]:
    with pytest.raises(Unreadable) as refused:
        read_pdf(data)
    return refused.value.why, refused.value.count


def many(canvas: Canvas, pages: int) -> Any:
    for _ in range(pages):
        canvas.showPage()


def test_scans_passwords_and_too_many_pages_are_told_apart() -> None:
    assert why(pdf(picture)) == (Why.SCAN, 0)
    assert why(pdf(lambda canvas: canvas.showPage())) == (Why.EMPTY, 0)
    assert why(pdf(lambda canvas: write(canvas, ["x"]), encrypt=StandardEncryption("secret", strength=128))) == (Why.ENCRYPTED, 0)
    assert why(pdf(lambda canvas: many(canvas, 1000))) == (Why.PAGES, reader.MOST_PAGES)


def test_a_file_that_only_must_not_be_changed_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        write(canvas, ["seen"])

    assert read_pdf(pdf(draw, encrypt=StandardEncryption("", ownerPassword="owner", canModify=0, strength=128))).text == "seen"
