"""Tables as an XLSX workbook. The one door to XlsxWriter, which only writes: nothing of a workbook from elsewhere is ever read here.

Text goes in as text by its own call, so that whatever it begins with, no spreadsheet takes it for a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviewer.text.normalize import strip_hidden
from interviewer.ui.tables import Value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
"""Characters that a cell of the format holds."""
_LONGEST_TITLE = 31
_NOT_IN_TITLE = str.maketrans("[]:*?/\\'", "        ")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook. `widths`: of the columns in characters, the last for all that follow. `frozen`: columns that stay when scrolling."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = (18,)
    frozen: int = 0


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The workbook; its first row stays in view. Nothing is written to the disk on the way."""
    import xlsxwriter  # late: most who ask for a page ask for no workbook

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold, number = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"num_format": "0.0"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title.translate(_NOT_IN_TITLE)[:_LONGEST_TITLE])
        for place, header in enumerate(sheet.headers):
            page.write_string(0, place, _shown(header), bold)
            page.set_column(place, place, sheet.widths[min(place, len(sheet.widths) - 1)])
        for at, row in enumerate(sheet.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(at, place, _shown(value))
                elif value is not None:
                    page.write_number(at, place, value, number if isinstance(value, float) else None)
        page.freeze_panes(1, sheet.frozen)
    book.close()
    return out.getvalue()


def _shown(text: str) -> str:
    return strip_hidden(text).replace("\x00", "")[:LONGEST_CELL]
