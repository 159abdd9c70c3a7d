"""Companies: who registers and edits them, and what is refused."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.calc.uscc import check_character
from cp_circles.db.events import events_of
from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.organisations import queries, services
from cp_circles.organisations.models import Company, Department, Disclosure
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

CODE = "91330000" + "MA1234567"
GOOD = CODE + check_character(CODE)


@pytest.fixture
def official(make):
    province = make.region("province")
    city = make.region("city", province)
    return make.holder(Role.OFFICIAL, ScopeKind.REGION, province), city


def register(session, actor, region, **facts):
    given = {"industry": None, "code": GOOD, "short_code": "hx01", "name": "示例化纤", "now": NOW} | facts
    return services.register_company(session, actor=actor, region=region, **given)


def nothing_written(session):
    session.flush()
    counted = sa.select(sa.func.count())
    return (
        session.scalar(counted.select_from(Company)) == 0 and session.scalar(counted.select_from(Event)) == 0
    )


def test_register_company_by_the_official_above(session, official):
    actor, city = official
    company = register(session, actor, city, code=GOOD.lower(), headcount=120)
    session.expire_all()

    assert (company.code, company.short_code, company.region_id) == (GOOD, "HX01", city.id)
    assert (company.low_cost_max_yuan, company.members_min, company.members_max) == (
        Decimal("100000.00"),
        3,
        10,
    )
    assert [event.verb for event in events_of(session, company)] == ["organisations.register_company"]
    assert queries.company_by_short_code(session, "hx01") is company


def test_register_company_refuses_an_official_elsewhere(session, make, official):
    elsewhere = make.region("city", make.region("province"))
    with pytest.raises(NotAllowed):
        register(session, official[0], elsewhere)
    assert nothing_written(session)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")}, "code"),
        ({"code": GOOD[:-1]}, "code"),
        ({"short_code": "1"}, "short_code"),
        ({"short_code": "化纤"}, "short_code"),
        ({"name": "  "}, "name"),
        ({"headcount": 0}, "headcount"),
        ({"output_yuan": Decimal("1.005")}, "output_yuan"),
        ({"output_yuan": Decimal("-1")}, "output_yuan"),
    ],
)
def test_register_company_refuses_bad_facts(session, official, facts, field):
    with pytest.raises(Invalid) as refusal:
        register(session, *official, **facts)
    assert refusal.value.field == field
    session.rollback()
    assert nothing_written(session)


def test_register_company_refuses_a_province_as_its_place(session, make):
    province = make.region("province")
    with pytest.raises(Invalid) as refusal:
        register(session, make.holder(Role.ADMINISTRATOR), province)
    assert refusal.value.field == "region"


def test_register_company_refuses_a_second_of_the_same_code(session, official):
    register(session, *official)
    with pytest.raises(Invalid) as refusal:
        register(session, *official, short_code="HX02")
    assert refusal.value.field == "code"
    with pytest.raises(Invalid) as refusal:
        register(session, *official, code_scheme="IAC", code="MA0001")
    assert refusal.value.field == "short_code"
    assert session.scalar(sa.select(sa.func.count()).select_from(Company)) == 1


def test_a_code_of_another_scheme_is_taken_as_it_is(session, official):
    assert register(session, *official, code_scheme="IAC", code="MA0001").code == "MA0001"


def edited(company, **facts):
    return {
        "version": company.version,
        "name": company.name,
        "name_en": "",
        "industry": None,
        "headcount": company.headcount,
        "output_yuan": None,
        "aliases": [],
        "disclosure": Disclosure.WORK,
        "now": NOW,
    } | facts


def test_edit_company_by_its_department(session, make):
    company = make.company()
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    services.edit_company(
        session, actor=actor, company=company, **edited(company, headcount=250, aliases=["示例", " ", "示例"])
    )
    session.expire_all()

    assert (company.headcount, company.aliases, company.version) == (250, ["示例"], 2)
    event = events_of(session, company)[0]
    assert (event.before, event.after) == (
        {"headcount": 200, "aliases": []},
        {"headcount": 250, "aliases": ["示例"]},
    )


def test_companies_of_one_city_share_a_park_by_its_name(session, make):
    city = make.region("city", make.region("province"))
    first, second = (make.company(make.region("county", city), aliases=[]) for _ in range(2))
    elsewhere = make.company(make.region("county", make.region("city", city.parent)), aliases=[])
    actor = make.holder(Role.ADMINISTRATOR)
    for company, name in ((first, " 高新园 "), (second, "高新园"), (elsewhere, "高新园")):
        services.edit_company(session, actor=actor, company=company, **edited(company, park_name=name))
    session.expire_all()
    assert first.park_id == second.park_id != elsewhere.park_id
    assert (first.park.name, first.park.region_id) == ("高新园", city.id)
    services.edit_company(session, actor=actor, company=first, **edited(first))
    assert first.park is not None
    with pytest.raises(Stale):
        services.edit_company(
            session, actor=actor, company=first, **edited(first, version=0, park_name="另一园")
        )
    with pytest.raises(Invalid):
        services.edit_company(session, actor=actor, company=first, **edited(first, park_name="园" * 81))
    assert [row.name for row in queries.parks_of(session, city.id)] == ["高新园"]
    services.edit_company(session, actor=actor, company=first, **edited(first, park_name=""))
    assert first.park is None


def test_edit_company_without_a_change_writes_nothing(session, make):
    company = make.company(aliases=[])
    actor = make.holder(Role.ADMINISTRATOR)
    services.edit_company(session, actor=actor, company=company, **edited(company))
    assert (company.version, events_of(session, company)) == (1, [])


def test_edit_company_tells_a_stale_save_what_is_stored(session, make):
    company = make.company(headcount=300)
    with pytest.raises(Stale) as refusal:
        services.edit_company(
            session,
            actor=make.holder(Role.ADMINISTRATOR),
            company=company,
            **edited(company, version=0, name="x"),
        )
    assert refusal.value.current["headcount"] == 300
    assert company.name != "x"


def test_edit_company_hides_it_from_strangers_and_refuses_other_roles(session, make):
    company = make.company()
    with pytest.raises(NotFound):
        services.edit_company(session, actor=make.actor(), company=company, **edited(company))
    finance = make.holder(Role.FINANCE, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        services.edit_company(session, actor=finance, company=company, **edited(company, name="x"))
    assert company.name != "x"


def test_thresholds_and_member_limits(session, make):
    company, admin = make.company(), make.holder(Role.ADMINISTRATOR)
    services.set_cost_thresholds(
        session,
        actor=admin,
        company=company,
        version=1,
        low_cost_max_yuan=Decimal("50000"),
        mid_cost_max_yuan=Decimal("300000"),
        now=NOW,
    )
    services.set_member_limits(
        session, actor=admin, company=company, version=2, members_min=4, members_max=8, now=NOW
    )
    session.expire_all()
    assert (company.low_cost_max_yuan, company.mid_cost_max_yuan) == (Decimal("50000"), Decimal("300000"))
    assert (company.members_min, company.members_max, company.version) == (4, 8, 3)


@pytest.mark.parametrize(("least", "most"), [(1, 10), (5, 4), (3, 31)])
def test_member_limits_out_of_range_are_refused(session, make, least, most):
    company = make.company()
    with pytest.raises(Invalid):
        services.set_member_limits(
            session,
            actor=make.holder(Role.ADMINISTRATOR),
            company=company,
            version=1,
            members_min=least,
            members_max=most,
            now=NOW,
        )
    assert (company.members_min, company.members_max, company.version) == (3, 10, 1)


def test_thresholds_out_of_order_are_refused(session, make):
    company = make.company()
    with pytest.raises(Invalid):
        services.set_cost_thresholds(
            session,
            actor=make.holder(Role.ADMINISTRATOR),
            company=company,
            version=1,
            low_cost_max_yuan=Decimal("5"),
            mid_cost_max_yuan=Decimal("5"),
            now=NOW,
        )
    assert company.version == 1


def test_departments_are_added_renamed_and_closed_by_the_department(session, make):
    company = make.company()
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    one = services.add_department(session, actor=actor, company=company, name=" 染色车间 ", now=NOW)
    services.rename_department(session, actor=actor, department=one, name="印染车间", now=NOW)
    services.close_department(session, actor=actor, department=one, reason="合并", now=NOW)
    session.expire_all()

    assert (one.name, one.active) == ("印染车间", False)
    assert [event.verb for event in events_of(session, one)] == [
        "organisations.close_department",
        "organisations.rename_department",
        "organisations.add_department",
    ]
    with pytest.raises(DomainError):
        services.close_department(session, actor=actor, department=one, reason="再关", now=NOW)


def test_departments_refuse_doubles_empty_names_and_other_hands(session, make):
    company = make.company()
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    other = make.department(company, "甲车间")
    for name in ("甲车间", "  "):
        with pytest.raises(Invalid):
            services.add_department(session, actor=actor, company=company, name=name, now=NOW)
    with pytest.raises(Invalid):
        services.close_department(session, actor=actor, department=other, reason=" ", now=NOW)
    with pytest.raises(NotAllowed):
        services.add_department(
            session,
            actor=make.holder(Role.FINANCE, ScopeKind.COMPANY, company),
            company=company,
            name="乙",
            now=NOW,
        )
    with pytest.raises(NotFound):
        services.add_department(session, actor=make.actor(), company=company, name="乙", now=NOW)
    rows = session.scalars(sa.select(Department).where(Department.company_id == company.id)).all()
    assert [(row.name, row.active) for row in rows] == [("甲车间", True)]


def test_companies_listed_holds_what_the_actor_answers_for(session, make):
    nation, province, city, county = make.places()
    mine, far = make.company(county, name="近"), make.company(name="远")
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, province)

    def names(actor, **filters):
        return [row.name for row in queries.companies_listed(session, actor=actor, **filters).rows]

    assert names(official) == ["近"]
    assert names(make.holder(Role.ADMINISTRATOR), sort="newest") == ["远", "近"]
    assert names(make.holder(Role.FINANCE, ScopeKind.COMPANY, far)) == ["远"]
    assert names(make.actor()) == []
    assert names(make.holder(Role.ADMINISTRATOR), region=far.region) == ["远"]
    assert names(official, text="远") == []
    assert [row.id for row in queries.companies_in(session, city.path)] == [mine.id]
    assert queries.company_counts_below(session, [nation, city, far.region]) == {
        nation.id: 2,
        city.id: 1,
        far.region_id: 1,
    }


def test_companies_listed_by_section_holds_its_divisions(session, make):
    section = make.industry()
    division = make.industry(parent=section)
    make.company(industry=division, name="有")
    make.company(name="无")
    found = queries.companies_listed(session, actor=make.holder(Role.ADMINISTRATOR), industry_id=section.id)
    assert [row.name for row in found.rows] == ["有"]


@pytest.mark.parametrize("text", ["100%", "a_c", "\\"])
def test_companies_listed_takes_wildcards_as_text(session, make, text):
    make.company(name="甲")
    make.company(name=f"乙{text}丙")
    found = queries.companies_listed(session, actor=make.holder(Role.ADMINISTRATOR), text=text)
    assert [row.name for row in found.rows] == [f"乙{text}丙"]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_companies_listed_takes_two_statements(session, make, count_statements, count):
    section = make.industry()
    for _ in range(count):
        make.company(industry=section)
    admin = make.holder(Role.ADMINISTRATOR)

    def look():
        page = queries.companies_listed(session, actor=admin, size=50)
        assert page.total == count
        return [(row.region.name, row.industry.name) for row in page.rows]

    assert count_statements(look) == 2


def test_a_page_beyond_the_last_is_the_last(session, make):
    for _ in range(3):
        make.company()
    page = queries.companies_listed(session, actor=make.holder(Role.ADMINISTRATOR), page=9, size=2)
    assert (page.number, page.pages, len(page.rows), page.has_next, page.has_previous) == (
        2,
        2,
        1,
        False,
        True,
    )
