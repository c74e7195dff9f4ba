"""Counting tokens, so that a prompt fits the model's window and an interview its budget. The only door to tiktoken.

tiktoken fetches its vocabularies from the network at first use. This module never lets it: a vocabulary is used only
if its file is already in tiktoken's cache, intact. Otherwise the count is an estimate that errs on the high side.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock

from interviewer.endpoint.vocabulary import load_vocabulary
from interviewer.text.segment import NARROW_ENDS, WIDE_ENDS

_CACHE_FILES = {
    "o200k_base": ("fb374d419588a4632f3f557e76b4b70aebbca790", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
    "cl100k_base": ("9b5ad71b2ce5302211f9c61530b329a4922fc6a4", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
}
"""Encoding → name of its file in tiktoken's cache, and the SHA-256 of the file."""
_SAME_FILE = {"o200k_harmony": "o200k_base"}
_STRANGER = "cl100k_base"
"""Of the two the one that spends more tokens on Chinese, for models whose vocabulary is not known."""
_STRANGER_MARGIN = 1.15
_PAIRS = frozenset(('":', '",', '{"', '"}', "},", '["', '"]', "],", "[{", "),", ").", '."', "--", "**", "##", "//", "()"))
"""Pairs of marks that are one token in both vocabularies; the commonest in JSON and prose."""
_WIDE_MARKS = frozenset("，。、；：？！（）“”…《》—")
"""Chinese marks that are one token in both."""
_PIECE = re.compile("|".join([r"[A-Za-z]+|[0-9]+|[\u4e00-\u9fff]+|\s+", *map(re.escape, sorted(_PAIRS)), "."]), re.DOTALL)
_FEWEST = tuple(map(re.compile, (r"[A-Za-z]{2,}", r"[0-9]{1,3}", r"[^\w\s.'’\u4e00-\u9fff]+", r"[\u4e00-\u9fff]")))
"""Words, groups of digits, runs of marks, ideographs: what costs the leanest vocabularies about a token, of the last two a good half."""
_LEAN = 1.1
_LONG = 2000
_SHORT = 16
"""Characters of a piece whose estimate is kept."""
_SENTENCE_END = re.compile(rf"[{WIDE_ENDS}\n]|[{NARROW_ENDS}](?=\s)")


class TokenCounter:
    """Counts tokens for one model. The vocabulary is looked for at the first count, not before."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = Lock()
        self._encode: Callable[[str], int] | None = None
        self._method = ""

    @property
    def method(self) -> str:
        """How it counts: the encoding's name, or "estimate"."""
        self._ready()
        return self._method

    def count(self, text: str) -> int:
        """The tokens of a text: exact for OpenAI's models if the vocabulary is cached, else rather too many than too few."""
        return self._ready()(text)

    def shorten(self, text: str, limit: int) -> str:
        """The longest beginning of a text within `limit` tokens, cut after a sentence where there is one and marked with …"""
        if self.count(text) <= limit:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.count(text[:middle] + "…") <= limit else (low, middle - 1)
        ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, low) if match.end() >= low // 2]
        kept = text[: ends[-1] if ends else low].rstrip()
        return kept + "…" if kept else ""

    def _ready(self) -> Callable[[str], int]:
        with self._lock:
            if self._encode is None:
                self._encode, self._method = _choose_method(self._model)
            return self._encode


def estimate_tokens(text: str) -> int:
    """An upper estimate without any vocabulary: on prose about a third more than OpenAI's encodings make of it.

    Known words are one or two tokens, other Latin words two for three letters, digits one for three, ideographs one to
    three, anything else one per byte.
    """
    total = 0
    spaced = False
    for piece in _PIECE.findall(text):
        total += (_estimate_known if len(piece) <= _SHORT else _estimate_piece)(piece, spaced)
        spaced = piece == " "
    return total + spaced


def fewest_tokens(text: str) -> int:
    """A lower estimate: what the leanest vocabularies make of a text, less a tenth on prompts like ours.

    Whole prompts were counted with o200k, DeepSeek V4's and Qwen 3.6's vocabularies, in both languages and with long and short answers:
    they take 1.12 to 1.3 times this, while the estimate that errs on the high side is 1.4 to 2 times what they take.
    """
    return _fewest_known(text) if len(text) > _LONG else _fewest_in(text)


def _fewest_in(text: str) -> int:
    words, digits, marks, han = (len(found.findall(text)) for found in _FEWEST)
    return int(_LEAN * (words + digits + 0.6 * marks + 0.55 * han))


_fewest_known = lru_cache(maxsize=64)(_fewest_in)
"""Kept for long texts: the part about a question comes again with each answer."""


def _estimate_piece(piece: str, spaced: bool) -> int:
    """`spaced`: one space stands before it, which Latin words and marks take along and anything else leaves by itself."""
    if piece.isascii() and piece.isalpha():
        return _estimate_word(piece, spaced=spaced)
    if piece.isascii() and piece.isdigit():
        return (len(piece) + 2) // 3 + spaced
    if "\u4e00" <= piece[0] <= "\u9fff":
        known = load_vocabulary()
        rare = [sign for sign in piece if sign not in known.han]
        return len(piece) + sum(1 if ord(sign) >> 6 in known.blocks else 2 for sign in rare) + spaced
    if piece.isspace():
        return 0 if piece == " " else len(piece.encode())
    if piece.isascii() or piece in _WIDE_MARKS:
        return 1 + (spaced and not piece.isascii())
    return len(piece.encode()) + spaced


_estimate_known = lru_cache(maxsize=20_000)(_estimate_piece)
"""Kept, because most pieces of a text come again in the next."""


def _estimate_word(word: str, *, spaced: bool) -> int:
    """Letters pair up into tokens wherever the pair is a token; odd capitals may keep them apart."""
    small, known = word.lower(), load_vocabulary()
    if small in known.words and word[1:].islower():
        return 1 if spaced and word == small else 2
    if not word[1:].islower():
        return len(word) + spaced
    apart = sum(1 for left, right in pairwise(small) if left + right in known.bad_pairs)
    return (2 * len(word) + 2) // 3 + apart + (word != small)


def _choose_method(model: str) -> tuple[Callable[[str], int], str]:
    import tiktoken

    try:
        name, margin = tiktoken.encoding_name_for_model(model), 1.0
    except KeyError:
        name, margin = _STRANGER, _STRANGER_MARGIN
    name = _SAME_FILE.get(name, name)
    if not _is_cached(name, _cache_folder()):
        return estimate_tokens, "estimate"
    encoding = tiktoken.get_encoding(name)
    return lambda text: int(len(encoding.encode_ordinary(text)) * margin + 0.999), name


def _cache_folder() -> Path:
    """Where tiktoken would look: it reads these variables itself, so they are no settings of ours."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return Path(os.environ[variable])
    return Path(tempfile.gettempdir()) / "data-gym-cache"


def _is_cached(name: str, cache: Path) -> bool:
    """Whether the vocabulary's file is there and whole; tiktoken would delete a damaged one and fetch it anew."""
    file, digest = _CACHE_FILES.get(name, ("", ""))
    if not file or not str(cache):
        return False
    try:
        return hashlib.sha256((cache / file).read_bytes()).hexdigest() == digest
    except OSError:
        return False
