"""Bringing an imported project to what its file says now."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.errors import msg
from cp_circles.imports import claims, places
from cp_circles.imports.findings import ProjectRow
from cp_circles.imports.writing import (
    Writing,
    claim_lines,
    company_of,
    countable_line,
    known_companies,
    project_values,
)
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import count_many, uncount_saving
from cp_circles.projects.models import Project
from cp_circles.savings.models import Saving, SavingState


def update_project(writing: Writing, row: ProjectRow, project_id: int) -> bool:
    """Bring an imported project and its claims to what the file says now; False once verification began."""
    session = writing.session
    project = session.get_one(Project, project_id)
    savings = list(
        session.scalars(sa.select(Saving).where(Saving.project_id == project_id).order_by(Saving.id))
    )
    imported = [
        saving
        for saving in savings
        if saving.method == claims.METHOD and saving.state_reason != CHANGED_IN_FILE
    ]
    if any(saving.state is not SavingState.CLAIMED for saving in imported):
        return False
    company_id = company_of(row, known_companies(writing))
    before = project.import_facts or {}
    for name, value in project_values(writing, row, company_id).items():
        if name not in {"number", "created_at", "created_by_id", "registered_at", "import_key"}:
            setattr(project, name, value)
    project.version += 1
    session.flush()
    for saving in imported:
        _take_back(session, saving, writing.now)
    place = places.company_places(session, [company_id])[company_id]
    fresh = [
        countable_line(writing, row, line, saving_id, project_id, company_id, place)
        for (_, line, _), saving_id in claim_lines(writing, [(row, line, project_id) for line in row.lines])
    ]
    count_many(session, fresh, basis=Basis.CLAIMED, now=writing.now)
    session.add(_event_of_update(writing, project, before, row))
    return True


def _take_back(session: Session, saving: Saving, now: datetime) -> None:
    """Void what the row claimed before; the saving stays with its history."""
    uncount_saving(session, saving_id=saving.id, basis=Basis.CLAIMED)
    saving.state, saving.state_reason = SavingState.WITHDRAWN, CHANGED_IN_FILE
    claim = saving.claim
    if claim is not None:
        claim.voided_at, claim.void_reason = now, CHANGED_IN_FILE
    session.flush()


CHANGED_IN_FILE = msg("The imported file states it anew.")


def _event_of_update(writing: Writing, project: Project, before: dict[str, Any], row: ProjectRow) -> Event:
    return Event(
        at=writing.now,
        actor_id=writing.actor.person_id,
        verb="imports.update_project",
        subject_kind=Project.__tablename__,
        subject_id=project.id,
        company_id=project.company_id,
        before={"sha256": before.get("sha256")},
        after={"sha256": row.sha256, "row": row.number},
    )
