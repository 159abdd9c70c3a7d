"""The history: every service writes one event for every act."""

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event


class Acting(Protocol):
    """Whoever acts: a person, or the system (no person)."""

    @property
    def person_id(self) -> int | None:
        """The person's id; None for commands and jobs."""


class Recorded(Protocol):
    """A stored row that an event can be about."""

    __tablename__: str
    id: Any


def record_event(
    session: Session,
    *,
    actor: Acting,
    verb: str,
    subject: Any,
    at: datetime,
    company_id: int | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Write one line of history about a flushed row; `verb` is `room.act`."""
    event = unwritten_event(
        actor=actor,
        verb=verb,
        subject=subject,
        at=at,
        company_id=company_id,
        reason=reason,
        before=before,
        after=after,
    )
    session.add(event)
    session.flush()
    return event


def unwritten_event(
    *,
    actor: Acting,
    verb: str,
    subject: Any,
    at: datetime,
    company_id: int | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """The line of history about a flushed row, for whoever adds to it before it is written."""
    return Event(
        at=at,
        actor_id=actor.person_id,
        verb=verb,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        company_id=company_id,
        reason=reason,
        before=before,
        after=after,
    )


def events_of(session: Session, subject: Any, limit: int = 200) -> list[Event]:
    """The history of one row, newest first."""
    return list(
        session.scalars(
            sa.select(Event)
            .where(Event.subject_kind == subject.__tablename__, Event.subject_id == subject.id)
            .order_by(Event.id.desc())
            .limit(limit)
        )
    )
