"""Draft, submission, return, approval: what is written, and what is refused with nothing written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleState
from cp_circles.db.events import events_of
from cp_circles.db.models import Event
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.notices.models import Task
from cp_circles.notices.queries import open_tasks_for
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects import queries, services
from cp_circles.projects.details import PlanDetails
from cp_circles.projects.models import Indicator, PlanItem, Project, ProjectState, StepState
from tests.projects.world import INDICATOR


def count(world, model=Project):
    return world.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_create_project_stores_the_form(world):
    plan = (PlanDetails("topic", date(2026, 3, 1), date(2026, 3, 20), "示例甲"),)
    project = world.draft(plan=plan)
    assert project.state is ProjectState.DRAFT
    assert project.number is None
    assert [(row.code, row.baseline, row.target) for row in project.indicators] == [
        ("ELEC", Decimal("118.5"), Decimal(109))
    ]
    assert [(row.step_key, row.owner) for row in project.plan_items] == [("topic", "示例甲")]
    assert [event.verb for event in events_of(world.session, project)] == ["projects.create_project"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"focus_area": ""}, "focus_area"),
        ({"domain": ""}, "domain"),
        ({"domain": "elsewhere"}, "domain"),
        ({"source": "elsewhere"}, "source"),
        ({"ends_on": date(2026, 2, 1)}, "ends_on"),
        ({"investment_yuan": Decimal("0.001")}, "investment_yuan"),
        ({"investment_yuan": Decimal(-1)}, "investment_yuan"),
        ({"indicators": (replace(INDICATOR, unit=""),)}, "indicators"),
        ({"indicators": (replace(INDICATOR, target=Decimal("0.0000001")),)}, "indicators"),
        ({"plan": (PlanDetails("topic", date(2026, 3, 2), date(2026, 3, 1)),)}, "plan"),
    ],
)
def test_create_project_refuses_what_can_never_be_stored(world, change, field):
    with pytest.raises(Invalid) as refused:
        world.draft(**change)
    assert refused.value.field == field
    assert count(world) == 0


def test_create_project_refuses_whoever_is_not_of_the_circle(world):
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            services.create_project(
                world.session, actor=actor, circle=world.circle, details=world.details(), now=world.now
            )
    assert count(world) == 0


def test_edit_project_changes_the_form_and_says_what(world):
    project = world.draft()
    indicator = project.indicators[0]
    details = world.details(
        title="降低空压站电耗",
        indicators=(replace(INDICATOR, id=indicator.id, target=Decimal(105)), INDICATOR),
    )
    services.edit_project(
        world.session, actor=world.member, project=project, version=1, details=details, now=world.now
    )
    fresh = queries.project_by_id(world.session, project.id)
    assert (fresh.title, fresh.version) == ("降低空压站电耗", 2)
    assert [row.target for row in fresh.indicators] == [Decimal(105), Decimal(109)]
    assert fresh.indicators[0].id == indicator.id
    event = events_of(world.session, project)[0]
    assert set(event.after) == {"title", "indicators"}


def test_edit_project_refuses_a_stale_version(world):
    project = world.draft()
    with pytest.raises(Stale) as stale:
        services.edit_project(
            world.session,
            actor=world.leader,
            project=project,
            version=0,
            details=world.details(title="另一个"),
            now=world.now,
        )
    assert stale.value.current["version"] == 1
    assert project.title == "降低空压站用电量"


def test_edit_project_refuses_another_projects_indicator(world):
    other, project = world.draft(), world.draft()
    foreign = replace(INDICATOR, id=other.indicators[0].id)
    with pytest.raises(NotFound):
        services.edit_project(
            world.session,
            actor=world.leader,
            project=project,
            version=1,
            details=world.details(indicators=(foreign,)),
            now=world.now,
        )


def test_edit_project_refuses_a_submitted_project(world):
    project = world.submitted()
    with pytest.raises(DomainError):
        services.edit_project(
            world.session,
            actor=world.leader,
            project=project,
            version=project.version,
            details=world.details(),
            now=world.now,
        )


def test_delete_project_removes_a_draft_with_its_rows(world):
    project = world.draft(plan=(PlanDetails("topic", date(2026, 3, 1), date(2026, 3, 2)),))
    services.delete_project(world.session, actor=world.leader, project=project, now=world.now)
    assert (count(world), count(world, Indicator), count(world, PlanItem)) == (0, 0, 0)


def test_delete_project_refuses_what_was_submitted(world):
    project = world.submitted()
    with pytest.raises(DomainError):
        services.delete_project(world.session, actor=world.leader, project=project, now=world.now)
    assert count(world) == 1


def test_submit_project_puts_it_on_the_departments_list(world):
    project = world.submitted()
    assert project.state is ProjectState.SUBMITTED
    [task] = open_tasks_for(world.session, world.department)
    assert (task.subject_kind, task.subject_id, task.role) == ("projects", project.id, Role.DEPARTMENT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"method_edition_id": None}, "method"),
        ({"reason": ""}, "reason"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": None}, "ends_on"),
        ({"indicators": ()}, "indicators"),
    ],
)
def test_submit_project_refuses_an_incomplete_form(world, change, field):
    project = world.draft(**change)
    with pytest.raises(Invalid) as refused:
        services.submit_project(world.session, actor=world.leader, project=project, now=world.now)
    assert refused.value.field == field
    assert project.state is ProjectState.DRAFT
    assert count(world, Task) == 0


def test_submit_project_refuses_while_the_circle_is_not_registered(world):
    project = world.draft()
    world.circle.state = CircleState.DORMANT
    with pytest.raises(DomainError):
        services.submit_project(world.session, actor=world.leader, project=project, now=world.now)
    assert project.state is ProjectState.DRAFT


def test_return_project_gives_the_reason_to_the_leader(world):
    project = world.submitted()
    services.return_project(
        world.session, actor=world.department, project=project, reason="缺现状数据", now=world.now
    )
    assert (project.state, project.state_reason) == (ProjectState.RETURNED, "缺现状数据")
    assert open_tasks_for(world.session, world.department) == []
    [task] = open_tasks_for(world.session, world.leader)
    assert task.person_id == world.leader.person_id
    services.submit_project(world.session, actor=world.leader, project=project, now=world.now)
    assert open_tasks_for(world.session, world.leader) == []


def test_return_project_refuses_without_reason_or_right(world):
    project = world.submitted()
    with pytest.raises(Invalid):
        services.return_project(
            world.session, actor=world.department, project=project, reason=" ", now=world.now
        )
    for actor, refusal in (
        (world.leader, NotAllowed),
        (world.finance, NotAllowed),
        (world.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            services.return_project(world.session, actor=actor, project=project, reason="x", now=world.now)
    assert project.state is ProjectState.SUBMITTED


def test_approve_project_gives_number_editions_and_steps(world):
    project = world.registered()
    assert project.number == f"{world.circle.number}-01"
    assert project.state is ProjectState.REGISTERED
    method = queries.method_of(world.session, project)
    assert [row.key for row in project.steps] == [step.key for step in method.steps]
    assert [row.state for row in project.steps[:2]] == [StepState.OPEN, StepState.LOCKED]
    factors = editions.pack(world.session, project.factors_edition_id)
    assert factors.kind == "factors"
    assert open_tasks_for(world.session, world.department) == []


def test_approve_project_numbers_run_on_and_are_never_given_twice(world):
    first = world.registered()
    services.stop_project(
        world.session, actor=world.department, project=first, reason="设备拆除", now=world.now
    )
    second = world.registered()
    assert [first.number[-3:], second.number[-3:]] == ["-01", "-02"]


def test_approve_project_binds_the_newest_edition(world):
    project = world.submitted()
    chosen = project.method_edition_id
    stored = world.session.get(editions.Edition, chosen)
    text = stored.content.replace(f'edition: "{stored.edition}"', 'edition: "2031"')
    from cp_circles.editions.services import publish_edition
    from cp_circles.people.rules import SYSTEM

    newer = publish_edition(world.session, actor=SYSTEM, kind="method", text=text, now=world.now)
    services.approve_project(world.session, actor=world.department, project=project, now=world.now)
    assert project.method_edition_id == newer.id != chosen


def test_approve_project_asks_why_while_another_is_unfinished(world):
    world.registered()
    project = world.submitted()
    with pytest.raises(Invalid) as refused:
        services.approve_project(world.session, actor=world.department, project=project, now=world.now)
    assert refused.value.field == "exception_reason"
    assert (project.state, project.number, project.steps) == (ProjectState.SUBMITTED, None, [])
    services.approve_project(
        world.session,
        actor=world.department,
        project=project,
        exception_reason="上一课题待设备",
        now=world.now,
    )
    event = events_of(world.session, project)[0]
    assert (event.verb, event.reason) == ("projects.approve_project", "上一课题待设备")


def test_approve_project_refuses_a_department_head_who_is_of_the_circle(world):
    project = world.submitted()
    person = world.circle.members[2].person
    world.make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, world.company)
    with pytest.raises(NotAllowed):
        services.approve_project(
            world.session, actor=world.make.actor(person), project=project, now=world.now
        )
    assert project.number is None


def test_approve_project_refuses_strangers_and_drafts(world):
    project = world.submitted()
    with pytest.raises(NotFound):
        services.approve_project(world.session, actor=world.stranger, project=project, now=world.now)
    draft = world.draft()
    with pytest.raises(DomainError):
        services.approve_project(world.session, actor=world.department, project=draft, now=world.now)


def test_refusals_write_no_history(world):
    project = world.submitted()
    before = count(world, Event)
    with pytest.raises(NotAllowed):
        services.approve_project(world.session, actor=world.leader, project=project, now=world.now)
    assert count(world, Event) == before


def test_set_plan_replaces_the_bars_and_refuses_foreign_steps_and_stale_versions(world):
    project = world.registered(plan=(PlanDetails("topic", date(2026, 3, 1), date(2026, 3, 2)),))

    def plan(key="status", version=None, actor=None):
        services.set_plan(
            world.session,
            actor=actor or world.member,
            project=project,
            version=project.version if version is None else version,
            bars=(PlanDetails(key, date(2026, 4, 1), date(2026, 4, 2)),),
            now=world.now,
        )

    for refused, given in (
        (Invalid, {"key": "nowhere"}),
        (Stale, {"version": 0}),
        (NotAllowed, {"actor": world.department}),
    ):
        with pytest.raises(refused):
            plan(**given)
    assert [row.step_key for row in project.plan_items] == ["topic"]
    plan()
    assert [row.step_key for row in project.plan_items] == ["status"]


def test_another_method_drops_the_bars_that_no_longer_fit(world):
    project = world.draft(plan=(PlanDetails("status", date(2026, 3, 1), date(2026, 3, 2)),))
    services.edit_project(
        world.session,
        actor=world.leader,
        project=project,
        version=1,
        details=world.details("qc_innovate", indicators=()),
        now=world.now,
    )
    assert project.plan_items == []
