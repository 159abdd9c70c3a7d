"""The plan of a season: set by officials of the region, drawn for everybody, never counted."""

from decimal import Decimal

import pytest

from cp_circles.chartbook import queries, services
from cp_circles.chartbook.models import SeasonPlan
from cp_circles.db.events import events_of
from cp_circles.errors import Invalid, NotFound, Stale
from cp_circles.leaderboards.queries import vocabulary
from cp_circles.people.models import Role, ScopeKind
from tests.chartbook.test_charts import page, table
from tests.conftest import NOW
from tests.leaderboards.test_boards import entered


def plan(session, actor, region, amount, version=0):
    """Set the plan of energy in 2026, in kgce."""
    metric = vocabulary(session).metric("energy_kgce")
    return services.plan_season(
        session,
        actor=actor,
        region=region,
        season=2026,
        metric=metric,
        amount=amount,
        version=version,
        now=NOW,
    )


def stored(session):
    """Every plan's amount."""
    return [row.amount for row in session.query(SeasonPlan)]


def test_an_official_sets_changes_and_takes_away_the_plan(session, make, count):
    _, province, _, _ = make.places()
    actor = make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    first = plan(session, actor, province, Decimal(12000))
    assert (first.amount, first.version, first.currency) == (12000, 1, "")
    assert plan(session, actor, province, Decimal(9000), version=1).version == 2
    assert [event.verb for event in events_of(session, first)] == ["chartbook.plan_season"] * 2
    assert plan(session, actor, province, None, version=2) is None
    assert stored(session) == []


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1), Decimal(10) ** 12])
def test_a_plan_below_or_beyond_what_is_possible_is_refused(session, make, count, amount):
    _, province, _, _ = make.places()
    actor = make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    with pytest.raises(Invalid):
        plan(session, actor, province, amount)
    assert stored(session) == []


def test_only_officials_of_the_region_or_above_plan(session, make, count):
    _, province, city, _ = make.places()
    for actor in (
        make.holder(Role.OFFICIAL, ScopeKind.REGION, city),
        make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company(city)),
    ):
        with pytest.raises(NotFound):
            plan(session, actor, province, Decimal(5))
    assert stored(session) == []


def test_who_saw_an_older_plan_is_told(session, make, count):
    _, province, _, _ = make.places()
    actor = make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    plan(session, actor, province, Decimal(5))
    with pytest.raises(Stale) as refusal:
        plan(session, actor, province, Decimal(6))
    assert refusal.value.current == {"amount": "5.000000"} and stored(session) == [5]


def test_the_plan_is_set_on_its_page_and_drawn_in_public(client, make, count, project_in):
    nation, province, _, county = make.places()
    count(project_in(county), 6000)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    address = f"/charts/regions/{province.id}/plans/2026/energy_kgce"
    assert address in page(client, f"region={province.id}&show=when", public=False)
    assert client.get(address).status_code == 200
    assert client.send(address, {"amount": "many", "version": "0"}).status_code == 422
    assert client.send(address, {"amount": "0", "version": "0"}).status_code == 422
    assert client.send(address, {"amount": "12", "version": "0"}).status_code == 303
    again = client.send(address, {"amount": "13", "version": "0"})
    assert again.status_code == 409 and "12.00 吨标准煤" in again.get_data(as_text=True)
    rows = table(client, "plan", f"region={province.id}")
    assert [row[2] for row in rows][::11] == ["1.00", "12.00"] and Decimal(rows[8][1]) == 6
    assert rows[-1][1] == ""
    text = page(client, f"region={province.id}&show=when")
    assert "已完成 50.0%" in text and address not in text
    assert (
        queries.plan_row(client.database, region_id=nation.id, season=2026, metric="energy_kgce", currency="")
        is None
    )
    narrowed = page(client, f"region={province.id}&show=when&domain=energy_saving")
    assert "已完成" not in narrowed
    assert client.send(address, {"amount": "", "version": "1"}).status_code == 303
    assert stored(client.database) == []


def test_no_plan_of_what_does_not_exist(client, make, count):
    _, province, _, county = make.places()
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    for path in (
        f"/charts/regions/{province.id}/plans/2026/gold",
        f"/charts/regions/{province.id}/plans/1999/energy_kgce",
        "/charts/regions/999999/plans/2026/energy_kgce",
        f"/charts/regions/{province.parent_id}/plans/2026/energy_kgce",
    ):
        assert client.get(path).status_code == 404
        assert client.send(path, {"amount": "5", "version": "0"}).status_code == 404
    assert client.get(f"/charts/regions/{county.id}/plans/2026/energy_kgce").status_code == 200
