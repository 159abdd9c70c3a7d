"""What the readings cover of the two periods of a saving: none at all, or less than its days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.metering.models import Reading
from cp_circles.savings.measuring import Part
from cp_circles.savings.models import Saving
from cp_circles.savings.versions.v2026_3 import Computed

COUNTS = {
    "baseline": msg("The baseline has %(count)s periods; at least %(least)s are needed."),
    "reporting": msg("The reporting period has %(count)s periods; at least %(least)s are needed."),
}
PART_OF = {
    "baseline": msg(
        "Of the baseline from %(starts_on)s to %(ends_on)s whole readings cover only %(first)s to %(last)s;"
        " only these days count."
    ),
    "reporting": msg(
        "Of the reporting period from %(starts_on)s to %(ends_on)s whole readings cover only %(first)s to"
        " %(last)s; only these days count."
    ),
}
NONE_AT_ALL = msg("Meter %(meter)s has no readings yet; record them first.")
NONE_THERE = msg(
    "Meter %(meter)s has no whole reading between %(starts_on)s and %(ends_on)s; its readings run from"
    " %(first)s to %(last)s. Choose other days, or record the readings that are missing."
)
OVERLAP = msg(
    "The baseline ends on %(ends_on)s, but the reporting period starts on %(starts_on)s already; choose a"
    " baseline that ends before."
)
Span = tuple[str, date, date, Sequence[Part]]


def told(session: Session, saving: Saving, computed: Computed) -> Computed:
    """The same computation with a sentence for each period that no reading, or not all its days, covers.

    A period without readings, or two that overlap by their days, say so instead of "0 periods".
    """
    spans = [row for row in _spans(saving, computed) if row[1] <= row[2]]
    empty = [row for row in spans if not row[3]]
    wrong = [*_overlap(saving, empty), *_empty(session, saving, empty)]
    notes = tuple(reason for row in spans if (reason := _part(*row)) is not None)
    kept = [row for row in computed.reasons if row.msgid != COUNTS.get(row.field) or row.values["count"]]
    reasons = (*kept, *wrong) or computed.reasons
    return replace(
        computed, reasons=reasons, notes=(*computed.notes, *notes) if computed.result else computed.notes
    )


def _spans(saving: Saving, computed: Computed) -> list[Span]:
    """Both periods by name, with their days and what of them was read."""
    found: list[Span] = []
    if saving.baseline_from is not None and saving.baseline_to is not None:
        found.append(("baseline", saving.baseline_from, saving.baseline_to, computed.material.baseline))
    if saving.reporting_from is not None and saving.reporting_to is not None:
        found.append(("reporting", saving.reporting_from, saving.reporting_to, computed.material.reporting))
    return found


def _overlap(saving: Saving, empty: Sequence[Span]) -> list[Reason]:
    ends, starts = saving.baseline_to, saving.reporting_from
    if not empty or ends is None or starts is None or ends < starts:
        return []
    return [Reason(OVERLAP, {"ends_on": ends, "starts_on": starts}, "reporting")]


def _empty(session: Session, saving: Saving, empty: Sequence[Span]) -> list[Reason]:
    if not empty or saving.meter is None:
        return []
    live = sa.and_(Reading.meter_id == saving.meter_id, Reading.voided_at.is_(None))
    first, last = session.execute(
        sa.select(sa.func.min(Reading.starts_on), sa.func.max(Reading.ends_on)).where(live)
    ).one()
    if first is None:
        return [Reason(NONE_AT_ALL, {"meter": saving.meter.name}, "meter")]
    facts = {"meter": saving.meter.name, "first": first, "last": last}
    return [
        Reason(NONE_THERE, {**facts, "starts_on": starts, "ends_on": ends}, name)
        for name, starts, ends, _parts in empty
    ]


def _part(name: str, starts_on: date, ends_on: date, parts: Sequence[Part]) -> Reason | None:
    """That whole readings cover less than the period; None where they cover it, or nothing of it."""
    if not parts:
        return None
    first, last = min(row.period.starts_on for row in parts), max(row.period.ends_on for row in parts)
    if first <= starts_on and last >= ends_on:
        return None
    values = {"starts_on": starts_on, "ends_on": ends_on, "first": first, "last": last}
    return Reason(PART_OF[name], values, name)
