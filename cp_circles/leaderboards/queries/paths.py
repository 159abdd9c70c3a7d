"""From what was claimed to what is verified: as the ledger keeps it, else added up by the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import RESTRICTED, Asked
from cp_circles.leaderboards.queries.months import are_months_kept, months_kept, of_metric
from cp_circles.leaderboards.queries.sums import ZERO, ledger_conditions
from cp_circles.ledger.boards import LOWERED, MONTH, WAITING
from cp_circles.ledger.models import Basis, BoardKey, BoardMonth, LedgerRow
from cp_circles.ledger.months import month_column


@dataclass(frozen=True)
class Path:
    """From what was claimed to what is verified: the named differences add up exactly."""

    claimed: Decimal = ZERO
    waiting: Decimal = ZERO
    lowered: Decimal = ZERO
    raised: Decimal = ZERO
    verified: Decimal = ZERO


def path_to_verified(session: Session, asked: Asked) -> Path:
    """Claimed, still in verification, corrected down or up, and verified: one row, restricted only."""
    if not asked.claims or asked.living:
        raise NotFound
    return _kept_path(session, asked) if are_months_kept(session, asked) else _summed_path(session, asked)


def waiting_by_month(session: Session, asked: Asked) -> Mapping[int, Decimal]:
    """What waits, by the month of its last claim."""
    if are_months_kept(session, asked):
        kept = months_kept(asked.on(Basis.CLAIMED), BoardMonth.month, kind=WAITING)
        found: Any = kept.where(*of_metric(asked), BoardMonth.region_id == asked.scope.region.id)
    else:
        saving = _waiting_by_saving(asked)
        month = month_column(saving.c.claimed_at)
        found = sa.select(month, sa.func.sum(saving.c.claimed)).group_by(month)
    return {month: amount for month, amount in session.execute(found) if amount}


def _kept_path(session: Session, asked: Asked) -> Path:
    """The path from the months of boards: what was raised is the rest."""
    rows: Any = session.execute(
        sa.select(BoardKey.kind, BoardKey.basis, sa.func.sum(BoardMonth.amount))
        .join(BoardKey, BoardKey.id == BoardMonth.board_id)
        .where(
            BoardKey.kind.in_([MONTH, WAITING, LOWERED]),
            BoardKey.variant == RESTRICTED,
            *of_metric(asked),
            *([BoardKey.season.in_(asked.seasons)] if asked.seasons else []),
            BoardMonth.region_id == asked.scope.region.id,
        )
        .group_by(BoardKey.kind, BoardKey.basis)
    )
    sums = {(kind, basis): amount for kind, basis, amount in rows}
    claimed = sums.get((MONTH, Basis.CLAIMED), ZERO)
    verified = sums.get((MONTH, Basis.VERIFIED), ZERO)
    waiting, lowered = sums.get((WAITING, Basis.CLAIMED), ZERO), sums.get((LOWERED, Basis.VERIFIED), ZERO)
    raised = verified - claimed + waiting - lowered
    return Path(claimed=claimed, waiting=-waiting, lowered=lowered, raised=raised, verified=verified)


def _summed_path(session: Session, asked: Asked) -> Path:
    """The path from the ledger's rows, saving by saving."""
    saving = _by_saving(asked)
    claimed, verified = saving.c.claimed, saving.c.verified
    difference = sa.type_coerce(verified - sa.func.coalesce(claimed, 0), LedgerRow.amount.type)
    row = session.execute(
        sa.select(
            sa.func.sum(claimed),
            sa.func.sum(claimed).filter(verified.is_(None)),
            sa.func.sum(difference).filter(difference < 0),
            sa.func.sum(difference).filter(difference > 0),
            sa.func.sum(verified),
        )
    ).one()
    whole, waiting, lowered, raised, done = (_exact(value) for value in row)
    return Path(claimed=whole, waiting=-waiting, lowered=lowered, raised=raised, verified=done)


def _waiting_by_saving(asked: Asked) -> sa.Subquery:
    """What each saving has claimed in the scope and a season in which nothing of it is verified there."""
    other, scope = sa.orm.aliased(LedgerRow), asked.scope
    same = [getattr(other, name) == getattr(LedgerRow, name) for name in ("saving_id", "metric", "season")]
    verified = sa.exists().where(
        *same,
        other.basis == Basis.VERIFIED,
        other.amount != 0,
        other.region_path.startswith(scope.region.path, autoescape=True),
        *([other.company_id == scope.company.id] if scope.company is not None else []),
    )
    return (
        sa.select(
            sa.func.sum(LedgerRow.amount).label("claimed"),
            sa.func.max(LedgerRow.counted_at).label("claimed_at"),
        )
        .where(*ledger_conditions(asked.on(Basis.CLAIMED), seasons=asked.seasons))
        .where(LedgerRow.amount != 0, ~verified)
        .group_by(LedgerRow.saving_id, LedgerRow.season)
        .subquery()
    )


def _by_saving(asked: Asked) -> sa.Subquery:
    """What each saving has claimed and verified in the scope and a season; a row of nothing says nothing."""
    conditions = ledger_conditions(asked, seasons=asked.seasons, both_bases=True)
    return (
        sa.select(*(_on(basis) for basis in (Basis.CLAIMED, Basis.VERIFIED)))
        .where(*conditions, LedgerRow.amount != 0)
        .group_by(LedgerRow.saving_id, LedgerRow.season)
        .subquery()
    )


def _on(basis: Basis) -> sa.Label[Decimal]:
    return sa.func.sum(LedgerRow.amount).filter(LedgerRow.basis == basis).label(basis.value)


def _exact(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value
