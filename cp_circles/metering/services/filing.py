"""The order of a file of readings, which a job carries out, and its report as the job keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job
from cp_circles.errors import Invalid, NotFound
from cp_circles.metering import queries
from cp_circles.metering.services.imports import ImportReport
from cp_circles.metering.services.sorting import CORRECT, LEAVE
from cp_circles.people.models import Person
from cp_circles.people.rules import Actor

KIND = "metering.readings"
MOST_LISTED = 1_000


@dataclass(frozen=True)
class Order:
    """Which file is read for which company, how it is laid out, and what happens to bad and changed rows."""

    company_id: int
    name: str
    sha256: str
    layout: Mapping[str, Any]
    good_rows_only: bool = False
    changed: str = LEAVE
    reason: str = ""

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Order":
        """A kept order."""
        return Order(**{name: stored[name] for name in Order.__dataclass_fields__})

    def as_json(self) -> dict[str, Any]:
        """The order as a job keeps it."""
        return dict(vars(self))


def files_of(company_id: int) -> sa.Select[Any]:
    """The files of readings that were ordered for a company, newest first: job, who, and counts by name.

    read, stored, corrected and refused are None until its report is there.
    """
    names = ("read", "stored", "corrected", "refused")
    counts = (Job.report["counts"][name].as_integer().label(name) for name in names)
    return (
        sa.select(Job, Person, *counts)
        .outerjoin(Person, Person.id == Job.person_id)
        .where(Job.kind == KIND, Job.payload["company_id"].as_integer() == company_id)
        .order_by(Job.id.desc())
        .options(defer(Job.report))
    )


def order_file(session: Session, *, actor: Actor, order: Order, send_key: str, now: datetime) -> Job:
    """Order a file to be stored; the same sending twice is one job."""
    if order.company_id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
    if order.changed not in (LEAVE, CORRECT):
        raise Invalid(field="changed")
    key = f"{KIND}:{actor.person_id}:{send_key}"
    return enqueue_job(
        session,
        kind=KIND,
        key=key,
        payload=order.as_json() | {"key": key},
        person_id=actor.person_id,
        now=now,
    )


def as_json(report: ImportReport) -> dict[str, Any]:
    """A report as a job keeps it: counts, conversions and the first thousand refusals."""
    counts = {
        "read": report.read,
        "stored": report.stored,
        "repeated": report.repeated,
        "corrected": report.corrected,
        "left": report.left,
        "refused": len(report.errors),
        "findings": report.findings,
    }
    errors = [
        [one.sheet, one.row, one.column, one.msgid, {name: str(value) for name, value in one.values.items()}]
        for one in report.errors[:MOST_LISTED]
    ]
    conversions = [[*map(str, one), count] for one, count in report.conversions]
    return {"counts": counts, "conversions": conversions, "errors": errors}


def file_seen_by(session: Session, actor: Actor, job_id: int) -> Job:
    """The job of a file; NotFound for one of a company whose meters the actor may not read."""
    job = session.get(Job, job_id)
    if job is None or job.kind != KIND:
        raise NotFound
    seen = queries.companies_metered_by(session, actor)
    if job.payload["company_id"] not in seen and not actor.is_administrator:
        raise NotFound
    return job
