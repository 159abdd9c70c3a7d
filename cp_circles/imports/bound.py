"""Readings tied to the columns of one sheet."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cp_circles.errors import msg
from cp_circles.imports.reading import Cells, Table, place_of
from cp_circles.imports.transformations import TRANSFORMATIONS, Unreadable, concatenate, plain_text


class Bound:
    """A reading tied to its column of one sheet; `remark` is called for empty or negative cells."""

    def __init__(self, reading: Any, table: Table, remark: Callable[[str, Any], None]) -> None:
        self.reading, self.remark = reading, remark
        columns = getattr(reading, "columns", ())
        self.place = place_of(columns, table.headings)
        self.column = table.headings[self.place] if self.place is not None else next(iter(columns), "")
        self.parts = [Bound(part, table, remark) for part in getattr(reading, "parts", ())]
        self.transform = TRANSFORMATIONS.get(reading.read)
        self.last: Any = None

    def value(self, cells: Cells) -> Any:
        """What the row holds here; None for unknown. Raises Unreadable with the column."""
        if self.transform is None:
            return self._made(cells)
        cell = cells[self.place] if self.place is not None and self.place < len(cells) else None
        if cell is None or (
            isinstance(cell, str) and (not cell.strip() or cell.strip() in self.reading.empty)
        ):
            return self._empty()
        try:
            found = self.transform(self.reading, cell)
        except Unreadable as fault:
            fault.column = self.column
            raise
        if self.reading.fill_down:
            self.last = found
        if isinstance(found, Decimal) and found < 0 and self.reading.remark_negative is not None:
            self.remark(self.column, self.reading.remark_negative)
        return found

    def _made(self, cells: Cells) -> str:
        if self.reading.read == "constant":
            return str(self.reading.value)
        try:
            return concatenate(self.reading, [plain_text(part.value(cells)) for part in self.parts])
        except Unreadable as fault:
            fault.column = fault.column or self.parts[0].column
            raise

    def _empty(self) -> Any:
        if self.reading.fill_down and self.last is not None:
            return self.last
        if self.reading.otherwise is not None:
            return self.reading.otherwise
        if self.reading.required:
            fault = Unreadable(msg("This cell is empty; it is needed."))
            fault.column = self.column
            raise fault
        if self.reading.remark_empty is not None:
            self.remark(self.column, self.reading.remark_empty)
        return None
