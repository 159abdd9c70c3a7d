"""The charts of a scope: what they add up, what the public may see of it, and what is refused."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.book import CHARTS, INSIDE
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.ledger.living import count_living
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Disclosure
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.models import StepRecord
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.rules import IMPORTED
from tests.conftest import NOW
from tests.leaderboards.test_boards import PLANTED, entered, told

PUBLIC_TABS = ("where", "when", "what", "compare")
EVERY_TAB = tuple(CHARTS)
KEYS = [key for tab in CHARTS.values() for key in tab]


def table(client, key, query="", public=True):
    """The rows of a chart's CSV without its heading."""
    start = "/public/charts" if public else "/charts"
    answer = client.get(f"{start}/{key}.csv?{query}")
    assert answer.status_code == 200, (key, query)
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))[1:]


def page(client, query, public=True):
    """The page of charts."""
    answer = client.get(f"{'/public' if public else ''}/charts?{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def asked(session, region, variant=RESTRICTED, **facts):
    """Energy of a region in 2026."""
    metric = boards.vocabulary(session).metric("energy_kgce")
    return Asked(Scope(region), "region", metric, seasons=(2026,), variant=variant, **facts)


def nation_of(client, make, provinces):
    """A nation whose provinces each have one county with one company."""
    nation = make.nation()
    below = [make.region("province", nation, name=f"示例{n:02d}省") for n in range(provinces)]
    counties = [make.region("county", make.region("city", province)) for province in below]
    return nation, counties


@pytest.mark.parametrize("provinces", [0, 1, 31])
def test_every_tab_draws_nothing_one_region_and_31(client, make, count, project_in, provinces):
    nation, counties = nation_of(client, make, provinces)
    for n, county in enumerate(counties, 1):
        count(project_in(county, name=f"示例厂{n}"), n * 1000)
    for tab in PUBLIC_TABS:
        text = page(client, f"show={tab}&region={nation.id}")
        assert re.search(r'<a href="/public/boards[^"]*" aria-current="page">', text)
        assert ("还没有可以绘制的数据" in text) is (tab == "what" or (tab != "compare" and not provinces)), (
            tab
        )
    if provinces:
        whole = Decimal(sum(range(1, provinces + 1)))
        assert Decimal(table(client, "tree", f"region={nation.id}")[0][2]) == whole
        assert sum(Decimal(row[1]) for row in table(client, "map", f"region={nation.id}") if row[1]) == whole
        assert Decimal(table(client, "plan", f"region={nation.id}")[8][1]) == whole


def test_parts_add_up_level_by_level_down_to_companies(client, make, count, project_in):
    nation, province, city, county = make.places()
    big, small = project_in(county, name="大厂"), project_in(county, name="小厂")
    hidden = project_in(county, name="不公开厂", disclosure=Disclosure.NOTHING)
    for project, amount in ((big, 5000), (small, 1000), (hidden, 3000)):
        count(project, amount)
    rows = table(client, "tree", f"region={nation.id}")
    amounts = {row[0]: Decimal(row[2]) for row in rows}
    assert amounts["大厂"] == 5 and amounts["小厂"] == 1 and amounts["其他"] == 3
    assert "不公开厂" not in amounts
    assert all(amounts[region.name] == 9 for region in (nation, province, city, county))
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    inside = {row[0]: row[2] for row in table(client, "rings", f"region={province.id}", public=False)}
    assert Decimal(inside["不公开厂"]) == 3 and "其他" not in inside


def test_flows_months_and_days_hold_what_the_ledger_holds(client, session, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county)
    saving = make.mv_1(project)
    count(project, 4000, saving_id=saving.id)
    flows = table(client, "flows", f"region={province.id}")
    assert [row[3] for row in flows] == ["4.00", "4.00"]
    days = queries.days_of(session, asked(session, province))
    assert days == {NOW.date(): 1}
    assert table(client, "days", f"region={province.id}")[0] == [NOW.date().isoformat(), "1"]
    below = boards.board_of(session, asked(session, province)).places
    rows = queries.months_below(session, asked(session, province), [place.competitor for place in below])
    assert [row.months for row in rows] == [{(NOW.year, NOW.month): Decimal(4000)}]
    filtered = asked(session, province, domain=project.domain)
    again = queries.months_below(session, filtered, [place.competitor for place in below])
    assert [row.months for row in again] == [row.months for row in rows]
    assert queries.months_by_metric(session, filtered) == queries.months_by_metric(
        session, asked(session, province)
    )


def test_the_waterfall_leads_from_claimed_by_verified_to_living(client, session, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county)
    lowered, raised = count(project, 10, basis=Basis.CLAIMED), count(project, 5, basis=Basis.CLAIMED)
    count(project, 100, basis=Basis.CLAIMED)
    count(project, 7, saving_id=lowered)
    count(project, 6, saving_id=raised)
    before = count(project, 40, season=2025)
    count_living(session, saving_id=before, season=2026, share=Decimal("0.5"), now=NOW)
    path = boards.path_to_verified(session, asked(session, province, claims=True))
    assert (path.claimed, path.waiting, path.lowered, path.raised, path.verified) == (115, -100, -3, 1, 13)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    rows = table(client, "path", f"region={province.id}&season=2026", public=False)
    assert [Decimal(row[1]) * 1000 for row in rows] == [115, -100, -3, 1, 13, 20, 33]


def test_options_spread_by_kind_and_pay_back(client, session, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county)
    for place, (aspect, investment, benefit) in enumerate(
        [("equipment", "10", "20"), ("equipment", "0", "2"), ("equipment", "9", ""), ("staff", "3", "1")]
    ):
        content = {"name": "示例", "aspect": aspect, "investment": investment, "benefit": benefit}
        session.add(
            StepRecord(
                project_id=project.id,
                step_key="options",
                kind="option",
                position=place,
                content=content,
                created_at=NOW,
            )
        )
    session.flush()
    question = asked(session, province)
    found = queries.option_estimates(session, question)
    sums = [(row.kind, row.count, row.benefit) for row in queries.sums_by_kind(found)]
    assert sums == [("equipment", 3, 22), ("staff", 1, 1)]
    payback = {(row.kind, row.place): row.count for row in queries.bins_by_kind(found, "payback")}
    assert payback == {("equipment", 0): 2, ("staff", 3): 1}
    benefit = {(row.kind, row.place): row.count for row in queries.bins_by_kind(found, "gain")}
    assert benefit == {("equipment", 3): 1, ("equipment", 1): 1, ("staff", 0): 1}
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    assert table(client, "options", f"region={province.id}", public=False)[0][1] == "22.00"
    assert "未经核实" in page(client, f"region={province.id}&show=options", public=False)
    for record in session.scalars(sa.select(StepRecord)):
        record.created_at = NOW.replace(year=2024)
    count(project, 1000)
    assert table(client, "options", f"region={province.id}", public=False)[0][1] == "22.00"
    assert 'value="2024" checked' in page_of_options(client, province)
    assert client.get(f"/charts/options.csv?region={province.id}&season=2026").status_code == 404
    elsewhere = page_of_options(client, province, "&season=2026&domain=other")
    assert "小组写下第一个方案" in elsewhere
    assert f'href="/charts?show=options&amp;season=all&amp;region={province.id}"' in elsewhere


def page_of_options(client, province, rest=""):
    """The tab of options of a province, as its official sees it."""
    return page(client, f"region={province.id}&show=options{rest}", public=False)


def test_imported_recommendations_are_a_source_of_their_own(client, session, make, count, project_in):
    _, province, _, county = make.places()
    for resource, money, cost in [("ELEC", 30_000, "15000"), ("ELEC", 5_000, None), ("R6", -900, "7")]:
        project = project_in(county)
        project.import_key, project.import_facts = f"示例-{project.id}", {"investment": cost}
        session.add(
            Saving(
                project_id=project.id,
                indicator_code=resource,
                method=IMPORTED,
                state=SavingState.CLAIMED,
                other_direct_yuan=Decimal(money),
                currency="USD",
                reporting_from=date(2025, 10, 1),
                reporting_to=date(2026, 9, 30),
                supplier_factors={},
                created_at=NOW,
            )
        )
    session.flush()
    question = asked(session, province)
    found = queries.imported_estimates(session, question)
    sums = [(row.kind, row.count, row.benefit) for row in queries.sums_by_kind(found)]
    assert sums == [("ELEC", 2, 35_000), ("R6", 1, -900)]
    benefit = {(row.kind, row.place): row.count for row in queries.bins_by_kind(found, "gain")}
    assert benefit == {("ELEC", 1): 1, ("ELEC", 0): 1}
    payback = {(row.kind, row.place): row.count for row in queries.bins_by_kind(found, "payback")}
    assert payback == {("ELEC", 0): 1}
    assert {row.currency for row in queries.in_one_currency(found, "CNY")} == {"USD"}
    assert queries.option_estimates(session, question) == []
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    assert [row[1] for row in table(client, "imported", f"region={province.id}", public=False)] == ["3.50"]
    assert "不与核实数相加" in page(client, f"region={province.id}&show=options", public=False)
    assert client.get(f"/public/charts/imported.csv?region={province.id}").status_code == 404


def test_use_before_and_after_counts_only_what_is_verified(client, session, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county, industry_id=make.industry().id)
    saving = make.mv_1(project)
    indicator = saving.indicator or project.indicators[0]
    saving.indicator_id = indicator.id
    indicator.baseline, indicator.actual = Decimal("10"), Decimal("8")
    session.flush()
    assert queries.intensities(session, asked(session, province)) == []
    count(project, 4000, saving_id=saving.id)
    row = queries.intensities(session, asked(session, province))[0]
    assert (row.before, row.after, row.count) == (10, 8, 1)
    assert queries.intensities(session, asked(session, province, PUBLIC)) == [row]
    for level in (Disclosure.NAME, Disclosure.NOTHING):
        project.company.disclosure = level
        session.flush()
        assert queries.intensities(session, asked(session, province, PUBLIC)) == []
        assert queries.intensities(session, asked(session, province)) == [row]


def test_claims_never_reach_the_public_charts(client, make, count, project_in):
    nation, _, _, county = make.places()
    project, other = project_in(county, name="甲厂"), project_in(county, name="乙厂")
    count(project, PLANTED, basis=Basis.CLAIMED)
    count(other, 1)
    for scope in (f"region={nation.id}", f"region={county.id}", f"company={project.company_id}"):
        for query in (f"{scope}&basis=claimed",):
            for tab in EVERY_TAB:
                assert not told(page(client, f"{query}&show={tab}&other=region-{county.id}"))
            for key in KEYS:
                answer = client.get(f"/public/charts/{key}.csv?{query}&other=region-{county.id}")
                assert not told(answer.get_data(as_text=True))
    for tab in INSIDE:
        for key in CHARTS[tab]:
            assert client.get(f"/public/charts/{key}.csv?region={nation.id}").status_code == 404


def test_what_is_only_claimed_leads_to_its_board_instead_of_an_empty_map(client, make, count, project_in):
    _, province, _, county = make.places()
    count(project_in(county), 1000, basis=Basis.CLAIMED)
    assert "查看已申报数" not in page(client, f"region={province.id}&show=where")
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    told_where = page(client, f"region={province.id}&show=where", public=False)
    assert "data-chart-frame" not in told_where and "查看已申报数" in told_where
    link = re.search(r'href="(/boards\?[^"]*basis=claimed[^"]*)"', told_where)
    assert link is not None and client.get(link[1].replace("&amp;", "&")).status_code == 200


def test_hidden_companies_have_no_charts_and_no_name_in_any(client, make, count, project_in):
    county = make.places()[-1]
    hidden, shown = (
        project_in(county, name="不公开厂", disclosure=Disclosure.NOTHING),
        project_in(county, name="公开厂"),
    )
    count(hidden, 40)
    count(shown, 2)
    stranger = f"company={shown.company_id}&show=compare&other=company-{hidden.company_id}"
    assert client.get(f"/public/charts?company={hidden.company_id}").status_code == 404
    assert client.get(f"/public/charts?{stranger}").status_code == 404
    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, shown.company)
    assert client.get(f"/charts?{stranger}").status_code == 404
    for public in (True, False):
        for tab in EVERY_TAB:
            assert "不公开厂" not in page(client, f"region={county.id}&show={tab}", public=public)
    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, hidden.company)
    own = page(client, "", public=False)
    assert "<h1>不公开厂" in own and "show=path" in own and "show=where" not in own


def test_a_freeze_holds_the_public_charts_still(client, make, count, project_in):
    nation, province, _, county = make.places()
    project = project_in(county, name="公开厂")
    count(project, 10_000)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    client.send(f"/boards/regions/{province.id}/freezes", {"season": "2026", "reason": "省级公示"})
    count(project, 5_000)
    query = f"region={nation.id}"
    assert {Decimal(row[2]) for row in table(client, "tree", query)} == {10}
    assert Decimal(table(client, "plan", query)[8][1]) == 10
    assert table(client, "days", query)[0][1] == "1"
    own = table(client, "tree", f"region={province.id}", public=False)
    assert {Decimal(row[2]) for row in own} == {15}
    assert "省级公示" in page(client, query)


def test_two_scopes_stand_side_by_side(client, session, make, count, project_in):
    nation, province, _, county = make.places()
    other = make.region("county", make.region("city", make.region("province", nation, name="示例乙省")))
    count(project_in(county), 3000)
    count(project_in(other), 1500)
    second = other.parent.parent
    query = f"region={province.id}&other=region-{second.id}&show=compare"
    carried = page(client, f"{query}&season=2025&season=2026")
    assert all(carried.count(f'name="season" value="{year}"') >= 2 for year in (2025, 2026))
    energy = {row[0]: row[2:] for row in table(client, "pairs", query)}["节约能源"]
    assert [Decimal(value) for value in energy] == [3, Decimal("1.5")]
    assert table(client, "together", query)[-1][1:] == ["3.00", "1.50"]
    assert f'value="region-{second.id}" selected' in page(client, query)
    found = page(client, f"region={province.id}&show=compare&q=示例乙省")
    assert f"other=region-{second.id}" in found
    assert "没有这个名称" in page(client, f"region={province.id}&show=compare&q=nowhere")
    for wrong in ("region-999999", "park-1", "region-x", "company-999999"):
        assert client.get(f"/public/charts?show=compare&other={wrong}").status_code == 404


def test_unknown_charts_and_scopes_are_not_found(client, make, count, project_in):
    nation = make.places()[0]
    for address in ("none.csv", "use-ELEC.csv", "tree.csv", "pairs.csv"):
        assert client.get(f"/public/charts/{address}?region={nation.id}").status_code == 404
    assert client.get("/public/charts?region=999999").status_code == 404
    assert "还没有可以绘制的数据" in page(client, f"region={nation.id}&show=what&season=zz&metric=gold")
    assert client.get(f"/public/charts?region={nation.id}&show=nose").status_code == 200
    assert client.get("/charts").status_code == 302
