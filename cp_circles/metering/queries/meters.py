"""Meters and readings as lists and by period."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.calc.periods import Period
from cp_circles.circles.models import Circle, CircleState
from cp_circles.metering.models import ApiToken, Meter, OwnIndicator, Reading
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


def circles_logged_by(session: Session, actor: Actor) -> list[Circle]:
    """The live circles in which the actor works and whose activities they log, by name."""
    ids = actor.scopes(Role.MEMBER, ScopeKind.CIRCLE) | actor.scopes(Role.LEADER, ScopeKind.CIRCLE)
    live = (CircleState.REGISTERED, CircleState.DORMANT)
    statement = sa.select(Circle).where(Circle.id.in_(sorted(ids)), Circle.state.in_(live))
    return list(session.scalars(statement.order_by(Circle.name))) if ids else []


def meters_of(session: Session, company_id: int, *, only_active: bool = True) -> list[Meter]:
    """A company's meters by name."""
    statement = sa.select(Meter).where(Meter.company_id == company_id).order_by(Meter.name)
    if only_active:
        statement = statement.where(Meter.active)
    return list(session.scalars(statement))


def own_indicators(session: Session, company_id: int) -> list[OwnIndicator]:
    """The indicators that a company added to the catalogue, by name."""
    statement = sa.select(OwnIndicator).where(OwnIndicator.company_id == company_id)
    return list(session.scalars(statement.order_by(OwnIndicator.name)))


def meter_named(session: Session, company_id: int, name: str) -> Meter | None:
    """A company's meter by its name."""
    return session.scalar(sa.select(Meter).where(Meter.company_id == company_id, Meter.name == name))


def meter_by_key(session: Session, company_id: int, key: str) -> Meter | None:
    """A company's meter by its key for other systems, or by M and its number where it has none."""
    row = session.scalar(sa.select(Meter).where(Meter.company_id == company_id, Meter.key == key))
    if row is None and key[:1] == "M" and key[1:].isdecimal() and len(key) < 11:
        row = session.get(Meter, int(key[1:]))
        if row is not None and (row.company_id != company_id or row.key is not None):
            return None
    return row


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


def uses_ending_between(
    session: Session, meter_ids: Iterable[int], first: date, last: date
) -> dict[int, list[tuple[Period, Decimal]]]:
    """What meters counted in the live readings that end within the days given, in order: one query."""
    rows = session.execute(
        sa.select(Reading.meter_id, Reading.starts_on, Reading.ends_on, Reading.quantity)
        .where(
            Reading.meter_id.in_(list(meter_ids)),
            Reading.voided_at.is_(None),
            Reading.ends_on.between(first, last),
        )
        .order_by(Reading.meter_id, Reading.starts_on)
    )
    found: dict[int, list[tuple[Period, Decimal]]] = {}
    for meter_id, starts_on, ends_on, quantity in rows:
        found.setdefault(meter_id, []).append((Period(starts_on, ends_on), quantity))
    return found


def years_read(session: Session, meter_ids: Iterable[int]) -> list[tuple[int, int, int]]:
    """Meter, year and how many live readings end in it, in order: one query."""
    year = sa.extract("year", Reading.ends_on)
    rows = session.execute(
        sa.select(Reading.meter_id, year, sa.func.count())
        .where(Reading.meter_id.in_(list(meter_ids)), Reading.voided_at.is_(None))
        .group_by(Reading.meter_id, year)
        .order_by(Reading.meter_id, year)
    )
    return [(meter_id, int(one), count) for meter_id, one, count in rows]


def overlapping_reading(session: Session, meter_id: int, first: date, last: date) -> Reading | None:
    """A live reading of the meter that shares a day with the period."""
    return session.scalar(
        _live(sa.select(Reading))
        .where(Reading.meter_id == meter_id, Reading.starts_on <= last, Reading.ends_on >= first)
        .order_by(Reading.starts_on)
        .limit(1)
    )


def last_reading(session: Session, meter_id: int) -> Reading | None:
    """The newest live reading of a meter."""
    return session.scalar(
        _live(sa.select(Reading))
        .where(Reading.meter_id == meter_id)
        .order_by(Reading.ends_on.desc(), Reading.id.desc())
        .limit(1)
    )


def reading_after(session: Session, reading: Reading) -> Reading | None:
    """The live reading of the same meter that follows this one."""
    return session.scalar(
        _live(sa.select(Reading))
        .where(Reading.meter_id == reading.meter_id, Reading.starts_on > reading.starts_on)
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


def recent_quantities(session: Session, meter_ids: Iterable[int], most: int = 12) -> dict[int, list[Decimal]]:
    """The newest quantities of each meter, newest first: one query."""
    place = sa.func.row_number().over(partition_by=Reading.meter_id, order_by=Reading.starts_on.desc())
    newest = (
        sa.select(Reading.meter_id, Reading.quantity, place.label("place"))
        .where(Reading.meter_id.in_(list(meter_ids)), Reading.voided_at.is_(None))
        .subquery()
    )
    rows = session.execute(
        sa.select(newest.c.meter_id, newest.c.quantity)
        .where(newest.c.place <= most)
        .order_by(newest.c.meter_id, newest.c.place)
    )
    found: dict[int, list[Decimal]] = {}
    for meter_id, quantity in rows:
        found.setdefault(meter_id, []).append(quantity)
    return found


def meters_to_read(session: Session, company_ids: Iterable[int]) -> list[Meter]:
    """The meters in use of these companies, by company and name: one query."""
    statement = sa.select(Meter).where(Meter.company_id.in_(sorted(company_ids)), Meter.active)
    return list(session.scalars(statement.order_by(Meter.company_id, Meter.name)))


def tokens_of(session: Session, company_id: int) -> list[ApiToken]:
    """A company's tokens, newest first, with who made them."""
    statement = (
        sa.select(ApiToken)
        .where(ApiToken.company_id == company_id)
        .order_by(ApiToken.id.desc())
        .options(selectinload(ApiToken.made_by))
    )
    return list(session.scalars(statement))


def token_with_hash(session: Session, hashed: str) -> ApiToken | None:
    """The token with this hash."""
    return session.scalar(sa.select(ApiToken).where(ApiToken.token_hash == hashed))
