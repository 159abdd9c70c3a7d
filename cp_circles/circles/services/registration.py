"""Submitting, returning, approving, renewing and striking off a circle."""

from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cp_circles.circles import queries, rules
from cp_circles.circles.dates import SHANGHAI, local_date, working_day_after
from cp_circles.circles.models import Circle, CircleNumbers, CircleState, CircleYear
from cp_circles.circles.services import telling
from cp_circles.circles.services.drafts import NOT_YOURS
from cp_circles.circles.services.guards import keep_grants_in_step, note, reason_given, require
from cp_circles.errors import DomainError, msg
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor

NOT_DEPARTMENT = msg(
    "Only the cleaner-production department decides this, and nobody decides on a circle of their own."
)


def submit_circle(
    session: Session, *, actor: Actor, circle: Circle, zone: tzinfo = SHANGHAI, now: datetime
) -> Circle:
    """Hand the registration to the department, which gets a task with a date."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, rules.EDITABLE)
    _require_complete(circle)
    circle.state, circle.state_reason = CircleState.SUBMITTED, ""
    circle.version += 1
    finish_tasks(session, subject=circle, kind=telling.CORRECT, now=now)
    due = working_day_after(local_date(now, zone), telling.DAYS_TO_APPROVE)
    telling.task_for_department(session, circle, telling.APPROVE, due_on=due, now=now)
    note(session, actor, circle, "submit_circle", now)
    return circle


def return_circle(
    session: Session, *, actor: Actor, circle: Circle, reason: str, zone: tzinfo = SHANGHAI, now: datetime
) -> Circle:
    """Return a submitted circle with a reason; its leader gets a task and a mail."""
    require(session, circle, actor, rules.can_approve, NOT_DEPARTMENT, {CircleState.SUBMITTED})
    reason = reason_given(reason)
    circle.state, circle.state_reason = CircleState.RETURNED, reason
    circle.version += 1
    finish_tasks(session, subject=circle, kind=telling.APPROVE, now=now)
    due = working_day_after(local_date(now, zone), telling.DAYS_TO_CORRECT)
    telling.task_for_leader(session, circle, telling.CORRECT, due_on=due, now=now)
    telling.mail_leader(
        session,
        circle,
        subject=msg("Your circle %(name)s was returned"),
        body=msg("The department returned the registration of %(name)s.\n\nReason: %(reason)s"),
        reason=reason,
        now=now,
    )
    note(session, actor, circle, "return_circle", now, reason=reason)
    return circle


def approve_circle(
    session: Session, *, actor: Actor, circle: Circle, zone: tzinfo = SHANGHAI, now: datetime
) -> Circle:
    """Register a submitted circle: it gets its number, once, and is registered for this year."""
    require(session, circle, actor, rules.can_approve, NOT_DEPARTMENT, {CircleState.SUBMITTED})
    _require_complete(circle)
    today = local_date(now, zone)
    if circle.number is None:
        sequence = next_sequence(session, circle.company_id, today.year)
        circle.number = f"{circle.company.short_code}-{today.year}-{sequence:04d}"
    circle.state, circle.state_reason = CircleState.REGISTERED, ""
    circle.registered_at, circle.last_active_on = now, today
    circle.version += 1
    _add_year(session, actor, circle, today.year, "", now)
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    finish_tasks(session, subject=circle, now=now)
    telling.mail_leader(
        session,
        circle,
        subject=msg("Your circle %(name)s is registered"),
        body=msg("The circle %(name)s is registered under the number %(number)s."),
        number=circle.number,
        now=now,
    )
    note(session, actor, circle, "approve_circle", now, after={"number": circle.number})
    return circle


def renew_circle(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    remark: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Circle:
    """Register a circle for the present year, once; it keeps its number."""
    require(session, circle, actor, rules.can_edit, NOT_YOURS, {CircleState.REGISTERED})
    _require_complete(circle)
    year = local_date(now, zone).year
    if any(row.year == year for row in circle.years):
        raise DomainError(msg("This circle is registered for %(year)s already."), year=year)
    _add_year(session, actor, circle, year, remark.strip(), now)
    finish_tasks(session, subject=circle, kind=telling.RENEW, now=now)
    if not queries.unrenewed_circles(session, year=year, company_id=circle.company_id):
        finish_tasks(session, subject=circle.company, kind=telling.RENEW_ALL, now=now)
    note(session, actor, circle, "renew_circle", now, after={"year": year})
    return circle


def deregister_circle(
    session: Session, *, actor: Actor, circle: Circle, reason: str, now: datetime
) -> Circle:
    """Strike a circle off with a reason; its grants end, its records stay."""
    require(session, circle, actor, rules.can_approve, NOT_DEPARTMENT, rules.LIVE)
    reason = reason_given(reason)
    circle.state, circle.state_reason = CircleState.DEREGISTERED, reason
    circle.version += 1
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    finish_tasks(session, subject=circle, now=now)
    telling.mail_leader(
        session,
        circle,
        subject=msg("The circle %(name)s was struck off"),
        body=msg("The department struck the circle %(name)s off the register.\n\nReason: %(reason)s"),
        reason=reason,
        now=now,
    )
    note(session, actor, circle, "deregister_circle", now, reason=reason)
    return circle


def next_sequence(session: Session, company_id: int, year: int) -> int:
    """The next number of a company and year; two who ask at once get two."""
    wanted = (
        sa.select(CircleNumbers)
        .where(CircleNumbers.company_id == company_id, CircleNumbers.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalar(wanted)
    if row is None:
        try:
            with session.begin_nested():
                session.add(CircleNumbers(company_id=company_id, year=year, last=0))
        except IntegrityError:
            pass
        row = session.scalars(wanted).one()
    row.last += 1
    session.flush()
    return row.last


def _require_complete(circle: Circle) -> None:
    least, most = circle.company.members_min, circle.company.members_max
    count = len(circle.present_members)
    if not least <= count <= most:
        raise DomainError(
            msg("A circle of this company has %(least)s to %(most)s members; this one has %(count)s."),
            least=least,
            most=most,
            count=count,
        )
    if circle.leader is None:
        raise DomainError(msg("Name one of the members as the leader first."))


def _add_year(session: Session, actor: Actor, circle: Circle, year: int, remark: str, now: datetime) -> None:
    if any(row.year == year for row in circle.years):
        return
    circle.years.append(
        CircleYear(
            year=year,
            renewed_at=now,
            renewed_by_id=actor.person_id,
            headcount=len(circle.present_members),
            note=remark,
        )
    )
    session.flush()
