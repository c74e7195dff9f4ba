"""Why nobody sees a letter of a PDF: in the colour of what it stands on, tiny, off the page, covered, or drawn invisibly. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

Colour = tuple[float, float, float] | None
"""Red, green and blue from 0 to 1; None for a colour that is not worked out, such as a picture's, a pattern's or a spot colour's."""
Box = tuple[float, float, float, float]
_WHITE: Colour = (1.0, 1.0, 1.0)
_ALIKE = 0.1
"""Difference in each of red, green and blue below which a letter cannot be told from its ground."""
_LEAST_SIZE = 2.0
_LEAST_OPACITY = 0.1
_INVISIBLE_MODES = frozenset({3, 7})
_MOST_FILLS = 400
"""Fills of a page that are looked at; a drawing can have thousands, and then the small ones are let go."""
_SMALL = 4.0


@dataclass(frozen=True, slots=True)
class _Fill:
    box: Box
    colour: Colour
    is_whole: bool


@dataclass(slots=True)
class Painting:
    """What was filled on a page so far, in order."""

    _fills: list[_Fill] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many fills there are."""
        return len(self._fills)

    def fill(self, box: Box, colour: Colour, *, is_whole: bool) -> None:
        """Something is filled. `is_whole`: all of the box is, and nothing shows through."""
        if len(self._fills) < _MOST_FILLS and box[2] - box[0] > _SMALL and box[3] - box[1] > _SMALL:
            self._fills.append(_Fill(box, colour, is_whole))

    def ground(self, point: tuple[float, float]) -> Colour:
        """The colour that a letter painted now stands on."""
        return next((fill.colour for fill in reversed(self._fills) if _holds(fill.box, point)), _WHITE)

    def covers(self, since: int, point: tuple[float, float]) -> bool:
        """Whether what was filled after the first `since` fills lies over a place."""
        return any(fill.is_whole and _holds(fill.box, point) for fill in self._fills[since:])


def why_hidden(point: tuple[float, float], size: float, mode: int, colour: Colour, opacity: float, page: Box, painting: Painting) -> str:
    """The reason as in `HiddenText`, or "". `point`: the letter's middle; `size`: its height in points; `mode`: how PDF renders text."""
    if mode in _INVISIBLE_MODES or opacity < _LEAST_OPACITY:
        return "invisible"
    if not _holds(page, point):
        return "off-page"
    if size < _LEAST_SIZE:
        return "tiny"
    if colour is None:
        return ""
    ground = painting.ground(point)
    return "white" if ground and all(abs(one - other) < _ALIKE for one, other in zip(colour, ground, strict=True)) else ""


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
