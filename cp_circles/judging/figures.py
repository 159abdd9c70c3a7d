"""Exact numbers of judging as they are printed."""

from decimal import Decimal


def shown(value: Decimal | None) -> str | None:
    """An exact number as it is printed: plain digits, no trailing zeros behind the point."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
