"""What counted for a doubled company counts for the one it was merged into; no region's total moves."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cp_circles.db.base import Base, table_of
from cp_circles.ledger.counted import counted_of
from cp_circles.ledger.following import follow_rows
from cp_circles.ledger.models import LedgerRow, LivingRow, LivingTotal, Rollup
from cp_circles.ledger.totals import follow_companies, is_unkept, wait_for_turn

TWINS: dict[type[Any], tuple[str, ...]] = {
    LedgerRow: ("saving_id", "metric", "basis"),
    LivingRow: ("saving_id", "season", "metric"),
}
AMOUNTS = ("amount", "public_amount")
TOTALS: dict[type[Any], tuple[str, ...]] = {
    Rollup: (
        "variant", "scope_kind", "scope_id", "parent_id", "season", "metric", "currency", "basis", "domain",
        "focus_area",
    ),
    LivingTotal: ("scope_kind", "scope_id", "parent_id", "season", "metric", "currency"),
}  # fmt: skip


def shared_elsewhere(session: Session, one: int, other: int) -> list[int]:
    """The savings that count to both companies, each in another region: they cannot become one row."""
    mine, theirs = sa.orm.aliased(LedgerRow), sa.orm.aliased(LedgerRow)
    statement = (
        sa.select(mine.saving_id)
        .join(theirs, theirs.saving_id == mine.saving_id)
        .where(mine.company_id == one, theirs.company_id == other, mine.region_path != theirs.region_path)
    )
    return sorted(set(session.scalars(statement)))


def move_company(session: Session, *, before: int, after: int) -> int:
    """Let all rows of one company count for another, with the totals above; gives back how many rows moved.

    A saving that counted to both by share counts once with the sum. Amounts, seasons and places stay.
    """
    wait_for_turn(session, [before, after])
    concerned = set(session.scalars(sa.select(LedgerRow.project_id).where(LedgerRow.company_id == before)))
    stood = counted_of(session, concerned)
    moved = sum(_move_rows(session, model, key, before, after) for model, key in TWINS.items())
    for model, key in TOTALS.items():
        _move_totals(session, model, key, before, after)
    session.flush()
    follow_companies(session, [before, after])
    if not is_unkept(session):
        follow_rows(session, stood, counted_of(session, concerned))
    session.expire_all()
    return moved


def _move_rows(session: Session, model: type[Any], key: tuple[str, ...], before: int, after: int) -> int:
    there = {
        tuple(getattr(row, name) for name in key): row
        for row in session.scalars(sa.select(model).where(model.company_id == after))
    }
    rows = session.scalars(sa.select(model).where(model.company_id == before)).all()
    for row in rows:
        twin = there.get(tuple(getattr(row, name) for name in key))
        if twin is None:
            row.company_id = after
            continue
        for name in AMOUNTS:
            if hasattr(row, name):
                setattr(twin, name, getattr(twin, name) + getattr(row, name))
        if hasattr(row, "share"):
            twin.share = min(twin.share, row.share)
        session.delete(row)
    session.flush()
    return len(rows)


def _move_totals(session: Session, model: type[Any], key: tuple[str, ...], before: int, after: int) -> None:
    """The company's own totals, and those of its circles, which stand below it."""
    own = sa.and_(model.scope_kind == "company", model.scope_id == before)
    below = sa.and_(model.scope_kind == "circle", model.parent_id == before)
    for row in session.scalars(sa.select(model).where(sa.or_(own, below))).all():
        values = {name: getattr(row, name) for name in (*key, "amount")}
        values["scope_id" if row.scope_kind == "company" else "parent_id"] = after
        session.delete(row)
        session.flush()
        session.execute(_adding(session, model, key), values)


def _adding(session: Session, model: type[Base], key: tuple[str, ...]) -> Any:
    """A statement that adds an amount to its total, creating the row where it is missing."""
    table: Any = table_of(model)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
    return insert.on_conflict_do_update(
        index_elements=list(key), set_={"amount": table.c.amount + insert.excluded.amount}
    )
