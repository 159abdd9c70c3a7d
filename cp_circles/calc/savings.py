"""How much was saved, by unit consumption, model or plain difference.

A saving is positive when less was used (GB/T 28750 prints Es = Er - Ea, the opposite sign), or more where
higher is better (green power, reused water). Quantities are in the meter's own unit and are rounded half up
once, to 6 places; percentages to 2. `sufficiency` gives the reasons why a saving cannot be computed; call it
first, for the computing functions raise ValueError on what it refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from cp_circles.calc.exact import Number, plain, round_half_up, to_fraction, total
from cp_circles.calc.periods import Period, PeriodUse, months_after, produced_in
from cp_circles.calc.sufficiency import sufficiency
from cp_circles.errors import msg

__all__ = [
    "Adjustment",
    "Direction",
    "LinearModel",
    "Period",
    "PeriodUse",
    "SavingResult",
    "Step",
    "months_after",
    "saving_by_expectation",
    "saving_by_model",
    "saving_by_plain_difference",
    "saving_by_unit_consumption",
    "sufficiency",
]

QUANTITY_PLACES = 6
UNIT_PLACES = 10
PERCENT_PLACES = 2
Direction = Literal["lower", "higher"]


@dataclass(frozen=True)
class Adjustment:
    """A non-routine change in the reporting period (Am), added to the baseline; `label` says what changed."""

    quantity: Decimal
    label: str = ""


@dataclass(frozen=True)
class LinearModel:
    """Baseline use of one period = `fixed` + `per_production` x production."""

    fixed: Decimal
    per_production: Decimal


@dataclass(frozen=True)
class Step:
    """One line of the computation: what it is (msgid), the arithmetic in figures, and its result.

    `exact` is False where the printed result was rounded; later lines still use the exact value.
    """

    label: str
    expression: str
    result: Decimal
    exact: bool = True


@dataclass(frozen=True)
class SavingResult:
    """A computed saving with all that the page 'how was this computed' shows.

    `quantity` is after the share; `percent` is of the adjusted baseline, before the share, None if that
    is zero; `adjusted_baseline` includes the adjustments, the values by period do not.
    """

    method: str
    quantity: Decimal
    percent: Decimal | None
    unit_baseline: Decimal | None
    unit_reporting: Decimal | None
    adjusted_baseline: Decimal
    adjusted_baseline_by_period: tuple[tuple[Period, Decimal], ...]
    plain_difference: Decimal
    adjustment: Decimal
    share: Decimal
    steps: tuple[Step, ...]


def saving_by_unit_consumption(
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
    direction: Direction = "lower",
) -> SavingResult:
    """S = ((e_b - e_r) x P_r + adjustments) x share, with e = use / production over the whole period."""
    used, produced = total(row.quantity for row in baseline), produced_in(baseline)
    if not produced or not produced_in(reporting):
        raise ValueError("unit consumption needs production in both periods")
    unit = used / produced
    head = [_step(msg("Baseline unit consumption"), f"{plain(used)} ÷ {plain(produced)}", unit, UNIT_PLACES)]
    made = produced_in(reporting)
    adjusted = (msg("Adjusted baseline"), f"{plain(used)} ÷ {plain(produced)} × {plain(made)}")
    return saving_by_expectation(
        "unit_consumption",
        baseline,
        reporting,
        lambda row: unit * _produced(row),
        head,
        adjusted,
        adjustments,
        share,
        direction,
    )


def saving_by_model(
    model: LinearModel,
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
    direction: Direction = "lower",
) -> SavingResult:
    """S = (sum of the model at each reporting period's production - use + adjustments) x share."""
    fixed, slope = to_fraction(model.fixed), to_fraction(model.per_production)
    text = f"{plain(fixed)} × {len(reporting)} + {plain(slope)} × {plain(produced_in(reporting))}"
    adjusted = (msg("Adjusted baseline"), text)
    return saving_by_expectation(
        "model",
        baseline,
        reporting,
        lambda row: fixed + slope * _produced(row),
        [],
        adjusted,
        adjustments,
        share,
        direction,
    )


def saving_by_plain_difference(
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
    direction: Direction = "lower",
) -> SavingResult:
    """S = (Q_b - Q_r + adjustments) x share, for use that no production drives; spread by days."""
    used, days = total(row.quantity for row in baseline), sum(_days(row.period) for row in reporting)
    adjusted = (msg("Baseline use"), _sum_text(baseline))
    return saving_by_expectation(
        "plain_difference",
        baseline,
        reporting,
        lambda row: used * _days(row.period) / days,
        [],
        adjusted,
        adjustments,
        share,
        direction,
    )


def saving_by_expectation(
    method: str,
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    expected: Callable[[PeriodUse], Fraction],
    head: list[Step],
    adjusted_line: tuple[str, str],
    adjustments: Sequence[Adjustment],
    share: Decimal,
    direction: Direction = "lower",
) -> SavingResult:
    """The saving against what `expected` gives for each reporting period; each method calls this.

    `head` are the lines before the adjusted baseline, `adjusted_line` is its label and arithmetic.
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    used_before, used_now = total(row.quantity for row in baseline), total(row.quantity for row in reporting)
    routine, extra = total(expected(row) for row in reporting), total(a.quantity for a in adjustments)
    before, now = produced_in(baseline), produced_in(reporting)
    sign = 1 if direction == "lower" else -1
    saved = sign * (routine + extra - used_now)
    steps = [Step(msg("Use in the reporting period"), _sum_text(reporting), _quantity(used_now)), *head]
    if now:
        text = f"{plain(used_now)} ÷ {plain(now)}"
        steps.append(_step(msg("Reporting unit consumption"), text, used_now / now, UNIT_PLACES))
    steps.append(_step(*adjusted_line, routine))
    steps += _closing_steps(routine, adjustments, used_before, used_now, share, direction)
    return SavingResult(
        method=method,
        quantity=_quantity(saved * to_fraction(share)),
        percent=round_half_up(saved / (routine + extra) * 100, PERCENT_PLACES)
        if routine + extra > 0
        else None,
        unit_baseline=round_half_up(used_before / before, UNIT_PLACES) if before else None,
        unit_reporting=round_half_up(used_now / now, UNIT_PLACES) if now else None,
        adjusted_baseline=_quantity(routine + extra),
        adjusted_baseline_by_period=tuple((row.period, _quantity(expected(row))) for row in reporting),
        plain_difference=_quantity(sign * (used_before - used_now)),
        adjustment=_quantity(extra),
        share=share,
        steps=tuple(steps),
    )


def _closing_steps(
    routine: Fraction,
    adjustments: Sequence[Adjustment],
    before: Fraction,
    now: Fraction,
    share: Decimal,
    direction: Direction,
) -> list[Step]:
    steps, adjusted = [], routine + total(a.quantity for a in adjustments)
    if adjustments:
        text = " + ".join([plain(routine), *(_signed(a.quantity) for a in adjustments)])
        steps.append(_step(msg("Adjusted baseline after non-routine changes"), text, adjusted))
    text, saved = _difference(adjusted, now, direction)
    steps.append(_step(msg("Saving") if direction == "lower" else msg("Gain"), text, saved))
    if adjusted > 0:
        text = f"{plain(saved)} ÷ {plain(adjusted)} × 100"
        percent = saved / adjusted * 100
        steps.append(_step(msg("Saving in percent of the adjusted baseline"), text, percent, PERCENT_PLACES))
    if share != 1:
        text = f"{plain(saved)} × {plain(share)}"
        steps.append(_step(msg("Saving after the share"), text, saved * to_fraction(share)))
    text, plainly = _difference(before, now, direction)
    steps.append(_step(msg("Plain difference, for comparison"), text, plainly))
    return steps


def _difference(before: Fraction, now: Fraction, direction: Direction) -> tuple[str, Fraction]:
    first, second = (before, now) if direction == "lower" else (now, before)
    return f"{plain(first)} − {_signed(second)}", first - second


def _produced(row: PeriodUse) -> Fraction:
    if row.production is None:
        raise ValueError("production is missing")
    return to_fraction(row.production)


def _days(period: Period) -> int:
    return (period.ends_on - period.starts_on).days + 1


def _quantity(value: Number) -> Decimal:
    return round_half_up(value, QUANTITY_PLACES)


def _sum_text(rows: Sequence[PeriodUse]) -> str:
    return " + ".join(_signed(row.quantity) for row in rows)


def _signed(value: Number) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def _step(label: str, expression: str, value: Fraction, places: int = QUANTITY_PLACES) -> Step:
    result = round_half_up(value, places)
    return Step(label, expression, result, Fraction(result) == value)
