"""The tasks and mails of a circle: who has to do what next."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.errors import msg
from cp_circles.notices.services import assign_task, send_mail
from cp_circles.people import queries as people
from cp_circles.people.models import Role, ScopeKind

APPROVE = msg("Approve the circle %(name)s")
CORRECT = msg("Correct the circle %(name)s and submit it again")
RENEW = msg("Renew the circle %(name)s for %(year)s")
RENEW_ALL = msg("Renew the circles of the company for %(year)s")
LOG_ACTIVITY = msg("The circle %(name)s is dormant: log an activity or tell the department")
DECIDE_DORMANT = msg("Revive the dormant circle %(name)s or strike it off")
DAYS_TO_APPROVE = 5
DAYS_TO_CORRECT = 10
DAYS_TO_DECIDE = 10


def url_of(circle: Circle) -> str:
    """The page of a circle."""
    return f"/circles/{circle.id}"


def task_for_department(
    session: Session, circle: Circle, kind: str, *, due_on: date | None, now: datetime
) -> None:
    """A task for the cleaner-production department of the circle's company."""
    assign_task(
        session,
        kind=kind,
        subject=circle,
        url=url_of(circle),
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=circle.company_id,
        due_on=due_on,
        values={"name": circle.name},
        now=now,
    )


def task_for_leader(
    session: Session, circle: Circle, kind: str, *, due_on: date | None, now: datetime, **values: str
) -> None:
    """A task for the leader, or for whoever started the circle where no leader is named."""
    leader = circle.leader
    person_id = leader.person_id if leader is not None else circle.created_by_id
    if person_id is None:
        return
    assign_task(
        session,
        kind=kind,
        subject=circle,
        url=url_of(circle),
        to_person=person_id,
        due_on=due_on,
        values={"name": circle.name} | values,
        now=now,
    )


def mail_leader(
    session: Session, circle: Circle, *, subject: str, body: str, now: datetime, **values: str
) -> None:
    """A mail to the leader, or to whoever started the circle."""
    leader = circle.leader
    person_id = leader.person_id if leader is not None else circle.created_by_id
    if person_id is not None:
        given = {"name": circle.name, "url": url_of(circle)} | values
        send_mail(session, to_person=person_id, subject=subject, body=body, values=given, now=now)


def mail_department(session: Session, circle: Circle, *, subject: str, body: str, now: datetime) -> None:
    """A mail to everybody of the department."""
    found = people.holders(
        session, role=Role.DEPARTMENT, scope_kind=ScopeKind.COMPANY, scope_id=circle.company_id, now=now
    )
    for person in found:
        values = {"name": circle.name, "url": url_of(circle)}
        send_mail(session, to_person=person, subject=subject, body=body, values=values, now=now)
