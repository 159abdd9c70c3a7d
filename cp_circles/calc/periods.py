"""Periods, and what was used and produced in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import total


@dataclass(frozen=True, order=True)
class Period:
    """Whole days from `starts_on` to `ends_on`, both included."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError("a period ends before it starts")

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True)
class PeriodUse:
    """What a meter read in a period, and what was produced in it (None where nothing drives the use)."""

    period: Period
    quantity: Decimal
    production: Decimal | None = None


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first_of_next - timedelta(days=1), date(year, month + 1, 1) + timedelta(days=day.day - 1))


def produced_in(rows: Sequence[PeriodUse]) -> Fraction:
    """The production of all rows that state one."""
    return total(row.production for row in rows if row.production is not None)
