"""The activity log of a circle."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import Activity, ActivityPhoto, Attendance, Circle, CircleMember
from cp_circles.db.models import Event
from cp_circles.db.paging import Page, page_of
from cp_circles.errors import NotFound

LOG_SIZE = 20


def activities_of(
    session: Session, circle_id: int, *, project_id: int | None = None, page: int = 1, size: int = LOG_SIZE
) -> Page[Activity]:
    """A page of the log, newest first, with who took part and the photos: four statements."""
    statement = (
        sa.select(Activity)
        .options(
            selectinload(Activity.attendance).joinedload(Attendance.member).joinedload(CircleMember.person),
            selectinload(Activity.photos),
        )
        .where(Activity.circle_id == circle_id)
        .order_by(Activity.held_on.desc(), Activity.id.desc())
    )
    if project_id is not None:
        statement = statement.where(Activity.project_id == project_id)
    return page_of(session, statement, number=page, size=size)


def activity_of(session: Session, circle: Circle, activity_id: int) -> Activity:
    """One activity of this very circle; NotFound if it is another's."""
    found = session.get(Activity, activity_id)
    if found is None or found.circle_id != circle.id:
        raise NotFound
    return found


def photo_of(session: Session, circle: Circle, photo_id: int) -> ActivityPhoto:
    """A photo of this very circle's log, with its content's row; NotFound if it is another's."""
    found = session.scalar(
        sa.select(ActivityPhoto)
        .join(ActivityPhoto.activity)
        .options(joinedload(ActivityPhoto.blob))
        .where(ActivityPhoto.id == photo_id, Activity.circle_id == circle.id)
    )
    if found is None:
        raise NotFound
    return found


def has_project(session: Session, circle: Circle, project_id: int, step_key: str) -> bool:
    """True if the project is the circle's own and, where a step is named, has that step."""
    projects = sa.table("projects", sa.column("id"), sa.column("circle_id"))
    found = sa.select(projects.c.id).where(projects.c.id == project_id, projects.c.circle_id == circle.id)
    if step_key:
        steps = sa.table("project_steps", sa.column("project_id"), sa.column("key"))
        found = found.join(steps, steps.c.project_id == projects.c.id).where(steps.c.key == step_key)
    return session.scalar(found) is not None


def settled_among(session: Session, activities: Iterable[Activity]) -> set[int]:
    """The ids of entries whose step is signed off or whose project has a frozen result: two statements."""
    found = [row for row in activities if row.project_id is not None]
    if not found:
        return set()
    ids = {row.project_id for row in found}
    steps = sa.table("project_steps", *(sa.column(name) for name in ("project_id", "key", "state")))
    results = sa.table("results", sa.column("project_id"), sa.column("state"))
    signed = session.execute(
        sa.select(steps.c.project_id, steps.c.key).where(
            steps.c.project_id.in_(ids), steps.c.state == "signed_off"
        )
    )
    pairs = {(project_id, key) for project_id, key in signed}
    frozen = set(
        session.scalars(
            sa.select(results.c.project_id).where(results.c.project_id.in_(ids), results.c.state == "frozen")
        )
    )
    return {row.id for row in found if row.project_id in frozen or (row.project_id, row.step_key) in pairs}


def is_settled(session: Session, activity: Activity) -> bool:
    """True if the entry's step is signed off, or the result of its project frozen."""
    return activity.id in settled_among(session, [activity])


def latest_activity_on(session: Session, circle_id: int) -> date | None:
    """The day of the circle's latest entry that stands."""
    return session.scalar(
        sa.select(sa.func.max(Activity.held_on)).where(
            Activity.circle_id == circle_id, Activity.withdrawn_at.is_(None)
        )
    )


def revived_at(session: Session, circle: Circle) -> datetime | None:
    """When the circle was last woken from dormancy, by its history."""
    return session.scalar(
        sa.select(sa.func.max(Event.at)).where(
            Event.subject_kind == circle.__tablename__,
            Event.subject_id == circle.id,
            Event.verb == "circles.revive_circle",
        )
    )
