"""Which phase of a round is active: decided by the clock, never by a job.

A phase holds from `starts_at` (included) to `ends_at` (excluded); both are aware times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True)
class Phase:
    """One phase of a round."""

    key: str
    starts_at: datetime
    ends_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether the phase is active at that time."""
        return self.starts_at <= now < self.ends_at


def active_phase(phases: Sequence[Phase], now: datetime) -> Phase | None:
    """The phase active now; None before, between and after the phases."""
    return next((phase for phase in phases if phase.holds(now)), None)


def phase_problems(phases: Sequence[Phase]) -> tuple[Reason, ...]:
    """Why these phases cannot be a round's plan: ends too early, overlap, order, repeated keys."""
    problems = []
    for phase in phases:
        if phase.ends_at <= phase.starts_at:
            problems.append(
                Reason(msg("The phase %(phase)s must end after it starts."), {"phase": phase.key}, phase.key)
            )
    for first, second in pairwise(phases):
        values = {"first": first.key, "second": second.key}
        if second.starts_at < first.starts_at:
            text = msg("The phase %(second)s must come after %(first)s.")
            problems.append(Reason(text, values, second.key))
        elif second.starts_at < first.ends_at:
            text = msg("The phases %(first)s and %(second)s overlap.")
            problems.append(Reason(text, values, second.key))
    if len({phase.key for phase in phases}) < len(phases):
        problems.append(Reason(msg("A phase is listed twice."), {}, "phases"))
    return tuple(problems)
