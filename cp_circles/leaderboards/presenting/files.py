"""A board as CSV, JSON and XLSX: what is filtered, with units and method; no cell starts a formula.

Files are written row by row to the disk, so that a board of a million rows takes no more memory than a page.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cp_circles.calc.cells import harmless

Cell = str | int | Decimal | None
Facts = tuple[tuple[str, Cell], ...]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY, PART = 1 << 20, 1 << 18


@dataclass(frozen=True)
class Sheet:
    """What is exported: keyed columns with labels, exact rows, and the sentences that explain them.

    `rows` are read once; `facts` are asked for after the last of them.
    """

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Iterable[tuple[Cell, ...]]
    facts: Callable[[], Facts]


def written(sheet: Sheet, kind: str) -> Iterator[bytes]:
    """The parts of a file in one of `KINDS`; the whole file is finished before the first is given out."""
    parts = _parts(sheet, kind)
    return chain([next(parts)], parts)


def _parts(sheet: Sheet, kind: str) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        {"csv": _csv, "json": _json, "xlsx": _xlsx}[kind](sheet, out)
        out.seek(0)
        while part := out.read(PART):
            yield part


def _csv(sheet: Sheet, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(label) for _, label in sheet.columns])
    for row in sheet.rows:
        writer.writerow(["" if cell is None else _plain(harmless(cell)) for cell in row])
    text.detach()


def _plain(cell: Cell) -> Any:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def _json(sheet: Sheet, out: IO[bytes]) -> None:
    """One object; each row stands on a line of its own."""
    keys = [key for key, _ in sheet.columns]
    out.write(f'{{"title": {_dumped(sheet.title)},\n"columns": {_dumped(dict(sheet.columns))},\n'.encode())
    out.write(b'"rows": [')
    between = b"\n"
    for row in sheet.rows:
        cells = (_plain(cell) for cell in row)
        out.write(between + _dumped(dict(zip(keys, cells, strict=True))).encode())
        between = b",\n"
    out.write(f'],\n"about": {_dumped(_by_label(sheet.facts()))}}}\n'.encode())


def _by_label(facts: Facts) -> dict[str, Any]:
    """The facts by their label; those that share one as a list."""
    found: dict[str, list[Any]] = {}
    for label, value in facts:
        found.setdefault(label, []).append(_plain(value))
    return {label: values if len(values) > 1 else values[0] for label, values in found.items()}


def _dumped(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _xlsx(sheet: Sheet, out: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    board, about = book.create_sheet("board"), book.create_sheet("about")
    for page, widths in ((board, (8, 36, 30, *([20] * 6))), (about, (26, 90))):
        for column, width in zip("ABCDEFGHI", widths, strict=False):
            page.column_dimensions[column].width = width
    board.freeze_panes = "C2"
    board.append([_bold(board, label) for _, label in sheet.columns])
    count = 1
    for row in sheet.rows:
        board.append([_typed(board, cell) for cell in row])
        count += 1
    board.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count}"
    about.append([_bold(about, sheet.title)])
    for label, value in sheet.facts():
        told = _typed(about, value) if isinstance(value, Decimal) else _wrapped(about, value)
        about.append([_bold(about, label), told])
    book.save(out)


def _typed(page: Any, value: Cell) -> Any:
    """A cell's value; an amount with all its decimals shown."""
    if not isinstance(value, Decimal):
        return harmless(value)
    cell = WriteOnlyCell(page, value=value)
    cell.number_format = "#,##0" if value == value.to_integral_value() else "#,##0.00####"
    return cell


def _bold(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=harmless(text))
    cell.font = Font(bold=True)
    return cell


def _wrapped(page: Any, text: Cell) -> Any:
    cell = WriteOnlyCell(page, value=harmless(text))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
