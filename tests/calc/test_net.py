"""A saving less its side effects: a worked case by hand, what is refused, and properties."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.conversion import Factor, convert
from cp_circles.calc.net import Effect, less, net, taken_by
from cp_circles.errors import Invalid

POWER = (
    Factor("c", "c", "kgce", D("0.1229"), "kWh", "kgce"),
    Factor("g", "g", "kgco2e", D("0.5306"), "kWh", "kgCO2"),
    Factor("p", "p", "yuan", D("0.70"), "kWh", "CNY"),
)
WATER = (
    Factor("w", "w", "kgce", D("0.2571"), "t", "kgce", provisional=True),
    Factor("v", "v", "yuan", D("4.10"), "t", "CNY"),
)


def test_more_water_for_less_power_by_hand():
    effects = [
        Effect("示例 cooling pump", D(6_000), "kWh", same_medium=True),
        Effect("示例 cooling water", D(1_200), "t", factors=WATER),
        Effect("示例 scale inhibitor", D(300), "kg", cost_yuan=D("2400.50")),
    ]
    found = net(D(126_000), "kWh", POWER, effects)
    assert (found.gross, found.quantity) == (126_000, 120_000)
    assert found.converted.kgce == D("14748.000") - D("308.520")
    assert found.converted.kgco2e == D("63672.000")
    assert found.converted.yuan == D("84000.00") - D("4920.00") - D("2400.50")
    assert found.step.expression == "126,000 − 6,000"
    assert found.minus["yuan"].expression == "84,000 − 4,920 − 2,400.5"
    assert set(found.minus) == {"kgce", "yuan"} and found.converted.provisional
    assert [row.yuan for row in found.taken] == [D("4920.00"), D("2400.50")]


def test_what_only_the_side_effect_converts_is_below_zero_and_not_nothing():
    found = net(D(500), "kg", (), [Effect("示例 aeration", D(1_000), "kWh", factors=POWER)])
    assert (found.quantity, found.converted.kgce, found.converted.yuan) == (500, D("-122.900"), D("-700.00"))
    assert net(D(500), "kg", (), [Effect("示例 sludge", D(3), "t")]).converted.kgce is None


def test_another_quantity_keeps_the_same_side_effects():
    off = taken_by(Effect("示例 water", D(100), "t", factors=WATER))
    assert less(convert(D(1_000), "kWh", POWER), [off]).kgce == D("122.900") - D("25.710")


@pytest.mark.parametrize("quantity", [D(0), D(-1)])
def test_a_side_effect_is_above_zero(quantity):
    with pytest.raises(ValueError):
        net(D(1), "kWh", POWER, [Effect("示例", quantity, "kWh", True)])


def test_units_that_do_not_compare_and_ranges_are_refused():
    with pytest.raises(Invalid, match="stated in t and the saving in GJ"):
        net(D(1), "GJ", (), [Effect("示例", D(1), "t", True)])
    with pytest.raises(Invalid, match="range"):
        taken_by(Effect("示例", D(1), "m3", factors=(Factor("n", "n", "kgce", None, "m3", "kgce"),)))


AMOUNTS = st.decimals("0.001", "100000", places=3)


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=5))
def test_net_is_gross_less_everything_and_never_more(saved, rows):
    effects = [
        Effect(str(n), amount, "kWh" if same else "t", same, () if same else WATER)
        for n, (amount, same) in enumerate(rows)
    ]
    found = net(saved, "kWh", POWER, effects)
    assert found.quantity == saved - sum((amount for amount, same in rows if same), D(0))
    main = convert(found.quantity, "kWh", POWER)
    for kind in ("kgce", "kgco2e", "yuan"):
        before, after = getattr(main, kind), getattr(found.converted, kind)
        assert after == before - sum((row.of(kind) or D(0) for row in found.taken), D(0)) <= before
    assert net(saved, "kWh", POWER, [*effects, Effect("x", D(1), "t", factors=WATER)]).converted.kgce < (
        found.converted.kgce
    )


@given(AMOUNTS, AMOUNTS, st.integers(2, 50))
def test_side_effects_scale_with_what_they_belong_to(saved, amount, times):
    effect, larger = (Effect("x", amount * n, "kWh", True) for n in (1, times))
    small = net(saved, "kWh", (), [effect]).quantity
    assert net(saved * times, "kWh", (), [larger]).quantity == small * times
