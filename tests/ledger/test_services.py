"""Counting, uncounting, freezing: every board equals a recomputation after any sequence of writes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cp_circles.errors import NotAllowed
from cp_circles.ledger import checking, queries, services
from cp_circles.ledger.models import Basis, LedgerRow
from cp_circles.organisations.models import Disclosure
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import Project
from tests.conftest import NOW
from tests.ledger import totals

YUAN = totals.BoardFilter(metric="direct_yuan", currency="CNY")
YUAN_PUBLIC = totals.BoardFilter(metric="direct_yuan", currency="CNY", variant="public")

LEDGER_COLUMNS = tuple(column.name for column in LedgerRow.__table__.columns if not column.primary_key)


def countable(company, saving_id=1, amount="100.00", **facts):
    """A saving of a company that counts one amount of direct yuan and some kgce."""
    defaults = {
        "saving_id": saving_id,
        "project_id": saving_id,
        "circle_id": company.id * 10,
        "company_id": company.id,
        "region_path": company.region.path,
        "industry_id": company.industry_id,
        "season": 2026,
        "domain": "energy",
        "focus_area": "process",
        "currency": "CNY",
        "amounts": {"direct_yuan": Decimal(amount), "kgce": Decimal("12.5")},
        "money_metrics": frozenset({"direct_yuan"}),
    }
    return services.Countable(**{**defaults, **facts})


def test_count_saving_raises_every_scope_above_it_by_exactly_the_amount(session, make):
    nation, province, city, county = make.places()
    company = make.company(county, industry_id=make.industry(parent=make.industry()).id)
    services.count_saving(session, countable(company, amount="54000.01"), basis=Basis.VERIFIED, now=NOW)

    for region in (nation, province, city, county):
        assert totals.total_of(session, YUAN, "region", region.id) == Decimal("54000.01")
    assert totals.total_of(session, YUAN, "company", company.id) == Decimal("54000.01")
    assert totals.total_of(session, YUAN, "project", 1) == Decimal("54000.01")
    assert totals.total_of(session, YUAN, "industry", company.industry_id) == Decimal("54000.01")
    assert queries.ledger_disagreements(session) == []


def test_uncount_saving_takes_it_all_back(session, make):
    company = make.company()
    services.count_saving(session, countable(company), basis=Basis.VERIFIED, now=NOW)
    services.uncount_saving(session, saving_id=1, basis=Basis.VERIFIED)

    assert totals.total_of(session, YUAN, "region", company.region_id) == 0
    assert queries.rows_of_saving(session, 1, Basis.VERIFIED) == {}
    assert queries.ledger_disagreements(session) == []


def test_claimed_and_verified_are_never_added_up(session, make):
    company = make.company()
    services.count_saving(session, countable(company, amount="120.00"), basis=Basis.CLAIMED, now=NOW)
    services.count_saving(session, countable(company, amount="100.00"), basis=Basis.VERIFIED, now=NOW)

    claimed = totals.BoardFilter(metric="direct_yuan", currency="CNY", basis=Basis.CLAIMED)
    assert totals.total_of(session, claimed, "company", company.id) == Decimal("120.00")
    assert totals.total_of(session, YUAN, "company", company.id) == Decimal("100.00")


def test_a_freeze_holds_the_public_copy_and_lifting_brings_it_up(session, make):
    nation, province, _, county = make.places()
    company, official = make.company(county), make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    services.count_saving(session, countable(company, 1, "10.00"), basis=Basis.VERIFIED, now=NOW)
    freeze = services.freeze_boards(
        session, actor=official, region=province, season=2026, reason="publicity", now=NOW
    )
    services.count_saving(session, countable(company, 2, "5.00"), basis=Basis.VERIFIED, now=NOW)
    services.uncount_saving(session, saving_id=1, basis=Basis.VERIFIED)

    assert totals.total_of(session, YUAN, "region", nation.id) == Decimal("5.00")
    assert totals.total_of(session, YUAN_PUBLIC, "region", nation.id) == Decimal("10.00")
    assert queries.ledger_disagreements(session) == []

    services.lift_freeze(session, actor=official, freeze=freeze, now=NOW)

    assert totals.total_of(session, YUAN_PUBLIC, "region", nation.id) == Decimal("5.00")
    assert queries.ledger_disagreements(session) == []


def test_a_saving_claimed_anew_in_another_season_counts_in_that_season_only(session, make):
    nation, province, _city, county = make.places()
    company, official = make.company(county), make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    services.count_saving(session, countable(company, season=2025), basis=Basis.VERIFIED, now=NOW)
    services.freeze_boards(session, actor=official, region=province, season=2025, reason="公示", now=NOW)
    services.uncount_saving(session, saving_id=1, basis=Basis.VERIFIED)

    services.count_saving(session, countable(company), basis=Basis.VERIFIED, now=NOW)

    for board in (YUAN, YUAN_PUBLIC):
        by_season = [
            totals.total_of(session, replace(board, seasons=(year,)), "region", nation.id)
            for year in (2025, 2026)
        ]
        assert by_season == [0, Decimal("100.00")]
    assert queries.ledger_disagreements(session) == []


def test_freeze_boards_refuses_an_official_of_another_region(session, make):
    province, other = make.places()[1], make.places()[1]
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, other)
    with pytest.raises(NotAllowed):
        services.freeze_boards(session, actor=official, region=province, season=2026, reason="x", now=NOW)
    assert queries.freezes_of(session, province) == []


def test_a_planted_corruption_is_found_and_rebuild_cures_it(session, make):
    company = make.company()
    services.count_saving(session, countable(company), basis=Basis.VERIFIED, now=NOW)
    rollup = session.query(services.Rollup).filter_by(scope_kind="company", metric="kgce").first()
    rollup.amount += 1
    session.flush()

    assert len(queries.ledger_disagreements(session)) == 1
    services.rebuild_rollups(session, actor=SYSTEM, now=NOW)
    assert queries.ledger_disagreements(session) == []


LEVELS = (Disclosure.WORK, Disclosure.NAME, Disclosure.NOTHING)
NEXT_LEVEL = dict(zip(LEVELS, LEVELS[1:] + LEVELS[:1], strict=True))
COUNTING = {"count": Basis.VERIFIED, "claim": Basis.CLAIMED}
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["count", "claim", "share", "uncount", "freeze", "lift", "hide"]),
        st.integers(0, 5),
        st.decimals("0", "9999.99", places=2),
    ),
    max_size=14,
)


OF_A_PROJECT = {"title": "x", "focus_area": "process", "domain": "energy", "created_at": NOW}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_boards_equal_a_recomputation_after_any_sequence(session, make, acts):
    savepoint = session.begin_nested()
    provinces = [make.region("province") for _ in range(2)]
    cities = [make.region("city", provinces[number % 2]) for number in range(3)]
    companies = [make.company(cities[number % 3]) for number in range(6)]
    for number, company in enumerate(companies, 1):
        session.merge(Project(id=number, company_id=company.id, circle=None, **OF_A_PROJECT))
    freezes = {}
    for act, number, amount in acts:
        company, province = companies[number], provinces[number % 2]
        if act in COUNTING:
            saving = countable(company, number + 1, str(amount))
            services.count_saving(session, saving, basis=COUNTING[act], now=NOW)
        elif act == "share":
            partner = companies[(number + 1) % 6]
            halves = tuple(
                services.CompanyShare(each.id, each.region.path, None, Decimal("0.5"))
                for each in (company, partner)
            )
            shared = countable(company, number + 1, str(amount), shares=halves)
            services.count_saving(session, shared, basis=Basis.VERIFIED, now=NOW)
        elif act == "hide":
            company.disclosure = NEXT_LEVEL[company.disclosure]
            session.flush()
        elif act == "uncount":
            services.uncount_saving(session, saving_id=number + 1, basis=Basis.VERIFIED)
        elif act == "freeze" and province.id not in freezes:
            freezes[province.id] = services.freeze_boards(
                session, actor=SYSTEM, region=province, season=2026, reason="test", now=NOW
            )
        elif act == "lift" and province.id in freezes:
            services.lift_freeze(session, actor=SYSTEM, freeze=freezes.pop(province.id), now=NOW)
        assert queries.ledger_disagreements(session) == []
        assert checking.total_disagreements(session) == []
        for variant in (YUAN, YUAN_PUBLIC):
            whole = totals.total_of(session, variant, "region", provinces[0].parent_id)
            parts = totals.totals_by_scope(session, variant, "region", parent_id=provinces[0].parent_id)
            assert whole == sum(parts.values(), Decimal(0))
    services.rebuild_rollups(session, actor=SYSTEM, now=NOW)
    assert checking.total_disagreements(session) == []
    savepoint.rollback()


def whole_ledger(session):
    """Every ledger row and roll-up without its id, in order."""
    session.flush()
    session.expire_all()
    rows, rollups = session.query(LedgerRow).all(), session.query(services.Rollup).all()
    return (
        sorted(tuple(str(getattr(row, name)) for name in LEDGER_COLUMNS) for row in rows),
        sorted(
            tuple(str(getattr(row, name)) for name in (*services.KEY_COLUMNS, "amount")) for row in rollups
        ),
    )


@pytest.mark.parametrize("large", [1000, 1], ids=["moved", "computed afresh"])
def test_count_many_leaves_the_ledger_as_one_by_one_does(session, make, monkeypatch, large):
    monkeypatch.setattr(services, "LARGE", large)
    _, province, _, county = make.places()
    industry = make.industry(parent=make.industry())
    companies = [make.company(county, industry_id=industry.id), make.company(make.places()[-1])]
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, province)
    services.freeze_boards(session, actor=official, region=province, season=2026, reason="publicity", now=NOW)
    before = countable(companies[0], 1, "7.00")
    many = [
        countable(companies[n % 2], n, f"{(-1) ** n * n}.25", season=2025 + n % 2, circle_id=None)
        for n in range(1, 9)
    ]
    many.append(countable(companies[1], 9, amounts={"direct_yuan": Decimal(0)}))

    single = session.begin_nested()
    services.count_saving(session, before, basis=Basis.CLAIMED, now=NOW)
    for each in many:
        services.count_saving(session, each, basis=Basis.CLAIMED, now=NOW)
    expected = whole_ledger(session)
    single.rollback()

    services.count_saving(session, before, basis=Basis.CLAIMED, now=NOW)
    services.count_many(session, many, basis=Basis.CLAIMED, now=NOW)
    found = whole_ledger(session)
    assert found[0] == expected[0]
    assert [row for row in found[1] if row[-1] != "0.000000"] == [
        row for row in expected[1] if row[-1] != "0.000000"
    ]
    assert queries.ledger_disagreements(session) == []
    assert checking.total_disagreements(session) == []
