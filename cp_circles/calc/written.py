"""Numbers and days as people write them in tables: Chinese dates, full-width digits, 万, months."""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from cp_circles.calc.exact import is_beyond_writing

LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "n/a", "na", "nan", "null", "none"})
FIRST_EXCEL_DAY = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
MONTHS = {name: number for names in (ENGLISH, CHINESE) for number, name in enumerate(names, start=1)}
Days = tuple[date, date]


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing, or a sign that stands for nothing."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in EMPTY)


def number_in(value: Any) -> Decimal:
    """The number in a cell; ValueError where it is none, is no finite one, or could be read in two ways."""
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    if isinstance(value, int | Decimal):
        number = Decimal(value)
    elif isinstance(value, float):
        number = Decimal(str(round(value, 9)))
    else:
        number = _number_of_text(str(value))
    if not number.is_finite() or is_beyond_writing(number):
        raise ValueError("not finite, or beyond all writing")
    return number


def _number_of_text(text: str) -> Decimal:
    try:
        if text.isascii() and "_" not in text:
            return Decimal(text)
    except InvalidOperation:
        pass
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("'", "").replace("−", "-")
    factor = Decimal(1)
    if plain[-1:] in LARGE:
        plain, factor = plain[:-1], LARGE[plain[-1]]
    if "," in plain:
        plain = _without_thousands(plain)
    if not plain or "_" in plain:
        raise ValueError(text)
    try:
        return Decimal(plain) * factor
    except ArithmeticError as error:
        raise ValueError(text) from error


def _without_thousands(plain: str) -> str:
    whole, _, places = plain.partition(".")
    groups = whole.lstrip("+-").split(",")
    if "," in places or not 1 <= len(groups[0]) <= 3 or any(len(part) != 3 for part in groups[1:]):
        raise ValueError("a comma that parts no thousands")
    return plain.replace(",", "")


def days_in(value: Any, year: int | None = None) -> Days:
    """First and last day that a cell names: a day, a month or a year; ValueError where it names none.

    A month without a year (3月, Mar) takes `year`. A number of five digits is a day as Excel counts them.
    """
    if isinstance(value, datetime):
        return value.date(), value.date()
    if isinstance(value, date):
        return value, value
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return _days_of_text(str(value), year)


@lru_cache(maxsize=4096)
def _days_of_text(text: str, year: int | None) -> Days:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain.isdecimal():
        return _days_of_digits(plain, year)
    plain = plain.split("t")[0] if "-" in plain and ":" in plain else plain
    plain = plain.split(" ")[0] if ":" in plain else plain
    for mark in "年月/.":
        plain = plain.replace(mark, "-")
    parts = [part.strip() for part in plain.replace("日", "").replace("号", "").split("-") if part.strip()]
    if len(parts) == 1 and "年" in text:
        return date(int(parts[0]), 1, 1), date(int(parts[0]), 12, 31)
    if len(parts) == 1 and year is not None:
        return month_days(year, _month(parts[0]))
    if len(parts) == 2 and parts[0].isdecimal() and len(parts[0]) == 4:
        return month_days(int(parts[0]), _month(parts[1]))
    if len(parts) == 3 and all(part.isdecimal() for part in parts) and len(parts[0]) == 4:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
        return day, day
    raise ValueError(text)


def _days_of_digits(plain: str, year: int | None) -> Days:
    if len(plain) == 8:
        day = date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        return day, day
    if len(plain) == 6:
        return month_days(int(plain[:4]), int(plain[4:]))
    if len(plain) == 5 and int(plain) in EXCEL_DAYS:
        day = FIRST_EXCEL_DAY + timedelta(days=int(plain))
        return day, day
    if len(plain) <= 2 and year is not None:
        return month_days(year, int(plain))
    raise ValueError(plain)


def _month(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdecimal() else MONTHS.get(text[:3]) or MONTHS.get(text) or _no_month(text)


def _no_month(text: str) -> int:
    raise ValueError(text)


def month_days(year: int, month: int) -> Days:
    """First and last day of a month; ValueError for a month that is none."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)
