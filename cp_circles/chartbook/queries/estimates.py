"""Estimates that wait for no verification, put together by year, currency, kind and class.

One statement reads what a page shows of them: sums, years and distributions are added up from its few groups.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

NUMBER = r"^[0-9]+(\.[0-9]+)?$"
BENEFIT_EDGES = (1.0, 5.0, 10.0, 50.0)
PAYBACK_EDGES = (0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Estimate:
    """How many estimates of a year, currency and kind fall into the same classes, and their yearly benefit.

    Classes count from 0 at the low end; None for what brings nothing or, for the payback, names no cost.
    """

    year: int
    currency: str
    kind: str
    gain: int | None
    payback: int | None
    count: int
    benefit: Decimal


@dataclass(frozen=True)
class KindSum:
    """Estimates of one kind: how many, and what they are expected to bring a year."""

    kind: str
    count: int
    benefit: Decimal


@dataclass(frozen=True)
class KindBin:
    """How many estimates of a kind fall into a class, counted from 0 at the low end."""

    kind: str
    place: int
    count: int


def grouped(year: Any, currency: Any, kind: Any, benefit: Any, cost: Any, total: Any, *where: Any) -> Any:
    """The statement of groups: `benefit` and `cost` are numbers that sort into classes, `total` is added up.

    The simple payback is the cost over the yearly benefit, in years. What was computed once is not computed
    again for each class: a database that folds the inner select into the outer one would.
    """
    rows = sa.select(
        year.label("year"),
        currency.label("currency"),
        kind.label("kind"),
        benefit.label("benefit"),
        cost.label("cost"),
        total.label("total"),
    ).where(*where)
    row = rows.cte("estimates").prefix_with("MATERIALIZED").c
    gain = sa.case((row.benefit > 0, _class(row.benefit, BENEFIT_EDGES)), else_=None)
    known = sa.and_(row.benefit > 0, row.cost.is_not(None))
    payback = sa.case((known, _class(row.cost / row.benefit, PAYBACK_EDGES)), else_=None)
    classed = sa.select(
        row.year, row.currency, row.kind, gain.label("gain"), payback.label("payback"), row.total
    ).subquery()
    one = classed.c
    keys = (one.year, one.currency, one.kind, one.gain, one.payback)
    return sa.select(*keys, sa.func.count(), sa.func.sum(one.total)).group_by(*keys)


def _class(value: Any, edges: Sequence[float]) -> Any:
    return sa.case(*((value <= edge, n) for n, edge in enumerate(edges)), else_=len(edges))


def years_of(rows: Iterable[Estimate]) -> list[int]:
    """The years of these estimates, oldest first."""
    return sorted({row.year for row in rows})


def in_years(rows: Iterable[Estimate], years: Collection[int]) -> list[Estimate]:
    """Those of some years; of all where none is named."""
    return [row for row in rows if not years or row.year in years]


def in_one_currency(rows: Sequence[Estimate], wanted: str) -> list[Estimate]:
    """Those in the wanted currency if there are any, else in the commonest."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.currency] += row.count
    commonest = min(counts, key=lambda currency: (-counts[currency], currency), default=wanted)
    chosen = wanted if wanted in counts else commonest
    return [row for row in rows if row.currency == chosen]


def sums_by_kind(rows: Iterable[Estimate]) -> list[KindSum]:
    """Estimates by kind, the most beneficial first."""
    counts: Counter[str] = Counter()
    benefits: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        counts[row.kind] += row.count
        benefits[row.kind] += row.benefit
    order = sorted(counts, key=lambda kind: (-benefits[kind], kind))
    return [KindSum(kind, counts[kind], benefits[kind]) for kind in order]


def bins_by_kind(rows: Iterable[Estimate], what: str) -> list[KindBin]:
    """How the estimates of each kind spread over the classes of `gain` or `payback`."""
    counts: Counter[tuple[str, int]] = Counter()
    for row in rows:
        place = row.gain if what == "gain" else row.payback
        if place is not None:
            counts[row.kind, place] += row.count
    return [KindBin(kind, place, count) for (kind, place), count in sorted(counts.items())]
