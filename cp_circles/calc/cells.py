"""Cells of exported tables: no text starts a formula in the program that opens them, none breaks the file."""

import re
from typing import TypeVar

# OWASP's list for CSV injection; East Asian editions read the full-width signs as their narrow twins.
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What no XML may hold, and so no workbook.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Cell = TypeVar("Cell")


def harmless(cell: Cell) -> Cell | str:
    """A text without unwritable signs, quoted if a spreadsheet would take it for a formula; else as it is."""
    if not isinstance(cell, str):
        return cell
    text = UNWRITABLE.sub("", cell)
    return f"'{text}" if text.startswith(FORMULA_STARTERS) else text
