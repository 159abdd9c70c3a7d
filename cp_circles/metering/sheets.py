"""CSV and Excel files of readings as rows of cells; what cannot be read at all is refused."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cp_circles.errors import Invalid, msg
from cp_circles.files.kinds.documents import check_office

MOST_ROWS = 100_000
MOST_COLUMNS = 400
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
Cells = list[Any]


@dataclass(frozen=True)
class Sheet:
    """One sheet with all its rows from the first on; a CSV is one sheet without a name."""

    name: str
    rows: list[Cells]


def sheets_of_file(content: bytes) -> list[Sheet]:
    """The sheets of a file that hold anything.

    Raises Invalid (field `file`) for a file that is neither CSV nor Excel, is damaged, empty or too large.
    """
    sheets = _excel(content) if content[:4] == b"PK\x03\x04" else [Sheet("", _csv(content))]
    sheets = [sheet for sheet in sheets if any(any(_holds(cell) for cell in row) for row in sheet.rows)]
    if not sheets:
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS + len(sheets):
        raise Invalid(msg("At most %(most)s rows can be sent at once."), field="file", most=MOST_ROWS)
    return sheets


def _holds(cell: Any) -> bool:
    return cell is not None and cell != ""


def _csv(content: bytes) -> list[Cells]:
    """Rows of a CSV in UTF-8, UTF-16 or GB18030, separated by comma, semicolon or tab."""
    text = _decoded(content)
    if "\x00" in text:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file")
    mark = max(",;\t", key="".join(text.split("\n", 5)[:5]).count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file") from error


def _decoded(content: bytes) -> str:
    for encoding in ["utf-16"] if content[:2] in UTF_16 else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(msg("The text of this file cannot be read; save it as CSV in UTF-8."), field="file")


def _excel(content: bytes) -> list[Sheet]:
    """Every sheet of an Excel workbook; a zip bomb is not opened."""
    check_office(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [Sheet(sheet.title, _rows(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid(
            msg("This Excel file is damaged; save it again and send that."), field="file"
        ) from error


def _rows(lines: Iterable[Iterable[Any]]) -> list[Cells]:
    rows: list[Cells] = []
    for line in lines:
        rows.append(list(line)[:MOST_COLUMNS])
        if len(rows) > MOST_ROWS + 1:
            raise Invalid(msg("At most %(most)s rows can be sent at once."), field="file", most=MOST_ROWS)
    return rows
