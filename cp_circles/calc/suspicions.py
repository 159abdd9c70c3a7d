"""What makes a figure of a series suspicious: spikes, gaps, and units a thousandfold off.

Spikes by the Hampel identifier: more than 3 x 1.4826 x MAD from the median of up to 3 neighbours a side, and
more than half that median away, so that a quiet series is not all spikes. Floats, for judging only.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

from cp_circles.calc.exact import to_fraction
from cp_circles.calc.periods import PeriodUse
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

WINDOW = 3
LEAST_NEIGHBOURS = 4
DEVIATIONS = 3.0
TO_SIGMA = 1.4826
LEAST_PART = 0.5
GAP_TIMES = 2.5
SCALES = (Decimal(1000), Decimal("0.001"))
LEAST_TIMES, MOST_TIMES = Fraction(1, 3), 3
SCALE_SLACK = 10


def is_spike(values: Sequence[float], position: int) -> bool:
    """Whether a value stands out from its neighbours; False with fewer than 4 of them or a median of 0."""
    around = _neighbours(values, position)
    if len(around) < LEAST_NEIGHBOURS:
        return False
    middle = median(around)
    spread = TO_SIGMA * median(abs(value - middle) for value in around)
    away = abs(values[position] - middle)
    return middle != 0 and away > DEVIATIONS * spread and away > LEAST_PART * abs(middle)


def is_gap(days: Sequence[float], position: int) -> bool:
    """Whether a step is more than 2.5 times as long as the usual one; False with fewer than 3 steps."""
    return len(days) >= 3 and days[position] > GAP_TIMES * median(days)


def scale_suspected(before: Decimal, value: Decimal, usual: Fraction) -> Decimal | None:
    """The factor (1,000 or 0.001) with which a counter's value would follow the one before it; else None.

    `usual` is what is normally used in that time; up to 10 times as much still fits.
    """
    first, shown = to_fraction(before), to_fraction(value)
    if first <= 0 or shown <= 0 or first <= shown <= first + SCALE_SLACK * usual:
        return None
    for factor in SCALES:
        if first <= shown * to_fraction(factor) <= first + max(SCALE_SLACK * usual, first / 2):
            far = shown > 100 * first if factor < 1 else shown * 100 < first
            return factor if far else None
    return None


def use_reasons(rows: Sequence[PeriodUse], field: str = "baseline") -> tuple[Reason, ...]:
    """What is suspicious in uses by period (files and bills): unit, spike, zero, and one figure repeated.

    Each is a question to a person; nothing is changed.
    """
    reasons = []
    values = [float(row.quantity) for row in rows]
    for i, row in enumerate(rows):
        shown = {"starts_on": row.period.starts_on, "value": row.quantity}
        factor = _unit_factor(values, i)
        if factor is not None:
            text = msg(
                "The period from %(starts_on)s has %(value)s, about a thousand times off its neighbours: "
                "check the unit; times %(factor)s it would fit."
            )
            reasons.append(Reason(text, shown | {"factor": factor}, field))
        elif row.quantity == 0 and any(values):
            text = msg(
                "Nothing was used in the period from %(starts_on)s; confirm a standstill, or correct it."
            )
            reasons.append(Reason(text, shown, field))
        elif is_spike(values, i):
            text = msg(
                "The period from %(starts_on)s has %(value)s, far from its neighbours; confirm or correct it."
            )
            reasons.append(Reason(text, shown, field))
        elif i >= 2 and values[i] == values[i - 1] == values[i - 2] and len(set(values)) > 1:
            text = msg(
                "The same figure %(value)s stands three times up to the period from %(starts_on)s; "
                "was it read?"
            )
            reasons.append(Reason(text, shown, field))
    return tuple(reasons)


def _unit_factor(values: Sequence[float], position: int) -> Decimal | None:
    around = [value for value in _neighbours(values, position) if value > 0]
    if len(around) < 2 or values[position] <= 0:
        return None
    middle = median(around)
    for factor in SCALES:
        scaled = values[position] * float(factor)
        if float(LEAST_TIMES) * middle <= scaled <= MOST_TIMES * middle:
            return factor
    return None


def _neighbours(values: Sequence[float], position: int) -> list[float]:
    return [*values[max(0, position - WINDOW) : position], *values[position + 1 : position + 1 + WINDOW]]
