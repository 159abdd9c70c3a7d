"""What every quality tool shares: inputs that are read, a result with its sentence, refusals as reasons."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cp_circles.calc.exact import decimal_from, round_half_up
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

MOST_NUMBERS = 5000
LARGEST = Decimal("1e12")
PLACES = 12
_APART = re.compile(r"[\s,;、]+")
_COMMAS = re.compile(r"[,;、\n]+")

WRONG = {
    "missing": msg("This is missing; fill it in."),
    "extra_forbidden": msg("This is not part of the tool; remove it."),
    "literal_error": msg("This choice is not known; choose one of %(expected)s."),
    "string_too_short": msg("The text is empty; write it."),
    "string_too_long": msg("The text is longer than %(max_length)s characters; shorten it."),
    "greater_than": msg("The value must be above %(gt)s."),
    "greater_than_equal": msg("The value must be at least %(ge)s."),
    "less_than": msg("The value must be below %(lt)s."),
    "less_than_equal": msg("The value must be at most %(le)s."),
    "too_short": msg("There are %(actual_length)s entries; at least %(min_length)s are needed."),
    "too_long": msg("There are more than %(max_length)s entries; keep the most important ones."),
    "int_parsing": msg("This is no whole number; write plain digits such as 3."),
    "int_from_float": msg("This is no whole number; write plain digits such as 3."),
    "int_type": msg("This is no whole number; write plain digits such as 3."),
    "date_parsing": msg("This is no date; write it as 2026-09-18."),
    "date_from_datetime_parsing": msg("This is no date; write it as 2026-09-18."),
    "date_from_datetime_inexact": msg("This is no date; write it as 2026-09-18."),
    "date_type": msg("This is no date; write it as 2026-09-18."),
    "bool_parsing": msg("Answer yes or no."),
    "bool_type": msg("Answer yes or no."),
}
OTHERWISE = msg("This cannot be used here; correct it.")


class Refused(ValueError):
    """The inputs cannot carry the tool; `reasons` say what is wrong, where (`field`), and what to do."""

    def __init__(self, *reasons: Reason) -> None:
        self.reasons = reasons
        super().__init__("; ".join(str(reason) for reason in reasons))


def refuse(msgid: str, field: str = "", **values: Any) -> Refused:
    """One refusal, ready to be raised."""
    return Refused(Reason(msgid, values, field))


class Misread(ValueError):
    """A value that could not be read: a message with its values."""

    def __init__(self, msgid: str, **values: Any) -> None:
        self.msgid, self.values = msgid, values
        super().__init__(msgid)


def read_amount(value: object) -> Decimal:
    """One finite number from a form, JSON or a cell, half up to 12 decimals; Misread else or beyond 10^12."""
    if isinstance(value, str | int | float | Decimal):
        try:
            number = decimal_from(value)
        except ValueError:
            shown = str(value).strip()[:40]
            raise Misread(
                msg("“%(text)s” is no number; write plain digits such as 12.5."), text=shown
            ) from None
        if abs(number) > LARGEST:
            raise Misread(msg("The number %(text)s is too large; use a larger unit."), text=str(value)[:40])
        return round_half_up(number, PLACES) if -int(number.as_tuple().exponent) > PLACES else number
    raise Misread(msg("This is no number; write plain digits such as 12.5."))


def read_series(value: object) -> object:
    """Numbers from text parted by spaces, commas or lines, or from a list; Misread names the wrong one."""
    parts = _parts(value)
    if len(parts) > MOST_NUMBERS:
        raise Misread(msg("There are more than %(most)s numbers; take a sample."), most=MOST_NUMBERS)
    return tuple(read_amount(part) for part in parts)


def read_names(value: object) -> object:
    """Names parted by commas or lines (by spaces where there are neither), or a list of them."""
    if isinstance(value, str):
        parted = _COMMAS if _COMMAS.search(unicodedata.normalize("NFKC", value)) else _APART
        return tuple(_cut(value, parted))
    return tuple(str(part).strip() for part in _parts(value))


def _parts(value: object) -> list[Any]:
    if isinstance(value, str):
        return _cut(value, _APART)
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    raise Misread(msg("This is no list; write the entries one after another, parted by spaces."))


def _cut(text: str, at: re.Pattern[str]) -> list[str]:
    return [part.strip() for part in at.split(unicodedata.normalize("NFKC", text)) if part.strip()]


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Amount = Annotated[Decimal, BeforeValidator(read_amount)]
MaybeAmount = Annotated[Amount | None, BeforeValidator(_blank)]
Series = Annotated[tuple[Decimal, ...], BeforeValidator(read_series)]
Keys = Annotated[tuple[str, ...], BeforeValidator(read_names)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=1000)]


class Given(BaseModel):
    """Inputs of a tool or one row of them: frozen, no unknown field, stored as JSON by `model_dump`."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class Fact:
    """One computed number or word with its label (msgid); `value` None where it cannot be given."""

    label: str
    value: Decimal | int | str | None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a tool computed: the answer in one sentence, its facts, and what to look at."""

    answer: Reason
    facts: tuple[Fact, ...] = ()
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A quality tool: `title` and `purpose` are msgids; `compute` takes `inputs` and may raise Refused."""

    code: str
    title: str
    purpose: str
    inputs: type[Given]
    compute: Callable[[Any], Result]


@dataclass(frozen=True)
class Worked:
    """Inputs and result, or the reasons why there are none."""

    inputs: Any = None
    result: Any = None
    reasons: tuple[Reason, ...] = ()

    @property
    def done(self) -> bool:
        """True where there is a result."""
        return self.result is not None


def work(tool: Tool, raw: Mapping[str, Any]) -> Worked:
    """Read the raw inputs and compute; never raises for what a user can type."""
    inputs = None
    try:
        inputs = tool.inputs.model_validate(raw)
        return Worked(inputs, tool.compute(inputs))
    except ValidationError as error:
        return Worked(reasons=tuple(_reason(detail) for detail in error.errors()))
    except Refused as refusal:
        return Worked(inputs, reasons=refusal.reasons)


def _reason(detail: Any) -> Reason:
    place = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("function-"))
    cause = (detail.get("ctx") or {}).get("error")
    if isinstance(cause, Misread):
        return Reason(cause.msgid, cause.values, place)
    text = WRONG.get(detail["type"], OTHERWISE)
    values = {name: value for name, value in (detail.get("ctx") or {}).items() if f"%({name})s" in text}
    return Reason(text, values, place)


def shown(value: float, digits: int = 6) -> Decimal:
    """A float as a Decimal of `digits` significant digits; Refused where it is not finite."""
    if not isfinite(value):
        raise refuse(msg("The numbers lie too far apart to be computed; check the units."))
    number = Decimal(f"{value:.{digits}g}")
    return number if number else Decimal(0)


def floats(values: tuple[Decimal, ...]) -> list[float]:
    """The values for statistics."""
    return [float(value) for value in values]


def refuse_doubles(names: list[str], field: str) -> None:
    """Refused where two entries carry one name."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise refuse(
                msg("“%(name)s” stands more than once; give each its own name."),
                f"{field}.{place}",
                name=name,
            )
        seen.add(name)
