"""Exact numbers: reading them from text or Excel, and rounding half up.

Points, quantities and money are Decimal or Fraction throughout; a float enters only by its printed form.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

Number = Decimal | Fraction | int

MOST_DIGITS = 400
_GROUPED = re.compile(r"[+-]?\d{1,3}([, ]\d{3})+(\.\d+)?")


def to_fraction(value: Number) -> Fraction:
    """The same number as a Fraction; a float or NaN raises TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, Fraction, int)):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def round_half_up(value: Number, places: int) -> Decimal:
    """Round to `places` decimals, halves away from zero; the result always has exactly `places` decimals."""
    scaled = to_fraction(value) * 10**places
    magnitude = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{'-' if scaled < 0 and magnitude else ''}{magnitude}E{-places}")


def decimal_from(value: str | int | float | Decimal) -> Decimal:
    """Read a finite number from a form, a YAML text or an Excel cell; anything else raises ValueError.

    Thousands separators and full-width digits are accepted; a float is taken as it prints (0.1 is 0.1).
    """
    if isinstance(value, bool):
        raise ValueError("a truth value is not a number")
    text = unicodedata.normalize("NFKC", repr(value) if isinstance(value, float) else str(value)).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not a number: {text!r}") from None
    if not number.is_finite() or "_" in text:
        raise ValueError(f"not a finite number: {text!r}")
    if is_beyond_writing(number):
        raise ValueError(f"too many digits: {text[:40]!r}")
    return number


def is_beyond_writing(number: Decimal) -> bool:
    """Whether writing a finite number out would take more than 400 digits before or behind the point."""
    exponent = number.as_tuple().exponent
    return not isinstance(exponent, int) or number.adjusted() > MOST_DIGITS or exponent < -MOST_DIGITS


def total(values: Iterable[Number]) -> Fraction:
    """The exact sum."""
    return sum((to_fraction(value) for value in values), Fraction(0))


def mean(values: Iterable[Number], places: int) -> Decimal | None:
    """The mean rounded half up once, or None where there is nothing to average (never zero)."""
    kept = list(values)
    return round_half_up(total(kept) / len(kept), places) if kept else None


def plain(value: Number, places: int = 6) -> str:
    """A number for a formula line: thousands separated, no trailing zeros, at most `places` decimals."""
    text = f"{round_half_up(value, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
