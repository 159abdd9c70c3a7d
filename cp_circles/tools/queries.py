"""Sheets of a project, and one of them, as far as the reader may see."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.errors import NotFound
from cp_circles.files.queries import blobs_by_hash
from cp_circles.people.rules import Actor
from cp_circles.projects import queries as projects
from cp_circles.projects.models import EvidenceVersion, Project
from cp_circles.tools.models import ToolSheet, ToolVersion

PICTURES = "image/"


def sheets_of(
    session: Session, project_id: int, step_key: str | None = None, *, withdrawn: bool = False
) -> Sequence[ToolSheet]:
    """The sheets of a project or of one step with their versions, oldest first: two statements."""
    statement = (
        sa.select(ToolSheet)
        .options(selectinload(ToolSheet.versions).joinedload(ToolVersion.created_by))
        .where(ToolSheet.project_id == project_id)
        .order_by(ToolSheet.id)
    )
    if step_key is not None:
        statement = statement.where(ToolSheet.step_key == step_key)
    if not withdrawn:
        statement = statement.where(ToolSheet.withdrawn_at.is_(None))
    return session.scalars(statement).all()


def sheet_by_id(session: Session, sheet_id: int) -> ToolSheet:
    """One sheet with its versions; NotFound if there is none."""
    found = session.scalar(
        sa.select(ToolSheet)
        .options(selectinload(ToolSheet.versions).joinedload(ToolVersion.created_by))
        .where(ToolSheet.id == sheet_id)
    )
    if found is None:
        raise NotFound
    return found


def sheet_for(session: Session, *, actor: Actor, sheet_id: int) -> tuple[ToolSheet, Project]:
    """A sheet and its project, if the actor may see the project; NotFound otherwise."""
    sheet = sheet_by_id(session, sheet_id)
    return sheet, projects.project_for(session, actor=actor, project_id=sheet.project_id)


def version_of(sheet: ToolSheet, number: int | None) -> ToolVersion:
    """One version of a sheet, or the latest; NotFound if there is none of that number."""
    if number is None:
        return sheet.latest
    found = next((one for one in sheet.versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def pictures_of(session: Session, project_id: int) -> list[tuple[int, str, EvidenceVersion]]:
    """The pictures among a project's standing evidence: id of the version, title, version."""
    pieces = [one for one in projects.evidence_of(session, project_id) if one.withdrawn_at is None]
    blobs = blobs_by_hash(session, [version.sha256 for one in pieces for version in one.versions])
    return [
        (version.id, one.title, version)
        for one in pieces
        for version in one.versions
        if version.sha256 in blobs and blobs[version.sha256].media_type.startswith(PICTURES)
    ]


def picture_ids(session: Session, project_id: int) -> frozenset[int]:
    """The ids of every version of a project's evidence, withdrawn pieces included."""
    pieces = projects.evidence_of(session, project_id)
    return frozenset(version.id for one in pieces for version in one.versions)
