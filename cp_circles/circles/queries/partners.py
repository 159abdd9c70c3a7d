"""The companies of a joint circle, and by which shares its savings count to them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.models import Circle, CirclePartner, PartnerState
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor

AGREED = (PartnerState.JOINED, PartnerState.ENDED)


def partners_of(session: Session, circle: Circle) -> Sequence[CirclePartner]:
    """All agreements of a circle with their companies and workshops, newest last: one statement."""
    return session.scalars(
        sa.select(CirclePartner)
        .options(joinedload(CirclePartner.company), joinedload(CirclePartner.department))
        .where(CirclePartner.circle_id == circle.id)
        .order_by(CirclePartner.id)
    ).all()


def partner_of(session: Session, circle: Circle, partner_id: int) -> CirclePartner:
    """One agreement of this very circle; NotFound if it is another's."""
    found = session.get(CirclePartner, partner_id)
    if found is None or found.circle_id != circle.id:
        raise NotFound
    return found


def holds_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that an agreement held on a day."""
    return sa.and_(
        CirclePartner.state.in_(AGREED),
        CirclePartner.since_on <= day,
        sa.or_(CirclePartner.until_on.is_(None), CirclePartner.until_on > day),
    )


def shares_on(session: Session, circle: Circle, day: date) -> dict[Company, Decimal]:
    """How a joint circle's savings count to its companies on a day, the home company first; sums to 1.

    Empty where it all counts to the home company.
    """
    rows = session.scalars(
        sa.select(CirclePartner)
        .options(joinedload(CirclePartner.company).joinedload(Company.region))
        .where(CirclePartner.circle_id == circle.id, CirclePartner.share > 0, holds_on(day))
        .order_by(CirclePartner.id)
    ).all()
    given: dict[Company, Decimal] = {}
    for row in rows:
        if row.company_id != circle.company_id:
            given[row.company] = given.get(row.company, Decimal(0)) + row.share
    if not given:
        return {}
    return {circle.company: 1 - sum(given.values(), Decimal(0))} | given


def is_of_company(company_id: int) -> sa.ColumnElement[bool]:
    """The condition that a circle belongs to a company, or that the company takes part in it."""
    joint = sa.select(CirclePartner.circle_id).where(
        CirclePartner.company_id == company_id, CirclePartner.state == PartnerState.JOINED
    )
    return sa.or_(Circle.company_id == company_id, Circle.id.in_(joint))


def joint_circles_of(actor: Actor, *states: PartnerState) -> sa.Select[int]:
    """The ids of circles in which the actor's department is a partner: joined, or in the named states."""
    companies = sorted(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY))
    workshops = sorted(actor.scopes(Role.DEPARTMENT, ScopeKind.DEPARTMENT))
    return sa.select(CirclePartner.circle_id).where(
        sa.or_(CirclePartner.company_id.in_(companies), CirclePartner.department_id.in_(workshops)),
        CirclePartner.state.in_(states or (PartnerState.JOINED,)),
    )
