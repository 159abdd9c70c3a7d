"""Engines and sessions: SQLite in WAL with foreign keys on, or PostgreSQL through psycopg."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from cp_circles.db.connections import ask_after_rest
from cp_circles.db.turns import WriterTurns

BUSY_TIMEOUT_MS = 15_000
IMMEDIATE = {"begin_immediate": True}
BUSY_STATES = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's serialization failure, deadlock, and lock not available."""


def make_engine(
    url: str, *, foreign_keys: bool = True, busy_ms: int = BUSY_TIMEOUT_MS, **options: Any
) -> Engine:
    """An engine for the url; the folder of a SQLite file is made, and nobody waits longer than `busy_ms`.

    A connection with the execution options `IMMEDIATE` takes SQLite's write lock when it begins. Values
    stay out of error messages, since they would carry names and numbers of people into the log.
    """
    parsed = make_url(url)
    options = {"hide_parameters": True} | options
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        options = {"pool_size": 10, "max_overflow": 20} | options
        engine = sa.create_engine(parsed, **options)
        ask_after_rest(engine)
        sa.event.listen(engine, "connect", _limit_of_waits(busy_ms))
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options = {"pool_size": 20, "max_overflow": 40} | options
    engine = sa.create_engine(parsed, **options)
    pragmas = (f"busy_timeout = {busy_ms}", "journal_mode = WAL", "synchronous = FULL")
    keys = "foreign_keys = ON" if foreign_keys else "foreign_keys = OFF"
    sa.event.listen(engine, "connect", _setter_of(*pragmas, keys))
    if parsed.database and parsed.database != ":memory:":
        _queue_writers(engine, WriterTurns(Path(parsed.database), patience=busy_ms / 1000))
    sa.event.listen(engine, "begin", _begin)
    return engine


def _queue_writers(engine: Engine, turns: WriterTurns) -> None:
    def wait(connection: Connection) -> None:
        if _is_immediate(connection):
            turns.take(connection)

    sa.event.listen(engine, "begin", wait)
    sa.event.listen(engine, "checkin", turns.give_back)


def _setter_of(*pragmas: str) -> Callable[[Any, Any], None]:
    """What sets up each new connection to a SQLite file."""

    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return set_up


def _limit_of_waits(milliseconds: int) -> Callable[[Any, Any], None]:
    """What tells each new connection to PostgreSQL how long it may wait for a lock of any kind."""

    def set_up(connection: Any, record: Any) -> None:
        connection.execute(f"SET lock_timeout = {milliseconds}")
        connection.commit()

    return set_up


def is_busy(error: OperationalError) -> bool:
    """True if others only were in the way: a locked file, or transactions that waited for one another."""
    return "locked" in str(error.orig) or getattr(error.orig, "sqlstate", None) in BUSY_STATES


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_immediate(connection) else "BEGIN")


def _is_immediate(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("begin_immediate", False))


class ActSession(Session):
    """A session in which a row that somebody else deleted since it was read is a clash, not a failure."""

    def refresh(
        self, instance: object, attribute_names: Iterable[str] | None = None, with_for_update: Any = None
    ) -> None:
        """Read the row anew; raises StaleDataError if it is gone."""
        try:
            super().refresh(instance, attribute_names, with_for_update)
        except InvalidRequestError as error:
            if instance not in self:
                raise
            raise StaleDataError("a row was deleted since it was read") from error


class Sessions:
    """Opens sessions: one kind that reads, one that will write and takes SQLite's write lock at once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(
            engine.execution_options(**IMMEDIATE), class_=ActSession, expire_on_commit=False
        )
        for maker in (self._reading, self._writing):
            sa.event.listen(maker, "after_flush", _note_write)
            sa.event.listen(maker, "do_orm_execute", _note_statement)

    def reading(self) -> Session:
        """A session for a page."""
        return self._reading()

    def writing(self) -> Session:
        """A session for an act, a command or a job."""
        return self._writing()


def _note_write(session: Session, flush_context: Any) -> None:
    session.info["wrote"] = True


def _note_statement(state: Any) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["wrote"] = True


_NAME: sa.BindParameter[str] = sa.bindparam("name", type_=sa.String)
ALONE = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_NAME)))
BESIDE = sa.select(sa.func.pg_advisory_xact_lock_shared(sa.func.hashtext(_NAME)))


def take_turns(session: Session, name: str, *, beside: bool = False) -> None:
    """Let transactions of the same name follow one another; SQLite's write lock does so by itself.

    Those that are only `beside` others run at the same time; whoever wants the name alone waits for all.
    Never ask for it alone in a transaction that has it beside others: two such would wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(BESIDE if beside else ALONE, {"name": name})
