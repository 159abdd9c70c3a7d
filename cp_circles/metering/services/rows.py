"""From the cells of a file to readings in the meters' own units; every bad cell is named with its reason."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.units import factor_between
from cp_circles.calc.written import days_in, is_empty, number_in
from cp_circles.db.clock import YEARS
from cp_circles.errors import Invalid, msg
from cp_circles.metering.layouts import Entry, plain
from cp_circles.metering.models import Meter
from cp_circles.metering.services.readings import NOT_YET

MOST = Decimal(10) ** 12
PLACES = 6
SMALLEST = Decimal("0.000001")
LONGEST_NOTE = 500
EVERY = 2_000
Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Tell nobody how far it has come."""


class RowError(NamedTuple):
    """Why one reading of a file was refused: where it stands, and a message with its values."""

    sheet: str
    row: int
    column: str
    msgid: str
    values: Mapping[str, Any] = {}


class Good(NamedTuple):
    """A reading of a file that can be understood: `value` in the meter's unit, or what a counter shows."""

    meter_id: int
    starts_on: date
    ends_on: date
    value: Decimal
    note: str
    sheet: str
    row: int
    column: str


class Converted(NamedTuple):
    """A conversion that was made: from a unit to the meter's, times a factor."""

    given: str
    unit: str
    factor: Decimal


@dataclass
class Parsed:
    """What a file says: readings by place in the file, refusals, and how often each conversion was made."""

    read: int = 0
    good: list[Good] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    conversions: Counter[Converted] = field(default_factory=Counter)


def names_of(meters: Iterable[Meter]) -> dict[str, Meter]:
    """Meters by name and by key as files may write them."""
    found: dict[str, Meter] = {}
    for meter in meters:
        found.setdefault(plain(meter.name), meter)
        found.setdefault(plain(meter.name_for_systems), meter)
    return found


class Reader:
    """Understands the entries of one file, with the company's meters and the day on which it is read."""

    def __init__(self, names: Mapping[str, Meter], *, year: int | None, now: datetime) -> None:
        self.names = names
        self.year = year
        self.latest = (now + timedelta(days=1)).date()
        self._meters: dict[Any, Meter] = {}
        self._periods: dict[Any, tuple[date, date]] = {}
        self._factors: dict[tuple[str, str], Decimal] = {}

    def parse(self, entries: Iterable[Entry], total: int, progress: Progress = quiet) -> Parsed:
        """Every entry as a reading or as a refusal."""
        parsed = Parsed()
        for entry in entries:
            parsed.read += 1
            if parsed.read % EVERY == 0:
                progress(parsed.read, max(total, parsed.read))
            try:
                parsed.good.append(self._good(entry, parsed))
            except Invalid as error:
                column = entry.column if error.field == "quantity" else error.field
                parsed.errors.append(RowError(entry.sheet, entry.row, column, error.msgid, error.values))
        return parsed

    def _good(self, entry: Entry, parsed: Parsed) -> Good:
        meter = self._meter(entry.meter)
        first, last = self._days(entry, meter)
        value = self._value(entry.value)
        if entry.unit and entry.unit != meter.unit:
            if meter.is_register:
                _require_plain(meter, entry.unit)
            else:
                value = self._converted(value, entry.unit, meter.unit, parsed)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -PLACES and value != value.quantize(SMALLEST):
            raise Invalid(msg("At most 6 decimal places are kept."), field="quantity")
        note = (
            "" if entry.note is None or entry.note == "" or is_empty(entry.note) else str(entry.note).strip()
        )
        if len(note) > LONGEST_NOTE:
            raise Invalid(msg("A note has at most %(most)s characters."), field="note", most=LONGEST_NOTE)
        return Good(meter.id, first, last, value, note, entry.sheet, entry.row, entry.column)

    def _meter(self, cell: Any) -> Meter:
        meter = self._meters.get(cell)
        if meter is not None:
            return meter
        if is_empty(cell):
            raise Invalid(msg("No meter is named here; write its name or its key."), field="meter")
        text = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)
        meter = self.names.get(plain(text))
        if meter is None:
            raise Invalid(
                msg("The company has no meter named %(name)s; add it first or correct the name."),
                field="meter",
                name=text[:80],
            )
        if not meter.active:
            raise Invalid(msg("The meter %(name)s is out of use."), field="meter", name=meter.name)
        self._meters[cell] = meter
        return meter

    def _days(self, entry: Entry, meter: Meter) -> tuple[date, date]:
        cells = entry.first, entry.last, meter.is_register
        known = self._periods.get(cells)
        if known is None:
            known = self._periods[cells] = self._period(entry, meter)
        return known

    def _period(self, entry: Entry, meter: Meter) -> tuple[date, date]:
        first_cell, last_cell = entry.first, entry.last
        if is_empty(first_cell) and is_empty(last_cell):
            raise Invalid(
                msg("No period is given here; write a day or a month, such as 2026-03."), field="from"
            )
        starts, ends = self._ends(first_cell, last_cell)
        for name, day in (("from", starts), ("to", ends)):
            if day.year not in YEARS:
                raise Invalid(msg("This year cannot be right; check the date."), field=name)
        if ends < starts:
            text = msg(
                "The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days."
            )
            raise Invalid(text, field="to", starts_on=starts, ends_on=ends)
        if ends > self.latest and (meter.is_register or starts > self.latest):
            raise Invalid(NOT_YET, field="to", day=ends)
        return starts, ends

    def _ends(self, first_cell: Any, last_cell: Any) -> tuple[date, date]:
        """First and last day of two cells; where one is empty, the other names the whole period."""
        if is_empty(last_cell):
            return self._day(first_cell, "from")
        last = self._day(last_cell, "to")
        return last if is_empty(first_cell) else (self._day(first_cell, "from")[0], last[1])

    def _day(self, cell: Any, column: str) -> tuple[date, date]:
        try:
            return days_in(cell, self.year)
        except (ValueError, OverflowError):
            raise Invalid(
                msg("%(text)s is not a date; write for example 2026-03-01."),
                field=column,
                text=str(cell)[:80],
            ) from None

    def _value(self, cell: Any) -> Decimal:
        if is_empty(cell):
            raise Invalid(
                msg("No figure is given here; write it, or leave the whole row out."), field="quantity"
            )
        try:
            value = number_in(cell)
        except (ValueError, ArithmeticError):
            raise Invalid(
                msg("%(text)s is not a number; write for example 12345.6."),
                field="quantity",
                text=str(cell)[:80],
            ) from None
        if value < 0:
            raise Invalid(
                msg("A reading cannot be negative; give what was used in the period."), field="quantity"
            )
        if value >= MOST:
            raise Invalid(msg("This is too large for a reading; check the unit."), field="quantity")
        return value

    def _converted(self, value: Decimal, given: str, unit: str, parsed: Parsed) -> Decimal:
        factor = self._factors.get((given, unit))
        if factor is None:
            factor = factor_between(given, unit)
            if factor is None:
                raise Invalid(
                    msg("%(given)s cannot be converted to %(unit)s, the unit of the meter."),
                    field="unit",
                    given=given[:20],
                    unit=unit,
                )
            self._factors[given, unit] = factor
        if factor == 1:
            return value
        parsed.conversions[Converted(given, unit, factor)] += 1
        converted = round_half_up(to_fraction(value) * to_fraction(factor), PLACES)
        if converted >= MOST:
            raise Invalid(msg("This is too large for a reading; check the unit."), field="quantity")
        return converted


def _require_plain(meter: Meter, given: str) -> None:
    """A running counter shows steps of its own; a figure in another unit is none that it showed."""
    if factor_between(given, meter.unit) != 1:
        text = msg("%(name)s is a running counter of %(unit)s: give what it shows, not %(given)s.")
        raise Invalid(text, field="unit", name=meter.name, unit=meter.unit, given=given[:20])
