"""Connections of the pool: asked whether they live after a rest only; one value read past transactions."""

from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

REST = 1.0
GIVEN_BACK = "given_back"


def ask_after_rest(engine: Engine) -> None:
    """Let a connection that lay in the pool for longer than `REST` seconds say first that it lives.

    Asking each time costs every request of a busy server a trip to the database. If one does not live, the
    server was restarted: all that lie in the pool are dropped and opened anew.
    """

    def note(connection: Any, record: Any) -> None:
        record.info[GIVEN_BACK] = monotonic()

    def ask(connection: Any, record: Any, proxy: Any) -> None:
        if monotonic() - record.info.get(GIVEN_BACK, monotonic()) <= REST:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    sa.event.listen(engine, "checkin", note)
    sa.event.listen(engine, "checkout", ask)


def committed_value(engine: Engine, statement: str) -> Any:
    """The first value of a statement, as last committed: one trip to the database, without a transaction.

    None if there is no row. A connection that broke since its last use is replaced and asked once more.
    """
    try:
        return _value(engine, statement)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        engine.dispose()
        return _value(engine, statement)


def _value(engine: Engine, statement: str) -> Any:
    pooled, errors = engine.raw_connection(), engine.dialect.loaded_dbapi.Error
    connection: Any = pooled.driver_connection
    has_transactions = engine.dialect.name == "postgresql"
    try:
        if has_transactions:
            connection.autocommit = True
        row = connection.execute(statement).fetchone()
        if has_transactions:
            connection.autocommit = False
    except errors as error:
        is_broken = engine.dialect.is_disconnect(error, connection, None)
        pooled.invalidate()
        raise DBAPIError.instance(
            statement, None, error, errors, connection_invalidated=is_broken, dialect=engine.dialect
        ) from error
    finally:
        pooled.close()
    return row[0] if row else None
