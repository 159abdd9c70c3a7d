"""Meters (also of production), their readings, and the tokens with which a plant's own system sends some."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import FACTOR, QUANTITY, Base, Exact
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person


class MeterKind(enum.Enum):
    """What is read off a meter: the quantity of a period, or where a running counter stands."""

    PERIOD = "period"
    REGISTER = "register"


class Meter(Base):
    """What is measured at one boundary; `indicator` is a catalogue code, PRODUCTION for output, or DRIVER.

    DRIVER is anything else that drives a use, such as degree days or hours run; `accuracy` is in percent.

    `key` is its name for other systems. A register counts up: it showed `first_shown` at the end of
    `first_read_on`, turns over after `digits` digits before the point, and one step of it is `multiplier`
    units. `parent_id` is the main meter above it.
    """

    __tablename__ = "meters"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "name"),
        sa.Index("uq_meters_company_key", "company_id", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    boundary: Mapped[str] = mapped_column(sa.String(120), default="")
    indicator: Mapped[str] = mapped_column(sa.String(20))
    unit: Mapped[str] = mapped_column(sa.String(20))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(sa.String(40))
    kind: Mapped[MeterKind] = mapped_column(default=MeterKind.PERIOD)
    digits: Mapped[int | None]
    multiplier: Mapped[Decimal] = mapped_column(Exact(FACTOR), default=Decimal(1))
    first_shown: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    first_read_on: Mapped[date | None]
    parent_id: Mapped[int | None] = mapped_column(index=True)
    accuracy: Mapped[Decimal | None] = mapped_column(Exact(FACTOR))

    company: Mapped[Company] = relationship()
    parent: Mapped["Meter | None"] = relationship(
        primaryjoin="foreign(Meter.parent_id) == remote(Meter.id)", viewonly=True
    )

    @property
    def name_for_systems(self) -> str:
        """Its key, or M and its number where the department gave none."""
        return self.key or f"M{self.id}"

    @property
    def is_register(self) -> bool:
        """True for a running counter, whose use is the difference of two readings."""
        return self.kind is MeterKind.REGISTER

    @property
    def turns_over_at(self) -> Decimal | None:
        """The first value that a running counter can no longer show."""
        return None if self.digits is None else Decimal(10) ** self.digits

    @property
    def is_production(self) -> bool:
        """True for a counter of output rather than of use."""
        return self.indicator == "PRODUCTION"

    @property
    def is_driver(self) -> bool:
        """True for a counter of something else that drives the use."""
        return self.indicator == "DRIVER"


class OwnIndicator(Base):
    """An indicator that a company added to the catalogue, with its conversions, if any, and their source.

    `kgce_key` and `kgco2_key` name factor rows; without one it is never converted. Always provisional.
    """

    __tablename__ = "own_indicators"
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    unit: Mapped[str] = mapped_column(sa.String(20))
    higher_is_better: Mapped[bool] = mapped_column(default=False)
    kgce_key: Mapped[str | None] = mapped_column(sa.String(60))
    kgco2_key: Mapped[str | None] = mapped_column(sa.String(60))
    yuan_per_unit: Mapped[Decimal | None] = mapped_column(Exact(FACTOR))
    source: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    @property
    def code(self) -> str:
        """The code under which savings and meters name it."""
        return f"OWN_{self.id}"


class Reading(Base):
    """The quantity of one meter over one period; corrected by voiding and reading again.

    `bound_claim_id` is set while a claim rests on it: it cannot change then. Of a running counter, `shown`
    is what it showed at the end of the period and `shown_before` at its beginning; `turned_over` says that
    it passed its last digit, `old_final` and `new_start` that it was reset or replaced between, at
    `changed_at` where that is known. `full_at` is where the counter of then turned over; None: the meter's.
    `replaces_id` is the reading that this one corrects; `estimated_how` is empty for a value really read.
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
    shown: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    shown_before: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    turned_over: Mapped[bool] = mapped_column(default=False)
    old_final: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    new_start: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    changed_at: Mapped[datetime | None]
    full_at: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    replaces_id: Mapped[int | None] = mapped_column(index=True)
    estimated_how: Mapped[str] = mapped_column(sa.Text, default="")
    token_id: Mapped[int | None] = mapped_column(index=True)

    meter: Mapped[Meter] = relationship()
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    voided_by: Mapped[Person | None] = relationship(foreign_keys=[voided_by_id])


class ApiToken(Base):
    """The right of one company's own system to send readings; only the hash of the token is kept.

    `window_at` and `window_count` count the requests of the present minute.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hint: Mapped[str] = mapped_column(sa.String(12))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    window_at: Mapped[datetime | None]
    window_count: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    company: Mapped[Company] = relationship()
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])


class Resolution(enum.Enum):
    """How a person settled a finding; GONE is one that no longer held after other readings had come."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DECLARED = "declared"
    FILLED = "filled"
    IGNORED = "ignored"
    TAKEN_BACK = "taken_back"
    GONE = "gone"


class ReadingFinding(Base):
    """What looked wrong at a reading when it arrived, and how a person settled it.

    `kind` is a word of `calc.doubts`; `result_id` is the reading that a correction or an estimate made.
    """

    __tablename__ = "reading_findings"
    __table_args__ = (sa.UniqueConstraint("reading_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    reading_id: Mapped[int] = mapped_column(sa.ForeignKey("readings.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    msgid: Mapped[str] = mapped_column(sa.Text)
    values: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    resolution: Mapped[Resolution | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    result_id: Mapped[int | None]

    meter: Mapped[Meter] = relationship()
    reading: Mapped[Reading] = relationship()
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])

    @property
    def is_open(self) -> bool:
        """True while it waits for a person."""
        return self.resolved_at is None


class ReadingLayout(Base):
    """How a company's files of readings with these headings are understood; kept for the next file."""

    __tablename__ = "reading_layouts"
    __table_args__ = (sa.UniqueConstraint("company_id", "headings_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    headings_hash: Mapped[str] = mapped_column(sa.String(64))
    layout: Mapped[dict[str, Any]]
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    kept_at: Mapped[datetime]
