"""The people of a company as lists and acts need them: a fixed number of statements."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.organisations.models import Department
from cp_circles.people.models import Employment, Person


def employments(session: Session, company_id: int) -> Sequence[Employment]:
    """All employments of a company, ended ones too, with their people and grants: two statements."""
    return session.scalars(
        sa.select(Employment)
        .where(Employment.company_id == company_id)
        .options(joinedload(Employment.person).selectinload(Person.grants))
        .order_by(Employment.id)
    ).all()


def departments_by_name(session: Session, company_id: int) -> dict[str, Department]:
    """The departments of a company by their names, closed ones too."""
    rows = session.scalars(sa.select(Department).where(Department.company_id == company_id))
    return {row.name: row for row in rows}


def holders_of_addresses(session: Session, mobiles: Collection[str], emails: Collection[str]) -> list[Person]:
    """The people anywhere who have one of these mobile numbers or e-mail addresses."""
    found: dict[int, Person] = {}
    for column, values in ((Person.mobile, sorted(mobiles)), (Person.email, sorted(emails))):
        for first in range(0, len(values), 500):
            chosen = sa.select(Person).where(column.in_(values[first : first + 500]))
            found |= {row.id: row for row in session.scalars(chosen)}
    return list(found.values())


def without_way_in(session: Session, company_id: int, limit: int) -> Sequence[Employment]:
    """The active people of a company with neither e-mail nor password, who need a one-time code."""
    return session.scalars(
        sa.select(Employment)
        .join(Employment.person)
        .outerjoin(Department, Department.id == Employment.department_id)
        .where(
            Employment.company_id == company_id,
            Employment.ended_on.is_(None),
            Person.active,
            Person.email.is_(None),
            Person.password_hash.is_(None),
            sa.or_(Employment.employee_number.is_not(None), Person.mobile.is_not(None)),
        )
        .options(joinedload(Employment.person), selectinload(Employment.company))
        .order_by(Department.name.nulls_last(), Employment.employee_number, Employment.id)
        .limit(limit)
    ).all()
