"""Exports of one's own data: asked for, made by a job, downloaded by that person only, gone after a week."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.db.jobs import enqueue_job
from cp_circles.errors import DomainError, NotAllowed, NotFound, msg
from cp_circles.notices.services import send_mail
from cp_circles.people.rules import Actor
from cp_circles.personal.models import DataExport

KIND = "personal.export"
KEPT = timedelta(days=7)
PAGE = "/account/data"


def exports_of(session: Session, person_id: int, limit: int = 10) -> Sequence[DataExport]:
    """The person's exports, newest first, without their contents."""
    return session.scalars(
        sa.select(DataExport)
        .where(DataExport.person_id == person_id)
        .order_by(DataExport.id.desc())
        .limit(limit)
    ).all()


def ask_export(session: Session, *, actor: Actor, now: datetime) -> DataExport:
    """Ask for all data about oneself; DomainError while one is being made."""
    if actor.person_id is None:
        raise NotAllowed
    take_turns(session, f"person:{actor.person_id}")
    if any(row.ready_at is None for row in exports_of(session, actor.person_id)):
        raise DomainError(msg("A file is being made already. You get a message when it is ready."))
    row = DataExport(person_id=actor.person_id, asked_at=now)
    session.add(row)
    session.flush()
    payload = {"export": row.id}
    enqueue_job(
        session, kind=KIND, key=f"{KIND}:{row.id}", payload=payload, person_id=actor.person_id, now=now
    )
    record_event(session, actor=actor, verb="personal.ask_export", subject=row, at=now)
    return row


def keep_export(session: Session, *, export_id: int, content: bytes, now: datetime) -> DataExport | None:
    """Keep the finished file and tell its owner; None if it was asked for by somebody erased meanwhile."""
    row = session.get(DataExport, export_id)
    if row is None or row.ready_at is not None:
        return row
    row.content, row.size, row.sha256 = content, len(content), hashlib.sha256(content).hexdigest()
    row.ready_at, row.expires_at = now, now + KEPT
    session.flush()
    send_mail(
        session,
        to_person=row.person_id,
        subject=msg("The file with your data is ready"),
        body=msg("All data about you stand in one file. You can download it for seven days."),
        values={"url": PAGE},
        now=now,
    )
    return row


def export_for(session: Session, *, actor: Actor, export_id: int, now: datetime) -> DataExport:
    """A finished export of the actor's own; NotFound if it is another's, not ready or expired."""
    row = session.get(DataExport, export_id)
    if row is None or actor.person_id is None or row.person_id != actor.person_id:
        raise NotFound
    if row.ready_at is None or row.expires_at is None or row.expires_at <= now or row.content is None:
        raise NotFound
    return row


def drop_expired_exports(session: Session, *, now: datetime) -> int:
    """Delete the contents whose week is over; gives how many."""
    expired = sa.select(DataExport.id).where(DataExport.expires_at <= now, DataExport.content.is_not(None))
    ids = list(session.scalars(expired))
    session.execute(sa.update(DataExport).where(DataExport.id.in_(ids)).values(content=None))
    return len(ids)
