"""Tasks, mails and comments, as they are asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.errors import NotFound
from cp_circles.notices.models import Comment, Mail, NotificationSetting, Task
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.people.rules import Actor

MAX_ATTEMPTS = 5
AT_ONCE = 10_000


@dataclass(frozen=True)
class TaskCounts:
    """How many tasks are open, and how many of them are past their date."""

    open: int
    overdue: int


def open_tasks_for(session: Session, actor: Actor, *, limit: int = 200) -> Sequence[Task]:
    """The actor's open tasks, own and by role, the nearest date first: one statement."""
    return session.scalars(_open_tasks(actor).limit(limit)).all()


def open_tasks_listed(
    session: Session,
    actor: Actor,
    *,
    today: date,
    overdue: bool = False,
    own: bool = False,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Task]:
    """A page of the actor's open tasks; only overdue ones, or only those given to them by name, if asked."""
    statement = _open_tasks(actor)
    if overdue:
        statement = statement.where(Task.due_on < today)
    if own:
        statement = statement.where(Task.person_id == actor.person_id)
    return page_of(session, statement, number=page, size=size)


def task_counts_for(session: Session, actor: Actor, *, today: date) -> TaskCounts:
    """How many tasks the actor has, and how many are overdue: one statement."""
    counted = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Task.due_on < today, 1), else_=0)), 0)
    ).where(Task.done_at.is_(None), _addressed_to(actor))
    total, overdue = session.execute(counted).one()
    return TaskCounts(open=total, overdue=int(overdue))


def open_task_count(session: Session, actor: Actor) -> int:
    """How many tasks the actor has to do: one statement."""
    counted = sa.select(sa.func.count(Task.id)).where(Task.done_at.is_(None), _addressed_to(actor))
    return session.scalar(counted) or 0


def task_for(session: Session, *, actor: Actor, task_id: int) -> Task:
    """An open task of the actor; NotFound if it is another's or done."""
    found = session.scalar(
        sa.select(Task).where(Task.id == task_id, Task.done_at.is_(None), _addressed_to(actor))
    )
    if found is None:
        raise NotFound
    return found


def open_tasks_about(session: Session, subject: Any, kind: str | None = None) -> Sequence[Task]:
    """The open tasks about one record, oldest first."""
    statement = sa.select(Task).where(
        Task.subject_kind == subject.__tablename__, Task.subject_id == subject.id, Task.done_at.is_(None)
    )
    if kind is not None:
        statement = statement.where(Task.kind == kind)
    return session.scalars(statement.order_by(Task.id)).all()


def open_since(session: Session, kind: str, subjects: Sequence[Any]) -> dict[int, datetime]:
    """Since when an open task of a kind stands about each of these records of one table: one statement."""
    if not subjects:
        return {}
    rows = session.execute(
        sa.select(Task.subject_id, sa.func.min(Task.created_at))
        .where(
            Task.kind == kind,
            Task.done_at.is_(None),
            Task.subject_kind == subjects[0].__tablename__,
            Task.subject_id.in_(sorted({one.id for one in subjects})),
        )
        .group_by(Task.subject_id)
    )
    return {subject_id: at for subject_id, at in rows}


def mails_of(session: Session, *, person_id: int | None, page: int = 1, size: int = PAGE_SIZE) -> Page[Mail]:
    """A page of the outbox, newest first: one person's, or everybody's where no person is given."""
    statement = sa.select(Mail).options(joinedload(Mail.person)).order_by(Mail.id.desc())
    if person_id is not None:
        statement = statement.where(Mail.person_id == person_id)
    return page_of(session, statement, number=page, size=size)


def settings_of(session: Session, person_ids: Iterable[int]) -> dict[int, NotificationSetting]:
    """How these people want to be told, by person; nobody who never said: one statement for AT_ONCE."""
    wanted, found = sorted(set(person_ids)), dict[int, NotificationSetting]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = sa.select(NotificationSetting).where(
            NotificationSetting.person_id.in_(wanted[start : start + AT_ONCE])
        )
        found |= {row.person_id: row for row in session.scalars(rows)}
    return found


def waiting_digests(session: Session) -> Sequence[Mail]:
    """What waits to be gathered into its recipient's daily digest, oldest first."""
    return session.scalars(
        sa.select(Mail)
        .join(Mail.person)
        .options(joinedload(Mail.person))
        .where(Mail.sent_at.is_(None), Mail.way == "digest", Person.email.is_not(None), Person.active)
        .order_by(Mail.person_id, Mail.id)
    ).all()


def waiting_mails(session: Session, limit: int = 50, now: datetime | None = None) -> Sequence[Mail]:
    """Mails that can still be delivered, oldest first; people without an address only read theirs here.

    With `now`, those held back by quiet hours are left out; digests and messages read here always are.
    """
    loud = sa.true() if now is None else sa.or_(Mail.not_before.is_(None), Mail.not_before <= now)
    return session.scalars(
        sa.select(Mail)
        .where(Mail.way == "mail", loud)
        .join(Mail.person)
        .options(joinedload(Mail.person))
        .where(Mail.sent_at.is_(None), Mail.attempts < MAX_ATTEMPTS, Person.email.is_not(None), Person.active)
        .order_by(Mail.attempts, Mail.id)
        .limit(limit)
    ).all()


def comments_of(session: Session, subject: Any, *, place: str | None = None) -> Sequence[Comment]:
    """The comments on a record with their authors, oldest first; those at one place of it if asked."""
    statement = (
        sa.select(Comment)
        .options(joinedload(Comment.person), joinedload(Comment.resolved_by))
        .where(Comment.subject_kind == subject.__tablename__, Comment.subject_id == subject.id)
        .order_by(Comment.id)
    )
    if place is not None:
        statement = statement.where(Comment.place == place)
    return session.scalars(statement).all()


def open_comments(session: Session, model: type[Any], ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many comments wait for an answer on each of these records, by their place: one statement."""
    rows = session.execute(
        sa.select(Comment.subject_id, Comment.place, sa.func.count())
        .where(
            Comment.subject_kind == model.__tablename__,
            Comment.subject_id.in_(list(ids)),
            Comment.resolved_at.is_(None),
        )
        .group_by(Comment.subject_id, Comment.place)
    )
    found: dict[int, dict[str, int]] = {}
    for subject_id, place, count in rows:
        found.setdefault(subject_id, {})[place] = count
    return found


def comment_on(session: Session, subject: Any, comment_id: int) -> Comment:
    """One comment on this very record; NotFound if it belongs to another."""
    found = session.get(Comment, comment_id)
    if found is None or (found.subject_kind, found.subject_id) != (subject.__tablename__, subject.id):
        raise NotFound
    return found


def _open_tasks(actor: Actor) -> sa.Select[Task]:
    return (
        sa.select(Task)
        .where(Task.done_at.is_(None), _addressed_to(actor))
        .order_by(Task.due_on.asc().nulls_last(), Task.id)
    )


def _addressed_to(actor: Actor) -> sa.ColumnElement[bool]:
    scopes: dict[tuple[Role, ScopeKind], set[int]] = {}
    for grant in actor.grants:
        if grant.is_away:
            continue
        scopes.setdefault((grant.role, grant.scope_kind), set()).add(grant.scope_id)
    by_role = [
        sa.and_(Task.role == role, Task.scope_kind == kind, Task.scope_id.in_(sorted(ids)))
        for (role, kind), ids in scopes.items()
    ]
    by_name = Task.person_id == actor.person_id if actor.person_id is not None else sa.false()
    return sa.or_(by_name, *by_role)
