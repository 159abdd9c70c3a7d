"""Putting work into the queue: a row that exists exactly if the transaction that wrote it commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Job


def enqueue_job(
    session: Session,
    *,
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    person_id: int | None = None,
    run_after: datetime | None = None,
    now: datetime,
) -> Job:
    """Write a job; one with the same key is given back as it stands, so that asking twice is harmless."""
    standing = session.scalar(sa.select(Job).where(Job.key == key))
    if standing is not None:
        return standing
    job = Job(
        kind=kind,
        key=key,
        payload=dict(payload or {}),
        person_id=person_id,
        created_at=now,
        run_after=run_after or now,
    )
    session.add(job)
    session.flush()
    return job
