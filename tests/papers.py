"""Files as people upload them, made anew by the tests: PDF by reportlab."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE = "STSong-Light"
"""A font that every PDF reader has, so that the file needs none in it."""
SIZE = (595, 842)


def pdf(draw: Callable[[Canvas], Any], **settings: Any) -> bytes:
    """A PDF of what is drawn; the first page is begun and the last one ended."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=SIZE, invariant=1, **settings)
    canvas.setFont(CHINESE, 11)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def write(canvas: Canvas, lines: list[str], *, x: float = 60, y: float = 700, step: float = 16) -> None:
    """Lines of text, one under the other."""
    for number, line in enumerate(lines):
        canvas.drawString(x, y - step * number, line)
