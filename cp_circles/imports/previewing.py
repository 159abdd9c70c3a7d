"""What an import would do, as its page shows it: at once for a small file, by a job for a large one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError
from cp_circles.files.storage import LocalStorage
from cp_circles.imports.checking import Progress
from cp_circles.imports.findings import LineFacts, ProjectRow, listed
from cp_circles.imports.mappings import known_things, mapping_of
from cp_circles.imports.running import Order, check_file, money_of, quiet
from cp_circles.imports.storing import sort_out
from cp_circles.jobs.kinds import Report, Tools
from cp_circles.people.queries import actor_for
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Mapping as MappingPack

KIND = "imports.preview"
LARGE = 500_000
FIRST_ROWS = 10
MOST_PROBLEMS = 500


@dataclass(frozen=True)
class Preview:
    """What an import would do: counts, the first rows as they were understood, and what is wrong."""

    counts: Mapping[str, int]
    money: str
    first: tuple[Mapping[str, Any], ...]
    problems: Mapping[str, Any]
    remarks: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The preview as a job keeps it."""
        return {**vars(self), "first": list(self.first)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Preview":
        """The preview that a job kept."""
        return cls(**{**stored, "first": tuple(stored["first"])})


def preview_of(
    session: Session,
    *,
    actor: Actor,
    mapping: MappingPack,
    name: str,
    content: bytes,
    progress: Progress = quiet,
) -> Preview:
    """The first stage for a page: nothing is written; refusals as in `check_file`."""
    checked = check_file(session, actor=actor, mapping=mapping, name=name, content=content, progress=progress)
    known = known_things(session, actor, mapping).projects
    new, changed, unchanged = sort_out(checked, dict(known))
    counts = {
        "read": checked.read,
        "refused": checked.refused,
        "new": len(new),
        "changed": len(changed),
        "unchanged": unchanged,
    }
    problems, remarks = listed(checked.problems), listed(checked.remarks)
    return Preview(
        counts,
        str(money_of(checked)),
        tuple(_row(row) for row in checked.rows[:FIRST_ROWS]),
        {"count": problems["count"], "rows": problems["rows"][:MOST_PROBLEMS]},
        {"count": remarks["count"], "reasons": remarks["reasons"]},
    )


def is_large(content: bytes) -> bool:
    """Whether a file is checked by a job: more than 500 kB, several thousand rows."""
    return len(content) > LARGE


def order_preview(session: Session, *, actor: Actor, order: Order, token: str, now: datetime) -> Job:
    """Order the check of a large file; the same upload twice is one job."""
    key = _key(actor, token)
    return enqueue_job(
        session,
        kind=KIND,
        key=key,
        payload=order.as_json() | {"key": key},
        person_id=actor.person_id,
        now=now,
    )


def preview_job(session: Session, *, actor: Actor, token: str) -> Job | None:
    """The job that checks the file behind a token of this person, if it was ordered."""
    return session.scalar(sa.select(Job).where(Job.kind == KIND, Job.key == _key(actor, token)))


def run_preview(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """The job: read the kept file and check it; what refuses the whole file is its report."""
    order = Order(**{name: payload[name] for name in Order.__dataclass_fields__})
    with tools.sessions.reading() as look:
        job = look.scalars(sa.select(Job).where(Job.key == payload["key"])).one()
        with LocalStorage(tools.config.evidence_folder).open(order.sha256) as stream:
            content = stream.read()
        try:
            found = preview_of(
                look,
                actor=actor_for(look, job.person_id or 0, tools.now()),
                mapping=mapping_of(look.get_one(Edition, order.edition_id)),
                name=order.name,
                content=content,
                progress=tools.progress,
            )
        except DomainError as refusal:
            values = {name: str(value) for name, value in refusal.values.items()}
            return {"refused": [refusal.msgid, values]}
    return {"preview": found.as_json()}


def _key(actor: Actor, token: str) -> str:
    return f"{KIND}:{actor.person_id}:{token[-60:]}"


def _row(row: ProjectRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "key": row.import_key,
        "state": row.state,
        "period": [row.period_from.isoformat(), row.period_to.isoformat()],
        "number": row.number,
        "lines": [_line(line) for line in row.lines],
    }


def _line(line: LineFacts) -> dict[str, str | None]:
    amounts = {"quantity": line.quantity, "money": line.money, "indirect": line.indirect}
    shown = {name: None if value is None else str(value) for name, value in amounts.items()}
    return {**shown, "unit": line.unit or line.resource}
