"""A clock that stands still and that a test moves."""

from datetime import datetime, timedelta
from typing import Any

from cp_circles.db.clock import Clock


class MovableClock(Clock):
    """The application's clock for one test: it shows the moment it was set to."""

    def __init__(self, zone: str, moment: datetime) -> None:
        super().__init__(zone, demo_start=moment)
        self.moment = moment

    def now(self) -> datetime:
        """The moment that the test chose."""
        return self.moment

    def move(self, **amount: float) -> datetime:
        """Go on by `days=…`, `hours=…`."""
        self.moment += timedelta(**amount)
        return self.moment


def held_still(app: Any, moment: datetime) -> MovableClock:
    """Give the application a clock that stands at the moment."""
    clock = MovableClock(app.extensions["cp_config"].time_zone, moment)
    app.extensions["cp_clock"] = clock
    return clock
