"""A new season opened from the old one: drafts, tasks, and what is not carried over."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, NotAllowed
from cp_circles.judging import services
from cp_circles.judging.models import CountyRounds, PanelTerms, Round, Season
from cp_circles.judging.queries.panels import terms_of
from cp_circles.notices.models import Task
from cp_circles.people.models import Person, Role
from cp_circles.projects.models import ProjectState


def roll(world, actor=None):
    return services.roll_over(
        world.session, actor=actor or world.administrator, old=world.season, now=world.start
    )


def test_rounds_become_drafts_a_year_later_with_tasks_for_their_organisers(world):
    world.session.add(CountyRounds(season_id=world.season.id, city_id=world.city.id))
    old = world.company_round(pass_mark=70, name="2026 年度公司评审")
    world.round_at("province")
    services.announce_round(world.session, actor=world.department, round_=old, now=world.start)
    season = roll(world, world.officials["nation"])
    assert (season.year, season.name, season.starts_on.year) == (2027, "2027 年度", 2027)
    fresh = world.session.scalars(
        sa.select(Round).where(Round.season_id == season.id).order_by(Round.id)
    ).all()
    assert [(row.level, row.announced_at) for row in fresh] == [(old.level, None), (fresh[1].level, None)]
    assert (fresh[0].name, fresh[0].pass_mark, fresh[0].public_key == old.public_key) == (
        "2027 年度公司评审", 70, False,
    )  # fmt: skip
    assert [p.starts_at - q.starts_at for p, q in zip(fresh[0].phases, old.phases, strict=True)] == [
        timedelta(days=365)
    ] * len(old.phases)
    assert world.session.scalar(sa.select(CountyRounds.city_id).where(CountyRounds.season_id == season.id))
    tasks = world.session.scalars(
        sa.select(Task).where(Task.subject_kind == "rounds", Task.done_at.is_(None))
    )
    assert {task.role for task in tasks} == {Role.DEPARTMENT, Role.OFFICIAL}
    services.announce_round(world.session, actor=world.department, round_=fresh[0], now=world.start)
    done = sa.select(Task.done_at).where(Task.subject_kind == "rounds", Task.subject_id == fresh[0].id)
    assert world.session.scalar(done) == world.start


def test_a_round_in_publicity_waits_and_is_copied_later(world):
    published = world.company_round()
    published.published_at = world.start
    season = roll(world)
    assert services.rounds_to_copy(world.session, world.season, season) == [published]
    published.finished_at = world.start
    copy = {"actor": world.administrator, "old": world.season, "season": season, "now": world.start}
    assert len(services.copy_rounds(world.session, **copy)) == 1
    assert services.copy_rounds(world.session, **copy) == []


def test_departments_renew_and_leaders_of_unfinished_projects_explain(world, make):
    circle = make.circle(world.company)
    project = make.project(circle)
    project.state, project.registered_at = ProjectState.UNDER_WAY, world.start
    roll(world)
    tasks = world.session.scalars(sa.select(Task).where(Task.done_at.is_(None))).all()
    told = {(task.subject_kind, task.subject_id): task for task in tasks}
    assert told["companies", world.company.id].url == f"/guidance/companies/{world.company.id}/new-year"
    assert told["projects", project.id].person_id == circle.leader.person_id


def test_refused_and_nothing_is_opened(world):
    for actor in (world.department, world.officials["province"]):
        with pytest.raises(NotAllowed):
            roll(world, actor)
    world.season.year = 2027
    with pytest.raises(DomainError):
        roll(world)
    world.season.year = 2026
    roll(world)
    with pytest.raises(DomainError):
        roll(world)
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Season)) == 2


def test_the_pages_of_the_change(client, world, make):
    make.circle(world.company)
    world.company_round()
    official = world.session.get(Person, world.officials["nation"].person_id)
    department = world.session.get(Person, world.department.person_id)
    path, desk = (
        f"/judging/seasons/{world.season.id}/new-year",
        f"/guidance/companies/{world.company.id}/new-year",
    )
    world.session.commit()
    client.enter(official)
    assert path in client.get("/judging/").text
    assert client.send(path).status_code == 303
    assert "示例轮次 2027" in client.get(path).text
    assert path in client.get("/judging/").text and "2026 年度各级轮次" in client.get("/home").text
    assert client.send(f"{path}/rounds").status_code == 303
    client.enter(department)
    page = client.get(desk).text
    assert "示例轮次 2027" in page and "2027" in page


def test_terms_of_panels_are_carried_as_a_number_of_anchors_and_a_rule(world):
    old = world.round_at("province")
    terms = PanelTerms(round_id=old.id, anchors=[7, 9], other_city=True, saved_at=world.start)
    world.session.add(terms)
    season = roll(world)
    fresh = world.session.scalar(sa.select(Round).where(Round.season_id == season.id))
    carried = terms_of(world.session, fresh.id)
    assert (carried.anchors, carried.wanted_anchors, carried.other_city) == ([], 2, True)
