"""Findings of readings, the readings around them, and what they mean for a claim."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.doubts import HOLDS_CLAIMS, Stand
from cp_circles.calc.periods import Period
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.metering.models import Meter, Reading, ReadingFinding

COLUMNS = (
    Reading.id,
    Reading.starts_on,
    Reading.ends_on,
    Reading.quantity,
    Reading.shown_before,
    Reading.shown,
    Reading.turned_over,
    Reading.old_final,
)
MOST_ESTIMATED = 4


def stand_of(row: Any) -> Stand:
    """A stored reading (or a row of `COLUMNS`) as it is judged."""
    explained = bool(row.turned_over) or row.old_final is not None
    return Stand(
        row.id, Period(row.starts_on, row.ends_on), row.quantity, row.shown_before, row.shown, explained
    )


def stands_of(session: Session, meter_id: int) -> list[Stand]:
    """All live readings of a meter in order, as they are judged."""
    rows = session.execute(_live(meter_id).order_by(Reading.starts_on))
    return [stand_of(row) for row in rows]


def stands_near(
    session: Session, meter_id: int, period: Period, around: int, judged: int
) -> tuple[list[Stand], frozenset[int]]:
    """The live readings near a period, and the ids of those whose neighbours are all among them."""
    live = _live(meter_id)
    before = live.where(Reading.starts_on < period.starts_on).order_by(Reading.starts_on.desc()).limit(around)
    after = live.where(Reading.starts_on >= period.starts_on).order_by(Reading.starts_on).limit(around)
    earlier = [stand_of(row) for row in session.execute(before)][::-1]
    later = [stand_of(row) for row in session.execute(after)]
    near = [*earlier[-judged:], *later[: judged + 1]]
    return [*earlier, *later], frozenset(row.key for row in near)


def _live(meter_id: int) -> Any:
    return sa.select(*COLUMNS).where(Reading.meter_id == meter_id, Reading.voided_at.is_(None))


def changes_of(session: Session, meter_id: int) -> list[Reading]:
    """The live readings with which a counter was replaced or reset, newest first, with who recorded them."""
    statement = (
        sa.select(Reading)
        .where(Reading.meter_id == meter_id, Reading.voided_at.is_(None), Reading.old_final.is_not(None))
        .order_by(Reading.starts_on.desc())
        .options(joinedload(Reading.recorded_by))
    )
    return list(session.scalars(statement))


def findings_of_readings(
    session: Session, meter_id: int, reading_ids: Collection[int]
) -> list[ReadingFinding]:
    """What was ever found at these readings of a meter."""
    if not reading_ids:
        return []
    return list(
        session.scalars(
            sa.select(ReadingFinding).where(
                ReadingFinding.meter_id == meter_id, ReadingFinding.reading_id.in_(reading_ids)
            )
        )
    )


def findings_of(session: Session, meter_id: int, *, limit: int = 200) -> list[ReadingFinding]:
    """What was found at a meter, open ones first, then the newest; with readings and people."""
    return list(
        session.scalars(
            sa.select(ReadingFinding)
            .where(ReadingFinding.meter_id == meter_id)
            .order_by(ReadingFinding.resolved_at.is_not(None), ReadingFinding.id.desc())
            .options(joinedload(ReadingFinding.reading), joinedload(ReadingFinding.resolved_by))
            .limit(limit)
        )
    )


def open_findings(session: Session, meter_ids: Iterable[int]) -> list[ReadingFinding]:
    """What still waits for a person at these meters, by meter and period."""
    return list(
        session.scalars(
            sa.select(ReadingFinding)
            .join(ReadingFinding.reading)
            .where(ReadingFinding.meter_id.in_(list(meter_ids)), ReadingFinding.resolved_at.is_(None))
            .order_by(ReadingFinding.meter_id, Reading.starts_on)
            .options(joinedload(ReadingFinding.reading))
        )
    )


def open_findings_of_company(session: Session, company_id: int) -> list[ReadingFinding]:
    """What still waits for a person at a company's meters, by meter and period; one statement."""
    return list(
        session.scalars(
            sa.select(ReadingFinding)
            .join(ReadingFinding.meter)
            .join(ReadingFinding.reading)
            .where(Meter.company_id == company_id, ReadingFinding.resolved_at.is_(None))
            .order_by(Meter.name, Reading.starts_on)
            .options(joinedload(ReadingFinding.reading), joinedload(ReadingFinding.meter))
        )
    )


def open_counts(session: Session, meter_ids: Iterable[int]) -> dict[int, int]:
    """How many findings wait at each meter: one query."""
    rows = session.execute(
        sa.select(ReadingFinding.meter_id, sa.func.count())
        .where(ReadingFinding.meter_id.in_(list(meter_ids)), ReadingFinding.resolved_at.is_(None))
        .group_by(ReadingFinding.meter_id)
    )
    return {meter_id: count for meter_id, count in rows}


def versions_of(session: Session, reading: Reading) -> list[Reading]:
    """A reading with all that it replaced and all that replaced it, oldest first."""
    older, newer = [reading], [reading]
    while older[0].replaces_id is not None:
        row = session.get(Reading, older[0].replaces_id)
        if row is None or row in older:
            break
        older.insert(0, row)
    while True:
        following = session.scalar(
            sa.select(Reading).where(Reading.replaces_id == newer[-1].id).order_by(Reading.id.desc()).limit(1)
        )
        if following is None or following in newer:
            break
        newer.append(following)
    return [*older, *newer[1:]]


def newest_in_order(session: Session, meter_id: int, most: int) -> list[Reading]:
    """The newest live readings of a meter, oldest of them first."""
    statement = sa.select(Reading).where(Reading.meter_id == meter_id, Reading.voided_at.is_(None))
    return list(session.scalars(statement.order_by(Reading.starts_on.desc()).limit(most)))[::-1]


def readings_around(session: Session, reading: Reading, count: int = 4) -> list[Reading]:
    """The readings of a meter next to one, itself among them also if it was taken back, in order."""
    near = sa.select(Reading).where(
        Reading.meter_id == reading.meter_id, Reading.voided_at.is_(None), Reading.id != reading.id
    )
    before = near.where(Reading.starts_on < reading.starts_on).order_by(Reading.starts_on.desc())
    after = near.where(Reading.starts_on >= reading.starts_on).order_by(Reading.starts_on)
    earlier = list(session.scalars(before.limit(count)))
    return [*earlier[::-1], reading, *session.scalars(after.limit(count))]


def claim_reasons(
    session: Session, meter_ids: Iterable[int], spans: Sequence[tuple[date, date]]
) -> tuple[Reason, ...]:
    """Why readings in these spans cannot carry a claim yet: open findings, or too many estimates.

    Of each meter and span at most one reading in four may be estimated (our own choice, confidence C).
    """
    ids = [meter_id for meter_id in meter_ids if meter_id is not None]
    reasons = []
    for one in open_findings(session, ids):
        reading = one.reading
        if one.kind in HOLDS_CLAIMS and any(
            a <= reading.starts_on and reading.ends_on <= b for a, b in spans
        ):
            reasons.append(Reason(one.msgid, dict(one.values), "readings"))
    for meter_id in ids:
        for first, last in spans:
            reasons += _too_estimated(session, meter_id, first, last)
    return tuple(reasons)


def _too_estimated(session: Session, meter_id: int, first: date, last: date) -> list[Reason]:
    estimated = sa.func.sum(sa.case((Reading.estimated_how != "", 1), else_=0))
    all_, guessed = session.execute(
        sa.select(sa.func.count(), estimated).where(
            Reading.meter_id == meter_id,
            Reading.voided_at.is_(None),
            Reading.starts_on >= first,
            Reading.ends_on <= last,
        )
    ).one()
    if not guessed or guessed * MOST_ESTIMATED <= all_:
        return []
    text = msg(
        "%(count)s of %(all)s readings from %(starts_on)s to %(ends_on)s are estimated; "
        "at most one in four may be."
    )
    values = {"count": int(guessed), "all": all_, "starts_on": first, "ends_on": last}
    return [Reason(text, values, "readings")]
