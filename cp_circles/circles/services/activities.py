"""The activity log: what a circle did, when, who took part, and what shows it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles import queries, rules
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Activity, ActivityPhoto, Attendance, Circle, CircleMember
from cp_circles.circles.services import telling
from cp_circles.circles.services.guards import note, require
from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.files.naming import safe_name
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor

NOT_THEIRS = msg("Only members, facilitators and the department write the activity log.")
LONGEST_MINUTES = 24 * 60


def log_activity(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    held_on: date,
    summary: str,
    attendee_ids: Collection[int],
    minutes: int = 60,
    place: str = "",
    project_id: int | None = None,
    step_key: str = "",
    photos: Sequence[tuple[Blob, str]] = (),
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Activity:
    """Write one activity with the members who took part (ids of `CircleMember`) and its photos."""
    require(session, circle, actor, rules.can_log_activity, NOT_THEIRS, rules.LIVE)
    require_plausible(held_on, summary, minutes, local_date(now, zone))
    if project_id is not None and not queries.has_project(session, circle, project_id, step_key):
        raise NotFound
    present = took_part(circle, attendee_ids, held_on)
    activity = Activity(
        circle=circle,
        project_id=project_id,
        step_key=step_key,
        held_on=held_on,
        minutes=minutes,
        place=place.strip()[:120],
        summary=summary.strip(),
        created_by_id=actor.person_id,
        created_at=now,
    )
    session.add(activity)
    activity.attendance = [Attendance(member=member) for member in present]
    activity.photos = [
        ActivityPhoto(blob=blob, name=safe_name(name, blob.media_type)[:120])
        for blob, name in {blob.sha256: (blob, name) for blob, name in photos}.values()
    ]
    session.flush()
    touch_circle(session, circle=circle, on=held_on)
    finish_tasks(session, subject=circle, kind=telling.LOG_ACTIVITY, now=now)
    note(
        session,
        actor,
        circle,
        "log_activity",
        now,
        after={
            "activity_id": activity.id,
            "held_on": held_on.isoformat(),
            "members": [member.id for member in present],
            "photos": [photo.sha256 for photo in activity.photos],
        },
    )
    return activity


def touch_circle(session: Session, *, circle: Circle, on: date) -> None:
    """Note that the circle was at work on that day; for every room whose records show it."""
    if circle.last_active_on is None or on > circle.last_active_on:
        circle.last_active_on = on
        session.flush()


def require_plausible(held_on: date, summary: str, minutes: int, today: date) -> None:
    """Invalid for a day to come, an empty summary, and a length that no activity has."""
    if held_on > today:
        raise Invalid(msg("This date lies in the future."), field="held_on")
    if not summary.strip():
        raise Invalid(msg("Write in a sentence what was done."), field="summary")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Invalid(msg("An activity lasts from one minute to a day."), field="minutes")


def took_part(circle: Circle, attendee_ids: Collection[int], held_on: date) -> list[CircleMember]:
    """The members of these ids; Invalid for nobody, and for people who were no members on that day."""
    members = {member.id: member for member in circle.members}
    wanted = sorted(set(attendee_ids))
    if not wanted:
        raise Invalid(msg("Tick who took part."), field="attendees")
    for id_ in wanted:
        member = members.get(id_)
        if member is None or (member.left_on is not None and member.left_on < held_on):
            raise Invalid(
                msg("Only people who were members on that day can have taken part."), field="attendees"
            )
    return [members[id_] for id_ in wanted]
