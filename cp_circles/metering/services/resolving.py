"""How a person settles what looks wrong at a reading: accept, declare, estimate or leave out."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.doubts import FALLS, Way, filled
from cp_circles.calc.periods import Period
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.metering.models import Meter, Reading, ReadingFinding, Resolution
from cp_circles.metering.queries import findings as found
from cp_circles.metering.services.findings import look_at, settle, tell
from cp_circles.metering.services.readings import (
    Counted,
    hold_readings,
    record_reading,
    require_seen,
    take_back,
)
from cp_circles.metering.services.registers import counted_of, used
from cp_circles.people.rules import Actor

WAYS: dict[Way, str] = {
    "around": msg("Use a day of up to three periods before and after"),
    "last_year": msg("Use a day of the same days a year before"),
    "stated": msg("A quantity known from elsewhere"),
}


class AlreadySettled(DomainError):
    """Somebody has settled this finding, or it no longer holds."""

    msgid = msg("This finding is settled already; its history says by whom and how.")


def accept_finding(
    session: Session, *, actor: Actor, finding: ReadingFinding, reason: str, now: datetime
) -> None:
    """Confirm that the reading is true as it stands, and why; the fall of a counter is declared instead."""
    _require_open(session, actor, finding)
    if finding.kind in FALLS:
        raise DomainError(
            msg("A counter that fell has no use by itself: declare what happened, or correct the value.")
        )
    if finding.kind == "gap":
        raise DomainError(msg("Days without a reading cannot be true: estimate them, or leave them out."))
    settle(session, finding, Resolution.ACCEPTED, actor, _said(reason), now)
    tell(session, finding.meter, now)


def ignore_period(
    session: Session, *, actor: Actor, finding: ReadingFinding, reason: str, now: datetime
) -> None:
    """Leave the period out of every saving: a gap stays, a doubtful reading is taken back and can be seen.

    ReadingIsBound where a claim rests on it; a running counter is corrected or declared instead.
    """
    _require_open(session, actor, finding)
    reason = _said(reason)
    reading, meter = finding.reading, finding.meter
    if finding.kind != "gap":
        if meter.is_register:
            raise DomainError(
                msg("A running counter counts on from this value: correct it, or declare what happened.")
            )
        settle(session, finding, Resolution.IGNORED, actor, reason, now)
        take_back(session, actor=actor, reading=reading, reason=reason, now=now)
        period = Period(reading.starts_on, reading.ends_on)
        look_at(session, actor=actor, meter=meter, period=period, now=now)
        _ignore_gap_left(session, actor, reading, reason, now)
    else:
        settle(session, finding, Resolution.IGNORED, actor, reason, now)
    tell(session, meter, now)


def _ignore_gap_left(session: Session, actor: Actor, reading: Reading, reason: str, now: datetime) -> None:
    """The gap that a reading leaves when it is left out needs no second decision."""
    for one in found.open_findings(session, [reading.meter_id]):
        if one.kind == "gap" and one.values.get("starts_on") == str(reading.starts_on):
            settle(session, one, Resolution.IGNORED, actor, reason, now)


def declare_fall(
    session: Session,
    *,
    actor: Actor,
    finding: ReadingFinding,
    reason: str,
    now: datetime,
    turned_over: bool = False,
    old_final: Decimal | None = None,
    new_start: Decimal | None = None,
) -> Reading:
    """Say that the counter turned over, or was reset or replaced and what the old and the new one showed.

    A new version of the reading carries the use that follows; the old one stays. Invalid with the field.
    """
    _require_open(session, actor, finding)
    if finding.kind not in FALLS:
        raise DomainError(msg("Only a counter that fell can have turned over or been replaced."))
    reason = _said(reason)
    old, before = finding.reading, counted_of(finding.reading)
    if not turned_over and old_final is None:
        raise Invalid(msg("Give what the old counter last showed."), field="old_final")
    start = None if old_final is None else new_start or Decimal(0)
    counted = Counted(before.shown, before.shown_before, turned_over, old_final, start)
    quantity = used(old.meter, counted)
    settle(session, finding, Resolution.DECLARED, actor, reason, now)
    take_back(session, actor=actor, reading=old, reason=reason, now=now)
    new = record_reading(
        session,
        actor=actor,
        meter=old.meter,
        starts_on=old.starts_on,
        ends_on=old.ends_on,
        quantity=quantity,
        note=reason,
        source=old.source,
        photo_sha256=old.photo_sha256,
        counted=counted,
        replaces=old,
        now=now,
    )
    finding.result_id = new.id
    tell(session, old.meter, now)
    return new


def estimate_for(
    session: Session, finding: ReadingFinding, way: Way, stated: Decimal | None = None
) -> tuple[tuple[Period, Decimal], ...]:
    """What an estimate of a gap would be, month by month; empty where the readings allow none."""
    first, last = gap_of(finding)
    return filled(found.stands_of(session, finding.meter_id), first, last, way, stated)


def gap_of(finding: ReadingFinding) -> tuple[date, date]:
    """The first and the last day without a reading."""
    return date.fromisoformat(finding.values["starts_on"]), date.fromisoformat(finding.values["ends_on"])


def fill_gap(
    session: Session,
    *,
    actor: Actor,
    finding: ReadingFinding,
    way: Way,
    reason: str,
    now: datetime,
    stated: Decimal | None = None,
) -> list[Reading]:
    """Fill missing days with readings that are marked as estimated, with the way and the reason."""
    _require_open(session, actor, finding)
    if finding.kind != "gap":
        raise DomainError(msg("Only missing days can be estimated; correct this reading instead."))
    if way == "stated" and (stated is None or stated < 0):
        raise Invalid(msg("Give the quantity of all missing days together."), field="stated")
    reason = _said(reason)
    parts = estimate_for(session, finding, way, stated)
    if not parts:
        raise Invalid(
            msg("The readings of this meter allow no estimate in this way; choose another."), field="way"
        )
    settle(session, finding, Resolution.FILLED, actor, reason, now)
    rows = [
        record_reading(
            session,
            actor=actor,
            meter=finding.meter,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            quantity=quantity,
            note=reason,
            source="estimate",
            estimated_how=WAYS[way],
            now=now,
        )
        for period, quantity in parts
    ]
    finding.result_id = rows[0].id
    tell(session, finding.meter, now)
    return rows


def _require_open(session: Session, actor: Actor, finding: ReadingFinding) -> None:
    meter: Meter = finding.meter
    require_seen(session, actor, meter)
    hold_readings(session, meter.company_id)
    session.refresh(finding)
    if not finding.is_open or finding.reading.voided_at is not None:
        raise AlreadySettled


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid(msg("Say how you found out; it stays in the history."), field="reason")
    return reason.strip()
