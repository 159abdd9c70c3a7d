"""Kendall's W: how far judges who ranked the same entries agree on the order.

M. G. Kendall and J. D. Gibbons, Rank Correlation Methods (5th ed. 1990), chapter 6, corrected for ties.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cp_circles.calc.distributions import chi_square_tail


@dataclass(frozen=True)
class Concordance:
    """W from 0 (no common order) to 1 (one order), with its chi-square, degrees of freedom and p-value."""

    value: float
    chi_square: float
    freedom: int
    p: float


def kendall_w(table: Sequence[Sequence[float]]) -> Concordance | None:
    """W of a full table of entries by judges; None where every judge gave every entry the same score.

    ValueError for fewer than two entries or judges.
    """
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2 or any(len(row) != k for row in table):
        raise ValueError("concordance needs a full table of two entries and two judges at least")
    ranks = [shared_ranks(column) for column in zip(*table, strict=True)]
    sums = [sum(rank[entry] for rank in ranks) for entry in range(n)]
    middle = k * (n + 1) / 2
    ties = sum(count**3 - count for column in zip(*table, strict=True) for count in Counter(column).values())
    most = k * k * (n**3 - n) - k * ties
    if most == 0:
        return None
    value = 12.0 * sum((total - middle) ** 2 for total in sums) / most
    chi = k * (n - 1) * value
    return Concordance(value, chi, n - 1, chi_square_tail(chi, n - 1))


def shared_ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1 for the lowest; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=lambda n: values[n])
    ranks, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for position in order[start : end + 1]:
            ranks[position] = (start + end) / 2 + 1
        start = end + 1
    return ranks
