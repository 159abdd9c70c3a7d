"""Probabilities of the normal, t, F and chi-square distributions, for tests that print a p-value.

Incomplete beta and gamma by series and Lentz's continued fraction (Numerical Recipes 6.1 to 6.4); relative
error below 1e-9 for degrees of freedom up to 10,000.
"""

from collections.abc import Iterator
from math import erfc, exp, lgamma, log, log1p, sqrt

_SMALL = 1e-300
_ENOUGH = 1e-14
_TURNS = 20_000


def normal_tail(z: float) -> float:
    """P(Z > z) of the standard normal distribution."""
    return 0.5 * erfc(z / sqrt(2))


def t_two_sided(t: float, freedom: float) -> float:
    """P(|T| > |t|) of Student's t with `freedom` > 0, which need not be whole."""
    return beta_share(freedom / (freedom + t * t), freedom / 2, 0.5)


def f_tail(f: float, above: float, below: float) -> float:
    """P(F > f) with `above` and `below` degrees of freedom."""
    return 1.0 if f <= 0 else beta_share(below / (below + above * f), below / 2, above / 2)


def chi_square_tail(x: float, freedom: float) -> float:
    """P(X > x) of chi-square."""
    return 1.0 if x <= 0 else _gamma_tail(freedom / 2, x / 2)


def t_quantile(confidence: float, freedom: float) -> float:
    """The t with P(|T| <= t) = `confidence`, by bisection to the last bit."""
    low, high = 0.0, 1.0
    while t_two_sided(high, freedom) > 1 - confidence:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_two_sided(middle, freedom) > 1 - confidence else (low, middle)
    return (low + high) / 2


def f_quantile(tail: float, above: float, below: float) -> float:
    """The f with P(F > f) = `tail`, by bisection to the last bit."""
    low, high = 0.0, 1.0
    while f_tail(high, above, below) > tail:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if f_tail(middle, above, below) > tail else (low, middle)
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 <= x <= 1, a and b above 0."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(_beta_terms(x, a, b)) / a)
    return max(0.0, 1 - front * _fraction(_beta_terms(1 - x, b, a)) / b)


def _beta_terms(x: float, a: float, b: float) -> Iterator[float]:
    m = 0
    while True:
        yield 1.0 if m == 0 else m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        m += 1


def _fraction(terms: Iterator[float]) -> float:
    """t1 / (1 + t2 / (1 + t3 / ...)) by Lentz's method."""
    value, upper, lower = _SMALL, _SMALL, 0.0
    for _, term in zip(range(_TURNS), terms, strict=False):
        lower = 1 / ((1 + term * lower) or _SMALL)
        upper = (1 + term / upper) or _SMALL
        change = upper * lower
        value *= change
        if abs(change - 1) < _ENOUGH:
            break
    return value


def _gamma_tail(a: float, x: float) -> float:
    front = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1:
        term = whole = 1 / a
        for n in range(1, _TURNS):
            term *= x / (a + n)
            whole += term
            if term < whole * _ENOUGH:
                break
        return max(0.0, 1 - front * whole)
    b, c = x + 1 - a, 1 / _SMALL
    d = 1 / b
    value = d
    for n in range(1, _TURNS):
        b += 2
        d = 1 / ((-n * (n - a) * d + b) or _SMALL)
        c = (b - n * (n - a) / c) or _SMALL
        value *= d * c
        if abs(d * c - 1) < _ENOUGH:
            break
    return front * value
