"""What a project has written down: records, evidence, and the activities held for it."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from cp_circles.circles.models import Activity, Attendance, CircleMember
from cp_circles.errors import NotFound
from cp_circles.projects.models import Evidence, EvidenceVersion, Project, ProjectStep, StepRecord


def records_of(session: Session, project_id: int, step_key: str | None = None) -> Sequence[StepRecord]:
    """The rows that stand now, of one step or of all, in the order of their places."""
    statement = sa.select(StepRecord).where(
        StepRecord.project_id == project_id, StepRecord.superseded_at.is_(None)
    )
    if step_key is not None:
        statement = statement.where(StepRecord.step_key == step_key)
    return session.scalars(statement.order_by(StepRecord.position, StepRecord.id)).all()


def record_versions(session: Session, project_id: int, step_key: str) -> Sequence[StepRecord]:
    """Every version of every row of a step, newest first, superseded ones included."""
    return session.scalars(
        sa.select(StepRecord)
        .where(StepRecord.project_id == project_id, StepRecord.step_key == step_key)
        .order_by(StepRecord.id.desc())
    ).all()


def record_of(session: Session, project: Project, record_id: int) -> StepRecord:
    """One row of this project; NotFound if it is another's."""
    found = session.get(StepRecord, record_id)
    if found is None or found.project_id != project.id:
        raise NotFound
    return found


def evidence_of(session: Session, project_id: int, step_key: str | None = None) -> Sequence[Evidence]:
    """The evidence with its versions, withdrawn pieces included, oldest first."""
    statement = (
        sa.select(Evidence)
        .options(selectinload(Evidence.versions).joinedload(EvidenceVersion.uploaded_by))
        .where(Evidence.project_id == project_id)
    )
    if step_key is not None:
        statement = statement.where(Evidence.step_key == step_key)
    return session.scalars(statement.order_by(Evidence.id)).all()


def evidence_piece(session: Session, project: Project, evidence_id: int) -> Evidence:
    """One piece of evidence of this project; NotFound if it is another's."""
    found = session.get(Evidence, evidence_id)
    if found is None or found.project_id != project.id:
        raise NotFound
    return found


def evidence_version(session: Session, project: Project, version_id: int) -> EvidenceVersion:
    """One version of a piece of evidence of this project; NotFound if it is another's."""
    found = session.get(EvidenceVersion, version_id)
    if found is None or found.evidence.project_id != project.id:
        raise NotFound
    return found


def activities_of(session: Session, project_id: int) -> Sequence[Activity]:
    """The activities held for a project with who attended, newest first."""
    return session.scalars(
        sa.select(Activity)
        .options(
            selectinload(Activity.attendance).joinedload(Attendance.member).joinedload(CircleMember.person)
        )
        .where(Activity.project_id == project_id, Activity.withdrawn_at.is_(None))
        .order_by(Activity.held_on.desc(), Activity.id.desc())
    ).all()


def activity_counts(session: Session, project_id: int) -> dict[str, int]:
    """How many activities were held for each step; key "" for those of no step."""
    rows = session.execute(
        sa.select(Activity.step_key, sa.func.count())
        .where(Activity.project_id == project_id, Activity.withdrawn_at.is_(None))
        .group_by(Activity.step_key)
    )
    counts: dict[str, int] = defaultdict(int)
    for step_key, count in rows:
        counts[step_key] += count
    return dict(counts)


def step_of(project: Project, key: str) -> ProjectStep:
    """The step of this project with that key; NotFound if its method has none."""
    found = next((step for step in project.steps if step.key == key), None)
    if found is None:
        raise NotFound
    return found


def verified_savings(session: Session, project_id: int) -> int:
    """How many savings of a project are verified, counted in the table of a later room."""
    savings = sa.table("savings", sa.column("project_id"), sa.column("state"))
    statement = (
        sa.select(sa.func.count())
        .select_from(savings)
        .where(savings.c.project_id == project_id, savings.c.state == "verified")
    )
    return session.scalar(statement) or 0
