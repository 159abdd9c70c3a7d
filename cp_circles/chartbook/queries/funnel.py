"""How many circles of a scope came how far in a season, up to the awards of every level."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award
from cp_circles.chartbook.queries.scoping import circles_in
from cp_circles.circles.models import Activity, CircleYear
from cp_circles.judging.models import Entry, EntryState, Level, Round, Season
from cp_circles.leaderboards.asking import RESTRICTED, Asked
from cp_circles.leaderboards.queries.tallied import results_counted
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
    """The circles below the scope in one season, each counted once a stage: two statements.

    It is of work inside circles, so that no freeze of public boards holds it.
    """
    active = sa.select(Activity.circle_id).where(
        Activity.withdrawn_at.is_(None),
        Activity.held_on >= date(season, 1, 1),
        Activity.held_on <= date(season, 12, 31),
    )
    frozen = (
        sa.select(Project.circle_id)
        .join(Result, Result.project_id == Project.id)
        .where(*results_counted(session, replace(asked, variant=RESTRICTED), [season]))
    )
    circle = circles_in(asked).cte("scoped").prefix_with("MATERIALIZED").c.id
    registered = sa.exists().where(CircleYear.circle_id == circle, CircleYear.year == season)
    stages = [sa.func.count().filter(stage) for stage in (registered, circle.in_(active), circle.in_(frozen))]
    counts = session.execute(sa.select(*stages)).one()
    return CircleFunnel(counts[0], counts[1], counts[2], *_by_level(session, circles_in(asked), season))


def _by_level(session: Session, circles: Any, season: int) -> tuple[dict[Level, int], dict[Level, int]]:
    """How many of these circles were entered, and awarded, at each level."""
    once = Project.circle_id.distinct()
    stands = sa.and_(Award.id.is_not(None), Award.revoked_at.is_(None))
    rows = session.execute(
        sa.select(
            Round.level,
            sa.func.count(once).filter(Entry.state != EntryState.WITHDRAWN),
            sa.func.count(once).filter(stands),
        )
        .select_from(Project)
        .join(Result, Result.project_id == Project.id)
        .join(Entry, Entry.result_id == Result.id)
        .join(Round, Entry.round_id == Round.id)
        .join(Season, Round.season_id == Season.id)
        .outerjoin(Award, Award.entry_id == Entry.id)
        .where(Season.year == season, Project.circle_id.in_(circles))
        .group_by(Round.level)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
