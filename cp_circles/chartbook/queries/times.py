"""When savings came to count: by day, by month and region, by month and metric."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.queries import Competitor
from cp_circles.leaderboards.queries.grouped import is_upper
from cp_circles.leaderboards.queries.months import are_months_kept, months_kept, of_board, of_metric
from cp_circles.leaderboards.queries.regions import child_in
from cp_circles.leaderboards.queries.sums import amount_of, ledger_conditions, source
from cp_circles.ledger.models import BoardDay, BoardKey, BoardMonth
from cp_circles.ledger.months import day_column, month_column

Month = tuple[int, int]
Months = dict[Month, Decimal]


@dataclass(frozen=True)
class Below:
    """A region right below the scope, with what was verified in it by month."""

    region: Competitor
    months: Months = field(default_factory=dict)


def days_of(session: Session, asked: Asked) -> dict[date, int]:
    """How many savings came to count on each day, as the ledger's days run."""
    rows = source(asked)
    if is_upper(asked) and are_months_kept(session, asked):
        day: Any = BoardDay.day
        statement = (
            sa.select(day, sa.func.sum(BoardDay.savings))
            .join(BoardKey, BoardKey.id == BoardDay.board_id)
            .where(*of_board(asked), BoardDay.region_id == asked.scope.region.id)
        )
        if asked.seasons:
            statement = statement.where(BoardKey.season.in_(asked.seasons))
    else:
        day = day_column(rows.counted_at)
        statement = sa.select(day, sa.func.count(rows.saving_id.distinct())).where(
            *ledger_conditions(asked, seasons=asked.seasons), amount_of(asked) != 0
        )
    counted = session.execute(statement.group_by(day))
    return {date(at // 10000, at // 100 % 100, at % 100): int(count) for at, count in counted if count}


def months_below(session: Session, asked: Asked, regions: Sequence[Competitor]) -> list[Below]:
    """What was verified in each of these regions right below the scope, by month: a statement a part."""
    months: dict[int, Months] = defaultdict(dict)
    ids = {region.id for region in regions}
    for part in asked.added:
        found = _kept_below(session, part, ids) if are_months_kept(session, part) else _folded(session, part)
        for region_id, at, amount in found:
            months[region_id][at] = months[region_id].get(at, Decimal(0)) + amount
    moved = {id_: {at: amount for at, amount in by.items() if amount} for id_, by in months.items()}
    return [Below(region, moved[region.id]) for region in regions if moved.get(region.id)]


def _kept_below(session: Session, asked: Asked, ids: Collection[int]) -> list[tuple[int, Month, Decimal]]:
    """(region, month, amount) as the ledger keeps it."""
    kept = months_kept(asked, BoardMonth.region_id, BoardMonth.month)
    rows: Any = session.execute(kept.where(*of_metric(asked), BoardMonth.region_id.in_(ids)))
    return [(region_id, divmod(month, 100), amount) for region_id, month, amount in rows]


def _folded(session: Session, asked: Asked) -> list[tuple[int, Month, Decimal]]:
    """The same from the ledger's rows, by the path of each county."""
    rows = source(asked)
    month = month_column(rows.counted_at)
    found = session.execute(
        sa.select(rows.region_path, month, sa.func.sum(amount_of(asked)))
        .where(*ledger_conditions(asked, seasons=asked.seasons))
        .group_by(rows.region_path, month)
    )
    placed = [(child_in(asked.scope.region, path), divmod(at, 100), amount) for path, at, amount in found]
    return [(child, at, amount) for child, at, amount in placed if child is not None]


def months_by_metric(session: Session, asked: Asked) -> dict[str, Months]:
    """What was verified in the scope by month, on every metric of the board's currency."""
    months: dict[str, Months] = defaultdict(lambda: defaultdict(Decimal))
    for part in asked.added:
        rows: Any = session.execute(_by_metric(session, part))
        for metric, month, amount in rows:
            months[metric][divmod(month, 100)] += amount
    found = {metric: {at: amount for at, amount in by.items() if amount} for metric, by in months.items()}
    return {metric: by for metric, by in found.items() if by}


def _by_metric(session: Session, asked: Asked) -> Any:
    """(metric, month, amount), as the ledger keeps it or from its rows."""
    if are_months_kept(session, asked):
        return months_kept(asked, BoardKey.metric, BoardMonth.month).where(
            BoardKey.currency.in_(["", asked.currency or "CNY"]),
            BoardMonth.region_id == asked.scope.region.id,
        )
    counted = source(asked)
    month = month_column(counted.counted_at)
    return (
        sa.select(counted.metric, month, sa.func.sum(amount_of(asked)))
        .where(*ledger_conditions(asked, seasons=asked.seasons, any_metric=True))
        .group_by(counted.metric, month)
    )
