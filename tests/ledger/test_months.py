"""Months of boards run as in the governing zone, in Python and in SQL alike."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cp_circles.ledger.months import month_begin, month_column, month_of
from cp_circles.people.models import Person


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 8, 31, 15, 59, 59, 999_999, tzinfo=UTC), 202608),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), 202609),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), 202701),
        (datetime(2028, 2, 29, 9, 0, 0, 1, tzinfo=UTC), 202802),
    ],
)
def test_what_counts_in_the_night_counts_in_the_month_of_beijing(session, make, at, month):
    row = make.person(created_at=at)
    stored = sa.select(month_column(Person.created_at)).where(Person.id == row.id)
    assert month_of(at) == session.scalar(stored) == month
    assert month_of(month_begin(at)) == month and month_begin(at) <= at
