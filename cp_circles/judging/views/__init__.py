"""Pages of judging: seasons and rounds, entries, panels, the desk, standings and objections."""

from cp_circles.judging.views import (
    calendars,
    desk,
    entries,
    fairness,
    lists,
    new_year,
    objections,
    outlooks,
    panels,
    plans,
    quotas,
    rounds,
    settings,
    sheets,
    standings,
)
from cp_circles.judging.views.blueprint import bp

__all__ = [
    "bp",
    "calendars",
    "desk",
    "entries",
    "fairness",
    "lists",
    "new_year",
    "objections",
    "outlooks",
    "panels",
    "plans",
    "quotas",
    "rounds",
    "settings",
    "sheets",
    "standings",
]
