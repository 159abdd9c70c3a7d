"""The next project of a circle, begun from one that is over or was returned."""

from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.people.rules import Actor
from cp_circles.projects import queries
from cp_circles.projects.details import IndicatorDetails, PlanDetails, ProjectDetails
from cp_circles.projects.models import Indicator, Project, ProjectState
from cp_circles.projects.services.guards import require_member, require_state
from cp_circles.projects.services.registration import create_project
from cp_circles.projects.services.storing import known_method, plan_keys
from cp_circles.rulesets.schema import Method

OVER = (ProjectState.COMPLETED, ProjectState.ARCHIVED, ProjectState.STOPPED, ProjectState.RETURNED)


def start_next(
    session: Session, *, actor: Actor, project: Project, zone: tzinfo = SHANGHAI, now: datetime
) -> Project:
    """A new draft with the old project's title, area, method and indicators, from where it ended.

    What was reached becomes the baseline, in the same unit; targets, reason, records, readings and evidence
    are not taken over. The plan keeps its lengths and begins a year later, but not before today.
    """
    require_member(actor, project)
    require_state(project, *OVER)
    circle = project.circle
    if circle is None:
        raise NotFound
    if any(one.state is ProjectState.DRAFT for one in queries.successors_of(session, project)):
        raise DomainError(msg("A draft that grew from this project waits already; go on with that one."))
    details = _details(session, project, local_date(now, zone))
    return create_project(session, actor=actor, circle=circle, details=details, grew_from=project, now=now)


def _details(session: Session, project: Project, today: date) -> ProjectDetails:
    edition_id = newest_method(session, project)
    known = plan_keys_of(session, edition_id)
    later = _shift(project, today)
    return ProjectDetails(
        title=project.title,
        focus_area=project.focus_area,
        domain=project.domain,
        method_edition_id=edition_id,
        industry_id=project.industry_id,
        source=project.source,
        starts_on=project.starts_on + later if project.starts_on else None,
        ends_on=project.ends_on + later if project.ends_on else None,
        indicators=[_again(row) for row in project.indicators],
        plan=[
            PlanDetails(row.step_key, row.starts_on + later, row.ends_on + later, row.owner)
            for row in project.plan_items
            if row.step_key in known
        ],
    )


def _again(row: Indicator) -> IndicatorDetails:
    return IndicatorDetails(
        code=row.code,
        name=row.name,
        unit=row.unit,
        baseline=row.actual if row.actual is not None else row.baseline,
        lower_is_better=row.lower_is_better,
    )


def _shift(project: Project, today: date) -> timedelta:
    days = [row.starts_on for row in project.plan_items]
    if project.starts_on is not None:
        days.append(project.starts_on)
    if not days:
        return timedelta(0)
    first = min(days)
    return max(_year_later(first), today) - first


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def newest_method(session: Session, project: Project) -> int | None:
    """The newest edition of the method that a project follows; None where it follows none."""
    if project.method_edition_id is None:
        return None
    bound = editions.pack(session, project.method_edition_id, Method)
    newest = editions.latest(session, bound.kind, bound.key)
    return newest.id if newest is not None else None


def plan_keys_of(session: Session, edition_id: int | None) -> frozenset[str]:
    """The steps that a plan by this edition of a method can name."""
    return frozenset(plan_keys(known_method(session, edition_id)))
