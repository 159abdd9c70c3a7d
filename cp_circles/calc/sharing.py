"""Shares of what a meter saves: along a line of meters under one another they never exceed the whole.

A saving at a lower meter is seen again at every meter above it. So, on each day, the shares claimed at a
meter and at all meters above it add up to at most 1. Source: design rules 5.3.1 and 5.3.7, confidence B.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.periods import Period


@dataclass(frozen=True)
class Holding:
    """One claim on a meter: `key` names it, `share` is 0 to 1 of what the meter saves in the period."""

    key: int
    meter: int
    period: Period
    share: Decimal


@dataclass(frozen=True)
class Excess:
    """More than the whole of a meter is claimed on a day: the sum of shares and who claims them."""

    meter: int
    day: date
    share: Decimal
    keys: tuple[int, ...]


def line_of(meter: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """A meter and all meters above it, lowest first; a ring of parents ends where it closes.

    >>> line_of(3, {3: 2, 2: 1, 1: None})
    (3, 2, 1)
    """
    line: list[int] = []
    present: int | None = meter
    while present is not None and present not in line:
        line.append(present)
        present = parents.get(present)
    return tuple(line)


def are_in_line(one: int, two: int, parents: Mapping[int, int | None]) -> bool:
    """Whether one of the meters is the other or lies above it."""
    return one in line_of(two, parents) or two in line_of(one, parents)


def excesses(holdings: Sequence[Holding], parents: Mapping[int, int | None]) -> tuple[Excess, ...]:
    """For each line of meters the day on which its shares exceed 1 the most; each group of claims once."""
    found: dict[tuple[int, ...], Excess] = {}
    for meter in dict.fromkeys(row.meter for row in holdings):
        line = set(line_of(meter, parents))
        worst = _worst(meter, [row for row in holdings if row.meter in line])
        if worst is not None:
            found.setdefault(worst.keys, worst)
    groups = [set(keys) for keys in found]
    return tuple(row for keys, row in found.items() if not any(set(keys) < group for group in groups))


def days_covered(periods: Iterable[Period]) -> int:
    """How many different days the periods hold together."""
    return len(
        {day for row in periods for day in range(row.starts_on.toordinal(), row.ends_on.toordinal() + 1)}
    )


def parts_of(amount: Decimal, shares: Sequence[Decimal], places: int) -> tuple[Decimal, ...]:
    """An amount divided by shares that add up to 1, each part rounded to `places`; the parts add up exactly.

    Each part is the difference of two rounded running sums, so that no part of an amount above zero is below
    it. ValueError for shares outside 0 to 1 or that are not the whole.

    >>> parts_of(Decimal("100.01"), [Decimal("0.7"), Decimal("0.3")], 2)
    (Decimal('70.01'), Decimal('30.00'))
    """
    if any(not 0 <= share <= 1 for share in shares) or sum(shares, Decimal(0)) != 1:
        raise ValueError("shares lie between 0 and 1 and add up to 1")
    parts: list[Decimal] = []
    running = before = Decimal(0)
    for share in shares:
        running += share
        until = round_half_up(amount * running, places)
        parts.append(until - before)
        before = until
    return tuple(parts)


def _worst(meter: int, group: Sequence[Holding]) -> Excess | None:
    """The first of the days on which the group claims most, if that is more than the whole."""
    worst = None
    for day in sorted({row.period.starts_on for row in group}):
        present = [row for row in group if row.period.starts_on <= day <= row.period.ends_on]
        share = sum((row.share for row in present), Decimal(0))
        if share > 1 and (worst is None or share > worst.share):
            worst = Excess(meter, day, share, tuple(sorted(row.key for row in present)))
    return worst
