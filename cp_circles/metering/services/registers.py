"""Readings of running counters: what it shows, turned into what was used since it was read last."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.exact import plain
from cp_circles.calc.readings import Raw, Ruling, consumption
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services.findings import tell
from cp_circles.metering.services.readings import (
    NOT_YET,
    Counted,
    ReadingIsBound,
    hold_readings,
    record_reading,
    require_seen,
    stored_before,
    take_back,
)
from cp_circles.people.rules import Actor

DECLARED = "declared with the reading"


def used(meter: Meter, counted: Counted) -> Decimal:
    """What a running counter counted between two values, in the meter's unit.

    Invalid with the field where the values do not fit: a fall that nobody declared, a turn-over of a counter
    without digits or that did not fall, a reset whose values run backwards.
    """
    full = counted.full_at or meter.turns_over_at
    check_shown(counted.shown, full)
    if counted.turned_over and counted.old_final is not None:
        raise Invalid(msg("A counter has either turned over or been replaced; choose one."), field="happened")
    rulings = _rulings(counted, full)
    start = datetime(2000, 1, 1, tzinfo=UTC)
    rows = [
        Raw("before", start, counted.shown_before),
        Raw("now", start + timedelta(days=30), counted.shown),
    ]
    found = consumption(rows, rulings, register=full, multiplier=meter.multiplier)
    if found.findings:
        raise Invalid(
            msg(
                "The counter showed %(before)s before and cannot show less now, unless it turned over or was "
                "reset or replaced: say so below, or look at it again."
            ),
            field="shown",
            before=plain(counted.shown_before),
        )
    return found.intervals[0].quantity


def check_shown(shown: Decimal, full: Decimal | None, field: str = "shown") -> None:
    """Refuse what no counter shows: a negative value, or one at or above `full`, where it turns over."""
    if shown < 0:
        raise Invalid(msg("A counter never shows a negative value."), field=field)
    if full is not None and shown >= full:
        raise Invalid(
            msg("With %(digits)s digits the counter cannot show this value."),
            field=field,
            digits=len(str(int(full))) - 1,
        )
    exponent = shown.as_tuple().exponent
    if shown >= Decimal(10) ** 12 or (isinstance(exponent, int) and exponent < -6):
        raise Invalid(msg("At most 12 digits before the point and 6 after it are kept."), field=field)


def _rulings(counted: Counted, full: Decimal | None) -> tuple[Ruling, ...]:
    if counted.turned_over:
        if full is None:
            raise Invalid(
                msg(
                    "How many digits this counter has is not known, so it cannot have turned over; "
                    "ask the department to note them."
                ),
                field="happened",
            )
        if counted.shown >= counted.shown_before:
            raise Invalid(
                msg("The counter shows no less than before, so it has not turned over."), field="happened"
            )
        return (Ruling("now", "rollover", DECLARED),)
    if counted.old_final is None:
        return ()
    new_start = counted.new_start or Decimal(0)
    if counted.old_final < counted.shown_before:
        raise Invalid(
            msg("The old counter showed %(before)s before; it cannot have ended below that."),
            field="old_final",
            before=plain(counted.shown_before),
        )
    if counted.shown < new_start:
        raise Invalid(msg("The new counter shows less than it began with."), field="new_start")
    return (Ruling("now", "reset", DECLARED, final=counted.old_final, start=new_start),)


def stands_at(session: Session, meter: Meter) -> tuple[date, Decimal]:
    """The day on which a running counter was read last, and what it showed."""
    last = queries.last_reading(session, meter.id)
    if last is not None and last.shown is not None:
        return last.ends_on, last.shown
    if meter.first_read_on is None or meter.first_shown is None:
        raise DomainError(msg("This counter has no first value; ask the department to note it."))
    return meter.first_read_on, meter.first_shown


def record_shown(
    session: Session,
    *,
    actor: Actor,
    meter: Meter,
    read_on: date,
    shown: Decimal,
    now: datetime,
    turned_over: bool = False,
    old_final: Decimal | None = None,
    new_start: Decimal | None = None,
    note: str = "",
    source: str = "form",
    photo_sha256: str | None = None,
    send_key: str | None = None,
    token_id: int | None = None,
    changed_at: datetime | None = None,
) -> Reading:
    """Store what a running counter showed at the end of a day; the use since the last reading follows.

    `turned_over`: it passed its last digit; `old_final` (with `new_start`, else 0): it was reset or replaced.
    """
    require_seen(session, actor, meter)
    hold_readings(session, meter.company_id)
    if (stored := stored_before(session, meter, send_key)) is not None:
        return stored
    since, before = stands_at(session, meter)
    if read_on <= since:
        raise Invalid(
            msg("This counter was read on %(date)s; a new reading comes after it. Correct that one instead."),
            field="read_on",
            date=since,
        )
    if read_on > (now + timedelta(days=1)).date():
        raise Invalid(NOT_YET, field="read_on", day=read_on)
    counted = Counted(
        shown, before, turned_over, old_final, _start_of_new(old_final, new_start), changed_at=changed_at
    )
    return record_reading(
        session,
        actor=actor,
        meter=meter,
        starts_on=since + timedelta(days=1),
        ends_on=read_on,
        quantity=used(meter, counted),
        note=note,
        source=source,
        photo_sha256=photo_sha256,
        send_key=send_key,
        token_id=token_id,
        counted=counted,
        now=now,
    )


def correct_shown(
    session: Session, *, actor: Actor, reading: Reading, shown: Decimal, reason: str, now: datetime
) -> Reading:
    """Correct what a running counter showed; the reading after it is counted anew from the right value.

    ReadingIsBound where a claim rests on either of the two.
    """
    require_seen(session, actor, reading.meter)
    hold_readings(session, reading.meter.company_id)
    after = queries.reading_after(session, reading)
    if after is not None and rules.is_bound(after):
        raise ReadingIsBound
    rows = [(reading, replace(counted_of(reading), shown=shown))]
    if after is not None:
        rows.append((after, replace(counted_of(after), shown_before=shown)))
    for old, _ in rows:
        take_back(session, actor=actor, reading=old, reason=reason, now=now)
    corrected = [
        record_reading(
            session,
            actor=actor,
            meter=old.meter,
            starts_on=old.starts_on,
            ends_on=old.ends_on,
            quantity=used(old.meter, counted),
            note=reason if old is reading else old.note,
            source=old.source,
            photo_sha256=old.photo_sha256,
            counted=counted,
            replaces=old,
            now=now,
        )
        for old, counted in rows
    ]
    tell(session, reading.meter, now)
    return corrected[0]


def counted_of(reading: Reading) -> Counted:
    """What a stored reading of a running counter says of its two ends."""
    if reading.shown is None or reading.shown_before is None:
        raise DomainError(msg("This reading was stored as a quantity; it has no value of a counter."))
    return Counted(
        reading.shown,
        reading.shown_before,
        reading.turned_over,
        reading.old_final,
        reading.new_start,
        reading.changed_at,
        reading.full_at,
    )


def _start_of_new(old_final: Decimal | None, new_start: Decimal | None) -> Decimal | None:
    return None if old_final is None else new_start or Decimal(0)
