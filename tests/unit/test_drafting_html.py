"""A page becomes blocks: its lists, tables, folds and code, without what surrounds it, and without what nobody sees."""

from __future__ import annotations

import pytest

from interviewer.drafting.formats.html import read_markup, read_page
from interviewer.drafting.unreadable import Unreadable
from tests.unit.test_drafting_readers import shown

ARTICLE = "".join(
    f"<h2>{number}. 缓存与数据库怎么保持一致（{number}）？</h2><p>先写库再删缓存，失败就重试，并用消息队列兜底，第 {number} 种说法。</p>"
    "<ul><li>延时双删</li><li>订阅日志</li></ul>"
    for number in range(1, 6)
)
LINKS = "".join(f'<li><a href="/{number}">为什么第 {number} 篇文章这么火？</a></li>' for number in range(60))


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<h1>Redis</h1><h2><code>a</code> 与<br>b</h2>", ["heading1 Redis", "heading2 a 与", "heading2 b"]),
        ("<ol start=3><li>甲<ul><li>子</ul><p>另</p><li value=9>乙</ol>", ["item1 3. 甲", "item2 - 子", "paragraph1 另", "item1 9. 乙"]),
        ("<ol type=a><li>x<li>y</ol><ol type=I start=4><li>z</ol>", ["item1 a. x", "item1 b. y", "item1 IV. z"]),
        ("<ol reversed><li>x<li>y</ol>", ["item1 2. x", "item1 1. y"]),
        ("<details><summary>问？</summary>答</details><pre>a\n  b</pre>", ["summary 问？", "paragraph 答", "code a\n  b"]),
        ("<table><tr><th>Q<th>A<tr><td>a?<td>b</table>", ["cell Q", "cell A", "cell Q|a?", "cell A|b"]),
        ("<table><tr><td>问题<td>答案<tr><td>a?<td>b</table>", ["cell 问题", "cell 答案", "cell 问题|a?", "cell 答案|b"]),
        ("<table><tr><td>a?<td>b<tr><td>c?<td>d</table>", ["cell a?", "cell b", "cell c?", "cell d"]),
        ("<table><tr><td><h2>x</h2><p>y<td>z</table>", ["heading2 x", "paragraph y", "paragraph z"]),
        ("<p>a <b>b</b> <span style='font-weight:700'>c</span></p>", ["paragraph a *b* *c*"]),
        ("<blockquote>said</blockquote>loose<dl><dt>t<dd>d</dl>", ["quote said", "paragraph loose", "paragraph *t*", "paragraph d"]),
        ("<script>no()</script><p>a<!-- no --><img alt=no><button>no</button> b", ["paragraph a b"]),
    ],
)
def test_each_part_of_a_page_is_a_block_with_its_mark(page: str, blocks: list[str]) -> None:
    assert shown(read_page(page)) == blocks


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<p style='color: #FFF'>x</p>", "white"),
        ("<font color=white>x</font>", "white"),
        ("<p style='font-size:1px'>x</p>", "tiny"),
        ("<p style='position:absolute;left:-9999px'>x</p>", "off-page"),
        ("<p style='display:none'>x</p>", "invisible"),
        ("<p hidden>x</p>", "invisible"),
        ("<style>/*.*/ .no, p.b {visibility:hidden}</style><div class='a no'><p>x</p></div>", "invisible"),
    ],
)
def test_what_nobody_sees_is_reported_and_not_used(page: str, why: str) -> None:
    document = read_page(f"<p>seen {page} too")
    assert "x" not in document.text
    assert [(each.text, each.why) for each in document.hidden] == [("x", why)]
    assert document.text.endswith("too")


@pytest.mark.parametrize(
    "page",
    [
        "<p style='color:#fff;background:#000'>x</p>",
        "<style>@media print{p{display:none}}</style><p>x</p>",
        "<p style='opacity:0.5;font-size:12px;margin-left:-20px'>x</p>",
    ],
)
def test_what_is_seen_is_not_hidden(page: str) -> None:
    document = read_page(page)
    assert (document.text, document.hidden) == ("x", ())


@pytest.mark.parametrize("frame", ["<main>{}</main>", "<div id=x>{}</div>", "{}"])
def test_links_around_and_comments_below_an_article_are_left_out(frame: str) -> None:
    page = (
        f"<html><head><title>十问</title></head><body><nav><ul>{LINKS}</ul></nav><div class=side><h3>热门</h3><ul>{LINKS}</ul></div>"
        f"{frame.format(ARTICLE)}<div class=comments><h3>评论</h3><p>求 PDF，怎么下载？</p></div><footer>关于我们</footer></body></html>"
    )
    document = read_page(page)
    assert document.title == "十问"
    assert shown(document)[-20:] == shown(read_markup(ARTICLE, "html"))
    assert "怎么下载" not in document.text
    assert "这么火" not in document.text


@pytest.mark.parametrize(
    "below", ["<h3>网友评论</h3><p>求 PDF，怎么下载？</p>", "<div class='post-comments'><p>求 PDF，怎么下载？</p></div>"]
)
def test_what_stands_below_an_article_is_told_by_its_heading_or_its_class(below: str) -> None:
    document = read_page(f"<html><body><nav><ul>{LINKS}</ul></nav>{ARTICLE}{below}</body></html>")
    assert shown(document) == shown(read_markup(ARTICLE, "html"))


def test_a_page_nested_deeper_than_python_calls_is_read() -> None:
    assert read_page("<div>" * 1500 + "<p>deep").text == "deep"
    assert read_page(f"<nav>{LINKS}</nav>" + "<ul><li>" * 900 + "deep").text.endswith("deep")
    with pytest.raises(Unreadable):
        read_page("<p>seen" + "<div>" * 5000 + "<p>deep")
