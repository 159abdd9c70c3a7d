"""Projects that go on into another year, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle, CircleMember
from cp_circles.projects.models import CarryOver, Project
from cp_circles.projects.rules import RUNNING, is_running


@dataclass(frozen=True)
class Carried:
    """A project registered in an earlier year that is not finished; `why` is None until its circle says."""

    project: Project
    why: CarryOver | None


def carry_year(session: Session, today: date) -> int:
    """The year into which projects are carried: of the newest open season, and never before today's."""
    seasons = sa.table("seasons", sa.column("year"), sa.column("closed_at"))
    newest = session.scalar(sa.select(sa.func.max(seasons.c.year)).where(seasons.c.closed_at.is_(None)))
    return max(today.year, newest or 0)


def goes_on(project: Project, year: int, zone: tzinfo = SHANGHAI) -> bool:
    """True for a running project that was registered before the year began in the governing zone."""
    registered = project.registered_at
    return is_running(project) and registered is not None and local_date(registered, zone).year < year


def carry_over_of(session: Session, project: Project, year: int) -> CarryOver | None:
    """The circle's explanation for a year, if it gave one."""
    return session.scalar(
        sa.select(CarryOver)
        .options(joinedload(CarryOver.person))
        .where(CarryOver.project_id == project.id, CarryOver.year == year)
    )


def carried_projects(
    session: Session, *, company_id: int | None = None, year: int, zone: tzinfo = SHANGHAI
) -> list[Carried]:
    """The unfinished projects from earlier years, of a company or of all: four statements."""
    begins = datetime.combine(date(year, 1, 1), time(0), tzinfo=zone).astimezone(UTC)
    statement = (
        sa.select(Project)
        .options(
            joinedload(Project.circle).selectinload(Circle.members).joinedload(CircleMember.person),
            selectinload(Project.steps),
        )
        .where(Project.state.in_(RUNNING), Project.registered_at < begins, Project.circle_id.is_not(None))
        .order_by(Project.registered_at, Project.id)
    )
    if company_id is not None:
        statement = statement.where(Project.company_id == company_id)
    projects: Sequence[Project] = session.scalars(statement).all()
    explained = session.scalars(
        sa.select(CarryOver)
        .options(joinedload(CarryOver.person))
        .where(CarryOver.year == year, CarryOver.project_id.in_([one.id for one in projects]))
    )
    known = {row.project_id: row for row in explained}
    return [Carried(one, known.get(one.id)) for one in projects]
