"""A colleague leaves or moves: tasks, circles and roles go to others, sign-ins end, history stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Circle
from cp_circles.circles.services.guards import keep_grants_in_step
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.notices.models import Task
from cp_circles.notices.services import assign_task
from cp_circles.notices.services.tasks import DISMISSIBLE
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Employment, Person, Role, ScopeKind
from cp_circles.people.queries import employment_at, open_codes, person_by_id
from cp_circles.people.rules import Actor
from cp_circles.people.services import give_role, take_role
from cp_circles.people.services.accounts import employ, sign_out_everywhere
from cp_circles.workforce.holding_queries import Holdings, holdings_of
from cp_circles.workforce.services.staff import require_keeper

ARRIVAL = msg("Take in %(name)s, who comes from %(company)s")


@dataclass(frozen=True)
class Handover:
    """To whom it all goes, by person ids: open tasks, the lead of each circle, each role (None: nobody)."""

    tasks_to: int | None = None
    leaders: Mapping[int, int] = field(default_factory=dict)
    roles: Mapping[Role, int | None] = field(default_factory=dict)


def let_leave(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    person_id: int,
    last_day: date,
    handover: Handover,
    reason: str,
    to_company: Company | None = None,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Holdings:
    """End a person's work at a company; what they did stays under their name.

    With `to_company`, its department is asked to take the person in, and the account stays open. The account
    is closed where it serves nobody else. Gives back what was held before.
    """
    require_keeper(actor, company)
    take_turns(session, f"staff:{company.id}")
    held = holdings_of(session, person_id=person_id, company_id=company.id, now=now)
    if actor.person_id == person_id:
        raise NotAllowed(msg("Somebody else of the department does this for you."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    started = held.employment.started_on
    if last_day > local_date(now, zone) or (started is not None and last_day < started):
        raise Invalid(msg("The last day is today or before, and not before the first."), field="last_day")
    if to_company is not None and (to_company.id == company.id or not to_company.active):
        raise Invalid(msg("Choose another company that is open."), field="to_company")
    _check(session, company, held, handover)
    for circle in held.circles:
        _leave_circle(session, actor, circle, held, handover, last_day, now)
    _hand_roles_over(session, actor, company, held, handover, reason, now)
    _hand_tasks_over(session, company, held, handover, now)
    for row in held.stand_ins:
        row.ended_at, row.end_reason = now, reason.strip()
        _record(session, actor, "people.end_stand_in", row, company, reason, now)
    held.employment.ended_on = last_day
    _close_what_was_started(session, company, person_id)
    session.flush()
    after: dict[str, object] = {"ended_on": last_day.isoformat(), "tasks_to": handover.tasks_to}
    _record(session, actor, "workforce.let_leave", held.employment, company, reason, now, after)
    if to_company is not None:
        _announce(session, held.person, company, to_company, now)
    elif not held.keeps_account:
        _close_account(session, actor, held.person, company, reason, now)
    return held


def _close_what_was_started(session: Session, company: Company, person_id: int) -> None:
    """Whoever started a circle reads it from inside; the history keeps who it was, the door does not."""
    session.execute(
        sa.update(Circle)
        .where(Circle.company_id == company.id, Circle.created_by_id == person_id)
        .values(created_by_id=None)
    )


def _check(session: Session, company: Company, held: Holdings, handover: Handover) -> None:
    """Every chosen successor works here, circles keep a leader, and the department its head."""
    chosen = {id_ for id_ in (handover.tasks_to, *handover.roles.values()) if id_ is not None}
    at_work = set(
        session.scalars(
            sa.select(Employment.person_id)
            .join(Employment.person)
            .where(Employment.company_id == company.id, Employment.ended_on.is_(None), Person.active)
        )
    )
    if held.person.id in chosen or chosen - at_work:
        raise Invalid(msg("A successor is another colleague who works at the company."), field="tasks_to")
    for circle in held.led:
        members = {row.person_id for row in circle.present_members} - {held.person.id}
        if handover.leaders.get(circle.id) not in members:
            text = msg("Choose who leads the circle %(name)s from now on.")
            raise Invalid(text, field=f"leader_{circle.id}", name=circle.name)
    last = Role.DEPARTMENT in held.sole_roles and handover.roles.get(Role.DEPARTMENT) is None
    if last:
        text = msg("Choose who heads the department from now on: nobody else does.")
        raise Invalid(text, field=f"role_{Role.DEPARTMENT.value}")


def _leave_circle(
    session: Session,
    actor: Actor,
    circle: Circle,
    held: Holdings,
    handover: Handover,
    last_day: date,
    now: datetime,
) -> None:
    """The least number of members does not hold a person back who leaves the company."""
    led = held.leads(circle)
    for member in circle.present_members:
        if led and member.person_id == handover.leaders.get(circle.id):
            member.is_leader = True
    for member in [row for row in circle.present_members if row.person_id == held.person.id]:
        member.is_leader = False
        member.left_on = max(last_day, member.joined_on)
    circle.version += 1
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    leader = handover.leaders.get(circle.id) if led else None
    record_event(
        session,
        actor=actor,
        verb="circles.remove_member",
        subject=circle,
        company_id=circle.company_id,
        before={"person_id": held.person.id},
        after={"leader_id": leader} if led else None,
        at=now,
    )


def _hand_roles_over(
    session: Session,
    actor: Actor,
    company: Company,
    held: Holdings,
    handover: Handover,
    reason: str,
    now: datetime,
) -> None:
    for role in held.roles:
        successor = handover.roles.get(role)
        if successor is not None:
            give_role(
                session,
                actor=actor,
                person_id=successor,
                role=role,
                scope_kind=ScopeKind.COMPANY,
                scope_id=company.id,
                reason=reason,
                now=now,
            )
    for grant in held.grants:
        take_role(
            session,
            actor=actor,
            person_id=held.person.id,
            role=grant.role,
            scope_kind=grant.scope_kind,
            scope_id=grant.scope_id,
            reason=reason,
            now=now,
        )


def _hand_tasks_over(
    session: Session, company: Company, held: Holdings, handover: Handover, now: datetime
) -> None:
    """Tasks go to a circle's new leader where they are about it, to the successor, or to the department."""
    for task in held.tasks:
        if task.kind in DISMISSIBLE:
            task.done_at = now
            continue
        leader = handover.leaders.get(task.subject_id) if task.subject_kind == "circles" else None
        task.person_id = leader or handover.tasks_to
        if task.person_id is None:
            task.role, task.scope_kind, task.scope_id = Role.DEPARTMENT, ScopeKind.COMPANY, company.id
    session.flush()


def _announce(session: Session, person: Person, company: Company, to_company: Company, now: datetime) -> None:
    assign_task(
        session,
        kind=ARRIVAL,
        subject=person,
        url=f"/workforce/companies/{to_company.id}/arrivals/{person.id}",
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=to_company.id,
        values={"name": person.name, "company": company.name},
        now=now,
    )


def _close_account(
    session: Session, actor: Actor, person: Person, company: Company, reason: str, now: datetime
) -> None:
    person.active = False
    for code in open_codes(session, person.id, now):
        code.used_at = now
    sign_out_everywhere(session, person, now, None)
    session.flush()
    _record(session, actor, "workforce.close_account", person, company, reason, now)


def arrival_of(session: Session, *, company: Company, person_id: int) -> Task | None:
    """The open task by which a company was asked to take a person in."""
    return session.scalar(
        sa.select(Task).where(
            Task.kind == ARRIVAL,
            Task.subject_kind == Person.__tablename__,
            Task.subject_id == person_id,
            Task.scope_kind == ScopeKind.COMPANY,
            Task.scope_id == company.id,
            Task.done_at.is_(None),
        )
    )


def take_in(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    person_id: int,
    department_id: int | None,
    employee_number: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Employment:
    """Take in a person whom another company has let go to this one, with the same account."""
    require_keeper(actor, company)
    task = arrival_of(session, company=company, person_id=person_id)
    if task is None:
        raise NotFound
    person = person_by_id(session, person_id)
    if employment_at(session, person_id, company.id) is not None:
        raise DomainError(msg("This person works at the company already."))
    row = employ(session, person, company.id, department_id, employee_number, local_date(now, zone))
    task.done_at = now
    session.flush()
    _record(session, actor, "workforce.take_in", row, company, "", now)
    return row


def move_to_department(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    person_id: int,
    department_id: int,
    now: datetime,
) -> Employment:
    """Move a colleague to another department of the company; circles, roles and tasks stay."""
    require_keeper(actor, company)
    row = employment_at(session, person_id, company.id)
    if row is None:
        raise NotFound
    department = session.get(Department, department_id)
    if department is None or department.company_id != company.id or not department.active:
        raise Invalid(msg("This department is not one of the company's."), field="department_id")
    if row.department_id == department_id:
        return row
    before, row.department_id = row.department_id, department_id
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="workforce.change_employee",
        subject=row,
        company_id=company.id,
        before={"department_id": before},
        after={"department_id": department_id, "fields": ["department"]},
        at=now,
    )
    return row


def _record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: object,
    company: Company,
    reason: str,
    now: datetime,
    after: dict[str, object] | None = None,
) -> None:
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=subject,
        company_id=company.id,
        reason=reason.strip(),
        after=after,
        at=now,
    )
