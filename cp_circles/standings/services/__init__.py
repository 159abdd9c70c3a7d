"""Everything that writes in this room: standings, what publishes them, and who goes up."""

from cp_circles.standings.services.calendars import add_calendar_day, remove_calendar_day
from cp_circles.standings.services.outlooks import (
    Foreseen,
    compute_again,
    foresee_decision,
    foresee_standing,
    judges_who_scored,
)
from cp_circles.standings.services.promotion import finish_round, promote_reserve
from cp_circles.standings.services.public_lists import hold_list, lift_hold
from cp_circles.standings.services.publicity import publish_standing
from cp_circles.standings.services.standings import compute_standing

__all__ = [
    "Foreseen",
    "add_calendar_day",
    "compute_again",
    "compute_standing",
    "finish_round",
    "foresee_decision",
    "foresee_standing",
    "hold_list",
    "judges_who_scored",
    "lift_hold",
    "promote_reserve",
    "publish_standing",
    "remove_calendar_day",
]
