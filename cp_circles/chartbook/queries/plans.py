"""The plans of seasons."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.chartbook.models import SeasonPlan
from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.rulesets.schema.figures import Metric


def currency_of_plan(metric: Metric) -> str:
    """Money is planned in the metric's own currency, anything else in none."""
    return (metric.currency or "CNY") if is_money(metric) else ""


def plan_row(
    session: Session, *, region_id: int, season: int, metric: str, currency: str
) -> SeasonPlan | None:
    """The plan of a region, season and metric."""
    return session.scalar(
        sa.select(SeasonPlan).where(
            SeasonPlan.region_id == region_id,
            SeasonPlan.season == season,
            SeasonPlan.metric == metric,
            SeasonPlan.currency == currency,
        )
    )


def plan_of(session: Session, asked: Asked) -> SeasonPlan | None:
    """The plan beside which a question can be drawn: of a whole region in one season, nothing filtered."""
    scope, board = asked.scope, asked.filter
    narrowed = scope.company or board.domains or board.focus_areas or asked.by_rows
    if narrowed or len(asked.seasons) != 1:
        return None
    return plan_row(
        session,
        region_id=scope.region.id,
        season=asked.seasons[0],
        metric=asked.metric.key,
        currency=asked.currency,
    )
