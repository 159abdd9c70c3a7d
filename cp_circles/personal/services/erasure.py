"""Erasing a person's data: the row is emptied, what was theirs alone goes, numbered records stay."""

from datetime import date, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.services.guards import keep_grants_in_step
from cp_circles.db.base import Base
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.models import Reminder, Task
from cp_circles.organisations.models import Company
from cp_circles.people.models import NAMELESS, Employment, Person, SignIn, SignInAttempt
from cp_circles.people.queries import employment_at, grants_of, person_by_id
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import is_password
from cp_circles.people.services import take_role
from cp_circles.personal.marks import DELETED_ROWS, EMPTIED_ROWS
from cp_circles.personal.queries.duties import duties_of
from cp_circles.workforce.rules import can_keep_staff


def erase_person(
    session: Session, *, actor: Actor, password: str, zone: tzinfo = SHANGHAI, now: datetime
) -> Person:
    """Erase the actor's own personal data for good, confirmed by their password.

    Raises DomainError while duties are open. Ids in records and salted hashes in chains stay, and mean
    nobody any more; published award lists stay by rule.
    """
    if actor.person_id is None:
        raise NotAllowed
    person = person_by_id(session, actor.person_id)
    if not is_password(password, person.password_hash):
        raise Invalid(msg("This is not your password."), field="password")
    take_turns(session, f"person:{person.id}")
    if duties_of(session, person_id=person.id, now=now):
        raise DomainError(msg("Duties of yours are still open. Hand them over first; the page lists them."))
    return _erase(session, actor, person, zone, now)


def erase_worker(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    person_id: int,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Person:
    """Erase a worker without an account who asked the department for it in writing.

    Whoever has an account does it themselves. DomainError while duties are open; the reason stays in the
    history of the company.
    """
    if not can_keep_staff(actor, company.id) or employment_at(session, person_id, company.id) is None:
        raise NotFound
    person = person_by_id(session, person_id)
    if person.password_hash is not None or person.id == actor.person_id:
        raise NotAllowed(msg("This person has an account and erases their data themselves, under My data."))
    if not actor.is_administrator and _works_elsewhere(session, person_id, company.id):
        raise NotAllowed(msg("This person also works at another company; an administrator erases the data."))
    if not reason.strip():
        raise Invalid(msg("Say how and when the person asked for it."), field="reason")
    take_turns(session, f"person:{person.id}")
    if duties_of(session, person_id=person.id, now=now):
        text = msg("Duties of this person are still open. Hand them over under Leaves or moves first.")
        raise DomainError(text)
    return _erase(session, actor, person, zone, now, company=company, reason=reason.strip())


def _works_elsewhere(session: Session, person_id: int, company_id: int) -> bool:
    jobs = sa.select(Employment.id).where(
        Employment.person_id == person_id, Employment.company_id != company_id, Employment.ended_on.is_(None)
    )
    return session.scalar(jobs.limit(1)) is not None


def _erase(
    session: Session,
    actor: Actor,
    person: Person,
    zone: tzinfo,
    now: datetime,
    *,
    company: Company | None = None,
    reason: str = "",
) -> Person:
    _leave(session, actor, person, local_date(now, zone), now)
    record_event(
        session,
        actor=actor,
        verb="people.erase_person" if company is None else "people.erase_worker",
        subject=person,
        company_id=company.id if company is not None else None,
        reason=reason,
        at=now,
    )
    _delete_rows(session, person.id)
    _empty(session, person, now)
    session.expire_all()
    return person


def _leave(session: Session, actor: Actor, person: Person, today: date, now: datetime) -> None:
    """Circles, roles and employments end with today."""
    within = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == person.id, CircleMember.left_on.is_(None)
    )
    wanted = sa.select(Circle).where(Circle.id.in_(within)).options(selectinload(Circle.members))
    for circle in session.scalars(wanted).all():
        for member in circle.present_members:
            if member.person_id == person.id:
                member.is_leader, member.left_on = False, max(today, member.joined_on)
        circle.version += 1
        keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    for grant in grants_of(session, person.id, now):
        take_role(
            session,
            actor=actor,
            person_id=person.id,
            role=grant.role,
            scope_kind=grant.scope_kind,
            scope_id=grant.scope_id,
            now=now,
        )
    session.execute(
        sa.update(Employment)
        .where(Employment.person_id == person.id, Employment.ended_on.is_(None))
        .values(ended_on=today)
    )
    session.flush()


def _delete_rows(session: Session, person_id: int) -> None:
    """What was the person's alone goes, in the order of the marks; others' looks at them end."""
    tables = Base.metadata.tables
    session.execute(
        sa.update(SignIn).where(SignIn.seeing_id == person_id).values(seeing_id=None, seeing_until=None)
    )
    about = sa.select(Task.id).where(
        sa.or_(
            Task.person_id == person_id,
            sa.and_(Task.subject_kind == Person.__tablename__, Task.subject_id == person_id),
        )
    )
    session.execute(sa.delete(Reminder).where(Reminder.task_id.in_(about)))
    session.execute(sa.delete(Task).where(Task.id.in_(about)))
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.account == f"person:{person_id}"))
    for name, column in DELETED_ROWS.items():
        table = tables[name]
        session.execute(sa.delete(table).where(table.c[column] == person_id))


def _empty(session: Session, person: Person, now: datetime) -> None:
    """Take every mark of the person out of the rows that stay."""
    tables = Base.metadata.tables
    for (name, owner), columns in EMPTIED_ROWS.items():
        table = tables[name]
        empty = {column: None if table.c[column].nullable else "" for column in columns}
        session.execute(sa.update(table).where(table.c[owner] == person.id).values(empty))
    person.name, person.email, person.mobile, person.password_hash = NAMELESS, None, None, None
    person.salt, person.locale, person.active, person.erased_at = "", "zh_Hans", False, now
    session.flush()
