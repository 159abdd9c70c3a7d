"""Shares along lines of meters: worked cases, and the property that no line ever exceeds the whole."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.periods import Period
from cp_circles.calc.sharing import Holding, are_in_line, days_covered, excesses, line_of

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
PARENTS = {1: None, 2: 1, 3: 1, 4: 2}


def held(key, meter, share, period=YEAR):
    """A claim on a meter."""
    return Holding(key, meter, period, Decimal(share))


def test_a_saving_below_is_seen_again_above():
    found = excesses([held(1, 1, "0.5"), held(2, 4, "0.6")], PARENTS)
    assert [(row.meter, row.share, row.keys) for row in found] == [(4, Decimal("1.1"), (1, 2))]


def test_meters_beside_one_another_do_not_share():
    assert excesses([held(1, 2, "1"), held(2, 3, "1")], PARENTS) == ()


def test_periods_apart_do_not_share_and_one_common_day_does():
    first = held(1, 1, "1", Period(date(2025, 1, 1), date(2025, 6, 30)))
    second = held(2, 1, "0.2", Period(date(2025, 7, 1), date(2025, 12, 31)))
    assert excesses([first, second], PARENTS) == ()
    touching = held(2, 1, "0.2", Period(date(2025, 6, 30), date(2025, 12, 31)))
    (excess,) = excesses([first, touching], PARENTS)
    assert (excess.day, excess.share) == (date(2025, 6, 30), Decimal("1.2"))


def test_three_claims_of_which_only_two_meet_on_any_day_keep_within_the_whole():
    spans = (("0.5", 1, 3), ("0.5", 2, 9), ("0.5", 4, 9))
    rows = [
        held(n, 1, share, Period(date(2025, a, 1), date(2025, b, 28)))
        for n, (share, a, b) in enumerate(spans)
    ]
    assert excesses(rows, PARENTS) == ()


def test_lines_end_at_the_main_meter_and_in_a_ring():
    assert line_of(4, PARENTS) == (4, 2, 1)
    assert line_of(1, {1: 2, 2: 1}) == (1, 2)
    assert are_in_line(1, 4, PARENTS) and not are_in_line(3, 4, PARENTS)


def test_days_are_counted_once():
    assert days_covered([YEAR, Period(date(2025, 12, 1), date(2026, 1, 31))]) == 365 + 31


def periods():
    """Short periods of one year."""
    starts = st.integers(0, 300)
    return st.builds(
        lambda first, days: Period(
            date(2025, 1, 1) + timedelta(first), date(2025, 1, 1) + timedelta(first + days)
        ),
        starts,
        st.integers(0, 60),
    )


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 100), periods()), max_size=7))
def test_excesses_are_found_exactly_where_a_line_exceeds_the_whole_on_a_day(rows):
    holdings = [held(n, meter, Decimal(share) / 100, period) for n, (meter, share, period) in enumerate(rows)]
    days = [date(2025, 1, 1) + timedelta(n) for n in range(0, 365)]
    brute = any(
        sum(
            (
                row.share
                for row in holdings
                if row.meter in line_of(meter, PARENTS) and row.period.starts_on <= day <= row.period.ends_on
            ),
            Decimal(0),
        )
        > 1
        for meter in {row.meter for row in holdings}
        for day in days
    )
    assert bool(excesses(holdings, PARENTS)) is brute
