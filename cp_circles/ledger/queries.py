"""What the boards hold: ledger rows, roll-ups, freezes, and the check that they agree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.ledger.models import Basis, BoardFreeze, LedgerRow, Rollup
from cp_circles.organisations.models import Region

IDS_A_STATEMENT = 5000


def rows_of_saving(session: Session, saving_id: int, basis: Basis) -> dict[tuple[str, int], LedgerRow]:
    """A saving's ledger rows by metric and company.

    The basis is chosen here: asked for beside the saving, SQLite takes the index of boards and reads it all.
    """
    rows = session.scalars(
        sa.select(LedgerRow)
        .where(LedgerRow.saving_id == saving_id)
        .order_by(LedgerRow.id)
        .execution_options(populate_existing=True)
    )
    return {(row.metric, row.company_id): row for row in rows if row.basis is basis}


def companies_of_saving(session: Session, saving_id: int) -> set[int]:
    """The companies to which a saving counts."""
    return set(session.scalars(sa.select(LedgerRow.company_id).where(LedgerRow.saving_id == saving_id)))


def savings_counted(session: Session, saving_ids: Sequence[int], basis: Basis) -> set[int]:
    """Which of these savings have ledger rows already."""
    found: set[int] = set()
    for start in range(0, len(saving_ids), IDS_A_STATEMENT):
        some = saving_ids[start : start + IDS_A_STATEMENT]
        rows = session.execute(
            sa.select(LedgerRow.saving_id, LedgerRow.basis).where(LedgerRow.saving_id.in_(some)).distinct()
        )
        found.update(saving_id for saving_id, of_basis in rows if of_basis is basis)
    return found


def frozen_paths(session: Session, season: int) -> list[str]:
    """The region paths whose public boards stand still in a season."""
    return list(
        session.scalars(
            sa.select(BoardFreeze.region_path).where(
                BoardFreeze.season == season, BoardFreeze.lifted_at.is_(None)
            )
        )
    )


def rows_behind_in_public(session: Session, season: int, region_path: str) -> list[LedgerRow]:
    """Rows below a region whose public amount lags behind."""
    return list(
        session.scalars(
            sa.select(LedgerRow)
            .where(
                LedgerRow.season == season,
                LedgerRow.region_path.startswith(region_path, autoescape=True),
                LedgerRow.amount != LedgerRow.public_amount,
            )
            .order_by(LedgerRow.id)
        )
    )


@dataclass(frozen=True)
class Disagreement:
    """A roll-up that is not what the ledger rows say."""

    key: tuple[Any, ...]
    stored: Decimal
    computed: Decimal


def ledger_disagreements(session: Session) -> list[Disagreement]:
    """Every roll-up that differs from a recomputation, and every parent that is not its children's sum."""
    stored: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for rollup in session.scalars(sa.select(Rollup)):
        if rollup.scope_kind in {"region", "company", "circle", "project"}:
            stored[_rollup_key(rollup)] += rollup.amount
    computed: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in session.scalars(sa.select(LedgerRow)):
        path = [int(part) for part in row.region_path.strip("/").split("/")]
        scopes = [("region", id_) for id_ in path] + [("company", row.company_id)]
        scopes += [("circle", row.circle_id)] if row.circle_id is not None else []
        scopes.append(("project", row.project_id))
        for kind, id_ in scopes:
            tail = (row.season, row.metric, row.currency, row.basis, row.domain, row.focus_area)
            computed[("restricted", kind, id_, *tail)] += row.amount
            computed[("public", kind, id_, *tail)] += row.public_amount
    return [
        Disagreement(key, stored.get(key, Decimal(0)), computed.get(key, Decimal(0)))
        for key in sorted({*stored, *computed}, key=str)
        if stored.get(key, Decimal(0)) != computed.get(key, Decimal(0))
    ]


def _rollup_key(rollup: Rollup) -> tuple[Any, ...]:
    """A roll-up's key without its parent."""
    return (
        rollup.variant,
        rollup.scope_kind,
        rollup.scope_id,
        rollup.season,
        rollup.metric,
        rollup.currency,
        rollup.basis,
        rollup.domain,
        rollup.focus_area,
    )


def is_frozen(session: Session, region: Region, season: int) -> bool:
    """True while the public boards of a region, or of one above it, stand still in a season."""
    return any(region.path.startswith(path) for path in frozen_paths(session, season))


def freezes_of(session: Session, region: Region) -> list[BoardFreeze]:
    """All freezes of a region, newest first."""
    return list(
        session.scalars(
            sa.select(BoardFreeze).where(BoardFreeze.region_id == region.id).order_by(BoardFreeze.id.desc())
        )
    )
