"""A main meter against its sub-meters: only what all of them cover is compared, and nothing is invented."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.calc.periods import Period
from cp_circles.calc.submeters import compared, converted, in_all
from cp_circles.calc.written import month_days

DAY = timedelta(days=1)


def months(*quantities, year=2026):
    """One use a month from January on."""
    return [(Period(*month_days(year, n)), Decimal(q)) for n, q in enumerate(quantities, start=1)]


def days(first, count, quantity):
    """One use a day."""
    return [(Period(first + n * DAY, first + n * DAY), Decimal(quantity)) for n in range(count)]


def test_the_rest_is_what_no_sub_meter_counted():
    lines = compared(months(1000, 1100), {1: months(600, 700), 2: months(300, 350)})
    assert [(line.below, line.rest, line.rest_percent) for line in lines] == [
        (900, 100, Decimal("10.0")),
        (1050, 50, Decimal("4.5")),
    ]
    whole = in_all(lines)
    assert whole is not None and (whole.main, whole.rest, whole.parts) == (2100, 150, {1: 1300, 2: 650})
    assert not whole.exceeds


def test_more_below_than_above_is_an_excess_beyond_the_accuracy_of_the_meters():
    def exceeds(below, accuracies=None):
        return compared(months(1000), {1: months(below)}, accuracies)[0].exceeds

    assert exceeds(1050)
    assert not exceeds(1030)
    assert exceeds(1030, {1: Decimal("0.5"), None: Decimal("0.5")})


def test_only_periods_that_all_cover_are_compared():
    gap = [use for use in months(600, 700, 800) if use[0].starts_on.month != 2]
    lines = compared(months(1000, 1100, 1200), {1: gap})
    assert [line.period.starts_on.month for line in lines] == [1, 3]
    shifted = [(Period(date(2026, 1, 11), date(2026, 2, 10)), Decimal(500))]
    assert compared(months(1000, 1100), {1: shifted}) == ()
    assert compared(months(1000), {}) == () and in_all(()) is None


def test_days_are_summed_to_the_months_of_the_main_meter_and_many_days_to_months():
    below = days(date(2026, 1, 1), 59, 10)
    assert [line.below for line in compared(months(1000, 1100), {1: below})] == [310, 280]
    lines = compared(days(date(2026, 1, 1), 59, 12), {1: below})
    assert [(line.main, line.rest) for line in lines] == [(372, 62), (336, 56)]


@pytest.mark.parametrize(("factor", "shown"), [(Decimal(1), "5"), (Decimal(1000), "5000")])
def test_units_are_converted(factor, shown):
    assert converted(months("5"), factor)[0][1] == Decimal(shown)


def test_a_main_meter_that_counted_nothing_has_no_share():
    line = compared(months(0), {1: months(3)})[0]
    assert line.rest_percent is None and line.exceeds
