"""Renaming meters and putting them under main meters, so that one use is never counted twice."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import Meter
from cp_circles.metering.services.meters import checked_accuracy
from cp_circles.metering.services.readings import hold_readings, require_seen
from cp_circles.people.rules import Actor

DEEPEST = 6


def edit_meter(
    session: Session,
    *,
    actor: Actor,
    meter: Meter,
    name: str,
    boundary: str,
    parent: Meter | None,
    reason: str,
    now: datetime,
    accuracy: Decimal | None = None,
) -> Meter:
    """Change a meter's name, boundary, accuracy and main meter; readings stay, history keeps what was.

    Invalid for a name that is taken, a main meter that lies below, counts something else or is out of use.
    """
    require_seen(session, actor, meter)
    require_keeper(actor, meter.company_id)
    hold_readings(session, meter.company_id)
    name = name.strip()
    if not name:
        raise Invalid(msg("Give the meter a name, for example its place."), field="name")
    same = queries.meter_named(session, meter.company_id, name)
    if same is not None and same.id != meter.id:
        raise Invalid(msg("The company has a meter of this name already."), field="name")
    if not reason.strip():
        raise Invalid(msg("Say why the meter is changed."), field="reason")
    if parent is not None:
        _check_parent(session, meter, parent)
    before = _facts(meter)
    meter.name, meter.boundary = name, boundary.strip()
    meter.accuracy = checked_accuracy(accuracy)
    meter.parent_id = parent.id if parent else None
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="metering.edit_meter",
        subject=meter,
        at=now,
        company_id=meter.company_id,
        reason=reason,
        before=before,
        after=_facts(meter),
    )
    return meter


def require_keeper(actor: Actor, company_id: int) -> None:
    """Only the department and the metering verifier keep the list of meters."""
    if not rules.can_keep_meters(actor, company_id):
        raise NotAllowed(msg("The department or the metering verifier keeps the list of meters."))


def _check_parent(session: Session, meter: Meter, parent: Meter) -> None:
    if parent.company_id != meter.company_id or not parent.active:
        raise Invalid(msg("Choose a meter of this company that is in use."), field="parent")
    if parent.indicator != meter.indicator:
        raise Invalid(msg("A main meter counts the same as the meters below it."), field="parent")
    above: Meter | None = parent
    for _level in range(DEEPEST):
        if above is None:
            return
        if above.id == meter.id:
            raise Invalid(
                msg("%(name)s lies below this meter already and cannot stand above it."),
                field="parent",
                name=parent.name,
            )
        above = session.get(Meter, above.parent_id) if above.parent_id else None
    raise Invalid(msg("At most %(most)s meters stand above one another."), field="parent", most=DEEPEST)


def _facts(meter: Meter) -> dict[str, str | int | None]:
    return {
        "name": meter.name,
        "boundary": meter.boundary,
        "parent_id": meter.parent_id,
        "accuracy": str(meter.accuracy or ""),
    }
