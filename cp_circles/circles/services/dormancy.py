"""Circles that have gone quiet, and circles whose year is not renewed: run by the clock's job."""

from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles import queries, rules
from cp_circles.circles.dates import SHANGHAI, local_date, months_before, working_day_after
from cp_circles.circles.models import Circle, CircleState
from cp_circles.circles.services import telling
from cp_circles.circles.services.guards import note, reason_given, require
from cp_circles.circles.services.registration import NOT_DEPARTMENT
from cp_circles.errors import msg
from cp_circles.notices.queries import open_tasks_about
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import SYSTEM, Actor

QUIET_MONTHS = 6
DORMANT_SUBJECT = msg("The circle %(name)s is dormant")
DORMANT_BODY = msg(
    "The circle %(name)s has logged no activity for six months and is now dormant. "
    "The department revives it or strikes it off."
)


def mark_dormant(session: Session, now: datetime, zone: tzinfo = SHANGHAI) -> list[Circle]:
    """Mark circles without an activity for six months; leader and department get a task and a mail."""
    today = local_date(now, zone)
    found = list(queries.dormant_candidates(session, quiet_since=months_before(today, QUIET_MONTHS)))
    due = working_day_after(today, telling.DAYS_TO_DECIDE)
    for circle in found:
        circle.state = CircleState.DORMANT
        circle.version += 1
        session.flush()
        telling.task_for_leader(session, circle, telling.LOG_ACTIVITY, due_on=due, now=now)
        telling.task_for_department(session, circle, telling.DECIDE_DORMANT, due_on=due, now=now)
        telling.mail_leader(session, circle, subject=DORMANT_SUBJECT, body=DORMANT_BODY, now=now)
        telling.mail_department(session, circle, subject=DORMANT_SUBJECT, body=DORMANT_BODY, now=now)
        note(session, SYSTEM, circle, "mark_dormant", now)
    return found


def revive_circle(
    session: Session, *, actor: Actor, circle: Circle, reason: str, zone: tzinfo = SHANGHAI, now: datetime
) -> Circle:
    """Bring a dormant circle back with a reason; six months begin anew."""
    require(session, circle, actor, rules.can_approve, NOT_DEPARTMENT, {CircleState.DORMANT})
    reason = reason_given(reason)
    circle.state, circle.state_reason = CircleState.REGISTERED, ""
    circle.last_active_on = local_date(now, zone)
    circle.version += 1
    for kind in (telling.LOG_ACTIVITY, telling.DECIDE_DORMANT):
        finish_tasks(session, subject=circle, kind=kind, now=now)
    note(session, actor, circle, "revive_circle", now, reason=reason)
    return circle


def ask_for_renewals(session: Session, now: datetime, zone: tzinfo = SHANGHAI) -> list[Circle]:
    """Ask the leaders of circles not registered for this year to renew them; asking again changes nothing."""
    today = local_date(now, zone)
    found = list(queries.unrenewed_circles(session, year=today.year))
    due = working_day_after(today, telling.DAYS_TO_DECIDE)
    for circle in found:
        if not open_tasks_about(session, circle, telling.RENEW):
            telling.task_for_leader(session, circle, telling.RENEW, due_on=due, now=now, year=str(today.year))
    return found
