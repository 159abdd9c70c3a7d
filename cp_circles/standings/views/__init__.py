"""Pages of standings: computing, publishing, the public lists, fairness, the calendar of holidays."""

from cp_circles.standings.views import calendars, fairness, lists, outlooks, standings
from cp_circles.standings.views.blueprint import bp

__all__ = [
    "bp",
    "calendars",
    "fairness",
    "lists",
    "outlooks",
    "standings",
]
