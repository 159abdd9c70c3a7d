"""CSV and Excel files of readings as rows of cells; what cannot be read at all is refused."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from cp_circles.errors import Invalid, msg
from cp_circles.files.tables import Budget, sheets_of_book

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
    budget = Budget(MOST_ROWS, MOST_COLUMNS)
    if content[:4] == b"PK\x03\x04":
        sheets = [Sheet(*found) for found in sheets_of_book(content, budget, headings=1)]
    else:
        sheets = [Sheet("", _csv(content, budget))]
    sheets = [sheet for sheet in sheets if any(any(_holds(cell) for cell in row) for row in sheet.rows)]
    if not sheets:
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    return sheets


def _holds(cell: Any) -> bool:
    return cell is not None and cell != ""


def _csv(content: bytes, budget: Budget) -> list[Cells]:
    """Rows of a CSV in UTF-8, UTF-16 or GB18030, separated by comma, semicolon or tab."""
    text = _decoded(content)
    if "\x00" in text:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file")
    mark = max(",;\t", key="".join(text.split("\n", 5)[:5]).count)
    try:
        return budget.rows_of(csv.reader(io.StringIO(text, newline=""), delimiter=mark), headings=1)
    except csv.Error as error:
        raise Invalid(msg("This is neither a CSV nor an Excel file."), field="file") from error


def _decoded(content: bytes) -> str:
    for encoding in ["utf-16"] if content[:2] in UTF_16 else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(msg("The text of this file cannot be read; save it as CSV in UTF-8."), field="file")
