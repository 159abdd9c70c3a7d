"""Runs migrations on the database that `cp_circles.cli.database` names."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from cp_circles.db.base import Exact, UtcDateTime
from cp_circles.db.engine import make_engine
from cp_circles.db.registry import load_models


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own types as plain ones, so that a migration imports nothing of the application."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Exact):
        return "sa.BigInteger()"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    """Migrate in one transaction; SQLite checks its foreign keys at the end, not table by table."""
    engine = make_engine(context.config.attributes["url"])
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", ignore_foreign_keys)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=load_models(),
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if engine.dialect.name == "sqlite":
                refuse_broken_keys(connection)
    engine.dispose()


def ignore_foreign_keys(connection: Any, record: Any) -> None:
    """A table that is rebuilt is dropped for a moment: nothing may cascade from that."""
    connection.execute("PRAGMA foreign_keys = OFF")


def refuse_broken_keys(connection: sa.Connection) -> None:
    """Raise when a row points at nothing; the transaction is then undone."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")


run()
