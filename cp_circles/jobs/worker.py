"""The worker: claims job rows one after the other, does the periodic chores, survives what they raise."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job
from cp_circles.jobs.kinds import KINDS, PERIODIC, Report, Tools
from cp_circles.jobs.queue import (
    LeaseLost,
    claim_job,
    extend_lease,
    fail_job,
    finish_job,
    is_work_due,
    missing_keys,
)

log = logging.getLogger(__name__)
CHORE = "chore:"


class Worker:
    """Runs what is due until it is told to stop."""

    def __init__(
        self,
        tools: Tools,
        *,
        poll_seconds: float = 5,
        context: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self.tools = tools
        self.poll_seconds = poll_seconds
        self.context = context
        self._stop = threading.Event()

    def stop(self) -> None:
        """Finish the present job, then end."""
        self._stop.set()

    def run_forever(self) -> None:
        """Look for work until stopped."""
        while not self._stop.is_set():
            try:
                self.run_due()
            except DBAPIError:
                log.exception("the queue could not be read; trying again")
            self._stop.wait(self.poll_seconds)

    def run_due(self) -> int:
        """Run everything that is due now; gives how many jobs were run."""
        self._plan_chores()
        count = 0
        while not self._stop.is_set() and self._run_one():
            count += 1
        return count

    def _plan_chores(self) -> None:
        """One row for each chore and interval: whichever worker comes first writes it."""
        now = self.tools.now()
        wanted = {
            f"{CHORE}{each.name}:{interval_number(now, each.every)}": CHORE + each.name
            for each in PERIODIC.values()
        }
        with self.tools.sessions.reading() as look:
            wanted = {key: wanted[key] for key in missing_keys(look, wanted)}
        if wanted:
            with self.tools.sessions.writing() as session, session.begin():
                for key, kind in wanted.items():
                    enqueue_job(session, kind=kind, key=key, now=now)

    def _run_one(self) -> bool:
        kinds = [*KINDS, *(CHORE + name for name in PERIODIC)]
        with self.tools.sessions.reading() as look:
            if not is_work_due(look, kinds=kinds, now=self.tools.now()):
                return False
        with self.tools.sessions.writing() as session, session.begin():
            job = claim_job(session, kinds=kinds, now=self.tools.now())
        if job is None:
            return False
        try:
            self._finish(job, self._do(job))
        except LeaseLost as lost:
            log.warning("%s; its outcome is left to the worker that holds it", lost)
        except Exception as fault:
            log.exception("job %s (%s) failed", job.id, job.kind)
            with suppress(LeaseLost):
                self._fail(job, fault)
        return True

    def _do(self, job: Job) -> Report:
        with self.context():
            return self._do_inside(job)

    def _do_inside(self, job: Job) -> Report:
        tools = Tools(
            sessions=self.tools.sessions,
            now=self.tools.now,
            config=self.tools.config,
            progress=lambda done, total: self._note_progress(job, done, total),
        )
        if not job.kind.startswith(CHORE):
            return KINDS[job.kind](tools, job.payload)
        return PERIODIC[job.kind.removeprefix(CHORE)].chore(tools)

    def _note_progress(self, job: Job, done: int, total: int) -> None:
        with self.tools.sessions.writing() as session, session.begin():
            extend_lease(
                session,
                job_id=job.id,
                attempt=job.attempts,
                done=done,
                total=total,
                now=self.tools.now(),
            )

    def _finish(self, job: Job, report: Report) -> None:
        with self.tools.sessions.writing() as session, session.begin():
            finish_job(session, job_id=job.id, attempt=job.attempts, report=report, now=self.tools.now())

    def _fail(self, job: Job, fault: Exception) -> None:
        with self.tools.sessions.writing() as session, session.begin():
            fail_job(
                session,
                job_id=job.id,
                attempt=job.attempts,
                fault=f"{type(fault).__name__}: {fault}",
                now=self.tools.now(),
            )


def interval_number(now: datetime, every: timedelta) -> int:
    """Which interval since the epoch this moment lies in."""
    return int(now.timestamp() // every.total_seconds())
