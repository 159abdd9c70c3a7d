"""Months of boards: those of the governing zone, as one number, in Python and in SQL alike."""

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


def month_begin(at: datetime) -> datetime:
    """The first moment of the month in which an aware time lies in the governing zone."""
    return at.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


class month_column(GenericFunction[int]):
    """The month of a column of times, as `month_of` computes it."""

    type = sa.Integer()
    inherit_cache = True


@compiles(month_column, "sqlite")
def _on_sqlite(element: month_column, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite knows no zones (this one is eight hours before UTC since 1991) and rounds parts of a second.
    seconds = f"substr({compiler.process(element.clauses, **options)}, 1, 19)"
    return f"CAST(strftime('%Y%m', {seconds}, '+8 hours') AS INTEGER)"


@compiles(month_column, "postgresql")
def _on_postgresql(element: month_column, compiler: SQLCompiler, **options: Any) -> str:
    local = f"({compiler.process(element.clauses, **options)} AT TIME ZONE '{SHANGHAI.key}')"
    return f"CAST(to_char({local}, 'YYYYMM') AS INTEGER)"
