"""What a scope's total consists of: regions and companies level by level, and flows to what was saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries.kept import NOTHING, kept_board, page_places
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
    found: dict[int, Decimal] = {}
    for part in asked.added:
        amounts = _upward(_by_path(session, part)) if part.by_rows else _kept_by_region(session, part)
        for id_, amount in amounts.items():
            found[id_] = found.get(id_, Decimal(0)) + amount
    return found


def _kept_by_region(session: Session, asked: Asked) -> dict[int, Decimal]:
    """The same from the roll-ups; grouped by the id itself, SQLite would read those of every season."""
    region = Rollup.scope_id + NOTHING
    rows: Any = session.execute(
        sa.select(region, sa.func.sum(Rollup.amount))
        .where(*rollup_conditions(asked), *_shown(asked, Rollup.season), Rollup.scope_kind == "region")
        .group_by(region)
    )
    return {id_: amount for id_, amount in rows}


def _by_path(session: Session, asked: Asked) -> Any:
    counted = source(asked)
    return session.execute(
        sa.select(counted.region_path, sa.func.sum(amount_of(asked)))
        .where(*ledger_conditions(asked, seasons=asked.seasons))
        .group_by(counted.region_path)
    )


def _upward(paths: Iterable[tuple[str, Decimal]]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for path, amount in paths:
        for id_ in (int(part) for part in path.strip("/").split("/")):
            sums[id_] = sums.get(id_, Decimal(0)) + amount
    return sums


def _shown(asked: Asked, season: Any) -> list[Any]:
    return [season.in_(asked.seasons)] if asked.seasons else []


def _companies(session: Session, asked: Asked) -> list[Branch]:
    """The largest companies with the region where each counts; in public only those that may be named."""
    largest = _largest(session, asked)
    rows = sa.union_all(*(_of_companies(part, largest) for part in asked.added)).subquery()
    value = sa.func.sum(rows.c.amount)
    found = session.execute(
        sa.select(Company.id, Company.name, Company.name_en, rows.c.path, value)
        .join(rows, rows.c.id == Company.id)
        .where(*published(asked))
        .group_by(Company.id, rows.c.path)
        .order_by(value.desc(), Company.id)
        .limit(LARGEST)
    )
    return [Branch("company", id_, name, name_en, path, amount) for id_, name, name_en, path, amount in found]


def _of_companies(asked: Asked, largest: Sequence[int] | None) -> Any:
    """(id, path, amount) of companies, or of these: from the roll-ups, else from the rows."""
    if asked.by_rows or asked.scope.circle:
        counted = source(asked)
        columns = counted.company_id.label("id"), counted.region_path.label("path")
        return sa.select(*columns, amount_of(asked).label("amount")).where(
            *ledger_conditions(asked, seasons=asked.seasons)
        )
    statement = (
        sa.select(Rollup.scope_id.label("id"), Region.path.label("path"), Rollup.amount.label("amount"))
        .join(Region, Region.id == Rollup.parent_id)
        .where(*rollup_conditions(asked), *_shown(asked, Rollup.season), Rollup.scope_kind == "company")
        .where(Region.path.startswith(asked.scope.region.path, autoescape=True))
    )
    if asked.scope.company is not None:
        return statement.where(Rollup.scope_id == asked.scope.company.id)
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
