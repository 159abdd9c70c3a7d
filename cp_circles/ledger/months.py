"""Months and days of boards: those of the governing zone, as one number, in Python and in SQL alike."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from cp_circles.circles.dates import SHANGHAI


def month_of(at: datetime) -> int:
    """The month of an aware time in the governing zone, as year * 100 + month."""
    local = at.astimezone(SHANGHAI)
    return local.year * 100 + local.month


def day_of(at: datetime) -> int:
    """The day of an aware time in the governing zone, as year * 10000 + month * 100 + day."""
    local = at.astimezone(SHANGHAI)
    return month_of(at) * 100 + local.day


def month_begin(at: datetime) -> datetime:
    """The first moment of the month in which an aware time lies in the governing zone."""
    return at.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


class month_column(GenericFunction[int]):
    """The month of a column of times, as `month_of` computes it."""

    type = sa.Integer()
    inherit_cache = True


class day_column(GenericFunction[int]):
    """The day of a column of times, as `day_of` computes it."""

    type = sa.Integer()
    inherit_cache = True


@compiles(month_column, "sqlite")
def _month_on_sqlite(element: month_column, compiler: SQLCompiler, **options: Any) -> str:
    return _on_sqlite("%Y%m", compiler.process(element.clauses, **options))


@compiles(day_column, "sqlite")
def _day_on_sqlite(element: day_column, compiler: SQLCompiler, **options: Any) -> str:
    return _on_sqlite("%Y%m%d", compiler.process(element.clauses, **options))


def _on_sqlite(form: str, column: str) -> str:
    # SQLite knows no zones (this one is eight hours before UTC since 1991) and rounds parts of a second.
    return f"CAST(strftime('{form}', substr({column}, 1, 19), '+8 hours') AS INTEGER)"


@compiles(month_column, "postgresql")
def _month_on_postgresql(element: month_column, compiler: SQLCompiler, **options: Any) -> str:
    return _on_postgresql("YYYYMM", compiler.process(element.clauses, **options))


@compiles(day_column, "postgresql")
def _day_on_postgresql(element: day_column, compiler: SQLCompiler, **options: Any) -> str:
    return _on_postgresql("YYYYMMDD", compiler.process(element.clauses, **options))


def _on_postgresql(form: str, column: str) -> str:
    return f"CAST(to_char(({column} AT TIME ZONE '{SHANGHAI.key}'), '{form}') AS INTEGER)"
