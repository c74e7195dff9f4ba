"""The values that the offline examiner passes around: an answer as it is judged, and what was found on each point."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.grading.substance import LIST_SHARE
from interviewer.models import Misconception, RubricPoint, VerdictStatus
from interviewer.text.normalize import Normalized, Span


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found on one point. `span`: in the normalised answer, None when nothing was; `belief`: the wrong one, when WRONG.

    `listed`: rests on bare lists only; `places`: every stretch that was matched.
    """

    point: RubricPoint
    status: VerdictStatus
    span: Span | None = None
    belief: Misconception | None = None
    listed: bool = False
    places: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """An answer as it is judged: its text and the stretches that are no evidence or only a list of terms. `orders`: part of `void`."""

    text: Normalized
    sentences: tuple[Span, ...]
    void: tuple[Span, ...]
    lists: tuple[Span, ...]
    orders: tuple[Span, ...]

    @property
    def is_list(self) -> bool:
        """Whether most of what counts in the answer is bare lists."""
        counted = sum(span.end - span.start for span in self.sentences) - sum(span.end - span.start for span in self.void)
        listed = sum(span.end - span.start for span in self.lists)
        return listed > 0 and listed >= LIST_SHARE * max(1, counted)

    def is_void(self, span: Span) -> bool:
        """Whether most of a stretch is no evidence."""
        return 2 * sum(span.overlap(other) for other in self.void) > span.end - span.start

    def is_listed(self, span: Span) -> bool:
        """Whether a stretch lies in a bare list."""
        return any(span.overlap(other) for other in self.lists)
