"""Reads Markdown (CommonMark with tables, and HTML within it) by markdown-it-py. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from interviewer.drafting.document import Document
from interviewer.drafting.formats.labels import begins_anew
from interviewer.drafting.formats.tags import MarkupReader, TagReader
from interviewer.drafting.formats.wrapping import Wrapping

_SIGNS = re.compile(
    r"^(?:\#{1,6}\s+\S|\s{0,3}(?:```|~~~)|\s{0,3}\|.*\|\s*$|\s*<(?:details|summary)\b|\s{0,3}>\s+\S)|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\n]+\)",
    re.MULTILINE,
)
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_ENOUGH_SIGNS = 2


def is_markdown(text: str) -> bool:
    """Whether a text without a name is written in Markdown: it has signs that nobody types in plain text."""
    return len(_SIGNS.findall(text)) >= _ENOUGH_SIGNS


def read_markdown(text: str) -> Document:
    """What a Markdown text shows. Markup, images, comments and front matter are left out; a soft line break is one where none was wrapped."""
    source = _FRONT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = source.split("\n")
    reader = _Reader(lines)
    reader.read(MarkdownIt("commonmark", {"html": True}).enable("table").parse(source))
    return reader.tags.finish().document("markdown")


class _Reader:
    """Hands the tokens of markdown-it to a `TagReader`."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.tags = TagReader()
        self._markup = MarkupReader(self.tags)
        self._lines = lines
        self._wrapping = Wrapping(lines)
        self._stars = False

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type in ("fence", "code_block"):
                self.tags.open("pre")
                self.tags.say(token.content)
                self.tags.close("pre")
            elif token.type in ("html_block", "html_inline"):
                self._markup.feed(token.content)
            elif token.type == "inline":
                self._read_line(token)
            elif token.nesting == 1:
                self.tags.open(token.tag, {"start": str(token.attrs.get("start", "1"))}, _mark(token))
            elif token.nesting == -1:
                self.tags.close(token.tag)

    def _read_line(self, token: Token) -> None:
        number = token.map[0] if token.map else 0
        for child in token.children or ():
            if child.type == "softbreak":
                self._break(number)
                number += 1
            elif child.type == "hardbreak":
                self.tags.end_line()
                number += 1
            elif child.type == "html_inline":
                self._markup.feed(child.content)
            elif child.type == "text":
                self._say(child.content, starred="**" in token.content and token.content.count("**") % 2 == 0)
            elif child.type == "code_inline":
                self.tags.say(child.content)
            elif child.nesting:
                self.tags.open(child.tag) if child.nesting == 1 else self.tags.close(child.tag)

    def _say(self, words: str, *, starred: bool) -> None:
        """Words; stars that CommonMark leaves beside a Chinese mark ("**问：**什么") are meant as bold."""
        for part in re.split(r"(\*\*)", words) if starred else [words]:
            if part != "**" or not starred:
                self.tags.say(part)
            elif self._stars:
                self.tags.close("strong")
                self._stars = False
            else:
                self.tags.open("strong")
                self._stars = True

    def _break(self, number: int) -> None:
        here, following = self._lines[number], self._lines[number + 1].lstrip("> ")
        if not begins_anew(following) and self._wrapping.goes_on(here, following):
            self.tags.go_on()
        else:
            self.tags.end_line()


def _mark(token: Token) -> str:
    if token.type != "list_item_open":
        return ""
    return f"{token.info}{token.markup}" if token.info else token.markup
