"""How much was saved, by unit consumption, model or plain difference.

A saving is positive when less was used (GB/T 28750 prints Es = Er - Ea, the opposite sign). Quantities
are in the meter's own unit and are rounded half up once, to 6 places; percentages to 2. `sufficiency`
gives the reasons why a saving cannot be computed; call it first, for the computing functions raise
ValueError on what it refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from cp_circles.calc.exact import Number, plain, round_half_up, to_fraction, total
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

QUANTITY_PLACES = 6
UNIT_PLACES = 10
PERCENT_PLACES = 2


@dataclass(frozen=True, order=True)
class Period:
    """Whole days from `starts_on` to `ends_on`, both included."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError("a period ends before it starts")

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True)
class PeriodUse:
    """What a meter read in a period, and what was produced in it (None where nothing drives the use)."""

    period: Period
    quantity: Decimal
    production: Decimal | None = None


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
) -> SavingResult:
    """S = ((e_b - e_r) x P_r + adjustments) x share, with e = use / production over the whole period."""
    used, produced = total(row.quantity for row in baseline), _production(baseline)
    if not produced or not _production(reporting):
        raise ValueError("unit consumption needs production in both periods")
    unit = used / produced
    head = [_step(msg("Baseline unit consumption"), f"{plain(used)} ÷ {plain(produced)}", unit, UNIT_PLACES)]
    made = _production(reporting)
    adjusted = (msg("Adjusted baseline"), f"{plain(used)} ÷ {plain(produced)} × {plain(made)}")
    return _result(
        "unit_consumption",
        baseline,
        reporting,
        lambda row: unit * _produced(row),
        head,
        adjusted,
        adjustments,
        share,
    )


def saving_by_model(
    model: LinearModel,
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
) -> SavingResult:
    """S = (sum of the model at each reporting period's production - use + adjustments) x share."""
    fixed, slope = to_fraction(model.fixed), to_fraction(model.per_production)
    text = f"{plain(fixed)} × {len(reporting)} + {plain(slope)} × {plain(_production(reporting))}"
    adjusted = (msg("Adjusted baseline"), text)
    return _result(
        "model",
        baseline,
        reporting,
        lambda row: fixed + slope * _produced(row),
        [],
        adjusted,
        adjustments,
        share,
    )


def saving_by_plain_difference(
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    adjustments: Sequence[Adjustment] = (),
    share: Decimal = Decimal(1),
) -> SavingResult:
    """S = (Q_b - Q_r + adjustments) x share, for use that no production drives; spread by days."""
    used, days = total(row.quantity for row in baseline), sum(_days(row.period) for row in reporting)
    adjusted = (msg("Baseline use"), _sum_text(baseline))
    return _result(
        "plain_difference",
        baseline,
        reporting,
        lambda row: used * _days(row.period) / days,
        [],
        adjusted,
        adjustments,
        share,
    )


def _result(
    method: str,
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    expected: Callable[[PeriodUse], Fraction],
    head: list[Step],
    adjusted_line: tuple[str, str],
    adjustments: Sequence[Adjustment],
    share: Decimal,
) -> SavingResult:
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    used_before, used_now = total(row.quantity for row in baseline), total(row.quantity for row in reporting)
    routine, extra = total(expected(row) for row in reporting), total(a.quantity for a in adjustments)
    before, now = _production(baseline), _production(reporting)
    saved = routine + extra - used_now
    steps = [Step(msg("Use in the reporting period"), _sum_text(reporting), _quantity(used_now)), *head]
    if now:
        text = f"{plain(used_now)} ÷ {plain(now)}"
        steps.append(_step(msg("Reporting unit consumption"), text, used_now / now, UNIT_PLACES))
    steps.append(_step(*adjusted_line, routine))
    steps += _closing_steps(routine, adjustments, used_before, used_now, share)
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
        plain_difference=_quantity(used_before - used_now),
        adjustment=_quantity(extra),
        share=share,
        steps=tuple(steps),
    )


def _closing_steps(
    routine: Fraction, adjustments: Sequence[Adjustment], before: Fraction, now: Fraction, share: Decimal
) -> list[Step]:
    steps, adjusted = [], routine + total(a.quantity for a in adjustments)
    saved = adjusted - now
    if adjustments:
        text = " + ".join([plain(routine), *(_signed(a.quantity) for a in adjustments)])
        steps.append(_step(msg("Adjusted baseline after non-routine changes"), text, adjusted))
    steps.append(_step(msg("Saving"), f"{plain(adjusted)} − {plain(now)}", saved))
    if adjusted > 0:
        text = f"{plain(saved)} ÷ {plain(adjusted)} × 100"
        percent = saved / adjusted * 100
        steps.append(_step(msg("Saving in percent of the adjusted baseline"), text, percent, PERCENT_PLACES))
    if share != 1:
        text = f"{plain(saved)} × {plain(share)}"
        steps.append(_step(msg("Saving after the share"), text, saved * to_fraction(share)))
    steps.append(
        _step(msg("Plain difference, for comparison"), f"{plain(before)} − {plain(now)}", before - now)
    )
    return steps


def sufficiency(
    baseline: Sequence[PeriodUse],
    reporting: Sequence[PeriodUse],
    *,
    minimum_baseline: int = 3,
    minimum_reporting: int = 1,
    maximum_months: int = 12,
    needs_production: bool = True,
) -> tuple[Reason, ...]:
    """All reasons why these periods cannot carry a saving; empty when they can."""
    reasons = _too_few(baseline, reporting, minimum_baseline, minimum_reporting)
    reasons += _order_reasons(baseline, "baseline") + _order_reasons(reporting, "reporting")
    reasons += _between(baseline, reporting, maximum_months)
    for rows, field in ((baseline, "baseline"), (reporting, "reporting")):
        reasons += _negative(rows, field)
        if needs_production and rows:
            reasons += _production_reasons(rows, field)
    return tuple(reasons)


def _too_few(
    baseline: Sequence[PeriodUse], reporting: Sequence[PeriodUse], least_before: int, least_now: int
) -> list[Reason]:
    reasons = []
    if len(baseline) < least_before:
        text = msg("The baseline has %(count)s periods; at least %(least)s are needed.")
        reasons.append(Reason(text, {"count": len(baseline), "least": least_before}, "baseline"))
    if len(reporting) < least_now:
        text = msg("The reporting period has %(count)s periods; at least %(least)s are needed.")
        reasons.append(Reason(text, {"count": len(reporting), "least": least_now}, "reporting"))
    return reasons


def _order_reasons(rows: Sequence[PeriodUse], field: str) -> list[Reason]:
    reasons, periods = [], sorted(row.period for row in rows)
    for first, second in pairwise(periods):
        if first.overlaps(second):
            text = msg("Two periods overlap: one ends on %(ends_on)s, the next starts on %(starts_on)s.")
        elif second.starts_on - first.ends_on > timedelta(days=1):
            text = msg("Readings are missing between %(ends_on)s and %(starts_on)s.")
        else:
            continue
        reasons.append(Reason(text, {"ends_on": first.ends_on, "starts_on": second.starts_on}, field))
    return reasons


def _between(baseline: Sequence[PeriodUse], reporting: Sequence[PeriodUse], months: int) -> list[Reason]:
    if not reporting:
        return []
    starts, ends = min(r.period.starts_on for r in reporting), max(r.period.ends_on for r in reporting)
    reasons = []
    if baseline and max(r.period.ends_on for r in baseline) >= starts:
        text = msg("The baseline must end before the reporting period starts on %(starts_on)s.")
        reasons.append(Reason(text, {"starts_on": starts}, "reporting"))
    if ends >= months_after(starts, months):
        text = msg(
            "The reporting period is longer than %(months)s months; effect counts for %(months)s at most."
        )
        reasons.append(Reason(text, {"months": months}, "reporting"))
    return reasons


def _negative(rows: Sequence[PeriodUse], field: str) -> list[Reason]:
    text = msg("A negative value stands in the period from %(starts_on)s.")
    return [
        Reason(text, {"starts_on": row.period.starts_on}, field)
        for row in rows
        if row.quantity < 0 or (row.production is not None and row.production < 0)
    ]


def _production_reasons(rows: Sequence[PeriodUse], field: str) -> list[Reason]:
    missing = [row for row in rows if row.production is None]
    if missing:
        text = msg("Production is missing for %(count)s periods, the first from %(starts_on)s.")
        starts = min(row.period.starts_on for row in missing)
        return [Reason(text, {"count": len(missing), "starts_on": starts}, field)]
    if _production(rows) == 0:
        return [Reason(msg("Production is zero, so that unit consumption cannot be computed."), {}, field)]
    return []


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first_of_next - timedelta(days=1), date(year, month + 1, 1) + timedelta(days=day.day - 1))


def _production(rows: Sequence[PeriodUse]) -> Fraction:
    return total(row.production for row in rows if row.production is not None)


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
