"""The records of the department's five duties, its settings, and what it has looked at."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.circles.models import Circle
from cp_circles.db.base import POINTS, Base, Exact
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person
from cp_circles.projects.models import Project

QUIET_DAYS = 30
"""Days without an activity after which a circle is stuck, where its company has set no other number."""


class GuidanceSettings(Base):
    """The thresholds of a company's board; where no row stands, the defaults hold."""

    __tablename__ = "guidance_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), unique=True)
    quiet_days: Mapped[int] = mapped_column(default=QUIET_DAYS)
    late_days: Mapped[int] = mapped_column(default=7)
    claim_days: Mapped[int] = mapped_column(default=10)
    returned_days: Mapped[int] = mapped_column(default=10)
    version: Mapped[int] = mapped_column(default=1)


class Visit(Base):
    """A guidance visit to a circle: what was advised at which step, and what is to follow by when."""

    __tablename__ = "guidance_visits"
    __table_args__ = (sa.Index("ix_guidance_visits_company_held", "company_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    step_key: Mapped[str] = mapped_column(sa.String(40), default="")
    held_on: Mapped[date]
    facilitator_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    advice: Mapped[str] = mapped_column(sa.Text)
    follow_up: Mapped[str] = mapped_column(sa.Text, default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    circle: Mapped[Circle] = relationship()
    project: Mapped[Project | None] = relationship()
    facilitator: Mapped[Person] = relationship()


class TestResult(enum.Enum):
    """What the test after a course showed."""

    __test__ = False

    NONE = "no_test"
    PASSED = "passed"
    FAILED = "not_passed"


class Training(Base):
    """A course of one or more hours, with whoever took part."""

    __tablename__ = "guidance_trainings"
    __table_args__ = (sa.Index("ix_guidance_trainings_company_held", "company_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    course: Mapped[str] = mapped_column(sa.String(120))
    held_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Exact(POINTS))
    trainer: Mapped[str] = mapped_column(sa.String(80))
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    content: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    attendees: Mapped[list["Attendee"]] = relationship(back_populates="training", order_by="Attendee.id")


class Attendee(Base):
    """One person in one course, once; with the result of the test."""

    __tablename__ = "guidance_attendees"
    __table_args__ = (sa.UniqueConstraint("training_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("guidance_trainings.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    result: Mapped[TestResult] = mapped_column(default=TestResult.NONE)

    training: Mapped[Training] = relationship(back_populates="attendees")
    person: Mapped[Person] = relationship()


class Verdict(enum.Enum):
    """What an inspection found at one item."""

    FINE = "fine"
    FINDING = "finding"
    NOT_SEEN = "not_seen"


class Inspection(Base):
    """An inspection of a circle by a checklist; `verdicts` maps the items of its edition to a verdict."""

    __tablename__ = "guidance_inspections"
    __table_args__ = (sa.Index("ix_guidance_inspections_company_held", "company_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    held_on: Mapped[date]
    inspector_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    verdicts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    circle: Mapped[Circle] = relationship()
    project: Mapped[Project | None] = relationship()
    inspector: Mapped[Person] = relationship()
    findings: Mapped[list["Finding"]] = relationship(back_populates="inspection", order_by="Finding.id")


class Finding(Base):
    """Something to put right by a day; closed with a note and a file that shows it."""

    __tablename__ = "guidance_findings"
    __table_args__ = (sa.Index("ix_guidance_findings_inspection", "inspection_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("guidance_inspections.id"))
    item_key: Mapped[str] = mapped_column(sa.String(60))
    step_key: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    text: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    closing_note: Mapped[str] = mapped_column(sa.Text, default="")
    sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(160), default="")

    inspection: Mapped[Inspection] = relationship(back_populates="findings")


class Appraisal(Base):
    """The points of a circle in one month (its first day) by a sheet; `points` maps items to plain digits."""

    __tablename__ = "guidance_appraisals"
    __table_args__ = (
        sa.UniqueConstraint("circle_id", "month"),
        sa.Index("ix_guidance_appraisals_company_month", "company_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"))
    month: Mapped[date]
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    points: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    total: Mapped[Decimal] = mapped_column(Exact(POINTS))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    circle: Mapped[Circle] = relationship()


class OccasionKind(enum.Enum):
    """What stands in the company's contest calendar."""

    CONTEST = "contest"
    PUBLICATION = "publication_day"
    DEADLINE = "deadline"
    MEETING = "exchange_meeting"


class Occasion(Base):
    """One entry of the company's contest calendar."""

    __tablename__ = "guidance_occasions"
    __table_args__ = (sa.Index("ix_guidance_occasions_company_starts", "company_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    kind: Mapped[OccasionKind]
    title: Mapped[str] = mapped_column(sa.String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()


class SignalLook(Base):
    """The department looked at a signal of a project and found it fine; holds for that evidence only."""

    __tablename__ = "guidance_signal_looks"
    __table_args__ = (sa.UniqueConstraint("project_id", "signal", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    signal: Mapped[str] = mapped_column(sa.String(40))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]


class PicturePrint(Base):
    """The difference hash (64 bits in hexadecimal) of a stored picture; empty if none can be taken."""

    __tablename__ = "guidance_picture_prints"

    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"), primary_key=True)
    dhash: Mapped[str] = mapped_column(sa.String(16))
