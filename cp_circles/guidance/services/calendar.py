"""The company's contest calendar and the thresholds of its board."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, Stale, msg
from cp_circles.guidance.models import GuidanceSettings, Occasion, OccasionKind
from cp_circles.guidance.services import guards
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor

LONGEST_DAYS = 366


def save_occasion(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    occasion: Occasion | None = None,
    version: int = 0,
    kind: OccasionKind,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    place: str = "",
    note: str = "",
    now: datetime,
) -> Occasion:
    """Put an entry into the calendar, or change one."""
    guards.require_department(actor, company.id)
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(msg("The end lies before the beginning."), field="ends_on")
    before = _shown(occasion) if occasion is not None else None
    if occasion is None:
        occasion = Occasion(company_id=company.id, created_at=now, version=0)
    elif occasion.version != version:
        raise Stale(current={"version": occasion.version, "title": occasion.title, "note": occasion.note})
    occasion.kind, occasion.title = kind, guards.written(title, "title")
    occasion.starts_on, occasion.ends_on = starts_on, ends_on or starts_on
    occasion.place, occasion.note = place.strip(), note.strip()
    occasion.version += 1
    session.add(occasion)
    session.flush()
    verb = "plan_occasion" if before is None else "change_occasion"
    guards.note(session, actor, occasion, company.id, verb, now, before=before, after=_shown(occasion))
    return occasion


def set_thresholds(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    version: int,
    quiet_days: int,
    late_days: int,
    claim_days: int,
    returned_days: int,
    now: datetime,
) -> GuidanceSettings:
    """Set when the board calls a circle stuck, in days."""
    guards.require_department(actor, company.id)
    wanted = {
        "quiet_days": quiet_days,
        "late_days": late_days,
        "claim_days": claim_days,
        "returned_days": returned_days,
    }
    for field, value in wanted.items():
        if not (0 if field == "late_days" else 1) <= value <= LONGEST_DAYS:
            raise Invalid(msg("Give a number of days from 1 to 366."), field=field)
    row = session.scalar(sa.select(GuidanceSettings).where(GuidanceSettings.company_id == company.id))
    before = {name: getattr(row, name) for name in wanted} if row is not None else None
    if row is None:
        row = GuidanceSettings(company_id=company.id, version=0)
        session.add(row)
    elif row.version != version:
        raise Stale(current={"version": row.version} | {name: str(getattr(row, name)) for name in wanted})
    for name, value in wanted.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    guards.note(session, actor, company, company.id, "set_thresholds", now, before=before, after=wanted)
    return row


def _shown(occasion: Occasion) -> dict[str, str]:
    return {
        "title": occasion.title,
        "starts_on": occasion.starts_on.isoformat(),
        "ends_on": occasion.ends_on.isoformat(),
    }
