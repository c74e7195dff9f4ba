"""Which tables hold data and which only lay the page out, and which row has the columns' headings."""

from __future__ import annotations

from lxml import html

_LONGEST_HEADING = 30
_PARTS = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")


def tags_of_tables(root: html.HtmlElement) -> dict[html.HtmlElement, str]:
    """What to read elements as: the parts of a table that only lays out as `div`, the cells of a row of headings as `th`, others as `td`."""
    read_as: dict[html.HtmlElement, str] = {}
    for table in root.iter("table"):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        if _lays_out(table, rows):
            parts = [table, *(part for part in table.iter(*_PARTS) if next(part.iterancestors("table"), None) is table)]
            read_as.update(dict.fromkeys(parts, "div"))
            continue
        for number, row in enumerate(rows):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            heading = number == 0 and len(rows) > 1 and _is_heading(cells)
            read_as.update(dict.fromkeys(cells, "th" if heading else "td"))
    return read_as


def _lays_out(table: html.HtmlElement, rows: list[html.HtmlElement]) -> bool:
    if table.get("role") in ("presentation", "none") or next(table.iterancestors("table"), None) is not None:
        return True
    if next(table.iterdescendants("table", "h1", "h2", "h3", "h4"), None) is not None:
        return True
    return all(len(row) <= 1 for row in rows)


def _is_heading(cells: list[html.HtmlElement]) -> bool:
    """Whether all cells are marked so, or have short words of which no two are the same and none asks."""
    if all(cell.tag == "th" for cell in cells):
        return bool(cells)
    words = [" ".join("".join(cell.itertext()).split()) for cell in cells]
    return len(set(words)) == len(words) and all(0 < len(each) <= _LONGEST_HEADING and each[-1] not in "?？" for each in words)
