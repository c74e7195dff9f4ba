"""What a model means by a name: verdicts in other words or in Chinese, ids in another spelling. Where there is a doubt, nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from interviewer.models import VerdictStatus
from interviewer.text.chinese import simplify
from interviewer.text.normalize import normalize

_VERDICTS: Mapping[VerdictStatus, str] = {
    VerdictStatus.COVERED: (
        "covered|cover|covers|fully covered|completely covered|full|fully|full coverage|覆盖|已覆盖|覆盖到|完全覆盖|全部覆盖|完整覆盖|充分覆盖|涵盖|已涵盖|命中|完全命中|"
        "讲清|讲清楚|说清|说清楚"
    ),
    VerdictStatus.PARTIAL: (
        "partial|partially|partly|partially covered|partly covered|partial coverage|部分|部分覆盖|部分涵盖|部分命中|部分正确|部分提及|部分提到|部分讲到|部分说到|覆盖部分|"
        "覆盖一部分|一部分|不完整|半覆盖"
    ),
    VerdictStatus.NAMED: (
        "named|named only|only named|name only|mentioned|mentioned only|only mentioned|merely mentioned|just mentioned|mention|mention only|"
        "提及|提到|仅提及|只提及|仅提到|只提到|仅仅提及|仅仅提到|仅点名|点名|只点名|仅列名|仅命名|已提及|提名"
    ),
    VerdictStatus.MISSING: (
        "missing|missed|absent|not covered|uncovered|not mentioned|not addressed|omitted|none|缺失|缺少|缺|未覆盖|没有覆盖|没覆盖|未涵盖|遗漏|漏掉|未提及|未提到|没有提及|没有提到|"
        "没提到|没提及|未讲到|没有讲到|没讲到|未说到|未涉及|没有涉及|未命中|无"
    ),
    VerdictStatus.WRONG: "wrong|incorrect|false|error|erroneous|mistaken|错误|错|有误|错的|说错|讲错|不正确|误解",
}
"""What models call a verdict. Words that tell only right from not right, such as "correct" or "yes", are not among them."""
_MEANS: Mapping[str, VerdictStatus] = {word: status for status, words in _VERDICTS.items() for word in words.split("|")}
_APART = re.compile(r"[()\[\]{}<>/|,;:，。；：、=]+|\.\s|\.\Z")
_EDGE = " \t\r\n\"'`*_~.!“”‘’「」【】✓✔✗✘❌✅"
_SPACES = re.compile(r"[\s_\-]+")
_NUMBERED = re.compile(r"^\s*(?:point|要点)?\s*\d+\s*[.):：、）]\s*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def read_verdict(word: str) -> VerdictStatus | None:
    """The verdict that a word stands for, None if it may stand for none or for several: "Covered", "部分覆盖 (partial)", "missing."."""
    pieces = [_SPACES.sub(" ", piece.strip(_EDGE)).strip() for piece in _APART.split(simplify(normalize(word).text))]
    said = [piece.removeprefix("verdictstatus.") for piece in pieces if piece and piece not in ("verdict", "结论", "判定")]
    meant = {_MEANS.get(piece) for piece in said}
    return meant.pop() if len(meant) == 1 else None


def read_id(word: str, known: Iterable[str]) -> str | None:
    """The one known id that a word spells, whatever its case and separators; None if it spells none or several."""
    ids, word = tuple(known), word.strip()
    if word in ids or not word:
        return word or None
    for spelled in (word, _NUMBERED.sub("", word)):
        bare = _bare(spelled)
        alike = [each for each in ids if bare and _bare(each) == bare]
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None


def _bare(word: str) -> str:
    return "".join(char for char in normalize(word).text if char.isalnum())
