"""The ledger rows of some projects as they stand, and as they stood before an act."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.ledger.boards import PUBLIC, RESTRICTED, ZERO, Change
from cp_circles.ledger.models import Basis, LedgerRow

IDS_A_STATEMENT = 2000
Identity = tuple[int, str, Basis, int]


class Counted(NamedTuple):
    """What one ledger row says, or said before an act."""

    saving_id: int
    project_id: int
    company_id: int
    region_path: str
    industry_id: int | None
    season: int
    metric: str
    currency: str
    basis: Basis
    counted_at: datetime
    amount: Decimal
    public_amount: Decimal

    @property
    def amounts(self) -> tuple[tuple[str, Decimal], ...]:
        """Every variant with what it shows of the row, where it shows anything."""
        both = ((RESTRICTED, self.amount), (PUBLIC, self.public_amount))
        return tuple(one for one in both if one[1])


def counted_of(session: Session, project_ids: Collection[int]) -> list[Counted]:
    """The ledger rows of these projects."""
    columns = [getattr(LedgerRow, name) for name in Counted._fields]
    wanted, found = sorted(project_ids), []
    for start in range(0, len(wanted), IDS_A_STATEMENT):
        some = LedgerRow.project_id.in_(wanted[start : start + IDS_A_STATEMENT])
        found += [Counted(*row) for row in session.execute(sa.select(*columns).where(some))]
    return found


def counted_before(after: Iterable[Counted], changes: Iterable[Change]) -> list[Counted]:
    """The same rows as they stood before these changes, those that are gone since among them."""
    stood: dict[Identity, Counted] = {_identity(row): row for row in after}
    for row, variant, delta in changes:
        at = (row.saving_id, row.metric, row.basis, row.company_id)
        known = stood.get(at) or _gone(row)
        if variant == RESTRICTED:
            stood[at] = known._replace(amount=known.amount - delta)
        elif variant == PUBLIC:
            stood[at] = known._replace(public_amount=known.public_amount - delta)
    return list(stood.values())


def _identity(row: Counted) -> Identity:
    return (row.saving_id, row.metric, row.basis, row.company_id)


def _gone(row: Any) -> Counted:
    """A row that counts nothing any more."""
    facts = {name: getattr(row, name) for name in Counted._fields}
    return Counted(**facts)._replace(amount=ZERO, public_amount=ZERO)
