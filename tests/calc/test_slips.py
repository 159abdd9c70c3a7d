"""Slips by a power of ten are asked about, and nothing else is."""

from decimal import Decimal

import pytest

from cp_circles.calc.slips import meant_instead, slip_range

USUAL = (Decimal(500), Decimal(2400))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1234000", "1234"), ("123400", "1234"), ("12340", "1234"), ("123.4", "1234"), ("1.234", "1234")],
)
def test_a_power_of_ten_is_found(typed, meant):
    assert meant_instead(Decimal(typed), USUAL) == Decimal(meant)


@pytest.mark.parametrize("typed", ["500", "1234", "2400", "0", "3000", "-5", "99999999"])
def test_what_is_usual_or_only_unusual_is_not_asked_about(typed):
    assert meant_instead(Decimal(typed), USUAL) is None


def test_of_a_counter_the_use_is_judged():
    assert meant_instead(Decimal("10120"), USUAL, lambda shown: shown - 100_000) == Decimal(101_200)
    assert meant_instead(Decimal("101200"), USUAL, lambda shown: shown - 100_000) is None


def test_the_range_needs_a_use():
    assert slip_range([Decimal(0)]) is None
    assert slip_range([Decimal(1000), Decimal(0), Decimal(1200)]) == USUAL
    assert meant_instead(Decimal(5), None) is None
