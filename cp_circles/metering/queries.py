"""Meters and readings as lists and by period."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.circles.models import Circle
from cp_circles.metering.models import Meter, Reading
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def companies_metered_by(session: Session, actor: Actor) -> frozenset[int]:
    """The companies whose meters the actor may read, by a role in them or in one of their circles."""
    circles = actor.scopes(Role.MEMBER, ScopeKind.CIRCLE) | actor.scopes(Role.LEADER, ScopeKind.CIRCLE)
    circles |= actor.scopes(Role.FACILITATOR, ScopeKind.CIRCLE)
    through_circles: Iterable[int] = ()
    if circles:
        through_circles = session.scalars(sa.select(Circle.company_id).where(Circle.id.in_(circles)))
    return actor.company_ids | frozenset(through_circles)


def meters_of(session: Session, company_id: int, *, only_active: bool = True) -> list[Meter]:
    """A company's meters by name."""
    statement = sa.select(Meter).where(Meter.company_id == company_id).order_by(Meter.name)
    if only_active:
        statement = statement.where(Meter.active)
    return list(session.scalars(statement))


def meter_named(session: Session, company_id: int, name: str) -> Meter | None:
    """A company's meter by its name."""
    return session.scalar(sa.select(Meter).where(Meter.company_id == company_id, Meter.name == name))


def _live(statement: sa.Select[Reading]) -> sa.Select[Reading]:
    """Only readings that were not voided."""
    return statement.where(Reading.voided_at.is_(None))


def readings_of(session: Session, meter: Meter, *, limit: int | None = None) -> list[Reading]:
    """A meter's live readings, newest period first, with who recorded them."""
    statement = (
        _live(sa.select(Reading))
        .where(Reading.meter_id == meter.id)
        .order_by(Reading.starts_on.desc())
        .options(selectinload(Reading.recorded_by))
        .limit(limit)
    )
    return list(session.scalars(statement))


def readings_between(session: Session, meter_id: int, first: date, last: date) -> list[Reading]:
    """A meter's live readings that lie wholly within the days given, in order."""
    return list(
        session.scalars(
            _live(sa.select(Reading))
            .where(Reading.meter_id == meter_id, Reading.starts_on >= first, Reading.ends_on <= last)
            .order_by(Reading.starts_on)
        )
    )


def overlapping_reading(session: Session, meter_id: int, first: date, last: date) -> Reading | None:
    """A live reading of the meter that shares a day with the period."""
    return session.scalar(
        _live(sa.select(Reading))
        .where(Reading.meter_id == meter_id, Reading.starts_on <= last, Reading.ends_on >= first)
        .order_by(Reading.starts_on)
        .limit(1)
    )


def reading_sent_as(session: Session, send_key: str) -> Reading | None:
    """The reading that was stored under a phone's key, so that sending twice stores once."""
    return session.scalar(sa.select(Reading).where(Reading.send_key == send_key))


def usual_range(session: Session, meter: Meter) -> tuple[Decimal, Decimal] | None:
    """From 0.8 times the smallest to 1.2 times the largest of the last twelve readings; None below three.

    A reading outside it is stored once its note says why (our own choice, confidence C).
    """
    quantities = list(
        session.scalars(
            sa.select(Reading.quantity)
            .where(Reading.meter_id == meter.id, Reading.voided_at.is_(None))
            .order_by(Reading.starts_on.desc())
            .limit(12)
        )
    )
    if len(quantities) < 3:
        return None
    return min(quantities) * Decimal("0.8"), max(quantities) * Decimal("1.2")


def next_period(session: Session, meter: Meter, today: date) -> tuple[date, date]:
    """The month that the meter lacks next: the one after its last reading, else the last full month."""
    last = session.scalar(
        sa.select(sa.func.max(Reading.ends_on)).where(
            Reading.meter_id == meter.id, Reading.voided_at.is_(None)
        )
    )
    if last is None:
        first = date(today.year, today.month, 1)
        return first, _month_end(first)
    first = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return first, _month_end(first)


def _month_end(first: date) -> date:
    """The last day of the month that begins on `first`."""
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def last_readings(session: Session, meter_ids: Iterable[int]) -> dict[int, Reading]:
    """The last live reading of each meter: one query."""
    newest = (
        sa.select(Reading.meter_id, sa.func.max(Reading.starts_on).label("starts_on"))
        .where(Reading.meter_id.in_(list(meter_ids)), Reading.voided_at.is_(None))
        .group_by(Reading.meter_id)
        .subquery()
    )
    rows = session.scalars(
        sa.select(Reading)
        .join(newest, sa.and_(Reading.meter_id == newest.c.meter_id, Reading.starts_on == newest.c.starts_on))
        .where(Reading.voided_at.is_(None))
    )
    return {row.meter_id: row for row in rows}
