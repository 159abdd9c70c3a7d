"""What a freeze keeps beside amounts: how large companies and circles were when it began.

Amounts have a public copy of their own; heads, output, circles and people in circles are taken down once,
since boards per head, per output and of participation rank by them. Lifting the freeze drops them.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.queries import circle_people
from cp_circles.circles.rules import LIVE
from cp_circles.ledger.models import BoardFreeze, HeldCircle, HeldCompany, LedgerRow, LivingRow
from cp_circles.organisations.models import Company, Region


def hold_sizes(session: Session, freeze: BoardFreeze) -> None:
    """Take down how large everything below a region is now: two statements, whatever its size."""
    _hold_companies(session, freeze)
    _hold_circles(session, freeze)


def release_sizes(session: Session, freeze: BoardFreeze) -> None:
    """Drop what a freeze took down."""
    for held in (HeldCompany, HeldCircle):
        session.execute(sa.delete(held).where(held.freeze_id == freeze.id))


def _hold_companies(session: Session, freeze: BoardFreeze) -> None:
    below = sa.select(Company.id).join(Region, Company.region_id == Region.id).where(_is_below(freeze))
    circles = (
        sa.select(Circle.company_id, sa.func.count().label("number"))
        .where(Circle.state.in_(LIVE), Circle.company_id.in_(below))
        .group_by(Circle.company_id)
        .subquery()
    )
    who = circle_people().subquery()
    people = (
        sa.select(who.c.company_id, sa.func.count(who.c.person_id.distinct()).label("number"))
        .where(who.c.company_id.in_(below))
        .group_by(who.c.company_id)
        .subquery()
    )
    found = (
        sa.select(sa.literal(freeze.id), Company.id, Region.path, Company.active, Company.headcount)
        .add_columns(Company.output_yuan)
        .add_columns(sa.func.coalesce(circles.c.number, 0), sa.func.coalesce(people.c.number, 0))
        .join(Region, Company.region_id == Region.id)
        .outerjoin(circles, circles.c.company_id == Company.id)
        .outerjoin(people, people.c.company_id == Company.id)
        .where(_is_below(freeze))
    )
    columns = [
        "freeze_id", "company_id", "region_path", "active", "headcount", "output_yuan", "circles", "people",
    ]  # fmt: skip
    session.execute(sa.insert(HeldCompany).from_select(columns, found))


def _hold_circles(session: Session, freeze: BoardFreeze) -> None:
    """Only circles that count something in the frozen season stand on a board of it."""
    own, later = (
        sa.select(rows.circle_id).where(
            rows.season == freeze.season,
            rows.region_path.startswith(freeze.region_path, autoescape=True),
            rows.circle_id.is_not(None),
        )
        for rows in (LedgerRow, LivingRow)
    )
    members = (
        sa.select(sa.func.count(CircleMember.id))
        .where(CircleMember.circle_id == Circle.id, CircleMember.left_on.is_(None))
        .correlate(Circle)
        .scalar_subquery()
    )
    found = sa.select(sa.literal(freeze.id), Circle.id, members).where(Circle.id.in_(sa.union(own, later)))
    session.execute(sa.insert(HeldCircle).from_select(["freeze_id", "circle_id", "members"], found))


def _is_below(freeze: BoardFreeze) -> Any:
    return Region.path.startswith(freeze.region_path, autoescape=True)
