"""A year's figure from a part of a year: only from three months or three batch cycles, and always marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.calc.periods import PeriodUse, months_after
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.errors import msg

LEAST_MONTHS, LEAST_CYCLES = 3, 3
YEAR_DAYS = 365


@dataclass(frozen=True)
class Annualised:
    """A measured quantity scaled to a year: always shown beside the measured one and marked annualised."""

    measured: Decimal
    yearly: Decimal
    days: int
    step: Step


def annual_reasons(
    reporting: Sequence[PeriodUse], *, cycles: int | None = None, least_months: int = LEAST_MONTHS
) -> tuple[Reason, ...]:
    """Why the reporting period is too short for a year's figure (proposal of this platform, provisional)."""
    if not reporting:
        return (Reason(msg("There is no reporting period to annualise."), {}, "reporting"),)
    if cycles is not None:
        text = msg("%(cycles)s batch cycles are too few for a year's figure; measure %(least)s or more.")
        few = Reason(text, {"cycles": cycles, "least": LEAST_CYCLES}, "reporting")
        return (few,) if cycles < LEAST_CYCLES else ()
    starts, ends = min(r.period.starts_on for r in reporting), max(r.period.ends_on for r in reporting)
    if ends + timedelta(days=1) >= months_after(starts, least_months):
        return ()
    text = msg("%(days)s days are too few for a year's figure; measure %(months)s months or more.")
    return (Reason(text, {"days": _days(reporting), "months": least_months}, "reporting"),)


def annualised(quantity: Decimal, reporting: Sequence[PeriodUse], places: int = 6) -> Annualised:
    """quantity x 365 / days measured, rounded half up once; a period of a year or more stays as it is.

    ValueError where no day was measured.
    """
    days = _days(reporting)
    if not days:
        raise ValueError("no days were measured")
    yearly = to_fraction(quantity) * Fraction(YEAR_DAYS, days) if days < YEAR_DAYS else to_fraction(quantity)
    shown = round_half_up(yearly, places)
    text = f"{plain(quantity)} × {YEAR_DAYS} ÷ {days}" if days < YEAR_DAYS else plain(quantity)
    step = Step(msg("Annualised"), text, shown, Fraction(shown) == yearly)
    return Annualised(quantity, shown, days, step)


def _days(rows: Sequence[PeriodUse]) -> int:
    return sum((row.period.ends_on - row.period.starts_on).days + 1 for row in rows)
