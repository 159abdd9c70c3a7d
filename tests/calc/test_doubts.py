"""What looks wrong in the readings of one meter, and what an estimate of missing days is."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from cp_circles.calc.doubts import Stand, doubts, filled
from cp_circles.calc.periods import Period

USUAL = [100, 104, 98, 101, 97, 103, 99, 102, 100, 105, 98, 101]


def month(number):
    """The month that many months after January 2025."""
    first = date(2025 + number // 12, number % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Period(first, following - timedelta(days=1))


def stands(values, skip=()):
    """A reading a month."""
    return [
        Stand(n, month(n), Decimal(str(value))) for n, value in enumerate(values, start=0) if n not in skip
    ]


def counters(values):
    """A running counter read at the end of each month."""
    rows = pairwise(values)
    return [
        Stand(n, month(n), max(Decimal(0), Decimal(b - a)), Decimal(a), Decimal(b))
        for n, (a, b) in enumerate(rows)
    ]


def changed(place, value):
    """The usual year with one other value."""
    return [*USUAL[:place], value, *USUAL[place + 1 :]]


def seen(rows, register=None):
    """(key, kind) of every doubt."""
    return [(one.key, one.kind) for one in doubts(rows, register)]


def test_a_quiet_year_raises_no_doubt():
    assert seen(stands(USUAL)) == []


@pytest.mark.parametrize("place", [0, 5, 11])
@pytest.mark.parametrize(
    ("value", "kind"), [(100_000, "scale"), ("0.1", "scale"), (260, "spike"), (20, "spike"), (0, "zero")]
)
def test_one_wrong_month_is_found_wherever_it_stands(place, value, kind):
    assert seen(stands(changed(place, value))) == [(place, kind)]


def test_one_figure_three_times_is_asked_about():
    assert seen(stands([*USUAL[:9], 105, 105, 105])) == [(11, "repeated")]


def test_missing_days_are_named_at_the_reading_after_them():
    (one,) = doubts(stands(USUAL, skip=(4, 5)))
    assert (one.key, one.kind) == (6, "gap")
    assert one.reason.values == {"starts_on": date(2025, 5, 1), "ends_on": date(2025, 6, 30)}


@pytest.mark.parametrize(
    ("values", "register", "kind"),
    [
        ([99_700, 99_800, 99_900, 40], Decimal(100_000), "rollover"),
        ([99_700, 99_800, 99_900, 40], None, "reset"),
        ([99_700, 99_800, 99_900, 99_850], None, "fall"),
    ],
)
def test_a_counter_that_falls_is_told_apart(values, register, kind):
    assert (2, kind) in seen(counters(values), register)


def test_a_declared_fall_raises_no_doubt():
    row = Stand(1, month(0), Decimal(140), Decimal(99_900), Decimal(40), explained=True)
    assert seen([row]) == []


def test_an_estimate_around_is_the_use_a_day_of_three_periods_on_either_side():
    rows = stands(USUAL, skip=(5,))
    ((period, quantity),) = filled(rows, date(2025, 6, 1), date(2025, 6, 30), "around")
    # (98+101+97) in 31+30+31 days, (99+102+100) in 31+31+30 days: 597 in 184 days, times 30
    assert (period, quantity) == (month(5), Decimal("97.337"))


def test_an_estimate_of_two_months_stands_month_by_month():
    rows = stands(USUAL, skip=(4, 5))
    parts = filled(rows, date(2025, 5, 1), date(2025, 6, 30), "stated", Decimal(200))
    assert [part.starts_on for part, _ in parts] == [date(2025, 5, 1), date(2025, 6, 1)]
    assert sum(quantity for _, quantity in parts) == Decimal(200)


def test_an_estimate_from_last_year_needs_last_year():
    rows = stands([*USUAL, *USUAL], skip=(17,))
    assert filled(rows, date(2026, 6, 1), date(2026, 6, 30), "last_year") == ((month(17), Decimal(103)),)
    assert filled(rows[:5], date(2025, 6, 1), date(2025, 6, 30), "last_year") == ()
