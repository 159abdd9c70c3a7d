"""Places of a month: equal points share a place, and how far a circle moved since the month before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cp_circles.guidance.models import Appraisal


@dataclass(frozen=True)
class Placed:
    """One circle of a month with its place, and its points in the month before (None: none)."""

    row: Appraisal
    place: int
    tied: bool
    before: Decimal | None


def placed(rows: Sequence[Appraisal], before: Mapping[int, Decimal]) -> list[Placed]:
    """The rows, most points first, with their places."""
    totals = [row.total for row in rows]
    return [
        Placed(row, totals.index(row.total) + 1, totals.count(row.total) > 1, before.get(row.circle_id))
        for row in rows
    ]
