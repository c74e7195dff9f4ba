"""Markdown and pasted text become blocks: what each is, where it stands, what of it is left out."""

from __future__ import annotations

import pytest

from interviewer.drafting.document import BlockKind, Document
from interviewer.drafting.formats.markdown import is_markdown, read_markdown
from interviewer.drafting.formats.plain import read_plain


def shown(document: Document) -> list[str]:
    """Each block in a line: kind, depth if any, mark, words; what is bold between stars."""
    lines = []
    for block in document.blocks:
        words = document.words(block.span)
        for span in reversed(block.bold):
            start, end = span.start - block.span.start, span.end - block.span.start
            words = f"{words[:start]}*{words[start:end]}*{words[end:]}"
        head = f"{block.header}|" if block.header else ""
        lines.append(f"{block.kind.value}{block.depth or ''} {block.marker}{' ' if block.marker else ''}{head}{words}")
    return lines


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("## 1. Redis\n", ["heading2 1. Redis"]),
        ("1. **缓存穿透？** 怎么解决\n   - 布隆\n2) 三次握手", ["item1 1. *缓存穿透？* 怎么解决", "item2 - 布隆", "item1 2) 三次握手"]),
        ("1. 问题\n\n   另一段", ["item1 1. 问题", "paragraph1 另一段"]),
        ("1、索引\n2、事务", ["item1 1、 索引", "item1 2、 事务"]),
        ("**1. 什么是GC？**", ["item1 1. *什么是GC？*"]),
        ("| 问题 | 答案 |\n|--|--|\n| AOF<br>RDB | 持久化 |", ["cell 问题", "cell 答案", "cell 问题|AOF\nRDB", "cell 答案|持久化"]),
        ("<details><summary>什么是<b>MVCC</b>？</summary>\n\n答案\n\n</details>", ["summary 什么是*MVCC*？", "paragraph 答案"]),
        ("**问：**甲\n\n4*. 乙", ["paragraph *问：*甲", "item1 4*. 乙"]),
        ("**Q：甲**\nA：乙", ["paragraph *Q：甲*", "paragraph A：乙"]),
        ("```py\n# what?\nprint(1)\n```", ["code # what?\nprint(1)"]),
        ("> said", ["quote said"]),
        ("![alt](a.png) [link](b) `code` <!-- no -->", ["paragraph link code"]),
        ("<script>no()</script>\n\n<p>a<br>b</p><ol start=3><li>c</ol>", ["paragraph a", "paragraph b", "item1 3. c"]),
        ("---\ntitle: x\n---\n\n-x 和 2.5 倍", ["paragraph -x 和 2.5 倍"]),
        ("a\u200bb\n", ["paragraph ab"]),
    ],
)
def test_markdown_keeps_what_is_seen(text: str, blocks: list[str]) -> None:
    assert shown(read_markdown(text)) == blocks


def test_a_wrapped_sentence_is_one_block_in_markdown_and_in_text() -> None:
    cut = (
        "Explain how a write-ahead log lets a database survive a crash in the middle\n"
        "of a transaction, and what a checkpoint adds to it. Then say how long it may\n"
        "take to start again.\n"
    )
    for read in (read_markdown, read_plain):
        (block,) = shown(read(cut))
        assert block == "paragraph " + cut.replace("\n", " ").strip()


def test_lines_that_no_page_cut_stay_apart() -> None:
    assert shown(read_plain("TCP 三次握手\n索引失效的场景\n\nQ: 什么是CDN？\nA: 一种网络")) == [
        "paragraph TCP 三次握手",
        "paragraph 索引失效的场景",
        "paragraph Q: 什么是CDN？",
        "paragraph A: 一种网络",
    ]


def test_page_numbers_and_running_titles_go_and_the_sentence_goes_on() -> None:
    page = "后端面试手册\n第 {} 页\n\n"
    text = (
        page.format(1)
        + "1. 请说明 HTTP/2 相对于 HTTP/1.1 的主要改进，并结合实际项目谈谈你在生产环境里遇到的\n"
        + page.format(2)
        + "队头阻塞问题。\n"
        + page.format(3)
        + "2. 什么是CDN？\n"
    )
    assert shown(read_plain(text)) == [
        "item1 1. 请说明 HTTP/2 相对于 HTTP/1.1 的主要改进，并结合实际项目谈谈你在生产环境里遇到的队头阻塞问题。",
        "item1 2. 什么是CDN？",
    ]


def test_slides_keep_what_hangs_and_begin_anew_on_each_page() -> None:
    slide = "CS 4410 Databases in Practice                            slide {}\n"
    text = (
        slide.format(1)
        + "- How do you read an execution plan, from the top or from the\n  bottom?\n- Why can adding an index make an UPDATE slower\n\n"
        + slide.format(2)
        + "Continued\n2. A query is fast in the console and slow in the application. What\n   could be\n\n"
        + slide.format(3)
        + "   the difference between the two?\n"
    )
    assert shown(read_plain(text)) == [
        "item1 - How do you read an execution plan, from the top or from the bottom?",
        "item1 - Why can adding an index make an UPDATE slower",
        "paragraph Continued",
        "item1 2. A query is fast in the console and slow in the application. What could be the difference between the two?",
    ]


def test_plain_text_has_headings_tables_and_code() -> None:
    text = "Redis\n=====\n问题\t答案\nAOF\t持久化\n\n# 网络\n```\nx = 1\n```\n  (2) 二"
    assert shown(read_plain(text)) == [
        "heading1 Redis",
        "cell 问题",
        "cell 答案",
        "cell 问题|AOF",
        "cell 答案|持久化",
        "heading1 网络",
        "code x = 1",
        "item2 (2) 二",
    ]


def test_the_kind_of_a_pasted_text_shows_in_its_signs() -> None:
    assert is_markdown("# 题\n\n**一**\n")
    assert not is_markdown("1. 甲\n2. 乙\n- 丙\n")


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "<", "<li><td><p", "</details>" * 3, "- " * 400 + "x", "<ul><li>" * 900 + "x", "```", "\f\n1\n"]
)
def test_broken_text_is_read(text: str) -> None:
    for read in (read_markdown, read_plain):
        document = read(text)
        assert all(0 <= block.span.start < block.span.end <= len(document.text) for block in document.blocks)
        assert BlockKind.CODE not in {block.kind for block in document.blocks}
