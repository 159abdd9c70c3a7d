"""Writers of a SQLite file stand in a queue: one at a time, the turn given back however an act ends."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from cp_circles.db.engine import Sessions, make_engine

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
