"""YAML text → plain values that know their lines, and what is wrong with the text as YAML.

Scalars stay text: what a bare `no` or `1.10` means is for the schema to say (`schema`), so YAML 1.1's guesses never happen.
Files are opened in `bank`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from interviewer.models import Bilingual

Loc = tuple[str | int, ...]

_DEPTH = 24
_TYPES = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in _TYPES)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = Bilingual("删掉控制字符", "remove the control character")
_REMEDIES = (
    (
        "cannot start any token",
        Bilingual(
            "给文字加引号：开头的字符在 YAML 里另有含义", "put the text in quotes: it begins with a character that YAML keeps for itself"
        ),
    ),
    (
        "mapping values are not allowed",
        Bilingual(
            "给文字加引号或放在 | 下面：裸文字里的冒号加空格会开始一个映射",
            "put the text in quotes or under |: a colon and a space inside bare text start a mapping",
        ),
    ),
    (
        "expected <block end>",
        Bilingual(
            "检查缩进；以引号开头的文字要整段加引号",
            "check the indentation, and put text that begins with a quotation mark wholly in quotes",
        ),
    ),
    (
        "expected ',' or",
        Bilingual("{ } 或 [ ] 里带逗号、冒号、括号的文字要加引号", "put text with commas, colons or brackets inside { } or [ ] in quotes"),
    ),
    ("while scanning a quoted scalar", Bilingual("把引号闭合", "close the quotation mark")),
    ("tab", Bilingual("用空格缩进，不用制表符", "indent with spaces, not with tabs")),
    ("unacceptable character", _CONTROL),
    ("control characters are not allowed", _CONTROL),
)


class Plain(str):
    """A scalar written without quotes, exactly as typed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a line (1-based), and what to do about it."""

    line: int
    message: Bilingual
    remedy: Bilingual


@dataclass(frozen=True, slots=True)
class Located:
    """A document as dicts, lists and text; `lines` gives the line of each key or item by its path."""

    value: object = None
    lines: dict[Loc, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, loc: Loc) -> int:
        """The line of the path, or of its nearest parent that exists."""
        while loc not in self.lines and loc:
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read_located(text: str) -> Located:
    """Read one YAML document. Never raises for bad text: see `faults`; `value` is None if nothing could be read."""
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
            if reader.stopped:
                break
    except yaml.YAMLError as error:
        return Located(faults=(*reader.faults, _yaml_fault(error, text)))
    if reader.stopped:
        return Located(faults=tuple(reader.faults))
    if reader.value is None:
        empty = Bilingual("文件是空的", "the file is empty")
        return Located(faults=(Fault(1, empty, Bilingual("写上题目，或者删掉文件", "write a question into it or remove it")),))
    return Located(reader.value, reader.lines, tuple(reader.faults))


def _yaml_fault(error: yaml.YAMLError, text: str) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError):
        parts = [part for part in (error.context, error.problem) if part]
        mark = error.problem_mark or error.context_mark
        line, said = (mark.line + 1 if mark else 1), ", ".join(parts)
    else:
        position = getattr(error, "position", 0)
        line, said = text.encode("utf-8")[:position].count(b"\n") + 1, getattr(error, "reason", "") or "unreadable text"
    usual = Bilingual("检查这一行和上一行的引号、缩进和冒号", "check quotes, indentation and colons on this line and the one before")
    remedy = next((words for sign, words in _REMEDIES if sign in said), usual)
    return Fault(line, Bilingual(f"不是有效的 YAML：{said}", f"not valid YAML: {said}"), remedy)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read; `key` waits for its value, which is dropped if `drop`."""

    loc: Loc
    holds: dict[str, object] | list[object]
    key: str | None = None
    drop: bool = False


class _Reader:
    """Turns events into values, noting where each was. From events and not from nodes: composing nodes is recursive, and
    a text of many brackets makes it overflow the stack of the whole process."""

    def __init__(self) -> None:
        self.value: object = None
        self.lines: dict[Loc, int] = {}
        self.faults: list[Fault] = []
        self.stopped = False
        self._open: list[_Open] = []

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event, line)
            self._attach(event.value if event.style else Plain(event.value), line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._check_tag(event, line)
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            remedy = (
                "以 * 开头的文字加引号；要用两次的就写两遍",
                "put text that begins with * in quotes, and repeat what is to stand twice",
            )
            self._fault(line, ("裸的 * 会开始一个引用", "a bare * begins a reference"), remedy)
            self._attach("", line)
        elif isinstance(event, yaml.DocumentStartEvent) and self.value is not None:
            remedy = ("一个文件放一道题，不写 ---", "keep one question per file, without ---")
            self._fault(line, ("这里开始了第二个文档", "a second document begins here"), remedy)
            self.stopped = True

    def _fault(self, line: int, message: tuple[str, str], remedy: tuple[str, str]) -> None:
        self.faults.append(Fault(line, Bilingual(*message), Bilingual(*remedy)))

    def _check_tag(self, event: Any, line: int) -> None:
        if event.tag is not None and event.tag not in _TAGS:
            remedy = ("给文字加引号，或删掉带感叹号的词", "quote the text, or remove the word with the exclamation mark")
            self._fault(line, (f"没有标签 {event.tag}", f"unknown tag {event.tag}"), remedy)

    def _begin(self, holds: dict[str, object] | list[object], line: int) -> None:
        if len(self._open) >= _DEPTH:
            remedy = ("格式见 knowledge/README.md", "see knowledge/README.md for the format")
            self._fault(line, ("文件嵌套得太深", "the file is nested too deeply"), remedy)
            self.stopped = True
        self._open.append(_Open(self._attach(holds, line), holds))

    def _attach(self, value: object, line: int) -> Loc:
        """Put a value where it belongs; its path."""
        if not self._open:
            self.value, self.lines[()] = value, line
            return ()
        top = self._open[-1]
        if isinstance(top.holds, list):
            loc: Loc = (*top.loc, len(top.holds))
            top.holds.append(value)
            self.lines[loc] = line
            return loc
        if top.key is None:
            self._name(top, top.holds, value, line)
            return (*top.loc, "?")
        loc = (*top.loc, top.key)
        if not top.drop:
            top.holds[top.key] = value
        top.key, top.drop = None, False
        return loc

    def _name(self, top: _Open, holds: dict[str, object], key: object, line: int) -> None:
        top.key = str(key)
        if not isinstance(key, str):
            remedy = ("以 { 或 [ 开头的文字加引号", "put text that begins with { or [ in quotes")
            self._fault(line, ("键不是一个词", "a key is not a word"), remedy)
            top.drop = True
        elif key in holds:
            self._fault(
                line, (f"键 {str(key)!r} 在这里写了两次", f"the key {str(key)!r} stands here twice"), ("留一个", "keep one of the two")
            )
            top.drop = True
        else:
            self.lines[(*top.loc, str(key))] = line
