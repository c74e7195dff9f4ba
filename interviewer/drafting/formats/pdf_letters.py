"""The letters of a PDF's page as pdfminer.six interprets it, each with its place, size, weight, and why nobody sees it."""

# ruff: noqa: ARG002 (pdfminer.six says which arguments there are)

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager, PDFStackT, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_pt, apply_matrix_rect

from interviewer.drafting.formats.pdf_hiding import Colour, Painting, why_hidden
from interviewer.drafting.formats.pdf_lines import Letter

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_FIXED = re.compile(r"mono|courier|consol|menlo|typewriter|cmtt", re.IGNORECASE)
_FOLDED = re.compile("[\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufb06]")
"""Ligatures, and the radicals that some programs write in place of Chinese characters."""
_RADICALS = str.maketrans(
    "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⻧⻪⻫⻭⻯", "民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟卤黾斉歯竜"
)
"""Those for which Unicode's own folding has no character."""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Of a symbol font; it draws bullets."""
_OUTLINED_TOO = 2
_LEAST_BULLET, _LARGEST_BULLET = 1.5, 8.0
_BULLETS_TO_SIZE = 3.2
"""How much larger than its bullets a text is set."""
_GRAY, _RGB, _CMYK = {"DeviceGray", "CalGray", "G"}, {"DeviceRGB", "CalRGB", "RGB"}, {"DeviceCMYK", "CMYK"}


class GraphicState(PDFGraphicState):
    """With opacity, which pdfminer leaves out."""

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = alpha

    def copy(self) -> GraphicState:
        """Another one of the same values."""
        other = GraphicState(self.alpha)
        other.__dict__.update(self.__dict__)
        return other


class Interpreter(PDFPageInterpreter):
    """Keeps opacity, and hands colours on into forms, which pdfminer does not."""

    inherited: GraphicState | None = None

    def subinterp(self) -> Interpreter:
        """The interpreter of a form that is drawn here."""
        inner = type(self)(self.rsrcmgr, self.device)
        state = self.graphicstate
        inner.inherited = state.copy() if isinstance(state, GraphicState) else None
        return inner

    def init_state(self, ctm: Matrix) -> None:
        """What holds when a page or form begins."""
        super().init_state(ctm)
        self.graphicstate = self.inherited.copy() if self.inherited else GraphicState()

    def do_gs(self, name: PDFStackT) -> None:
        """A named set of parameters; only the opacity of fills is looked at."""
        states = dict_value(self.resources.get("ExtGState", {}))
        alpha = dict_value(states.get(literal_name(name), {})).get("ca")
        if isinstance(alpha, (int, float)) and isinstance(self.graphicstate, GraphicState):
            self.graphicstate.alpha = float(alpha)

    def do_sh(self, name: object) -> None:
        """A gradient over whatever is clipped."""
        assert isinstance(self.device, LetterDevice)
        self.device.painting.fill((0, 0, self.device.width, self.device.height), None, is_whole=False)


class LetterDevice(PDFTextDevice):
    """Gathers the letters of the page that was interpreted last."""

    letters: list[Letter]
    painting: Painting

    def __init__(self, rsrcmgr: PDFResourceManager) -> None:
        super().__init__(rsrcmgr)
        self.has_images = False
        self._weights: dict[str, tuple[bool, bool]] = {}

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """A new page, whose corner is the origin."""
        self.ctm = ctm
        _, _, self.width, self.height = apply_matrix_rect(ctm, page.mediabox)
        self._seen = apply_matrix_rect(ctm, page.cropbox)
        self.letters, self.painting = [], Painting()
        self._marks: list[int] = []

    def end_page(self, page: PDFPage) -> None:
        """All is painted: what was covered is known."""
        self.letters = [
            letter if letter.why or not self.painting.covers(at, _middle(letter)) else _with(letter, "invisible")
            for letter, at in zip(self.letters, self._marks, strict=True)
        ]

    def render_image(self, name: str, stream: PDFStream) -> None:
        """A picture: nobody knows its colours."""
        self.has_images = True
        assert self.ctm is not None
        self.painting.fill(apply_matrix_rect(self.ctm, (0, 0, 1, 1)), None, is_whole=False)

    def paint_path(self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]) -> None:
        """A shape; only what is filled matters."""
        assert self.ctm is not None
        if not (fill or stroke) or not path:
            return
        ends = [apply_matrix_pt(self.ctm, (float(each[-2]), float(each[-1]))) for each in path if len(each) > 2]
        if not ends:
            return
        xs, ys = [x for x, _ in ends], [y for _, y in ends]
        box = (min(xs), min(ys), max(xs), max(ys))
        self._see_bullet(box)
        is_rectangle = all(min(x - box[0], box[2] - x) < 0.1 and min(y - box[1], box[3] - y) < 0.1 for x, y in ends) and not any(
            each[0] in ("c", "v", "y") for each in path
        )
        if not fill:
            return
        opaque = getattr(graphicstate, "alpha", 1.0) > 0.9
        self.painting.fill(box, _colour(graphicstate), is_whole=is_rectangle and opaque)

    def _see_bullet(self, box: Rect) -> None:
        """Browsers draw the dots and squares of lists; one is a letter if words follow it on the line."""
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) > _LEAST_BULLET and max(width, height) < min(_LARGEST_BULLET, 1.3 * min(width, height)):
            size = _BULLETS_TO_SIZE * height
            self.letters.append(Letter("•", box[0], box[2], (box[1] + box[3]) / 2 - 0.3 * size, size, False, False))
            self._marks.append(self.painting.count)

    def render_string(self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState) -> None:
        """Words: remembers how they are drawn before the letters come."""
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """A letter; its advance."""
        advance = font.char_width(cid) * fontsize * scaling
        try:
            text = _folded(font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        a, b, c, d, _, _ = matrix
        if abs(b) > 0.1 * abs(a) or abs(c) > 0.1 * abs(d):
            # Turned: a stamp across the page or along its edge.
            return advance
        x0, y = apply_matrix_pt(matrix, (0, rise))
        x1, _ = apply_matrix_pt(matrix, (advance, rise))
        size = abs(d * fontsize)
        is_bold, is_fixed = self._weight(font)
        letter = Letter(text, min(x0, x1), max(x0, x1), y, size, is_bold or self._mode == _OUTLINED_TOO, is_fixed)
        opacity = getattr(graphicstate, "alpha", 1.0)
        why = why_hidden(_middle(letter), size, self._mode, _colour(graphicstate), opacity, self._seen, self.painting)
        self.letters.append(_with(letter, why) if why else letter)
        self._marks.append(self.painting.count)
        return advance

    def _weight(self, font: PDFFont) -> tuple[bool, bool]:
        name = str(font.fontname)
        if name not in self._weights:
            self._weights[name] = (bool(_BOLD.search(name)), bool(_FIXED.search(name)))
        return self._weights[name]


def _with(letter: Letter, why: str) -> Letter:
    return replace(letter, why=why)


def _middle(letter: Letter) -> tuple[float, float]:
    return (letter.x0 + letter.x1) / 2, letter.y + 0.3 * letter.size


def _folded(text: str) -> str:
    text = _FOLDED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _PRIVATE.sub("•", text.translate(_RADICALS)).replace("\x00", "").replace("\xa0", " ").replace("\xad", "-")


def _colour(state: PDFGraphicState) -> Colour:
    """The colour that shapes and letters are filled with; a colour profile counts by its number of components."""
    given, name = state.ncolor, state.ncs.name
    parts = [float(part) for part in (given if isinstance(given, (tuple, list)) else (given,)) if isinstance(part, (int, float))]
    if name == "ICCBased":
        name = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}.get(len(parts), "")
    if name in _GRAY and len(parts) == 1:
        return (parts[0], parts[0], parts[0])
    if name in _RGB and len(parts) == 3:
        return (parts[0], parts[1], parts[2])
    if name in _CMYK and len(parts) == 4:
        cyan, magenta, yellow, black = parts
        return (1 - min(1, cyan + black), 1 - min(1, magenta + black), 1 - min(1, yellow + black))
    return None
