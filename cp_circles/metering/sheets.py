"""Rows of a CSV or Excel file of readings, each with where it stands."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cp_circles.errors import Invalid, msg
from cp_circles.files.kinds.documents import check_office

HEADINGS = {
    "meter": ("meter", "表计", "计量器具", "表计名称"),
    "from": ("from", "start", "starts_on", "开始", "开始日期", "起始日期", "月份", "month"),
    "to": ("to", "end", "ends_on", "结束", "结束日期", "截止日期"),
    "quantity": ("quantity", "reading", "value", "读数", "数量", "用量", "产量"),
    "note": ("note", "remark", "备注", "说明"),
}
MOST_ROWS = 100_000
Row = tuple[str, int, Mapping[str, Any]]


def rows_of_file(name: str, content: bytes) -> list[Row]:
    """(sheet, row number, {meter, from, to, quantity, note}) of every row that is not blank.

    Raises Invalid for a file that is neither CSV nor Excel, has no heading row or too many rows.
    """
    rows = list(_excel(content) if content[:4] == b"PK\x03\x04" else _csv(name, content))
    if not rows:
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    if len(rows) > MOST_ROWS:
        raise Invalid(msg("At most %(most)s rows can be sent at once."), field="file", most=MOST_ROWS)
    return rows


def _csv(name: str, content: bytes) -> Iterator[Row]:
    """Rows of a CSV in UTF-8 or GB18030, separated by comma, semicolon or tab."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid(msg("The text of this file cannot be read; save it as CSV in UTF-8."), field="file")
    if "\x00" in text:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    yield from _table(name, csv.reader(io.StringIO(text), delimiter=mark))


def _excel(content: bytes) -> Iterator[Row]:
    """Rows of every sheet of an Excel workbook that has a heading row; a zip bomb is not opened."""
    check_office(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid(
            msg("This Excel file is damaged; save it again and send that."), field="file"
        ) from error
    with_heading = [
        sheet for sheet in book.worksheets if _columns(next(sheet.iter_rows(values_only=True), ()))
    ]
    if not with_heading:
        raise _no_heading()
    for sheet in with_heading:
        yield from _table(sheet.title, sheet.iter_rows(values_only=True))


def _table(sheet: str, lines: Any) -> Iterator[Row]:
    """The rows below the heading, by the names of the columns."""
    columns: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        cells = list(line)
        if number == 1:
            columns = _columns(cells)
            if not columns:
                raise _no_heading()
            continue
        row = {name: cells[place] if place < len(cells) else None for name, place in columns.items()}
        if any(value not in (None, "") for value in row.values()):
            row.setdefault("to", None)
            row["to"] = row["to"] or row["from"]
            yield sheet, number, row


def _columns(cells: Any) -> dict[str, int]:
    """Where each known column stands; empty unless meter, from and quantity are all there."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        heading = str(cell or "").strip().lower()
        for name, words in HEADINGS.items():
            if heading in words:
                found.setdefault(name, place)
    return found if {"meter", "from", "quantity"} <= found.keys() else {}


def _no_heading() -> Invalid:
    """The refusal of a file without a heading row."""
    return Invalid(
        msg("The first row must name the columns: meter, from, to, quantity (表计、开始、结束、读数)."),
        field="file",
    )
