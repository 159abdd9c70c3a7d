"""Judging what a file brought: each meter once as a whole, without reading back what was stored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.doubts import Doubt, Stand, doubts
from cp_circles.calc.periods import Period
from cp_circles.metering.models import Meter, Reading, ReadingFinding
from cp_circles.metering.services.findings import row_of, tell
from cp_circles.metering.services.sorting import Stored

Rows = Sequence[Mapping[str, Any]]
MOST_NAMED = 1_000
JUDGED = ("quantity", "shown_before", "shown")


def look_at_new(
    session: Session,
    meters: Mapping[int, Meter],
    new: Rows,
    stored: Mapping[int, Sequence[Stored]],
    now: datetime,
) -> int:
    """Keep what looks wrong at every meter with new readings; gives how many findings are new.

    `stored` are the live readings of these meters before the new ones.
    """
    by_meter: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in new:
        by_meter[row["meter_id"]].append(row)
    count = 0
    for meter_id, rows in by_meter.items():
        seen = doubts(_stands(rows, stored.get(meter_id, ())), meters[meter_id].turns_over_at)
        if seen:
            count += _keep(session, meters[meter_id], _named(session, meter_id, rows, seen), now)
    session.flush()
    return count


def _stands(rows: Rows, stored: Sequence[Stored]) -> list[Stand]:
    """Stored and new readings in order; a new one has its place among the new, below zero, as its key."""
    new = [
        Stand(
            -place,
            Period(row["starts_on"], row["ends_on"]),
            row["quantity"],
            row["shown_before"],
            row["shown"],
        )
        for place, row in enumerate(rows, start=1)
    ]
    if not stored:
        return new
    old = [
        Stand(
            one.id,
            Period(one.starts_on, one.ends_on),
            one.quantity,
            one.shown_before,
            one.shown,
            one.explained,
        )
        for one in stored
    ]
    return sorted([*old, *new], key=lambda stand: stand.period.starts_on)


def _named(session: Session, meter_id: int, rows: Rows, seen: Sequence[Doubt]) -> list[Doubt]:
    """The doubts with the ids of the readings: one query."""
    days: dict[int, date] = {one.key: rows[-one.key - 1]["starts_on"] for one in seen if one.key < 0}
    live = sa.and_(Reading.meter_id == meter_id, Reading.voided_at.is_(None))
    wanted = live & Reading.starts_on.in_(sorted(set(days.values()))) if len(days) <= MOST_NAMED else live
    found = session.execute(sa.select(Reading.starts_on, Reading.id).where(wanted))
    ids = {starts_on: reading_id for starts_on, reading_id in found}
    return [Doubt(ids[days[one.key]] if one.key < 0 else one.key, one.kind, one.reason) for one in seen]


def _keep(session: Session, meter: Meter, seen: Sequence[Doubt], now: datetime) -> int:
    """Store the doubts that nobody has seen before."""
    rows = session.execute(
        sa.select(ReadingFinding.reading_id, ReadingFinding.kind).where(ReadingFinding.meter_id == meter.id)
    )
    known = {(reading_id, kind) for reading_id, kind in rows}
    fresh = [row_of(meter, one, now) for one in seen if (one.key, one.kind) not in known]
    if fresh:
        session.execute(sa.insert(ReadingFinding), fresh)
        tell(session, meter, now)
    return len(fresh)
