"""What the statistics tools share: mean, standard deviation and a hint whether a sample looks normal."""

from collections.abc import Sequence
from math import exp, fsum, log, sqrt

from cp_circles.calc.distributions import normal_tail
from cp_circles.calc.tools.base import refuse
from cp_circles.errors import msg

LEAST_FOR_NORMALITY = 8


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value."""
    return fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample (n - 1) of at least two values."""
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle ones."""
    order, half = sorted(values), len(values) // 2
    return order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2


def refuse_equal(values: Sequence[float], field: str) -> None:
    """Refused where all values are equal, so that nothing varies."""
    if max(values) == min(values):
        raise refuse(
            msg("All values are equal (%(value)s); check the readings, or take more decimals."),
            field,
            value=f"{values[0]:g}",
        )


def normality_p(values: Sequence[float]) -> float | None:
    """p of the Anderson-Darling test of normality (D'Agostino, Stephens 1986); None below 8 values."""
    n = len(values)
    if n < LEAST_FOR_NORMALITY or max(values) == min(values):
        return None
    middle, spread = mean(values), deviation(values)
    tails = [min(1 - 1e-16, max(1e-300, normal_tail((v - middle) / spread))) for v in sorted(values)]
    heads = [max(1e-300, normal_tail(-(v - middle) / spread)) for v in sorted(values)]
    total = fsum((2 * i + 1) * (log(heads[i]) + log(tails[n - 1 - i])) for i in range(n))
    a = (-n - total / n) * (1 + 0.75 / n + 2.25 / n**2)
    if a >= 0.6:
        return min(1.0, exp(1.2937 - 5.709 * a + 0.0186 * a * a)) if a < 13 else 0.0
    if a >= 0.34:
        return exp(0.9177 - 4.279 * a - 1.38 * a * a)
    if a >= 0.2:
        return 1 - exp(-8.318 + 42.796 * a - 59.938 * a * a)
    return 1 - exp(-13.436 + 101.14 * a - 223.73 * a * a)
