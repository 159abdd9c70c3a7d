"""Claims on their way to verified: what waits, and what verification took off, by region and month."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from cp_circles.ledger.boards import LOWERED, WAITING, ZERO, Key, path_ids
from cp_circles.ledger.counted import Counted
from cp_circles.ledger.models import Basis
from cp_circles.ledger.months import month_of

Monthly = dict[tuple[str, Key, int, int], Decimal]


def path_sums(rows: Iterable[Counted]) -> Monthly:
    """(kind of board, its key, region, month) to what waits there, or what was lowered there (below zero).

    A saving waits in the month of its last claim, and is lowered in that of its last verification; in a
    region by what it counts there. A row of nothing says nothing.
    """
    groups: dict[tuple[int, str, str, int, int], list[Counted]] = defaultdict(list)
    for row in rows:
        for region_id in path_ids(row.region_path) if row.amount else ():
            groups[row.saving_id, row.metric, row.currency, row.season, region_id].append(row)
    sums: Monthly = defaultdict(Decimal)
    for (_saving, metric, currency, season, region_id), of_saving in groups.items():
        claimed = [row for row in of_saving if row.basis is Basis.CLAIMED]
        verified = [row for row in of_saving if row.basis is Basis.VERIFIED]
        changed = _sum(verified) - _sum(claimed)
        if not verified:
            key = (Basis.CLAIMED, metric, currency, season)
            sums[WAITING, key, region_id, _last_month(claimed)] += _sum(claimed)
        elif changed < 0:
            key = (Basis.VERIFIED, metric, currency, season)
            sums[LOWERED, key, region_id, _last_month(verified)] += changed
    return sums


def _sum(rows: Iterable[Counted]) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def _last_month(rows: Iterable[Counted]) -> int:
    return month_of(max(row.counted_at for row in rows))
