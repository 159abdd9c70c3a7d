"""Keeping a company's list of departments."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.organisations import rules
from cp_circles.organisations.models import Company, Department
from cp_circles.organisations.rules import Acting


def add_department(
    session: Session, *, actor: Acting, company: Company, name: str, now: datetime
) -> Department:
    """Add a department or workshop to a company."""
    _require_keeper(actor, company)
    department = Department(company=company, name=_free_name(session, company, name))
    session.add(department)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="organisations.add_department",
        subject=department,
        company_id=company.id,
        after={"name": department.name},
        at=now,
    )
    return department


def rename_department(
    session: Session, *, actor: Acting, department: Department, name: str, now: datetime
) -> Department:
    """Give a department another name; its circles and people stay with it."""
    _require_keeper(actor, department.company)
    before = department.name
    if name.strip() == before:
        return department
    department.name = _free_name(session, department.company, name)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="organisations.rename_department",
        subject=department,
        company_id=department.company_id,
        before={"name": before},
        after={"name": department.name},
        at=now,
    )
    return department


def close_department(
    session: Session, *, actor: Acting, department: Department, reason: str, now: datetime
) -> Department:
    """Close a department with a reason; what refers to it stays readable."""
    _require_keeper(actor, department.company)
    if not department.active:
        raise DomainError(msg("This department is closed already."))
    if not reason.strip():
        raise Invalid(msg("Say why."), field="reason")
    department.active = False
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="organisations.close_department",
        subject=department,
        company_id=department.company_id,
        reason=reason.strip(),
        at=now,
    )
    return department


def _require_keeper(actor: Acting, company: Company) -> None:
    if not rules.can_see_company(actor, company):
        raise NotFound
    if not rules.can_keep_departments(actor, company):
        raise NotAllowed(msg("Only the cleaner-production department keeps the list of departments."))


def _free_name(session: Session, company: Company, name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid(msg("This field cannot be empty."), field="name")
    taken = sa.select(sa.exists().where(Department.company_id == company.id, Department.name == name))
    if session.scalar(taken):
        raise Invalid(msg("The company has a department of this name already."), field="name")
    return name
