"""Cells of exported tables: no text starts a formula in the program that opens them."""

from typing import TypeVar

FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = TypeVar("Cell")


def harmless(cell: Cell) -> Cell | str:
    """A text that a spreadsheet would take for a formula, quoted; numbers and all else as they are.

    The characters are those that OWASP names for CSV injection.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTERS) else cell
