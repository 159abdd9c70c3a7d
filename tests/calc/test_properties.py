"""Properties of the savings engine: units, signs, sums, monotonicity and scale invariance."""

from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc import units
from cp_circles.calc.conversion import Factor, convert, unit_ratio
from cp_circles.calc.exact import round_half_up
from cp_circles.calc.methods.annualising import annualised
from cp_circles.calc.methods.uncertainty import meter_uncertainty
from cp_circles.calc.periods import Period, PeriodUse, months_after
from cp_circles.calc.pollutants import mass_in_air, tax_avoided
from cp_circles.calc.savings import (
    Adjustment,
    saving_by_plain_difference,
    saving_by_unit_consumption,
)

WAYS = (saving_by_unit_consumption, saving_by_plain_difference)
AMOUNTS = st.integers(1, 10**6).map(D)
ROWS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=3, max_size=6)
STEP = D("0.000001")
UNITS = st.sampled_from([(one, two) for family in units.FAMILIES for one in family for two in family])


def months(year, rows):
    """Calendar months from January with use and production."""
    firsts = [months_after(date(year, 1, 1), n) for n in range(len(rows) + 1)]
    return [
        PeriodUse(Period(firsts[n], firsts[n + 1] - timedelta(1)), used, made)
        for n, (used, made) in enumerate(rows)
    ]


def factor(value="0.1229", per_unit="kWh"):
    """A coefficient of standard coal."""
    return Factor("f", "f", "kgce", D(value), per_unit, "kgce")


@given(UNITS, UNITS)
def test_units_go_there_and_back_and_by_way_of_a_third(pair, other):
    one, two = pair
    there, back = units.factor_between(one, two), units.factor_between(two, one)
    assert abs(there * back - 1) < D("1e-20")
    third = other[0]
    if units.factor_between(two, third) is not None:
        way = there * units.factor_between(two, third)
        assert abs(way / units.factor_between(one, third) - 1) < D("1e-20")


@given(st.sampled_from([("MWh", "kWh"), ("t", "kg"), ("GJ", "MJ"), ("10^4 Nm3", "m3")]), AMOUNTS)
def test_a_saving_converts_to_the_same_in_whatever_unit_it_is_written(pair, amount):
    large, small = pair
    ratio = unit_ratio(large, small)
    assert (
        convert(amount, large, [factor(per_unit=small)]).kgce
        == convert(round_half_up(Fraction(amount) * ratio, 6), small, [factor(per_unit=small)]).kgce
    )
    assert ratio * unit_ratio(small, large) == 1


@given(AMOUNTS, AMOUNTS)
def test_what_converts_apart_adds_up_to_what_converts_together(one, two):
    apart = convert(one, "kWh", [factor()]).kgce + convert(two, "kWh", [factor()]).kgce
    assert abs(convert(one + two, "kWh", [factor()]).kgce - apart) <= D("0.001")
    assert convert(-one, "kWh", [factor()]).kgce == -convert(one, "kWh", [factor()]).kgce


@given(ROWS, ROWS)
def test_more_is_better_is_the_same_number_with_the_other_sign(before, now):
    base, report = months(2025, before), months(2026, now)
    for way in WAYS:
        lower, higher = (way(base, report, direction=one).quantity for one in ("lower", "higher"))
        assert lower == -higher


@given(ROWS, ROWS, st.integers(0, 100))
def test_shares_of_a_saving_add_up_to_the_whole(before, now, percent):
    base, report, share = months(2025, before), months(2026, now), D(percent) / 100
    for way in WAYS:
        parts = way(base, report, share=share).quantity + way(base, report, share=1 - share).quantity
        assert abs(parts - way(base, report).quantity) <= STEP


@given(ROWS, ROWS, AMOUNTS)
def test_one_unit_more_used_is_one_saved_less_and_an_adjustment_one_more(before, now, extra):
    base, report = months(2025, before), months(2026, now)
    more = months(2026, [(now[0][0] + extra, now[0][1]), *now[1:]])
    for way in WAYS:
        saved = way(base, report).quantity
        assert abs(saved - way(base, more).quantity - extra) <= STEP
        assert abs(way(base, report, [Adjustment(extra, "示例")]).quantity - saved - extra) <= STEP


@given(ROWS, ROWS, st.integers(2, 1000))
def test_the_unit_of_production_changes_nothing_and_the_unit_of_use_scales(before, now, times):
    base, report = months(2025, before), months(2026, now)
    saved = saving_by_unit_consumption(base, report).quantity
    made = [[(used, produced * times) for used, produced in rows] for rows in (before, now)]
    assert saving_by_unit_consumption(months(2025, made[0]), months(2026, made[1])).quantity == saved
    used = [[(one * times, produced) for one, produced in rows] for rows in (before, now)]
    for way in WAYS:
        scaled = way(months(2025, used[0]), months(2026, used[1])).quantity
        assert abs(scaled - way(base, report).quantity * times) <= STEP * times


@given(ROWS)
def test_the_same_again_is_no_saving(rows):
    for way in WAYS:
        assert way(months(2025, rows), months(2026, rows)).quantity == 0


@given(ROWS, ROWS)
def test_the_baseline_by_period_adds_up_to_the_adjusted_baseline(before, now):
    for way in WAYS:
        found = way(months(2025, before), months(2026, now))
        parts = sum((amount for _, amount in found.adjusted_baseline_by_period), D(0))
        assert abs(parts - found.adjusted_baseline) <= STEP * len(now)


@given(AMOUNTS, AMOUNTS, st.integers(0, 50), st.integers(1, 50))
def test_a_worse_meter_is_never_more_certain(one, two, percent, more):
    first = meter_uncertainty(one, two, D(percent), D(percent))
    assert meter_uncertainty(one, two, D(percent + more), D(percent)) > first
    assert meter_uncertainty(one * 10, two * 10, D(1), D(1)) >= meter_uncertainty(one, two, D(1), D(1))


@given(AMOUNTS, st.integers(3, 11), st.integers(2, 100))
def test_a_year_is_never_less_than_what_was_measured_and_scales_with_it(amount, count, times):
    rows = months(2026, [(D(1), D(1))] * count)
    year = annualised(amount, rows).yearly
    assert year >= amount
    assert abs(annualised(amount * times, rows).yearly - year * times) <= STEP * times
    assert annualised(amount, rows[:-1]).yearly > year
    assert annualised(-amount, rows).yearly == -year


@given(AMOUNTS, AMOUNTS, st.integers(2, 100))
def test_mass_and_tax_are_proportional(concentration, flow, times):
    mass = mass_in_air(concentration, flow, D(2)).kilograms
    assert abs(mass_in_air(concentration * times, flow, D(2)).kilograms - mass * times) <= STEP * times
    tax = tax_avoided(flow, D("0.95"), D("1.2"))
    assert abs(tax_avoided(flow * times, D("0.95"), D("1.2")) - tax * times) <= D("0.01") * times
