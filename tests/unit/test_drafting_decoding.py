"""Which format bytes have and which letters they stand for, whatever the file is called."""

from __future__ import annotations

import pytest

from interviewer.drafting.formats.decoding import decode
from interviewer.drafting.formats.kinds import kind_of_file, kind_of_text
from interviewer.drafting.unreadable import Unreadable, Why

TEXT = "什么是缓存击穿？\nWhat is a “lock”?"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_text_is_read_in_each_encoding(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_utf_16_without_a_mark_and_western_text_are_read() -> None:
    assert decode("What is a lock?".encode("utf-16-le")) == "What is a lock?"
    assert decode("What is a lock?".encode("utf-16-be")) == "What is a lock?"
    assert decode("Café or naïve caching?".encode("cp1252")) == "Café or naïve caching?"
    assert decode('<meta charset="big5"><p>什麼是快取'.encode("big5")) == '<meta charset="big5"><p>什麼是快取'


def test_one_broken_character_does_not_change_the_encoding() -> None:
    assert decode((TEXT * 30).encode()[:-1] + b"\xff").startswith(TEXT)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        decode(bytes(range(256)) * 20)
    assert refused.value.why == Why.UNKNOWN


def test_a_files_first_bytes_tell_its_format() -> None:
    assert kind_of_file(b"%PDF-1.7\n...") == "pdf"
    assert kind_of_file(b"junk\n%PDF-1.7\n... startxref\n0") == "pdf"
    assert kind_of_file(b"An article on %PDF- headers") is None
    assert kind_of_file(b"PK\x03\x04...") == "docx"
    assert kind_of_file("PK 方案的题".encode()) is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Why.ENCRYPTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Why.OLD_WORD),
        (b"{\\rtf1 x}", Why.OLD_WORD),
    ],
)
def test_known_formats_that_are_not_read_are_told_apart(data: bytes, why: Why) -> None:
    with pytest.raises(Unreadable) as refused:
        kind_of_file(data)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("<!DOCTYPE html><p>x", "", "html"),
        ("<!-- saved -->\n<html>", "a.txt", "html"),
        ("<ul><li>x</li></ul>", "", "html"),
        ("# Title\n\n<div>x</div>\n\n**a** and **b**", "", "markdown"),
        ("1. What?\n2. Why?", "notes.md", "markdown"),
        ("1. What?\n2. Why?", "notes.txt", "text"),
        ("", "", "text"),
    ],
)
def test_marks_tell_pages_markdown_and_plain_text_apart(text: str, name: str, kind: str) -> None:
    assert kind_of_text(text, name) == kind
