"""Local dates of the circles' rules: the day and year of an act, and how long ago six months are."""

import calendar
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from cp_circles.calc.workdays import ChineseCalendar, publicity_ends

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(now: datetime, zone: tzinfo = SHANGHAI) -> date:
    """The date of a moment in the governing zone."""
    return now.astimezone(zone).date()


def year_span(year: int, zone: tzinfo = SHANGHAI) -> tuple[datetime, datetime]:
    """The first moment of a year in the governing zone, and that of the next one."""
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_day_after(day: date, days: int) -> date:
    """The N-th working day after a day, on the mainland calendar."""
    return publicity_ends(day, days, ChineseCalendar())
