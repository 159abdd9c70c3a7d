"""What every act of the room asks first, and how it is written into the history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.guidance import rules
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project

NOT_DESK = msg("Only the department and the facilitators of the company write here.")
NOT_DEPARTMENT = msg("Only the cleaner-production department decides here.")
FUTURE = msg("This date lies in the future.")
TOO_EARLY = msg("The due date lies before the day of the record.")


def require_writer(actor: Actor, company_id: int) -> None:
    """NotFound for who does not see the desk, NotAllowed for who only reads it."""
    if not rules.can_see_desk(actor, company_id):
        raise NotFound
    if not rules.can_write(actor, company_id):
        raise NotAllowed(NOT_DESK)


def require_department(actor: Actor, company_id: int) -> None:
    """The same for what the department decides alone."""
    if not rules.can_see_desk(actor, company_id):
        raise NotFound
    if not rules.can_decide(actor, company_id):
        raise NotAllowed(NOT_DEPARTMENT)


def circle_of_company(session: Session, company_id: int, circle_id: int | None) -> Circle:
    """A circle of this very company; Invalid for another's."""
    circle = session.get(Circle, circle_id) if circle_id is not None else None
    if circle is None or circle.company_id != company_id:
        raise Invalid(msg("Choose a circle of the company."), field="circle_id")
    return circle


def project_of_circle(session: Session, circle: Circle, project_id: int | None) -> Project | None:
    """A project of this very circle, or none; Invalid for another's."""
    if project_id is None:
        return None
    project = session.get(Project, project_id)
    if project is None or project.circle_id != circle.id:
        raise Invalid(msg("Choose a project of this circle."), field="place")
    return project


def written(text: str, field: str) -> str:
    """The text without blanks around it; Invalid if there is none."""
    if not text.strip():
        raise Invalid(msg("Write this down in a sentence."), field=field)
    return text.strip()


def past(day: date, today: date, field: str = "held_on") -> date:
    """The day; Invalid if it is still to come."""
    if day > today:
        raise Invalid(FUTURE, field=field)
    return day


def note(
    session: Session, actor: Actor, subject: Any, company_id: int, verb: str, now: datetime, **more: Any
) -> None:
    """One line of history about a record of the room."""
    record_event(
        session,
        actor=actor,
        verb=f"guidance.{verb}",
        subject=subject,
        company_id=company_id,
        at=now,
        **more,
    )
