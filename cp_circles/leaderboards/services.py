"""Beginning a project of one's own circle from a published case, of colleagues or of one's own."""

from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.leaderboards import queries
from cp_circles.people.rules import Actor
from cp_circles.projects import services as projects
from cp_circles.projects.details import IndicatorDetails, PlanDetails, ProjectDetails
from cp_circles.projects.models import PlanItem, Project, ProjectState

FIRST_LENGTH = timedelta(days=1)


def start_from_case(
    session: Session,
    *,
    actor: Actor,
    case: Project,
    circle: Circle,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Project:
    """A draft of the circle with the case's title, area, method, kinds of indicators and lengths of its plan.

    No figure, date, reason, name or record comes along: baseline and target are the circle's own. The plan
    begins today. NotFound for a project that is not published.
    """
    if not queries.is_published_case(session, case):
        raise NotFound
    waiting = sa.select(Project.id).where(
        Project.circle_id == circle.id, Project.state == ProjectState.DRAFT, Project.title == case.title
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise DomainError(msg("A draft with this title waits in the circle already; go on with that one."))
    today = local_date(now, zone)
    method = projects.newest_method(session, case)
    known = projects.plan_keys_of(session, method)
    bars = [row for row in case.plan_items if row.step_key in known]
    begins = min((row.starts_on for row in bars), default=today)
    plan = [_moved(row, today - begins) for row in bars]
    details = ProjectDetails(
        title=case.title,
        focus_area=case.focus_area,
        domain=case.domain,
        method_edition_id=method,
        starts_on=today if plan else None,
        ends_on=max(max(row.ends_on for row in plan), today + FIRST_LENGTH) if plan else None,
        indicators=[
            IndicatorDetails(row.code, row.name, row.unit, lower_is_better=row.lower_is_better)
            for row in case.indicators
        ],
        plan=plan,
    )
    return projects.create_project(
        session, actor=actor, circle=circle, details=details, modelled_on=case, now=now
    )


def _moved(row: PlanItem, later: timedelta) -> PlanDetails:
    return PlanDetails(row.step_key, row.starts_on + later, row.ends_on + later)
