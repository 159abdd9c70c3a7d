"""Announcements, their attachments, and who has confirmed to have read them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.files.models import Blob
from cp_circles.people.models import Person, Role, ScopeKind


class Announcement(Base):
    """What is announced to a scope from one day until another; no roles means everybody in the scope.

    `region_path` is kept where the scope is a region; `mailed_at` is empty while a wanted mail waits.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        sa.Index("ix_announcements_scope", "scope_kind", "scope_id"),
        sa.Index("ix_announcements_starts_on", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    scope_kind: Mapped[ScopeKind]
    scope_id: Mapped[int] = mapped_column(default=0)
    region_path: Mapped[str | None] = mapped_column(sa.String(80))
    roles: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    pinned: Mapped[bool] = mapped_column(default=False)
    by_mail: Mapped[bool] = mapped_column(default=False)
    mailed_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")

    files: Mapped[list["AnnouncementFile"]] = relationship(order_by="AnnouncementFile.id")
    created_by: Mapped[Person | None] = relationship()

    @property
    def addressed_roles(self) -> tuple[Role, ...]:
        """The roles that it is for; none for everybody in the scope."""
        return tuple(Role(value) for value in self.roles)

    def is_current(self, today: date) -> bool:
        """True while it is shown to those it is for."""
        begun = self.withdrawn_at is None and self.starts_on <= today
        return begun and (self.ends_on is None or today <= self.ends_on)


class AnnouncementFile(Base):
    """A file that goes with an announcement; whoever may read the text may take the file."""

    __tablename__ = "announcement_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcements.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))

    blob: Mapped[Blob] = relationship()


class AnnouncementRead(Base):
    """A person has confirmed to have read an announcement: counted, never listed."""

    __tablename__ = "announcement_reads"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcements.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
