"""What was verified month by month, and what was claimed and still waits."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.months import are_months_kept, months_kept, of_metric
from cp_circles.leaderboards.queries.paths import waiting_by_month
from cp_circles.leaderboards.queries.sums import ZERO, amount_of, ledger_conditions, source
from cp_circles.ledger.models import Basis, BoardMonth
from cp_circles.ledger.months import month_column


@dataclass(frozen=True)
class Month:
    """What was verified in one month, and what was claimed in it and still waits."""

    year: int
    month: int
    verified: Decimal
    waiting: Decimal


def months_of(session: Session, asked: Asked) -> list[Month]:
    """Amounts by the month in which they came to count; waiting claims only for those who may see them."""
    verified = _verified_by_month(session, asked.on(Basis.VERIFIED))
    waiting = waiting_by_month(session, asked) if asked.claims and not asked.living else {}
    return [
        Month(*divmod(month, 100), verified.get(month, ZERO), waiting.get(month, ZERO))
        for month in sorted({*verified, *waiting})
    ]


def _verified_by_month(session: Session, asked: Asked) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for part in asked.added:
        rows: Any = session.execute(_by_month(session, part))
        for at, amount in rows:
            found[at] = found.get(at, ZERO) + amount
    return {at: amount for at, amount in found.items() if amount}


def _by_month(session: Session, asked: Asked) -> Any:
    if are_months_kept(session, asked):
        return months_kept(asked, BoardMonth.month).where(
            *of_metric(asked), BoardMonth.region_id == asked.scope.region.id
        )
    month = month_column(source(asked).counted_at)
    conditions = ledger_conditions(asked, seasons=asked.seasons)
    return sa.select(month, sa.func.sum(amount_of(asked))).where(*conditions).group_by(month)
