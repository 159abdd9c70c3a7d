"""Tasks, outgoing mail and comments."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.people.models import Person, Role, ScopeKind


class Task(Base):
    """Something a person, or whoever holds a role in a scope, has to do next (待办)."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_person_open", "person_id", "done_at"),
        sa.Index("ix_tasks_role_open", "scope_kind", "scope_id", "role", "done_at"),
        sa.Index("ix_tasks_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(120))
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    url: Mapped[str] = mapped_column(sa.String(200))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    role: Mapped[Role | None]
    scope_kind: Mapped[ScopeKind | None]
    scope_id: Mapped[int | None]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Mail(Base):
    """One message of the outbox; text is kept as message ids and values and set when it is sent.

    `way` is mail, digest (gathered once a day) or app (read here only); `not_before` ends quiet hours.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    way: Mapped[str] = mapped_column(sa.String(8), default="mail", server_default="mail")
    not_before: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Comment(Base):
    """A remark on any record, for example a facilitator's on a step."""

    __tablename__ = "comments"
    __table_args__ = (sa.Index("ix_comments_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    place: Mapped[str] = mapped_column(sa.String(60), default="")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])


class NotificationSetting(Base):
    """How a person wants to be told of things, by kind, and the hours in which no mail is sent.

    `reminders` maps a kind of task to how many days before its date to remind; -1 is never.
    """

    __tablename__ = "notification_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    ways: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    reminders: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, server_default="{}")
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    zone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Shanghai")
    updated_at: Mapped[datetime]


class Reminder(Base):
    """A person was reminded of a task's date, once for each date."""

    __tablename__ = "reminders"
    __table_args__ = (sa.UniqueConstraint("task_id", "person_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("tasks.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    due_on: Mapped[date]
    reminded_at: Mapped[datetime]
