"""The people of a company who can take part in a course, found by name, number, circle or department."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import CircleMember
from cp_circles.people.models import Employment, Person

MOST_SHOWN = 60


@dataclass(frozen=True)
class StaffAsked:
    """What a search for people gives: part of a name or number, a circle and a department, or nothing."""

    text: str = ""
    circle_id: int | None = None
    department_id: int | None = None

    def __bool__(self) -> bool:
        """True where something narrows the search."""
        return bool(self.text.strip() or self.circle_id or self.department_id)


@dataclass(frozen=True)
class StaffFound:
    """Those found, as many as a page shows, and how many there are."""

    people: Sequence[Person]
    total: int


def staff_found(
    session: Session, company_id: int, asked: StaffAsked, *, but_not: Collection[int] = ()
) -> StaffFound:
    """The active people at work in a company who fit, each once, by name: two statements."""
    at_work = sa.select(Employment.person_id).where(
        Employment.company_id == company_id, Employment.ended_on.is_(None)
    )
    if asked.department_id is not None:
        at_work = at_work.where(Employment.department_id == asked.department_id)
    wanted = sa.select(Person).where(Person.active, Person.id.in_(at_work))
    text = asked.text.strip()
    if text:
        of_number = sa.select(Employment.person_id).where(
            Employment.company_id == company_id, Employment.employee_number.istartswith(text, autoescape=True)
        )
        wanted = wanted.where(sa.or_(Person.name.icontains(text, autoescape=True), Person.id.in_(of_number)))
    if asked.circle_id is not None:
        members = sa.select(CircleMember.person_id).where(
            CircleMember.circle_id == asked.circle_id, CircleMember.left_on.is_(None)
        )
        wanted = wanted.where(Person.id.in_(members))
    if but_not:
        wanted = wanted.where(Person.id.not_in(sorted(but_not)))
    total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    people = session.scalars(wanted.order_by(Person.name, Person.id).limit(MOST_SHOWN)).all()
    return StaffFound(people, total)


def staff_named(session: Session, company_id: int, ids: Collection[int]) -> Sequence[Person]:
    """Those of the ids who work, or worked, at the company, by name: one statement."""
    if not ids:
        return []
    ever = sa.select(Employment.person_id).where(Employment.company_id == company_id)
    return session.scalars(
        sa.select(Person)
        .where(Person.id.in_(sorted(ids)), Person.id.in_(ever))
        .order_by(Person.name, Person.id)
    ).all()
