"""A company kept twice becomes one: everything moves, region totals and frozen lists stay."""

import pytest
import sqlalchemy as sa

from cp_circles.cli.check import check_boards, check_chains, check_claims, check_counted_once
from cp_circles.db.base import Base
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging.presenting import company_named
from cp_circles.ledger.models import BoardFreeze
from cp_circles.metering.models import Meter
from cp_circles.notices.services import assign_task
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company, Department, Disclosure
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.queries import actor_for, find_account
from cp_circles.verification.models import CostAccount
from cp_circles.workforce import company_tables, services
from cp_circles.workforce.union_queries import union_of
from tests.conftest import NOW
from tests.judging.world import World
from tests.ledger import totals
from tests.savings.test_guard import verified
from tests.savings.test_services import board


@pytest.fixture
def chief(make):
    """An administrator."""
    return make.holder(Role.ADMINISTRATOR)


@pytest.fixture
def twin(make, company):
    """The same company a second time, in the same county."""
    return make.company(company.region, short_code="T777", name="示例公司重复登记", aliases=["重复简称"])


def merge(session, actor, kept, doubled, reason="同一企业重复登记", **chosen):
    facts = {"chosen": services.Chosen(**chosen), "reason": reason, "now": NOW}
    return services.merge_companies(session, actor=actor, kept=kept, doubled=doubled, **facts)


def test_every_table_that_names_a_company_is_listed():
    listed = {name for _, names in company_tables.MOVING for name in names}
    by_hand, staying = set(company_tables.BY_HAND), set(company_tables.STAYING)
    assert not listed & by_hand and not listed & staying and not by_hand & staying
    found = set()
    for table in Base.metadata.tables.values():
        points = any(key.column.table.name == "companies" for key in table.foreign_keys)
        scoped = {"scope_kind", "scope_id"} <= set(table.columns.keys())
        unit = {"unit_kind", "unit_id"} <= set(table.columns.keys())
        if points or scoped or unit or "company_id" in table.columns:
            found.add(table.name)
    assert found == listed | by_hand | staying
    for name in listed | staying:
        keys = [
            key for key in Base.metadata.tables[name].foreign_keys if key.column.table.name == "companies"
        ]
        assert [key.parent.name for key in keys] == ["company_id"], name


def filled(session, make, company, shop_name="涂装车间", number="0007"):
    """People, a circle with a verified saving, meters and accounts under names that the other has too."""
    shop = make.department(company, shop_name)
    worker = make.employed(company, make.person(), employee_number=number, department_id=shop.id)
    circle = make.circle(company, leader=worker, department_id=shop.id)
    make.meter(company, name="总电表", key="E-1")
    make.meter(company, name="水表")
    session.add(CostAccount(company_id=company.id, code="5101", name="燃料动力"))
    session.flush()
    return worker, circle, verified(session, make, make.mv_1(make.project(circle)))


def test_everything_moves_and_the_totals_of_regions_stay(session, make, chief, head, company, twin):
    worker, circle, _ = filled(session, make, company)
    other, theirs, second = filled(session, make, twin, number="0008")
    task = assign_task(
        session, kind="示例", subject=theirs, url="/x", to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY, scope_id=twin.id, now=NOW,
    )  # fmt: skip
    make.grant(other, Role.FINANCE, ScopeKind.COMPANY, twin)
    yuan = board(session, "direct_yuan")
    county = totals.total_of(session, yuan, "region", company.region_id)
    both = sum(totals.total_of(session, yuan, "company", row.id) for row in (company, twin))
    number, name = theirs.number, twin.name
    parts = [totals.totals_by_scope(session, yuan, "circle", parent_id=row.id) for row in (company, twin)]
    children = parts[0] | parts[1]
    assert set(children) == {circle.id, theirs.id}
    moves = dict(union_of(session, kept=company, doubled=twin, now=NOW).moves)
    assert (moves["Circles"], moves["Projects"], moves["Meters and own indicators"]) == (1, 1, 4)
    merge(session, chief, company, twin)
    for label, names in company_tables.MOVING:
        for table in names:
            column = company_tables.column_of(table)
            stay = session.scalar(
                sa.select(sa.func.count()).select_from(column.table).where(column == twin.id)
            )
            assert stay == (1 if table == "departments" else 0), label
    session.expire_all()
    assert (theirs.company_id, theirs.number, second.project.company_id) == (company.id, number, company.id)
    assert theirs.department_id == circle.department_id
    assert actor_for(session, other.id, NOW).holds(Role.FINANCE, ScopeKind.COMPANY, company.id)
    assert task.scope_id == company.id
    assert totals.total_of(session, yuan, "region", company.region_id) == county > 0
    assert totals.total_of(session, yuan, "company", company.id) == both
    assert totals.total_of(session, yuan, "company", twin.id) == 0
    assert totals.totals_by_scope(session, yuan, "circle", parent_id=company.id) == children
    checks = (check_boards, check_chains, check_claims, check_counted_once)
    assert [check(session) for check in checks] == [0, 0, 0, 0]
    assert (twin.active, twin.merged_into_id) == (False, company.id)
    for text in (name, "重复简称", "T777", twin.code):
        rows = organisations.companies_listed(session, actor=chief, text=text).rows
        assert [row.id for row in rows] == [company.id], text
    assert organisations.company_by_short_code(session, "t777").id == company.id
    assert find_account(session, "T777 0008").id == other.id
    assert find_account(session, "T001 0007").id == worker.id
    with pytest.raises(DomainError):
        merge(session, chief, company, twin)


def test_names_that_both_have_are_told_apart(session, make, chief, company, twin):
    for row in (company, twin):
        make.meter(row, name="总电表", key="E-1")
        session.add(CostAccount(company_id=row.id, code="5101", name="燃料动力"))
        make.department(row, "动力车间")
    session.flush()
    merge(session, chief, company, twin)
    meters = session.execute(
        sa.select(Meter.name, Meter.key).where(Meter.company_id == company.id).order_by(Meter.id)
    )
    assert meters.all() == [("总电表", "E-1"), ("总电表-T777", "E-1-T777")]
    codes = session.scalars(sa.select(CostAccount.code).where(CostAccount.company_id == company.id))
    assert sorted(codes) == ["5101", "5101-T777"]
    open_ = sa.select(Department.name).where(Department.company_id == company.id, Department.active)
    assert session.scalars(open_).all() == ["动力车间"]


def test_who_stood_in_both_works_once(session, make, chief, company, twin, worker):
    make.employed(twin, worker, employee_number="88")
    merge(session, chief, company, twin)
    rows = session.scalars(sa.select(Employment).where(Employment.person_id == worker.id)).all()
    assert sorted((row.employee_number or "", row.ended_on is None) for row in rows) == [
        ("0042", True), ("88", False)
    ]  # fmt: skip


def test_frozen_lists_keep_the_name(session, make, app, chief):
    world = World(session, make)
    result = world.result()
    doubled, name = result.project.company, result.package["company"]["name"]
    kept = make.company(doubled.region)
    merge(session, chief, kept, doubled)
    session.expire_all()
    assert result.project.company_id == kept.id
    assert result.package["company"]["name"] == name != kept.name
    with app.test_request_context():
        assert company_named(result) == name


def refused(session, *args, kind=DomainError, **facts):
    with pytest.raises(kind) as caught, session.begin_nested():
        merge(session, *args, **facts)
    return caught.value


def test_what_has_to_wait(session, make, chief, company, twin, worker):
    world = World(session, make)
    round_ = world.company_round(twin)
    world.entry(round_, world.result(twin))
    error = refused(session, chief, company, twin)
    assert error.values["name"] == round_.name and twin.active
    round_.finished_at = NOW
    make.employed(twin, make.person(name="重号人"), employee_number="0042")
    error = refused(session, chief, company, twin)
    assert (error.values["number"], error.values["other"]) == ("0042", "重号人")
    freeze = BoardFreeze(
        region_id=company.region_id,
        region_path=company.region.path,
        season=2026,
        reason="公示",
        frozen_at=NOW,
    )
    session.add(freeze)
    session.flush()
    texts = [text for text, _ in union_of(session, kept=company, doubled=twin, now=NOW).obstacles]
    assert len(texts) == 2
    assert session.scalar(sa.select(Company.merged_into_id).where(Company.id == twin.id)) is None


def test_where_they_differ_something_is_chosen(session, make, chief, company):
    far = make.company(name="外县示例公司", disclosure=Disclosure.NOTHING)
    error = refused(session, chief, company, far, kind=Invalid)
    assert error.field == "region"
    error = refused(session, chief, company, far, kind=Invalid, region_id=company.region_id)
    assert error.field == "disclosure"
    filled(session, make, far)
    yuan, place = board(session, "direct_yuan"), far.region_id
    before = totals.total_of(session, yuan, "region", place)
    merge(session, chief, company, far, region_id=company.region_id, disclosure=Disclosure.NOTHING)
    assert totals.total_of(session, yuan, "region", place) == before > 0
    assert totals.totals_by_scope(session, yuan, "company", parent_id=place) == {company.id: before}
    assert company.disclosure is Disclosure.NOTHING and check_boards(session) == 0


def test_who_may_merge(session, make, head, company, twin, chief):
    refused(session, make.actor(head), company, twin, kind=NotFound)
    make.grant(head, Role.FACILITATOR, ScopeKind.COMPANY, twin)
    refused(session, make.actor(head), company, twin, kind=NotAllowed)
    refused(session, chief, company, company, kind=Invalid)
    refused(session, chief, company, twin, kind=Invalid, reason=" ")
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, company.region)
    refused(session, official, company, make.company(), kind=NotFound)
    merge(session, official, company, twin)
    assert twin.merged_into_id == company.id


def test_the_pages(session, make, client, company, twin):
    boss = make.person(name="管理员")
    make.grant(boss, Role.ADMINISTRATOR)
    make.circle(twin)
    client.enter(boss)
    path = f"/workforce/companies/{company.id}/merge"
    assert client.get(path).status_code == 200
    missing = client.send(path, {"doubled": "NOBODY"})
    assert missing.status_code == 422 and "没有找到“NOBODY”" in missing.text
    assert client.send(path, {"doubled": "T001"}).status_code == 422
    shown = client.send(path, {"doubled": "t777"})
    assert shown.status_code == 200 and 'name="sure"' in shown.text
    assert client.send(path, {"doubled": "T777", "sure": "y", "reason": ""}).status_code == 422
    unsure = client.send(path, {"doubled": "T777", "reason": "重复登记"})
    assert unsure.status_code == 422 and "请先核对上面两条记录" in unsure.text
    sent = {"doubled": "T777", "sure": "y", "reason": "重复登记"}
    assert client.send(path, sent).status_code == 303
    old = client.get(f"/companies/{twin.id}?sort=name")
    assert old.status_code == 303 and old.location == f"/companies/{company.id}?sort=name"
    assert "T777" in client.get(old.location).text
    client.enter(make.person(name="外人"))
    assert client.get(f"/companies/{twin.id}").status_code == 404
