"""Periods, and what was used and produced in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import total
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


@dataclass(frozen=True, order=True)
class Period:
    """Whole days from `starts_on` to `ends_on`, both included."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError("a period ends before it starts")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days + 1

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True)
class PeriodUse:
    """What a meter read in a period, and what was produced in it (None where nothing drives the use).

    `drivers` holds further drivers by name, such as degree days or hours run, each in its own unit.
    """

    period: Period
    quantity: Decimal
    production: Decimal | None = None
    drivers: Mapping[str, Decimal] = field(default_factory=dict, hash=False)


def period_reason(starts_on: date | None, ends_on: date | None, name: str) -> Reason | None:
    """Why two days make no period: one is missing, or they are reversed; None where they do."""
    if starts_on is None or ends_on is None:
        text = msg("A period needs its first and its last day; give both.")
        return Reason(text, {}, name)
    if ends_on < starts_on:
        text = msg(
            "The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days."
        )
        return Reason(text, {"starts_on": starts_on, "ends_on": ends_on}, name)
    return None


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first_of_next - timedelta(days=1), date(year, month + 1, 1) + timedelta(days=day.day - 1))


def produced_in(rows: Sequence[PeriodUse]) -> Fraction:
    """The production of all rows that state one."""
    return total(row.production for row in rows if row.production is not None)
