"""What a cell means: one named function for every kind of reading, each refusing with a reason."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import decimal_from, round_half_up
from cp_circles.errors import msg

EXCEL_FAULTS = frozenset(
    ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(1, 2_958_466)
DATE_MARKS = str.maketrans({"年": "-", "月": "-", "/": "-", ".": "-", "日": "", "号": ""})
LARGEST = {places: Decimal(10) ** (17 - places) for places in range(7)}


class Unreadable(Exception):
    """A cell that cannot be what it should be: a message with its values, and the column where known."""

    def __init__(self, msgid: str, **values: Any) -> None:
        self.msgid, self.values = msgid, values
        self.column = ""
        super().__init__(msgid % values if values else msgid)


def plain_text(value: Any) -> str:
    """A cell as text: whole floats without their point, blanks single, ends trimmed; None is empty."""
    if type(value) is str:
        return value if value.isalnum() else " ".join(value.split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return " ".join(str(value).split())


def refuse_faults(text: str) -> None:
    """Raise for what Excel left behind instead of a value."""
    if text.startswith("#") and text.upper() in EXCEL_FAULTS:
        raise Unreadable(msg("The cell holds the Excel error %(text)s; correct its formula."), text=text)


def read_text(reading: Any, value: Any) -> str:
    """Text without control signs, not longer than allowed."""
    text = plain_text(value)
    refuse_faults(text)
    if not text.isprintable() and CONTROLS.search(str(value)):
        raise Unreadable(msg("The text holds signs that cannot be printed; type it again."))
    return within(text, reading)


def within(text: str, reading: Any) -> str:
    """The text, shortened where the mapping allows it, else refused when too long."""
    if len(text) <= reading.max_length:
        return text
    if reading.shorten:
        return text[: reading.max_length - 1] + "…"
    raise Unreadable(
        msg("The text has %(length)s signs; at most %(most)s are kept."),
        length=len(text),
        most=reading.max_length,
    )


def read_number(reading: Any, value: Any) -> Decimal:
    """An exact number; full-width digits, separators, unit words and bracketed negatives are understood."""
    if isinstance(value, bool | date):
        raise Unreadable(msg("%(text)s is no number; write for example 1234.5."), text=plain_text(value))
    number, times = _digits(reading, value)
    if reading.scale != 1 or times is not None:
        number *= reading.scale if times is None else times
    _in_bounds(reading, number, value)
    if number.as_tuple().exponent < -reading.places and number != round_half_up(number, reading.places):
        if not reading.rounded:
            raise Unreadable(
                msg("%(text)s has more than %(places)s decimals once it is in the base unit; round it."),
                text=plain_text(value),
                places=reading.places,
            )
        number = round_half_up(number, reading.places)
    return number


def _digits(reading: Any, value: Any) -> tuple[Decimal, Decimal | None]:
    """The number as written, and what the unit word behind it multiplies it by."""
    if isinstance(value, int | float):
        text = repr(value)
    else:
        text = unicodedata.normalize("NFKC", str(value)).strip().replace("−", "-")
        refuse_faults(text)
    times = None
    for suffix in reading.suffixes:
        if text.endswith(suffix.word):
            text, times = text[: -len(suffix.word)].strip(), suffix.times
            break
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    try:
        return decimal_from(text), times
    except ValueError:
        raise Unreadable(
            msg("%(text)s is no number; write for example 1234.5."), text=plain_text(value)
        ) from None


def _in_bounds(reading: Any, number: Decimal, value: Any) -> None:
    if abs(number) >= LARGEST[reading.places]:
        raise Unreadable(msg("%(text)s is too large to be kept."), text=plain_text(value))
    if reading.least is not None and number < reading.least:
        raise Unreadable(
            msg("%(text)s is below the least that is possible, %(least)s."),
            text=plain_text(value),
            least=reading.least,
        )
    if reading.most is not None and number > reading.most:
        raise Unreadable(
            msg("%(text)s is above the most that is possible, %(most)s."),
            text=plain_text(value),
            most=reading.most,
        )


def read_date(reading: Any, value: Any) -> date:
    """A date cell, a serial of Excel (1900 system), or text such as 2026-03-01, 2026年3月1日 or 2026.3."""
    found = _date_in(reading, value)
    if not reading.earliest <= found.year <= reading.latest:
        raise Unreadable(
            msg("%(text)s lies outside the years %(earliest)s to %(latest)s."),
            text=plain_text(value),
            earliest=str(reading.earliest),
            latest=str(reading.latest),
        )
    return found


def _date_in(reading: Any, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", plain_text(value))
    refuse_faults(text)
    try:
        if isinstance(value, int | float) or (text.isdecimal() and len(text) == 5):
            return _from_serial(int(float(text)))
        return _from_text(reading, text)
    except (ValueError, OverflowError):
        raise Unreadable(msg("%(text)s is no date; write for example 2026-03-01."), text=text) from None


def _from_serial(days: int) -> date:
    if days == 60 or days not in EXCEL_DAYS:
        raise ValueError(days)
    return EXCEL_DAY_ZERO + timedelta(days=days if days > 60 else days + 1)


def _from_text(reading: Any, text: str) -> date:
    if text.isdecimal() and len(text) == 8:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    day = text.translate(DATE_MARKS).strip("- ").split(" ")[0]
    parts = [int(part) for part in day.split("-")]
    if parts[0] < 100 or len(parts) not in (2, 3):
        raise ValueError(text)
    if len(parts) == 3:
        return date(*parts)
    first = date(parts[0], parts[1], 1)
    return end_of_month(first) if reading.end_of_month else first


def end_of_month(first: date) -> date:
    """The last day of the month that begins on this day."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)


def read_year(reading: Any, value: Any) -> int:
    """A year of four digits, also as 2024年 or FY2024."""
    text = unicodedata.normalize("NFKC", plain_text(value))
    refuse_faults(text)
    digits = text.upper().removeprefix("FY").removesuffix("年").removesuffix(".0").strip()
    if not (digits.isdecimal() and digits.isascii() and len(digits) == 4):
        raise Unreadable(msg("%(text)s is no year; write for example 2026."), text=text)
    if not reading.earliest <= int(digits) <= reading.latest:
        raise Unreadable(
            msg("%(text)s lies outside the years %(earliest)s to %(latest)s."),
            text=text,
            earliest=str(reading.earliest),
            latest=str(reading.latest),
        )
    return int(digits)


def read_code(reading: Any, value: Any) -> str:
    """What the table says for the code."""
    text = plain_text(value)
    refuse_faults(text)
    found = reading.table.get(text, reading.unknown)
    if found is None:
        raise Unreadable(
            msg("The code %(code)s is not known here; use one of %(known)s."),
            code=text,
            known=", ".join(reading.table),
        )
    return str(found)


def concatenate(reading: Any, texts: Sequence[str]) -> str:
    """The texts in one, empty ones left out."""
    return within(reading.joined_by.join(text for text in texts if text), reading)


TRANSFORMATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "text": read_text,
    "number": read_number,
    "date": read_date,
    "year": read_year,
    "code": read_code,
}
