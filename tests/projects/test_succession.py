"""The next project begun from one that is over, and projects that go on into a new year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging.models import Season
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person
from cp_circles.projects import queries, services
from cp_circles.projects.details import PlanDetails
from cp_circles.projects.models import CarryOver, Evidence, Project, ProjectState, StepRecord


def over(world, state=ProjectState.COMPLETED):
    """A project that is over, with what it reached and a plan."""
    plan = (
        PlanDetails("topic", date(2026, 3, 1), date(2026, 3, 20), "示例甲"),
        PlanDetails("status", date(2026, 3, 21), date(2026, 4, 20)),
    )
    project = world.registered(plan=plan)
    project.indicators[0].actual = Decimal("108.2")
    project.state = state
    world.session.flush()
    return project


def begin(world, project, actor=None):
    return services.start_next(world.session, actor=actor or world.leader, project=project, now=world.now)


def projects(world):
    return world.session.scalar(sa.select(sa.func.count()).select_from(Project))


def test_what_was_reached_is_the_new_baseline_and_nothing_else_comes_along(world):
    old = over(world)
    fresh = begin(world, old)
    row = fresh.indicators[0]
    assert (row.baseline, row.target, row.actual, row.unit, row.due_on) == (
        Decimal("108.2"), None, None, "kWh/t", None,
    )  # fmt: skip
    assert (fresh.state, fresh.title, fresh.grew_from_id) == (ProjectState.DRAFT, old.title, old.id)
    assert (fresh.reason, fresh.number, fresh.investment_yuan) == ("", None, None)
    assert [item.starts_on for item in fresh.plan_items] == [date(2027, 3, 1), date(2027, 3, 21)]
    assert (fresh.starts_on, fresh.ends_on) == (date(2027, 3, 1), date(2027, 9, 30))
    for model in (StepRecord, Evidence):
        assert not world.session.scalars(sa.select(model).where(model.project_id == fresh.id)).all()
    assert [one.id for one in queries.successors_of(world.session, old)] == [fresh.id]
    assert old.indicators[0].baseline == Decimal("118.5")


def test_an_old_plan_begins_today_and_keeps_its_lengths(world):
    old = over(world, ProjectState.STOPPED)
    old.starts_on, old.ends_on = date(2023, 3, 1), date(2023, 9, 30)
    for item in old.plan_items:
        item.starts_on, item.ends_on = (day.replace(year=2023) for day in (item.starts_on, item.ends_on))
    fresh = begin(world, old)
    assert fresh.starts_on == fresh.plan_items[0].starts_on == date(2026, 9, 18)
    assert fresh.ends_on - fresh.starts_on == old.ends_on - old.starts_on


def test_a_project_that_was_not_measured_keeps_its_baseline(world):
    old = over(world, ProjectState.RETURNED)
    old.indicators[0].actual = None
    assert begin(world, old).indicators[0].baseline == Decimal("118.5")


def test_no_next_project_from_a_running_one_by_others_or_twice(world):
    running = world.registered()
    with pytest.raises(DomainError):
        begin(world, running)
    old = over(world)
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            begin(world, old, actor)
    begin(world, old)
    count = projects(world)
    with pytest.raises(DomainError):
        begin(world, old)
    assert projects(world) == count


def test_the_pages_link_both_ways(client, world):
    old = over(world)
    client.enter(world.session.get(Person, world.leader.person_id))
    assert f"/projects/{old.id}/next" in client.get(f"/projects/{old.id}").text
    answer = client.send(f"/projects/{old.id}/next")
    fresh = queries.successors_of(world.session, old)[0]
    assert answer.headers["Location"] == f"/projects/{fresh.id}/edit"
    assert "108.2" in client.get(f"/projects/{fresh.id}/edit").text
    assert f'href="/projects/{old.id}"' in client.get(f"/projects/{fresh.id}").text
    assert f'href="/projects/{fresh.id}"' in client.get(f"/projects/{old.id}").text


def carried(world):
    """A running project that was registered last year."""
    project = world.registered()
    project.registered_at = world.now - timedelta(days=365)
    world.session.flush()
    return project


def explain(world, project, actor=None, text="夜班数据要补测一个月"):
    return services.explain_carry_over(
        world.session, actor=actor or world.leader, project=project, text=text, now=world.now
    )


def test_the_circle_explains_why_a_project_goes_on(client, world):
    project = carried(world)
    client.enter(world.session.get(Person, world.leader.person_id))
    path = f"/projects/{project.id}"
    assert f"{path}/carry-over" in client.get(path).text
    assert client.send(f"{path}/carry-over", {"reason": ""}).status_code == 422
    assert client.send(f"{path}/carry-over", {"reason": "夜班数据要补测"}).status_code == 303
    assert "夜班数据要补测" in client.get(path).text
    told = world.session.scalars(sa.select(Mail.person_id)).all()
    assert world.department.person_id in told
    explain(world, queries.project_by_id(world.session, project.id), text="设备大修推迟到三月")
    row = world.session.scalars(sa.select(CarryOver)).one()
    assert (row.year, row.text) == (2026, "设备大修推迟到三月")
    assert len(world.session.scalars(sa.select(Mail.person_id)).all()) == len(told)


def test_nothing_is_explained_by_others_or_without_need(world):
    project = carried(world)
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            explain(world, project, actor)
    with pytest.raises(Invalid):
        explain(world, project, text=" ")
    with pytest.raises(DomainError):
        explain(world, world.registered())
    with pytest.raises(DomainError):
        explain(world, over(world))
    assert world.session.scalar(sa.select(sa.func.count()).select_from(CarryOver)) == 0


def test_an_open_season_of_the_next_year_asks_for_it_too(world):
    project = world.registered()
    world.session.add(
        Season(
            year=2027, name="2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31),
            ladder_edition_id=project.method_edition_id,
        )
    )  # fmt: skip
    world.session.flush()
    assert explain(world, project).year == 2027
