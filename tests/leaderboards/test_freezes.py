"""What a freeze keeps from everybody beside amounts: numbers of projects and results, and the last date."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cp_circles.chartbook.queries import circle_funnel
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.leaderboards.tallies import tally
from cp_circles.ledger import services
from tests.conftest import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def frozen(session, make):
    """`frozen(region)`: the region's public boards of 2026 stand still since NOW."""

    def hold(region):
        administrator = make.holder("administrator")
        facts = {"region": region, "season": 2026, "reason": "示例公示", "now": NOW}
        return services.freeze_boards(session, actor=administrator, **facts), administrator

    return hold


def board_of(session, region, by="company", variant=PUBLIC, key="energy_kgce"):
    metric = tally(key) or queries.vocabulary(session).metric(key)
    return queries.board_of(session, Asked(Scope(region), by, metric, (2026,), variant=variant))


def test_a_frozen_board_counts_no_new_project_and_names_no_new_date(session, make, count, project_in, frozen):
    county = make.places()[-1]
    known = project_in(county)
    count(known, 10)
    count(make.project(known.circle), 7, season=2025)
    freeze, administrator = frozen(county)
    count(make.project(known.circle), 5, at=LATER)
    [row] = board_of(session, county).places
    assert (row.measured, row.competitor.projects) == (10, 1)
    assert queries.newest_count(session) == NOW
    [own] = board_of(session, county, variant=RESTRICTED).places
    assert (own.measured, own.competitor.projects) == (15, 2)
    services.lift_freeze(session, actor=administrator, freeze=freeze, now=LATER)
    assert board_of(session, county).places[0].competitor.projects == 2
    assert queries.newest_count(session) == LATER


def test_a_frozen_board_counts_no_new_result(session, make, count, project_in, frozen):
    _, province, _, county = make.places()
    first, second = project_in(county), project_in(county)
    make.result(first).frozen_at = NOW - timedelta(days=1)
    freeze, administrator = frozen(county)
    make.result(second).frozen_at = LATER
    session.flush()
    for region, by in ((county, "company"), (province, "region")):
        assert board_of(session, region, by, key="results").total == 1
        assert board_of(session, region, by, RESTRICTED, "results").total == 2
    services.lift_freeze(session, actor=administrator, freeze=freeze, now=LATER)
    assert board_of(session, county, key="results").total == 2


def test_a_year_begins_at_midnight_in_beijing_on_boards_and_funnel(session, make, count, project_in):
    county = make.places()[-1]
    make.result(project_in(county)).frozen_at = datetime(2025, 12, 31, 17, tzinfo=UTC)
    make.result(project_in(county)).frozen_at = datetime(2026, 12, 31, 17, tzinfo=UTC)
    session.flush()
    assert board_of(session, county, variant=RESTRICTED, key="results").total == Decimal(1)
    asked = Asked(Scope(county), "company", tally("results"), (2026,), variant=RESTRICTED)
    assert circle_funnel(session, asked, 2026).results == 1
    assert circle_funnel(session, asked, 2025).results == 0
    make.result(project_in(county), state="withdrawn")
    assert circle_funnel(session, asked, 2026).results == 1
