"""Entering holidays and make-up working days, and moving the clocks that run on them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.judging import guards, phases
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Round, Season
from cp_circles.judging.outcome_models import CalendarDay
from cp_circles.judging.phases import OFFICE_HOURS, OfficeHours
from cp_circles.judging.queries.calendars import CHINA
from cp_circles.people.rules import Actor
from cp_circles.standings.services.publicity import ask_to_finish, wind_clock

EARLIEST, LATEST = 2000, 2100


def add_calendar_day(
    session: Session,
    *,
    actor: Actor,
    day: date,
    is_worked: bool,
    name: str,
    pack: str = CHINA,
    hours: OfficeHours = OFFICE_HOURS,
    now: datetime,
) -> CalendarDay:
    """Declare a day a holiday or a working day; publicity periods that run now follow it."""
    _require_administrator(actor)
    if not EARLIEST <= day.year <= LATEST:
        raise Invalid(msg("Give a day between the years 2000 and 2100."), field="day")
    if not name.strip():
        raise Invalid(msg("Say which holiday or which plan it is."), field="name")
    known = session.scalar(sa.select(CalendarDay).where(CalendarDay.pack == pack, CalendarDay.day == day))
    if known is not None:
        raise Invalid(msg("This day is entered already; remove it first."), field="day")
    row = CalendarDay(
        pack=pack,
        day=day,
        is_worked=is_worked,
        name=name.strip()[:60],
        added_at=now,
        added_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    _record(session, actor, row, "judging.add_calendar_day", now)
    _move_clocks(session, actor, pack, row.name, hours, now)
    return row


def remove_calendar_day(
    session: Session, *, actor: Actor, row: CalendarDay, hours: OfficeHours = OFFICE_HOURS, now: datetime
) -> None:
    """Take an entered day back; publicity periods that run now follow it."""
    _require_administrator(actor)
    _record(session, actor, row, "judging.remove_calendar_day", now)
    session.delete(row)
    session.flush()
    _move_clocks(session, actor, row.pack, row.name, hours, now)


def _require_administrator(actor: Actor) -> None:
    if actor.is_administrator:
        return
    if actor.person_id is None:
        raise NotFound
    raise NotAllowed(msg("The calendar is kept by the administrators of the platform."))


def _record(session: Session, actor: Actor, row: CalendarDay, verb: str, now: datetime) -> None:
    after = {"day": row.day.isoformat(), "name": row.name, "is_worked": row.is_worked}
    record_event(session, actor=actor, verb=verb, subject=row, at=now, after=after)


def _move_clocks(
    session: Session, actor: Actor, pack: str, name: str, hours: OfficeHours, now: datetime
) -> None:
    running = session.scalars(
        sa.select(Round)
        .join(Season, Season.id == Round.season_id)
        .where(Season.pack == pack, Round.published_at.is_not(None), Round.finished_at.is_(None))
        .order_by(Round.id)
    ).all()
    for round_ in running:
        if not phases.is_publicity_running(round_, now):
            continue
        guards.lock_round(session, round_)
        before = round_.publicity_ends_at
        wind_clock(session, round_, hours)
        after = round_.publicity_ends_at
        if before != after:
            ask_to_finish(session, round_, hours, now)
            record_round_event(
                session,
                round_=round_,
                actor=actor,
                verb="judging.move_clock",
                subject=round_,
                at=now,
                reason=name,
                before={"ends_at": before.isoformat() if before else None},
                after={"ends_at": after.isoformat() if after else None},
            )
