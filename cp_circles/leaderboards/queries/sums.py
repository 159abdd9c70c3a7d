"""What a board adds up: conditions on ledger rows and roll-ups, and the scope's own total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.ledger.models import Basis, LedgerRow, Rollup
from cp_circles.organisations.models import Company, Industry

ZERO = Decimal(0)


@dataclass(frozen=True)
class Competitor:
    """One row of a board before it is ranked; `before` is the amount of the season before."""

    id: int
    name: str
    name_en: str = ""
    value: Decimal = ZERO
    before: Decimal | None = None
    under: str = ""
    under_en: str = ""
    company_id: int | None = None
    code: str = ""
    heads: int | None = None
    output: Decimal | None = None
    projects: int = 0
    circles: int | None = None
    people: int | None = None


def amount_of(asked: Asked) -> Any:
    """The ledger column that the variant reads."""
    return LedgerRow.public_amount if asked.variant == PUBLIC else LedgerRow.amount


def ledger_conditions(
    asked: Asked, *, seasons: Sequence[int] | None = None, both_bases: bool = False
) -> list[Any]:
    """What ledger rows a board adds up; `seasons` replaces those of the board."""
    board, scope = asked.filter, asked.scope
    years = tuple(asked.seasons) + asked.previous if seasons is None else tuple(seasons)
    conditions = [
        LedgerRow.metric == board.metric,
        LedgerRow.currency == board.currency,
        LedgerRow.region_path.startswith(scope.region.path, autoescape=True),
    ]
    if not both_bases:
        conditions.append(LedgerRow.basis == board.basis)
    if years:
        conditions.append(LedgerRow.season.in_(years))
    if board.domains:
        conditions.append(LedgerRow.domain.in_(board.domains))
    if board.focus_areas:
        conditions.append(LedgerRow.focus_area.in_(board.focus_areas))
    if scope.company is not None:
        conditions.append(LedgerRow.company_id == scope.company.id)
    if scope.circle is not None:
        conditions.append(LedgerRow.circle_id == scope.circle.id)
    if scope.industry is not None:
        below = sa.select(Industry.id).where(
            sa.or_(Industry.id == scope.industry.id, Industry.parent_id == scope.industry.id)
        )
        conditions.append(LedgerRow.industry_id.in_(below))
    return conditions


def sums(asked: Asked, season: Any, amount: Any) -> tuple[Any, Any]:
    """The amount of the board's seasons, and of the season before."""
    now = sa.func.sum(amount)
    if not asked.previous:
        return now, sa.literal(None)
    return now.filter(season.in_(asked.seasons)), sa.func.sum(amount).filter(season.in_(asked.previous))


def pair(asked: Asked, value: Any, before: Any) -> dict[str, Any]:
    """Two sums as a competitor holds them."""
    return {"value": value or ZERO, "before": (before or ZERO) if asked.previous else None}


def rollup_conditions(asked: Asked) -> list[Any]:
    """What roll-ups a board adds up, the season before included."""
    board = asked.filter
    conditions = [
        Rollup.variant == board.variant,
        Rollup.basis == board.basis,
        Rollup.metric == board.metric,
        Rollup.currency == board.currency,
    ]
    years = (*asked.seasons, *asked.previous)
    if years:
        conditions.append(Rollup.season.in_(years))
    if board.domains:
        conditions.append(Rollup.domain.in_(board.domains))
    if board.focus_areas:
        conditions.append(Rollup.focus_area.in_(board.focus_areas))
    return conditions


def whole_of(session: Session, asked: Asked) -> tuple[Decimal, Decimal | None]:
    """The scope's own total, and that of the season before: from the roll-ups where they hold it."""
    if asked.scope.industry is not None:
        value, before = sums(asked, LedgerRow.season, amount_of(asked))
        found = session.execute(sa.select(value, before).where(*ledger_conditions(asked))).one()
    else:
        value, before = sums(asked, Rollup.season, Rollup.amount)
        found = session.execute(
            sa.select(value, before).where(
                *rollup_conditions(asked),
                Rollup.scope_kind == asked.scope.kind,
                Rollup.scope_id == asked.scope.id,
            )
        ).one()
    whole = pair(asked, *found)
    return whole["value"], whole["before"]


def amounts_by_metric(session: Session, asked: Asked) -> dict[str, Decimal]:
    """The scope's verified total on every metric of the board's currency: one statement."""
    board = asked.on(Basis.VERIFIED)
    money = {"", board.currency or "CNY"}
    conditions = [
        Rollup.variant == board.variant,
        Rollup.basis == Basis.VERIFIED,
        Rollup.currency.in_(money),
        Rollup.scope_kind == board.scope.kind,
        Rollup.scope_id == board.scope.id,
    ]
    if board.seasons:
        conditions.append(Rollup.season.in_(board.seasons))
    if board.domain:
        conditions.append(Rollup.domain == board.domain)
    if board.focus_area:
        conditions.append(Rollup.focus_area == board.focus_area)
    rows = session.execute(
        sa.select(Rollup.metric, sa.func.sum(Rollup.amount)).where(*conditions).group_by(Rollup.metric)
    )
    return {metric: amount for metric, amount in rows if amount}


def project_count() -> Any:
    """How many projects a group of ledger rows comes from."""
    return sa.func.count(LedgerRow.project_id.distinct())


def published(asked: Asked) -> list[Any]:
    """In public only companies that publish have a row of their own."""
    return [Company.is_public] if asked.variant == PUBLIC else []
