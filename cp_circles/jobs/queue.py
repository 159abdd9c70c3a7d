"""Job rows: written by services inside their transaction, claimed and finished by the worker."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Job, JobState

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=1)
JobId = int


class LeaseLost(Exception):
    """The job was silent past its lease and another worker claimed it, or it is settled already."""


def missing_keys(session: Session, keys: Iterable[str]) -> list[str]:
    """The keys for which no job was written yet."""
    wanted = list(keys)
    known = set(session.scalars(sa.select(Job.key).where(Job.key.in_(wanted))))
    return [key for key in wanted if key not in known]


def is_work_due(session: Session, *, kinds: list[str], now: datetime) -> bool:
    """True if a worker has something to claim; a look that takes no lock."""
    return session.scalar(sa.select(Job.id).where(_due(now), Job.kind.in_(kinds)).limit(1)) is not None


def claim_job(session: Session, *, kinds: list[str], now: datetime) -> Job | None:
    """Take the next job that is due, or whose worker has been silent past its lease."""
    wanted = sa.select(Job).where(_due(now), Job.kind.in_(kinds)).order_by(Job.run_after, Job.id).limit(1)
    job = session.scalar(wanted.with_for_update(skip_locked=True))
    if job is not None:
        job.state, job.lease_until, job.attempts = JobState.RUNNING, now + LEASE, job.attempts + 1
        session.flush()
    return job


def extend_lease(
    session: Session, *, job_id: JobId, attempt: int, done: int, total: int, now: datetime
) -> None:
    """Say how far a long job has come, and that its worker is alive; LeaseLost if another took it over."""
    _held_job(session, job_id, attempt)
    session.execute(
        sa.update(Job)
        .where(Job.id == job_id)
        .values(progress_done=done, progress_total=total, lease_until=now + LEASE)
    )


def finish_job(
    session: Session, *, job_id: JobId, attempt: int, report: Mapping[str, Any] | None, now: datetime
) -> None:
    """Note that the job is done, with its report; LeaseLost if another worker took it over meanwhile.

    `attempt` is the count that the claim gave: it tells this claim from any later one.
    """
    job = _held_job(session, job_id, attempt)
    job.state, job.finished_at, job.lease_until = JobState.DONE, now, None
    job.report = dict(report or {})
    session.flush()


def fail_job(session: Session, *, job_id: JobId, attempt: int, fault: str, now: datetime) -> None:
    """Put the job back for a later try, or give it up after the last one; LeaseLost if it is another's."""
    job = _held_job(session, job_id, attempt)
    job.lease_until = None
    job.report = {"fault": fault[:500]}
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
    else:
        job.state, job.run_after = JobState.WAITING, now + RETRY_AFTER * job.attempts
    session.flush()


def forget_chores(session: Session, *, before: datetime) -> None:
    """Delete the rows of periodic chores that were done before a moment; other jobs stay."""
    session.execute(
        sa.delete(Job).where(
            Job.kind.startswith("chore:"), Job.state == JobState.DONE, Job.finished_at < before
        )
    )


def _held_job(session: Session, job_id: JobId, attempt: int) -> Job:
    """The job as it is now, its row locked, if this claim of it still holds."""
    held = sa.select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    job = session.scalars(held).one()
    if job.state is not JobState.RUNNING or job.attempts != attempt:
        raise LeaseLost(f"job {job_id}: attempt {attempt} holds it no more")
    return job


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(Job.state == JobState.WAITING, Job.run_after <= now),
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
