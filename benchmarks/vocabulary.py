"""Writes `interviewer/endpoint/vocabulary.txt`: what the fallback token count knows of OpenAI's two current vocabularies.

    TIKTOKEN_CACHE_DIR=… python -m benchmarks.vocabulary

Needs both vocabularies in tiktoken's cache. The words are those of our own files (bank, prompts), then the commonest.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import tiktoken

from interviewer.endpoint.vocabulary import FILE, write_vocabulary

ROOT = Path(__file__).resolve().parent.parent
SIZE = 5800


def main() -> None:
    """Write the file anew."""
    encodings = [tiktoken.get_encoding(name) for name in ("cl100k_base", "o200k_base")]
    FILE.write_text(render(encodings), encoding="utf-8")


def render(encodings: list[tiktoken.Encoding]) -> str:
    """The file's text."""

    def cost(text: str) -> int:
        return max(len(encoding.encode_ordinary(text)) for encoding in encodings)

    letters = "abcdefghijklmnopqrstuvwxyz"
    words = sorted(choose_words(encodings, cost))
    heads = {block: chr(block << 6).encode()[:2] for block in range(0x4E00 >> 6, (0x9FFF >> 6) + 1)}
    blocks = [block for block, head in heads.items() if all(is_token(head, encoding) for encoding in encodings)]
    return write_vocabulary(
        words="\n".join(textwrap.wrap(" ".join(words), 138)),
        pairs="\n".join(textwrap.wrap(" ".join(a + b for a in letters for b in letters if cost(a + b) > 1), 138)),
        han="\n".join(textwrap.wrap("".join(char for char in map(chr, range(0x4E00, 0xA000)) if cost(char) == 1), 69)),
        blocks="\n".join(textwrap.wrap(" ".join(map(str, blocks)), 138)),
    )


def choose_words(encodings: list[tiktoken.Encoding], cost: Callable[[str], int]) -> set[str]:
    """Words of our own files first, then by rank, which follows frequency."""
    first = encodings[0]
    ranked = sorted(own_words())
    for rank in range(first.n_vocab - 100):
        try:
            token = first.decode_single_token_bytes(rank)
        except KeyError:
            continue
        if re.fullmatch(rb" [a-z]{2,}", token):
            ranked.append(token.decode()[1:])
    chosen: dict[str, None] = {}
    for word in ranked:
        if len(chosen) >= SIZE:
            break
        if cost(" " + word) == 1 and max(cost(word), cost(word.capitalize()), cost(" " + word.capitalize())) <= 2:
            chosen.setdefault(word)
    return set(chosen)


def own_words() -> set[str]:
    """Every small Latin word of the bank and the prompts."""
    files: Iterable[Path] = [*ROOT.glob("knowledge/**/*.yaml"), *ROOT.glob("prompts/*.md")]
    return {word for file in files for word in re.findall(r"[a-z]{2,}", file.read_text(encoding="utf-8").lower())}


def is_token(piece: bytes, encoding: tiktoken.Encoding) -> bool:
    """Whether these bytes are one token."""
    try:
        encoding.encode_single_token(piece)
    except KeyError:
        return False
    return True


if __name__ == "__main__":
    main()
