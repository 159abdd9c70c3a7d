"""From a quantity to kgce, kgCO2e and yuan, each rounded half up once.

A `Factor` is one row of a factor pack: `value` of `unit` (kgce, tCO2, yuan ...) per `per_unit` (kWh, t,
10^4 m3 ...). Convert the saving itself, so that one factor holds for the baseline and the reporting
period. kgce and kgCO2e have 3 places, yuan 2. A row that is published as a range has `value` None and is
refused until the supplier's value is given: `factor.with_supplier_value(value, source)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.errors import Invalid, msg

Kind = Literal["kgce", "kgco2e", "yuan"]
PLACES: dict[str, int] = {"kgce": 3, "kgco2e": 3, "yuan": 2}
WATER_AT_20_C = Decimal("83.74")

_BASE: dict[str, tuple[str, int]] = {
    "t": ("kg", 1000),
    "GJ": ("MJ", 1000),
    "MWh": ("kWh", 1000),
    "万kWh": ("kWh", 10_000),
    "10^4 kWh": ("kWh", 10_000),
    "Nm3": ("m3", 1),
    "m³": ("m3", 1),
    "10^4 m3": ("m3", 10_000),
    "10^4 Nm3": ("m3", 10_000),
    "万m3": ("m3", 10_000),
}
_RESULT: dict[str, tuple[str, int]] = {
    "kgce": ("kgce", 1),
    "tce": ("kgce", 1000),
    "kgCO2": ("kgco2e", 1),
    "kgCO2e": ("kgco2e", 1),
    "kgco2e": ("kgco2e", 1),
    "tCO2": ("kgco2e", 1000),
    "tCO2e": ("kgco2e", 1000),
    "yuan": ("yuan", 1),
    "CNY": ("yuan", 1),
    "元": ("yuan", 1),
}


@dataclass(frozen=True)
class Factor:
    """One conversion factor with where it comes from; `low` and `high` stand where a range is published.

    `id` identifies the row and its edition and is stored with the result; `provisional` marks confidence C.
    """

    id: str
    key: str
    kind: Kind
    value: Decimal | None
    per_unit: str
    unit: str
    standard: str = ""
    edition: str = ""
    source: str = ""
    confidence: str = ""
    provisional: bool = False
    low: Decimal | None = None
    high: Decimal | None = None

    def with_supplier_value(self, value: Decimal, source: str) -> "Factor":
        """This factor with the supplier's own value and its source; a value of zero or less is Invalid."""
        if value <= 0:
            raise Invalid(msg("The supplier's value must be above zero."), field=self.key)
        return replace(self, value=value, source=source)


@dataclass(frozen=True)
class Converted:
    """The three amounts (None where no factor of the kind was given), the factors used and the arithmetic."""

    kgce: Decimal | None = None
    kgco2e: Decimal | None = None
    yuan: Decimal | None = None
    factor_ids: tuple[str, ...] = ()
    provisional: bool = False
    steps: tuple[Step, ...] = field(default=())


_LABELS = {"kgce": msg("Standard coal"), "kgco2e": msg("CO2 equivalent"), "yuan": msg("Money")}


def convert(quantity: Decimal, unit: str, factors: Sequence[Factor]) -> Converted:
    """Convert a quantity of `unit` with at most one factor a kind.

    Invalid: a range without the supplier's value, a factor for another unit, two factors of one kind.
    """
    amounts: dict[str, Decimal] = {}
    steps: list[Step] = []
    for factor in factors:
        if factor.kind in amounts:
            raise Invalid(msg("Two factors give %(kind)s; only one may."), field=factor.key, kind=factor.kind)
        exact = _exact(quantity, unit, factor)
        amounts[factor.kind] = round_half_up(exact, PLACES[factor.kind])
        rate = f"{plain(factor.value or 0, 10)} {_numerator(factor)}/{factor.per_unit}"
        text = f"{plain(quantity)} {unit} × {rate}"
        steps.append(
            Step(_LABELS[factor.kind], text, amounts[factor.kind], exact == Fraction(amounts[factor.kind]))
        )
    return Converted(
        kgce=amounts.get("kgce"),
        kgco2e=amounts.get("kgco2e"),
        yuan=amounts.get("yuan"),
        factor_ids=tuple(factor.id for factor in factors),
        provisional=any(factor.provisional for factor in factors),
        steps=tuple(steps),
    )


def _exact(quantity: Decimal, unit: str, factor: Factor) -> Fraction:
    if factor.value is None:
        text = msg("%(key)s is published as a range from %(low)s to %(high)s: give the supplier's value.")
        raise Invalid(text, field=factor.key, key=factor.key, low=factor.low, high=factor.high)
    kind, result_scale = _RESULT.get(_numerator(factor), ("", 0))
    if kind != factor.kind:
        text = msg("The unit %(unit)s of factor %(key)s does not give %(kind)s.")
        raise Invalid(text, field=factor.key, unit=factor.unit, key=factor.key, kind=factor.kind)
    ratio = unit_ratio(unit, factor.per_unit)
    if ratio is None:
        text = msg("Factor %(key)s is per %(per_unit)s and cannot convert %(unit)s.")
        raise Invalid(text, field=factor.key, key=factor.key, per_unit=factor.per_unit, unit=unit)
    return to_fraction(quantity) * ratio * to_fraction(factor.value) * result_scale


def unit_ratio(unit: str, other: str) -> Fraction | None:
    """How many `other` one `unit` is, exactly; None where the two measure different things."""
    base, scale = _BASE.get(unit, (unit, 1))
    other_base, other_scale = _BASE.get(other, (other, 1))
    return Fraction(scale, other_scale) if base == other_base else None


def _numerator(factor: Factor) -> str:
    return factor.unit.split("/")[0].strip()


def different_factors(baseline_ids: Sequence[str], reporting_ids: Sequence[str]) -> tuple[Reason, ...]:
    """A reason where baseline and reporting period were converted with different factors."""
    if sorted(baseline_ids) == sorted(reporting_ids):
        return ()
    return (
        Reason(msg("Baseline and reporting period must be converted with the same factors."), {}, "factors"),
    )


def steam_heat_gj(tonnes: Decimal, enthalpy: Decimal) -> Decimal:
    """Heat of steam in GJ above water at 20 °C: t x (h - 83.74) / 1000, h in kJ/kg; exact.

    Source: industry accounting guidelines (confidence B). ValueError where h is not above 83.74.
    """
    if enthalpy <= WATER_AT_20_C:
        raise ValueError("the enthalpy of steam lies above that of water at 20 °C")
    return tonnes * (enthalpy - WATER_AT_20_C) / 1000


def hot_water_heat_gj(tonnes: Decimal, celsius: Decimal) -> Decimal:
    """Heat of hot water in GJ above 20 °C: t x (T - 20) x 4.1868 / 1000; exact (confidence B)."""
    return tonnes * (celsius - 20) * Decimal("4.1868") / 1000
