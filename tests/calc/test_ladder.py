"""Ladders: ordinary counties, municipalities, counties under a province, cities without county rounds."""

import pytest

from cp_circles.calc.ladder import Seat, ladder, next_rung


@pytest.mark.parametrize(
    ("seat", "levels", "recommended_by"),
    [
        (
            Seat("county"),
            ["company", "county", "city", "province", "nation"],
            [None, "company", "county", "city", "province"],
        ),
        (
            Seat("county", county_round=False),
            ["company", "city", "province", "nation"],
            [None, "company", "city", "province"],
        ),
        (Seat("city"), ["company", "city", "province", "nation"], [None, "company", "city", "province"]),
        (
            Seat("county", in_municipality=True),
            ["company", "county", "province", "nation"],
            [None, "company", "county", "province"],
        ),
        (
            Seat("county", under_province=True),
            ["company", "city", "province", "nation"],
            [None, "company", "county", "province"],
        ),
        (Seat("province"), ["company", "province", "nation"], [None, "company", "province"]),
    ],
)
def test_the_levels_a_result_climbs(seat, levels, recommended_by):
    rungs = ladder(seat)
    assert [rung.level for rung in rungs] == levels
    assert [rung.recommended_by for rung in rungs] == recommended_by


def test_a_county_under_a_province_holds_a_city_level_round_of_its_own():
    rung = ladder(Seat("county", under_province=True))[1]
    assert (rung.level, rung.held_by) == ("city", "county")


def test_the_next_rung():
    assert next_rung(Seat("county"), "city").level == "province"
    assert next_rung(Seat("county"), "nation") is None
    assert next_rung(Seat("county", in_municipality=True), "city") is None


def test_the_levels_are_data():
    short = ("company", "province", "nation")
    assert [rung.level for rung in ladder(Seat("county"), short)] == list(short)
