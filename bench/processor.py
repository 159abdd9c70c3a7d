"""Processor time of other processes: what a busy machine leaves true of a measurement (Linux only)."""

import os
import time
from pathlib import Path

import sqlalchemy as sa

TICKS = os.sysconf("SC_CLK_TCK")


def spent_by(parent: int) -> float:
    """Seconds of processor that a process, its children and those that it has outlived have used."""
    waited_for = Path(f"/proc/{parent}/stat").read_text().rpartition(") ")[2].split()[13:15]
    return sum(map(_clock, [parent, *children_of(parent)])) + sum(map(int, waited_for)) / TICKS


def children_of(parent: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _clock(process: int) -> float:
    """Seconds of all threads of a process, to the nanosecond; 0 for one that has just ended.

    The number of a process's clock is made as in the kernel's `MAKE_PROCESS_CPUCLOCK` with `CPUCLOCK_SCHED`.
    """
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0


def server_of(url: str) -> int | None:
    """The process that has started PostgreSQL for a cluster of its own; None for SQLite."""
    folder = sa.make_url(url).query.get("host")
    if not isinstance(folder, str):
        return None
    return int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
