"""Standings in words and figures: the calendar of publicity, the fairness report, the table."""

from cp_circles.standings.presenting.calendar import calendar
from cp_circles.standings.presenting.tables import list_table

__all__ = [
    "calendar",
    "list_table",
]
