"""Method version 2026-2: all methods side by side, drivers, heat and mass, both stages of a pollutant.

The code of a landed version does not change: a claim names the version that computed it, and is computed
again by that version from what it froze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any

from cp_circles.calc import conversion
from cp_circles.calc.conversion import Converted, Factor
from cp_circles.calc.exact import to_fraction, total
from cp_circles.calc.methods.comparing import Asked, Candidate, Comparison, compare
from cp_circles.calc.methods.fitting import PRODUCTION
from cp_circles.calc.methods.rates import rate_change, rate_reasons
from cp_circles.calc.pollutants import PollutantSaving, stage_reasons
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import (
    Adjustment,
    Direction,
    PeriodUse,
    SavingResult,
    saving_by_plain_difference,
    saving_by_unit_consumption,
)
from cp_circles.errors import Invalid, msg
from cp_circles.savings.measuring import Measure, Part, fitted, measured

VERSION = "2026-2"
METHODS = ("regression", "unit_consumption", "plain_difference")
RATE = "rate_change"


@dataclass(frozen=True)
class Stage:
    """What the meters after the treatment read: the discharge, beside the generation that counts."""

    measure: Measure
    baseline: tuple[Part, ...]
    reporting: tuple[Part, ...]


@dataclass(frozen=True)
class Material:
    """All that a saving is computed from; `accuracy` is that of the meters in percent.

    `equal_periods` is a rule of later versions; claims of this one were made without it.
    """

    measure: Measure | None
    baseline: tuple[Part, ...]
    reporting: tuple[Part, ...]
    drivers: tuple[str, ...]
    method: str
    direction: Direction = "lower"
    adjustments: tuple[Adjustment, ...] = ()
    share: Decimal = Decimal(1)
    accuracy: Decimal = Decimal(0)
    factors: tuple[Factor, ...] = ()
    other_direct_yuan: Decimal = Decimal(0)
    refused: tuple[Reason, ...] = ()
    discharge: Stage | None = None
    equal_periods: bool = False


@dataclass(frozen=True)
class Computed:
    """A saving worked out: all methods, the chosen one with result and conversion, or reasons against it."""

    material: Material
    baseline: tuple[PeriodUse, ...]
    reporting: tuple[PeriodUse, ...]
    comparison: Comparison
    reasons: tuple[Reason, ...]
    result: SavingResult | None
    converted: Converted | None
    direct_yuan: Decimal
    discharge: PollutantSaving | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def holds(self) -> bool:
        """True when the data carry a saving."""
        return self.result is not None

    @property
    def unit(self) -> str:
        """The unit of the quantity."""
        return self.material.measure.unit if self.material.measure else ""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors used, for the unit of the quantity."""
        measure = self.material.measure
        return fitted(self.material.factors, measure) if measure else self.material.factors

    @property
    def method(self) -> str:
        """The method chosen; indicators in percent have one of their own."""
        return RATE if self.unit == "%" else self.material.method

    @property
    def chosen(self) -> Candidate:
        """The candidate of the method chosen."""
        return self.comparison.candidate(self.method)

    @property
    def needs_reason(self) -> bool:
        """Whether another method is recommended than the one chosen."""
        return self.method != self.comparison.recommended


def work_out(material: Material) -> Computed:
    """Judge the data, compare the methods, and convert the chosen result; each amount is rounded once."""
    if material.measure is None:
        nothing = Comparison((), None, Reason(msg("No method can be used on these data; each says why.")))
        return Computed(material, (), (), nothing, material.refused, None, None, Decimal(0))
    baseline, missing = measured(material.measure, material.baseline, "baseline")
    reporting, also = measured(material.measure, material.reporting, "reporting")
    comparison = _compared(material, baseline, reporting)
    computed = Computed(material, baseline, reporting, comparison, (), None, None, Decimal(0))
    reasons = [*material.refused, *missing, *also, *_range_reasons(computed.factors)]
    reasons += [reason for reason in computed.chosen.reasons if reason not in reasons]
    result = computed.chosen.result
    if reasons or result is None:
        return _refused(computed, tuple(reasons))
    try:
        converted = conversion.convert(result.quantity, computed.unit, computed.factors)
    except Invalid as refusal:
        return _refused(computed, (Reason(refusal.msgid, refusal.values, "factors"),))
    stages, notes = _stages(material, result, computed.method)
    direct = (converted.yuan or Decimal(0)) + material.other_direct_yuan
    return Computed(material, baseline, reporting, comparison, (), result, converted, direct, stages, notes)


def _refused(computed: Computed, reasons: tuple[Reason, ...]) -> Computed:
    return Computed(
        computed.material,
        computed.baseline,
        computed.reporting,
        computed.comparison,
        reasons,
        None,
        None,
        Decimal(0),
    )


def _compared(
    material: Material, baseline: tuple[PeriodUse, ...], reporting: tuple[PeriodUse, ...]
) -> Comparison:
    assert material.measure is not None
    if material.measure.unit == "%":
        return _rates(material, baseline, reporting)
    return compare(
        Asked(
            baseline,
            reporting,
            material.drivers,
            material.adjustments,
            material.share,
            material.direction,
            material.accuracy,
            material.accuracy,
            material.equal_periods,
        )
    )


def _rates(
    material: Material, baseline: tuple[PeriodUse, ...], reporting: tuple[PeriodUse, ...]
) -> Comparison:
    """The one method of indicators in percent: a change in points, never a sum."""
    why = Reason(msg("A rate is compared in percentage points, weighted by what it is a rate of."))
    reasons = rate_reasons(baseline, reporting)
    if reasons:
        return Comparison((Candidate(RATE, reasons),), RATE, why)
    change = rate_change(baseline, reporting, material.direction)
    result = SavingResult(
        method=RATE,
        quantity=change.gain,
        percent=None,
        unit_baseline=None,
        unit_reporting=None,
        adjusted_baseline=change.baseline,
        adjusted_baseline_by_period=(),
        plain_difference=change.gain,
        adjustment=Decimal(0),
        share=Decimal(1),
        steps=change.steps,
    )
    return Comparison((Candidate(RATE, (), result),), RATE, why)


def _range_reasons(factors: Sequence[Factor]) -> list[Reason]:
    text = msg("%(key)s is published as a range from %(low)s to %(high)s: give the supplier's value.")
    return [
        Reason(text, {"key": row.key, "low": row.low, "high": row.high}, "supplier_factors")
        for row in factors
        if row.value is None
    ]


def _stages(
    material: Material, generation: SavingResult, method: str
) -> tuple[PollutantSaving | None, tuple[Reason, ...]]:
    """The fall of the discharge beside that of the generation; None where it is not metered in full."""
    stage = material.discharge
    if stage is None:
        return None, ()
    baseline, missing = measured(stage.measure, stage.baseline, "discharge")
    reporting, also = measured(stage.measure, stage.reporting, "discharge")
    if missing or also or not baseline or not reporting:
        text = msg("The discharge is not metered for all periods, so that only the generation is shown.")
        return None, (Reason(text, {}, "discharge"),)
    by_unit = method != "plain_difference" and all(row.production for row in (*baseline, *reporting))
    way = saving_by_unit_consumption if by_unit else saving_by_plain_difference
    fall = way(baseline, reporting, (), material.share, material.direction).quantity
    made = total(row.quantity for row in measured(_measure(material), material.reporting, "reporting")[0])
    left = total(row.quantity for row in reporting)
    notes = stage_reasons(_decimal(made), _decimal(left), "reporting")
    return PollutantSaving(generation.quantity, fall, fall - generation.quantity), notes


def _measure(material: Material) -> Measure:
    assert material.measure is not None
    return material.measure


def _decimal(value: Any) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def together(percents: Sequence[Decimal]) -> Decimal:
    """The accuracy of a product of meters, such as concentration times flow: square root of the squares."""
    if len(percents) < 2:
        return percents[0] if percents else Decimal(0)
    return Decimal(str(round(sqrt(sum(float(to_fraction(value)) ** 2 for value in percents)), 6)))


def driver_names(counts_production: bool, further: Sequence[str]) -> tuple[str, ...]:
    """The drivers of a model: production first, then the further meters by name."""
    return ((PRODUCTION,) if counts_production else ()) + tuple(further)


def model_row(candidate: Candidate) -> dict[str, Any] | None:
    """The model of a regression as it is frozen: coefficients exact, statistics as they print."""
    if candidate.fit is None:
        return None
    quality = candidate.fit.quality
    return {
        "coefficients": [
            {"name": row.name, "value": str(row.value), "error": repr(row.error), "t": _float(row.t)}
            for row in (candidate.fit.fixed, *candidate.fit.slopes)
        ],
        "n": quality.n,
        "df": quality.df,
        "r2": _float(quality.r2),
        "cv_rmse": _float(quality.cv_rmse),
    }


def candidate_row(candidate: Candidate) -> dict[str, Any]:
    """One method of the comparison as it is frozen."""
    error, result = candidate.uncertainty, candidate.result
    return {
        "method": candidate.method,
        "quantity": str(result.quantity) if result else None,
        "grade": candidate.grade,
        "uncertainty": repr(error.stated) if error else None,
        "part": _float(error.part) if error else None,
        "standard": repr(error.standard) if error else None,
        "model": model_row(candidate),
        "label": reason_row(candidate.label) if candidate.label else None,
        "reasons": [reason_row(row) for row in candidate.reasons],
        "warnings": [reason_row(row) for row in candidate.warnings],
    }


def reason_row(reason: Reason) -> dict[str, Any]:
    """A sentence with its values as it is frozen."""
    return {"msgid": reason.msgid, "values": {key: str(value) for key, value in reason.values.items()}}


def reason_from(row: Mapping[str, Any]) -> Reason:
    """The sentence that a claim froze."""
    return Reason(row["msgid"], dict(row["values"]))


def _float(value: float | None) -> str | None:
    return None if value is None else repr(value)
