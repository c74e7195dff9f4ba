"""What is found in a document without a model: its questions, each with where it stands and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.drafting.document import Span


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """A question of a document. `prompt`: its words as they stand there, without a list's mark; `spans`: where, one or more stretches.

    `topic`: the heading or label over it. `context`: its parent's sentence or the code it asks about, without which it is not
    understood. `answer`, `rubric`, `options`: what the text has of these. `form`: the shape by which it was found. `confidence`: 0–1.
    """

    prompt: str
    spans: tuple[Span, ...]
    topic: Span | None = None
    context: Span | None = None
    answer: tuple[Span, ...] = ()
    rubric: tuple[Span, ...] = ()
    options: tuple[Span, ...] = ()
    form: str = ""
    confidence: float = 1.0
