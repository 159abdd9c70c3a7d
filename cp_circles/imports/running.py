"""An import from file to report: checked without a write transaction, then stored in one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from cp_circles.db.events import record_event
from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job, JobState
from cp_circles.editions.models import Edition
from cp_circles.errors import Invalid, NotFound
from cp_circles.files.storage import LocalStorage
from cp_circles.imports.checking import Progress, check_tables
from cp_circles.imports.findings import Checked, listed
from cp_circles.imports.mappings import can_use, known_things, mapping_of, require_home
from cp_circles.imports.reading import tables_of
from cp_circles.imports.storing import SKIP, UPDATE, Outcome, store
from cp_circles.jobs.kinds import Report, Tools
from cp_circles.people.queries import actor_for
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Mapping as MappingPack

KIND = "imports.projects"


def quiet(done: int, total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how: rows that changed are left or updated, bad rows stop all or not."""

    name: str
    sha256: str
    edition_id: int
    changed: str = SKIP
    good_rows_only: bool = False

    def as_json(self) -> dict[str, Any]:
        """The order as a job keeps it."""
        return dict(vars(self))


def check_file(
    session: Session,
    *,
    actor: Actor,
    mapping: MappingPack,
    name: str,
    content: bytes,
    progress: Progress = quiet,
) -> Checked:
    """The first stage: NotFound without the right, WrongHome in a wrong database, Invalid for a bad file."""
    if not can_use(actor, mapping):
        raise NotFound
    require_home(session, mapping)
    return check_tables(
        mapping, tables_of(mapping, name, content), known_things(session, actor, mapping), progress
    )


def finish_import(
    session: Session,
    *,
    actor: Actor,
    job: Job,
    mapping: MappingPack,
    order: Order,
    checked: Checked,
    now: datetime,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """The second stage: store the good rows, or nothing where rows were refused and the whole was wanted.

    The report is kept with the job in the same transaction, so that a repeated job finds it done.
    """
    require_home(session, mapping)
    outcome = None
    if not checked.problems or order.good_rows_only:
        outcome = store(
            session,
            actor=actor,
            mapping=mapping,
            checked=checked,
            changed=order.changed,
            now=now,
            progress=progress,
        )
    job.report = report_of(mapping, order, checked, outcome)
    session.flush()
    counts = job.report["counts"]
    record_event(session, actor=actor, verb="imports.import_file", subject=job, at=now, after=counts)
    return job.report


def report_of(
    mapping: MappingPack, order: Order, checked: Checked, outcome: Outcome | None
) -> dict[str, Any]:
    """What a report keeps: counts, and every finding with sheet, row, column and reason."""
    done = outcome or Outcome()
    return {
        "counts": {
            "read": checked.read,
            "refused": checked.refused,
            "added": done.added,
            "updated": done.updated,
            "unchanged": done.unchanged,
            "left": done.left,
        },
        "stored": outcome is not None,
        "money": str(money_of(checked)),
        "currency": mapping.currency,
        "mapping": f"{mapping.key}/{mapping.edition}",
        "name": order.name,
        "sha256": order.sha256,
        "problems": listed(checked.problems),
        "remarks": listed(checked.remarks),
        "changed": listed(done.changed),
    }


def money_of(checked: Checked) -> Decimal:
    """The claimed money of all good rows, with its sign, in the mapping's currency."""
    return sum(
        (line.money for row in checked.rows for line in row.lines if line.money is not None), Decimal(0)
    )


def start_import(session: Session, *, actor: Actor, order: Order, send_key: str, now: datetime) -> Job:
    """Order an import to be run; the same sending twice is one job."""
    edition = session.get(Edition, order.edition_id)
    if edition is None or not can_use(actor, mapping_of(edition)):
        raise NotFound
    if order.changed not in (SKIP, UPDATE):
        raise Invalid(field="changed")
    require_home(session, mapping_of(edition))
    key = f"{KIND}:{actor.person_id}:{send_key}"
    return enqueue_job(
        session,
        kind=KIND,
        key=key,
        payload=order.as_json() | {"key": key},
        person_id=actor.person_id,
        now=now,
    )


def run_import(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """The job: read the kept file, check it, store it; a job that was stored already gives its report."""
    order = Order(**{name: payload[name] for name in Order.__dataclass_fields__})
    with tools.sessions.reading() as look:
        job = _job(look, payload["key"])
        if job.report and "counts" in job.report:
            return job.report
        mapping = mapping_of(look.get_one(Edition, order.edition_id))
        actor = actor_for(look, job.person_id or 0, tools.now())
        with LocalStorage(tools.config.evidence_folder).open(order.sha256) as stream:
            content = stream.read()
        checked = check_file(
            look, actor=actor, mapping=mapping, name=order.name, content=content, progress=tools.progress
        )
    with tools.sessions.writing() as session, session.begin():
        return finish_import(
            session,
            actor=actor,
            job=_job(session, payload["key"]),
            mapping=mapping,
            order=order,
            checked=checked,
            now=tools.now(),
        )


def _job(session: Session, key: str) -> Job:
    return session.scalars(sa.select(Job).where(Job.key == key)).one()


def note_job(session: Session, *, order: Order, now: datetime) -> Job:
    """The row by which an import by command is found again."""
    key = f"{KIND}:command:{order.sha256[:16]}:{now.timestamp()}"
    job = enqueue_job(session, kind=KIND, key=key, payload=order.as_json() | {"key": key}, now=now)
    job.state, job.finished_at = JobState.DONE, now
    return job


def sha256_of(content: bytes) -> str:
    """The SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def imports_seen_by(
    session: Session, actor: Actor, limit: int = 100
) -> list[tuple[Job, dict[str, int] | None]]:
    """The newest imports with their counts: all for an administrator, else one's own; one statement."""
    statement = (
        sa.select(Job, Job.report["counts"])
        .where(Job.kind == KIND)
        .order_by(Job.id.desc())
        .limit(limit)
        .options(defer(Job.report))
    )
    if not actor.is_administrator:
        statement = statement.where(Job.person_id == actor.person_id)
    return [(job, counts) for job, counts in session.execute(statement)]


def import_seen_by(session: Session, actor: Actor, job_id: int) -> Job:
    """One import; NotFound for another person's, unless the reader is an administrator."""
    job = session.get(Job, job_id)
    if job is None or job.kind != KIND:
        raise NotFound
    if not actor.is_administrator and job.person_id != actor.person_id:
        raise NotFound
    return job
