"""Completions that were asked for and did not come: the organiser decides, nothing is decided silently."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.calc.workdays import publicity_ends
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.models import Entry, EntryState, Round
from cp_circles.judging.queries.calendars import calendar_of
from cp_circles.judging.services.entries import hold_entry
from cp_circles.notices.models import Task
from cp_circles.notices.services import assign_task, finish_tasks, send_mail

DAYS_TO_DECIDE = 3


def ask_about_late_entries(
    session: Session, now: datetime, zone: tzinfo = phases.OFFICE_HOURS.zone
) -> list[Entry]:
    """Ask the organiser to decide on each entry whose day for completion has passed; once each.

    The entrant is told that nothing can be handed in now. The task is due three working days on, is reminded
    of like others, and ends when the organiser gives another day, defers or refuses the entry, or when it is
    withdrawn. Until then no standing is computed.
    """
    asked = []
    for entry in _late_entries(session, now.astimezone(zone).date()):
        hold_entry(session, entry)
        if entry.state is EntryState.TO_COMPLETE and entry.complete_by is not None:
            _ask(session, entry, entry.complete_by, now)
            asked.append(entry)
    return asked


def _late_entries(session: Session, today: date) -> Sequence[Entry]:
    """Entries past their day about which the organiser was not asked yet: one statement."""
    is_asked = sa.exists().where(
        Task.kind == tasks.LATE,
        Task.subject_kind == Entry.__tablename__,
        Task.subject_id == Entry.id,
        Task.done_at.is_(None),
    )
    return session.scalars(
        sa.select(Entry)
        .options(joinedload(Entry.round_).joinedload(Round.season))
        .where(
            Entry.state == EntryState.TO_COMPLETE,
            Entry.complete_by < today,
            Entry.disqualified_at.is_(None),
            ~is_asked,
        )
        .order_by(Entry.id)
    ).all()


def _ask(session: Session, entry: Entry, missed: date, now: datetime) -> None:
    round_, url = entry.round_, f"/judging/entries/{entry.id}"
    calendar = calendar_of(session, round_.season.pack)
    values = {"entry": entry.number, "round": round_.name, "day": missed.isoformat()}
    assign_task(
        session,
        kind=tasks.LATE,
        subject=entry,
        url=url,
        due_on=publicity_ends(phases.OFFICE_HOURS.day_of(now), DAYS_TO_DECIDE, calendar),
        values=values,
        now=now,
        **guards.organiser_of(round_),
    )
    finish_tasks(session, subject=entry, kind=tasks.COMPLETE, now=now)
    if entry.submitted_by_id is not None:
        send_mail(
            session,
            to_person=entry.submitted_by_id,
            subject=tasks.MISSED,
            body=tasks.MISSED_BODY,
            values=values | {"url": url},
            now=now,
        )
