"""Evidence as it is read in a page: pictures and pages as JPEG, tables as cells, documents as lines."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import docx
import openpyxl
import pypdfium2

from cp_circles.files.kinds.documents import BROKEN_PARTS, DOCX, XLSX
from cp_circles.files.kinds.texts import CSV, TEXT
from cp_circles.results.pages import has_pages, page_count, rendered

MOST_BYTES = 8_000_000
MOST_SHEETS = 12
MOST_ROWS = 200
MOST_COLUMNS = 30
MOST_LINES = 600
QUALITY = 82
UNREADABLE: tuple[type[Exception], ...] = (csv.Error, *BROKEN_PARTS)


@dataclass(frozen=True)
class Viewed:
    """What of a file can be read in a page; nothing in it means that the file is only downloaded.

    `tables` are titles with rows of text; `cut` is True where the file holds more than is shown.
    """

    pages: int = 0
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cut: bool = False


def viewed(content: bytes, media_type: str) -> Viewed:
    """The readable part of a stored content, within bounds; empty for other kinds and what is damaged."""
    if has_pages(media_type):
        return _pages(content, media_type)
    if len(content) > MOST_BYTES:
        return Viewed()
    reader = {XLSX: _book, CSV: _separated, TEXT: _text, DOCX: _document}.get(media_type)
    try:
        return reader(content) if reader else Viewed()
    except UNREADABLE:
        return Viewed()


def page_jpeg(content: bytes, media_type: str, number: int) -> bytes:
    """One page as a JPEG without metadata, at most 1,600 pixels on its longer side; counts from 1."""
    out = io.BytesIO()
    rendered(content, media_type, number).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _pages(content: bytes, media_type: str) -> Viewed:
    try:
        return Viewed(pages=page_count(content, media_type))
    except pypdfium2.PdfiumError:
        return Viewed()


def _bounded(rows: Iterable[Iterable[Any]]) -> tuple[list[list[str]], bool]:
    """At most 200 rows of 30 cells as text, no empty rows at the end; True where something was left out."""
    kept, cut = [], False
    for row in islice(rows, MOST_ROWS + 1):
        cells = list(islice(row, MOST_COLUMNS + 1))
        cut = cut or any(cell not in (None, "") for cell in cells[MOST_COLUMNS:])
        kept.append(["" if cell is None else str(cell) for cell in cells[:MOST_COLUMNS]])
    cut = cut or len(kept) > MOST_ROWS
    kept = kept[:MOST_ROWS]
    while kept and not any(kept[-1]):
        kept.pop()
    wide = max((n + 1 for row in kept for n, cell in enumerate(row) if cell), default=0)
    return [(row + [""] * wide)[:wide] for row in kept], cut


def _book(content: bytes) -> Viewed:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    tables, cut = [], len(book.worksheets) > MOST_SHEETS
    for sheet in book.worksheets[:MOST_SHEETS]:
        sheet.reset_dimensions()
        most = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS + 1}
        rows, more = _bounded(sheet.iter_rows(values_only=True, **most))
        cut = cut or more
        if rows:
            tables.append((sheet.title, rows))
    return Viewed(tables=tables, cut=cut)


def _separated(content: bytes) -> Viewed:
    rows, cut = _bounded(csv.reader(io.StringIO(_decoded(content))))
    return Viewed(tables=[("", rows)] if rows else [], cut=cut)


def _text(content: bytes) -> Viewed:
    lines = _decoded(content).splitlines()
    return Viewed(lines=lines[:MOST_LINES], cut=len(lines) > MOST_LINES)


def _document(content: bytes) -> Viewed:
    document = docx.Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in islice(document.paragraphs, MOST_LINES + 1)]
    tables = [_bounded([cell.text for cell in row.cells] for row in table.rows) for table in document.tables]
    return Viewed(
        tables=[("", rows) for rows, _more in tables[:MOST_SHEETS] if rows],
        lines=lines[:MOST_LINES],
        cut=len(lines) > MOST_LINES or len(tables) > MOST_SHEETS or any(more for _rows, more in tables),
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
