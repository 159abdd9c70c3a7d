"""How dates, numbers, quantities and money are written for the reader."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cp_circles.web.i18n import day_text, is_chinese, locale_name
from cp_circles.web.session import clock, now

MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
UNITS = {
    "kgce": _l("kgce"),
    "tce": _l("tce"),
    "kgCO2e": _l("kg CO2e"),
    "tCO2e": _l("t CO2e"),
    "kWh": _l("kWh"),
    "MWh": _l("MWh"),
    "m3": _l("m³"),
    "t": _l("t"),
    "kg": _l("kg"),
    "GJ": _l("GJ"),
    "MJ": _l("MJ"),
    "yuan": _l("yuan"),
    "CNY": _l("yuan"),
    "USD": _l("US dollars"),
    "h": _l("h"),
    "piece": _l("pieces"),
    "%": "%",
}
LARGER = {"kgce": ("tce", 1000), "kgCO2e": ("tCO2e", 1000), "kg": ("t", 1000)}
NOTHING = "–"
DAY = "2026-09-18"
MOST_DECIMALS = 3


def exact(value: Any) -> Decimal:
    """A Decimal with the value's own digits; a fraction is carried to 12 places."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number(value: Any, places: int | None = None) -> str:
    """A number with thousands separators, rounded half up to `places`, or with its own digits."""
    if value is None or value == "":
        return NOTHING
    amount = exact(value)
    if places is None:
        amount = amount.normalize() if amount else Decimal(0)
        shown = max(0, -int(amount.as_tuple().exponent))
    else:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        shown = places
    pattern = "#,##0" + ("." + "0" * shown if shown else "")
    return str(format_decimal(amount, format=pattern, locale=locale_name()))


def percent(value: Any, places: int = 1) -> str:
    """A share as a percentage: 0.125 is 12.5%."""
    return NOTHING if value is None else number(exact(value) * 100, places) + "%"


def unit_label(unit: str) -> str:
    """The unit as the reader writes it."""
    return str(UNITS.get(unit, unit))


def quantity(value: Any, unit: str, places: int | None = None) -> str:
    """An amount with its unit, rounded for display to three decimals; thousands of kilograms in tonnes.

    What is signed shows its exact digits in the signed text itself.
    """
    if value is None:
        return NOTHING
    amount = exact(value)
    if unit in LARGER and abs(amount) >= LARGER[unit][1]:
        unit, step = LARGER[unit][0], LARGER[unit][1]
        amount, places = amount / step, 3 if places is None else places
    if places is None and -int(amount.normalize().as_tuple().exponent) > MOST_DECIMALS:
        places = MOST_DECIMALS
    return f"{number(amount, places)} {unit_label(unit)}".strip()


def yuan(value: Any, places: int = 2) -> str:
    """Money: from 10,000 yuan on in 万元 for readers of Chinese."""
    if value is None:
        return NOTHING
    amount = exact(value)
    if is_chinese():
        if abs(amount) >= 10_000:
            return f"{number(amount / 10_000, places)} 万元"
        return f"{number(amount, places)} 元"
    return f"CNY {number(amount, places)}"


def local(value: datetime) -> datetime:
    """The moment in the zone that governs."""
    return value.astimezone(clock().zone)


def date_text(value: date | datetime | str | None) -> str:
    """A date as the reader writes it; a stored ISO text counts as its date, any other text stays as it is."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return _stored_date(value)
    day = local(value).date() if isinstance(value, datetime) else value
    return day_text(day)


def _stored_date(text: str) -> str:
    try:
        return date_text(date.fromisoformat(text) if len(text) == len(DAY) else datetime.fromisoformat(text))
    except ValueError:
        return text


def month_name(month: int) -> str:
    """The short name of a month of the year, 1 to 12."""
    return str(format_date(date(2000, month, 1), format="LLL", locale=locale_name()))


def period_text(period: str, with_year: bool = True) -> str:
    """A month given as 2026-02 in the reader's words; any other period as it is."""
    if not MONTH.fullmatch(period):
        return period
    year, month = int(period[:4]), month_name(int(period[5:]))
    if not with_year:
        return month
    return f"{year}年{month}" if is_chinese() else f"{month} {year}"


def datetime_text(value: datetime | None) -> str:
    """A moment in the governing zone, to the minute."""
    if value is None:
        return NOTHING
    pattern = "y年M月d日 HH:mm" if is_chinese() else "d MMM y HH:mm"
    return str(format_datetime(local(value), format=pattern, locale=locale_name()))


def time_text(value: datetime | None) -> str:
    """The time of day of a moment in the governing zone, to the second."""
    return NOTHING if value is None else local(value).strftime("%H:%M:%S")


def duration(seconds: int | None) -> str:
    """How long something took: minutes, and seconds below one minute; nothing for none."""
    if not seconds:
        return NOTHING
    if seconds < 60:
        return str(_("%(count)s s", count=seconds))
    return str(_("%(count)s min", count=number(round(seconds / 60))))


def month_text(value: date | None) -> str:
    """A month and its year."""
    if value is None:
        return NOTHING
    return str(format_date(value, format="y年M月" if is_chinese() else "MMM y", locale=locale_name()))


def ago(value: datetime | None) -> str:
    """How long ago, or how soon, in one unit."""
    if value is None:
        return NOTHING
    return str(format_timedelta(value - now(), add_direction=True, locale=locale_name()))


def yes_no(value: Any) -> str:
    """Yes or no."""
    return str(_("yes") if value else _("no"))


FILTERS = {
    "date": date_text,
    "datetime": datetime_text,
    "month": month_text,
    "time": time_text,
    "duration": duration,
    "ago": ago,
    "number": number,
    "quantity": quantity,
    "unit": unit_label,
    "yuan": yuan,
    "percent": percent,
    "yes_no": yes_no,
}
