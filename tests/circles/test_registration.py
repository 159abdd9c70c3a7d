"""A circle's way from the draft to its number, and everything that is refused on it."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles import queries, services
from cp_circles.circles.models import Circle, CircleState
from cp_circles.circles.services import MemberEntry
from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.notices.models import Mail, Task
from cp_circles.notices.queries import open_tasks_about, open_tasks_for
from cp_circles.people.models import Employment, Person, Role, ScopeKind
from cp_circles.people.queries import actor_for
from tests.builders import Builders
from tests.conftest import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def company(make):
    return make.company(short_code="HX01")


@pytest.fixture
def department(make, company):
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)


def worker(make, company, **facts):
    return make.actor(make.employed(company, make.person(**facts)))


def three(make, company):
    return [
        MemberEntry(person_id=make.employed(company).id, is_leader=True, duty="组长"),
        MemberEntry(person_id=make.employed(company).id),
        MemberEntry(person_id=make.employed(company).id),
    ]


def drafted(session, make, company, **given):
    entries = three(make, company)
    actor = make.actor(session.get(Person, entries[0].person_id))
    circle = services.draft_circle(
        session,
        actor=actor,
        company=company,
        **({"name": "蒸汽小组", "members": entries, "now": NOW} | given),
    )
    return circle, actor


def kinds(session, actor):
    return [task.kind for task in open_tasks_for(session, actor)]


def counted(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def roles(session, circle, at):
    found = {}
    for member in circle.members:
        actor = actor_for(session, member.person_id, at)
        found[member.person_id] = [
            role for role in (Role.LEADER, Role.MEMBER) if actor.holds(role, ScopeKind.CIRCLE, circle.id)
        ]
    return found


def test_draft_circle_gives_its_people_their_grants(session, make, company):
    circle, _ = drafted(session, make, company)
    session.expire_all()
    leader, *others = [member.person_id for member in circle.present_members]

    assert (circle.state, circle.number, circle.version) == (CircleState.DRAFT, None, 1)
    assert roles(session, circle, LATER) == {
        leader: [Role.LEADER],
        others[0]: [Role.MEMBER],
        others[1]: [Role.MEMBER],
    }
    assert [event.verb for event in events_of(session, circle)] == ["circles.draft_circle"]


def test_draft_circle_takes_names_numbers_and_new_colleagues(session, make, company):
    known = make.employed(company, make.person(name="王一"))
    numbered = make.employed(company, employee_number="A17")
    circle, _ = drafted(
        session,
        make,
        company,
        members=[MemberEntry(who=" 王一 ", is_leader=True), MemberEntry(who="A17"), MemberEntry(who="新人")],
    )
    people = [member.person for member in circle.present_members]

    assert [person.id for person in people[:2]] == [known.id, numbered.id]
    new = people[2]
    assert (new.name, new.password_hash, new.email) == ("新人", None, None)
    assert (
        session.scalar(sa.select(Employment.company_id).where(Employment.person_id == new.id)) == company.id
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"slogan": "长" * 121}, "slogan"),
        ({"founded_on": date(2026, 9, 19)}, "founded_on"),
        ({"department_id": 999_999}, "department_id"),
        ({"members": [MemberEntry(who="  ")]}, "members"),
        ({"members": [MemberEntry(who="A99")]}, "members"),
        (
            {"members": [MemberEntry(who="甲", is_leader=True), MemberEntry(who="乙", is_leader=True)]},
            "members",
        ),
        ({"members": [MemberEntry(who="甲"), MemberEntry(who="甲")]}, "members"),
        ({"members": [MemberEntry(who=f"人{'甲' * n}") for n in range(1, 12)]}, "members"),
    ],
)
def test_draft_circle_refuses_bad_input(session, make, company, given, field):
    actor = worker(make, company)
    people = counted(session, Person)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        services.draft_circle(session, actor=actor, company=company, **({"name": "组", "now": NOW} | given))
    assert refusal.value.field == field
    assert (counted(session, Circle), counted(session, Person)) == (0, people)


def test_draft_circle_refuses_namesakes_and_people_of_elsewhere(session, make, company):
    for _ in range(2):
        make.employed(company, make.person(name="王一"))
    stranger = make.employed(make.company())
    actor = worker(make, company)
    for entry in (MemberEntry(who="王一"), MemberEntry(person_id=stranger.id)):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            services.draft_circle(session, actor=actor, company=company, name="组", members=[entry], now=NOW)
        assert refusal.value.field == "members"
    assert counted(session, Circle) == 0


def test_draft_circle_refuses_people_who_do_not_work_there(session, make, company):
    with pytest.raises(NotAllowed):
        services.draft_circle(
            session, actor=worker(make, make.company()), company=company, name="组", now=NOW
        )
    assert counted(session, Circle) == 0


def edited(circle, **given):
    return {"circle": circle, "version": circle.version, "name": circle.name, "now": NOW} | given


def test_edit_circle_keeps_members_and_grants_in_step(session, make, company):
    circle, actor = drafted(session, make, company)
    leader, second, third = [member.person_id for member in circle.present_members]
    rows = [MemberEntry(person_id=second, is_leader=True), MemberEntry(person_id=leader, duty="记录")]
    services.edit_circle(session, actor=actor, **edited(circle, name="节水小组", members=rows, now=LATER))
    session.expire_all()

    assert (circle.name, circle.version) == ("节水小组", 2)
    assert {member.person_id: member.is_leader for member in circle.present_members} == {
        leader: False,
        second: True,
    }
    assert roles(session, circle, LATER) == {leader: [Role.MEMBER], second: [Role.LEADER], third: []}
    assert set(events_of(session, circle)[0].after) == {"name", "members"}


def test_edit_circle_without_a_change_writes_nothing(session, make, company):
    circle, actor = drafted(session, make, company)
    services.edit_circle(session, actor=actor, **edited(circle))
    assert (circle.version, len(events_of(session, circle))) == (1, 1)


def test_edit_circle_tells_the_later_save_both_texts(session, make, company):
    circle, actor = drafted(session, make, company)
    services.edit_circle(session, actor=actor, **edited(circle, name="先存"))
    with pytest.raises(Stale) as refusal:
        services.edit_circle(session, actor=actor, **edited(circle, name="后存", version=1))
    assert (refusal.value.current["name"], refusal.value.current["version"]) == ("先存", 2)
    assert circle.name == "先存"


def test_edit_circle_is_hidden_from_strangers_and_refused_to_members(session, make, company):
    circle, _ = drafted(session, make, company)
    with pytest.raises(NotFound):
        services.edit_circle(session, actor=worker(make, company), **edited(circle, name="x"))
    member = actor_for(session, circle.present_members[1].person_id, LATER)
    with pytest.raises(NotAllowed):
        services.edit_circle(session, actor=member, **edited(circle, name="x"))
    assert circle.name == "蒸汽小组"


def test_a_registered_circle_takes_facts_but_no_list_of_members(session, make, department, company):
    circle = make.circle(company)
    with pytest.raises(DomainError):
        services.edit_circle(session, actor=department, **edited(circle, members=[]))
    services.edit_circle(session, actor=department, **edited(circle, name="新名"))
    assert (circle.name, len(circle.present_members)) == ("新名", 3)


def test_submit_gives_the_department_a_task_with_a_date(session, make, company, department):
    circle, actor = drafted(session, make, company)
    services.submit_circle(session, actor=actor, circle=circle, now=NOW)

    assert circle.state is CircleState.SUBMITTED
    tasks = open_tasks_for(session, department)
    assert [(task.kind, task.values, task.url) for task in tasks] == [
        (services.APPROVE, {"name": "蒸汽小组"}, f"/circles/{circle.id}")
    ]
    assert tasks[0].due_on == date(2026, 9, 24)
    assert kinds(session, actor) == []


def test_submit_refuses_too_few_members_no_leader_and_the_wrong_state(session, make, company):
    few = make.circle(company, "draft", members=2)
    nobody = make.circle(company, "draft", members=0)
    for _ in range(3):
        make.circle_member(nobody)
    waiting = make.circle(company, "submitted")
    department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    for circle in (few, nobody, waiting):
        before = circle.state
        with pytest.raises(DomainError):
            services.submit_circle(session, actor=department, circle=circle, now=NOW)
        assert (circle.state, open_tasks_about(session, circle), events_of(session, circle)) == (
            before,
            [],
            [],
        )


def test_return_and_submit_again_moves_the_tasks(session, make, company, department):
    circle, actor = drafted(session, make, company)
    services.submit_circle(session, actor=actor, circle=circle, now=NOW)
    services.return_circle(session, actor=department, circle=circle, reason=" 缺口号 ", now=NOW)

    assert (circle.state, circle.state_reason) == (CircleState.RETURNED, "缺口号")
    assert (kinds(session, department), kinds(session, actor)) == ([], [services.CORRECT])
    assert [mail.values["reason"] for mail in session.scalars(sa.select(Mail))] == ["缺口号"]
    assert events_of(session, circle)[0].reason == "缺口号"

    services.submit_circle(session, actor=actor, circle=circle, now=NOW)
    assert (kinds(session, department), kinds(session, actor)) == ([services.APPROVE], [])


def test_return_refuses_no_reason_and_other_hands(session, make, company, department):
    circle = make.circle(company, "submitted")
    leader = make.actor(circle.leader.person)
    with pytest.raises(Invalid):
        services.return_circle(session, actor=department, circle=circle, reason="  ", now=NOW)
    with pytest.raises(NotAllowed):
        services.return_circle(session, actor=leader, circle=circle, reason="x", now=NOW)
    with pytest.raises(NotFound):
        services.return_circle(session, actor=make.actor(), circle=circle, reason="x", now=NOW)
    assert (circle.state, counted(session, Mail)) == (CircleState.SUBMITTED, 0)


def test_approve_gives_a_number_a_year_and_finishes_the_task(session, make, company, department):
    circle, actor = drafted(session, make, company)
    services.submit_circle(session, actor=actor, circle=circle, now=NOW)
    services.approve_circle(session, actor=department, circle=circle, now=NOW)
    session.expire_all()

    assert (circle.state, circle.number) == (CircleState.REGISTERED, "HX01-2026-0001")
    assert [(row.year, row.headcount) for row in circle.years] == [(2026, 3)]
    assert (circle.registered_at, circle.last_active_on) == (NOW, date(2026, 9, 18))
    assert open_tasks_about(session, circle) == []
    assert [mail.values["number"] for mail in session.scalars(sa.select(Mail))] == ["HX01-2026-0001"]
    assert events_of(session, circle)[0].after == {"number": "HX01-2026-0001"}
    assert queries.circle_by_number(session, "hx01-2026-0001") is circle


def test_numbers_count_by_company_and_local_year(session, make, company, department):
    other = make.company(short_code="ZZ9")
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    given = []
    for where, at in ((company, NOW), (company, NOW), (other, NOW), (company, new_year)):
        circle = make.circle(where, "submitted")
        actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, where)
        given.append(services.approve_circle(session, actor=actor, circle=circle, now=at).number)
    assert given == ["HX01-2026-0001", "HX01-2026-0002", "ZZ9-2026-0001", "HX01-2027-0001"]


def test_approve_refuses_members_other_companies_and_other_states(session, make, company, department):
    circle = make.circle(company, "submitted")
    for person in (circle.leader.person, circle.present_members[1].person):
        make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
        with pytest.raises(NotAllowed):
            services.approve_circle(session, actor=make.actor(person), circle=circle, now=NOW)
    elsewhere = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company())
    with pytest.raises(NotFound):
        services.approve_circle(session, actor=elsewhere, circle=circle, now=NOW)
    with pytest.raises(NotAllowed):
        services.approve_circle(session, actor=make.holder(Role.ADMINISTRATOR), circle=circle, now=NOW)
    assert (circle.state, circle.number) == (CircleState.SUBMITTED, None)
    for state in ("draft", "returned", "registered", "dormant", "deregistered"):
        other = make.circle(company, state)
        with pytest.raises(DomainError):
            services.approve_circle(session, actor=department, circle=other, now=NOW)
        assert other.state is CircleState(state)


def test_approve_refuses_a_former_member(session, make, company, department):
    circle = make.circle(company, "submitted")
    former = make.circle_member(circle, left_on=date(2026, 3, 1)).person
    make.grant(former, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        services.approve_circle(session, actor=make.actor(former), circle=circle, now=NOW)
    assert circle.number is None


def test_two_departments_approving_at_once_give_two_numbers(engine):
    with Session(engine) as session:
        make = Builders(session, NOW)
        company = make.company(short_code="HX01")
        department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
        ids = [make.circle(company, "submitted").id for _ in range(6)]
        session.commit()
    ready, numbers, faults = Barrier(6), [], []

    def approve(circle_id):
        try:
            options = {"begin_immediate": True}
            with Session(engine.execution_options(**options)) as session, session.begin():
                ready.wait(10)
                circle = session.get(Circle, circle_id)
                numbers.append(
                    services.approve_circle(session, actor=department, circle=circle, now=NOW).number
                )
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=approve, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(numbers) == [f"HX01-2026-{n:04d}" for n in range(1, 7)]


def test_renew_once_a_year(session, make, company):
    circle = make.circle(company)
    leader = make.actor(circle.leader.person)
    services.renew_circle(session, actor=leader, circle=circle, remark="两人调整", now=NOW)
    with pytest.raises(DomainError):
        services.renew_circle(session, actor=leader, circle=circle, now=NOW)
    services.renew_circle(session, actor=leader, circle=circle, now=NOW + timedelta(days=200))
    session.expire_all()
    assert [(row.year, row.note) for row in circle.years] == [(2026, "两人调整"), (2027, "")]


def test_renew_refuses_the_wrong_state_members_and_too_few(session, make, company, department):
    dormant, few = make.circle(company, "dormant"), make.circle(company, members=2)
    for circle in (dormant, few):
        with pytest.raises(DomainError):
            services.renew_circle(session, actor=department, circle=circle, now=NOW)
    circle = make.circle(company)
    with pytest.raises(NotAllowed):
        services.renew_circle(
            session, actor=make.actor(circle.present_members[1].person), circle=circle, now=NOW
        )
    assert [row.years for row in (dormant, few, circle)] == [[], [], []]


def test_ask_for_renewals_asks_the_leader_once(session, make, company):
    circle = make.circle(company)
    leader = make.actor(circle.leader.person)
    make.circle(company, "deregistered")
    for _ in range(2):
        assert services.ask_for_renewals(session, NOW) == [circle]
    assert kinds(session, leader) == [services.RENEW]
    services.renew_circle(session, actor=leader, circle=circle, now=NOW)
    session.expire_all()
    assert (kinds(session, leader), services.ask_for_renewals(session, NOW)) == ([], [])


def test_deregister_ends_grants_and_tasks(session, make, company, department):
    circle = make.circle(company, "dormant")
    services.deregister_circle(session, actor=department, circle=circle, reason="半年无活动", now=LATER)
    session.expire_all()

    assert (circle.state, circle.state_reason) == (CircleState.DEREGISTERED, "半年无活动")
    assert set(map(tuple, roles(session, circle, LATER).values())) == {()}
    assert len(circle.present_members) == 3
    assert circle.number is not None


def test_deregister_refuses_no_reason_other_hands_and_drafts(session, make, company, department):
    circle, draft = make.circle(company), make.circle(company, "draft")
    with pytest.raises(Invalid):
        services.deregister_circle(session, actor=department, circle=circle, reason=" ", now=NOW)
    with pytest.raises(NotAllowed):
        services.deregister_circle(
            session, actor=make.actor(circle.leader.person), circle=circle, reason="x", now=NOW
        )
    with pytest.raises(DomainError):
        services.deregister_circle(session, actor=department, circle=draft, reason="x", now=NOW)
    assert (circle.state, draft.state) == (CircleState.REGISTERED, CircleState.DRAFT)


def test_only_an_unsubmitted_draft_can_be_deleted(session, make, company, department):
    circle, actor = drafted(session, make, company)
    people = [member.person_id for member in circle.members]
    services.delete_circle(session, actor=actor, circle=circle, now=LATER)
    assert counted(session, Circle) == 0
    assert [actor_for(session, id_, LATER).grants for id_ in people] == [(), (), ()]

    for state in ("submitted", "returned", "registered", "dormant", "deregistered"):
        other = make.circle(company, state)
        with pytest.raises(DomainError):
            services.delete_circle(session, actor=department, circle=other, now=NOW)
    assert counted(session, Circle) == 5


def test_a_task_is_not_left_behind_by_any_act(session, make, company, department):
    circle, actor = drafted(session, make, company)
    for act, who, more in (
        (services.submit_circle, actor, {}),
        (services.return_circle, department, {"reason": "x"}),
        (services.submit_circle, actor, {}),
        (services.approve_circle, department, {}),
        (services.deregister_circle, department, {"reason": "x"}),
    ):
        act(session, actor=who, circle=circle, now=NOW, **more)
    left = sa.select(sa.func.count()).select_from(Task).where(Task.done_at.is_(None))
    assert session.scalar(left) == 0
