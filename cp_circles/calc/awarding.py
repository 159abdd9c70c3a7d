"""Award labels by count or percent and minimum score, applied to a standing.

Labels are listed from the highest; their numbers add up, so that the second label ends where first plus
second do. A percentage is of the placed entries, rounded half up (or down, as the scheme says).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Literal

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True)
class Label:
    """One award: `count` or `percent` of the placed entries (neither: all the rest), and a minimum score."""

    key: str
    count: int | None = None
    percent: Decimal | None = None
    min_score: Decimal | None = None


@dataclass(frozen=True)
class AwardScheme:
    """Labels from the highest; entries that share a place at a label's end all get it, or none does."""

    labels: tuple[Label, ...]
    ties: Literal["all_in", "none_in"] = "all_in"
    rounding: Literal["half_up", "down"] = "half_up"


@dataclass(frozen=True)
class Placed:
    """An entry with its place and total."""

    entry: int
    place: int | None
    total: Decimal | None


@dataclass(frozen=True)
class Award:
    """The label an entry receives (None: none) and why."""

    entry: int
    label: str | None
    why: Reason


def awards(rows: Sequence[Placed], scheme: AwardScheme) -> dict[int, Award]:
    """One award for every row: the highest label whose end its place reaches and whose minimum it meets."""
    placed = [row for row in rows if row.place is not None]
    ends, sizes = _ends(scheme, len(placed)), Counter(row.place for row in placed)
    return {row.entry: _award(row, scheme, ends, sizes) for row in rows}


def _ends(scheme: AwardScheme, size: int) -> list[int]:
    ends, end = [], 0
    for label in scheme.labels:
        if label.count is not None:
            end += label.count
        elif label.percent is not None:
            exact = to_fraction(label.percent) * size / 100
            end += int(round_half_up(exact, 0)) if scheme.rounding == "half_up" else floor(exact)
        else:
            end = size
        ends.append(end)
    return ends


def _award(row: Placed, scheme: AwardScheme, ends: Sequence[int], sizes: Mapping[int | None, int]) -> Award:
    values = {"place": row.place, "total": row.total}
    if row.place is None or row.total is None:
        return Award(row.entry, None, Reason(msg("Without a total score there is no award."), values))
    reach = row.place if scheme.ties == "all_in" else row.place + sizes[row.place] - 1
    for label, end in zip(scheme.labels, ends, strict=True):
        if reach <= end and (label.min_score is None or row.total >= label.min_score):
            text = msg("Place %(place)s with %(total)s points; this award goes down to place %(end)s.")
            return Award(row.entry, label.key, Reason(text, {**values, "end": end}))
    return Award(
        row.entry, None, Reason(msg("Place %(place)s with %(total)s points reaches no award."), values)
    )
