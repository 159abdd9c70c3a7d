"""The secret address of one's calendar file: made, made anew, ended."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, NotAllowed, msg
from cp_circles.people.rules import Actor
from cp_circles.people.secrets import new_token, token_hash
from cp_circles.personal.models import CalendarKey
from cp_circles.personal.queries.calendar import calendar_key_of


def make_calendar_key(session: Session, *, actor: Actor, now: datetime) -> str:
    """Make a secret key and give it back, once; an earlier one ends."""
    if actor.person_id is None:
        raise NotAllowed
    key = new_token()
    row = calendar_key_of(session, actor.person_id) or CalendarKey(person_id=actor.person_id)
    row.key_hash, row.made_at = token_hash(key), now
    session.add(row)
    session.flush()
    record_event(session, actor=actor, verb="personal.make_calendar_key", subject=row, at=now)
    return key


def end_calendar_key(session: Session, *, actor: Actor, now: datetime) -> None:
    """End the address: whoever has it reads nothing more."""
    row = calendar_key_of(session, actor.person_id or 0)
    if row is None:
        raise DomainError(msg("There is no address that could be ended."))
    record_event(session, actor=actor, verb="personal.end_calendar_key", subject=row, at=now)
    session.execute(sa.delete(CalendarKey).where(CalendarKey.id == row.id))
    session.flush()
