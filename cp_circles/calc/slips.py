"""A slip of the pen by a power of ten: the value that was probably meant, to be asked, never taken."""

from collections.abc import Callable, Sequence
from decimal import Decimal

FACTORS = tuple(Decimal(text) for text in ("0.1", "10", "0.01", "100", "0.001", "1000"))
LEAST_TIMES, MOST_TIMES = Decimal("0.5"), Decimal(2)
PLACES = Decimal("0.000001")


def slip_range(recent: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """From half the smallest to twice the largest of recent uses; None where nothing was used yet.

    Our own choice (confidence C): wide enough for a season, narrower than a power of ten.
    """
    used = [value for value in recent if value > 0]
    return (min(used) * LEAST_TIMES, max(used) * MOST_TIMES) if used else None


def meant_instead(
    value: Decimal, usual: tuple[Decimal, Decimal] | None, use_of: Callable[[Decimal], Decimal] | None = None
) -> Decimal | None:
    """The value 10, 100 or 1,000 times larger or smaller that would be usual; None where `value` is, or none.

    `use_of` turns a value into the use that it stands for (of a running counter: less the value before).
    """
    if usual is None or value <= 0:
        return None
    low, high = usual
    use = use_of or (lambda given: given)
    if low <= use(value) <= high:
        return None
    for factor in FACTORS:
        other = value * factor
        if other == other.quantize(PLACES) and low <= use(other) <= high:
            return other.normalize() if other != other.to_integral_value() else other.quantize(Decimal(1))
    return None
