"""Finding the person that a form names, or noting a colleague without an account."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.errors import Invalid, msg
from cp_circles.organisations.models import Company
from cp_circles.people import queries as people
from cp_circles.people.models import Employment, Person
from cp_circles.people.rules import SYSTEM
from cp_circles.people.services import add_person


def companies_of(circle: Circle) -> list[Company]:
    """The companies from which members come: the home company first, then those that have joined."""
    return list(dict.fromkeys([circle.company, *(row.company for row in circle.present_partners)]))


def resolve_person(
    session: Session,
    companies: Sequence[Company],
    who: str,
    person_id: int | None,
    known: Collection[int],
    now: datetime,
) -> Person:
    """The colleague of that id, number or name; a name nobody bears becomes a person without account.

    `companies` are those of the circle; somebody new works at the first. `known` are people who are or were
    in the circle already. Raises Invalid where a name is borne by several.
    """
    if person_id is not None:
        works = any(people.employment_at(session, person_id, row.id) is not None for row in companies)
        if person_id not in known and not works:
            raise Invalid(msg("This person does not work at the company."), field="members")
        return people.person_by_id(session, person_id)
    name = who.strip()
    if not name:
        raise Invalid(msg("Give a name or an employee number in each row."), field="members")
    found = _colleagues(session, companies, name)
    if len(found) > 1:
        raise Invalid(
            msg("Several people are called %(name)s. Give the employee number instead."),
            field="members",
            name=name,
        )
    if found:
        return found[0]
    if any(character.isdigit() for character in name):
        raise Invalid(
            msg("Nobody at the company has the employee number %(number)s."), field="members", number=name
        )
    return add_person(session, actor=SYSTEM, name=name, company_id=companies[0].id, now=now)


def _colleagues(session: Session, companies: Sequence[Company], name: str) -> list[Person]:
    at_work = sa.and_(
        Employment.company_id.in_([row.id for row in companies]), Employment.ended_on.is_(None), Person.active
    )
    wanted = sa.select(Person).join(Employment, Employment.person_id == Person.id).where(at_work)
    by_number = session.scalars(wanted.where(Employment.employee_number == name)).all()
    return list(
        dict.fromkeys(by_number or session.scalars(wanted.where(Person.name == name).order_by(Person.id)))
    )
