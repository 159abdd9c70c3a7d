"""The ceiling of a company's savings: projects claim together at most what the main meter saved.

Source: design rule 5.3.7, confidence B; the tolerance of 2 % is provisional. The main meter's baseline is
brought to the output of the reporting period where all claims name one production counter, else to its days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.conversion import unit_ratio
from cp_circles.calc.exact import round_half_up, to_fraction, total
from cp_circles.calc.overlap import Claimed, above_ceiling
from cp_circles.calc.periods import Period
from cp_circles.calc.reasons import Reason
from cp_circles.calc.sharing import line_of
from cp_circles.errors import msg
from cp_circles.metering.models import Meter, Reading
from cp_circles.savings import queries
from cp_circles.savings.guarding import standing_savings
from cp_circles.savings.models import Saving, SavingState

Span = tuple[date, date]


@dataclass(frozen=True)
class Ceiling:
    """One main meter and season: what was used before and now, what it saved, and what is claimed below it.

    Quantities are in the main meter's unit; `reason` says why there is no figure, or why it is exceeded.
    """

    meter: Meter
    season: int
    savings: tuple[Saving, ...]
    baseline: Span
    reporting: Span
    used_before: Decimal | None
    used_now: Decimal | None
    saved: Decimal | None
    claimed: Decimal
    by_output: bool
    reason: Reason | None

    @property
    def is_exceeded(self) -> bool:
        """Whether more is claimed than the main meter saved."""
        return self.saved is not None and self.reason is not None


def ceilings(session: Session, company_id: int) -> list[Ceiling]:
    """Every main meter with claims below it, by season, newest first: a fixed number of statements."""
    rows = standing_savings(session, company_id)
    meters = {row.id: row for row in session.scalars(sa.select(Meter).where(Meter.company_id == company_id))}
    parents = {id_: row.parent_id for id_, row in meters.items()}
    groups: dict[tuple[int, int], list[Saving]] = {}
    for row in rows:
        main = line_of(row.meter_id or 0, parents)[-1]
        if main != row.meter_id and row.reporting_to is not None:
            groups.setdefault((row.reporting_to.year, main), []).append(row)
    reads = _readings(session, groups)
    found = [
        _ceiling(meters[main], season, group, reads)
        for (season, main), group in groups.items()
        if main in meters
    ]
    return sorted(found, key=lambda row: (-row.season, row.meter.name))


def _readings(
    session: Session, groups: Mapping[tuple[int, int], Sequence[Saving]]
) -> dict[int, list[Reading]]:
    wanted = {main for _, main in groups}
    wanted |= {
        row.production_meter_id for group in groups.values() for row in group if row.production_meter_id
    }
    reads: dict[int, list[Reading]] = {id_: [] for id_ in wanted}
    for row in session.scalars(
        sa.select(Reading).where(Reading.meter_id.in_(wanted), Reading.voided_at.is_(None))
    ):
        reads[row.meter_id].append(row)
    return reads


def _ceiling(
    meter: Meter, season: int, group: Sequence[Saving], reads: Mapping[int, Sequence[Reading]]
) -> Ceiling:
    baseline, reporting = _span(group, "baseline"), _span(group, "reporting")
    before, now = _sum(reads[meter.id], baseline), _sum(reads[meter.id], reporting)
    counters = {row.production_meter_id for row in group}
    made: list[Decimal | None] = [None, None]
    if len(counters) == 1 and None not in counters:
        counter = reads[next(iter(counters)) or 0]
        made = [_sum(counter, baseline), _sum(counter, reporting)]
    by_output = bool(made[0]) and made[1] is not None
    claimed = total(_claimed(row, meter) for row in group)
    saved = None
    if before is not None and now is not None:
        then, here = (made[0], made[1]) if by_output else (_days(baseline), _days(reporting))
        assert then is not None and here is not None
        adjusted = to_fraction(before) * to_fraction(here) / to_fraction(then)
        saved = round_half_up(adjusted - to_fraction(now), 6)
    amount = round_half_up(claimed, 6)
    return Ceiling(
        meter, season, tuple(group), baseline, reporting, before, now, saved, amount, by_output,
        _reason(meter, group, amount, saved, baseline, reporting),
    )  # fmt: skip


def _reason(
    meter: Meter, group: Sequence[Saving], claimed: Decimal, saved: Decimal | None, before: Span, now: Span
) -> Reason | None:
    """Why the ceiling cannot be judged, or that it is exceeded."""
    if saved is None:
        text = msg(
            "The main meter %(meter)s lacks readings for every day from %(before)s to %(until)s or from"
            " %(now)s to %(end)s; enter them, so that the ceiling can be judged."
        )
        values = {"meter": meter.name, "before": before[0], "until": before[1], "now": now[0], "end": now[1]}
        return Reason(text, values, "meter")
    whole = Claimed("", meter.name, "", meter.indicator, None, None, Period(*now), Decimal(1), claimed)
    found = above_ceiling([whole], saved)
    return found.reason if found else None


def _claimed(saving: Saving, meter: Meter) -> Decimal:
    """What a saving claims or had verified, in the main meter's unit; zero where units differ in kind."""
    claim = saving.claim
    if claim is None:
        return Decimal(0)
    ratio = unit_ratio(claim.unit, meter.unit)
    if ratio is None:
        return Decimal(0)
    amounts = queries.verified_amounts(claim) if saving.state is SavingState.VERIFIED else None
    quantity = amounts.quantity if amounts else claim.quantity
    return round_half_up(to_fraction(quantity) * ratio, 6)


def _span(group: Sequence[Saving], name: str) -> Span:
    firsts = [getattr(row, f"{name}_from") for row in group]
    lasts = [getattr(row, f"{name}_to") for row in group]
    return min(day for day in firsts if day), max(day for day in lasts if day)


def _sum(rows: Sequence[Reading], span: Span) -> Decimal | None:
    """What was read in a span; None where its days are not covered."""
    inside = [row for row in rows if row.starts_on >= span[0] and row.ends_on <= span[1]]
    if sum((row.ends_on - row.starts_on).days + 1 for row in inside) != _days(span):
        return None
    return sum((row.quantity for row in inside), Decimal(0))


def _days(span: Span) -> Decimal:
    return Decimal((span[1] - span[0]).days + 1)
