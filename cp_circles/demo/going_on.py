"""What goes on from one year to the next in the demo: a project carried over, and one that grew from another."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from cp_circles.circles.models import Circle
from cp_circles.demo import projects
from cp_circles.demo.content import Topic
from cp_circles.demo.photographs import attach
from cp_circles.demo.projects import Work, leader_of, moment
from cp_circles.demo.world import Plant, World
from cp_circles.projects import services
from cp_circles.projects.details import IndicatorDetails, ProjectDetails
from cp_circles.projects.models import Evidence, EvidenceVersion, Project, ProjectState

BEGAN_ON = date(2025, 10, 13)
EXPLAINED_ON = date(2026, 1, 12)
STEPS_DONE = 3
GROWN_AFTER = timedelta(days=8)
WHY_LATE = "在线流量计到货推迟到1月，夜班数据还差两个月，补测后继续原因分析。"
WHY_AGAIN = "上一课题的对策已巩固，实际值仍高于同行先进水平，班组之间还有差距。"
CUT = Decimal("0.95")


def fill(
    world: World, owners: list[tuple[Plant, Circle]], choice: tuple[Topic, str, str], now: datetime
) -> None:
    """The first company's second circle goes on from its last project, its third carries one over."""
    plant = owners[0][0]
    circles = [circle for owner, circle in owners if owner is plant]
    _grow(world, circles[1], now - GROWN_AFTER)
    _carry(world, plant, circles[2], choice)


def _grow(world: World, circle: Circle, now: datetime) -> None:
    """The leader begins from what was reached, states reason and target, and hands it in."""
    session, leader = world.session, leader_of(world, circle, now)
    last = session.scalars(
        sa.select(Project)
        .where(Project.circle_id == circle.id, Project.state == ProjectState.COMPLETED)
        .order_by(Project.completed_at.desc())
        .limit(1)
    ).one()
    grown = services.start_next(session, actor=leader, project=last, now=now)
    indicators = [
        IndicatorDetails(
            row.code,
            row.name,
            row.unit,
            baseline=row.baseline,
            target=(row.baseline * CUT).quantize(Decimal("0.001")) if row.baseline is not None else None,
            due_on=now.date() + timedelta(days=270),
            lower_is_better=row.lower_is_better,
            basis="上一课题的实际值",
            id=row.id,
        )
        for row in grown.indicators
    ]
    details = ProjectDetails(
        title=grown.title,
        focus_area=grown.focus_area,
        domain=grown.domain,
        method_edition_id=grown.method_edition_id,
        industry_id=grown.industry_id,
        reason=WHY_AGAIN,
        source=grown.source,
        starts_on=grown.starts_on,
        ends_on=grown.ends_on,
        indicators=indicators,
    )
    services.edit_project(
        session, actor=leader, project=grown, version=grown.version, details=details, now=now
    )
    services.submit_project(session, actor=leader, project=grown, now=now + timedelta(hours=1))


def _carry(world: World, plant: Plant, circle: Circle, choice: tuple[Topic, str, str]) -> None:
    """A project registered in 2025 that is not finished, and why."""
    topic, method, place = choice
    work = projects.draft(world, plant, circle, topic, place, method, BEGAN_ON)
    projects.read_meters(world, work, -6, 0)
    projects.submit(world, work)
    projects.approve(world, work)
    projects.walk(world, work, until=work.project.steps[STEPS_DONE].key)
    at = moment(EXPLAINED_ON)
    _use_again(world, work, at)
    services.explain_carry_over(
        world.session, actor=leader_of(world, circle, at), project=work.project, text=WHY_LATE, now=at
    )


def _use_again(world: World, work: Work, now: datetime) -> None:
    """A picture of the company's first project stands in this one too: the department is asked about it."""
    used = world.session.scalars(
        sa.select(EvidenceVersion)
        .join(Evidence, EvidenceVersion.evidence_id == Evidence.id)
        .join(Project, Evidence.project_id == Project.id)
        .where(Project.company_id == work.project.company_id, Project.id != work.project.id)
        .order_by(EvidenceVersion.id)
        .limit(1)
    ).one()
    with world.storage.open(used.sha256) as stream:
        picture = stream.read()
    row = work.project.steps[STEPS_DONE]
    attach(world, leader_of(world, work.circle, now), row, picture, "现状照片", "现状照片.png", now)
