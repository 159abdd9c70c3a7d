"""Participation and activity rates, by the definitions that every level asks for (qc-circles 2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.circles.models import Activity, Circle, CircleMember, CirclePartner, PartnerState
from cp_circles.circles.rules import LIVE
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Employment


@dataclass(frozen=True)
class CircleRates:
    """Counts of a year: live circles, those with an activity, distinct people in them, and employees."""

    circles: int = 0
    active: int = 0
    people: int = 0
    headcount: int | None = None

    @property
    def participation(self) -> Fraction | None:
        """普及率: people in circles over employees; None where the headcount is not known."""
        return Fraction(self.people, self.headcount) if self.headcount else None

    @property
    def activity(self) -> Fraction | None:
        """活动率: circles with an activity this year over live circles; None without circles."""
        return Fraction(self.active, self.circles) if self.circles else None


def company_rates(session: Session, company_ids: Iterable[int], *, year: int) -> dict[int, CircleRates]:
    """The rates of each company: four statements."""
    ids = sorted(set(company_ids))
    headcounts = dict(
        session.execute(sa.select(Company.id, Company.headcount).where(Company.id.in_(ids))).all()
    )
    within = Circle.company_id.in_(ids)
    circles = _by_company(session, sa.func.count(), within)
    active = _by_company(session, sa.func.count(), sa.and_(within, Circle.id.in_(_active_in(year))))
    people = _people_by_company(session, ids)
    return {
        id_: CircleRates(circles.get(id_, 0), active.get(id_, 0), people.get(id_, 0), headcounts.get(id_))
        for id_ in ids
    }


def region_rates(session: Session, region_path: str, *, year: int) -> CircleRates:
    """The rates of all active companies in or below a region; people are counted once."""
    companies = (
        sa.select(Company.id).join(Company.region).where(Region.path.startswith(region_path), Company.active)
    )
    within = sa.and_(Circle.state.in_(LIVE), Circle.company_id.in_(companies))
    people = circle_people().subquery()
    counted = sa.select(
        sa.select(sa.func.count()).select_from(Circle).where(within).scalar_subquery(),
        sa.select(sa.func.count())
        .select_from(Circle)
        .where(within, Circle.id.in_(_active_in(year)))
        .scalar_subquery(),
        sa.select(sa.func.count(people.c.person_id.distinct()))
        .where(people.c.company_id.in_(companies))
        .scalar_subquery(),
        sa.select(sa.func.sum(Company.headcount)).where(Company.id.in_(companies)).scalar_subquery(),
    )
    circles, active, people, headcount = session.execute(counted).one()
    return CircleRates(circles, active, people, headcount)


def _by_company(
    session: Session, what: sa.ColumnElement[int], where: sa.ColumnElement[bool]
) -> dict[int, int]:
    rows = session.execute(
        sa.select(Circle.company_id, what).where(Circle.state.in_(LIVE), where).group_by(Circle.company_id)
    )
    return {company_id: count for company_id, count in rows}


def circle_people() -> sa.CompoundSelect[tuple[int, int]]:
    """(company_id, person_id), each once: the people in live circles, where they count.

    Members of a joint circle count at the partner where they work, all others at the home company.
    """
    present = sa.and_(Circle.state.in_(LIVE), CircleMember.left_on.is_(None))
    lent = (
        sa.select(CirclePartner.company_id, CircleMember.person_id, Circle.id.label("circle_id"))
        .join(Circle, Circle.id == CirclePartner.circle_id)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .where(
            present,
            CirclePartner.state == PartnerState.JOINED,
            CirclePartner.company_id != Circle.company_id,
            _works_at(CirclePartner.company_id, CircleMember.person_id),
        )
    )
    away = lent.subquery()
    is_lent = sa.exists().where(away.c.circle_id == Circle.id, away.c.person_id == CircleMember.person_id)
    works_here = _works_at(Circle.company_id, CircleMember.person_id)
    home = (
        sa.select(Circle.company_id, CircleMember.person_id)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .where(present, sa.or_(works_here, sa.not_(is_lent)))
    )
    return sa.union(home, lent.with_only_columns(CirclePartner.company_id, CircleMember.person_id))


def _works_at(
    company_id: sa.SQLColumnExpression[int], person_id: sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Employment.company_id == company_id,
        Employment.person_id == person_id,
        Employment.ended_on.is_(None),
    )


def _people_by_company(session: Session, company_ids: Iterable[int]) -> dict[int, int]:
    people = circle_people().subquery()
    rows = session.execute(
        sa.select(people.c.company_id, sa.func.count(people.c.person_id.distinct()))
        .where(people.c.company_id.in_(list(company_ids)))
        .group_by(people.c.company_id)
    )
    return {company_id: count for company_id, count in rows}


def _active_in(year: int) -> sa.Select[int]:
    return sa.select(Activity.circle_id).where(
        Activity.held_on >= date(year, 1, 1),
        Activity.held_on <= date(year, 12, 31),
        Activity.withdrawn_at.is_(None),
    )
