"""Conversion against the worked cases TCE-1, CO2-1, STEAM-1 and MV-6, and what is refused."""

from decimal import Decimal as D

import pytest

from cp_circles.calc.conversion import (
    Converted,
    Factor,
    convert,
    different_factors,
    hot_water_heat_gj,
    steam_heat_gj,
    unit_ratio,
)
from cp_circles.errors import Invalid


def factor(key: str, kind: str, value: str | None, unit: str, per_unit: str, **more) -> Factor:
    """A factor with an id made from its key and kind."""
    number = None if value is None else D(value)
    return Factor(id=f"{key}-{kind}", key=key, kind=kind, value=number, unit=unit, per_unit=per_unit, **more)


POWER_COAL = factor("ELEC", "kgce", "0.1229", "kgce", "kWh")
POWER_CO2 = factor("ELEC", "kgco2e", "0.5306", "kgCO2", "kWh")
POWER_YUAN = factor("ELEC", "yuan", "0.70", "yuan", "kWh")
GAS_RANGE = factor("NG", "kgce", None, "kgce", "m3", low=D("1.1000"), high=D("1.3300"))
GAS_CO2 = factor("NG", "kgco2e", "21.6219", "tCO2", "10^4 Nm3")
DIESEL_COAL = factor("DIESEL", "kgce", "1.4571", "kgce", "kg")
DIESEL_CO2 = factor("DIESEL", "kgco2e", "3.1451", "tCO2", "t")
HEAT_COAL = factor("HEAT", "kgce", "0.03412", "kgce", "MJ")
HEAT_CO2 = factor("HEAT", "kgco2e", "0.11", "tCO2", "GJ")


def test_tce_1():
    gas = GAS_RANGE.with_supplier_value(D("1.3300"), "示例 supplier")
    old_gas = GAS_RANGE.with_supplier_value(D("1.2143"), "示例 supplier")
    power = convert(D(100_000), "kWh", [POWER_COAL]).kgce
    diesel = convert(D(5_000), "kg", [DIESEL_COAL]).kgce
    heat = convert(D(2_000), "GJ", [HEAT_COAL]).kgce
    with_gas = convert(D(10_000), "m3", [gas]).kgce
    assert (power, with_gas, diesel, heat) == (D(12_290), D(13_300), D("7285.5"), D(68_240))
    assert convert(D(10_000), "m3", [old_gas]).kgce == D(12_143)
    assert power + with_gas + diesel + heat == D("101115.5")


def test_co2_1():
    power = convert(D(100_000), "kWh", [POWER_CO2]).kgco2e
    gas = convert(D(10_000), "m3", [GAS_CO2]).kgco2e
    diesel = convert(D(5), "t", [DIESEL_CO2]).kgco2e
    heat = convert(D(2_000), "GJ", [HEAT_CO2]).kgco2e
    assert (power, gas, diesel, heat) == (D(53_060), D("21621.9"), D("15725.5"), D(220_000))
    assert power + gas + diesel + heat == D("310407.4")


def test_steam_1():
    heat = steam_heat_gj(D(1_000), D("2768.3"))
    assert heat == D("2684.56")
    converted = convert(heat, "GJ", [HEAT_COAL, HEAT_CO2])
    assert converted.kgce == D("91597.187")
    assert converted.kgco2e == D("295301.600")


def test_mv_6_power_saved_in_three_units():
    converted = convert(D(114_000), "kWh", [POWER_COAL, POWER_CO2, POWER_YUAN])
    assert (converted.kgce, converted.kgco2e, converted.yuan) == (D("14010.6"), D("60488.4"), D("79800.00"))
    assert converted.factor_ids == ("ELEC-kgce", "ELEC-kgco2e", "ELEC-yuan")
    assert converted.steps[0].expression == "114,000 kWh × 0.1229 kgce/kWh"


def test_each_amount_is_rounded_half_up_once():
    half = factor("X", "yuan", "0.005", "yuan", "kg")
    assert convert(D(1), "kg", [half]).yuan == D("0.01")
    assert convert(D(-1), "kg", [half]).yuan == D("-0.01")
    assert str(convert(D("10"), "kWh", [POWER_COAL]).kgce) == "1.229"


def test_a_range_is_refused_until_the_suppliers_value_is_given():
    with pytest.raises(Invalid) as refusal:
        convert(D(1), "m3", [GAS_RANGE])
    assert refusal.value.field == "NG"
    assert (
        str(refusal.value) == "NG is published as a range from 1.1000 to 1.3300: give the supplier's value."
    )
    with pytest.raises(Invalid):
        GAS_RANGE.with_supplier_value(D(0), "示例")


def test_a_factor_of_another_unit_or_kind_is_refused():
    with pytest.raises(Invalid, match="per kWh and cannot convert kg"):
        convert(D(1), "kg", [POWER_COAL])
    with pytest.raises(Invalid, match="does not give kgce"):
        convert(D(1), "kWh", [factor("ELEC", "kgce", "1", "kgCO2", "kWh")])
    with pytest.raises(Invalid, match="Two factors give kgce"):
        convert(D(1), "kWh", [POWER_COAL, POWER_COAL])


def test_what_has_no_factor_stays_unknown_and_is_not_zero():
    assert convert(D(1), "m3", []) == Converted()


def test_a_provisional_factor_marks_the_result():
    provisional = factor("W", "kgce", "0.2571", "kgce", "t", provisional=True)
    assert convert(D(1), "t", [provisional]).provisional
    assert not convert(D(1), "kWh", [POWER_COAL]).provisional


def test_two_periods_need_the_same_factors():
    assert different_factors(["a", "b"], ["b", "a"]) == ()
    assert different_factors(["a"], ["b"])[0].field == "factors"


def test_units_and_heat_of_water():
    assert unit_ratio("GJ", "MJ") == 1000 and unit_ratio("m3", "10^4 Nm3") * 10_000 == 1
    assert unit_ratio("kg", "m3") is None
    assert hot_water_heat_gj(D(1_000), D(70)) == D("209.34")
    with pytest.raises(ValueError):
        steam_heat_gj(D(1), D("83.74"))
