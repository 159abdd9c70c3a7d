"""What the upper regions keep of their savings: how many came on each day, and what industries count."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from cp_circles.ledger.boards import COUNTED, ZERO, Key, key_of, path_ids
from cp_circles.ledger.counted import Counted
from cp_circles.ledger.models import Basis
from cp_circles.ledger.months import day_of

NO_INDUSTRY = 0
Place = tuple[str, Key, int, int]
Tally = tuple[int, Decimal]


def day_tallies(rows: Iterable[Counted]) -> dict[Place, Tally]:
    """(variant, key, region, day) to how many verified savings came to count on it."""
    savings: dict[Place, set[int]] = defaultdict(set)
    for row in rows:
        for variant, _amount in row.amounts if row.basis is Basis.VERIFIED else ():
            for region_id in path_ids(row.region_path)[: len(COUNTED)]:
                savings[variant, key_of(row), region_id, day_of(row.counted_at)].add(row.saving_id)
    return {at: (len(ids), ZERO) for at, ids in savings.items()}


def industry_tallies(rows: Iterable[Counted]) -> dict[Place, Tally]:
    """(variant, key, region, industry) to how many projects count in it, and what they add up to."""
    projects: dict[Place, set[int]] = defaultdict(set)
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    for row in rows:
        for variant, amount in row.amounts:
            for region_id in path_ids(row.region_path)[: len(COUNTED)]:
                at = (variant, key_of(row), region_id, row.industry_id or NO_INDUSTRY)
                projects[at].add(row.project_id)
                sums[at] += amount
    return {at: (len(ids), sums[at]) for at, ids in projects.items()}
