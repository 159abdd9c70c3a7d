"""Planning a season: one amount of a region, metric and season, kept with its history."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.chartbook import queries, rules
from cp_circles.chartbook.models import SeasonPlan
from cp_circles.db.base import QUANTITY
from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotFound, Stale, msg
from cp_circles.organisations.models import Region
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Metric

LARGEST = Decimal(10) ** (18 - QUANTITY)


def plan_season(
    session: Session,
    *,
    actor: Actor,
    region: Region,
    season: int,
    metric: Metric,
    amount: Decimal | None,
    version: int,
    now: datetime,
) -> SeasonPlan | None:
    """Set what a region plans to save in a season, in the metric's base unit; None takes the plan away.

    `version` is that of the plan which was shown, 0 where there was none; another one is Stale.
    """
    if not rules.can_plan_season(actor, region):
        raise NotFound
    if amount is not None and not 0 < amount < LARGEST:
        raise Invalid(
            msg("A plan is more than nothing, and no larger than a board can hold."), field="amount"
        )
    currency = queries.currency_of_plan(metric)
    plan = queries.plan_row(session, region_id=region.id, season=season, metric=metric.key, currency=currency)
    if (plan.version if plan else 0) != version:
        raise Stale(current={"amount": None if plan is None else str(plan.amount)})
    before = None if plan is None else {"amount": str(plan.amount)}
    if amount is None:
        if plan is not None:
            record_event(
                session, actor=actor, verb="chartbook.drop_plan", subject=plan, at=now, before=before
            )
            session.delete(plan)
            session.flush()
        return None
    if plan is None:
        plan = SeasonPlan(region_id=region.id, season=season, metric=metric.key, currency=currency, version=0)
        session.add(plan)
    plan.amount, plan.version, plan.set_by_id, plan.set_at = amount, version + 1, actor.person_id, now
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="chartbook.plan_season",
        subject=plan,
        at=now,
        before=before,
        after={"season": season, "metric": metric.key, "amount": str(amount)},
    )
    return plan
