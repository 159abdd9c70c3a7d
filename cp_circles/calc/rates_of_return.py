"""Present value of a level yearly cash flow, and the rate at which it is zero; rates as parts (0.05)."""

from fractions import Fraction

BITS = 60


def annuity(years: int, rate: Fraction) -> Fraction:
    """The sum of 1 / (1 + rate)^j for j = 1 .. years, exactly; the rate is above -1."""
    if rate <= -1:
        raise ValueError("a rate lies above -1")
    if not rate:
        return Fraction(years)
    return (1 - 1 / (1 + rate) ** years) / rate


def present_value(invested: Fraction, flow: Fraction, years: int, rate: Fraction) -> Fraction:
    """NPV = flow x annuity - invested; it falls as the rate rises when the flow is positive."""
    return flow * annuity(years, rate) - invested


def root(invested: Fraction, flow: Fraction, years: int) -> Fraction:
    """The rate with NPV = 0 for positive investment and flow, to 2^-60 of the interval it lies in.

    It exists and is unique: NPV falls from infinity at -1 to below zero at flow / invested.
    """
    _positive(invested, flow)
    low, high = Fraction(-1), flow / invested
    for _ in range(BITS):
        middle = ((low + high) / 2).limit_denominator(2**BITS)
        if middle <= low or middle >= high:
            break
        if present_value(invested, flow, years, middle) >= 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def bracket(invested: Fraction, flow: Fraction, years: int) -> int | None:
    """The whole percent with NPV >= 0 there and < 0 at one more; None where it would be below -99."""
    _positive(invested, flow)
    low, high = -99, int(flow / invested * 100) + 1
    if present_value(invested, flow, years, Fraction(low, 100)) < 0:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if present_value(invested, flow, years, Fraction(middle, 100)) >= 0:
            low = middle
        else:
            high = middle
    return low


def interpolated(invested: Fraction, flow: Fraction, years: int, low_percent: int) -> Fraction:
    """IRR = i1 + NPV1 (i2 - i1) / (NPV1 + |NPV2|) between two neighbouring whole percents."""
    first = present_value(invested, flow, years, Fraction(low_percent, 100))
    second = present_value(invested, flow, years, Fraction(low_percent + 1, 100))
    return Fraction(low_percent, 100) + first / (first + abs(second)) / 100


def _positive(invested: Fraction, flow: Fraction) -> None:
    if invested <= 0 or flow <= 0:
        raise ValueError("without investment and cash flow there is no internal rate")
