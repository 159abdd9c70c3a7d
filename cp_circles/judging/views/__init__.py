"""Pages of judging: seasons and rounds, entries, panels, the desk, standings and objections."""

from cp_circles.judging.views import (
    desk,
    entries,
    fairness,
    lists,
    new_year,
    objections,
    panels,
    rounds,
    settings,
    sheets,
    standings,
)
from cp_circles.judging.views.blueprint import bp

__all__ = [
    "bp",
    "desk",
    "entries",
    "fairness",
    "lists",
    "new_year",
    "objections",
    "panels",
    "rounds",
    "settings",
    "sheets",
    "standings",
]
