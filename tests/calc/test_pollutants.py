"""Mass of pollutants, generation apart from discharge, avoided tax, and the choice of a grid factor."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.grid import GridRow, grid_factor, mixed_reasons
from cp_circles.calc.pollutants import (
    mass_in_air,
    mass_in_water,
    pollutant_saving,
    stage_reasons,
    tax_avoided,
)
from cp_circles.errors import Invalid


def test_mass_in_water_and_air():
    assert mass_in_water(D(250), D(1200)).kilograms == 300
    assert mass_in_water(D(250), D(1200)).step.expression == "250 mg/L × 1,200 m3 ÷ 1,000"
    assert mass_in_air(D(35), D(20_000), D(7_200)).kilograms == 5_040


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda: mass_in_water(D(-1), D(1)), "concentration"),
        (lambda: mass_in_water(D(1), D(-1)), "volume"),
        (lambda: mass_in_air(D(1), D(-1), D(1)), "flow"),
        (lambda: mass_in_air(D(1), D(1), D(-1)), "hours"),
        (lambda: tax_avoided(D(1), D(0), D(1)), "tax"),
    ],
)
def test_negative_figures_are_refused_with_their_field(act, field):
    with pytest.raises(Invalid) as refused:
        act()
    assert refused.value.field == field


def test_treatment_alone_is_no_saving_of_generation():
    found = pollutant_saving((D(1000), D(1000)), (D(200), D(50)))
    assert (found.generation, found.discharge, found.by_treatment) == (0, 150, 150)
    prevented = pollutant_saving((D(1000), D(800)), (D(200), D(160)))
    assert (prevented.generation, prevented.discharge, prevented.by_treatment) == (200, 40, -160)
    assert stage_reasons(D(10), D(10), "baseline") == ()
    assert "More is discharged (11 kg)" in str(stage_reasons(D(10), D(11), "baseline")[0])


def test_the_tax_avoided():
    assert tax_avoided(D(100), D("0.95"), D("1.2")) == D("126.32")
    assert tax_avoided(D(100), D(1), D("1.4")) == 140


@given(st.decimals("0", "10000", places=1), st.decimals("0", "10000", places=1))
def test_mass_is_proportional_to_flow(concentration, volume):
    assert (
        mass_in_water(concentration, volume * 2).kilograms
        == 2 * mass_in_water(concentration, volume).kilograms
    )


GRID = [
    GridRow("a21", "a", 2021, "2024-04", D("0.5568")),
    GridRow("a22", "a", 2022, "2024-12-20", D("0.5366")),
    GridRow("a22f", "a", 2022, "2024-12-20", D("0.8325"), calibre="fossil"),
    GridRow("a23", "a", 2023, "2025-12-31", D("0.5306")),
    GridRow("a22n", "a", 2022, "2024-12-20", D("0.6776"), region="north"),
    GridRow("c24", "c", 2024, "2025-10", D("0.5777")),
]


@pytest.mark.parametrize(
    ("day", "more", "key"),
    [
        (date(2026, 1, 1), {}, "a23"),
        (date(2025, 12, 30), {}, "a22"),
        (date(2024, 4, 1), {}, "a21"),
        (date(2024, 3, 31), {}, None),
        (date(2026, 1, 1), {"region": "north"}, "a22n"),
        (date(2026, 1, 1), {"calibre": "fossil"}, "a22f"),
        (date(2026, 1, 1), {"family": "c"}, "c24"),
        (date(2026, 1, 1), {"family": "b"}, None),
    ],
)
def test_the_grid_factor_is_the_latest_published_at_registration(day, more, key):
    found = grid_factor(GRID, day, **more)
    assert (found.key if found else None) == key


def test_families_and_years_are_not_mixed():
    assert "families a, c are mixed" in str(mixed_reasons([GRID[0], GRID[-1]])[0])
    assert "2 grid factors" in str(mixed_reasons(GRID[:2])[0])
    assert mixed_reasons(GRID[:1] * 2) == ()
