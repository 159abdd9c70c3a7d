"""Ranked rows of a board: exact values, shared places (1, 2, 2, 4), neighbours and ratios."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cp_circles.calc.exact import round_half_up, to_fraction


@dataclass(frozen=True)
class BoardRow:
    """A competitor and its exact value in the board's one metric."""

    key: Hashable
    value: Decimal


@dataclass(frozen=True)
class RankedRow:
    """A row with its place; `shared` says that others hold the same place."""

    key: Hashable
    value: Decimal
    place: int
    shared: bool


def ranked(rows: Sequence[BoardRow]) -> tuple[RankedRow, ...]:
    """Highest value first; equal values share the place and keep the given order."""
    order = sorted(rows, key=lambda row: row.value, reverse=True)
    places: dict[Decimal, int] = {}
    counts: dict[Decimal, int] = {}
    for n, row in enumerate(order, start=1):
        places.setdefault(row.value, n)
        counts[row.value] = counts.get(row.value, 0) + 1
    return tuple(RankedRow(row.key, row.value, places[row.value], counts[row.value] > 1) for row in order)


def neighbours(rows: Sequence[RankedRow], key: Hashable, span: int = 2) -> tuple[RankedRow, ...]:
    """The row of that key with up to `span` rows before and after it; empty where it is not on the board."""
    at = next((n for n, row in enumerate(rows) if row.key == key), None)
    return () if at is None else tuple(rows[max(0, at - span) : at + span + 1])


def per_head(value: Decimal, heads: int, places: int = 2) -> Decimal | None:
    """Value for each person; None without people."""
    return round_half_up(to_fraction(value) / heads, places) if heads > 0 else None


def per_10000_yuan(value: Decimal, output_yuan: Decimal, places: int = 6) -> Decimal | None:
    """Value for each 10,000 yuan of output; None without output."""
    return (
        round_half_up(to_fraction(value) * 10_000 / to_fraction(output_yuan), places)
        if output_yuan > 0
        else None
    )


def share_of(value: Decimal, whole: Decimal, places: int = 1) -> Decimal | None:
    """Percent of the whole; None where the whole is not above zero."""
    return round_half_up(to_fraction(value) * 100 / to_fraction(whole), places) if whole > 0 else None
