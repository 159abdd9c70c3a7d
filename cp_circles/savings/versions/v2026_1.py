"""Method version 2026-1: plain difference and unit consumption with one adjustment, kept as it was.

Quantities are rounded half up once to 6 places; kgce and kgCO2e to 3, yuan to 2.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cp_circles.calc.exact import round_half_up

VERSION = "2026-1"


def quantity(inputs: Mapping[str, Any]) -> Decimal:
    """The saving of frozen inputs; ValueError where they carry none."""
    used, produced = _sum(inputs["baseline"], "quantity"), _sum(inputs["baseline"], "production")
    now = _sum(inputs["reporting"], "quantity")
    extra, share = Fraction(Decimal(inputs["adjustment"])), Fraction(Decimal(inputs["share"]))
    if inputs["method"] == "plain_difference":
        return round_half_up((used + extra - now) * share, 6)
    if inputs["method"] != "unit_consumption" or not produced:
        raise ValueError("version 2026-1 knows unit consumption with production, and plain difference")
    expected = used / produced * _sum(inputs["reporting"], "production")
    return round_half_up((expected + extra - now) * share, 6)


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Fraction:
    return sum((Fraction(Decimal(row[name])) for row in rows if row[name] is not None), Fraction(0))
