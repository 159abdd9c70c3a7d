"""Keeping how a person wants to be told of things."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, msg
from cp_circles.notices import queries, rules
from cp_circles.notices.models import NotificationSetting
from cp_circles.people.rules import Actor


def keep_wishes(
    session: Session,
    *,
    actor: Actor,
    ways: Mapping[str, str],
    quiet_from: int | None,
    quiet_until: int | None,
    zone: str,
    reminders: Mapping[str, int] | None = None,
    now: datetime,
) -> NotificationSetting:
    """Keep one's own wishes; hours are whole hours 0 to 23 of `zone`, both or none. Later messages follow.

    `reminders` gives the days before the date of a task by kind, -1 for never; without it they stay.
    """
    if actor.person_id is None:
        raise NotAllowed(msg("Only a person has settings of their own."))
    if any(kind not in rules.KINDS or way not in rules.WAYS for kind, way in ways.items()):
        raise Invalid(msg("Choose one of the ways offered."))
    asked = dict(reminders or {})
    if any(
        kind not in rules.REMINDER_KINDS or days not in rules.REMINDER_DAYS for kind, days in asked.items()
    ):
        raise Invalid(msg("Choose one of the ways offered."))
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(msg("Give both the first and the last quiet hour, or none."), field="quiet_until")
    kept = queries.settings_of(session, [actor.person_id]).get(actor.person_id)
    if kept is None:
        kept = NotificationSetting(person_id=actor.person_id, reminders={})
        session.add(kept)
    kept.ways, kept.quiet_from, kept.quiet_until = dict(ways), quiet_from, quiet_until
    kept.reminders = kept.reminders | asked
    kept.zone, kept.updated_at = zone, now
    session.flush()
    record_event(session, actor=actor, verb="notices.keep_wishes", subject=kept, at=now)
    return kept
