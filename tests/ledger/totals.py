"""The ledger's roll-ups as tests read them: one scope's total, and those of many scopes or seasons."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import BoardFilter
from cp_circles.ledger.models import LivingTotal, Rollup

__all__ = ["BoardFilter", "living_total", "total_of", "totals_by_scope", "totals_by_season"]


def _matching(board: BoardFilter) -> list[Any]:
    """The conditions of a board on the roll-ups."""
    conditions = [
        Rollup.variant == board.variant,
        Rollup.basis == board.basis,
        Rollup.metric == board.metric,
        Rollup.currency == board.currency,
    ]
    if board.seasons:
        conditions.append(Rollup.season.in_(board.seasons))
    if board.domains:
        conditions.append(Rollup.domain.in_(board.domains))
    if board.focus_areas:
        conditions.append(Rollup.focus_area.in_(board.focus_areas))
    return conditions


def total_of(session: Session, board: BoardFilter, scope_kind: str, scope_id: int) -> Decimal:
    """One scope's total on a board; zero where nothing counts."""
    amount = session.scalar(
        sa.select(sa.func.sum(Rollup.amount)).where(
            *_matching(board), Rollup.scope_kind == scope_kind, Rollup.scope_id == scope_id
        )
    )
    return amount if amount is not None else Decimal(0)


def totals_by_scope(
    session: Session, board: BoardFilter, scope_kind: str, *, parent_id: int | None = None
) -> dict[int, Decimal]:
    """Totals of every scope of a kind that counts anything, optionally only the children of one parent."""
    statement = (
        sa.select(Rollup.scope_id, sa.func.sum(Rollup.amount))
        .where(*_matching(board), Rollup.scope_kind == scope_kind)
        .group_by(Rollup.scope_id)
    )
    if parent_id is not None:
        statement = statement.where(Rollup.parent_id == parent_id)
    return {scope_id: amount for scope_id, amount in session.execute(statement) if amount}


def totals_by_season(
    session: Session, board: BoardFilter, scope_kind: str, scope_id: int
) -> dict[int, Decimal]:
    """One scope's total by season."""
    rows = session.execute(
        sa.select(Rollup.season, sa.func.sum(Rollup.amount))
        .where(*_matching(board), Rollup.scope_kind == scope_kind, Rollup.scope_id == scope_id)
        .group_by(Rollup.season)
        .order_by(Rollup.season)
    )
    return {season: amount for season, amount in rows}


def living_total(
    session: Session, *, metric: str, season: int, scope_kind: str, scope_id: int, currency: str = ""
) -> Decimal:
    """What lives on of earlier seasons' savings in a scope and season; zero where nothing does."""
    amount = session.scalar(
        sa.select(sa.func.sum(LivingTotal.amount)).where(
            LivingTotal.metric == metric,
            LivingTotal.season == season,
            LivingTotal.currency == currency,
            LivingTotal.scope_kind == scope_kind,
            LivingTotal.scope_id == scope_id,
        )
    )
    return amount if amount is not None else Decimal(0)
