"""How many circles of a scope came how far in a season, up to the awards of every level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.chartbook.queries.scoping import circles_in
from cp_circles.circles.models import Activity, Circle, CircleYear
from cp_circles.judging.models import Entry, EntryState, Level, Round, Season
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.tallied import results_counted
from cp_circles.organisations.models import Company, Region
from cp_circles.projects.models import Project
from cp_circles.results.models import Result


@dataclass(frozen=True)
class CircleFunnel:
    """Circles that renewed for the season, met, froze a result, and were entered and awarded by level."""

    registered: int
    active: int
    results: int
    entered: Mapping[Level, int]
    awarded: Mapping[Level, int]


def circle_funnel(session: Session, asked: Asked, season: int) -> CircleFunnel:
    """The circles below the scope in one season, each counted once a stage: a fixed number of statements."""
    circles = circles_in(asked)
    active = sa.select(Activity.circle_id).where(
        Activity.withdrawn_at.is_(None),
        Activity.held_on >= date(season, 1, 1),
        Activity.held_on <= date(season, 12, 31),
    )
    frozen = (
        sa.select(Project.circle_id)
        .join(Result, Result.project_id == Project.id)
        .join(Company, Project.company_id == Company.id)
        .join(Region, Company.region_id == Region.id)
        .where(*results_counted(session, asked, [season]))
    )
    registered = sa.select(CircleYear.circle_id).where(CircleYear.year == season)
    counts = (
        sa.select(sa.func.count(Circle.id)).where(Circle.id.in_(circles), Circle.id.in_(among))
        for among in (registered, active, frozen)
    )
    stages = session.execute(sa.select(*(count.scalar_subquery() for count in counts))).one()
    entered = _by_level(circles, season).where(Entry.state != EntryState.WITHDRAWN)
    awarded = _by_level(circles, season).join(Award, Award.entry_id == Entry.id)
    return CircleFunnel(
        registered=stages[0],
        active=stages[1],
        results=stages[2],
        entered=_counted(session, entered),
        awarded=_counted(session, awarded.where(Award.revoked_at.is_(None))),
    )


def _by_level(circles: Any, season: int) -> Any:
    return (
        sa.select(Round.level, sa.func.count(Project.circle_id.distinct()))
        .select_from(Entry)
        .join(Round, Entry.round_id == Round.id)
        .join(Season, Round.season_id == Season.id)
        .join(Result, Entry.result_id == Result.id)
        .join(Project, Result.project_id == Project.id)
        .where(Season.year == season, Project.circle_id.in_(circles))
        .group_by(Round.level)
    )


def _counted(session: Session, statement: Any) -> dict[Level, int]:
    return {level: count for level, count in session.execute(statement)}
