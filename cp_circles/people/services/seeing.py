"""An administrator reads the pages as somebody else reads them: begun with a reason, logged, over soon."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.people import queries
from cp_circles.people.models import SignIn
from cp_circles.people.rules import Actor

SEEING_FOR = timedelta(minutes=30)


def begin_seeing(
    session: Session, *, actor: Actor, sign_in_id: int, person_id: int, reason: str, now: datetime
) -> SignIn:
    """Let this sign-in of an administrator read as a person for 30 minutes; nothing can be done meanwhile."""
    if not actor.is_administrator or actor.person_id is None:
        raise NotFound
    person = queries.person_by_id(session, person_id)
    row = queries.sign_in_of(session, actor.person_id, sign_in_id)
    if person.id == actor.person_id:
        raise DomainError(msg("You see the pages as yourself already."))
    if not person.active:
        raise DomainError(msg("This account is closed; nobody reads the pages with it."))
    if queries.actor_for(session, person.id, now).is_administrator:
        raise NotAllowed(msg("Administrators do not see as one another."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    row.seeing_id, row.seeing_until = person.id, now + SEEING_FOR
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="people.begin_seeing",
        subject=person,
        reason=reason.strip()[:2000],
        after={"until": row.seeing_until.isoformat()},
        at=now,
    )
    return row


def end_seeing(session: Session, *, actor: Actor, sign_in_id: int, now: datetime) -> int | None:
    """Read as oneself again; gives the id of whoever was looked at, None if it was over already."""
    row = queries.sign_in_of(session, actor.person_id or 0, sign_in_id)
    if row.seeing_id is None:
        return None
    person = queries.person_by_id(session, row.seeing_id)
    row.seeing_id = row.seeing_until = None
    session.flush()
    record_event(session, actor=actor, verb="people.end_seeing", subject=person, at=now)
    return person.id
