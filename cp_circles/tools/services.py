"""Sheets of the tools: written, changed in new versions, filled anew from their source, withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotFound, Stale, msg
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.projects.rules import takes_sheets
from cp_circles.projects.services.guards import begin_work, require_member, require_reason, require_running
from cp_circles.tools import queries, rules, sources
from cp_circles.tools.checking import checked_inputs, checked_note, checked_title, files_named
from cp_circles.tools.models import ToolSheet, ToolVersion


def create_sheet(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    code: str,
    inputs: Mapping[str, Any],
    title: str,
    note: str = "",
    step_key: str = "",
    source: Mapping[str, Any] | None = None,
    unfinished: bool = False,
    now: datetime,
) -> ToolSheet:
    """Keep a tool's first version; Invalid names the field, unless it may stay unfinished."""
    require_writable(actor, project, step_key)
    version = _version(session, actor, project, code, inputs, title, note, source, unfinished, now)
    begin_work(session, actor=actor, project=project, now=now)
    sheet = ToolSheet(project_id=project.id, step_key=step_key, code=code, created_at=now)
    version.number = 1
    sheet.versions.append(version)
    session.add(sheet)
    session.flush()
    _note(session, actor, project, sheet, "tools.create_sheet", now)
    return sheet


def change_sheet(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    sheet: ToolSheet,
    version: int,
    inputs: Mapping[str, Any],
    title: str,
    note: str = "",
    source: Mapping[str, Any] | None = None,
    unfinished: bool = False,
    now: datetime,
) -> ToolSheet:
    """Write a new version; Stale with the stored texts if somebody wrote one meanwhile."""
    require_changeable(actor, project, sheet)
    last = sheet.latest
    if last.number != version:
        raise Stale(
            current={"version": last.number, "title": last.title, "note": last.note, "inputs": last.inputs}
        )
    fresh = _version(session, actor, project, sheet.code, inputs, title, note, source, unfinished, now)
    if _same(fresh, last):
        return sheet
    fresh.number = last.number + 1
    sheet.versions.append(fresh)
    session.flush()
    _note(session, actor, project, sheet, "tools.change_sheet", now)
    return sheet


def refresh_sheet(
    session: Session, *, actor: Actor, project: Project, sheet: ToolSheet, language: str, now: datetime
) -> bool:
    """Fill a sheet anew from its source as a new version; False where nothing has changed there."""
    require_changeable(actor, project, sheet)
    last = sheet.latest
    if last.source is None:
        raise DomainError(msg("This sheet was typed by hand; it has no source to be filled from."))
    raw = dict(last.inputs) | sources.filled(
        session, project, sheet.code, last.source, language=language, today=now.date()
    )
    fresh = _version(session, actor, project, sheet.code, raw, last.title, last.note, last.source, False, now)
    if _same(fresh, last):
        return False
    fresh.number = last.number + 1
    sheet.versions.append(fresh)
    session.flush()
    _note(session, actor, project, sheet, "tools.refresh_sheet", now)
    return True


def withdraw_sheet(
    session: Session, *, actor: Actor, project: Project, sheet: ToolSheet, reason: str, now: datetime
) -> ToolSheet:
    """Take a sheet back with a reason; it stays readable and is quoted no more."""
    require_changeable(actor, project, sheet)
    sheet.withdraw_reason = require_reason(reason)
    sheet.withdrawn_at, sheet.withdrawn_by_id = now, actor.person_id
    session.flush()
    _note(session, actor, project, sheet, "tools.withdraw_sheet", now, reason=sheet.withdraw_reason)
    return sheet


def require_writable(actor: Actor, project: Project, step_key: str) -> None:
    """Refuse whoever may not write a sheet at this step now."""
    require_member(actor, project)
    if step_key and all(row.key != step_key for row in project.steps):
        raise Invalid(msg("Choose one of the list."), field="step_key")
    require_running(project)
    if not takes_sheets(project, step_key):
        raise DomainError(msg("The step is signed off; open it again before its sheets are changed."))


def require_changeable(actor: Actor, project: Project, sheet: ToolSheet) -> None:
    """Refuse whoever may not change this sheet now."""
    if sheet.project_id != project.id:
        raise NotFound
    require_writable(actor, project, sheet.step_key)
    if not rules.is_standing(sheet):
        raise DomainError(msg("This sheet was withdrawn."))


def _version(
    session: Session,
    actor: Actor,
    project: Project,
    code: str,
    raw: Mapping[str, Any],
    title: str,
    note: str,
    source: Mapping[str, Any] | None,
    unfinished: bool,
    now: datetime,
) -> ToolVersion:
    inputs, complete = checked_inputs(code, raw, unfinished=unfinished)
    named = files_named(inputs)
    if named and not named <= queries.picture_ids(session, project.id):
        raise Invalid(msg("Choose photos from the evidence of this project."), field="pairs")
    return ToolVersion(
        title=checked_title(title),
        note=checked_note(note),
        inputs=inputs,
        is_complete=complete,
        source=dict(source) if source else None,
        created_by_id=actor.person_id,
        created_at=now,
    )


def _same(one: ToolVersion, other: ToolVersion) -> bool:
    return (one.title, one.note, one.inputs, one.source, one.is_complete) == (
        other.title,
        other.note,
        other.inputs,
        other.source,
        other.is_complete,
    )


def _note(
    session: Session,
    actor: Actor,
    project: Project,
    sheet: ToolSheet,
    verb: str,
    now: datetime,
    reason: str = "",
) -> None:
    after = {
        "sheet": sheet.id,
        "tool": sheet.code,
        "step": sheet.step_key,
        "title": sheet.latest.title,
        "version": sheet.latest.number,
    }
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        reason=reason,
        after=after,
        at=now,
    )
