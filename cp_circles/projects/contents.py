"""The content of one record row: what was typed, checked field by field against the pack's description."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import decimal_from
from cp_circles.db.clock import YEARS
from cp_circles.errors import Invalid, msg
from cp_circles.rulesets.schema import RecordField, RecordKind

TEXT_MAX = 200
LONG_TEXT_MAX = 4000
YES, NO = "yes", "no"


def checked_content(kind: RecordKind, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of a row: texts, exact numbers as text, ISO dates, choice keys, "yes" or "no".

    Raises Invalid with the key of the field; a key that the record does not have is refused too.
    """
    unknown = sorted(set(typed) - {field.key for field in kind.fields})
    if unknown:
        raise Invalid(msg("This record has no field %(name)s."), field=unknown[0], name=unknown[0])
    content = {field.key: checked_value(field, typed.get(field.key)) for field in kind.fields}
    return {key: value for key, value in content.items() if value != ""}


def checked_value(field: RecordField, value: Any) -> str:
    """The stored text of one field, empty for nothing; raises Invalid with the field's key."""
    text = _as_text(field, value)
    if not text:
        if field.required:
            raise Invalid(msg("This field is needed."), field=field.key)
        return ""
    readers = {"number": _number, "date": _date, "choice": _choice, "yes_no": _yes_no}
    reader = readers.get(field.type)
    if reader is not None:
        return reader(field, text)
    limit = LONG_TEXT_MAX if field.type == "long_text" else TEXT_MAX
    if len(text) > limit:
        raise Invalid(msg("At most %(limit)s characters."), field=field.key, limit=limit)
    return text


def _as_text(field: RecordField, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        raise Invalid(msg("Write a number, for example 12.5."), field=field.key)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value).strip()


def _number(field: RecordField, text: str) -> str:
    try:
        number = decimal_from(text)
    except ValueError:
        raise Invalid(msg("Write a number, for example 12.5."), field=field.key) from None
    plain = format(number, "f")
    if len(plain) > 40:
        raise Invalid(msg("This number is too long."), field=field.key)
    return plain


def _date(field: RecordField, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(msg("Write a date, for example 2026-09-18."), field=field.key) from None
    if day.year not in YEARS:
        raise Invalid(msg("This year cannot be right; check the date."), field=field.key)
    return day.isoformat()


def _choice(field: RecordField, text: str) -> str:
    if text not in {choice.key for choice in field.choices}:
        raise Invalid(msg("Choose one of the list."), field=field.key)
    return text


def _yes_no(field: RecordField, text: str) -> str:
    if text not in (YES, NO):
        raise Invalid(msg("Choose yes or no."), field=field.key)
    return text
