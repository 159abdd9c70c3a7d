"""The working days that publicity periods count in: the built-in calendar and what was entered beside it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.workdays import Calendar, ChineseCalendar, Weekdays
from cp_circles.judging.outcome_models import CalendarDay

CHINA = "china"


def calendar_of(session: Session, pack: str) -> Calendar:
    """The calendar of a season's pack; a pack without one counts Monday to Friday: one statement at most."""
    if pack != CHINA:
        return Weekdays()
    days = entered_days(session, pack)
    return ChineseCalendar(
        frozenset(row.day for row in days if not row.is_worked),
        frozenset(row.day for row in days if row.is_worked),
    )


def entered_days(session: Session, pack: str = CHINA) -> Sequence[CalendarDay]:
    """The days that were entered, in their order."""
    return session.scalars(
        sa.select(CalendarDay).where(CalendarDay.pack == pack).order_by(CalendarDay.day)
    ).all()
