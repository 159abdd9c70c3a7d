"""Circles, their members and years, and the activity log."""

import enum
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import SHARE, Base, Exact
from cp_circles.db.triples import searched_by
from cp_circles.files.models import Blob
from cp_circles.organisations.models import Company, Department
from cp_circles.people.models import Person


class CircleState(enum.Enum):
    """The life of a circle (decisions 23)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REGISTERED = "registered"
    DORMANT = "dormant"
    DEREGISTERED = "deregistered"


@searched_by(1, "name", "number")
class Circle(Base):
    """A small team of one company, joint where others take part; its number is given once and stays."""

    __tablename__ = "circles"
    __table_args__ = (sa.Index("ix_circles_company_state", "company_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    slogan: Mapped[str] = mapped_column(sa.String(120), default="")
    founded_on: Mapped[date | None]
    state: Mapped[CircleState] = mapped_column(default=CircleState.DRAFT)
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    registered_at: Mapped[datetime | None]
    last_active_on: Mapped[date | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    department: Mapped[Department | None] = relationship()
    members: Mapped[list["CircleMember"]] = relationship(back_populates="circle", order_by="CircleMember.id")
    years: Mapped[list["CircleYear"]] = relationship(back_populates="circle", order_by="CircleYear.year")
    partners: Mapped[list["CirclePartner"]] = relationship(
        back_populates="circle", order_by="CirclePartner.id"
    )

    @property
    def present_partners(self) -> list["CirclePartner"]:
        """The partners that have joined and not left."""
        return [row for row in self.partners if row.state is PartnerState.JOINED]

    @property
    def present_members(self) -> list["CircleMember"]:
        """The members who have not left."""
        return [member for member in self.members if member.left_on is None]

    @property
    def leader(self) -> "CircleMember | None":
        """The present leader, if one is named."""
        return next((member for member in self.present_members if member.is_leader), None)


class PartnerState(enum.Enum):
    """The life of one agreement with a partner of a joint circle."""

    ASKED = "asked"
    JOINED = "joined"
    DECLINED = "declined"
    ENDED = "ended"


class CirclePartner(Base):
    """Another company, or a workshop of the circle's own, that takes part in a joint circle (联合小组).

    `share` is the part of the circle's savings that counts to this company, 0 to 1; the home company has the
    rest. An agreement holds from `since_on` until the day before `until_on`; a new share is a new agreement.
    """

    __tablename__ = "circle_partners"
    __table_args__ = (sa.Index("ix_circle_partners_company_state", "company_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"), index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    share: Mapped[Decimal] = mapped_column(Exact(SHARE), default=Decimal(0))
    state: Mapped[PartnerState] = mapped_column(default=PartnerState.ASKED)
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None]

    circle: Mapped[Circle] = relationship(back_populates="partners")
    company: Mapped[Company] = relationship()
    department: Mapped[Department | None] = relationship()

    @property
    def is_taken_back(self) -> bool:
        """Whether the question ended without an answer."""
        return self.state is PartnerState.DECLINED and self.answered_at is None


class CircleMember(Base):
    """A person in a circle; `person` may have no account."""

    __tablename__ = "circle_members"
    __table_args__ = (
        sa.Index("ix_circle_members_person", "person_id"),
        sa.Index(
            "uq_circle_members_present",
            "circle_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    duty: Mapped[str] = mapped_column(sa.String(80), default="")
    title: Mapped[str] = mapped_column(sa.String(80), default="")
    is_leader: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]

    circle: Mapped[Circle] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class CircleYear(Base):
    """One yearly registration of a circle."""

    __tablename__ = "circle_years"
    __table_args__ = (sa.UniqueConstraint("circle_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"))
    year: Mapped[int] = mapped_column(index=True)
    renewed_at: Mapped[datetime]
    renewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    headcount: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    circle: Mapped[Circle] = relationship(back_populates="years")


class CircleNumbers(Base):
    """The last circle sequence given in a company and year."""

    __tablename__ = "circle_numbers"
    __table_args__ = (sa.UniqueConstraint("company_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    year: Mapped[int]
    last: Mapped[int]


class Activity(Base):
    """One meeting or piece of work of a circle; `project_id` and `step_key` where it belongs to a step."""

    __tablename__ = "activities"
    __table_args__ = (sa.Index("ix_activities_circle_held", "circle_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"))
    project_id: Mapped[int | None] = mapped_column(index=True)
    step_key: Mapped[str] = mapped_column(sa.String(40), default="")
    held_on: Mapped[date]
    minutes: Mapped[int] = mapped_column(default=60)
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    summary: Mapped[str] = mapped_column(sa.Text)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    corrected_reason: Mapped[str | None] = mapped_column(sa.Text)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.Text)

    circle: Mapped[Circle] = relationship()
    attendance: Mapped[list["Attendance"]] = relationship(back_populates="activity", order_by="Attendance.id")
    photos: Mapped[list["ActivityPhoto"]] = relationship(
        back_populates="activity", order_by="ActivityPhoto.id"
    )


class Attendance(Base):
    """A member took part in an activity."""

    __tablename__ = "activity_attendance"
    __table_args__ = (sa.UniqueConstraint("activity_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("circle_members.id"), index=True)

    activity: Mapped[Activity] = relationship(back_populates="attendance")
    member: Mapped[CircleMember] = relationship()


class ActivityPhoto(Base):
    """A picture or file that shows an activity; the content is the blob of that hash."""

    __tablename__ = "activity_photos"
    __table_args__ = (sa.UniqueConstraint("activity_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activities.id"))
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blobs.sha256"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))

    activity: Mapped[Activity] = relationship(back_populates="photos")
    blob: Mapped[Blob] = relationship()
