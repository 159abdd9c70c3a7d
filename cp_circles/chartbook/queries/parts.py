"""What a scope's total consists of: regions and companies level by level, and flows to what was saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.kept import kept_board, page_places
from cp_circles.leaderboards.queries.sums import (
    amount_of,
    ledger_conditions,
    published,
    rollup_conditions,
    source,
)
from cp_circles.ledger.models import Rollup
from cp_circles.organisations.models import Company, Region
from cp_circles.savings.models import Saving

LARGEST = 40


@dataclass(frozen=True)
class Branch:
    """A region or company within the scope: `path` leads to it, a company's to its region."""

    kind: str
    id: int
    name: str
    name_en: str
    path: str
    amount: Decimal


@dataclass(frozen=True)
class Flow:
    """What a focus area saved in a domain on one indicator."""

    focus_area: str
    domain: str
    indicator: str
    amount: Decimal


def branches(session: Session, asked: Asked) -> list[Branch]:
    """Every region with an amount below the scope, and the largest companies that may be named.

    A region's amount holds those of its companies; what has no branch of its own is the rest.
    """
    amounts = _by_region(session, asked)
    regions = session.execute(
        sa.select(Region.id, Region.name, Region.name_en, Region.path).where(
            Region.path.startswith(asked.scope.region.path, autoescape=True),
            Region.id.in_([id_ for id_, amount in amounts.items() if amount]),
        )
    )
    found = [Branch("region", id_, name, en, path, amounts[id_]) for id_, name, en, path in regions]
    return [*found, *_companies(session, asked)]


def _by_region(session: Session, asked: Asked) -> dict[int, Decimal]:
    """The amount of every region: from the roll-ups, or the rows where filters ask for another sum."""
    if not asked.by_rows:
        rows = session.execute(
            sa.select(Rollup.scope_id, sa.func.sum(Rollup.amount))
            .where(*rollup_conditions(asked), *_shown(asked, Rollup.season), Rollup.scope_kind == "region")
            .group_by(Rollup.scope_id)
        )
        return {id_: amount for id_, amount in rows}
    counted = source(asked)
    paths: Any = session.execute(
        sa.select(counted.region_path, sa.func.sum(amount_of(asked)))
        .where(*ledger_conditions(asked, seasons=asked.seasons))
        .group_by(counted.region_path)
    )
    return _upward(paths)


def _upward(paths: Iterable[tuple[str, Decimal]]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for path, amount in paths:
        for id_ in (int(part) for part in path.strip("/").split("/")):
            sums[id_] = sums.get(id_, Decimal(0)) + amount
    return sums


def _shown(asked: Asked, season: Any) -> list[Any]:
    return [season.in_(asked.seasons)] if asked.seasons else []


def _companies(session: Session, asked: Asked) -> list[Branch]:
    """The largest companies with the region where each counts; in public only those that publish."""
    statement = (
        _largest_rows(asked) if asked.by_rows or asked.scope.circle else _largest_rollups(session, asked)
    )
    rows = session.execute(statement)
    return [Branch("company", id_, name, name_en, path, amount) for id_, name, name_en, path, amount in rows]


def _largest_rows(asked: Asked) -> Any:
    """The companies from the rows, where filters ask for another sum than the roll-ups hold."""
    counted = source(asked)
    value = sa.func.sum(amount_of(asked))
    return (
        sa.select(Company.id, Company.name, Company.name_en, counted.region_path, value)
        .join(counted, counted.company_id == Company.id)
        .where(*ledger_conditions(asked, seasons=asked.seasons), *published(asked))
        .group_by(Company.id, counted.region_path)
        .order_by(value.desc(), Company.id)
        .limit(LARGEST)
    )


def _largest_rollups(session: Session, asked: Asked) -> Any:
    """The same from the roll-ups of companies, of the largest alone where a kept board names them."""
    value = sa.func.sum(Rollup.amount)
    below = Region.path.startswith(asked.scope.region.path, autoescape=True)
    statement = (
        sa.select(Company.id, Company.name, Company.name_en, Region.path, value)
        .join(Rollup, sa.and_(Rollup.scope_kind == "company", Rollup.scope_id == Company.id))
        .join(Region, Region.id == Rollup.parent_id)
        .where(*rollup_conditions(asked), *_shown(asked, Rollup.season), below, *published(asked))
        .group_by(Company.id, Region.path)
        .order_by(value.desc(), Company.id)
        .limit(LARGEST)
    )
    if asked.scope.company is not None:
        return statement.where(Rollup.scope_id == asked.scope.company.id)
    largest = _largest(session, asked)
    return statement if largest is None else statement.where(Rollup.scope_id.in_(largest))


def _largest(session: Session, asked: Asked) -> Sequence[int] | None:
    """The largest companies by the index of the kept board; None where none is kept for the question."""
    kept = kept_board(session, replace(asked, by="company", per="total"))
    if kept is None:
        return None
    return [row.entity_id for row in page_places(session, kept, offset=0, limit=LARGEST)]


def flows(session: Session, asked: Asked) -> list[Flow]:
    """Amounts by focus area, domain and the indicator on which they were saved: one statement."""
    counted = source(asked)
    value = sa.func.sum(amount_of(asked))
    rows = session.execute(
        sa.select(counted.focus_area, counted.domain, Saving.indicator_code, value)
        .join(Saving, Saving.id == counted.saving_id)
        .where(*ledger_conditions(asked, seasons=asked.seasons))
        .group_by(counted.focus_area, counted.domain, Saving.indicator_code)
    )
    return [
        Flow(focus_area, domain, indicator, amount)
        for focus_area, domain, indicator, amount in rows
        if amount
    ]
