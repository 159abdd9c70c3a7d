"""What a file of readings would do: told at once for a small one, by a job for a large one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job
from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.metering import queries
from cp_circles.metering.layouts import Layout, headings_hash, headings_of
from cp_circles.metering.models import Meter
from cp_circles.metering.services.filing import as_json
from cp_circles.metering.services.imports import layout_for, parse_file, preview_file
from cp_circles.metering.services.rows import Parsed, Progress, quiet
from cp_circles.metering.sheets import Sheet, sheets_of_file
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor

KIND = "metering.preview"
LARGE = 500_000
FIRST_ROWS = 8
EXAMPLES = 3
LONGEST_EXAMPLE = 40
Said = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Preview:
    """What storing would do; `report` (as a job keeps one) is None where `refused` says why nothing is read.

    `columns` are heading and examples by place; `headings` is what the layout is kept under; `first` are the
    first readings: meter, unit, first and last day, value, row.
    """

    layout: Mapping[str, Any]
    headings: str
    columns: Sequence[Sequence[Any]]
    report: Mapping[str, Any] | None
    first: Sequence[Sequence[Any]]
    refused: Said | None = None

    def as_json(self) -> dict[str, Any]:
        """The preview as a job keeps it."""
        return dict(vars(self))


def is_large(content: bytes) -> bool:
    """Whether a file is read by a job: more than 500 kB, some ten thousand rows."""
    return len(content) > LARGE


def preview_of(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    content: bytes,
    layout: Layout | None = None,
    now: datetime,
    progress: Progress = quiet,
) -> Preview:
    """Read a file and say what it would do; nothing is written. Invalid where it cannot be read at all."""
    sheets = sheets_of_file(content)
    layout = layout or layout_for(session, company=company, sheets=sheets, now=now)
    headings = headings_of(sheets, layout)
    found = Preview(
        layout.as_json(), headings_hash(headings), _columns(sheets[0], headings, layout), None, ()
    )
    try:
        parsed = parse_file(
            session, actor=actor, company=company, sheets=sheets, layout=layout, now=now, progress=progress
        )
    except Invalid as refusal:
        return replace(found, refused=said(refusal))
    report = as_json(preview_file(session, company=company, parsed=parsed))
    meters = {meter.id: meter for meter in queries.meters_of(session, company.id, only_active=False)}
    return replace(found, report=report, first=_first(parsed, meters))


def said(refusal: DomainError) -> Said:
    """A refusal as a job keeps it."""
    return refusal.msgid, {name: str(value) for name, value in refusal.values.items()}


def _columns(sheet: Sheet, headings: Sequence[Any], layout: Layout) -> list[list[Any]]:
    below = sheet.rows[layout.heading_row : layout.heading_row + EXAMPLES]
    return [
        [None if heading is None else str(heading), [_text(row[at]) for row in below if at < len(row)]]
        for at, heading in enumerate(headings)
    ]


def _text(cell: Any) -> str:
    """A cell as an example: its beginning, where it is long."""
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST_EXAMPLE else text[:LONGEST_EXAMPLE] + "…"


def _first(parsed: Parsed, meters: Mapping[int, Meter]) -> list[list[Any]]:
    found = []
    for row in parsed.good[:FIRST_ROWS]:
        meter = meters[row.meter_id]
        days = row.starts_on.isoformat(), row.ends_on.isoformat()
        found.append([meter.name, meter.unit, *days, str(row.value), row.row])
    return found


def order_preview(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    sha256: str,
    token: str,
    again: str = "",
    now: datetime,
) -> Job:
    """Order the reading of a large file; `again` tells a second look, after its columns were corrected."""
    if company_id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
    key = _key(actor, token) + again
    facts = {"company_id": company_id, "sha256": sha256, "key": key}
    return enqueue_job(session, kind=KIND, key=key, payload=facts, person_id=actor.person_id, now=now)


def preview_job(session: Session, *, actor: Actor, token: str) -> Job | None:
    """The newest job that reads the file behind a token of this person."""
    wanted = sa.select(Job).where(Job.kind == KIND, Job.key.startswith(_key(actor, token), autoescape=True))
    return session.scalar(wanted.order_by(Job.id.desc()).limit(1))


def _key(actor: Actor, token: str) -> str:
    return f"{KIND}:{actor.person_id}:{token[-50:]}:"
