"""Evidence of a step: files that keep all their versions, each with hash and effective date."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.people.rules import Actor
from cp_circles.projects import queries
from cp_circles.projects.models import Evidence, EvidenceVersion, Project, ProjectStep
from cp_circles.projects.services.guards import (
    begin_work,
    require_member,
    require_open,
    require_reason,
    require_running,
)

TITLE_MAX = 120
FILENAME_MAX = 160


def require_workable(actor: Actor, project: Project, step: ProjectStep) -> None:
    """Refuse whoever may not add to this step now; ask before a content is stored for it."""
    require_member(actor, project)
    require_running(project)
    require_open(step)


def add_evidence(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    step: ProjectStep,
    blob: Blob,
    title: str,
    filename: str,
    effective_on: date,
    now: datetime,
) -> Evidence:
    """Attach a stored file to an open step."""
    require_workable(actor, project, step)
    title = title.strip() or filename.strip()
    if not title or len(title) > TITLE_MAX:
        raise Invalid(
            msg("Give the evidence a title of at most %(limit)s characters."), field="title", limit=TITLE_MAX
        )
    _check_date(effective_on, now)
    begin_work(session, actor=actor, project=project, now=now)
    piece = Evidence(project_id=project.id, step_key=step.key, title=title)
    piece.versions.append(_version(actor, blob, 1, filename, effective_on, now))
    session.add(piece)
    session.flush()
    _note(session, actor, project, piece, "projects.add_evidence", now)
    return piece


def add_evidence_version(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    evidence: Evidence,
    blob: Blob,
    filename: str,
    effective_on: date,
    now: datetime,
) -> EvidenceVersion:
    """Put a newer content in the place of the last one, which stays readable."""
    require_workable(actor, project, _step_of(project, evidence))
    _require_standing(evidence)
    _check_date(effective_on, now)
    if evidence.latest.sha256 == blob.sha256:
        raise DomainError(msg("This is the same content as the last version."))
    version = _version(actor, blob, len(evidence.versions) + 1, filename, effective_on, now)
    evidence.versions.append(version)
    session.flush()
    _note(session, actor, project, evidence, "projects.add_evidence_version", now)
    return version


def withdraw_evidence(
    session: Session, *, actor: Actor, project: Project, evidence: Evidence, reason: str, now: datetime
) -> Evidence:
    """Take a piece of evidence back with a reason; it stays in the history and no longer counts."""
    require_workable(actor, project, _step_of(project, evidence))
    _require_standing(evidence)
    evidence.withdraw_reason = require_reason(reason)
    evidence.withdrawn_at = now
    session.flush()
    _note(
        session, actor, project, evidence, "projects.withdraw_evidence", now, reason=evidence.withdraw_reason
    )
    return evidence


def _require_standing(evidence: Evidence) -> None:
    if evidence.withdrawn_at is not None:
        raise DomainError(msg("This evidence was withdrawn."))


def _check_date(effective_on: date, now: datetime) -> None:
    if (effective_on - now.date()).days > 1:
        raise Invalid(
            msg("The date from which the evidence holds cannot lie in the future."), field="effective_on"
        )


def _version(
    actor: Actor, blob: Blob, number: int, filename: str, effective_on: date, now: datetime
) -> EvidenceVersion:
    return EvidenceVersion(
        number=number,
        sha256=blob.sha256,
        filename=filename.strip()[-FILENAME_MAX:] or blob.sha256[:12],
        effective_on=effective_on,
        uploaded_by_id=actor.person_id,
        uploaded_at=now,
    )


def _step_of(project: Project, evidence: Evidence) -> ProjectStep:
    if evidence.project_id != project.id:
        raise NotFound
    return queries.step_of(project, evidence.step_key)


def _note(
    session: Session, actor: Actor, project: Project, piece: Evidence, verb: str, now: datetime, **more: Any
) -> None:
    after = {
        "step": piece.step_key,
        "title": piece.title,
        "version": piece.latest.number,
        "sha256": piece.latest.sha256,
    }
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=project,
        company_id=project.company_id,
        after=after,
        at=now,
        **more,
    )
