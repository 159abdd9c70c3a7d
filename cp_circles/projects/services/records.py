"""Rows of the typed records of a step: written, changed in new versions, taken away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, NotFound, Stale, msg
from cp_circles.people.rules import Actor
from cp_circles.projects import queries
from cp_circles.projects.contents import checked_content
from cp_circles.projects.models import Project, ProjectStep, StepRecord
from cp_circles.projects.services.guards import begin_work, require_member, require_open, require_running
from cp_circles.rulesets.schema import RecordKind


def add_record(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    step: ProjectStep,
    kind: str,
    content: Mapping[str, Any],
    now: datetime,
) -> StepRecord:
    """Add a row to a record of an open step; Invalid names the field that is wrong."""
    described = _workable_kind(session, actor, project, step, kind)
    checked = checked_content(described, content)
    if described.max_rows is not None:
        _require_room(session, project, step, kind, described.max_rows)
    begin_work(session, actor=actor, project=project, now=now)
    row = StepRecord(
        project_id=project.id,
        step_key=step.key,
        kind=kind,
        position=_next_position(session, project, step, kind),
        loop=project.loop,
        content=checked,
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, actor, project, row, "projects.add_record", now, after=checked)
    return row


def change_record(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    record: StepRecord,
    content: Mapping[str, Any],
    now: datetime,
) -> StepRecord:
    """Write a new version of a row; Stale with the stored values if somebody changed it meanwhile."""
    step = _step_of(project, record)
    described = _workable_kind(session, actor, project, step, record.kind)
    _require_current(session, project, record)
    checked = checked_content(described, content)
    if checked == record.content:
        return record
    fresh = StepRecord(
        project_id=project.id,
        step_key=record.step_key,
        kind=record.kind,
        position=record.position,
        loop=project.loop,
        version=record.version + 1,
        content=checked,
        created_by_id=actor.person_id,
        created_at=now,
        replaces_id=record.id,
    )
    record.superseded_at = now
    begin_work(session, actor=actor, project=project, now=now)
    session.add(fresh)
    session.flush()
    _note(session, actor, project, fresh, "projects.change_record", now, before=record.content, after=checked)
    return fresh


def remove_record(
    session: Session, *, actor: Actor, project: Project, record: StepRecord, now: datetime
) -> None:
    """Take a row away; it stays readable in the step's history."""
    step = _step_of(project, record)
    _workable_kind(session, actor, project, step, record.kind)
    _require_current(session, project, record)
    record.superseded_at = now
    session.flush()
    _note(session, actor, project, record, "projects.remove_record", now, before=record.content)


def _workable_kind(
    session: Session, actor: Actor, project: Project, step: ProjectStep, kind: str
) -> RecordKind:
    require_member(actor, project)
    require_running(project)
    require_open(step)
    spec = queries.method_of(session, project).step(step.key)
    described = spec.record(kind) if spec is not None else None
    if described is None:
        raise NotFound
    return described


def _require_room(session: Session, project: Project, step: ProjectStep, kind: str, most: int) -> None:
    rows = [row for row in queries.records_of(session, project.id, step.key) if row.kind == kind]
    if len(rows) >= most:
        raise DomainError(
            msg("This record has at most %(count)s rows; change the one that is there."), count=most
        )


def _require_current(session: Session, project: Project, record: StepRecord) -> None:
    if record.superseded_at is None:
        return
    now_stored = session.scalar(
        sa.select(StepRecord).where(
            StepRecord.project_id == project.id,
            StepRecord.step_key == record.step_key,
            StepRecord.kind == record.kind,
            StepRecord.position == record.position,
            StepRecord.superseded_at.is_(None),
        )
    )
    raise Stale(current=dict(now_stored.content) if now_stored is not None else {})


def _next_position(session: Session, project: Project, step: ProjectStep, kind: str) -> int:
    highest = session.scalar(
        sa.select(sa.func.max(StepRecord.position)).where(
            StepRecord.project_id == project.id, StepRecord.step_key == step.key, StepRecord.kind == kind
        )
    )
    return (highest or 0) + 1


def _step_of(project: Project, record: StepRecord) -> ProjectStep:
    if record.project_id != project.id:
        raise NotFound
    return queries.step_of(project, record.step_key)


def _note(
    session: Session, actor: Actor, project: Project, row: StepRecord, verb: str, now: datetime, **more: Any
) -> None:
    reason = f"{row.step_key}/{row.kind}/{row.position}"
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        reason="",
        at=now,
        before={"row": reason, **more.get("before", {})} if "before" in more else None,
        after={"row": reason, **more.get("after", {})} if "after" in more else None,
    )
