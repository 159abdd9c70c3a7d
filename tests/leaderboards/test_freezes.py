"""What a freeze keeps from everybody beside amounts: numbers of projects and results, and the last date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cp_circles.chartbook.queries import circle_funnel
from cp_circles.circles.models import CircleMember, CircleYear
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.leaderboards.tallies import tally
from cp_circles.ledger import services
from cp_circles.organisations.models import Park
from cp_circles.results.services import revoke_result
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


def test_a_frozen_board_keeps_results_that_were_withdrawn_since(session, make, project_in, frozen):
    _, province, _, county = make.places()
    result = make.result(project_in(county))
    result.frozen_at = NOW - timedelta(days=1)
    freeze, administrator = frozen(county)
    official = make.holder("administrator")
    revoke_result(session, actor=official, result=result, reason="示例：数据不实", now=LATER)
    for region, by in ((county, "company"), (province, "region")):
        assert board_of(session, region, by, key="results").total == 1
        assert board_of(session, region, by, RESTRICTED, "results").total == 0
    services.lift_freeze(session, actor=administrator, freeze=freeze, now=LATER)
    assert board_of(session, county, key="results").total == 0


def test_a_frozen_rate_knows_no_registration_since(session, make, project_in, frozen):
    county = make.places()[-1]
    project = project_in(county)
    make.result(project).frozen_at = NOW - timedelta(days=1)
    registered(session, project.circle, NOW - timedelta(days=2))
    frozen(county)
    registered(session, make.circle(project.company), LATER)
    assert board_of(session, county, key="result_rate").total == 100
    assert board_of(session, county, variant=RESTRICTED, key="result_rate").total == 50


def registered(session, circle, at):
    session.add(CircleYear(circle_id=circle.id, year=2026, renewed_at=at, headcount=5))
    session.flush()


@pytest.mark.parametrize("by", ["region", "company", "park", "industry"])
def test_a_frozen_board_ranks_by_the_sizes_of_its_beginning(session, make, count, project_in, frozen, by):
    _, province, _, county = make.places()
    project = project_in(county)
    company = project.company
    park = Park(name="示例园区", region_id=county.parent_id)
    session.add(park)
    session.flush()
    company.headcount, company.park_id, company.industry_id = 40, park.id, make.industry().id
    joined(session, make, project.circle)
    count(project, 80)
    freeze, administrator = frozen(county)
    before = sized(session, province, by)
    company.headcount = 20
    joined(session, make, project.circle)
    session.flush()
    assert sized(session, province, by) == before
    assert sized(session, province, by, RESTRICTED) != before
    services.lift_freeze(session, actor=administrator, freeze=freeze, now=LATER)
    assert sized(session, province, by) == sized(session, province, by, RESTRICTED)


def sized(session, region, by, variant=PUBLIC):
    """What boards say of the one competitor: amount per head, heads, people in circles, participation."""
    metric = queries.vocabulary(session).metric("energy_kgce")
    ask = Asked(Scope(region), by, metric, (2026,), variant=variant, per="head")
    [row] = [place for place in queries.board_of(session, ask).places]
    part = queries.board_of(session, replace(ask, metric=tally("participation"), per="total"))
    file = [
        place.competitor.heads for place in queries.board_for_file(session, replace(ask, per="total")).places
    ]
    page = [place.competitor.heads for place in queries.board_page(session, replace(ask, per="total")).places]
    return row.measured, row.competitor.heads, row.competitor.people, part.total, file, page


def test_a_frozen_board_knows_no_new_member_of_a_circle(session, make, count, project_in, frozen):
    county = make.places()[-1]
    project = project_in(county)
    joined(session, make, project.circle)
    count(project, 60)
    frozen(county)
    heads = len(project.circle.present_members)
    joined(session, make, project.circle)
    session.expire_all()
    for read in (queries.board_of, queries.board_page, queries.board_for_file):
        metric = queries.vocabulary(session).metric("energy_kgce")
        for variant, wanted in ((PUBLIC, heads), (RESTRICTED, heads + 1)):
            [place] = read(session, Asked(Scope(county), "circle", metric, (2026,), variant=variant)).places
            assert place.competitor.heads == wanted


def joined(session, make, circle):
    person = make.person()
    session.add(CircleMember(circle_id=circle.id, person_id=person.id, joined_on=date(2026, 1, 5)))
    session.flush()
    session.expire(circle)


def test_participation_behind_a_freeze_is_not_called_todays(session, make, client, project_in, frozen):
    _, province, _, county = make.places()
    joined(session, make, project_in(county).circle)
    session.commit()
    here = f"/public/boards?region={province.id}&metric=participation&season=2026"
    today, held = "当前小组人数", "榜单已冻结的范围按冻结开始时计"
    page = client.get(here).get_data(as_text=True)
    assert today in page and held not in page
    frozen(county)
    session.commit()
    page = client.get(here).get_data(as_text=True)
    assert held in page and today not in page
