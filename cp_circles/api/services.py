"""Storing what a plant's own system sends: each key once, all or nothing unless asked otherwise."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.api.rows import MOST_ROWS, Row, read_row
from cp_circles.calc.slips import meant_instead, slip_range
from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.metering import queries
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services import hold_readings, record_reading, record_shown, system_of

SLIP = msg("%(value)s is far from what is usual here; %(meant)s would fit. It is stored as it was sent.")
UNUSUAL = msg("%(value)s is outside the usual range of this meter. It is stored as it was sent.")


@dataclass(frozen=True)
class Told:
    """A message about one row: msgid, values, and the field that it is about."""

    msgid: str
    values: Mapping[str, Any]
    field: str = ""


@dataclass(frozen=True)
class RowResult:
    """What became of one row: stored, repeated, refused, or not_stored because another row was refused."""

    row: int
    status: str
    key: str = ""
    reading_id: int | None = None
    quantity: Decimal | None = None
    error: Told | None = None
    warnings: tuple[Told, ...] = field(default=())


def send_readings(
    session: Session,
    *,
    token_id: int,
    company_id: int,
    system: str,
    rows: Sequence[Any],
    good_rows_only: bool,
    now: datetime,
) -> list[RowResult]:
    """Store the rows in their order; with a refused one nothing is stored, unless `good_rows_only`.

    Raises Invalid for no rows, or more than 1,000.
    """
    if not rows:
        raise Invalid(msg("There is no reading in it."), field="readings")
    if len(rows) > MOST_ROWS:
        raise Invalid(msg("At most %(most)s readings can be sent at once."), field="readings", most=MOST_ROWS)
    hold_readings(session, company_id)
    desk = _Desk(session, token_id, company_id, system, now)
    whole = session.begin_nested()
    results = [desk.take(number, row) for number, row in enumerate(rows, start=1)]
    if good_rows_only or all(result.error is None for result in results):
        whole.commit()
        return results
    whole.rollback()
    return [
        result
        if result.error or result.status == "repeated"
        else RowResult(result.row, "not_stored", result.key)
        for result in results
    ]


class _Desk:
    """Takes the rows of one request, for one company."""

    def __init__(self, session: Session, token_id: int, company_id: int, system: str, now: datetime) -> None:
        self.session, self.token_id, self.company_id, self.now = session, token_id, company_id, now
        self.actor = system_of(company_id, system)

    def take(self, number: int, raw: Any) -> RowResult:
        """Store one row, or say why not."""
        named = raw.get("key") if isinstance(raw, dict) else None
        key = named if isinstance(named, str) else ""
        savepoint = self.session.begin_nested()
        try:
            result = self._store(number, read_row(raw))
        except DomainError as error:
            savepoint.rollback()
            told = Told(error.msgid, error.values, getattr(error, "field", ""))
            return RowResult(number, "refused", key, error=told)
        savepoint.commit()
        return result

    def _store(self, number: int, row: Row) -> RowResult:
        meter = queries.meter_by_key(self.session, self.company_id, row.meter)
        if meter is None or not meter.active:
            raise Invalid(
                msg("The company has no meter in use with the key %(key)s."), field="meter", key=row.meter
            )
        if row.unit and row.unit != meter.unit:
            raise Invalid(
                msg("This meter counts in %(unit)s; convert the value, or leave the unit out."),
                field="unit",
                unit=meter.unit,
            )
        send_key = hashlib.sha256(f"api:{self.company_id}:{row.key}".encode()).hexdigest()
        stored = queries.reading_sent_as(self.session, send_key)
        if stored is not None:
            if stored.meter_id != meter.id or not row.is_same(stored):
                raise Invalid(msg("This key was used for another reading; give each its own."), field="key")
            return RowResult(number, "repeated", row.key, stored.id, stored.quantity)
        recent = queries.recent_quantities(self.session, [meter.id]).get(meter.id, [])
        usual = queries.usual_range(self.session, meter)
        reading = self._record(meter, row, send_key)
        warnings = _warnings(reading.quantity, recent, usual)
        return RowResult(number, "stored", row.key, reading.id, reading.quantity, None, warnings)

    def _record(self, meter: Meter, row: Row, send_key: str) -> Reading:
        facts: dict[str, Any] = {
            "actor": self.actor,
            "meter": meter,
            "note": row.note,
            "source": "api",
            "send_key": send_key,
            "token_id": self.token_id,
            "now": self.now,
        }
        if meter.is_register:
            if row.shown is None or row.read_on is None:
                raise Invalid(msg("This meter is a running counter: send shown and read_on."), field="shown")
            facts |= {"turned_over": row.turned_over, "old_final": row.old_final, "new_start": row.new_start}
            return record_shown(self.session, read_on=row.read_on, shown=row.shown, **facts)
        if row.quantity is None or row.starts_on is None or row.ends_on is None:
            raise Invalid(
                msg("This meter is read by period: send quantity, starts_on and ends_on."), field="quantity"
            )
        facts |= {"starts_on": row.starts_on, "ends_on": row.ends_on}
        return record_reading(self.session, quantity=row.quantity, **facts)


def _warnings(
    value: Decimal, recent: Sequence[Decimal], usual: tuple[Decimal, Decimal] | None
) -> tuple[Told, ...]:
    """What a person would have been asked before saving; a system is told, and nothing is changed."""
    meant = meant_instead(value, slip_range(recent))
    if meant is not None:
        return (Told(SLIP, {"value": f"{value.normalize():f}", "meant": f"{meant:f}"}, "quantity"),)
    if usual is not None and not usual[0] <= value <= usual[1]:
        return (Told(UNUSUAL, {"value": f"{value.normalize():f}"}, "quantity"),)
    return ()
