"""A company closes: circles are struck off, roles and tokens end, and everything can still be read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.dates import local_date
from cp_circles.circles.models import Circle, CirclePartner, CircleState, PartnerState
from cp_circles.circles.services import end_partner
from cp_circles.circles.services.guards import keep_grants_in_step
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.judging.models import Entry, Round
from cp_circles.metering.models import ApiToken
from cp_circles.notices.models import Task
from cp_circles.notices.services import finish_tasks
from cp_circles.organisations.models import Company, Department
from cp_circles.organisations.rules import can_register_company, can_see_company
from cp_circles.people.models import Employment, Grant, ScopeKind, StandIn
from cp_circles.people.queries import is_live
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.results.models import Result
from cp_circles.savings.models import Saving, SavingState


def waiting_claims(session: Session, company: Company) -> int:
    """How many claims of the company are still being verified."""
    return (
        session.scalar(
            sa.select(sa.func.count(Saving.id))
            .join(Project, Project.id == Saving.project_id)
            .where(
                Project.company_id == company.id,
                Saving.state.in_([SavingState.CLAIMED, SavingState.IN_VERIFICATION]),
            )
        )
        or 0
    )


def open_circles(session: Session, company: Company) -> list[Circle]:
    """The circles that closing would strike off."""
    wanted = sa.select(Circle).where(
        Circle.company_id == company.id, Circle.state != CircleState.DEREGISTERED
    )
    return list(session.scalars(wanted.order_by(Circle.name, Circle.id)))


def close_company(session: Session, *, actor: Actor, company: Company, reason: str, now: datetime) -> int:
    """Close a company with a reason; gives back how many circles were struck off.

    What was verified stays on every board, and officials go on reading it. All roles end, the department's
    too, with stand-ins, open tasks, tokens and parts in joint circles. DomainError while claims are verified.
    """
    if not can_see_company(actor, company):
        raise NotFound
    if not can_register_company(actor, company.region):
        raise NotAllowed(msg("A company is closed by an official of its region or an administrator."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    take_turns(session, f"company:{company.id}")
    session.refresh(company)
    if not company.active:
        raise DomainError(msg("This company is closed."))
    waiting = waiting_claims(session, company)
    if waiting:
        text = msg("%(count)s claims are still being verified; let them be signed or withdrawn first.")
        raise DomainError(text, count=waiting)
    circles = open_circles(session, company)
    for circle in circles:
        _strike_off(session, actor, circle, reason.strip(), now)
    _end_partnerships(session, company, reason.strip(), now)
    _end_roles(session, company, reason.strip(), now)
    company.active = False
    company.version += 1
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="organisations.close_company",
        subject=company,
        company_id=company.id,
        reason=reason.strip(),
        after={"circles": len(circles)},
        at=now,
    )
    return len(circles)


def _strike_off(session: Session, actor: Actor, circle: Circle, reason: str, now: datetime) -> None:
    circle.state, circle.state_reason = CircleState.DEREGISTERED, reason
    circle.version += 1
    keep_grants_in_step(session, actor=actor, circle=circle, now=now)
    finish_tasks(session, subject=circle, now=now)
    record_event(
        session,
        actor=actor,
        verb="circles.deregister_circle",
        subject=circle,
        company_id=circle.company_id,
        reason=reason,
        at=now,
    )


def _end_roles(session: Session, company: Company, reason: str, now: datetime) -> None:
    """Everybody's duties: roles of the company, its workshops and circles, stand-ins, tasks and tokens."""
    circles = _ids_of(Circle, company)
    workshops = _ids_of(Department, company)
    for grant in session.scalars(
        sa.select(Grant).where(_within(Grant, company, circles, workshops), is_live(now))
    ):
        grant.until = now
    stand_ins = sa.select(StandIn).where(_within(StandIn, company, circles, workshops))
    for row in session.scalars(stand_ins.where(StandIn.ended_at.is_(None), StandIn.until > now)):
        row.ended_at, row.end_reason = now, reason
    for task in session.scalars(
        sa.select(Task).where(_within(Task, company, circles, workshops), Task.done_at.is_(None))
    ):
        task.done_at = now
    for task in session.scalars(_personal_tasks(company)):
        task.done_at = now
    tokens = sa.select(ApiToken).where(ApiToken.company_id == company.id, ApiToken.revoked_at.is_(None))
    for token in session.scalars(tokens).all():
        token.revoked_at = now
    session.flush()


def _personal_tasks(company: Company) -> sa.Select[Task]:
    """Open tasks that people of the company were given by name about its circles and their work."""
    projects = sa.select(Project.id).where(Project.company_id == company.id)
    results = sa.select(Result.id).where(Result.project_id.in_(projects))
    about = {
        "circles": _ids_of(Circle, company),
        "projects": projects,
        "savings": sa.select(Saving.id).where(Saving.project_id.in_(projects)),
        "results": results,
        "entries": sa.select(Entry.id).where(Entry.result_id.in_(results)),
    }
    workers = sa.select(Employment.person_id).where(
        Employment.company_id == company.id, Employment.ended_on.is_(None)
    )
    subjects = [sa.and_(Task.subject_kind == kind, Task.subject_id.in_(ids)) for kind, ids in about.items()]
    return sa.select(Task).where(Task.person_id.in_(workers), Task.done_at.is_(None), sa.or_(*subjects))


def own_rounds(session: Session, company: Company) -> list[str]:
    """The names of the company's own rounds that are not over."""
    wanted = sa.select(Round.name).where(Round.company_id == company.id, Round.finished_at.is_(None))
    return list(session.scalars(wanted.order_by(Round.name)))


def _ids_of(model: Any, company: Company) -> sa.Select[int]:
    """The ids of a company's circles or departments."""
    return sa.select(model.id).where(model.company_id == company.id)


def _within(
    model: Any, company: Company, circles: sa.Select[int], workshops: sa.Select[int]
) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(model.scope_kind == ScopeKind.COMPANY, model.scope_id == company.id),
        sa.and_(model.scope_kind == ScopeKind.CIRCLE, model.scope_id.in_(circles)),
        sa.and_(model.scope_kind == ScopeKind.DEPARTMENT, model.scope_id.in_(workshops)),
    )


def _end_partnerships(session: Session, company: Company, reason: str, now: datetime) -> None:
    """The company leaves the joint circles of others, and its own circles have no partners any more."""
    standing = CirclePartner.state.in_([PartnerState.ASKED, PartnerState.JOINED])
    own = CirclePartner.circle_id.in_(_ids_of(Circle, company))
    rows = sa.select(CirclePartner).where(standing, sa.or_(CirclePartner.company_id == company.id, own))
    for row in session.scalars(rows.order_by(CirclePartner.id)).all():
        end_partner(session, row, reason, local_date(now), now)
