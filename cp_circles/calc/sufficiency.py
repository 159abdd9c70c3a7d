"""Why a baseline and a reporting period cannot carry a saving."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from cp_circles.calc.periods import PeriodUse, months_after, produced_in
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg


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
    if produced_in(rows) == 0:
        return [Reason(msg("Production is zero, so that unit consumption cannot be computed."), {}, field)]
    return []
