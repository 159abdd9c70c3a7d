"""Meters (also of production), and their readings."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import QUANTITY, Base, Exact
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person


class Meter(Base):
    """What is measured at one boundary; `indicator` is a catalogue code, or PRODUCTION for output."""

    __tablename__ = "meters"
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    boundary: Mapped[str] = mapped_column(sa.String(120), default="")
    indicator: Mapped[str] = mapped_column(sa.String(20))
    unit: Mapped[str] = mapped_column(sa.String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()

    @property
    def is_production(self) -> bool:
        """True for a counter of output rather than of use."""
        return self.indicator == "PRODUCTION"


class Reading(Base):
    """The quantity of one meter over one period; corrected by voiding and reading again.

    `bound_claim_id` is set while a claim rests on it: it cannot change then.
    """

    __tablename__ = "readings"
    __table_args__ = (
        sa.Index("ix_readings_meter_period", "meter_id", "starts_on"),
        sa.Index(
            "uq_readings_live",
            "meter_id",
            "starts_on",
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.String(20), default="form")
    photo_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    send_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")
    bound_claim_id: Mapped[int | None] = mapped_column(index=True)

    meter: Mapped[Meter] = relationship()
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
