"""Did it change? Two samples or two shares compared, answered in one plain sentence.

Welch's and the paired t test, Mann-Whitney's U (exact up to 30 values without ties, else normal with
corrections for ties and continuity), two shares by the pooled z test, or Fisher's exact test where an
expected count is below 5.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import comb, fsum, sqrt
from typing import Literal

from pydantic import Field

from cp_circles.calc.distributions import normal_tail, t_quantile, t_two_sided
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import Fact, Given, Line, Result, Series, Tool, floats, refuse, shown
from cp_circles.calc.tools.samples import deviation, mean, median, normality_p
from cp_circles.errors import msg

LEVEL = 0.05
EXACT_UP_TO = 30


class TwoSamplesInputs(Given):
    """Two samples and the way to compare them."""

    method: Literal["welch", "paired", "mann_whitney"] = Field(default="welch", title=msg("Test"))
    unit: str = Field(default="", max_length=30, title=msg("Unit"))
    first_name: Line = Field(title=msg("Name of the first sample"))
    second_name: Line = Field(title=msg("Name of the second sample"))
    first: Series = Field(min_length=2, max_length=1000, title=msg("First sample"))
    second: Series = Field(min_length=2, max_length=1000, title=msg("Second sample"))


class TwoSharesInputs(Given):
    """Two shares: how many of how many."""

    first_name: Line = Field(title=msg("Name of the first sample"))
    second_name: Line = Field(title=msg("Name of the second sample"))
    first_count: int = Field(ge=0, title=msg("Found in the first sample"))
    first_size: int = Field(ge=1, le=1_000_000, title=msg("Size of the first sample"))
    second_count: int = Field(ge=0, title=msg("Found in the second sample"))
    second_size: int = Field(ge=1, le=1_000_000, title=msg("Size of the second sample"))


@dataclass(frozen=True, kw_only=True)
class Compared(Result):
    """Statistic, degrees of freedom where there are any, two-sided p, and the two middles or shares."""

    statistic: float
    freedom: float | None
    p: float
    middles: tuple[float, float]
    reach: tuple[float, float] | None = None


def compute_samples(inputs: TwoSamplesInputs) -> Compared:
    """The chosen test, two-sided at 5 %."""
    first, second = floats(inputs.first), floats(inputs.second)
    ranks = inputs.method == "mann_whitney"
    middles = (median(first), median(second)) if ranks else (mean(first), mean(second))
    reach = None
    if inputs.method == "paired":
        statistic, freedom, p, reach = paired(first, second)
    elif ranks:
        statistic, p = mann_whitney(first, second)
        freedom = None
    else:
        statistic, freedom, p, reach = welch(first, second)
    name = {"welch": "t", "paired": "t", "mann_whitney": "U"}[inputs.method]
    facts = [
        Fact(msg("First sample: number, middle"), f"{len(first)}, {shown(middles[0])}", inputs.unit),
        Fact(msg("Second sample: number, middle"), f"{len(second)}, {shown(middles[1])}", inputs.unit),
        Fact(msg("Difference, second minus first"), shown(middles[1] - middles[0]), inputs.unit),
        Fact(name, shown(statistic, 5)),
        Fact(msg("Degrees of freedom"), None if freedom is None else shown(freedom, 4)),
        Fact(msg("p, two-sided"), shown(p, 3)),
    ]
    if reach:
        facts.append(
            Fact(msg("Difference, 95 %"), f"{shown(reach[0], 5)} … {shown(reach[1], 5)}", inputs.unit)
        )
    return Compared(
        answer=_sentence(inputs.first_name, inputs.second_name, middles, p, inputs.unit),
        facts=tuple(facts),
        notes=_notes(inputs, first, second),
        statistic=statistic,
        freedom=freedom,
        p=p,
        middles=middles,
        reach=reach,
    )


def welch(first: list[float], second: list[float]) -> tuple[float, float, float, tuple[float, float]]:
    """t, degrees of freedom (Welch-Satterthwaite), p, and the 95 % reach of second minus first."""
    n, m = len(first), len(second)
    if n < 2 or m < 2:
        raise refuse(msg("Each sample needs at least two values."), "first")
    u, v = deviation(first) ** 2 / n, deviation(second) ** 2 / m
    if not u + v:
        raise refuse(
            msg("Nothing varies inside the samples; a t test cannot judge chance. Take more decimals."),
            "first",
        )
    t = (mean(first) - mean(second)) / sqrt(u + v)
    freedom = (u + v) ** 2 / (u * u / (n - 1) + v * v / (m - 1))
    half, change = t_quantile(0.95, freedom) * sqrt(u + v), mean(second) - mean(first)
    return t, freedom, t_two_sided(t, freedom), (change - half, change + half)


def paired(first: list[float], second: list[float]) -> tuple[float, float, float, tuple[float, float]]:
    """t of the differences with n - 1 degrees of freedom, p, and the 95 % reach of second minus first."""
    if len(first) != len(second):
        text = msg("Pairs need as many first (%(first)s) as second values (%(second)s), in the same order.")
        raise refuse(text, "second", first=len(first), second=len(second))
    changes = [b - a for a, b in zip(first, second, strict=True)]
    error = deviation(changes) / sqrt(len(changes))
    if not error:
        raise refuse(
            msg("All differences are equal; a t test cannot judge chance. Take more decimals."), "second"
        )
    freedom = len(changes) - 1
    t, half = -mean(changes) / error, t_quantile(0.95, freedom) * error
    return t, freedom, t_two_sided(t, freedom), (mean(changes) - half, mean(changes) + half)


def mann_whitney(first: list[float], second: list[float]) -> tuple[float, float]:
    """U of the first sample and p, two-sided."""
    n, m = len(first), len(second)
    order = sorted([*first, *second])
    counts = Counter(order)
    rank: dict[float, float] = {}
    at = 0
    for value in sorted(counts):
        rank[value] = at + (counts[value] + 1) / 2
        at += counts[value]
    u = fsum(rank[value] for value in first) - n * (n + 1) / 2
    if len(counts) == 1:
        raise refuse(msg("All values are equal; there is nothing to compare."), "first")
    if len(counts) == n + m <= EXACT_UP_TO:
        low = int(min(u, n * m - u))
        few = sum(_u_ways(n, m, k) for k in range(low + 1))
        return u, min(1.0, 2 * few / comb(n + m, n))
    ties = fsum(c**3 - c for c in counts.values()) / ((n + m) * (n + m - 1))
    spread = sqrt(n * m / 12 * (n + m + 1 - ties))
    return u, min(1.0, 2 * normal_tail(max(0.0, abs(u - n * m / 2) - 0.5) / spread))


@cache
def _u_ways(n: int, m: int, u: int) -> int:
    if u < 0 or n < 0 or m < 0:
        return 0
    if n == 0 or m == 0:
        return int(u == 0)
    return _u_ways(n - 1, m, u - m) + _u_ways(n, m - 1, u)


def compute_shares(inputs: TwoSharesInputs) -> Compared:
    """z with the pooled share, or Fisher's exact p where a count expected is below 5."""
    a, n, b, m = inputs.first_count, inputs.first_size, inputs.second_count, inputs.second_size
    for field, count, size in (("first_count", a, n), ("second_count", b, m)):
        if count > size:
            text = msg("%(count)s were found among %(size)s; the part is larger than the whole.")
            raise refuse(text, field, count=count, size=size)
    if a + b in (0, n + m):
        raise refuse(
            msg("None or all were found in both samples; there is nothing to compare."), "first_count"
        )
    pooled, shares = (a + b) / (n + m), (a / n, b / m)
    z = (shares[0] - shares[1]) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    small = min(n, m) * min(pooled, 1 - pooled) < 5
    p = fisher(a, n, b, m) if small else 2 * normal_tail(abs(z))
    percent = (shares[0] * 100, shares[1] * 100)
    notes = (
        (Reason(msg("The counts are small; Fisher's exact test was taken."), {}, "first_count"),)
        if small
        else ()
    )
    facts = (
        Fact(msg("Share in the first sample"), shown(percent[0], 4), "%"),
        Fact(msg("Share in the second sample"), shown(percent[1], 4), "%"),
        Fact("z", shown(z, 4)),
        Fact(msg("p, two-sided"), shown(p, 3)),
    )
    answer = _sentence(inputs.first_name, inputs.second_name, percent, p, "%")
    return Compared(answer=answer, facts=facts, notes=notes, statistic=z, freedom=None, p=p, middles=percent)


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Two-sided p of Fisher's exact test: all tables no more likely than this one."""
    k = a + b
    ways = [comb(n, i) * comb(m, k - i) for i in range(max(0, k - m), min(n, k) + 1)]
    own = comb(n, a) * comb(m, b)
    return sum(way for way in ways if way <= own) / comb(n + m, k)


def _sentence(first: str, second: str, middles: tuple[float, float], p: float, unit: str) -> Reason:
    a, b = shown(middles[0], 4), shown(middles[1], 4)
    values: dict[str, Decimal | str] = {
        "first": first,
        "second": second,
        "from": f"{a} {unit}".rstrip(),
        "to": f"{b} {unit}".rstrip(),
        "p": shown(p, 2),
    }
    if p >= LEVEL:
        text = msg("“%(second)s” (%(to)s) does not surely differ from “%(first)s” (%(from)s): p = %(p)s.")
    elif b < a:
        text = msg("“%(second)s” (%(to)s) is lower than “%(first)s” (%(from)s), hardly by chance: p = %(p)s.")
    else:
        text = msg(
            "“%(second)s” (%(to)s) is higher than “%(first)s” (%(from)s), hardly by chance: p = %(p)s."
        )
    return Reason(text, values)


def _notes(inputs: TwoSamplesInputs, first: list[float], second: list[float]) -> tuple[Reason, ...]:
    if inputs.method == "mann_whitney":
        return ()
    pairs = inputs.method == "paired"
    parts = [[b - a for a, b in zip(first, second, strict=True)]] if pairs else [first, second]
    notes = []
    if any((normality_p(part) or 1.0) < LEVEL for part in parts):
        notes.append(
            Reason(
                msg("The values do not look normal; compare with the Mann-Whitney test too."), {}, "method"
            )
        )
    if min(len(part) for part in parts) < 8:
        notes.append(Reason(msg("The samples are small; only a large difference can be shown."), {}, "first"))
    return tuple(notes)


SAMPLES = Tool(
    "two_samples",
    msg("Comparison of two samples"),
    msg("Says in one sentence whether measured values differ before and after, or between two groups."),
    TwoSamplesInputs,
    compute_samples,
)
SHARES = Tool(
    "two_shares",
    msg("Comparison of two shares"),
    msg("Says in one sentence whether a share, such as that of defects, differs."),
    TwoSharesInputs,
    compute_shares,
)
