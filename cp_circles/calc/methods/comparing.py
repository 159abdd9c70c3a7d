"""All methods on the same data side by side, each with its verdict, and the recommended one with why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from cp_circles.calc.exact import plain, round_half_up, to_fraction, total
from cp_circles.calc.methods.fitting import (
    PRODUCTION,
    Fit,
    Quality,
    driver_reasons,
    fit,
    fit_reasons,
    length_reasons,
    outside_range,
    quality_of,
    saving_by_fit,
)
from cp_circles.calc.methods.uncertainty import (
    Uncertainty,
    combined,
    meter_uncertainty,
    significance,
    significant,
)
from cp_circles.calc.periods import PeriodUse, produced_in
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import (
    Adjustment,
    Direction,
    SavingResult,
    saving_by_plain_difference,
    saving_by_unit_consumption,
)
from cp_circles.calc.sufficiency import sufficiency
from cp_circles.errors import msg

METHOD_VERSION = "2026-3"
NOTABLE_PART = Decimal("0.05")
Grade = Literal["sufficient", "weak", "refused"]


@dataclass(frozen=True)
class Asked:
    """What is compared: the data, what drives the use, and the accuracy of the meters in percent.

    `equal_periods` asks a model for periods of one length, as method versions from 2026-3 on do.
    """

    baseline: tuple[PeriodUse, ...]
    reporting: tuple[PeriodUse, ...]
    drivers: tuple[str, ...] = (PRODUCTION,)
    adjustments: tuple[Adjustment, ...] = ()
    share: Decimal = Decimal(1)
    direction: Direction = "lower"
    baseline_accuracy: Decimal = Decimal(0)
    reporting_accuracy: Decimal = Decimal(0)
    equal_periods: bool = False


@dataclass(frozen=True)
class Candidate:
    """One method: refused with reasons, or its result with fit, uncertainty and warnings."""

    method: str
    reasons: tuple[Reason, ...] = ()
    result: SavingResult | None = None
    quality: Quality | None = None
    fit: Fit | None = None
    uncertainty: Uncertainty | None = None
    label: Reason | None = None
    warnings: tuple[Reason, ...] = ()

    @property
    def grade(self) -> Grade:
        """The verdict on the data: refused, weak (warnings or not significant) or sufficient."""
        if self.result is None:
            return "refused"
        shown = self.uncertainty is None or significant(self.result.quantity, self.uncertainty)
        return "sufficient" if shown and not self.warnings else "weak"


@dataclass(frozen=True)
class Comparison:
    """The candidates in order of preference, which one is recommended (None: no one) and why."""

    candidates: tuple[Candidate, ...]
    recommended: str | None
    why: Reason
    notes: tuple[Reason, ...] = ()
    version: str = METHOD_VERSION

    def candidate(self, method: str) -> Candidate:
        """The candidate of a method; KeyError for another word."""
        return {one.method: one for one in self.candidates}[method]


def compare(asked: Asked) -> Comparison:
    """Regression, unit consumption and plain difference on the same data.

    Adjustments need a note each; one without makes every method refuse.
    """
    general = (
        *sufficiency(asked.baseline, asked.reporting, needs_production=False),
        *adjustment_reasons(asked.adjustments),
    )
    candidates = (
        _by_regression(asked, general),
        _by_unit(asked, general),
        _by_difference(asked, general),
    )
    recommended, why = _recommended(asked, candidates)
    return Comparison(candidates, recommended, why, _notes(candidates))


def adjustment_reasons(adjustments: Sequence[Adjustment]) -> tuple[Reason, ...]:
    """A reason for each non-routine adjustment that does not say what changed."""
    text = msg("The adjustment of %(quantity)s has no note: say what changed, and how much was found.")
    return tuple(
        Reason(text, {"quantity": one.quantity}, "adjustments")
        for one in adjustments
        if not one.label.strip()
    )


def _by_regression(asked: Asked, general: tuple[Reason, ...]) -> Candidate:
    reasons = (
        *general,
        *fit_reasons(asked.baseline, asked.drivers),
        *driver_reasons(asked.reporting, asked.drivers),
        *(length_reasons(asked.baseline, asked.reporting) if asked.equal_periods else ()),
    )
    if reasons:
        return Candidate("regression", reasons)
    model = fit(asked.baseline, asked.drivers)
    result = saving_by_fit(
        model, asked.baseline, asked.reporting, asked.adjustments, asked.share, asked.direction
    )
    warnings = (*model.warnings, *outside_range(model, asked.reporting))
    return _candidate(asked, result, model.quality, warnings, model)


def _by_unit(asked: Asked, general: tuple[Reason, ...]) -> Candidate:
    needing = sufficiency(asked.baseline, asked.reporting)
    reasons = (*general, *(reason for reason in needing if reason not in general))
    if reasons:
        return Candidate("unit_consumption", reasons)
    result = saving_by_unit_consumption(
        asked.baseline, asked.reporting, asked.adjustments, asked.share, asked.direction
    )
    unit = total(row.quantity for row in asked.baseline) / produced_in(asked.baseline)
    quality = _quality(asked.baseline, lambda row: unit * to_fraction(row.production or 0))
    return _candidate(asked, result, quality, _zero_production(asked.reporting))


def _by_difference(asked: Asked, general: tuple[Reason, ...]) -> Candidate:
    if general:
        return Candidate("plain_difference", general)
    result = saving_by_plain_difference(
        asked.baseline, asked.reporting, asked.adjustments, asked.share, asked.direction
    )
    mean = total(row.quantity for row in asked.baseline) / len(asked.baseline)
    return _candidate(
        asked, result, _quality(asked.baseline, lambda _row: mean), _lengths(asked) + _moved(asked)
    )


def _candidate(
    asked: Asked,
    result: SavingResult,
    quality: Quality | None,
    warnings: tuple[Reason, ...],
    model: Fit | None = None,
) -> Candidate:
    meter = meter_uncertainty(
        result.adjusted_baseline,
        round_half_up(total(row.quantity for row in asked.reporting), 6),
        asked.baseline_accuracy,
        asked.reporting_accuracy,
    ) * float(asked.share)
    uncertainty = combined(
        result.quantity,
        meter=meter,
        quality=quality,
        saved_part=float(result.percent or 0) / 100,
        reporting_points=len(asked.reporting),
    )
    label = significance(result.quantity, uncertainty)
    return Candidate(result.method, (), result, quality, model, uncertainty, label, warnings)


def _recommended(asked: Asked, candidates: Sequence[Candidate]) -> tuple[str | None, Reason]:
    regression, unit, plainly = candidates
    if regression.result is not None and not regression.warnings:
        assert regression.quality is not None
        text = msg(
            "Regression is recommended: %(count)s periods, and the drivers explain %(percent)s %% of the use."
        )
        percent = round((regression.quality.r2 or 0) * 100, 1)
        return regression.method, Reason(text, {"count": regression.quality.n, "percent": percent})
    if unit.result is not None:
        text = msg("Unit consumption is recommended: production is known, but no model holds well enough.")
        return unit.method, Reason(text)
    if plainly.result is not None and not asked.drivers:
        text = msg("The plain difference is recommended: nothing is known to drive the use.")
        return plainly.method, Reason(text)
    if plainly.result is not None:
        text = msg(
            "No method is recommended: production is missing or zero, and a plain difference would count "
            "a change of output as a saving."
        )
        return None, Reason(text)
    return None, Reason(msg("No method can be used on these data; each says why."))


def _notes(candidates: Sequence[Candidate]) -> tuple[Reason, ...]:
    """A note where a fixed load makes the unit method differ from the model by 5 % or more."""
    regression, unit, _ = candidates
    if regression.fit is None or regression.warnings or regression.result is None or unit.result is None:
        return ()
    gap = unit.result.quantity - regression.result.quantity
    if not regression.result.quantity or abs(gap) < abs(regression.result.quantity) * NOTABLE_PART:
        return ()
    if gap > 0:
        text = msg(
            "Unit consumption overstates the saving by %(gap)s, because %(fixed)s a period is fixed use."
        )
    else:
        text = msg(
            "Unit consumption understates the saving by %(gap)s, because %(fixed)s a period is fixed use."
        )
    fixed = regression.fit.fixed.value
    return (Reason(text, {"gap": plain(abs(gap)), "fixed": plain(fixed)}),)


def _quality(rows: Sequence[PeriodUse], predicted: Callable[[PeriodUse], Fraction]) -> Quality | None:
    if len(rows) < 2:
        return None
    return quality_of([to_fraction(row.quantity) for row in rows], [predicted(row) for row in rows], 1)


def _zero_production(reporting: Sequence[PeriodUse]) -> tuple[Reason, ...]:
    text = msg(
        "Nothing was produced in the period from %(starts_on)s; a fixed load there counts against you."
    )
    return tuple(
        Reason(text, {"starts_on": row.period.starts_on}, "reporting")
        for row in reporting
        if row.production == 0 and row.quantity > 0
    )


def _lengths(asked: Asked) -> tuple[Reason, ...]:
    before, now = (
        sum((row.period.ends_on - row.period.starts_on).days + 1 for row in rows)
        for rows in (asked.baseline, asked.reporting)
    )
    if abs(before - now) <= 3:
        return ()
    text = msg(
        "The baseline covers %(before)s days and the reporting period %(now)s: a plain difference compares "
        "unlike things."
    )
    return (Reason(text, {"before": before, "now": now}, "reporting"),)


def _moved(asked: Asked) -> tuple[Reason, ...]:
    before, now = produced_in(asked.baseline), produced_in(asked.reporting)
    if not before or not now or abs(now - before) < before * to_fraction(NOTABLE_PART):
        return ()
    text = msg("Production changed from %(before)s to %(now)s, which a plain difference does not take out.")
    return (Reason(text, {"before": plain(before), "now": plain(now)}, "reporting"),)
