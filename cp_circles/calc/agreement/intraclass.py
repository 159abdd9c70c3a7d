"""Intraclass correlations of a complete table of entries by judges, with their 95 % intervals.

P. E. Shrout and J. L. Fleiss, "Intraclass correlations: uses in assessing rater reliability",
Psychological Bulletin 86 (1979); intervals of ICC(2,1) as given there (McGraw and Wong 1996).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cp_circles.calc.distributions import f_quantile, f_tail

TAIL = 0.025


@dataclass(frozen=True)
class Intraclass:
    """One form: its value, F test with degrees of freedom, p-value and 95 % interval."""

    form: str
    value: float
    f: float
    above: float
    below: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True)
class _Squares:
    entries: int
    judges: int
    between: float
    within: float
    judge: float
    error: float


def intraclass(table: Sequence[Sequence[float]]) -> tuple[Intraclass, ...]:
    """ICC1, ICC2, ICC3 for one judge, and ICC1k, ICC2k, ICC3k for the mean of all judges.

    ICC2 is the one for judges drawn from many (absolute agreement), ICC3 for these judges only
    (consistency). ValueError where the table is smaller than 2 x 2, ragged, or has no differences at all.
    """
    squares = _squares(table)
    return (*_single(squares), *_mean_of_all(squares))


def _squares(table: Sequence[Sequence[float]]) -> _Squares:
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2 or any(len(row) != k for row in table):
        raise ValueError(
            "an intraclass correlation needs a full table of two entries and two judges at least"
        )
    grand = sum(map(sum, table)) / (n * k)
    rows = [sum(row) / k for row in table]
    columns = [sum(column) / n for column in zip(*table, strict=True)]
    of_rows = k * sum((mean - grand) ** 2 for mean in rows)
    of_columns = n * sum((mean - grand) ** 2 for mean in columns)
    total = sum((value - grand) ** 2 for row in table for value in row)
    error = (total - of_rows - of_columns) / ((n - 1) * (k - 1))
    if total == 0.0 or error <= 1e-15 * total:
        raise ValueError("the judges differ by constants only: agreement by variance has no error to compare")
    return _Squares(n, k, of_rows / (n - 1), (total - of_rows) / (n * (k - 1)), of_columns / (k - 1), error)


def _single(s: _Squares) -> tuple[Intraclass, ...]:
    n, k = s.entries, s.judges
    one = (s.between - s.within) / (s.between + (k - 1) * s.within)
    two = (s.between - s.error) / (s.between + (k - 1) * s.error + k * (s.judge - s.error) / n)
    three = (s.between - s.error) / (s.between + (k - 1) * s.error)
    f1, f3 = s.between / s.within, s.between / s.error
    a, b1, b3 = n - 1, n * (k - 1), (n - 1) * (k - 1)
    low1, high1 = _span(f1, a, b1)
    low3, high3 = _span(f3, a, b3)
    low2, high2 = _two_way_span(s, two)
    return (
        Intraclass("ICC1", one, f1, a, b1, f_tail(f1, a, b1), _of(low1, k), _of(high1, k)),
        Intraclass("ICC2", two, f3, a, b3, f_tail(f3, a, b3), low2, high2),
        Intraclass("ICC3", three, f3, a, b3, f_tail(f3, a, b3), _of(low3, k), _of(high3, k)),
    )


def _mean_of_all(s: _Squares) -> tuple[Intraclass, ...]:
    n, k = s.entries, s.judges
    one, two, three = _single(s)
    low1, high1 = _span(one.f, one.above, one.below)
    low3, high3 = _span(three.f, three.above, three.below)
    two_k = (s.between - s.error) / (s.between + (s.judge - s.error) / n)
    return (
        Intraclass("ICC1k", 1 - 1 / one.f, one.f, one.above, one.below, one.p, 1 - 1 / low1, 1 - 1 / high1),
        Intraclass(
            "ICC2k",
            two_k,
            two.f,
            two.above,
            two.below,
            two.p,
            two.lower * k / (1 + two.lower * (k - 1)),
            two.upper * k / (1 + two.upper * (k - 1)),
        ),
        Intraclass(
            "ICC3k", 1 - 1 / three.f, three.f, three.above, three.below, three.p, 1 - 1 / low3, 1 - 1 / high3
        ),
    )


def _span(f: float, above: float, below: float) -> tuple[float, float]:
    return f / f_quantile(TAIL, above, below), f * f_quantile(TAIL, below, above)


def _of(ratio: float, judges: int) -> float:
    return (ratio - 1) / (ratio + judges - 1)


def _two_way_span(s: _Squares, value: float) -> tuple[float, float]:
    n, k = s.entries, s.judges
    judge_f = s.judge / s.error
    top = k * value * judge_f + n * (1 + (k - 1) * value) - k * value
    freedom = (
        (k - 1)
        * (n - 1)
        * top**2
        / ((n - 1) * k**2 * value**2 * judge_f**2 + (n * (1 + (k - 1) * value) - k * value) ** 2)
    )
    upper_f, lower_f = f_quantile(TAIL, n - 1, freedom), f_quantile(TAIL, freedom, n - 1)
    spread = k * s.judge + (k * n - k - n) * s.error
    lower = n * (s.between - upper_f * s.error) / (upper_f * spread + n * s.between)
    upper = n * (lower_f * s.between - s.error) / (spread + n * lower_f * s.between)
    return lower, upper
