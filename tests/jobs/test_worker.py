"""The worker on a real database: claims, leases, retries, chores, mail."""

import smtplib
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from cp_circles.db.engine import Sessions
from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job, JobState
from cp_circles.jobs import kinds
from cp_circles.jobs.kinds import Tools, register_kind, register_periodic
from cp_circles.jobs.mails import deliver_outbox
from cp_circles.jobs.queue import (
    LEASE,
    MOST_ATTEMPTS,
    LeaseLost,
    claim_job,
    extend_lease,
    fail_job,
    finish_job,
    forget_chores,
)
from cp_circles.jobs.worker import Worker
from cp_circles.notices.models import Mail
from cp_circles.notices.services import send_mail
from tests.conftest import NOW


class Time:
    """A clock that tests move."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def sessions(engine):
    return Sessions(engine)


@pytest.fixture
def worker(sessions, time):
    kinds.KINDS.clear()
    kinds.PERIODIC.clear()
    config = SimpleNamespace(mail_host="", public_url="https://circles.example")
    yield Worker(Tools(sessions=sessions, now=time, config=config))
    kinds.KINDS.clear()
    kinds.PERIODIC.clear()


def put(sessions, key="k", kind="count", payload=None, **more):
    with sessions.writing() as session, session.begin():
        return enqueue_job(session, kind=kind, key=key, payload=payload, now=NOW, **more).id


def jobs(sessions):
    with sessions.reading() as session:
        return list(session.scalars(sa.select(Job).order_by(Job.id)))


def test_a_job_runs_once_with_its_payload_and_leaves_a_report(sessions, worker):
    seen = []
    register_kind("count", lambda tools, payload: seen.append(payload) or {"rows": 3})
    put(sessions, payload={"file": 7})
    assert (worker.run_due(), worker.run_due()) == (1, 0)
    [job] = jobs(sessions)
    assert (seen, job.state, job.report, job.finished_at) == ([{"file": 7}], JobState.DONE, {"rows": 3}, NOW)


def test_the_same_key_is_put_in_once(sessions):
    assert put(sessions, key="import:7") == put(sessions, key="import:7")
    assert len(jobs(sessions)) == 1


def test_a_job_is_there_exactly_if_its_transaction_committed(sessions, worker):
    register_kind("count", lambda tools, payload: None)
    with sessions.writing() as session:
        enqueue_job(session, kind="count", key="k", now=NOW)
        session.rollback()
    assert (worker.run_due(), jobs(sessions)) == (0, [])


def test_a_job_waits_for_its_time(sessions, worker, time):
    register_kind("count", lambda tools, payload: None)
    put(sessions, run_after=NOW + timedelta(hours=1))
    assert worker.run_due() == 0
    time.now = NOW + timedelta(hours=1)
    assert worker.run_due() == 1


def test_a_failing_job_is_tried_again_and_given_up_in_the_end(sessions, worker, time):
    def fail(tools, payload):
        raise ValueError("a planted fault")

    register_kind("count", fail)
    put(sessions)
    runs = 0
    for hour in range(MOST_ATTEMPTS + 2):
        time.now = NOW + timedelta(hours=hour)
        runs += worker.run_due()
    [job] = jobs(sessions)
    assert (runs, job.state) == (MOST_ATTEMPTS, JobState.FAILED)
    assert job.report == {"fault": "ValueError: a planted fault"}


def test_a_job_of_a_dead_worker_is_taken_over_after_its_lease(sessions, worker, time):
    done = []
    register_kind("count", lambda tools, payload: done.append(1))
    put(sessions)
    with sessions.writing() as session, session.begin():
        assert claim_job(session, kinds=["count"], now=NOW) is not None
    time.now = NOW + LEASE - timedelta(seconds=1)
    assert worker.run_due() == 0
    time.now = NOW + LEASE + timedelta(seconds=1)
    assert (worker.run_due(), done) == (1, [1])


def test_a_long_job_keeps_its_lease_by_reporting(sessions, worker, time):
    id_ = put(sessions)
    with sessions.writing() as session, session.begin():
        claim_job(session, kinds=["count"], now=NOW)
        extend_lease(session, job_id=id_, attempt=1, done=40, total=100, now=NOW + timedelta(minutes=4))
    time.now = NOW + LEASE + timedelta(minutes=1)
    register_kind("count", lambda tools, payload: None)
    assert worker.run_due() == 0
    [job] = jobs(sessions)
    assert (job.progress_done, job.progress_total) == (40, 100)


def test_progress_is_seen_while_the_job_runs(sessions, worker):
    shown = []

    def run(tools, payload):
        tools.progress(2, 5)
        shown.extend((job.progress_done, job.progress_total) for job in jobs(sessions))

    register_kind("count", run)
    put(sessions)
    worker.run_due()
    assert shown == [(2, 5)]


def test_a_chore_runs_once_an_interval_whoever_looks(sessions, worker, time):
    done = []
    register_periodic("sweep", timedelta(hours=1), lambda tools: done.append(tools.now()))
    other = Worker(worker.tools)
    assert [each.run_due() for each in (worker, other, worker)] == [1, 0, 0]
    time.now = NOW + timedelta(hours=1)
    assert [each.run_due() for each in (other, worker)] == [1, 0]
    assert done == [NOW, NOW + timedelta(hours=1)]
    with sessions.writing() as session, session.begin():
        forget_chores(session, before=NOW + timedelta(minutes=1))
    assert len(jobs(sessions)) == 1


def test_a_kind_nobody_knows_stays_waiting(sessions, worker):
    put(sessions, kind="unknown")
    assert worker.run_due() == 0
    assert jobs(sessions)[0].state is JobState.WAITING


def test_a_failed_job_is_put_back_with_a_longer_wait(sessions):
    id_ = put(sessions)
    with sessions.writing() as session, session.begin():
        job = claim_job(session, kinds=["count"], now=NOW)
        fail_job(session, job_id=id_, attempt=1, fault="x" * 900, now=NOW)
    assert job.run_after == NOW + timedelta(minutes=1)
    assert len(jobs(sessions)[0].report["fault"]) == 500


def claimed_twice(sessions):
    """A job whose first worker was silent past its lease, so that a second one holds it now."""
    id_ = put(sessions)
    for attempt, at in ((1, NOW), (2, NOW + 2 * LEASE)):
        with sessions.writing() as session, session.begin():
            assert claim_job(session, kinds=["count"], now=at).attempts == attempt
    return id_


@pytest.mark.parametrize(
    "late",
    [
        lambda session, id_: finish_job(session, job_id=id_, attempt=1, report={"of": "first"}, now=NOW),
        lambda session, id_: fail_job(session, job_id=id_, attempt=1, fault="late", now=NOW),
        lambda session, id_: extend_lease(session, job_id=id_, attempt=1, done=9, total=9, now=NOW),
    ],
    ids=["finish", "fail", "progress"],
)
def test_a_worker_that_lost_its_lease_writes_nothing(sessions, late):
    id_ = claimed_twice(sessions)
    with pytest.raises(LeaseLost), sessions.writing() as session, session.begin():
        late(session, id_)
    [job] = jobs(sessions)
    assert (job.state, job.attempts, job.report, job.progress_done) == (JobState.RUNNING, 2, None, 0)
    assert job.lease_until == NOW + 3 * LEASE
    with sessions.writing() as session, session.begin():
        finish_job(session, job_id=id_, attempt=2, report={"of": "second"}, now=NOW + 2 * LEASE)
    assert jobs(sessions)[0].report == {"of": "second"}
    with pytest.raises(LeaseLost), sessions.writing() as session, session.begin():
        late(session, id_)
    assert jobs(sessions)[0].report == {"of": "second"}


def test_of_two_workers_only_the_one_that_holds_the_job_settles_it(sessions, worker, time):
    other, runs = Worker(worker.tools), []

    def run(tools, payload):
        runs.append(len(runs) + 1)
        if len(runs) == 1:
            time.now = NOW + 2 * LEASE
            assert other.run_due() == 1
            if payload.get("fails"):
                raise ValueError("too late to count")
            return {"of": "first"}
        return {"of": "second"}

    register_kind("count", run)
    for key, fails in (("ends", False), ("raises", True)):
        runs.clear()
        time.now = NOW
        put(sessions, key=key, payload={"fails": fails})
        worker.run_due()
    assert [(job.state, job.attempts, job.report) for job in jobs(sessions)] == [
        (JobState.DONE, 2, {"of": "second"}),
        (JobState.DONE, 2, {"of": "second"}),
    ]


class Box:
    """A mail server that keeps what it is given, or refuses."""

    def __init__(self, fault=None):
        self.fault, self.sent = fault, []

    def send(self, *, to, subject, body):
        if self.fault:
            raise self.fault
        self.sent.append((to, subject, body))


@pytest.fixture
def mail(make, session):
    person = make.person(email="wang@example.com", locale="en")
    send_mail(
        session,
        to_person=person,
        subject="Hello",
        body="Hello %(name)s",
        values={"name": "王", "url": "/x"},
        now=NOW,
    )
    session.commit()


def stored(sessions):
    with sessions.reading() as session:
        return session.scalars(sa.select(Mail)).one()


def test_mail_is_delivered_once_with_a_full_address(app, sessions, worker, mail):
    box = Box()
    with app.app_context():
        assert deliver_outbox(worker.tools, box) == {"delivered": 1, "waiting": 1}
        assert deliver_outbox(worker.tools, box) == {"delivered": 0, "waiting": 0}
    ((to, subject, body),) = box.sent
    assert (to, subject) == ("wang@example.com", "Hello")
    assert body.startswith("Hello 王\n\nhttps://circles.example/x\n\n")
    assert body.endswith("https://circles.example/account/notifications")
    assert stored(sessions).sent_at == NOW


def test_a_refusing_server_leaves_the_mail_waiting_with_the_fault(app, sessions, worker, mail):
    with app.app_context():
        deliver_outbox(worker.tools, Box(smtplib.SMTPServerDisconnected("gone")))
    row = stored(sessions)
    assert (row.sent_at, row.attempts) == (None, 1)
    assert "gone" in row.last_error


def test_without_a_server_everything_stays_in_the_outbox(sessions, worker, mail):
    assert deliver_outbox(worker.tools) is None
    assert stored(sessions).sent_at is None
