"""Amounts by month: as the ledger keeps them, where no filter asks for another sum."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.ledger.boards import MONTH
from cp_circles.ledger.models import BoardKey, BoardMonth
from cp_circles.ledger.totals import is_unkept


def months_kept(asked: Asked, *columns: Any, kind: str = MONTH) -> sa.Select[Any]:
    """Sums of what the ledger keeps of months, by some columns: on the board's copy, basis and seasons."""
    statement = (
        sa.select(*columns, sa.func.sum(BoardMonth.amount))
        .select_from(BoardMonth)
        .join(BoardKey, BoardKey.id == BoardMonth.board_id)
        .where(*of_copy(asked, kind))
        .group_by(*columns)
    )
    return statement.where(BoardKey.season.in_(asked.seasons)) if asked.seasons else statement


def of_copy(asked: Asked, kind: str = MONTH) -> list[Any]:
    """The conditions of kept boards of a kind on the board's copy and basis."""
    board = asked.filter
    return [BoardKey.kind == kind, BoardKey.variant == board.variant, BoardKey.basis == board.basis]


def of_board(asked: Asked) -> list[Any]:
    """The conditions of the months of the board's own copy, basis, metric and currency, in any season."""
    return [*of_copy(asked), *of_metric(asked)]


def of_metric(asked: Asked) -> list[Any]:
    """The condition that keeps kept months to the board's metric and currency."""
    return [BoardKey.metric == asked.filter.metric, BoardKey.currency == asked.filter.currency]


def are_months_kept(session: Session, asked: Asked) -> bool:
    """True if the ledger keeps the months of the board's region."""
    scope = asked.scope
    narrowed = scope.company or asked.domain or asked.focus_area or asked.by_rows
    return not narrowed and not is_unkept(session)
