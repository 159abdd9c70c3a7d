"""Giving people tasks, and taking them off the list once the act is done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import NotAllowed, NotFound, msg
from cp_circles.notices.models import Task
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.rules import Actor

MENTION = msg("Read the comment that mentions you")
DISMISSIBLE = frozenset({MENTION})


def assign_task(
    session: Session,
    *,
    kind: str,
    subject: Any,
    url: str,
    to_person: Person | int | None = None,
    to_role: Role | None = None,
    scope_kind: ScopeKind | None = None,
    scope_id: int | None = None,
    due_on: date | None = None,
    values: Mapping[str, Any] | None = None,
    now: datetime,
) -> Task:
    """Give a task to a person, or to whoever holds a role in a scope; the same open task is only updated.

    `kind` is a msgid whose `values` are texts, numbers or ISO dates; `url` is a path inside the application.
    """
    person_id = to_person.id if isinstance(to_person, Person) else to_person
    if (person_id is None) == (to_role is None):
        raise ValueError("a task goes to a person or to a role in a scope")
    if to_role is not None and (scope_kind is None or scope_id is None):
        raise ValueError("a role's task names its scope")
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError("a task's url is a path inside the application")
    address = {"person_id": person_id, "role": to_role, "scope_kind": scope_kind, "scope_id": scope_id}
    task = _same_open_task(session, kind, subject, address)
    if task is None:
        task = Task(
            kind=kind,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            created_at=now,
            **address,
        )
        session.add(task)
    task.url, task.due_on, task.values = url, due_on, dict(values or {})
    session.flush()
    return task


def finish_tasks(
    session: Session, *, subject: Any, kind: str | None = None, person_id: int | None = None, now: datetime
) -> int:
    """Mark the open tasks about a record as done: all, of one kind, or one person's; gives back how many."""
    about = [
        Task.subject_kind == subject.__tablename__,
        Task.subject_id == subject.id,
        Task.done_at.is_(None),
    ]
    if kind is not None:
        about.append(Task.kind == kind)
    if person_id is not None:
        about.append(Task.person_id == person_id)
    tasks = session.scalars(sa.select(Task).where(*about)).all()
    for task in tasks:
        task.done_at = now
    session.flush()
    return len(tasks)


def dismiss_task(session: Session, *, actor: Actor, task: Task, now: datetime) -> Task:
    """Take a task off one's own list that asks for nothing but reading."""
    if task.person_id is None or task.person_id != actor.person_id:
        raise NotFound
    if task.kind not in DISMISSIBLE:
        raise NotAllowed(msg("This task is finished by doing what it asks for."))
    if task.done_at is None:
        task.done_at = now
        session.flush()
    return task


def _same_open_task(session: Session, kind: str, subject: Any, address: Mapping[str, Any]) -> Task | None:
    return session.scalar(
        sa.select(Task)
        .where(
            Task.kind == kind,
            Task.subject_kind == subject.__tablename__,
            Task.subject_id == subject.id,
            Task.done_at.is_(None),
        )
        .filter_by(**address)
        .order_by(Task.id)
        .limit(1)
    )
