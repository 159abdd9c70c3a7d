"""Renaming meters and putting them under main meters, so that one use is never counted twice."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.units import factor_between
from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import Meter
from cp_circles.metering.services.meters import checked_accuracy
from cp_circles.metering.services.readings import hold_readings, require_seen
from cp_circles.people.rules import Actor

DEEPEST = 6
PlaceCheck = Callable[[Session, Meter, Meter | None], None]
_place_checks: list[PlaceCheck] = []


def check_places(check: PlaceCheck) -> None:
    """Have a later room asked before a meter comes under another main meter; it refuses by raising."""
    if check not in _place_checks:
        _place_checks.append(check)


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

    Invalid for a name that is taken, a main meter that lies below, counts something else or is out of use,
    and where a later room refuses the new place.
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
    if meter.parent_id != (parent.id if parent else None):
        for check in _place_checks:
            check(session, meter, parent)
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


def move_meter(
    session: Session, *, actor: Actor, meter: Meter, parent: Meter | None, reason: str, now: datetime
) -> Meter:
    """Put a meter under another main meter, or under none; refusals as in `edit_meter`."""
    if meter.parent_id == (parent.id if parent else None):
        require_seen(session, actor, meter)
        require_keeper(actor, meter.company_id)
        raise Invalid(msg("The meter stands there already."), field="parent")
    return edit_meter(
        session,
        actor=actor,
        meter=meter,
        name=meter.name,
        boundary=meter.boundary,
        accuracy=meter.accuracy,
        parent=parent,
        reason=reason,
        now=now,
    )


def require_keeper(actor: Actor, company_id: int) -> None:
    """Only the department and the metering verifier keep the list of meters."""
    if not rules.can_keep_meters(actor, company_id):
        raise NotAllowed(msg("The department or the metering verifier keeps the list of meters."))


def _check_parent(session: Session, meter: Meter, parent: Meter) -> None:
    if parent.company_id != meter.company_id or not parent.active:
        raise Invalid(msg("Choose a meter of this company that is in use."), field="parent")
    if parent.indicator != meter.indicator:
        raise Invalid(msg("A main meter counts the same as the meters below it."), field="parent")
    if factor_between(meter.unit, parent.unit) is None:
        raise Invalid(
            msg("%(given)s cannot be converted to %(unit)s, the unit of the main meter."),
            field="parent",
            given=meter.unit,
            unit=parent.unit,
        )
    if parent.id == meter.id:
        raise Invalid(msg("A meter cannot stand above itself."), field="parent")
    meters = {one.id: one for one in queries.meters_of(session, meter.company_id, only_active=False)}
    above = _line_above(parent, meters)
    if meter.id in above:
        raise Invalid(
            msg("%(name)s lies below this meter already and cannot stand above it."),
            field="parent",
            name=parent.name,
        )
    if len(above) + _levels(meter.id, meters) > DEEPEST:
        raise Invalid(msg("At most %(most)s meters stand above one another."), field="parent", most=DEEPEST)


def _line_above(meter: Meter, meters: Mapping[int, Meter]) -> list[int]:
    """The ids of a meter and of those above it, nearest first."""
    line, above = [meter.id], meter.parent_id
    while above is not None and above in meters and above not in line:
        line.append(above)
        above = meters[above].parent_id
    return line


def _levels(meter_id: int, meters: Mapping[int, Meter]) -> int:
    """How many meters stand under one another from this one down, itself among them."""
    lines = (_line_above(one, meters) for one in meters.values())
    return max(line.index(meter_id) + 1 for line in lines if meter_id in line)


def _facts(meter: Meter) -> dict[str, str | int | None]:
    return {
        "name": meter.name,
        "boundary": meter.boundary,
        "parent_id": meter.parent_id,
        "accuracy": str(meter.accuracy or ""),
    }
