"""Reminding people of the dates of their tasks, as many days before as they asked for."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import msg
from cp_circles.notices import queries, rules
from cp_circles.notices.models import Mail, Reminder, Task
from cp_circles.notices.services.mails import send_mail
from cp_circles.people.models import Grant, Person
from cp_circles.people.queries import is_live

REMINDER = msg("Reminder: due on %(due_day)s")
Given = tuple[Task, int]


def remind_of_dates(session: Session, now: datetime, zone: tzinfo) -> list[Mail]:
    """Write to everybody whose open task comes due within the days they chose; once for each date.

    What was given to them today is left out: they have just been told.
    """
    today = now.astimezone(zone).date()
    tasks = _coming(session, today)
    given = _given_to(session, tasks, now)
    wishes = queries.settings_of(session, {person_id for _, person_id in given})
    told = _told(session, tasks)
    mails = []
    for task, person_id in given:
        due_on, days = task.due_on, rules.days_before(wishes.get(person_id), task.subject_kind)
        new_today = task.created_at.astimezone(zone).date() == today
        if due_on is None or new_today or (task.id, person_id, due_on) in told:
            continue
        if days < 0 or due_on - today > timedelta(days=days):
            continue
        session.add(Reminder(task_id=task.id, person_id=person_id, due_on=due_on, reminded_at=now))
        values = dict(task.values) | {"due_day": due_on.isoformat(), "url": task.url}
        mails.append(
            send_mail(session, to_person=person_id, subject=REMINDER, body=task.kind, values=values, now=now)
        )
    return mails


def _coming(session: Session, today: date) -> Sequence[Task]:
    return session.scalars(
        sa.select(Task)
        .where(
            Task.done_at.is_(None),
            Task.due_on >= today,
            Task.due_on <= today + timedelta(days=max(rules.REMINDER_DAYS)),
        )
        .order_by(Task.due_on, Task.id)
    ).all()


def _given_to(session: Session, tasks: Iterable[Task], now: datetime) -> list[Given]:
    """Each task with each active person who has it, by name or by a role: two statements."""
    by_role: dict[tuple[object, object, object], list[int]] = {}
    found = list(tasks)
    roles = {task.role for task in found if task.role is not None}
    if roles:
        wanted = sa.select(Grant.role, Grant.scope_kind, Grant.scope_id, Grant.person_id).where(
            Grant.role.in_(roles),
            Grant.scope_id.in_({task.scope_id for task in found if task.role is not None}),
            is_live(now),
        )
        for role, kind, scope_id, person_id in session.execute(wanted.order_by(Grant.id)):
            by_role.setdefault((role, kind, scope_id), []).append(person_id)
    pairs = [
        (task, person_id)
        for task in found
        for person_id in (
            [task.person_id]
            if task.person_id is not None
            else dict.fromkeys(by_role.get((task.role, task.scope_kind, task.scope_id), []))
        )
    ]
    ids = {person_id for _, person_id in pairs}
    active = set(session.scalars(sa.select(Person.id).where(Person.id.in_(ids), Person.active)))
    return [(task, person_id) for task, person_id in pairs if person_id in active]


def _told(session: Session, tasks: Iterable[Task]) -> set[tuple[int, int, date]]:
    wanted = sa.select(Reminder.task_id, Reminder.person_id, Reminder.due_on)
    found = session.execute(wanted.where(Reminder.task_id.in_([task.id for task in tasks])))
    return {(task_id, person_id, due_on) for task_id, person_id, due_on in found}
