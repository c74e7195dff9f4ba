"""Which answers an examiner was made from, so that no figure of theirs is taken for one of answers left out.

They are known by digest: of the labelled answers and sentences in the knowledge folder, and of those that files of digests name there
(`*.digests`, one a line), for answers that may be learned from but not passed on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from interviewer.errors import ConfigError
from interviewer.evaluation.rows import Row
from interviewer.paths import knowledge_folder
from interviewer.text.normalize import squeeze


def digest_answer(answer: str) -> str:
    """16 hex digits of an answer's text, whatever its width, case and white space."""
    return hashlib.sha256(squeeze(answer).text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def answers_folder() -> Path:
    """Where the answers are that the offline examiner learns from."""
    return knowledge_folder() / "answers"


def read_learned(folder: Path) -> frozenset[str]:
    """The digests of all answers that were learned from; none if the folder is absent. ConfigError if a file of it is damaged."""
    return frozenset(digest for path in sorted(folder.glob("*")) for digest in _digests(path))


def write_digests(path: Path, answers: Iterable[str]) -> None:
    """Name answers that were learned from and are not passed on, in a file that `read_learned` knows (`*.digests`)."""
    path.write_text("".join(f"{digest}\n" for digest in sorted({digest_answer(answer) for answer in answers})), encoding="utf-8")


def mark_seen(rows: Iterable[Row], learned: frozenset[str]) -> tuple[Row, ...]:
    """The rows, marked where their answer, or what an attack hides in, was learned from."""
    return tuple(replace(row, seen=_is_learned(row, learned)) for row in rows)


def _is_learned(row: Row, learned: frozenset[str]) -> bool:
    texts = (row.answer, row.base or "")
    return bool(learned) and any(digest_answer(text) in learned for text in texts if text.strip())


def _digests(path: Path) -> Iterator[str]:
    if path.suffix not in (".jsonl", ".digests"):
        return
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        yield from (line.strip() if path.suffix == ".digests" else _digest_line(json.loads(line)) for line in lines)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(f"{path}: damaged → install the knowledge folder anew") from None


def _digest_line(values: dict[str, str]) -> str:
    return digest_answer(values["answer"] if "answer" in values else values["text"])
