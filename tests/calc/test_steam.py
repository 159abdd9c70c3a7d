"""Steam against the verification values of IF97, the tabulated enthalpies and case STEAM-1."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc import steam
from cp_circles.errors import Invalid


@pytest.mark.parametrize(
    ("kelvin", "mpa", "enthalpy"),
    [(300, 3, 115.331273), (300, 80, 184.142828), (500, 3, 975.542239)],
)
def test_region_1_gives_table_5_of_the_release(kelvin, mpa, enthalpy):
    assert steam._enthalpy_1(mpa, kelvin) == pytest.approx(enthalpy, rel=1e-8)


@pytest.mark.parametrize(
    ("kelvin", "mpa", "enthalpy"),
    [(300, 0.0035, 2549.91145), (700, 0.0035, 3335.68375), (700, 30, 2631.49474)],
)
def test_region_2_gives_table_15_of_the_release(kelvin, mpa, enthalpy):
    assert steam._enthalpy_2(mpa, kelvin) == pytest.approx(enthalpy, rel=1e-8)


@pytest.mark.parametrize(("mpa", "kelvin"), [(0.1, 372.755919), (1, 453.035632), (10, 584.149488)])
def test_region_4_gives_table_36_of_the_release(mpa, kelvin):
    assert steam._boiling(mpa) == pytest.approx(kelvin, rel=1e-8)


@pytest.mark.parametrize(
    ("mpa", "enthalpy"),
    [
        ("0.1", "2674.9"),
        ("0.3", "2724.9"),
        ("0.4", "2738.1"),
        ("0.5", "2748.1"),
        ("0.6", "2756.1"),
        ("0.8", "2768.3"),
        ("1.0", "2777.1"),
        ("1.6", "2792.9"),
        ("2.0", "2798.4"),
    ],
)
def test_saturated_steam_as_tabulated(mpa, enthalpy):
    assert steam.steam_enthalpy(D(mpa)) == D(enthalpy)


def test_steam_1():
    heat = steam.heat_of_steam(D(1000), D("0.8"))
    assert heat.gigajoules == D("2684.56")
    assert round(heat.gigajoules * 1000 * D("0.03412")) == 91_597
    assert round(heat.gigajoules * D("0.11"), 2) == D("295.30")
    assert [step.result for step in heat.steps] == [D("2768.3"), D("2684.56")]


def test_superheated_and_wet_steam_and_water():
    assert steam.steam_enthalpy(D("1.0"), D(300)) == D("3051.7")
    assert steam.steam_enthalpy(D("0.8"), dryness=D(0)) == D("721.0")
    wet = steam.steam_enthalpy(D("0.8"), dryness=D("0.9"))
    assert D("721.0") < wet < D("2768.3")
    assert steam.water_enthalpy(D(20)) == D("84.0")
    assert steam.boiling_point(D("0.101325")) == D("99.97")
    assert steam.absolute_pressure(D("0.7")) == D("0.801325")


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda: steam.steam_enthalpy(D("0.8"), D(120)), "temperature"),
        (lambda: steam.steam_enthalpy(D("0.8"), D(900)), "temperature"),
        (lambda: steam.steam_enthalpy(D(800)), "pressure"),
        (lambda: steam.steam_enthalpy(D(0)), "pressure"),
        (lambda: steam.steam_enthalpy(D("0.8"), dryness=D("1.1")), "dryness"),
        (lambda: steam.steam_enthalpy(D("0.8"), D(300), D("0.9")), "dryness"),
        (lambda: steam.absolute_pressure(D("-0.2")), "pressure"),
        (lambda: steam.water_enthalpy(D(120)), "temperature"),
    ],
)
def test_what_is_no_steam_is_refused_with_its_field(act, field):
    with pytest.raises(Invalid) as refused:
        act()
    assert refused.value.field == field


def test_wet_steam_lies_between_water_and_vapour_at_its_dryness():
    heat = steam.heat_of_steam(D(1000), D("0.8"), dryness=D("0.95"))
    assert heat.enthalpy == D("2665.9") and heat.gigajoules == D("2582.16")
    assert heat.steps[0].expression == "IF97(0.8 MPa, x = 0.95)"


@given(st.decimals("0.05", "10", places=2), st.decimals("0", "0.99", places=2))
def test_drier_steam_holds_more_heat(mpa, dryness):
    wet = steam.heat_of_steam(D(1), mpa, dryness=dryness).gigajoules
    assert 0 < wet < steam.heat_of_steam(D(1), mpa, dryness=dryness + D("0.01")).gigajoules


@given(
    tonnes=st.decimals("0.1", "100000", places=1),
    mpa=st.decimals("0.01", "16", places=2),
    extra=st.integers(1, 300),
)
def test_hotter_steam_holds_more_heat_and_heat_is_proportional_to_mass(tonnes, mpa, extra):
    boiling = steam.boiling_point(mpa)
    saturated = steam.heat_of_steam(tonnes, mpa)
    hotter = steam.heat_of_steam(tonnes, mpa, min(boiling + extra, D(800)))
    assert hotter.gigajoules >= saturated.gigajoules > 0
    assert steam.heat_of_steam(2 * tonnes, mpa).gigajoules == 2 * saturated.gigajoules
