"""Reading files of readings: every bad row is named, and nothing is stored by halves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.exact import decimal_from
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.metering import queries
from cp_circles.metering.models import Meter
from cp_circles.metering.services.readings import record_reading
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor


@dataclass(frozen=True)
class RowError:
    """Why one row of a file was refused: where it stands, and a message with its values."""

    sheet: str
    row: int
    column: str
    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: rows read, stored and already there, and every refusal."""

    read: int
    stored: int
    repeated: int
    errors: tuple[RowError, ...]

    @property
    def is_clean(self) -> bool:
        """True when no row was refused."""
        return not self.errors


COLUMNS = ("meter", "from", "to", "quantity")


def import_readings(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    rows: Iterable[tuple[str, int, Mapping[str, Any]]],
    good_rows_only: bool,
    now: datetime,
) -> ImportReport:
    """Store readings from (sheet, row number, {meter, from, to, quantity, note}) rows.

    All or nothing, unless the user chose good rows only; a row that is stored already with the same quantity
    counts as repeated. Raises NotFound for a company whose meters the actor may not read.
    """
    if company.id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
    meters = {meter.name: meter for meter in queries.meters_of(session, company.id)}
    errors: list[RowError] = []
    read = stored = repeated = 0
    savepoint = session.begin_nested()
    for sheet, number, row in rows:
        read += 1
        try:
            if _store(session, actor, meters, row, now):
                stored += 1
            else:
                repeated += 1
        except Invalid as error:
            errors.append(RowError(sheet, number, error.field, error.msgid, error.values))
        except DomainError as error:
            errors.append(RowError(sheet, number, "", error.msgid, error.values))
    if errors and not good_rows_only:
        savepoint.rollback()
        return ImportReport(read, 0, repeated, tuple(errors))
    savepoint.commit()
    return ImportReport(read, stored, repeated, tuple(errors))


def _store(
    session: Session, actor: Actor, meters: Mapping[str, Meter], row: Mapping[str, Any], now: datetime
) -> bool:
    """Store one row; False where the very same reading is there already."""
    for column in COLUMNS:
        if row.get(column) in (None, ""):
            raise Invalid(msg("This cell is empty; it is needed."), field=column)
    meter = meters.get(str(row["meter"]).strip())
    if meter is None:
        raise Invalid(
            msg("The company has no meter named %(name)s; add it first or correct the name."),
            field="meter",
            name=str(row["meter"]),
        )
    first, last = read_date(row["from"], "from"), read_date(row["to"], "to", ends=True)
    try:
        quantity = decimal_from(row["quantity"])
    except ValueError:
        raise Invalid(
            msg("%(text)s is not a number; write for example 12345.6."),
            field="quantity",
            text=str(row["quantity"]),
        ) from None
    other = queries.overlapping_reading(session, meter.id, first, last)
    if other is not None and (other.starts_on, other.ends_on, other.quantity) == (first, last, quantity):
        return False
    record_reading(
        session,
        actor=actor,
        meter=meter,
        starts_on=first,
        ends_on=last,
        quantity=quantity,
        note=str(row.get("note") or ""),
        source="import",
        now=now,
    )
    return True


def read_date(value: Any, column: str, *, ends: bool = False) -> date:
    """A date from an Excel cell or text such as 2026-03-01, 2026/3/1, 2026年3月1日, or a month 2026-03.

    A month stands for its first day, or with `ends` for its last.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    for mark in "年月/.":
        text = text.replace(mark, "-")
    parts = [part for part in text.replace("日", "").split("-") if part]
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            return date(*numbers)
        if len(numbers) == 2:
            first = date(numbers[0], numbers[1], 1)
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return following - timedelta(days=1) if ends else first
    except ValueError:
        pass
    raise Invalid(msg("%(text)s is not a date; write for example 2026-03-01."), field=column, text=str(value))
