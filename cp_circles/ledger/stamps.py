"""The stamp of the boards: a number that changes in every transaction that can change a public board.

A page that was drawn under a stamp may be shown again as long as the stamp is the same. Whoever keeps a page
reads the stamp first and the data after it: then the page never holds less than its stamp says.
"""

import secrets
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from cp_circles.circles.models import Circle, CircleMember, CirclePartner, CircleYear
from cp_circles.db.base import Base
from cp_circles.db.bulk import FILLED, insert_into
from cp_circles.db.connections import committed_value
from cp_circles.editions.models import Edition
from cp_circles.ledger.models import (
    BoardCount,
    BoardDay,
    BoardFreeze,
    BoardIndustry,
    BoardKey,
    BoardMonth,
    BoardStamp,
    BoardTotal,
    LedgerRow,
    LivingRow,
    LivingTotal,
    Rollup,
)
from cp_circles.organisations.models import Company, Industry, Park, Region
from cp_circles.people.models import Employment
from cp_circles.projects.models import Project

SHOWN: tuple[type[Base], ...] = (
    BoardCount, BoardDay, BoardFreeze, BoardIndustry, BoardKey, BoardMonth, BoardTotal, LedgerRow, LivingRow,
    LivingTotal, Rollup,
    Circle, CircleMember, CirclePartner, CircleYear, Company, Edition, Employment, Industry, Park, Project,
    Region,
)  # fmt: skip
OF_ROOMS_ABOVE = frozenset({"awards", "public_lists", "results"})
IN_PART = {
    "projects": ("title", "company_id", "circle_id", "method_edition_id", "domain", "focus_area"),
    "results": ("state",),
}
THROUGH_OTHERS = frozenset({"entries", "rounds", "seasons", "standing_rows"})
TABLES = OF_ROOMS_ABOVE | {model.__tablename__ for model in SHOWN}
CHANGED = "boards_changed"
ONLY = 1
VALUE = sa.select(BoardStamp.value).where(BoardStamp.id == ONLY)


def board_stamp(session: Session) -> int:
    """The stamp as this transaction sees it; zero before anything was counted or named."""
    return session.connection().scalar(VALUE) or 0


def newest_stamp(engine: Engine) -> int:
    """The stamp as last committed, read past the session: all that a kept page asks for."""
    asked = f"SELECT value FROM {BoardStamp.__tablename__} WHERE id = {ONLY}"
    return int(committed_value(engine, asked) or 0)


def note_tables(session: Session, tables: Collection[str]) -> None:
    """Remember that these tables were written, so that the stamp changes with the transaction."""
    if not TABLES.isdisjoint(tables):
        session.info[CHANGED] = True


def _shows(row: Any, is_new: bool) -> bool:
    """True if the change of a row can be seen on a board; most changes of a project or a result cannot.

    Tables of `THROUGH_OTHERS` are read only for what an award or a public list names, which are watched.
    """
    table = row.__tablename__
    if table in IN_PART:
        return not is_new and any(get_history(row, name).has_changes() for name in IN_PART[table])
    return table in TABLES


@sa.event.listens_for(Session, "after_flush")
def _note_flushed(session: Session, context: Any) -> None:
    """Remember whether rows that boards show were written."""
    changed = [(row, True) for row in session.new]
    changed += [(row, False) for row in (*session.dirty, *session.deleted)]
    if any(_shows(row, is_new) for row, is_new in changed):
        session.info[CHANGED] = True


@sa.event.listens_for(Session, "do_orm_execute")
def _note_statement(state: Any) -> None:
    """Remember whether a statement writes what boards show."""
    if state.is_insert or state.is_update or state.is_delete:
        note_tables(state.session, [state.statement.table.name])


@sa.event.listens_for(Session, "before_commit")
def _change_stamp(session: Session) -> None:
    """Write a new stamp as the last statement of the transaction, so that nobody waits for its row longer."""
    session.flush()
    note_tables(session, session.info.pop(FILLED, ()))
    if session.in_nested_transaction() or not session.info.pop(CHANGED, False):
        return
    statement = insert_into(session, BoardStamp)
    session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"value": statement.excluded.value}),
        [{"id": ONLY, "value": secrets.randbits(62)}],
    )


@sa.event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """Nothing was changed after all."""
    session.info.pop(CHANGED, None)
