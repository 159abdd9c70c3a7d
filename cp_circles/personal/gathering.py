"""All that is stored about one person, table by table, as plain values: what an export hands out."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import Base
from cp_circles.errors import NotFound
from cp_circles.people.models import Person
from cp_circles.personal.marks import is_secret, points_to_person

OWNING = frozenset({"person_id", "signer_id", "judge_id", "facilitator_id", "filer_id", "inspector_id"})
"""Columns that say whose row it is; any other column with a person's id says who did something to it."""

FACTS = (
    *("id", "at", "verb", "subject_kind", "subject_id", "name", "title", "number", "text", "note", "reason"),
    *("state", "kind", "role", "company_id", "circle_id"),
)
"""What is handed out of a row that a person only did something to: it may be about others."""

LEFT_OUT = frozenset({"jobs", "sendings", "data_exports"})
"""Tables that repeat for machines what stands elsewhere."""

VIA = {"activity_attendance": ("member_id", "circle_members")}
"""Tables without a person's id that belong to a person's row of another table."""


@dataclass(frozen=True)
class Part:
    """The rows of one table in which a person stands in one column; values are ready for JSON."""

    table: str
    column: str
    rows: list[dict[str, Any]]


def person_columns() -> list[tuple[str, str]]:
    """Every (table, column) that holds a person's id and is handed out, in the order of the tables."""
    return [
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT
        for column in table.columns
        if points_to_person(column)
    ]


def gather(session: Session, person_id: int) -> list[Part]:
    """The person row first, then every table that names the person; parts without rows are left out."""
    people = Base.metadata.tables[Person.__tablename__]
    own = _rows(session, people, people.c.id == person_id, everything=True)
    if not own:
        raise NotFound
    parts = [Part(people.name, "id", own)]
    for name, column in person_columns():
        table = Base.metadata.tables[name]
        rows = _rows(session, table, table.c[column] == person_id, everything=column in OWNING)
        parts.append(Part(name, column, rows))
    for name, (column, through) in VIA.items():
        table, owner = Base.metadata.tables[name], Base.metadata.tables[through]
        mine = sa.select(owner.c.id).where(owner.c.person_id == person_id)
        parts.append(Part(name, column, _rows(session, table, table.c[column].in_(mine), everything=True)))
    return [part for part in parts if part.rows]


def _rows(
    session: Session, table: sa.Table, condition: sa.ColumnElement[bool], *, everything: bool
) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if not is_secret(column)]
    if not everything:
        columns = [
            column
            for column in columns
            if column.name in FACTS
            or isinstance(column.type, sa.Date)
            or column.name.endswith(("_at", "_on"))
        ]
    wanted = sa.select(*columns).where(condition).order_by(*table.primary_key.columns)
    found = session.execute(wanted).mappings()
    return [{name: _value(value) for name, value in row.items()} for row in found]


def _value(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
