"""From what was claimed to what is verified, added up by the database."""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.sums import ZERO, ledger_conditions
from cp_circles.ledger.models import Basis, LedgerRow


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
    conditions = ledger_conditions(asked, seasons=asked.seasons, both_bases=True)
    by_saving = (
        sa.select(*(_on(basis) for basis in (Basis.CLAIMED, Basis.VERIFIED)))
        .where(*conditions)
        .group_by(LedgerRow.saving_id)
        .subquery()
    )
    claimed, verified = by_saving.c.claimed, by_saving.c.verified
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


def _on(basis: Basis) -> sa.Label[Decimal]:
    return sa.func.sum(LedgerRow.amount).filter(LedgerRow.basis == basis).label(basis.value)


def _exact(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value
