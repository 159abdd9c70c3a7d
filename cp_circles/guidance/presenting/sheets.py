"""A filtered list as CSV or XLSX: what is shown, with no cell that starts a formula."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font

from cp_circles.calc.cells import harmless

Cell = str | int | Decimal | None
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(labels: Sequence[str], rows: Sequence[Sequence[Cell]], kind: str) -> bytes:
    """The rows in one of `KINDS`."""
    safe = [[harmless(cell) for cell in row] for row in rows]
    if kind == "xlsx":
        return _xlsx(labels, safe)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(labels)
    writer.writerows([["" if cell is None else cell for cell in row] for row in safe])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(labels: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(labels))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in rows:
        page.append(list(row))
    page.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
