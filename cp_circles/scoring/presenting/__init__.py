"""The judge's desk in words and figures: criteria, evidence, versions of a sheet, own habits."""

from cp_circles.scoring.presenting.desk import (
    PanelTable,
    Scored,
    differences,
    entry_label,
    judge_label,
    own_panel,
    panel_table,
    sheet_groups,
    sheets_in,
    stored_words,
    tick,
)

__all__ = [
    "PanelTable",
    "Scored",
    "differences",
    "entry_label",
    "judge_label",
    "own_panel",
    "panel_table",
    "sheet_groups",
    "sheets_in",
    "stored_words",
    "tick",
]
