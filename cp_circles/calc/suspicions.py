"""What makes a figure of a series suspicious: spikes, gaps, and units a thousandfold off.

Spikes by the Hampel identifier: more than 3 x 1.4826 x MAD from the median of up to 3 neighbours a side, and
more than half that median away, so that a quiet series is not all spikes. Floats, for judging only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Literal, Protocol

from cp_circles.calc.exact import to_fraction
from cp_circles.calc.periods import Period
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

UseKind = Literal["scale", "zero", "spike", "repeated"]
WINDOW = 3
LEAST_NEIGHBOURS = 4
DEVIATIONS = 3.0
TO_SIGMA = 1.4826
LEAST_PART = 0.5
GAP_TIMES = 2.5
SCALES = (Decimal(1000), Decimal("0.001"))
LEAST_TIMES, MOST_TIMES = Fraction(1, 3), 3
SCALE_SLACK = 10
BLOCK = 32


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


@dataclass(frozen=True)
class UseFinding:
    """What is suspicious at one use of a series: its place, the kind, and the sentence with its values."""

    position: int
    kind: UseKind
    reason: Reason


class Use(Protocol):
    """What was used in a period."""

    @property
    def period(self) -> Period:
        """The days."""

    @property
    def quantity(self) -> Decimal:
        """How much."""


def use_findings(rows: Sequence[Use], field: str = "baseline") -> tuple[UseFinding, ...]:
    """What is suspicious in uses by period, at most one finding a row, in order.

    Units and spikes are judged by use per day, so that periods of any length compare. Each finding is a
    question to a person; nothing is changed.
    """
    values = [float(row.quantity) / row.period.days for row in rows]
    found = []
    for i in _in_doubt(values, [row.quantity for row in rows]):
        one = _use_finding(rows, values, i, field)
        if one is not None:
            found.append(one)
    return tuple(found)


def _in_doubt(values: Sequence[float], quantities: Sequence[Decimal]) -> list[int]:
    """The places that need a closer look: not in a block whose values all lie within half of the least.

    In such a block, its neighbours on both sides included, no value can be a spike or a unit off.
    """
    threes = zip(quantities, quantities[1:], quantities[2:], strict=False)
    places = {i for i, (a, b, c) in enumerate(threes, 2) if a == b == c}
    for first in range(0, len(values), BLOCK):
        around = values[max(0, first - 2 * WINDOW) : first + BLOCK + 2 * WINDOW]
        quiet = min(around) > 0 and max(around) <= (1 + LEAST_PART) * min(around)
        if not quiet or len(around) <= LEAST_NEIGHBOURS:
            places.update(range(first, min(first + BLOCK, len(values))))
    return sorted(places)


def use_reasons(rows: Sequence[Use], field: str = "baseline") -> tuple[Reason, ...]:
    """What is suspicious in uses by period (files and bills): unit, spike, zero, and one figure repeated."""
    return tuple(one.reason for one in use_findings(rows, field))


def _use_finding(rows: Sequence[Use], values: Sequence[float], i: int, field: str) -> UseFinding | None:
    row = rows[i]
    if _is_quiet(values, i) and not _is_repeated(rows, i):
        return None
    shown = {"starts_on": row.period.starts_on, "value": row.quantity}
    factor = _unit_factor(values, i)
    kind: UseKind
    if factor is not None:
        kind, shown = "scale", shown | {"factor": factor}
        text = msg(
            "The period from %(starts_on)s has %(value)s, about a thousand times off its neighbours: "
            "check the unit; times %(factor)s it would fit."
        )
    elif row.quantity == 0 and any(values):
        kind = "zero"
        text = msg("Nothing was used in the period from %(starts_on)s; confirm a standstill, or correct it.")
    elif is_spike(values, i):
        kind = "spike"
        text = msg(
            "The period from %(starts_on)s has %(value)s, far from its neighbours; confirm or correct it."
        )
    elif _is_repeated(rows, i):
        kind = "repeated"
        text = msg(
            "The same figure %(value)s stands three times up to the period from %(starts_on)s; was it read?"
        )
    else:
        return None
    return UseFinding(i, kind, Reason(text, shown, field))


def _is_quiet(values: Sequence[float], position: int) -> bool:
    """Whether a value lies so near the median of its neighbours that neither unit nor spike is in doubt."""
    around = sorted(_neighbours(values, position))
    if len(around) < LEAST_NEIGHBOURS or around[0] <= 0:
        return False
    low, high = around[(len(around) - 1) // 2], around[len(around) // 2]
    return (1 - LEAST_PART) * high <= values[position] <= (1 + LEAST_PART) * low


def _is_repeated(rows: Sequence[Use], i: int) -> bool:
    if i < 2 or not rows[i].quantity == rows[i - 1].quantity == rows[i - 2].quantity:
        return False
    return any(row.quantity != rows[i].quantity for row in rows)


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
    """The nearest values, three a side; at an end of the series the other side makes up what is missing."""
    first = max(0, min(position - WINDOW, len(values) - 1 - 2 * WINDOW))
    return [*values[first:position], *values[position + 1 : first + 1 + 2 * WINDOW]]
