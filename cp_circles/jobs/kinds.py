"""What the worker can run: jobs by kind, and periodic chores, each a function of a room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cp_circles.db.engine import Sessions


@dataclass(frozen=True)
class Tools:
    """What a job is handed besides its payload: sessions of its own, the time, how to report progress."""

    sessions: Sessions
    now: Callable[[], datetime]
    config: Any
    progress: Callable[[int, int], None] = lambda done, total: None


Report = Mapping[str, Any] | None
Kind = Callable[[Tools, Mapping[str, Any]], Report]
Chore = Callable[[Tools], Report]


@dataclass(frozen=True)
class Periodic:
    """A chore that runs once in every interval; it opens its own sessions."""

    name: str
    every: timedelta
    chore: Chore


KINDS: dict[str, Kind] = {}
PERIODIC: dict[str, Periodic] = {}


def register_kind(name: str, run: Kind) -> None:
    """Let the worker run jobs of this kind; `run` opens its own sessions and must bear being run twice."""
    KINDS[name] = run


def register_periodic(name: str, every: timedelta, chore: Chore) -> None:
    """Let the worker do this chore once in every interval."""
    PERIODIC[name] = Periodic(name, every, chore)
