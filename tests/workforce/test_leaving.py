"""A colleague leaves, moves or arrives: everything open goes to somebody, and history stays."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.circles import rules
from cp_circles.db.models import Event
from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.notices.models import Task
from cp_circles.notices.services import assign_task
from cp_circles.people.models import Employment, Role, ScopeKind, StandIn
from cp_circles.people.queries import actor_for, live_grant
from cp_circles.people.services import sign_in
from cp_circles.workforce import services
from cp_circles.workforce.holding_queries import holdings_of
from cp_circles.workforce.services import Handover
from tests.conftest import NOW

TODAY = date(2026, 9, 18)


@pytest.fixture
def circle(make, company, worker):
    """A circle of four that the worker leads."""
    return make.circle(company=company, members=4, leader=worker)


@pytest.fixture
def heir(make, company):
    """A colleague who takes over."""
    return make.employed(company, make.person(name="接手人丁"))


def leave(session, make, head, company, worker, handover=None, **more):
    facts = {"last_day": TODAY, "reason": "退休", "now": NOW} | more
    return services.let_leave(
        session,
        actor=make.actor(head),
        company=company,
        person_id=worker.id,
        handover=handover or Handover(),
        **facts,
    )


def employment(session, person):
    return session.scalars(sa.select(Employment).where(Employment.person_id == person.id)).one()


def test_everything_goes_to_somebody_and_the_account_closes(
    session, make, head, company, worker, heir, circle
):
    make.grant(worker, Role.METERING, ScopeKind.COMPANY, company)
    stand_in = StandIn(
        person_id=worker.id, stand_in_id=heir.id, role=Role.METERING, scope_kind=ScopeKind.COMPANY,
        scope_id=company.id, since=NOW, until=NOW + timedelta(days=5), named_at=NOW, confirmed_at=NOW,
    )  # fmt: skip
    session.add(stand_in)
    _token, row = sign_in(session, person=worker, password=None, address="127.0.0.1", agent="x", now=NOW)
    about = {"to_person": worker, "url": "/x", "now": NOW}
    own = assign_task(session, kind="示例", subject=company, **about)
    led = assign_task(session, kind="示例", subject=circle, **about)
    next_leader = circle.present_members[1]
    held = leave(
        session, make, head, company, worker,
        Handover(heir.id, {circle.id: next_leader.person_id}, {Role.METERING: heir.id}),
    )  # fmt: skip
    assert (len(held.circles), len(held.tasks), held.roles) == (1, 2, [Role.METERING])
    assert held.sole_roles == {Role.METERING}
    assert (own.person_id, led.person_id) == (heir.id, next_leader.person_id)
    assert circle.leader.person_id == next_leader.person_id
    assert [one.left_on for one in circle.members if one.person_id == worker.id] == [TODAY]
    assert actor_for(session, heir.id, NOW).holds(Role.METERING, ScopeKind.COMPANY, company.id)
    assert actor_for(session, next_leader.person_id, NOW).holds(Role.LEADER, ScopeKind.CIRCLE, circle.id)
    assert live_grant(
        session, person_id=worker.id, role=Role.METERING, scope_kind=ScopeKind.COMPANY,
        scope_id=company.id, now=NOW,
    ) is None  # fmt: skip
    assert employment(session, worker).ended_on == TODAY
    session.refresh(row)
    assert not worker.active and row.revoked_at == NOW
    assert stand_in.ended_at == NOW
    event = session.scalars(sa.select(Event).where(Event.verb == "workforce.let_leave")).one()
    assert (event.actor_id, event.reason) == (head.id, "退休")


def test_a_task_without_successor_goes_to_the_department(session, make, head, company, worker):
    task = assign_task(session, kind="示例", subject=company, to_person=worker, url="/x", now=NOW)
    leave(session, make, head, company, worker)
    assert (task.person_id, task.role, task.scope_id) == (None, Role.DEPARTMENT, company.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"last_day": date(2026, 9, 19)}, "last_day"),
        ({"handover": Handover()}, "leader"),
        ({"handover": Handover(tasks_to=10**6)}, "tasks_to"),
    ],
)
def test_what_is_missing_is_said_and_nothing_happens(
    session, make, head, company, worker, circle, change, field
):
    with pytest.raises(Invalid) as refusal:
        leave(session, make, head, company, worker, **change)
    assert refusal.value.field.startswith(field)
    assert employment(session, worker).ended_on is None and worker.active
    assert circle.leader.person_id == worker.id


def test_the_last_head_needs_a_successor_and_nobody_lets_themselves_go(
    session, make, head, company, worker, heir
):
    with pytest.raises(NotAllowed):
        leave(session, make, head, company, head)
    chief = make.holder(Role.ADMINISTRATOR)
    facts = {"last_day": TODAY, "reason": "调离", "now": NOW, "company": company, "person_id": head.id}
    with pytest.raises(Invalid) as refusal:
        services.let_leave(session, actor=chief, handover=Handover(), **facts)
    assert refusal.value.field == "role_department"
    services.let_leave(session, actor=chief, handover=Handover(roles={Role.DEPARTMENT: heir.id}), **facts)
    assert actor_for(session, heir.id, NOW).heads_department_of(company.id)


def test_an_account_that_serves_others_stays_open(session, make, head, company, worker):
    region = make.region()
    make.grant(worker, Role.OFFICIAL, ScopeKind.REGION, region)
    leave(session, make, head, company, worker)
    assert worker.active
    assert actor_for(session, worker.id, NOW).holds(Role.OFFICIAL, ScopeKind.REGION, region.id)


def test_who_left_comes_back_by_the_list_with_the_same_account(session, make, head, company, worker):
    from cp_circles.workforce.layouts import StaffRow

    leave(session, make, head, company, worker)
    rows = [StaffRow("", 2, name="工人乙", number="0042")]
    services.store_staff(session, actor=make.actor(head), company=company, rows=rows, now=NOW)
    assert worker.active and employment(session, worker).ended_on is None


def test_another_company_takes_the_person_in_once(session, make, head, company, worker):
    other = make.company()
    chief = make.employed(other)
    make.grant(chief, Role.DEPARTMENT, ScopeKind.COMPANY, other)
    leave(session, make, head, company, worker, to_company=other)
    assert worker.active
    facts = {"company": other, "person_id": worker.id, "department_id": None, "now": NOW}
    with pytest.raises(NotFound):
        services.take_in(session, actor=make.actor(head), employee_number="9", **facts)
    row = services.take_in(session, actor=make.actor(chief), employee_number="9", **facts)
    assert (row.company_id, row.employee_number, row.started_on) == (other.id, "9", TODAY)
    assert session.scalar(sa.select(sa.func.count(Task.id)).where(Task.done_at.is_(None))) == 0
    with pytest.raises(NotFound):
        services.take_in(session, actor=make.actor(chief), employee_number="10", **facts)


@pytest.mark.parametrize("state", ["draft", "registered"])
def test_who_started_a_circle_reads_it_no_more_from_another_company(
    session, make, head, company, worker, state
):
    started = make.circle(company=company, members=4, state=state, created_by_id=worker.id)
    assert rules.can_see_inside(make.actor(worker), started)
    leave(session, make, head, company, worker, to_company=make.company())
    session.refresh(started)
    assert not rules.can_see(make.actor(worker), started)


def test_a_move_keeps_circles_and_roles(session, make, head, company, worker, circle):
    shop = make.department(company, "包装车间")
    facts = {"company": company, "person_id": worker.id, "now": NOW}
    row = services.move_to_department(session, actor=make.actor(head), department_id=shop.id, **facts)
    assert row.department_id == shop.id and circle.leader.person_id == worker.id
    foreign = make.department()
    with pytest.raises(Invalid):
        services.move_to_department(session, actor=make.actor(head), department_id=foreign.id, **facts)
    with pytest.raises(NotFound):
        services.move_to_department(session, actor=make.actor(worker), department_id=shop.id, **facts)


def test_a_stranger_sees_nothing(session, make, company, worker):
    with pytest.raises(NotFound):
        holdings_of(session, person_id=make.person().id, company_id=company.id, now=NOW)
    with pytest.raises(NotFound):
        leave(session, make, worker, company, worker)


def test_the_pages(session, make, client, head, company, worker, circle, heir):
    make.grant(worker, Role.METERING, ScopeKind.COMPANY, company)
    client.enter(head)
    path = f"/workforce/companies/{company.id}/people/{worker.id}"
    page = client.get(f"{path}/leaving").text
    assert circle.name in page and f"leader_{circle.id}" in page and "role_metering" in page
    shop = make.department(company, "包装车间")
    assert client.send(f"{path}/department", {"department_id": shop.id}).status_code == 303
    sent = {"last_day": "2026-09-18", "reason": "退休", "tasks_to": 0, "role_metering": 0}
    needed = page[page.index(f'for="leader_{circle.id}"') :].split("</label>")[0]
    assert "选填" not in needed
    assert "选填" in page[page.index('for="role_metering"') :].split("</label>")[0]
    missing = client.send(f"{path}/leaving", sent | {f"leader_{circle.id}": ""})
    assert missing.status_code == 422 and f"请选择“{circle.name}”小组的新组长。" in missing.text
    leader = circle.present_members[1].person_id
    strange = {"to_company": "NONE9", f"leader_{circle.id}": leader}
    assert client.send(f"{path}/leaving", sent | strange).status_code == 422
    assert client.send(f"{path}/leaving", sent | {f"leader_{circle.id}": leader}).status_code == 303
    assert employment(session, worker).ended_on == TODAY
    assert client.get(f"{path}/leaving").status_code == 404


def test_a_leader_with_nobody_beside_them_is_told_what_to_do_first(make, client, head, company, worker):
    alone = make.circle(company=company, members=1, leader=worker)
    client.enter(head)
    page = client.get(f"/workforce/companies/{company.id}/people/{worker.id}/leaving").text
    assert "该小组没有其他成员" in page and f'href="/circles/{alone.id}"' in page


def test_the_page_of_an_arrival(session, make, client, head, company):
    other, person = make.company(), make.person(name="来人戊")
    path = f"/workforce/companies/{company.id}/arrivals/{person.id}"
    client.enter(head)
    assert client.get(path).status_code == 303
    services.leaving._announce(session, person, other, company, NOW)
    assert "来人戊" in client.get(path).text
    assert client.send(path, {"employee_number": "77", "department_id": 0}).status_code == 303
    assert employment(session, person).employee_number == "77"
