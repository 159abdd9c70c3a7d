"""A clock that a test moves for all processes of a server at once, through the file they agree on."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cp_circles.db.clock import Clock


class SharedClock:
    """Shows what every process on the same instance folder shows; it runs on from where it was put."""

    def __init__(self, clock: Clock, file: Path) -> None:
        assert clock.demo_start is not None
        self._clock, self._file, self.zone, self.start = clock, file, clock.zone, clock.demo_start

    def now(self) -> datetime:
        """The present moment of the server."""
        return self._clock.now()

    @property
    def moment(self) -> datetime:
        """The present moment; put another to move there."""
        return self.now()

    @moment.setter
    def moment(self, wanted: datetime) -> None:
        fresh = self._file.with_suffix(".moved")
        fresh.write_text((datetime.now(UTC) - (wanted - self.start)).isoformat(), encoding="utf-8")
        os.replace(fresh, self._file)

    def move(self, **amount: float) -> datetime:
        """Go on by `days=…`, `hours=…`."""
        self.moment = self.now() + timedelta(**amount)
        return self.now()
