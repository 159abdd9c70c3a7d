"""Many rows of one table at once: the driver's own executemany on SQLite, COPY on PostgreSQL."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cp_circles.db.base import Base, table_of

Row = tuple[Any, ...]
FILLED = "tables_filled"
ROOM = ("SET LOCAL work_mem = '256MB'", "SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL jit = off")


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector of cycles from going over hundreds of thousands of rows again and again.

    Rows hold no cycles; what they take is given back by counting references all the same.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def count_anew(session: Session, *tables: sa.Table) -> None:
    """Tell PostgreSQL how many rows tables hold that this transaction has filled, and give it room to sort.

    Without, it plans by what they held before, and temporary tables are never counted by themselves. The
    room, three times what a server gives by default and more, is given back with the transaction.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for statement in (*ROOM, *(f"ANALYZE {table.name}" for table in tables)):
            connection.exec_driver_sql(statement)


def as_text(table: sa.Table) -> sa.TableClause:
    """A table whose JSON columns take finished text."""
    columns = ((one.name, sa.Text() if isinstance(one.type, sa.JSON) else one.type) for one in table.c)
    return sa.table(table.name, *(sa.column(name, kind) for name, kind in columns))


def insert_into(session: Session, model: type[Base]) -> Any:
    """An insert that can say what happens on a conflict, for the database at hand."""
    table = table_of(model)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def insert_rows(
    session: Session,
    table: sa.TableClause,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
) -> None:
    """Insert rows of the same columns with what is common to all, inside the session's transaction.

    Values go through the columns' own types, as in any insert; defaults of the models do not apply, so every
    column without one in the database must be named. Errors are those of the driver.
    `session.info[FILLED]` names the tables, since no event of the session tells of these rows.
    """
    if not rows:
        return
    session.flush()
    session.info["wrote"] = True
    session.info.setdefault(FILLED, set()).add(table.name)
    connection = session.connection()
    names = [*rows[0], *common]
    finished = _finished(table, rows, common, connection.dialect)
    columns = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in finished:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _ in names)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", list(finished))


def _finished(
    table: sa.TableClause, rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any], dialect: sa.Dialect
) -> Iterator[Row]:
    """The rows as the driver takes them; what is common is made ready once."""
    constant = tuple(_ready(table.c[name], dialect)(value) for name, value in common.items())
    columns = [[row[name] for row in rows] for name in rows[0]]
    made = [
        _column(_ready(table.c[name], dialect), cells) for name, cells in zip(rows[0], columns, strict=True)
    ]
    for row in zip(*made, strict=True):
        yield (*row, *constant)


def _ready(column: sa.ColumnElement[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    found = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found if found is not None else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _column(ready: Callable[[Any], Any], cells: Iterable[Any]) -> Iterable[Any]:
    """The cells of one column made ready, each different value once."""
    if ready is _as_it_is:
        return cells
    known: dict[Any, Any] = {}
    out = []
    for cell in cells:
        if cell not in known:
            known[cell] = ready(cell)
        out.append(known[cell])
    return out
