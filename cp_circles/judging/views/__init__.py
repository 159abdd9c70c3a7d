"""Pages of judging: seasons and rounds, their settings and rules, and entries."""

from cp_circles.judging.views import entries, new_year, phases, rounds, settings
from cp_circles.judging.views.blueprint import bp

__all__ = [
    "bp",
    "entries",
    "new_year",
    "phases",
    "rounds",
    "settings",
]
