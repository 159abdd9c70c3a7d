"""The time that every door hands to the services: real, or the demo's."""

import os
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

# A date outside is a slip of the keyboard, and dates reckoned from it may not exist.
YEARS = range(1900, 2200)


class Clock:
    """Now, and today in the zone that governs; a demo clock runs on from its start since the last reset.

    The moment of the reset is kept in a small file, so that all processes agree.
    """

    def __init__(self, zone: str, *, demo_start: datetime | None = None, file: Path | None = None) -> None:
        self.zone = ZoneInfo(zone)
        self.demo_start = demo_start
        self._file = file
        self._read_at: tuple[float, datetime] | None = None

    @property
    def is_demo(self) -> bool:
        """True when the time shown is not the real one."""
        return self.demo_start is not None

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        if self.demo_start is None:
            return datetime.now(UTC)
        reset_at = self._reset_at()
        return self.demo_start.astimezone(UTC) + (datetime.now(UTC) - reset_at)

    def today(self) -> date:
        """The present date in the governing zone."""
        return self.now().astimezone(self.zone).date()

    def reset(self) -> None:
        """Start the demo's clock again."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        fresh.write_text(datetime.now(UTC).isoformat(), encoding="utf-8")
        fresh.replace(self._file)
        self._read_at = None

    def _reset_at(self) -> datetime:
        if self._file is None:
            self._read_at = self._read_at or (0.0, datetime.now(UTC))
            return self._read_at[1]
        if not self._file.exists():
            self.reset()
        changed = self._file.stat().st_mtime
        read = self._read_at
        if read is None or read[0] != changed:
            read = (changed, datetime.fromisoformat(self._file.read_text(encoding="utf-8")))
            self._read_at = read
        return read[1]
