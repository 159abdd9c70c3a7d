"""Agreed shares of a meter, decisions about overlaps, sources of media, and the follow-ups of savings."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import QUANTITY, SHARE, Base, Exact
from cp_circles.metering.models import Meter
from cp_circles.people.models import Person
from cp_circles.projects.models import Project

if TYPE_CHECKING:
    from cp_circles.savings.models import Claim, Saving


class SplitState(enum.Enum):
    """The life of a split: asked of all circles, agreed by all, declined by one, ended by the department."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class Split(Base):
    """How several projects share what one meter saves in a time; it holds once every circle has agreed."""

    __tablename__ = "splits"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    meter_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[SplitState] = mapped_column(default=SplitState.PROPOSED)
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    proposed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    meter: Mapped[Meter] = relationship()
    shares: Mapped[list["SplitShare"]] = relationship(back_populates="split", order_by="SplitShare.id")


class SplitShare(Base):
    """One project's part of a split, 0 to 1, and what its circle answered."""

    __tablename__ = "split_shares"
    __table_args__ = (sa.UniqueConstraint("split_id", "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    split_id: Mapped[int] = mapped_column(sa.ForeignKey("splits.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    share: Mapped[Decimal] = mapped_column(Exact(SHARE))
    agreed: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    split: Mapped[Split] = relationship(back_populates="shares")
    project: Mapped[Project] = relationship()
    answered_by: Mapped[Person | None] = relationship()


class OverlapDecision(Base):
    """The department's reasoned decision that an overlap is none; `key` names the kind and the savings."""

    __tablename__ = "overlap_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person | None] = relationship()


class MediaSource(Base):
    """A medium's meter and the meter of the energy from which the medium is made."""

    __tablename__ = "media_sources"
    __table_args__ = (sa.UniqueConstraint("meter_id", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    meter_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"))
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    named_at: Mapped[datetime]

    meter: Mapped[Meter] = relationship(foreign_keys=[meter_id])
    source: Mapped[Meter] = relationship(foreign_keys=[source_id])


class FollowUpAnswer(enum.Enum):
    """What became of a verified saving."""

    WORKING = "working"
    PARTLY = "partly"
    GONE = "gone"


class FollowUp(Base):
    """The question after 6 or 12 months whether a verified saving still works, and its answer.

    `share` is the part that still works, 0 to 1; `measured_share` is what the new readings say, from
    `workings`. The verified amount never changes by it.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (sa.UniqueConstraint("claim_id", "months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"))
    months: Mapped[int]
    due_on: Mapped[date]
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answer: Mapped[FollowUpAnswer | None]
    share: Mapped[Decimal | None] = mapped_column(Exact(SHARE))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    quantity: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    measured_share: Mapped[Decimal | None] = mapped_column(Exact(SHARE))
    workings: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None]

    saving: Mapped["Saving"] = relationship()
    claim: Mapped["Claim"] = relationship()
    answered_by: Mapped[Person | None] = relationship()
