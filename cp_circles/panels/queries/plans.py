"""Plans of panels: the open one of a stage, the ones before it, one by its id."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.judging.models import Round
from cp_circles.judging.panel_models import PanelPlan, PlanState


def open_plan(session: Session, round_id: int, stage: str) -> PanelPlan | None:
    """The plan of a stage that is neither applied nor replaced."""
    return session.scalar(
        sa.select(PanelPlan)
        .where(PanelPlan.round_id == round_id, PanelPlan.stage == stage, PanelPlan.state == PlanState.OPEN)
        .order_by(PanelPlan.id.desc())
        .limit(1)
    )


def plan_of(session: Session, round_id: int, plan_id: int) -> PanelPlan:
    """A plan of this round; NotFound for any other."""
    found = session.get(PanelPlan, plan_id)
    if found is None or found.round_id != round_id:
        raise NotFound
    return found


def round_of(session: Session, plan: PanelPlan) -> Round:
    """The round of a plan."""
    return session.get_one(Round, plan.round_id)


def plans_before(session: Session, round_id: int, stage: str, limit: int = 10) -> Sequence[PanelPlan]:
    """The plans of a stage that were applied or replaced, newest first."""
    return session.scalars(
        sa.select(PanelPlan)
        .where(PanelPlan.round_id == round_id, PanelPlan.stage == stage, PanelPlan.state != PlanState.OPEN)
        .order_by(PanelPlan.id.desc())
        .limit(limit)
    ).all()
