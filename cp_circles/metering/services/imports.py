"""Reading files of readings: every bad row is named, nothing is stored by halves, and no row twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import table_of
from cp_circles.db.bulk import insert_rows
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.metering import queries
from cp_circles.metering.layouts import Layout, entries, headings_hash, headings_of, recognised
from cp_circles.metering.models import Meter, Reading, ReadingLayout
from cp_circles.metering.services.looking import look_at_new
from cp_circles.metering.services.readings import correct_reading, hold_readings
from cp_circles.metering.services.registers import correct_shown
from cp_circles.metering.services.rows import (
    Converted,
    Good,
    Parsed,
    Progress,
    Reader,
    RowError,
    names_of,
    quiet,
)
from cp_circles.metering.services.sorting import CORRECT, LEAVE, Sorted, Stored, sorted_out, stored_of
from cp_circles.metering.sheets import Sheet
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: readings read, stored, there already, corrected, left, and refused."""

    read: int
    stored: int
    repeated: int
    errors: tuple[RowError, ...]
    corrected: int = 0
    left: int = 0
    findings: int = 0
    conversions: tuple[tuple[Converted, int], ...] = ()

    @property
    def is_clean(self) -> bool:
        """True when no row was refused."""
        return not self.errors


def layout_for(session: Session, *, company: Company, sheets: Sequence[Sheet], now: datetime) -> Layout:
    """How the file is laid out: as was kept for these headings, else as they seem; Invalid if unclear."""
    names = names_of(queries.meters_of(session, company.id, only_active=False))
    guess = recognised(sheets, names, now.year)
    kept = session.scalar(
        sa.select(ReadingLayout).where(
            ReadingLayout.company_id == company.id,
            ReadingLayout.headings_hash == headings_hash(headings_of(sheets, guess)),
        )
    )
    return guess if kept is None else Layout.from_json(kept.layout)


def keep_layout(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    hashed: str,
    layout: Layout,
    now: datetime,
) -> None:
    """Keep what the columns mean for the company's next file with these headings (`headings_hash`)."""
    _require_reader(session, actor, company)
    row = session.scalar(
        sa.select(ReadingLayout).where(
            ReadingLayout.company_id == company.id, ReadingLayout.headings_hash == hashed
        )
    )
    if row is None:
        row = ReadingLayout(company_id=company.id, headings_hash=hashed)
        session.add(row)
    row.layout, row.kept_by_id, row.kept_at = layout.as_json(), actor.person_id, now
    session.flush()


def parse_file(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    sheets: Sequence[Sheet],
    layout: Layout,
    now: datetime,
    progress: Progress = quiet,
) -> Parsed:
    """What the file says, before it is compared with what is stored; NotFound for a foreign company."""
    _require_reader(session, actor, company)
    names = names_of(queries.meters_of(session, company.id, only_active=False))
    total = sum(len(sheet.rows) for sheet in sheets)
    reader = Reader(names, year=layout.year, now=now)
    parsed = reader.parse(entries(sheets, layout), total, progress)
    if parsed.read == 0:
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    return parsed


def preview_file(session: Session, *, company: Company, parsed: Parsed) -> ImportReport:
    """What storing would do; nothing is written."""
    out = _sorted(session, company, parsed)[-1]
    errors = (*parsed.errors, *out.errors)
    conversions = tuple(parsed.conversions.most_common())
    return ImportReport(
        parsed.read, len(out.new), out.repeated, errors, left=len(out.changed), conversions=conversions
    )


def store_file(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    parsed: Parsed,
    good_rows_only: bool,
    now: datetime,
    changed: str = LEAVE,
    reason: str = "",
    subject: Any = None,
) -> ImportReport:
    """Store what a file says: all or nothing, unless the user chose good rows only.

    A reading that is stored already with the same value counts as repeated; one with another value is left,
    or with `changed=CORRECT` corrected by a new version with `reason`.
    """
    _require_reader(session, actor, company)
    hold_readings(session, company.id)
    meters, stored, out = _sorted(session, company, parsed)
    conversions = tuple(parsed.conversions.most_common())
    errors = [*parsed.errors, *out.errors]
    savepoint = session.begin_nested()
    corrected = 0
    if changed == CORRECT:
        corrected, refused = _correct(session, actor, out, reason, now)
        errors += refused
    if errors and not good_rows_only:
        savepoint.rollback()
        return ImportReport(parsed.read, 0, out.repeated, tuple(errors), conversions=conversions)
    if corrected:
        stored = stored_of(session, stored)
    _insert(session, actor, out, now)
    findings = look_at_new(session, meters, out.new, stored, now)
    savepoint.commit()
    report = ImportReport(
        parsed.read,
        len(out.new),
        out.repeated,
        tuple(errors),
        corrected,
        len(out.changed) - corrected if changed == LEAVE else 0,
        findings,
        conversions,
    )
    _write_down(session, actor, company, subject, report, now)
    return report


def import_readings(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    sheets: Sequence[Sheet],
    good_rows_only: bool,
    now: datetime,
    layout: Layout | None = None,
    changed: str = LEAVE,
    reason: str = "",
) -> ImportReport:
    """Read and store a file at once: `parse_file` and `store_file` with the layout that it seems to have."""
    _require_reader(session, actor, company)
    layout = layout or layout_for(session, company=company, sheets=sheets, now=now)
    parsed = parse_file(session, actor=actor, company=company, sheets=sheets, layout=layout, now=now)
    return store_file(
        session,
        actor=actor,
        company=company,
        parsed=parsed,
        good_rows_only=good_rows_only,
        changed=changed,
        reason=reason,
        now=now,
    )


def _sorted(
    session: Session, company: Company, parsed: Parsed
) -> tuple[dict[int, Meter], dict[int, list[Stored]], Sorted]:
    meters = {meter.id: meter for meter in queries.meters_of(session, company.id, only_active=False)}
    stored = stored_of(session, {row.meter_id for row in parsed.good})
    return meters, stored, sorted_out(parsed.good, meters, stored)


def _insert(session: Session, actor: Actor, out: Sorted, now: datetime) -> None:
    common = {
        "source": "import",
        "recorded_by_id": actor.person_id,
        "recorded_at": now,
        "void_reason": "",
        "turned_over": False,
        "estimated_how": "",
    }
    insert_rows(session, table_of(Reading), out.new, common)


def _correct(
    session: Session, actor: Actor, out: Sorted, reason: str, now: datetime
) -> tuple[int, list[RowError]]:
    """Correct what the file has otherwise; readings under a claim and the like are refused by row."""
    done, refused = 0, []
    for reading_id, row in out.changed:
        reading = session.get_one(Reading, reading_id)
        try:
            with session.begin_nested():
                _correct_one(session, actor, reading, row, reason, now)
            done += 1
        except Invalid as error:
            refused.append(RowError(row.sheet, row.row, error.field, error.msgid, error.values))
        except DomainError as error:
            refused.append(RowError(row.sheet, row.row, row.column, error.msgid, error.values))
    return done, refused


def _correct_one(
    session: Session, actor: Actor, reading: Reading, row: Good, reason: str, now: datetime
) -> None:
    if reading.shown is not None:
        correct_shown(session, actor=actor, reading=reading, shown=row.value, reason=reason, now=now)
    else:
        correct_reading(session, actor=actor, reading=reading, quantity=row.value, reason=reason, now=now)


def _write_down(
    session: Session, actor: Actor, company: Company, subject: Any, report: ImportReport, now: datetime
) -> None:
    counts = {
        "read": report.read,
        "stored": report.stored,
        "repeated": report.repeated,
        "corrected": report.corrected,
        "refused": len(report.errors),
        "findings": report.findings,
    }
    record_event(
        session,
        actor=actor,
        verb="metering.import_readings",
        subject=subject or company,
        at=now,
        company_id=company.id,
        after=counts,
    )


def _require_reader(session: Session, actor: Actor, company: Company) -> None:
    if company.id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
