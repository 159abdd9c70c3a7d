"""Recording, correcting and binding readings of meters."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.periods import Period
from cp_circles.db.clock import YEARS
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services.findings import close_of_reading, look_at, name_correction, tell
from cp_circles.people.rules import Actor

WRONG_KIND = {
    True: msg("This meter is a running counter: give what it shows and on which day."),
    False: msg("This meter is read by period: give what was used, from which day to which."),
}
NOT_YET = msg("%(day)s has not come yet; correct the date, or enter the reading when it has passed.")


@dataclass(frozen=True)
class Counted:
    """What a running counter showed at both ends of a period, and what happened to it between.

    `changed_at` is when it was reset or replaced; `full_at` where it turned over then (None: as now).
    """

    shown: Decimal
    shown_before: Decimal
    turned_over: bool = False
    old_final: Decimal | None = None
    new_start: Decimal | None = None
    changed_at: datetime | None = None
    full_at: Decimal | None = None


class ReadingIsBound(DomainError):
    """A standing claim rests on this reading."""

    msgid = msg("A claim rests on this reading. Reopen the claim first; that voids its signatures.")


class OverlapsReading(Invalid):
    """Another reading of the meter shares a day with this period."""

    msgid = msg(
        "This meter has a reading from %(starts_on)s to %(ends_on)s already; correct that one instead."
    )


def record_reading(
    session: Session,
    *,
    actor: Actor,
    meter: Meter,
    starts_on: date,
    ends_on: date,
    quantity: Decimal,
    now: datetime,
    note: str = "",
    source: str = "form",
    photo_sha256: str | None = None,
    send_key: str | None = None,
    token_id: int | None = None,
    counted: Counted | None = None,
    replaces: Reading | None = None,
    estimated_how: str = "",
) -> Reading:
    """Store what a meter counted over a period; the same `send_key` stores once. What looks wrong is kept.

    `counted` is needed for a running counter (see `record_shown`) and refused for any other meter.
    """
    require_seen(session, actor, meter)
    hold_readings(session, meter.company_id)
    if (stored := stored_before(session, meter, send_key)) is not None:
        return stored
    if meter.is_register != (counted is not None):
        raise Invalid(WRONG_KIND[meter.is_register], field="quantity")
    _check_period(starts_on, ends_on, quantity, now)
    other = queries.overlapping_reading(session, meter.id, starts_on, ends_on)
    if other is not None:
        raise OverlapsReading(field="starts_on", starts_on=other.starts_on, ends_on=other.ends_on)
    reading = Reading(
        meter_id=meter.id,
        starts_on=starts_on,
        ends_on=ends_on,
        quantity=quantity,
        note=note,
        source=source,
        photo_sha256=photo_sha256,
        send_key=send_key,
        token_id=token_id,
        replaces_id=replaces.id if replaces else None,
        estimated_how=estimated_how,
        recorded_by_id=actor.person_id,
        recorded_at=now,
        **(asdict(counted) if counted else {}),
    )
    session.add(reading)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="metering.record_reading",
        subject=reading,
        at=now,
        company_id=meter.company_id,
        after={"quantity": str(quantity), "starts_on": str(starts_on), "ends_on": str(ends_on)},
    )
    if replaces is not None:
        name_correction(session, old=replaces, new=reading, now=now)
    look_at(session, actor=actor, meter=meter, period=Period(starts_on, ends_on), now=now)
    return reading


def stored_before(session: Session, meter: Meter, send_key: str | None) -> Reading | None:
    """The reading that was stored under this key; NotFound if it belongs to another meter."""
    stored = queries.reading_sent_as(session, send_key) if send_key else None
    if stored is not None and stored.meter_id != meter.id:
        raise NotFound
    return stored


def void_reading(session: Session, *, actor: Actor, reading: Reading, reason: str, now: datetime) -> None:
    """Take a reading back, with the reason; it stays in the history.

    Of a running counter only the newest can be taken back: the next one counts from it.
    """
    require_seen(session, actor, reading.meter)
    if reading.meter.is_register and queries.reading_after(session, reading) is not None:
        raise DomainError(
            msg("Only the newest reading of a running counter can be taken back; correct this one instead.")
        )
    take_back(session, actor=actor, reading=reading, reason=reason, now=now)
    period = Period(reading.starts_on, reading.ends_on)
    look_at(session, actor=actor, meter=reading.meter, period=period, now=now)
    tell(session, reading.meter, now)


def take_back(session: Session, *, actor: Actor, reading: Reading, reason: str, now: datetime) -> None:
    """Void one reading of a meter that the actor sees; the other readings stay as they are."""
    hold_readings(session, reading.meter.company_id)
    session.refresh(reading)
    if rules.is_bound(reading):
        raise ReadingIsBound
    if reading.voided_at is not None:
        raise DomainError(msg("This reading has been taken back already."))
    if not reason.strip():
        raise Invalid(msg("Say why the reading is taken back."), field="reason")
    reading.voided_at, reading.voided_by_id, reading.void_reason = now, actor.person_id, reason
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="metering.void_reading",
        subject=reading,
        at=now,
        company_id=reading.meter.company_id,
        reason=reason,
        before={"quantity": str(reading.quantity)},
    )
    close_of_reading(session, actor=actor, reading=reading, reason=reason, now=now)


def correct_reading(
    session: Session,
    *,
    actor: Actor,
    reading: Reading,
    quantity: Decimal,
    reason: str,
    now: datetime,
) -> Reading:
    """Void a reading and record the right quantity for the same period; the new one names the old."""
    require_seen(session, actor, reading.meter)
    take_back(session, actor=actor, reading=reading, reason=reason, now=now)
    corrected = record_reading(
        session,
        actor=actor,
        meter=reading.meter,
        starts_on=reading.starts_on,
        ends_on=reading.ends_on,
        quantity=quantity,
        note=reason,
        photo_sha256=reading.photo_sha256,
        replaces=reading,
        now=now,
    )
    tell(session, reading.meter, now)
    return corrected


def hold_readings(session: Session, company_id: int) -> None:
    """Let acts on the readings of a company follow one another until the transaction ends."""
    take_turns(session, f"readings:{company_id}")


def bind_readings(session: Session, readings: Iterable[Reading], claim_id: int) -> None:
    """Hold readings fast under a claim; one that another claim holds stays with it."""
    for reading in readings:
        if reading.bound_claim_id is None:
            reading.bound_claim_id = claim_id
    session.flush()


def unbind_readings(session: Session, claim_id: int) -> None:
    """Free the readings of a claim that no longer stands."""
    session.execute(sa.update(Reading).where(Reading.bound_claim_id == claim_id).values(bound_claim_id=None))


def require_seen(session: Session, actor: Actor, meter: Meter) -> None:
    """Foreign meters do not exist for the actor."""
    if not rules.can_see_meter(actor, queries.companies_metered_by(session, actor), meter):
        raise NotFound


def _check_period(starts_on: date, ends_on: date, quantity: Decimal, now: datetime) -> None:
    """Refuse a period that runs backwards, has not begun or lies in no real year, and an odd quantity."""
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day.year not in YEARS:
            raise Invalid(msg("This year cannot be right; check the date."), field=field)
    if ends_on < starts_on:
        text = msg(
            "The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days."
        )
        raise Invalid(text, field="ends_on", starts_on=starts_on, ends_on=ends_on)
    if starts_on > (now + timedelta(days=1)).date():
        raise Invalid(NOT_YET, field="starts_on", day=starts_on)
    if quantity < 0:
        raise Invalid(
            msg("A reading cannot be negative; give what was used in the period."), field="quantity"
        )
    exponent = quantity.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        raise Invalid(msg("At most 6 decimal places are kept."), field="quantity")
    if quantity >= Decimal(10) ** 12:
        raise Invalid(msg("This is too large for a reading; check the unit."), field="quantity")
