"""One row as it was sent, read strictly: a misspelt field or a wrong type is named, never guessed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cp_circles.errors import Invalid, msg
from cp_circles.metering.models import Reading

MOST_ROWS = 1_000
LONGEST = {"meter": 40, "key": 100, "unit": 20, "note": 500}


@dataclass(frozen=True)
class Row:
    """A reading as it was sent: by period (quantity, starts_on, ends_on) or of a counter (shown, read_on)."""

    meter: str
    key: str
    unit: str = ""
    note: str = ""
    quantity: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    shown: Decimal | None = None
    read_on: date | None = None
    turned_over: bool = False
    old_final: Decimal | None = None
    new_start: Decimal | None = None

    def is_same(self, stored: Reading) -> bool:
        """Whether the stored reading says what this row says."""
        if self.shown is not None:
            return (self.shown, self.read_on) == (stored.shown, stored.ends_on)
        sent = (self.quantity, self.starts_on, self.ends_on)
        return sent == (stored.quantity, stored.starts_on, stored.ends_on)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST[name] or "\x00" in value:
        raise Invalid(
            msg("%(name)s is a text of at most %(most)s characters."),
            field=name,
            name=name,
            most=LONGEST[name],
        )
    return value.strip()


def _number(name: str, value: Any) -> Decimal:
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)) or len(str(value)) > 40:
            raise InvalidOperation
        number = Decimal(value)
        if not number.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid(
            msg('%(name)s is a number, such as 93612.5 or "93612.5".'), field=name, name=name
        ) from None
    return number


def _day(name: str, value: Any) -> date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise Invalid(msg("%(name)s is a date such as 2026-08-31."), field=name, name=name) from None


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid(msg("%(name)s is true or false."), field=name, name=name)
    return value


READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("meter", "key", "unit", "note"), _text),
    **dict.fromkeys(("quantity", "shown", "old_final", "new_start"), _number),
    **dict.fromkeys(("starts_on", "ends_on", "read_on"), _day),
    "turned_over": _flag,
}


def read_row(raw: Any) -> Row:
    """The row; Invalid with the field for anything that is not as the interface describes it."""
    if not isinstance(raw, dict):
        raise Invalid(msg("A reading is an object with named fields."))
    for name in raw:
        if name not in READERS:
            raise Invalid(msg("There is no field %(name)s."), field=str(name)[:40], name=str(name)[:40])
    facts = {name: READERS[name](name, value) for name, value in raw.items() if value is not None}
    for name in ("meter", "key"):
        if not facts.get(name):
            raise Invalid(msg("%(name)s is missing."), field=name, name=name)
    return Row(**facts)
