"""Consents to the use of personal data, exports of one's own data, and the keys of calendar files."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.editions.models import Edition
from cp_circles.people.models import Person


class Consent(Base):
    """A person agreed to one edition of the notice: on the page, or on paper that the department keeps.

    `scan_sha256` is the signed paper; `recorded_by_id` who recorded it, None for one on the page.
    """

    __tablename__ = "consents"
    __table_args__ = (sa.Index("ix_consents_person_edition", "person_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    agreed_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    scan_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    scan_name: Mapped[str] = mapped_column(sa.String(160), default="")
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    edition: Mapped[Edition] = relationship()


class DataExport(Base):
    """All data about one person as a ZIP file, made by a job; the content goes when it expires."""

    __tablename__ = "data_exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


class CalendarKey(Base):
    """The secret key of a person's calendar file: only its hash is kept; making a new one ends the old."""

    __tablename__ = "calendar_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
