"""Acts in transactions of their own that are made to wait for one another, in an order that a test chooses."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from cp_circles.db.engine import ALONE, Sessions


@pytest.fixture
def acting(engine):
    """Begins acts in transactions of their own and waits until they wait or are done."""
    sessions, pool = Sessions(engine), ThreadPoolExecutor(4)

    def run(act):
        with sessions.writing() as own, own.begin():
            return act(own)

    def begin(act):
        before, running = waiting(engine), pool.submit(run, act)
        until = time.monotonic() + 20
        while not running.done() and time.monotonic() < until:
            if engine.dialect.name == "sqlite" or waiting(engine) > before:
                time.sleep(0.05)
                break
            time.sleep(0.01)
        return running

    yield begin
    pool.shutdown()


def waiting(engine):
    """How many transactions wait for another one's lock."""
    if engine.dialect.name == "sqlite":
        return 0
    with engine.connect() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


@contextmanager
def held(engine, name):
    """While this lasts, a turn is somebody else's: who wants it queues in the order in which they came."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(ALONE, {"name": name})
        yield
