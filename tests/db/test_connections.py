"""One value past transactions, and connections that broke while they lay in the pool."""

import pytest
import sqlalchemy as sa

from cp_circles.db import connections
from cp_circles.db.connections import committed_value
from cp_circles.db.engine import Sessions, is_busy, make_engine
from cp_circles.people.models import Person
from tests.builders import Builders
from tests.conftest import NOW

NAME = "SELECT name FROM people ORDER BY id"


def test_a_value_is_read_as_last_committed(engine):
    assert committed_value(engine, NAME) is None
    with Sessions(engine).writing() as session:
        Builders(session, NOW).person(name="示例甲")
        session.flush()
        assert committed_value(engine, NAME) is None
        session.commit()
    assert committed_value(engine, NAME) == "示例甲"


def test_whoever_takes_the_connection_next_has_a_transaction(engine):
    committed_value(engine, NAME)
    with Sessions(engine).writing() as session:
        Builders(session, NOW).person(name="示例甲")
        session.rollback()
        assert session.scalar(sa.select(Person.name)) is None


def test_a_statement_that_fails_is_told_and_leaves_a_working_pool(engine):
    with pytest.raises(sa.exc.DBAPIError):
        committed_value(engine, "SELECT value FROM not_there")
    assert committed_value(engine, NAME) is None


@pytest.fixture
def killed(cluster):
    """An engine on PostgreSQL whose pool holds two connections that the server has ended."""
    cluster.administer("CREATE DATABASE ended")
    engine = make_engine(cluster.url("ended"))
    with engine.connect() as first, engine.connect() as second:
        mine = [one.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for one in (first, second)]
    for backend in mine:
        cluster.administer(f"SELECT pg_terminate_backend({backend}, 10000)")
    yield engine
    engine.dispose()
    cluster.administer("DROP DATABASE ended")


@pytest.mark.postgresql
def test_a_value_is_asked_for_again_where_the_server_ended_the_connection(killed):
    assert committed_value(killed, "SELECT 7") == 7


@pytest.mark.postgresql
def test_connections_that_rested_are_asked_and_replaced(killed, monkeypatch):
    monkeypatch.setattr(connections, "REST", 0.0)
    with killed.connect() as first, killed.connect() as second:
        assert [one.exec_driver_sql("SELECT 7").scalar_one() for one in (first, second)] == [7, 7]


@pytest.mark.postgresql
@pytest.mark.parametrize("lock", ["LOCK TABLE people", "SELECT pg_advisory_xact_lock(7)"])
def test_a_lock_that_somebody_keeps_ends_in_a_told_refusal(cluster, lock):
    cluster.administer("CREATE DATABASE kept")
    engine = make_engine(cluster.url("kept"), busy_ms=200)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE people (id int)")
    with engine.begin() as holder, engine.connect() as second:
        holder.exec_driver_sql(lock)
        with pytest.raises(sa.exc.OperationalError) as refused:
            second.exec_driver_sql(lock)
        assert is_busy(refused.value)
        second.rollback()
        assert second.exec_driver_sql("SHOW lock_timeout").scalar_one() == "200ms"
    engine.dispose()
    cluster.administer("DROP DATABASE kept")
