"""A running counter that is replaced or reset: declared by whoever stands before it, when it happens."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.exact import plain
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.metering import queries
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services.findings import tell
from cp_circles.metering.services.meters import MOST_DIGITS
from cp_circles.metering.services.readings import (
    hold_readings,
    record_reading,
    require_seen,
    stored_before,
    take_back,
)
from cp_circles.metering.services.registers import check_shown, counted_of, record_shown, stands_at, used
from cp_circles.people.rules import Actor


@dataclass(frozen=True)
class Change:
    """When a counter was replaced or reset, what the old one showed last, and what the new one began with.

    `on` is the day of `at` in the zone that governs; `digits` are the new counter's, None: as many as before.
    """

    at: datetime
    on: date
    old_final: Decimal
    new_start: Decimal = Decimal(0)
    digits: int | None = None


def replace_counter(
    session: Session,
    *,
    actor: Actor,
    meter: Meter,
    change: Change,
    note: str,
    now: datetime,
    photo_sha256: str | None = None,
    send_key: str | None = None,
) -> Reading:
    """Store that the counter was replaced or reset: what the old one still counted, and where the new stands.

    On a day that was read already, a new version of that reading carries it. Invalid with the field for a
    time that has not come or lies before the last reading, and for values that no counter shows.
    """
    require_seen(session, actor, meter)
    hold_readings(session, meter.company_id)
    if (stored := stored_before(session, meter, send_key)) is not None:
        return stored
    _check(meter, change, note, now)
    last, note = queries.last_reading(session, meter.id), note.strip()
    since, _shown = stands_at(session, meter)
    if change.on < since or (change.on == since and last is None):
        raise Invalid(
            msg("This counter was read on %(date)s; it was changed on that day or later."),
            field="changed_on",
            date=since,
        )
    _take_digits(session, meter, change.digits)
    if last is not None and change.on == since:
        reading = _on_a_day_read(session, actor, last, change, note, photo_sha256, now)
    else:
        reading = record_shown(
            session,
            actor=actor,
            meter=meter,
            read_on=change.on,
            shown=change.new_start,
            old_final=change.old_final,
            new_start=change.new_start,
            changed_at=change.at,
            note=note,
            photo_sha256=photo_sha256,
            send_key=send_key,
            now=now,
        )
    record_event(
        session,
        actor=actor,
        verb="metering.replace_counter",
        subject=meter,
        at=now,
        company_id=meter.company_id,
        reason=note,
        after={
            "reading_id": reading.id,
            "changed_at": change.at.isoformat(),
            "old_final": str(change.old_final),
            "new_start": str(change.new_start),
            "digits": meter.digits,
        },
    )
    return reading


def _check(meter: Meter, change: Change, note: str, now: datetime) -> None:
    if not meter.is_register:
        raise DomainError(msg("Only a running counter is replaced; this meter is read by period."))
    if not meter.active:
        raise DomainError(msg("This meter is out of use."))
    if change.at > now:
        raise Invalid(msg("This moment has not come yet."), field="changed_at")
    if not note.strip():
        raise Invalid(msg("Say what was done and by whom; it stays in the history."), field="note")
    if change.digits is not None and not 3 <= change.digits <= MOST_DIGITS:
        raise Invalid(
            msg("A counter has 3 to %(most)s digits before the point."), field="digits", most=MOST_DIGITS
        )
    full = meter.turns_over_at if change.digits is None else Decimal(10) ** change.digits
    check_shown(change.old_final, meter.turns_over_at, "old_final")
    check_shown(change.new_start, full, "new_start")


def _take_digits(session: Session, meter: Meter, digits: int | None) -> None:
    """Count on with the new counter's digits; readings of the old one keep the value at which it was full."""
    if digits is None or digits == meter.digits:
        return
    if meter.turns_over_at is not None:
        session.execute(
            sa.update(Reading)
            .where(Reading.meter_id == meter.id, Reading.shown.is_not(None), Reading.full_at.is_(None))
            .values(full_at=meter.turns_over_at)
        )
    meter.digits = digits
    session.flush()


def _on_a_day_read(
    session: Session,
    actor: Actor,
    last: Reading,
    change: Change,
    note: str,
    photo_sha256: str | None,
    now: datetime,
) -> Reading:
    """A new version of the reading of that day: the old counter had been read, and then it was changed."""
    before = counted_of(last)
    if before.old_final is not None or before.turned_over:
        raise DomainError(
            msg("The reading of this day says already that the counter was changed; correct that reading.")
        )
    if change.old_final < before.shown:
        raise Invalid(
            msg("The old counter showed %(before)s before; it cannot have ended below that."),
            field="old_final",
            before=plain(before.shown),
        )
    counted = replace(
        before,
        shown=change.new_start,
        old_final=change.old_final,
        new_start=change.new_start,
        changed_at=change.at,
        full_at=None,
    )
    quantity = used(last.meter, counted)
    take_back(session, actor=actor, reading=last, reason=note, now=now)
    new = record_reading(
        session,
        actor=actor,
        meter=last.meter,
        starts_on=last.starts_on,
        ends_on=last.ends_on,
        quantity=quantity,
        note=note,
        photo_sha256=photo_sha256 or last.photo_sha256,
        counted=counted,
        replaces=last,
        now=now,
    )
    tell(session, last.meter, now)
    return new
