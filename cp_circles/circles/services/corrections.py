"""Entries of the log corrected or withdrawn by whoever wrote them; the history keeps what stood before."""

from collections.abc import Collection
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles import queries, rules
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Activity, Attendance, Circle
from cp_circles.circles.services.activities import require_plausible, took_part
from cp_circles.circles.services.guards import note, reason_given, require
from cp_circles.errors import DomainError, NotAllowed, msg
from cp_circles.people.rules import Actor

NOT_THEIRS = msg("Only whoever wrote this entry corrects or withdraws it.")
SETTLED = msg("The step is signed off or the result frozen; this entry stays as it is.")
WITHDRAWN = msg("This entry is withdrawn already.")


def correct_activity(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    activity: Activity,
    held_on: date,
    summary: str,
    attendee_ids: Collection[int],
    minutes: int,
    reason: str,
    place: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Activity:
    """Write a new version of an entry with the reason, until the sign-off of its step.

    The version before stays in the circle's history, the photos stay too.
    """
    _require_open(session, actor, circle, activity)
    reason = reason_given(reason)
    require_plausible(held_on, summary, minutes, local_date(now, zone))
    people = took_part(circle, attendee_ids, held_on)
    before = _content(activity)
    activity.held_on, activity.minutes = held_on, minutes
    activity.summary, activity.place = summary.strip(), place.strip()[:120]
    kept = {row.member_id: row for row in activity.attendance}
    for member_id in kept.keys() - {member.id for member in people}:
        session.delete(kept[member_id])
    session.add_all(
        Attendance(activity=activity, member=member) for member in people if member.id not in kept
    )
    activity.corrected_at, activity.corrected_reason = now, reason
    session.flush()
    session.expire(activity, ["attendance"])
    _follow_log(session, circle, zone)
    after = _content(activity)
    note(session, actor, circle, "correct_activity", now, before=before, after=after, reason=reason)
    return activity


def withdraw_activity(
    session: Session,
    *,
    actor: Actor,
    circle: Circle,
    activity: Activity,
    reason: str,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Activity:
    """Take an entry out of every count, with a reason; it stays readable in the log."""
    _require_open(session, actor, circle, activity)
    activity.withdrawn_reason = reason_given(reason)
    activity.withdrawn_at = now
    session.flush()
    _follow_log(session, circle, zone)
    before = _content(activity)
    note(session, actor, circle, "withdraw_activity", now, before=before, reason=activity.withdrawn_reason)
    return activity


def _require_open(session: Session, actor: Actor, circle: Circle, activity: Activity) -> None:
    require(session, circle, actor, rules.can_log_activity, NOT_THEIRS, rules.LIVE)
    session.refresh(activity, ["withdrawn_at"], with_for_update=True)
    if not rules.wrote_activity(actor, activity):
        raise NotAllowed(NOT_THEIRS)
    if activity.withdrawn_at is not None:
        raise DomainError(WITHDRAWN)
    if queries.is_settled(session, activity):
        raise DomainError(SETTLED)


def _content(activity: Activity) -> dict[str, Any]:
    return {
        "activity_id": activity.id,
        "held_on": activity.held_on.isoformat(),
        "minutes": activity.minutes,
        "place": activity.place,
        "summary": activity.summary,
        "members": sorted(row.member_id for row in activity.attendance),
    }


def _follow_log(session: Session, circle: Circle, zone: tzinfo) -> None:
    """The circle was last at work on the day of its latest standing entry, approval or revival."""
    moments = [at for at in (circle.registered_at, queries.revived_at(session, circle)) if at is not None]
    days = [local_date(at, zone) for at in moments]
    latest = queries.latest_activity_on(session, circle.id)
    circle.last_active_on = max([*days, latest] if latest else days, default=None)
    session.flush()
