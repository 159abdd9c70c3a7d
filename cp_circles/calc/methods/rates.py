"""Indicators in percent, such as yield, reuse and utilisation: a change in points, and what it avoids.

A rate of several periods is weighted by what it is a rate of (production, input, total water), never a sum.
Points have 4 places, quantities 6, each rounded half up once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import plain, round_half_up, to_fraction, total
from cp_circles.calc.periods import PeriodUse
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Direction, Step
from cp_circles.calc.sufficiency import sufficiency
from cp_circles.errors import msg

POINT_PLACES, QUANTITY_PLACES = 4, 6


@dataclass(frozen=True)
class RateChange:
    """The weighted rates of both periods in percent, and the gain in percentage points (positive: better)."""

    baseline: Decimal
    reporting: Decimal
    gain: Decimal
    weighted: bool
    steps: tuple[Step, ...]


def rate_reasons(baseline: Sequence[PeriodUse], reporting: Sequence[PeriodUse]) -> tuple[Reason, ...]:
    """Why these rates carry no change: the reasons of `sufficiency`, and rates outside 0 to 100 %."""
    reasons = list(sufficiency(baseline, reporting, needs_production=False))
    text = msg("A rate of %(rate)s %% in the period from %(starts_on)s is not between 0 and 100.")
    for rows, name in ((baseline, "baseline"), (reporting, "reporting")):
        reasons += [
            Reason(text, {"rate": row.quantity, "starts_on": row.period.starts_on}, name)
            for row in rows
            if row.quantity > 100
        ]
    return tuple(reasons)


def rate_change(
    baseline: Sequence[PeriodUse], reporting: Sequence[PeriodUse], direction: Direction = "higher"
) -> RateChange:
    """The change of a rate: `quantity` is the rate in percent, `production` its weight where known.

    ValueError without rows; call `rate_reasons` first.
    """
    weighted = all(row.production for row in (*baseline, *reporting))
    before, now = _rate(baseline, weighted), _rate(reporting, weighted)
    gain = now - before if direction == "higher" else before - now
    shown = (round_half_up(value, POINT_PLACES) for value in (before, now, gain))
    first, second, points = shown
    steps = (
        Step(
            msg("Rate of the baseline in percent"),
            _text(baseline, weighted),
            first,
            Fraction(first) == before,
        ),
        Step(
            msg("Rate of the reporting period in percent"), _text(reporting, weighted), second, second == now
        ),
        Step(msg("Change in percentage points"), _points(first, second, direction), points, points == gain),
    )
    return RateChange(first, second, points, weighted, steps)


def input_avoided_by_yield(output: Decimal, before: Decimal, now: Decimal) -> Decimal:
    """Input no longer needed for the same good output: output x (100/y_b - 100/y_r), yields in percent.

    ValueError where a yield is not above 0 and at most 100 %.
    """
    if not (0 < before <= 100 and 0 < now <= 100):
        raise ValueError("a yield lies above 0 and at most at 100 %")
    hundred = Fraction(100)
    avoided = to_fraction(output) * (hundred / to_fraction(before) - hundred / to_fraction(now))
    return round_half_up(avoided, QUANTITY_PLACES)


def fresh_avoided_by_reuse(demand: Decimal, before: Decimal, now: Decimal) -> Decimal:
    """Fresh water no longer taken for the same demand (fresh + reused): demand x (r_r - r_b) / 100."""
    if not (0 <= before <= 100 and 0 <= now <= 100):
        raise ValueError("a reuse rate lies between 0 and 100 %")
    return round_half_up(to_fraction(demand) * to_fraction(now - before) / 100, QUANTITY_PLACES)


def _rate(rows: Sequence[PeriodUse], weighted: bool) -> Fraction:
    if not rows:
        raise ValueError("no periods")
    weights = [to_fraction(row.production) if weighted and row.production else Fraction(1) for row in rows]
    return total(to_fraction(r.quantity) * w for r, w in zip(rows, weights, strict=True)) / total(weights)


def _text(rows: Sequence[PeriodUse], weighted: bool) -> str:
    if weighted:
        parts = " + ".join(f"{plain(row.quantity)} × {plain(row.production or 0)}" for row in rows)
        return f"({parts}) ÷ {plain(total(row.production or 0 for row in rows))}"
    return f"({' + '.join(plain(row.quantity) for row in rows)}) ÷ {len(rows)}"


def _points(before: Decimal, now: Decimal, direction: Direction) -> str:
    first, second = (now, before) if direction == "higher" else (before, now)
    return f"{plain(first)} − {plain(second)}"
