"""Lists show what one may see, in a fixed number of statements; rates count people once."""

from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy as sa

from cp_circles.circles import queries, rules
from cp_circles.circles.models import Circle, CircleState
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import NOBODY


def names(session, actor, **filters):
    return sorted(circle.name for circle in queries.circles_listed(session, actor=actor, **filters).rows)


@pytest.fixture
def scene(make):
    """One company with a circle of each state, and a registered circle far away."""
    company = make.company()
    for state in CircleState:
        make.circle(company, state.value, name=state.value)
    make.circle(name="far")
    return company


NUMBERED = ["deregistered", "dormant", "registered"]
EVERYTHING = sorted(state.value for state in CircleState)


def test_each_role_lists_what_it_may_see(session, make, scene):
    above = session.get(Region, scene.region.parent_id)
    assert names(session, make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, scene)) == EVERYTHING
    assert names(session, make.holder(Role.FACILITATOR, ScopeKind.COMPANY, scene)) == EVERYTHING
    assert names(session, make.holder(Role.FINANCE, ScopeKind.COMPANY, scene)) == NUMBERED
    assert names(session, make.holder(Role.OFFICIAL, ScopeKind.REGION, above)) == NUMBERED
    assert names(session, make.holder(Role.ADMINISTRATOR)) == sorted([*EVERYTHING, "far"])
    assert names(session, make.holder(Role.JUDGE, ScopeKind.ROUND)) == []
    assert names(session, NOBODY) == []


def test_a_member_lists_the_own_circle_in_any_state(session, make, scene):
    draft = session.scalar(sa.select(Circle).where(Circle.state == CircleState.DRAFT))
    assert names(session, make.actor(draft.leader.person)) == ["draft"]
    starter = make.employed(scene)
    make.circle(scene, "returned", name="started", created_by_id=starter.id)
    assert names(session, make.actor(starter)) == ["started"]


def test_the_list_and_the_rule_agree_on_every_circle(session, make, scene):
    region = session.get(Region, scene.region.parent_id)
    circles = session.scalars(sa.select(Circle).join(Company)).all()
    draft = next(circle for circle in circles if circle.state is CircleState.DRAFT)
    actors = [
        make.holder(role, kind, scope)
        for role, kind, scope in (
            (Role.DEPARTMENT, ScopeKind.COMPANY, scene),
            (Role.FACILITATOR, ScopeKind.COMPANY, scene),
            (Role.FACILITATOR, ScopeKind.CIRCLE, draft),
            (Role.METERING, ScopeKind.COMPANY, scene),
            (Role.OFFICIAL, ScopeKind.REGION, region),
            (Role.ADMINISTRATOR, ScopeKind.PLATFORM, None),
        )
    ]
    for actor in [*actors, make.actor(), make.actor(draft.leader.person), NOBODY]:
        allowed = sorted(circle.name for circle in circles if rules.can_see(actor, circle))
        assert names(session, actor) == allowed


def test_filters_of_the_list(session, make, scene):
    admin = make.holder(Role.ADMINISTRATOR)
    far = session.scalar(sa.select(Circle).where(Circle.name == "far"))
    assert names(session, admin, company_id=far.company_id) == ["far"]
    assert names(session, admin, region=far.company.region) == ["far"]
    assert names(session, admin, state=CircleState.DORMANT) == ["dormant"]
    assert names(session, admin, text="orma") == ["dormant"]
    assert names(session, admin, text=far.number) == ["far"]
    assert names(session, admin, text="%") == []
    counts = queries.states_counted(session, actor=make.holder(Role.FINANCE, ScopeKind.COMPANY, scene))
    assert counts == {CircleState(name): 1 for name in NUMBERED}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_takes_three_statements(session, make, count_statements, count):
    company = make.company()
    for _ in range(count):
        make.circle(company)
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)

    def look():
        page = queries.circles_listed(session, actor=actor, size=50)
        shown = [
            (row.company.name, row.company.region.name, row.leader.person.name, len(row.present_members))
            for row in page.rows
        ]
        assert len(shown) == count

    assert count_statements(look) == 3


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_log_takes_four_statements(session, make, count_statements, count):
    circle = make.circle()
    for _ in range(count):
        make.activity(circle)
    circle_id = circle.id

    def look():
        page = queries.activities_of(session, circle_id, size=50)
        shown = [[one.member.person.name for one in row.attendance] + row.photos for row in page.rows]
        assert [len(row) for row in shown] == [3] * count

    assert count_statements(look) == 4


def test_circle_for_hides_what_may_not_be_seen(session, make, scene):
    draft = session.scalar(sa.select(Circle).where(Circle.state == CircleState.DRAFT))
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, scene.region)
    for actor in (official, make.actor(), NOBODY):
        with pytest.raises(NotFound):
            queries.circle_for(session, actor=actor, circle_id=draft.id)
    with pytest.raises(NotFound):
        queries.circle_for(session, actor=make.holder(Role.ADMINISTRATOR), circle_id=999_999)
    registered = session.scalar(sa.select(Circle).where(Circle.name == "registered"))
    assert queries.circle_for(session, actor=official, circle_id=registered.id) is registered
    assert not rules.can_see_inside(official, registered)


def test_rates_count_distinct_people_and_active_circles(session, make):
    company = make.company(headcount=200)
    one, two = make.circle(company), make.circle(company)
    make.circle_member(two, one.leader.person)
    make.circle_member(two, left_on=date(2026, 2, 1))
    make.circle(company, "deregistered")
    make.circle(company, "draft")
    make.activity(one, date(2026, 1, 1))
    make.activity(one, date(2026, 12, 31))
    make.activity(two, date(2025, 12, 31))
    rates = queries.company_rates(session, [company.id], year=2026)[company.id]

    assert (rates.circles, rates.active, rates.people, rates.headcount) == (2, 1, 6, 200)
    assert (rates.participation, rates.activity) == (Fraction(3, 100), Fraction(1, 2))
    assert queries.region_rates(session, company.region.path, year=2026) == rates


def test_rates_without_circles_or_headcount_are_not_known(session, make):
    company = make.company(headcount=None)
    rates = queries.company_rates(session, [company.id], year=2026)[company.id]
    assert (rates.participation, rates.activity) == (None, None)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_rates_of_many_companies_take_four_statements(session, make, count_statements, count):
    ids = [make.company().id for _ in range(count)]
    assert count_statements(lambda: queries.company_rates(session, ids, year=2026)) == 4


def test_circles_of_person_leaves_out_what_was_struck_off(session, make):
    circle = make.circle()
    person = circle.leader.person
    gone = make.circle(circle.company, "deregistered")
    make.circle_member(gone, person)
    assert queries.circles_of_person(session, person.id) == [circle]
