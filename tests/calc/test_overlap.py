"""The guard against counting twice: shares, media, totals, ceiling, entries, prices and side effects."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.overlap import (
    Claimed,
    above_ceiling,
    cost_effect,
    entered_twice,
    guard,
    net_of,
    shares_above_one,
)
from cp_circles.calc.periods import Period

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
LATER = Period(date(2026, 4, 1), date(2026, 9, 30))
AFTER = Period(date(2026, 7, 1), date(2026, 12, 31))


def claim(
    key, share="1", *, period=HALF, indicator="ELEC", meter="m1", boundary=None, company="c", quantity="10"
):
    return Claimed(key, f"示例 {key}", company, indicator, meter, boundary, period, D(share), D(quantity))


def test_one_meter_and_overlapping_time_need_shares_of_at_most_one():
    (found,) = guard([claim("a", "0.6"), claim("b", "0.5", period=LATER)])
    assert found.kind == "shares" and [one.key for one in found.claims] == ["a", "b"]
    assert "示例 a, 示例 b claim 110 % of the same saving on 2026-04-01" in str(found.reason)
    assert guard([claim("a", "0.5"), claim("b", "0.5", period=LATER)]) == ()


@pytest.mark.parametrize(
    "other",
    [
        claim("b", period=AFTER),
        claim("b", meter="m2"),
        claim("b", indicator="WATER"),
        claim("b", company="d"),
        claim("b", meter=None),
    ],
)
def test_claims_that_do_not_meet_raise_no_warning(other):
    assert shares_above_one([claim("a"), other]) == ()


def test_one_boundary_counts_like_one_meter_and_is_said_once():
    rows = [claim("a", meter=None, boundary="hall"), claim("b", meter=None, boundary="hall")]
    assert len(shares_above_one(rows)) == 1
    both = [claim("a", boundary="hall"), claim("b", boundary="hall")]
    assert len(shares_above_one(both)) == 1


def test_three_that_never_meet_on_one_day_are_fine():
    thirds = [Period(date(2026, 1, 1), date(2026, 3, 31)), HALF, Period(date(2026, 4, 1), date(2026, 6, 30))]
    assert shares_above_one([claim(str(i), "0.5", period=p) for i, p in enumerate(thirds)]) == ()


def test_a_medium_and_its_energy_are_counted_at_one_level():
    media = {"AIR": ("ELEC",), "STEAM": ("NG", "COAL")}
    rows = [claim("air", indicator="AIR", meter="m2"), claim("power")]
    (found,) = guard(rows, media=media)
    assert found.kind == "media" and "count it at one level only" in str(found.reason)
    apart = [claim("air", indicator="AIR", boundary="hall 1"), claim("power", boundary="hall 2")]
    assert guard(apart, media=media) == ()
    assert guard([claim("steam", indicator="STEAM"), claim("power")], media=media) == ()


def test_a_total_never_stands_beside_its_parts():
    (found,) = guard(
        [claim("part"), claim("whole", indicator="ENERGY", meter=None)], derived=("ENERGY", "CO2E")
    )
    assert found.kind == "derived" and [one.key for one in found.claims] == ["whole", "part"]
    assert (
        guard([claim("a", indicator="ENERGY"), claim("b", indicator="CO2E")], derived=("ENERGY", "CO2E"))
        == ()
    )


def test_the_main_meter_is_the_ceiling():
    rows = [claim("a", quantity="60"), claim("b", quantity="42", meter="m2")]
    assert above_ceiling(rows, D(100)) is None
    over = above_ceiling(rows, D(99))
    assert over.kind == "ceiling" and "102.000000 together" in str(over.reason) and len(over.claims) == 2
    assert above_ceiling(rows, D(-5)) is not None
    assert above_ceiling([], D(0)) is None


def test_a_result_is_entered_once_a_year():
    (found,) = entered_twice(
        [("r", 2026, "company"), ("r", 2026, "city"), ("r", 2025, "city"), ("s", 2026, "x")]
    )
    assert str(found) == "r is entered 2 times in 2026: company, city."


def test_a_lower_price_is_no_saving():
    found = cost_effect(D(100), D(1), D(100), D("0.8"))
    assert found.by_quantity == 0 and found.by_price == 20
    mixed = cost_effect(D(100), D(1), D(90), D("0.8"))
    assert mixed.by_quantity == 8 and mixed.by_price == 20


def test_side_effects_are_taken_off():
    assert net_of(D(100), [("more chemicals", D(30)), ("more sludge", D(5))]) == 65
    with pytest.raises(ValueError):
        net_of(D(100), [("gain", D(-1))])


DAYS = st.tuples(st.integers(0, 100), st.integers(0, 60), st.integers(0, 100))


@given(st.lists(DAYS, min_size=1, max_size=6))
def test_a_warning_is_given_exactly_when_some_day_has_more_than_all(rows):
    start = date(2026, 1, 1)
    claims = [
        claim(str(i), str(D(share) / 100), period=Period(start + timedelta(a), start + timedelta(a + long)))
        for i, (a, long, share) in enumerate(rows)
    ]
    worst = max(
        sum(
            one.share
            for one in claims
            if one.period.starts_on <= start + timedelta(day) <= one.period.ends_on
        )
        for day in range(161)
    )
    assert bool(shares_above_one(claims)) == (worst > 1)
