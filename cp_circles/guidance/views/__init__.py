"""The room's pages."""

from cp_circles.guidance.views import appraisals, approvals, board, circles, new_year, records, signals
from cp_circles.guidance.views.blueprint import bp

__all__ = ["appraisals", "approvals", "board", "bp", "circles", "new_year", "records", "signals"]
