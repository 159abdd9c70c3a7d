"""Publicity periods on the Chinese calendar, with make-up days and a stopped clock."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.workdays import ChineseCalendar, Weekdays, extended_by, publicity_ends, working_days

CHINA = ChineseCalendar()


def test_counting_begins_the_day_after_publication():
    assert publicity_ends(date(2026, 9, 7), 5, CHINA) == date(2026, 9, 14)
    assert publicity_ends(date(2026, 9, 11), 1, CHINA) == date(2026, 9, 14)


def test_the_make_up_sunday_before_national_day_is_worked():
    assert CHINA.is_working_day(date(2026, 9, 20))
    assert not CHINA.is_working_day(date(2026, 9, 25))
    assert publicity_ends(date(2026, 9, 18), 5, CHINA) == date(2026, 9, 24)
    assert publicity_ends(date(2026, 9, 18), 5, Weekdays()) == date(2026, 9, 25)


def test_national_day_is_skipped():
    assert publicity_ends(date(2026, 9, 30), 1, CHINA) == date(2026, 10, 8)


def test_an_authority_adds_its_own_days():
    calendar = ChineseCalendar(frozenset({date(2026, 9, 8)}), frozenset({date(2026, 9, 12)}))
    assert publicity_ends(date(2026, 9, 7), 4, calendar) == date(2026, 9, 12)


def test_beyond_the_published_years_weekdays_count_and_it_says_so():
    far = date(2090, 10, 2)
    assert not CHINA.covers(far) and CHINA.covers(date(2026, 1, 1))
    assert CHINA.is_working_day(far) == (far.weekday() < 5)
    assert not Weekdays().covers(date(2026, 1, 1))


def test_a_stopped_clock_extends_the_period_by_its_working_days():
    published = date(2026, 9, 7)
    assert extended_by(published, 5, CHINA, [(date(2026, 9, 9), date(2026, 9, 11))]) == date(2026, 9, 16)
    assert extended_by(published, 5, CHINA, [(date(2026, 9, 12), date(2026, 9, 14))]) == date(2026, 9, 14)
    overlapping = [(date(2026, 9, 9), date(2026, 9, 10)), (date(2026, 9, 9), date(2026, 9, 11))]
    assert extended_by(published, 5, CHINA, overlapping) == date(2026, 9, 16)


def test_a_clock_still_stopped_has_no_end():
    assert extended_by(date(2026, 9, 7), 5, CHINA, [(date(2026, 9, 9), None)]) is None
    assert extended_by(date(2026, 9, 7), 5, CHINA, [(date(2026, 9, 15), None)]) == date(2026, 9, 14)


def test_no_days_are_refused():
    with pytest.raises(ValueError):
        publicity_ends(date(2026, 9, 7), 0, CHINA)


@given(st.dates(date(2020, 1, 1), date(2026, 8, 1)), st.integers(1, 20))
def test_the_end_is_the_nth_working_day(published, days):
    end = publicity_ends(published, days, CHINA)
    assert CHINA.is_working_day(end)
    assert working_days(date.fromordinal(published.toordinal() + 1), end, CHINA) == days
