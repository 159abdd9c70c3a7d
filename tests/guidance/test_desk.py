"""Board, rates, approvals at once and signals on stored records."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleState, CircleYear
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.guidance import queries, services
from cp_circles.guidance.models import SignalLook
from cp_circles.guidance.queries import board
from cp_circles.notices.queries import open_tasks_about
from cp_circles.organisations.models import Company
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import PlanItem, ProjectState, StepRecord, StepState
from cp_circles.savings.models import Claim, SavingState
from tests.conftest import NOW

TODAY = date(2026, 9, 18)


@pytest.fixture
def company(make: Any) -> Any:
    return make.company()


@pytest.fixture
def department(make: Any, company: Any) -> Any:
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)


def reasons(session: Any, company: Any) -> list[tuple[str, str]]:
    return [(row.group, row.text) for row in queries.board_of(session, company.id, today=TODAY)]


def test_the_board_is_empty_while_all_is_well(session, make, company):
    make.project(make.circle(company))
    make.circle(company, state="draft")
    make.circle(last_active_on=date(2026, 1, 1))
    assert reasons(session, company) == []


def test_the_board_shows_quiet_dormant_returned_late_and_ready(session, make, company):
    make.circle(company, last_active_on=TODAY - timedelta(days=30))
    make.circle(company, last_active_on=TODAY - timedelta(days=29))
    make.circle(company, state="dormant", last_active_on=date(2026, 1, 1))
    back = make.circle(company, state="returned")
    at = NOW - timedelta(days=10)
    record_event(session, actor=SYSTEM, verb="circles.return_circle", subject=back, at=at)
    late = make.project(make.circle(company))
    step = late.steps[0].key
    item = PlanItem(project_id=late.id, step_key=step, starts_on=date(2026, 8, 1), ends_on=date(2026, 9, 10))
    session.add(item)
    ready = make.project(make.circle(company))
    for one in ready.steps:
        one.state = StepState.SIGNED_OFF
    make.project(make.circle(company), state="completed")
    session.flush()
    session.expire_all()
    assert sorted(reasons(session, company)) == sorted(
        [
            (board.STUCK, board.QUIET),
            (board.STUCK, board.RETURNED),
            (board.STUCK, board.LATE),
            (board.DORMANT, board.ASLEEP),
            (board.READY, board.COMPLETE),
            (board.READY, board.REPORT),
        ]
    )
    item.ends_on = date(2026, 9, 11)
    session.flush()
    session.expire_all()
    assert (board.STUCK, board.LATE) not in reasons(session, company)


def test_a_claim_that_waits_is_stuck_after_the_companys_own_days(session, make, company, department):
    project = make.project(make.circle(company))
    saving = make.mv_1(project)
    saving.state = SavingState.CLAIMED
    claim = Claim(
        saving_id=saving.id, number=1, method_version="1", inputs={}, factors=[], evidence_hashes=[],
        quantity=Decimal(1), unit="kWh", direct_yuan=Decimal(0), indirect_yuan=Decimal(0),
        forecast_yuan=Decimal(0), canonical_text="", sha256="0" * 64, claimed_at=NOW - timedelta(days=6),
    )  # fmt: skip
    session.add(claim)
    session.flush()
    session.expire_all()
    assert reasons(session, company) == []
    days = {"quiet_days": 30, "late_days": 7, "claim_days": 6, "returned_days": 10}
    services.set_thresholds(session, actor=department, company=company, version=0, now=NOW, **days)
    assert reasons(session, company) == [(board.STUCK, board.CLAIM)]


def test_the_board_sends_the_same_statements_for_many(session, make, company, count_statements):
    make.project(make.circle(company))
    company_id = company.id

    def ask() -> Any:
        return queries.board_of(session, company_id, today=TODAY)

    few = count_statements(ask)
    company = session.get(Company, company_id)
    for _ in range(6):
        make.project(make.circle(company, last_active_on=date(2026, 1, 1)))
    assert count_statements(ask) == few


def test_a_reminder_goes_once(session, make, company, department):
    circle = make.circle(company)
    services.remind_circle(session, actor=department, circle=circle, today=TODAY, now=NOW)
    assert len(open_tasks_about(session, circle)) == 1
    with pytest.raises(DomainError):
        services.remind_circle(session, actor=department, circle=circle, today=TODAY, now=NOW)
    with pytest.raises(NotFound):
        services.remind_circle(
            session, actor=make.actor(circle.leader.person), circle=circle, today=TODAY, now=NOW
        )
    assert len(open_tasks_about(session, circle)) == 1


def registered(session: Any, circle: Any, *years: int) -> Any:
    for year in years:
        session.add(CircleYear(circle_id=circle.id, year=year, renewed_at=NOW, headcount=3))
    session.flush()
    return circle


def test_rates_count_distinct_people_in_the_company_where_they_work(session, make):
    one, other = make.company(headcount=100), make.company(headcount=50)
    place = make.department(one)
    first = registered(session, make.circle(one, members=4, department_id=place.id), 2026)
    second = registered(session, make.circle(one, members=1), 2026)
    make.circle_member(second, first.members[0].person)
    joint = make.employed(other)
    make.circle_member(second, joint)
    make.circle_member(second, left_on=date(2025, 12, 1), joined_on=date(2025, 1, 1))
    registered(session, make.circle(one, members=3), 2025)
    make.activity(first, date(2026, 3, 1))
    make.activity(second, date(2025, 3, 1))
    make.result(make.project(first, state="completed"))
    session.expire_all()
    found = queries.rates_of(session, one, year=2026)
    now = found.now
    assert (now.circles, now.active, now.results, now.people, now.headcount) == (2, 1, 1, 5, 100)
    assert (now.penetration, now.activity, now.result) == (Decimal("0.05"), 0.5, 0.5)
    assert queries.rates_of(session, other, year=2026).now.people == 1
    assert queries.rates_of(session, other, year=2026).now.circles == 0
    by_place = {name: (rates.circles, rates.people) for name, rates in found.departments}
    assert by_place == {place.name: (1, 4), None: (1, 2)}
    assert [one.circles for one in found.years] == [0, 0, 0, 1, 2]
    assert queries.rates_of(session, make.company(headcount=None), year=2026).now.penetration is None


def test_approvals_are_ticked_unless_something_stands_out(session, make, company):
    small = make.circle(company, state="submitted", members=2)
    good = make.circle(company, state="submitted")
    project = make.project(registered(session, make.circle(company), 2026), state="submitted")
    waiting = {one.key: one.warnings for one in queries.waiting_of(session, company, today=TODAY)}
    assert waiting[f"circle-{good.id}"] == ()
    assert waiting[f"circle-{small.id}"][0][1] == {"count": 2, "least": 3, "most": 10}
    assert waiting[f"project-{project.id}"] == ()
    renewal = make.circle(company, last_active_on=date(2025, 12, 1))
    waiting = {one.key: one.warnings for one in queries.waiting_of(session, company, today=TODAY)}
    assert [text for text, _ in waiting[f"renewal-{renewal.id}"]] == ["No activity was logged this year."]


def approve(session: Any, actor: Any, company: Any, *keys: str, keep: bool) -> list[tuple[bool, str]]:
    outcomes = services.approve_together(
        session, actor=actor, company=company, keys=keys, keep_others=keep, now=NOW
    )
    return [(one.done, one.text) for one in outcomes]


def test_one_failure_lets_the_others_stand_only_if_chosen(session, make, company, department):
    good = make.circle(company, state="submitted")
    bad = make.circle(company, state="submitted", members=1)
    keys = (f"circle-{good.id}", f"circle-{bad.id}")
    outcomes = approve(session, department, company, *keys, keep=False)
    assert [done for done, _ in outcomes] == [False, False]
    assert outcomes[0][1].startswith("Not approved")
    session.expire_all()
    assert {good.state, bad.state} == {CircleState.SUBMITTED}
    assert good.number is None
    outcomes = approve(session, department, company, *keys, keep=True)
    assert [done for done, _ in outcomes] == [True, False]
    assert (good.state, bad.state) == (CircleState.REGISTERED, CircleState.SUBMITTED)
    assert approve(session, department, company, keys[0], keep=True)[0][0] is False


def test_a_project_and_a_renewal_go_through_their_own_services(session, make, company, department):
    circle = registered(session, make.circle(company), 2026)
    project = make.project(circle, state="submitted")
    renewed = make.circle(company)
    outcomes = approve(
        session, department, company, f"project-{project.id}", f"renewal-{renewed.id}", keep=False
    )
    assert [done for done, _ in outcomes] == [True, True]
    assert project.state is ProjectState.REGISTERED
    session.expire_all()
    assert [row.year for row in renewed.years] == [2026]


def test_approvals_are_the_departments_and_need_a_tick(session, make, company, department):
    circle = make.circle(company, state="submitted")
    facilitator = make.holder(Role.FACILITATOR, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        approve(session, facilitator, company, f"circle-{circle.id}", keep=True)
    with pytest.raises(Invalid):
        approve(session, department, company, keep=True)
    foreign = make.circle(state="submitted")
    assert approve(session, department, company, f"circle-{foreign.id}", keep=True)[0][0] is False
    assert (circle.state, foreign.state) == (CircleState.SUBMITTED, CircleState.SUBMITTED)


def keys_of(session: Any, company: Any, project: Any) -> set[str]:
    session.flush()
    session.expire_all()
    found = [one for one in queries.signals_of(session, company.id) if one.project.id == project.id]
    return {signal.key for one in found for signal in one.open}


def test_signals_are_read_from_the_stored_records(session, make, company):
    project = make.project(make.circle(company), registered_at=NOW - timedelta(days=60))
    assert keys_of(session, company, project) == set()
    for day in (1, 2, 3, 4):
        make.activity(project.circle, date(2026, 6, day), project_id=project.id)
    project.indicators[0].actual = Decimal(110)
    for number in range(3):
        session.add(
            StepRecord(
                project_id=project.id,
                step_key="root",
                kind="root_confirmation",
                position=number,
                created_at=NOW,
                content={
                    "end_cause": f"原因{number}",
                    "confirmed_on": "2026-08-01",
                    "person": "示例人",
                    "found": "投票通过",
                    "main_cause": True,
                },
            )
        )
    saving = make.mv_1(project)
    saving.state = type(saving.state)("verified")
    saving.reporting_to = date(2025, 6, 30)
    saving.indicator_code = "WATER"
    assert keys_of(session, company, project) == {
        "attendance",
        "dates",
        "exact",
        "sitting",
        "one_person",
        "vote",
        "short_effect",
        "indicator",
    }


def test_a_look_holds_for_what_was_seen_and_only_the_department_has_it(session, make, company, department):
    project = make.project(make.circle(company), registered_at=NOW - timedelta(days=60))
    project.indicators[0].actual = Decimal(110)
    session.flush()
    facilitator = make.holder(Role.FACILITATOR, ScopeKind.COMPANY, company)
    asked = {"project": project, "signal": "exact", "note": "已核对原始记录", "now": NOW}
    with pytest.raises(NotAllowed):
        services.look_at_signal(session, actor=facilitator, **asked)
    for other in (make.actor(project.circle.leader.person), make.holder(Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            services.look_at_signal(session, actor=other, **asked)
    assert session.scalars(sa.select(SignalLook)).all() == []
    services.look_at_signal(session, actor=department, **asked)
    assert keys_of(session, company, project) == set()
    with pytest.raises(DomainError):
        services.look_at_signal(session, actor=department, **asked)
    project.indicators[0].target = project.indicators[0].actual = Decimal(100)
    assert keys_of(session, company, project) == {"exact"}


def test_signals_send_the_same_statements_for_many(session, make, company, count_statements):
    make.activity(make.project(make.circle(company)).circle)
    company_id = company.id

    def ask() -> Any:
        return queries.signals_of(session, company_id)

    few = count_statements(ask)
    company = session.get(Company, company_id)
    for _ in range(5):
        project = make.project(make.circle(company))
        make.activity(project.circle, project_id=project.id)
    assert count_statements(ask) <= few + 1


def test_employments_of_a_person_twice_count_once(session, make):
    company = make.company(headcount=10)
    circle = registered(session, make.circle(company, members=1), 2026)
    session.add(Employment(person_id=circle.members[0].person_id, company_id=company.id))
    session.flush()
    assert queries.rates_of(session, company, year=2026).now.people == 1
