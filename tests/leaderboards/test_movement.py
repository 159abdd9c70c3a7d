"""Movement since the month began: the places without what came to count this month."""

from datetime import datetime, timedelta

import pytest

from cp_circles.circles.dates import SHANGHAI
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.leaderboards.queries import movement
from tests.conftest import NOW

BEFORE = NOW - timedelta(days=60)


def moved(session, region, by, variant=RESTRICTED, **facts):
    """Places moved by name."""
    metric = queries.vocabulary(session).metric("energy_kgce")
    asked = Asked(Scope(region), by, metric, seasons=(2026,), variant=variant, at=NOW, **facts)
    page = queries.board_page(session, asked, size=2)
    found = queries.movement_of(session, asked, page)
    if found is None:
        return None
    assert found.since == datetime(NOW.year, NOW.month, 1, tzinfo=SHANGHAI)
    names = {place.competitor.id: place.competitor.name for place in queries.board_of(session, asked).places}
    return {names[id_]: steps for id_, steps in found.places.items()}


@pytest.fixture
def race(make, count, project_in):
    """Last month 甲 30, 乙 20, 丙 10; this month 丙 rises by 25, and 丁 is new."""
    city, county = make.places()[2:]
    other = make.region("county", city, name="他县")
    homes = {"甲": county, "乙": county, "丙": other, "丁": other}
    projects = {name: project_in(home, name=name) for name, home in homes.items()}
    for name, amount in (("甲", 30), ("乙", 20), ("丙", 10)):
        count(projects[name], amount, at=BEFORE)
    count(projects["丙"], 25)
    count(projects["丁"], 1, domain="other")
    return city, county, projects


@pytest.mark.parametrize("variant", [PUBLIC, RESTRICTED])
def test_places_moved_since_the_month_began(session, race, variant):
    city, county, _ = race
    wanted = {"丙": 2, "甲": -1, "乙": -1, "丁": None}
    assert moved(session, city, "company", variant) == wanted
    assert moved(session, city, "company", variant, per="head") == wanted
    assert set(moved(session, city, "project", variant).values()) == {2, -1, None}
    assert moved(session, city, "company", variant, domain="other") is None, "all of it is new"
    assert moved(session, county, "company", variant) is None


def test_regions_move_by_the_months_that_are_kept_and_by_rows_alike(session, race, monkeypatch):
    city, county, _ = race
    kept = moved(session, city, "region")
    assert kept == {county.name: 0, "他县": 0}
    monkeypatch.setattr(movement, "are_months_kept", lambda session, asked: False)
    assert moved(session, city, "region") == kept


def test_long_boards_show_no_movement(session, race, monkeypatch):
    monkeypatch.setattr(movement, "LONGEST", 3)
    assert moved(session, race[0], "company") is None
    assert moved(session, race[0], "region") is not None


def test_the_page_says_it_beside_the_place(client, race):
    page = client.get(f"/public/boards?region={race[0].id}&by=company&metric=energy_kgce").get_data(
        as_text=True
    )
    assert "升2" in page and page.count("降1") == 2 and "新上榜" in page and "名次变化自" in page
