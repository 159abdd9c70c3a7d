"""Krippendorff's alpha and Fleiss' kappa: agreement beyond chance, with missing values allowed in alpha.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011). J. L. Fleiss, "Measuring nominal
scale agreement among many raters", Psychological Bulletin 76 (1971).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(
    values: Iterable[tuple[int, float]], measurement: Measurement = "interval"
) -> float | None:
    """Alpha of (unit, value) pairs; None where no unit has two values or all values are equal.

    1 is perfect agreement, 0 what chance gives. Units with one value are left out, as the paper does.
    """
    units: dict[int, list[float]] = defaultdict(list)
    for unit, value in values:
        units[unit].append(value)
    paired = [unit for unit in units.values() if len(unit) > 1]
    totals = Counter(value for unit in paired for value in unit)
    count = sum(totals.values())
    if len(totals) < 2:
        return None
    difference = _difference(measurement, totals)
    observed = sum(_pairs(Counter(unit), difference) / (len(unit) - 1) for unit in paired)
    expected = _pairs(totals, difference)
    return 1.0 - (count - 1) * observed / expected if expected else None


def interval_alpha(units: NDArray[np.int64], values: NDArray[np.float64]) -> float | None:
    """Alpha at the interval level of values in columns, without going through pairs of them."""
    _known, unit = np.unique(units, return_inverse=True)
    counts = np.bincount(unit)
    paired = counts[unit] > 1
    unit, values = unit[paired], values[paired]
    if not len(values) or (values == values[0]).all():
        return None
    values = values - values.mean()
    sums, squares = np.bincount(unit, values, len(counts)), np.bincount(unit, values**2, len(counts))
    some = counts > 1
    differences = counts[some] * squares[some] - sums[some] ** 2
    observed = float((differences / (counts[some] - 1)).sum())
    expected = float(len(values) * (values**2).sum() - values.sum() ** 2)
    return 1.0 - (len(values) - 1) * observed / expected


def _pairs(counts: Counter[float], difference: Callable[[float, float], float]) -> float:
    values = sorted(counts)
    return sum(
        counts[low] * counts[high] * difference(low, high)
        for n, low in enumerate(values)
        for high in values[n + 1 :]
    )


def _difference(measurement: Measurement, totals: Counter[float]) -> Callable[[float, float], float]:
    if measurement == "nominal":
        return lambda low, high: 1.0
    if measurement == "interval":
        return lambda low, high: (low - high) ** 2
    if measurement == "ratio":
        return lambda low, high: ((low - high) / (low + high)) ** 2 if low + high else 0.0
    below: dict[float, float] = {}
    running = 0.0
    for value in sorted(totals):
        below[value] = running + totals[value] / 2.0
        running += totals[value]
    return lambda low, high: (below[high] - below[low]) ** 2


def fleiss_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """Kappa of a table of units by categories, each row with the same number of ratings of at least two.

    None where only one category was ever used; ValueError where the rows differ in their number.
    """
    raters = sum(table[0])
    if raters < 2 or any(sum(row) != raters for row in table):
        raise ValueError("each unit needs the same number of ratings, at least two")
    shares = [sum(column) / (len(table) * raters) for column in zip(*table, strict=True)]
    agreed = sum(sum(n * (n - 1) for n in row) for row in table) / (len(table) * raters * (raters - 1))
    chance = sum(share * share for share in shares)
    return (agreed - chance) / (1.0 - chance) if chance < 1.0 else None
