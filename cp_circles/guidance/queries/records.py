"""Single records of the room, and what belongs to one circle or month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.rules import LIVE
from cp_circles.editions.models import Edition
from cp_circles.editions.queries import latest_of_each, pack_of
from cp_circles.errors import NotFound
from cp_circles.guidance.models import Appraisal, Attendee, Finding, Inspection, Training, Visit
from cp_circles.rulesets.schema import DutySheet

R = TypeVar("R")


def record_by_id(session: Session, model: type[R], record_id: int, company_id: int) -> R:
    """A record of this very company; NotFound if it is another's."""
    found: Any = session.get(model, record_id)
    if found is None or found.company_id != company_id:
        raise NotFound
    return found


def finding_by_id(session: Session, finding_id: int) -> Finding:
    """A finding with its inspection and circle; NotFound if there is none."""
    found = session.get(Finding, finding_id)
    if found is None:
        raise NotFound
    return found


def sheet_of(session: Session, use: str) -> tuple[Edition, DutySheet]:
    """The latest edition of the sheet for an inspection or an appraisal; NotFound if none is stored."""
    for edition in latest_of_each(session, "duty_sheet"):
        sheet = pack_of(edition, DutySheet)
        if sheet.use == use:
            return edition, sheet
    raise NotFound


def circles_of_company(session: Session, company_id: int) -> Sequence[Circle]:
    """The live circles of a company with their members, by name: three statements."""
    return session.scalars(
        sa.select(Circle)
        .options(selectinload(Circle.members).joinedload(CircleMember.person), joinedload(Circle.department))
        .where(Circle.company_id == company_id, Circle.state.in_(LIVE))
        .order_by(Circle.name, Circle.id)
    ).all()


def has_circles(session: Session, company_id: int) -> bool:
    """True if a live circle stands in the company."""
    live = sa.exists().where(Circle.company_id == company_id, Circle.state.in_(LIVE))
    return bool(session.scalar(sa.select(live)))


def visits_of_circle(session: Session, circle_id: int) -> Sequence[Visit]:
    """The visits to a circle, newest first."""
    return session.scalars(
        sa.select(Visit)
        .options(joinedload(Visit.facilitator), joinedload(Visit.project))
        .where(Visit.circle_id == circle_id)
        .order_by(Visit.held_on.desc(), Visit.id.desc())
    ).all()


def advice_on(
    session: Session, project_id: int, step_key: str | None
) -> tuple[Sequence[Visit], Sequence[Finding]]:
    """The visits and findings on a project, or at one step of it, newest first: two statements."""
    visits = (
        sa.select(Visit)
        .options(joinedload(Visit.facilitator))
        .where(Visit.project_id == project_id)
        .order_by(Visit.held_on.desc(), Visit.id.desc())
    )
    findings = (
        sa.select(Finding)
        .join(Finding.inspection)
        .options(joinedload(Finding.inspection))
        .where(Inspection.project_id == project_id)
        .order_by(Finding.closed_on.is_not(None), Finding.due_on, Finding.id)
    )
    if step_key is not None:
        visits = visits.where(Visit.step_key == step_key)
        findings = findings.where(Finding.step_key == step_key)
    return session.scalars(visits).all(), session.scalars(findings).all()


def findings_of_circle(session: Session, circle_id: int) -> Sequence[Finding]:
    """The findings at a circle, open ones first."""
    return session.scalars(
        sa.select(Finding)
        .join(Finding.inspection)
        .options(joinedload(Finding.inspection).joinedload(Inspection.project))
        .where(Inspection.circle_id == circle_id)
        .order_by(Finding.closed_on.is_not(None), Finding.due_on, Finding.id)
    ).all()


def months_of_circle(session: Session, circle_id: int, limit: int = 12) -> Sequence[Appraisal]:
    """The appraisals of a circle, newest month first."""
    return session.scalars(
        sa.select(Appraisal)
        .where(Appraisal.circle_id == circle_id)
        .order_by(Appraisal.month.desc())
        .limit(limit)
    ).all()


def appraisals_of_month(session: Session, company_id: int, month: date) -> Sequence[Appraisal]:
    """The appraisals of a company in a month, most points first."""
    return session.scalars(
        sa.select(Appraisal)
        .options(joinedload(Appraisal.circle))
        .where(Appraisal.company_id == company_id, Appraisal.month == month)
        .order_by(Appraisal.total.desc(), Appraisal.circle_id)
    ).all()


def previous_points(session: Session, company_id: int, month: date) -> dict[int, Decimal]:
    """The points of each circle in the month before: one statement."""
    before = date(month.year - (month.month == 1), month.month - 1 or 12, 1)
    rows = session.execute(
        sa.select(Appraisal.circle_id, Appraisal.total).where(
            Appraisal.company_id == company_id, Appraisal.month == before
        )
    )
    return {circle_id: total for circle_id, total in rows}


def hours_of_circle(session: Session, circle: Circle) -> Decimal:
    """The training hours of the present members of a circle, in all."""
    people = [member.person_id for member in circle.present_members]
    total = session.scalar(
        sa.select(sa.func.sum(Training.hours))
        .join(Attendee, Attendee.training_id == Training.id)
        .where(Attendee.person_id.in_(people))
    )
    return total or Decimal(0)
