"""A board as CSV, JSON and XLSX: what is filtered, with units and method; no cell starts a formula."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from cp_circles.calc.cells import harmless

Cell = str | int | Decimal | None
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Sheet:
    """What is exported: keyed columns with labels, exact rows, and the sentences that explain them."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[tuple[Cell, ...]]
    facts: tuple[tuple[str, str], ...]


def written(sheet: Sheet, kind: str) -> bytes:
    """The sheet in one of `KINDS`."""
    return {"csv": _csv, "json": _json, "xlsx": _xlsx}[kind](sheet)


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(label) for _, label in sheet.columns])
    for row in sheet.rows:
        writer.writerow(["" if cell is None else _plain(harmless(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Any:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def _json(sheet: Sheet) -> bytes:
    keys = [key for key, _ in sheet.columns]
    rows = [
        {
            key: str(_plain(cell)) if isinstance(cell, Decimal) else cell
            for key, cell in zip(keys, row, strict=True)
        }
        for row in sheet.rows
    ]
    content = {
        "title": sheet.title,
        "columns": dict(sheet.columns),
        "rows": rows,
        "about": dict(sheet.facts),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = Workbook()
    board = book.active
    assert board is not None
    board.title = "board"
    board.append([harmless(label) for _, label in sheet.columns])
    for cell in board[1]:
        cell.font = Font(bold=True)
    for row in sheet.rows:
        board.append([harmless(cell) for cell in row])
    for line in board.iter_rows(min_row=2):
        for cell, value in zip(line, sheet.rows[line[0].row - 2], strict=True):
            cell.number_format = "#,##0.######" if isinstance(value, Decimal) else "General"
    board.freeze_panes = "C2"
    board.auto_filter.ref = board.dimensions
    about = book.create_sheet("about")
    about.append([harmless(sheet.title)])
    for label, text in sheet.facts:
        about.append([harmless(label), harmless(text)])
    for line in about.iter_rows():
        line[0].font, line[-1].alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for page, widths in ((board, (8, 36, 30, *([20] * 6))), (about, (26, 90))):
        for column, width in zip("ABCDEFGHI", widths, strict=False):
            page.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
