"""Sheets and their forms as finished words, fields and figures."""

from cp_circles.tools.presenting.inputs import Summary, bones_by_name, groups_of, summary_of
from cp_circles.tools.presenting.sheets import Offered, Shown, offered, preview, run_table, shown

__all__ = [
    "Offered",
    "Shown",
    "Summary",
    "bones_by_name",
    "groups_of",
    "offered",
    "preview",
    "run_table",
    "shown",
    "summary_of",
]
