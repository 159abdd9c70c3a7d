"""Rows of a table in a file, within bounds: reading it ends soon and in a message, however it was made."""

import io
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cp_circles.errors import Invalid, msg
from cp_circles.files.kinds.documents import BROKEN_PARTS, check_office

MOST_COLUMNS = 1_000
MOST_CELLS = 30_000_000


class Budget:
    """How many rows and cells may still be read from one file, whatever its sheets say about their size."""

    def __init__(self, most_rows: int, most_columns: int = MOST_COLUMNS) -> None:
        self.most_rows, self.most_columns = most_rows, most_columns
        self.rows = self.cells = 0

    def rows_of(self, lines: Iterable[Iterable[Any]], headings: int = 0) -> list[list[Any]]:
        """The rows as lists of at most `most_columns` cells; Invalid (field `file`) beyond the bounds.

        `headings` rows of every sheet are not counted.
        """
        rows: list[list[Any]] = []
        self.rows -= headings
        for line in lines:
            cells = list(line)
            self.rows += 1
            self.cells += len(cells)
            if self.rows > self.most_rows:
                raise Invalid(
                    msg("At most %(most)s rows can be sent at once."), field="file", most=self.most_rows
                )
            if self.cells > MOST_CELLS:
                raise Invalid(
                    msg("This table is far wider than its content; keep only the columns that are needed."),
                    field="file",
                )
            rows.append(cells[: self.most_columns])
        self.rows = max(self.rows, 0)
        return rows


def sheets_of_book(
    content: bytes, budget: Budget, *, headings: int = 0, only: Collection[str] = ()
) -> Iterator[tuple[str, list[list[Any]]]]:
    """Title and rows of the sheets of an Excel workbook, or `only` of those with these titles.

    A zip bomb is not opened. Raises Invalid (field `file`) for a damaged workbook, or one beyond the budget.
    """
    check_office(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if not only or sheet.title in only:
                sheet.reset_dimensions()
                yield sheet.title, budget.rows_of(sheet.iter_rows(values_only=True), headings)
    except (InvalidFileException, *BROKEN_PARTS) as error:
        raise Invalid(
            msg("This Excel file is damaged; save it again and send that."), field="file"
        ) from error
