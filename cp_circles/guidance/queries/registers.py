"""The room's lists: filtered by text, circle, days and state, sorted, and cut into pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from cp_circles.circles.models import Circle
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.guidance.models import Appraisal, Attendee, Finding, Inspection, Occasion, Training, Visit
from cp_circles.people.models import Person

OPEN, OVERDUE, DONE = "open", "overdue", "done"
STATES = (OPEN, OVERDUE, DONE)


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see; empty values do not filter."""

    company_id: int
    today: date
    text: str = ""
    circle_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    state: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Register:
    """One list: its statement, the day it is filtered and sorted by, and what its rows can be sorted by."""

    key: str
    statement: Callable[[Asked], sa.Select[Any]]
    day: Any
    sorts: Mapping[str, Any]
    texts: tuple[Any, ...] = ()
    circle: Any = None
    open_: Any = None
    due: Any = None

    def select(self, asked: Asked) -> sa.Select[Any]:
        """The filtered and sorted statement; newest first where no sort is asked for."""
        found = self.statement(asked)
        if asked.text.strip():
            shown = asked.text.strip()
            found = found.where(sa.or_(*(column.contains(shown, autoescape=True) for column in self.texts)))
        if asked.circle_id is not None and self.circle is not None:
            found = found.where(self.circle == asked.circle_id)
        if asked.from_on is not None:
            found = found.where(self.day >= asked.from_on)
        if asked.to_on is not None:
            found = found.where(self.day <= asked.to_on)
        if self.open_ is not None and asked.state in STATES:
            found = found.where(sa.not_(self.open_) if asked.state == DONE else self.open_)
            if asked.state == OVERDUE:
                found = found.where(self.due < asked.today)
        name = asked.sort.removeprefix("-")
        order = self.sorts.get(name)
        if order is None:
            return found.order_by(self.day.desc(), *_last(found))
        return found.order_by(order.desc() if asked.sort.startswith("-") else order.asc(), *_last(found))


def _last(statement: sa.Select[Any]) -> tuple[Any, ...]:
    entity = statement.column_descriptions[0]["entity"]
    return (entity.id.desc(),)


def _visits(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Visit)
        .join(Visit.circle)
        .options(contains_eager(Visit.circle), joinedload(Visit.facilitator), joinedload(Visit.project))
        .where(Visit.company_id == asked.company_id)
    )


def _trainings(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Training)
        .options(selectinload(Training.attendees))
        .where(Training.company_id == asked.company_id)
    )


def _hours(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Attendee)
        .join(Attendee.training)
        .join(Attendee.person)
        .options(contains_eager(Attendee.training), contains_eager(Attendee.person))
        .where(Training.company_id == asked.company_id)
    )


def _inspections(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Inspection)
        .join(Inspection.circle)
        .options(
            contains_eager(Inspection.circle),
            joinedload(Inspection.inspector),
            selectinload(Inspection.findings),
        )
        .where(Inspection.company_id == asked.company_id)
    )


def _findings(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Finding)
        .join(Finding.inspection)
        .join(Inspection.circle)
        .options(contains_eager(Finding.inspection).contains_eager(Inspection.circle))
        .where(Inspection.company_id == asked.company_id)
    )


def _appraisals(asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Appraisal)
        .join(Appraisal.circle)
        .options(contains_eager(Appraisal.circle))
        .where(Appraisal.company_id == asked.company_id)
    )


def _occasions(asked: Asked) -> sa.Select[Any]:
    return sa.select(Occasion).where(Occasion.company_id == asked.company_id)


REGISTERS: dict[str, Register] = {
    one.key: one
    for one in (
        Register(
            "visits",
            _visits,
            Visit.held_on,
            {"day": Visit.held_on, "circle": Circle.name, "due": Visit.due_on},
            (Visit.advice, Visit.follow_up, Circle.name),
            Visit.circle_id,
            sa.and_(Visit.due_on.is_not(None), Visit.done_on.is_(None)),
            Visit.due_on,
        ),
        Register(
            "trainings",
            _trainings,
            Training.held_on,
            {"day": Training.held_on, "course": Training.course, "hours": Training.hours},
            (Training.course, Training.trainer, Training.content),
        ),
        Register(
            "hours",
            _hours,
            Training.held_on,
            {"day": Training.held_on, "person": Person.name, "hours": Training.hours},
            (Person.name, Training.course),
        ),
        Register(
            "inspections",
            _inspections,
            Inspection.held_on,
            {"day": Inspection.held_on, "circle": Circle.name},
            (Inspection.note, Circle.name),
            Inspection.circle_id,
        ),
        Register(
            "findings",
            _findings,
            Finding.due_on,
            {"due": Finding.due_on, "circle": Circle.name},
            (Finding.text, Circle.name),
            Inspection.circle_id,
            Finding.closed_on.is_(None),
            Finding.due_on,
        ),
        Register(
            "appraisals",
            _appraisals,
            Appraisal.month,
            {"day": Appraisal.month, "circle": Circle.name, "total": Appraisal.total},
            (Appraisal.comment, Circle.name),
            Appraisal.circle_id,
        ),
        Register(
            "occasions",
            _occasions,
            Occasion.starts_on,
            {"day": Occasion.starts_on, "title": Occasion.title},
            (Occasion.title, Occasion.note),
        ),
    )
}


def register_page(
    session: Session, register: Register, asked: Asked, *, page: int = 1, size: int = PAGE_SIZE
) -> Page[Any]:
    """One page of a register; a large `size` gives everything that is filtered, for an export."""
    return page_of(session, register.select(asked), number=page, size=size)
