"""Working days and the end of a publicity period.

Counting begins the day after publication and ends on day N. The Chinese calendar knows public holidays
and make-up working days of the years it covers; beyond them Monday to Friday count, and `covers` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import chinese_calendar
from chinese_calendar.constants import holidays

_YEARS = frozenset(day.year for day in holidays)


class Calendar(Protocol):
    """Says which days are worked, and whether it really knows the year."""

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked."""

    def covers(self, day: date) -> bool:
        """Whether holidays of that day's year are known."""


@dataclass(frozen=True)
class Weekdays:
    """Monday to Friday, with no public holiday at all."""

    def is_working_day(self, day: date) -> bool:
        """Whether the day is Monday to Friday."""
        return day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Never: no holiday is known."""
        return False


@dataclass(frozen=True)
class ChineseCalendar:
    """Mainland public holidays and make-up days, with an authority's own additions that go first.

    A year in which the authority entered a day counts as covered.
    """

    extra_holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked; Monday to Friday where the year is not covered."""
        if day in self.extra_holidays or day in self.extra_workdays:
            return day in self.extra_workdays
        return bool(chinese_calendar.is_workday(day)) if day.year in _YEARS else day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Whether the published holiday plan of that year is known, built in or entered."""
        entered = self.extra_holidays | self.extra_workdays
        return day.year in _YEARS or any(one.year == day.year for one in entered)


Interval = tuple[date, date | None]


def publicity_ends(published_on: date, days: int, calendar: Calendar) -> date:
    """The N-th working day after publication; its last hour is the door's setting."""
    ends_on = extended_by(published_on, days, calendar, ())
    assert ends_on is not None
    return ends_on


def extended_by(
    published_on: date, days: int, calendar: Calendar, stopped: Iterable[Interval]
) -> date | None:
    """The N-th working day after publication with the clock running; None while it is stopped.

    An interval stops the clock from its first day and lets it run again on its second (None: still
    stopped).
    """
    if days < 1:
        raise ValueError("a publicity period has at least one working day")
    intervals = list(stopped)
    still = min((start for start, resumed in intervals if resumed is None), default=None)
    day, counted = published_on, 0
    while counted < days:
        day += timedelta(days=1)
        if still is not None and day >= still:
            return None
        if calendar.is_working_day(day) and not any(a <= day < b for a, b in intervals if b is not None):
            counted += 1
    return day


def working_days(starts_on: date, ends_on: date, calendar: Calendar) -> int:
    """How many working days lie from the first to the last day, both included."""
    span = (ends_on - starts_on).days + 1
    return sum(calendar.is_working_day(starts_on + timedelta(days=n)) for n in range(max(span, 0)))
