"""The second edition of factors and indicators: nothing taken away, every row dated, totals and media marked."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from cp_circles.calc.grid import GridRow, grid_factor
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Factors, Indicators
from cp_circles.savings.services.money import rates_of, taxed_pollutants

FACTORS = [one for one in shipped() if one.kind == "factors" and one.key == "china"]
CATALOGUES = [one for one in shipped() if one.kind == "indicators"]
NEWEST = FACTORS[-1].pack
CATALOGUE = CATALOGUES[-1].pack
FIRST_SHA = {
    "factors": "11c26de4f4c8613445976e6999b7108086d967ddae00e01e4245231dedbfc5f6",
    "indicators": "69c905057c6b4e3680f4e3d5b8a731fea27ced0ff6dd9983bab1a899749c7388",
}


def test_editions_load_in_order_so_that_the_newest_is_bound() -> None:
    assert [one.edition for one in FACTORS] == ["2026", "2026.2", "2026.3"]
    assert [one.edition for one in CATALOGUES] == ["2026", "2026.2"]
    order = [(one.kind, one.path.stem) for one in shipped()]
    assert all(first < second for first, second in pairwise(order))


def test_the_first_edition_never_changes() -> None:
    assert FACTORS[0].sha256 == FIRST_SHA["factors"]
    assert CATALOGUES[0].sha256 == FIRST_SHA["indicators"]


def test_a_stored_factor_is_found_in_both_editions_with_its_value() -> None:
    assert isinstance(NEWEST, Factors)
    assert isinstance(FACTORS[0].pack, Factors)
    for old in FACTORS[0].pack.factors:
        new = NEWEST.factor(old.key)
        assert new is not None
        assert (new.value, new.low, new.high, new.from_unit, new.to_unit) == (
            old.value,
            old.low,
            old.high,
            old.from_unit,
            old.to_unit,
        )


def test_every_row_says_from_when_it_holds() -> None:
    assert isinstance(NEWEST, Factors)
    assert [row.key for row in NEWEST.factors if not row.valid_from] == []


def test_a_range_has_both_ends_and_no_value() -> None:
    assert isinstance(NEWEST, Factors)
    ranges = [row for row in NEWEST.factors if row.needs_choice]
    assert {row.group for row in ranges} == {"coal_equivalent", "tax_rate"} and len(ranges) == 8
    assert all(row.low is not None and row.high is not None and row.low < row.high for row in ranges)


def test_the_default_grid_factor_is_the_national_average_of_the_latest_year() -> None:
    assert isinstance(NEWEST, Factors)
    rows = [
        GridRow(
            row.key,
            row.family,
            row.data_year,
            row.valid_from,
            row.value,
            row.region,
            row.calibre or "average",
        )
        for row in (*NEWEST.in_group("grid_national"), *NEWEST.in_group("grid_region"))
        if row.family and row.data_year and row.valid_from and row.value
    ]
    found = grid_factor(rows, date(2026, 9, 18))
    assert found is not None and found.value == Decimal("0.5306")
    before = grid_factor(rows, date(2025, 6, 1))
    assert before is not None and before.value == Decimal("0.5366")
    north = grid_factor(rows, date(2026, 9, 18), region="north")
    assert north is not None and north.value == Decimal("0.6361")
    assert grid_factor(rows, date(2026, 9, 18), region="54") is None


def test_totals_and_media_are_marked() -> None:
    assert isinstance(CATALOGUE, Indicators)
    assert [one.code for one in CATALOGUE.indicators if one.derived] == ["ENERGY", "CO2E"]
    made = {one.code: one.made_from for one in CATALOGUE.indicators if one.made_from}
    assert made["AIR"] == ("ELEC",) and made["STEAM"] == ("NG", "COAL")
    assert {one.code for one in CATALOGUE.indicators if one.direction == "higher"} == {
        "REUSE",
        "YIELD",
        "SWU",
        "GREENP",
    }
    rules = {one.mass_rule for one in CATALOGUE.indicators if one.group.endswith("_pollution")}
    assert rules == {"water", "air", None}


def test_hot_water_is_that_of_the_guideline() -> None:
    assert isinstance(NEWEST, Factors)
    row = NEWEST.factor("hot_water_heat")
    assert row is not None and row.value == Decimal("4.1868") / 1000


def test_every_taxed_pollutant_names_its_medium_and_with_it_the_range_of_its_rate() -> None:
    assert isinstance(NEWEST, Factors)
    assert isinstance(CATALOGUE, Indicators)
    taxed = taxed_pollutants(NEWEST)
    found = {row.key.removeprefix("equivalent_"): rates_of(row, NEWEST, CATALOGUE) for row in taxed}
    water, air = (Decimal("1.4"), Decimal(14)), (Decimal("1.2"), Decimal(12))
    assert found == {
        **dict.fromkeys(("cod", "nh3n", "tp", "ss"), water),
        **dict.fromkeys(("so2", "nox", "soot", "dust"), air),
    }
    before = FACTORS[1].pack
    assert isinstance(before, Factors)
    soot = before.factor("equivalent_soot")
    assert soot is not None
    assert rates_of(soot, before, CATALOGUE) == (Decimal("1.2"), Decimal(14))
