"""From what meters read to the quantity of an indicator: units, heat of steam, concentration times flow.

A `Measure` says how one period's readings become a quantity; it is frozen with a claim, so that the
quantities can be computed again from the readings as they stood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from cp_circles.calc.conversion import Factor, unit_ratio
from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.periods import Period, PeriodUse
from cp_circles.calc.pollutants import mass_in_air, mass_in_water
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.calc.steam import heat_of_steam
from cp_circles.errors import DomainError, msg
from cp_circles.metering.models import Reading

Kind = Literal["as_read", "steam", "water", "air"]
QUANTITY_PLACES = 6
RATIO_PLACES = 10
IN_WATER = frozenset({"mg/L", "mg/l", "g/m3", "mg/升"})
IN_AIR = frozenset({"mg/Nm3", "mg/m3", "mg/m³", "mg/Nm³"})
MASSES = frozenset({"t", "kg"})
STEAM_FIELDS = {"pressure": "steam_mpa", "temperature": "steam_celsius", "dryness": "steam_dryness"}


@dataclass(frozen=True)
class Measure:
    """How readings become the quantity in `unit`; `ratio` is units for one unit read, GJ a tonne of steam."""

    kind: Kind
    read_in: str
    unit: str
    ratio: Decimal = Decimal(1)
    steps: tuple[Step, ...] = ()

    def row(self) -> dict[str, str]:
        """As it is frozen in a claim."""
        return {"kind": self.kind, "read_in": self.read_in, "unit": self.unit, "ratio": str(self.ratio)}


@dataclass(frozen=True)
class Part:
    """What was read in one period: the meter's own figure, and flow and hours where there are such meters."""

    period: Period
    read: Decimal
    production: Decimal | None = None
    drivers: Mapping[str, Decimal | None] | None = None
    flow: Decimal | None = None
    hours: Decimal | None = None
    readings: tuple[int, ...] = ()


def measure_for(
    unit_read: str,
    unit: str,
    *,
    flow_unit: str | None,
    mpa: Decimal | None,
    celsius: Decimal | None,
    dryness: Decimal | None = None,
) -> tuple[Measure | None, Reason | None]:
    """How figures in `unit_read` become `unit`, or why they cannot."""
    if unit == "GJ" and unit_read in MASSES:
        return _steam(unit_read, mpa, celsius, dryness)
    if unit_read in IN_WATER | IN_AIR:
        if flow_unit is None:
            text = msg("%(unit)s is a concentration: name the meter of the flow, so that a mass comes out.")
            return None, Reason(text, {"unit": unit_read}, "flow")
        scale = unit_ratio("kg", unit)
        if scale is None:
            return None, _mismatch(unit_read, unit)
        ratio = round_half_up(scale, RATIO_PLACES)
        return Measure("water" if unit_read in IN_WATER else "air", unit_read, unit, ratio), None
    scale = unit_ratio(unit_read, unit)
    if scale is None:
        return None, _mismatch(unit_read, unit)
    return Measure("as_read", unit_read, unit, round_half_up(scale, RATIO_PLACES)), None


def _mismatch(unit_read: str, unit: str) -> Reason:
    text = msg(
        "The meter reads %(read)s, which cannot become %(unit)s of the indicator: choose the meter or "
        "indicator that belong together."
    )
    return Reason(text, {"read": unit_read, "unit": unit}, "meter")


def _steam(
    unit_read: str, mpa: Decimal | None, celsius: Decimal | None, dryness: Decimal | None
) -> tuple[Measure | None, Reason | None]:
    if mpa is None:
        text = msg("Steam is metered in %(unit)s: give its absolute pressure, so that the heat comes out.")
        return None, Reason(text, {"unit": unit_read}, "steam_mpa")
    try:
        heat = heat_of_steam(Decimal(1), mpa, celsius, Decimal(1) if dryness is None else dryness)
    except DomainError as refusal:
        return None, Reason(
            refusal.msgid, refusal.values, STEAM_FIELDS[getattr(refusal, "field", "pressure")]
        )
    ratio = heat.gigajoules * (Decimal("0.001") if unit_read == "kg" else Decimal(1))
    return Measure("steam", unit_read, "GJ", ratio, heat.steps), None


def quantity_of(measure: Measure, part: Part) -> Decimal | None:
    """The quantity of one period, 6 places; None where flow or hours are missing."""
    if measure.kind in {"as_read", "steam"}:
        return round_half_up(to_fraction(part.read) * to_fraction(measure.ratio), QUANTITY_PLACES)
    if part.flow is None:
        return None
    if measure.kind == "water":
        mass = mass_in_water(part.read, part.flow).kilograms
    else:
        mass = mass_in_air(part.read, part.flow, Decimal(1) if part.hours is None else part.hours).kilograms
    return round_half_up(to_fraction(mass) * to_fraction(measure.ratio), QUANTITY_PLACES)


def measured(
    measure: Measure, parts: Sequence[Part], field: str
) -> tuple[tuple[PeriodUse, ...], list[Reason]]:
    """The uses by period, and a reason for each period that lacks its flow."""
    rows, reasons = [], []
    text = msg("The flow is missing for the period from %(starts_on)s; read it for the same days.")
    for part in parts:
        quantity = quantity_of(measure, part)
        if quantity is None:
            reasons.append(Reason(text, {"starts_on": part.period.starts_on}, field))
            continue
        drivers = {name: value for name, value in (part.drivers or {}).items() if value is not None}
        rows.append(PeriodUse(part.period, quantity, part.production, drivers))
    return tuple(rows), reasons


def parts(
    readings: Sequence[Reading],
    production: Sequence[Reading] | None = None,
    drivers: Mapping[str, Sequence[Reading]] | None = None,
    flow: Sequence[Reading] | None = None,
    hours: Sequence[Reading] | None = None,
) -> tuple[Part, ...]:
    """Readings by period, each with what the other meters counted in the same days."""
    return tuple(
        Part(
            period=Period(row.starts_on, row.ends_on),
            read=row.quantity,
            production=None if production is None else counted_in(row, production),
            drivers={name: counted_in(row, rows) for name, rows in (drivers or {}).items()},
            flow=None if flow is None else counted_in(row, flow),
            hours=None if hours is None else counted_in(row, hours),
            readings=(row.id,),
        )
        for row in readings
    )


def counted_in(reading: Reading, others: Sequence[Reading]) -> Decimal | None:
    """What another meter counted in the days of a reading, if they are covered exactly; else None."""
    inside = [row for row in others if row.starts_on >= reading.starts_on and row.ends_on <= reading.ends_on]
    days = sum((row.ends_on - row.starts_on).days + 1 for row in inside)
    if days != (reading.ends_on - reading.starts_on).days + 1:
        return None
    return sum((row.quantity for row in inside), Decimal(0))


def fitted(factors: Sequence[Factor], measure: Measure) -> tuple[Factor, ...]:
    """Factors for the measured unit: a price per tonne of steam becomes one per GJ at the same enthalpy."""
    return tuple(_fitted(factor, measure) for factor in factors)


def _fitted(factor: Factor, measure: Measure) -> Factor:
    if measure.kind != "steam" or factor.value is None or unit_ratio(measure.unit, factor.per_unit):
        return factor
    read = unit_ratio(measure.read_in, factor.per_unit)
    if read is None:
        return factor
    value = round_half_up(to_fraction(factor.value) * read / to_fraction(measure.ratio), RATIO_PLACES)
    source = f"{factor.source}; {factor.value} / {factor.per_unit} ÷ {measure.ratio.normalize():f} GJ/t"
    return Factor(**{**factor.__dict__, "value": value, "per_unit": measure.unit, "source": source})


def part_row(part: Part) -> dict[str, Any]:
    """One period as it was read, as it is frozen in a claim."""
    return {
        "from": part.period.starts_on.isoformat(),
        "to": part.period.ends_on.isoformat(),
        "read": str(part.read),
        "production": _text(part.production),
        "drivers": {name: _text(value) for name, value in (part.drivers or {}).items()},
        "flow": _text(part.flow),
        "hours": _text(part.hours),
        "readings": list(part.readings),
    }


def part_from(row: Mapping[str, Any]) -> Part:
    """The period that a claim froze."""
    return Part(
        period=Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])),
        read=Decimal(row["read"]),
        production=_number(row["production"]),
        drivers={name: _number(value) for name, value in row["drivers"].items()},
        flow=_number(row["flow"]),
        hours=_number(row["hours"]),
        readings=tuple(row["readings"]),
    )


def measure_from(row: Mapping[str, str]) -> Measure:
    """The measure that a claim froze."""
    kind: Any = row["kind"]
    return Measure(kind, row["read_in"], row["unit"], Decimal(row["ratio"]))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
