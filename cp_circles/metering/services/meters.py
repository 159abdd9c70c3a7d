"""Keeping the list of meters."""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.metering import queries, rules
from cp_circles.metering.models import Meter, MeterKind
from cp_circles.metering.services.readings import require_seen
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NUMBERED = re.compile(r"[Mm][0-9]+")
MOST_DIGITS = 11
MOST_PERCENT = 20


@dataclass(frozen=True)
class Counter:
    """What makes a meter a running one: where it stood on a day, its digits, and units for one step."""

    first_shown: Decimal
    first_read_on: date
    digits: int | None = None
    multiplier: Decimal = Decimal(1)


def add_meter(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    name: str,
    boundary: str,
    indicator: str,
    unit: str,
    now: datetime,
    key: str = "",
    counter: Counter | None = None,
    accuracy: Decimal | None = None,
) -> Meter:
    """Add a meter, or a counter of production, to a company; `counter` makes it a running one.

    `accuracy` is its class or stated accuracy in percent.
    """
    if company.id not in queries.companies_metered_by(session, actor) and not actor.is_administrator:
        raise NotFound
    if not rules.can_keep_meters(actor, company.id):
        raise NotAllowed(msg("The department or the metering verifier keeps the list of meters."))
    name = name.strip()
    if not name:
        raise Invalid(msg("Give the meter a name, for example its place."), field="name")
    if queries.meter_named(session, company.id, name) is not None:
        raise Invalid(msg("The company has a meter of this name already."), field="name")
    meter = Meter(
        company_id=company.id,
        name=name,
        boundary=boundary,
        indicator=indicator,
        unit=unit,
        key=_free_key(session, company.id, key),
        created_at=now,
        accuracy=checked_accuracy(accuracy),
        **(_checked(counter) if counter else {}),
    )
    session.add(meter)
    session.flush()
    record_event(
        session, actor=actor, verb="metering.add_meter", subject=meter, at=now, company_id=company.id
    )
    return meter


def retire_meter(session: Session, *, actor: Actor, meter: Meter, reason: str, now: datetime) -> None:
    """Take a meter out of use; its readings stay."""
    require_seen(session, actor, meter)
    if not rules.can_keep_meters(actor, meter.company_id):
        raise NotAllowed(msg("The department or the metering verifier keeps the list of meters."))
    meter.active = False
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="metering.retire_meter",
        subject=meter,
        at=now,
        company_id=meter.company_id,
        reason=reason,
    )


def checked_accuracy(percent: Decimal | None) -> Decimal | None:
    """The accuracy in percent, if it can be one; None where nothing is stated."""
    if percent is not None and not 0 < percent <= MOST_PERCENT:
        raise Invalid(msg("An accuracy lies above 0 and is at most 20 %%."), field="accuracy")
    return percent


def _free_key(session: Session, company_id: int, key: str) -> str | None:
    """The key, if it is one and no other meter of the company has it; None for an empty one."""
    key = key.strip()
    if not key:
        return None
    if not KEY.fullmatch(key) or NUMBERED.fullmatch(key):
        raise Invalid(
            msg("A key has 1 to 40 letters, digits, dots, dashes; not M and a number, which is ours."),
            field="key",
        )
    if queries.meter_by_key(session, company_id, key) is not None:
        raise Invalid(msg("Another meter of the company has this key."), field="key")
    return key


def _checked(counter: Counter) -> dict[str, Any]:
    """The columns of a running counter; Invalid for digits, steps or a start that cannot be."""
    if counter.digits is not None and not 3 <= counter.digits <= MOST_DIGITS:
        raise Invalid(
            msg("A counter has 3 to %(most)s digits before the point."), field="digits", most=MOST_DIGITS
        )
    if not 0 < counter.multiplier <= 1_000_000:
        raise Invalid(
            msg("One step of the counter is more than 0 and at most 1,000,000 units."), field="multiplier"
        )
    if counter.first_shown < 0:
        raise Invalid(msg("A counter never shows a negative value."), field="first_shown")
    if counter.digits is not None and counter.first_shown >= Decimal(10) ** counter.digits:
        raise Invalid(
            msg("With %(digits)s digits the counter cannot show this value."),
            field="first_shown",
            digits=counter.digits,
        )
    return {"kind": MeterKind.REGISTER, **asdict(counter)}
