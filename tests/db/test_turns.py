"""Writers of a SQLite file stand in a queue: one at a time, the turn given back however an act ends."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from cp_circles.db.engine import Sessions, is_busy, make_engine
from tests.web_fixtures import CSRF

INSERT = sa.text("INSERT INTO lines VALUES (:value)")


@pytest.fixture
def processes(tmp_path):
    """Sessions of two engines on one file, as two processes have them."""
    both = [Sessions(make_engine(f"sqlite:///{tmp_path}/own.db")) for _ in range(2)]
    with both[0].engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE lines (value INTEGER)"))
    yield both
    for sessions in both:
        sessions.engine.dispose()


def lines(sessions):
    """What is stored."""
    with sessions.reading() as session:
        return list(session.scalars(sa.text("SELECT value FROM lines ORDER BY rowid")))


@pytest.mark.parametrize("other", [0, 1], ids=["thread", "process"])
def test_the_next_writer_waits_for_its_turn_and_then_writes(processes, other):
    first, waiting, done = processes[0].writing(), threading.Event(), threading.Event()
    first.execute(INSERT, {"value": 1})

    def write():
        with processes[other].writing() as second, second.begin():
            waiting.set()
            second.execute(INSERT, {"value": 2})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert waiting.wait(10) and not done.wait(0.2)
    assert lines(processes[0]) == []
    first.commit()
    assert done.wait(10)
    first.close()
    thread.join()
    assert lines(processes[1]) == [1, 2]


def test_a_turn_is_given_back_after_a_refusal_and_a_failure(processes):
    with processes[0].writing() as session:
        session.execute(INSERT, {"value": 1})
        session.rollback()
    with processes[0].writing() as session, pytest.raises(OperationalError):
        session.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
    with processes[1].writing() as session, session.begin():
        session.execute(INSERT, {"value": 2})
    with processes[0].writing() as session, session.begin():
        session.execute(INSERT, {"value": 3})
    assert lines(processes[0]) == [2, 3]


def test_who_does_not_stand_in_the_queue_is_waited_for_all_the_same(processes, tmp_path):
    outsider = sa.create_engine(f"sqlite:///{tmp_path}/own.db", isolation_level="AUTOCOMMIT")
    with outsider.connect() as connection:
        connection.execute(sa.text("BEGIN IMMEDIATE"))
        writer = threading.Thread(target=_write, args=(processes[0], 7))
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        connection.execute(sa.text("COMMIT"))
        writer.join(10)
    outsider.dispose()
    assert lines(processes[0]) == [7]


def _write(sessions, value):
    with sessions.writing() as session, session.begin():
        session.execute(INSERT, {"value": value})


KEEPS_ITS_TURN = """
import sys, sqlalchemy as sa
from cp_circles.db.engine import Sessions, make_engine
with Sessions(make_engine(sys.argv[1])).writing() as session:
    session.execute(sa.text("SELECT 1"))
    print("has it", flush=True)
    sys.stdin.read()
"""


@contextmanager
def kept_by_another_process(url):
    """While this lasts, a process of its own has begun to write and does not come to an end."""
    with subprocess.Popen(
        [sys.executable, "-c", KEEPS_ITS_TURN, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "has it\n"
        yield
        other.stdin.close()


def test_who_waits_for_a_process_that_does_not_end_is_told_so_as_of_a_locked_file(tmp_path):
    url = f"sqlite:///{tmp_path}/own.db"
    sessions = Sessions(make_engine(url, busy_ms=300))
    with sessions.writing() as session, session.begin():
        session.execute(sa.text("CREATE TABLE lines (value INTEGER)"))
    with kept_by_another_process(url), ThreadPoolExecutor(2) as pool:
        since = time.monotonic()
        for refused in [pool.submit(_write, sessions, n) for n in range(2)]:
            with pytest.raises(OperationalError, match="database is locked") as error:
                refused.result(20)
            assert is_busy(error.value)
        assert 0.3 <= time.monotonic() - since < 5
    _write(sessions, 7)
    assert lines(sessions) == [7]
    sessions.engine.dispose()


def test_the_page_says_that_the_service_is_busy(app, client, make, database_url):
    client.enter(make.person())
    client.database.commit()
    app.extensions["cp_sessions"] = Sessions(make_engine(database_url, busy_ms=100))
    with kept_by_another_process(database_url):
        answer = client.post("/sign-in", data={"identifier": "x", "password": "y", "csrf_token": CSRF})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    app.extensions["cp_sessions"].engine.dispose()


@pytest.mark.parametrize(("state", "busy"), [("40P01", True), ("55P03", True), ("57P01", False)])
def test_transactions_that_waited_for_one_another_are_busy_too(state, busy):
    class Refused(Exception):
        sqlstate = state

    assert is_busy(OperationalError("UPDATE", None, Refused("deadlock detected"))) is busy
