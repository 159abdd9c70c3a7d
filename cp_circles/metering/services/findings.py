"""Keeping what looks wrong at readings: found when they arrive, closed when it no longer holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.doubts import HOLDS_CLAIMS, Doubt, doubts
from cp_circles.calc.exact import plain
from cp_circles.calc.periods import Period
from cp_circles.db.events import record_event
from cp_circles.errors import msg
from cp_circles.metering.models import Meter, Reading, ReadingFinding, Resolution
from cp_circles.metering.queries import findings as found
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor

SETTLE = msg("Settle what looks wrong at the meter %(meter)s")
NOTHING_MADE = msg(
    "Nothing was produced in the period from %(starts_on)s; confirm the standstill or enter the output: "
    "without it no unit consumption can be computed."
)
AROUND, JUDGED = 12, 6


def look_at(session: Session, *, actor: Actor, meter: Meter, period: Period, now: datetime) -> None:
    """Judge the readings near a period anew: keep new findings, close open ones that no longer hold."""
    rows, judged = found.stands_near(session, meter.id, period, AROUND, JUDGED)
    seen = [one for one in doubts(rows, meter.turns_over_at) if one.key in judged]
    kept = found.findings_of_readings(session, meter.id, judged)
    if _follow(session, actor, meter, seen, kept, now):
        tell(session, meter, now)


def _follow(
    session: Session,
    actor: Actor,
    meter: Meter,
    seen: Sequence[Doubt],
    kept: Sequence[ReadingFinding],
    now: datetime,
) -> bool:
    """Bring the stored findings in step with what is seen; whether anything changed."""
    stored: dict[tuple[int, str], ReadingFinding] = {(one.reading_id, one.kind): one for one in kept}
    wanted: dict[tuple[int, str], Doubt] = {(one.key, one.kind): one for one in seen}
    changed = False
    for key, one in wanted.items():
        standing = stored.get(key)
        if standing is None:
            session.add(_finding(meter, one, now))
            changed = True
        elif standing.resolution is Resolution.GONE:
            standing.resolution = standing.resolved_at = standing.resolved_by_id = None
            changed = True
    for key, kept_one in stored.items():
        if key not in wanted and kept_one.is_open:
            settle(session, kept_one, Resolution.GONE, actor, "", now)
            changed = True
    session.flush()
    return changed


def _finding(meter: Meter, one: Doubt, now: datetime) -> ReadingFinding:
    return ReadingFinding(**row_of(meter, one, now))


def _stored(value: Any) -> str | int:
    """A value of a sentence as it is kept: whole numbers as they are, amounts without trailing zeros."""
    if isinstance(value, int):
        return value
    return plain(value) if isinstance(value, Decimal) else str(value)


def row_of(meter: Meter, one: Doubt, now: datetime) -> dict[str, Any]:
    """The columns of a new finding; a counter of production says in its own words that it stood still."""
    nothing_made = one.kind == "zero" and meter.is_production
    values = {name: _stored(value) for name, value in one.reason.values.items()}
    return {
        "meter_id": meter.id,
        "reading_id": one.key,
        "kind": one.kind,
        "msgid": NOTHING_MADE if nothing_made else one.reason.msgid,
        "values": values,
        "found_at": now,
        "reason": "",
    }


def settle(
    session: Session,
    finding: ReadingFinding,
    resolution: Resolution,
    actor: Actor,
    reason: str,
    now: datetime,
    result: Reading | None = None,
) -> None:
    """Close a finding and write down who did so, how and why."""
    finding.resolution, finding.reason = resolution, reason
    finding.resolved_at, finding.resolved_by_id = now, actor.person_id
    finding.result_id = result.id if result else None
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="metering.settle_finding",
        subject=finding,
        at=now,
        company_id=finding.meter.company_id,
        reason=reason,
        after={"kind": finding.kind, "resolution": resolution.value, "result": finding.result_id},
    )


def close_of_reading(session: Session, *, actor: Actor, reading: Reading, reason: str, now: datetime) -> None:
    """Close the open findings of a reading that is taken back; a correction names its new version later."""
    for one in found.findings_of_readings(session, reading.meter_id, [reading.id]):
        if one.is_open:
            settle(session, one, Resolution.TAKEN_BACK, actor, reason, now)


def name_correction(session: Session, *, old: Reading, new: Reading, now: datetime) -> None:
    """Say of the findings that a correction closed which reading it made."""
    for one in found.findings_of_readings(session, old.meter_id, [old.id]):
        if one.resolution is Resolution.TAKEN_BACK and one.resolved_at == now:
            one.resolution, one.result_id = Resolution.CORRECTED, new.id
    session.flush()


def tell(session: Session, meter: Meter, now: datetime) -> None:
    """Put the meter on the list of its department and of who logged the readings, or take it off."""
    open_ = [one for one in found.open_findings(session, [meter.id]) if one.kind in HOLDS_CLAIMS]
    if not open_:
        finish_tasks(session, subject=meter, kind=SETTLE, now=now)
        return
    loggers: Iterable[int] = {
        one.reading.recorded_by_id for one in open_ if one.reading.recorded_by_id is not None
    }
    common: dict[str, Any] = {
        "kind": SETTLE,
        "values": {"meter": meter.name},
        "subject": meter,
        "url": f"/meters/{meter.id}#findings",
        "now": now,
    }
    scope: dict[str, Any] = {"scope_kind": ScopeKind.COMPANY, "scope_id": meter.company_id}
    assign_task(session, to_role=Role.DEPARTMENT, **scope, **common)
    for person_id in sorted(loggers):
        assign_task(session, to_person=person_id, **common)
