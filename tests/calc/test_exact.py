"""Rounding half up and reading numbers, by example and by property."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.exact import decimal_from, mean, plain, round_half_up, to_fraction

NUMBERS = st.fractions(min_value=-(10**20), max_value=10**20, max_denominator=10**9)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (D("0.005"), 2, "0.01"),
        (D("-0.005"), 2, "-0.01"),
        (D("2.675"), 2, "2.68"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 0, "1"),
        (D("-0.001"), 2, "0.00"),
        (7, 2, "7.00"),
        (D("123456789012345678901234567890.125"), 2, "123456789012345678901234567890.13"),
    ],
)
def test_round_half_up_by_example(value, places, text):
    assert str(round_half_up(value, places)) == text


@given(NUMBERS, st.integers(0, 8))
def test_rounding_is_never_more_than_half_a_unit_off_and_keeps_its_places(value, places):
    rounded = round_half_up(value, places)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert rounded.as_tuple().exponent == -places
    assert round_half_up(rounded, places) == rounded


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_an_exact_half_goes_away_from_zero(whole, places):
    half = Fraction(2 * whole + 1, 2 * 10**places)
    assert abs(Fraction(round_half_up(half, places))) > abs(half)


@given(NUMBERS, NUMBERS, st.integers(0, 6))
def test_rounding_keeps_the_order(one, other, places):
    low, high = sorted([one, other])
    assert round_half_up(low, places) <= round_half_up(high, places)


@pytest.mark.parametrize(
    ("given_value", "number"),
    [
        ("1,234.5", "1234.5"),
        (" 12 000 ", "12000"),
        ("１２.５", "12.5"),
        (0.1, "0.1"),
        (3, "3"),
        ("-7", "-7"),
        ("1e3", "1E+3"),
    ],
)
def test_numbers_are_read_as_written(given_value, number):
    assert decimal_from(given_value) == D(number)


@pytest.mark.parametrize(
    "text", ["", "12,34", "abc", "NaN", "Infinity", float("nan"), True, "1_000", "1.2.3"]
)
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(ValueError):
        decimal_from(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_taken_as_it_prints(number):
    assert decimal_from(number) == D(repr(number))


def test_a_float_is_no_exact_number_and_an_empty_mean_is_none():
    with pytest.raises(TypeError):
        to_fraction(0.1)
    assert mean([], 2) is None
    assert mean([D(1), D(2), D(2)], 2) == D("1.67")
    assert plain(D("1234.500")) == "1,234.5" and plain(Fraction(1, 3)) == "0.333333"
