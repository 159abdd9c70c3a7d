"""One cell of the access table, and a row of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import Side

Args = Callable[[Side], dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """One endpoint from one side: address values, who comes in, and what the page must show."""

    may: tuple[str, ...]
    args: Args = field(default=lambda side: {})
    shows: str = ""
    open_: bool = False
    body: Args = field(default=lambda side: {})
    query: dict[str, Any] = field(default_factory=dict)
    days: float = 0
    unscoped: bool = False
    hinted: bool = False


def rows(endpoints: str, **facts: Any) -> dict[str, Cell]:
    """The same cell for several endpoints of a room: `room: one two three`."""
    room, names = endpoints.split(":")
    return {f"{room}.{name}": Cell(**facts) for name in names.split()}
