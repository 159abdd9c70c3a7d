"""Savings, the claims that state them and the signatures that verify them."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import FACTOR, MONEY, QUANTITY, SHARE, Base, Exact
from cp_circles.metering.models import Meter
from cp_circles.people.models import Person, Role
from cp_circles.projects.models import Evidence, Indicator, Project
from cp_circles.savings.guard_models import (
    FollowUp,
    FollowUpAnswer,
    MediaSource,
    OverlapDecision,
    Split,
    SplitShare,
    SplitState,
)
from cp_circles.savings.proof_models import Bill, CostAccount, MoneyProof, UnitPrice
from cp_circles.savings.side_models import SideEffect

__all__ = [
    "Bill",
    "Claim",
    "CostAccount",
    "FollowUp",
    "FollowUpAnswer",
    "MediaSource",
    "MeterUse",
    "MoneyKind",
    "MoneyProof",
    "MoneyRow",
    "OverlapDecision",
    "Saving",
    "SavingAdjustment",
    "SavingMeter",
    "SavingState",
    "SideEffect",
    "Signature",
    "Split",
    "SplitShare",
    "SplitState",
    "UnitPrice",
    "VerificationChain",
]


class SavingState(enum.Enum):
    """The life of a saving (decisions 23)."""

    DRAFT = "draft"
    CLAIMED = "claimed"
    IN_VERIFICATION = "in_verification"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class MeterUse(enum.Enum):
    """What a further meter of a saving is for."""

    DRIVER = "driver"
    FLOW = "flow"
    HOURS = "hours"
    DISCHARGE = "discharge"
    DISCHARGE_FLOW = "discharge_flow"


class Saving(Base):
    """What a project saved on one indicator at one meter, over a reporting period against a baseline."""

    __tablename__ = "savings"
    __table_args__ = (sa.Index("ix_savings_project_state", "project_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    indicator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("indicators.id"), index=True)
    indicator_code: Mapped[str] = mapped_column(sa.String(20))
    meter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    production_meter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    baseline_from: Mapped[date | None]
    baseline_to: Mapped[date | None]
    reporting_from: Mapped[date | None]
    reporting_to: Mapped[date | None]
    method: Mapped[str] = mapped_column(sa.String(40), default="unit_consumption")
    share: Mapped[Decimal] = mapped_column(Exact(SHARE), default=Decimal(1))
    adjustment: Mapped[Decimal] = mapped_column(Exact(QUANTITY), default=Decimal(0))
    adjustment_note: Mapped[str] = mapped_column(sa.Text, default="")
    other_direct_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY), default=Decimal(0))
    indirect_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY), default=Decimal(0))
    forecast_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY), default=Decimal(0))
    money_note: Mapped[str] = mapped_column(sa.Text, default="")
    supplier_factors: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    method_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    steam_mpa: Mapped[Decimal | None] = mapped_column(Exact(FACTOR))
    steam_celsius: Mapped[Decimal | None] = mapped_column(Exact(FACTOR))
    steam_dryness: Mapped[Decimal | None] = mapped_column(Exact(FACTOR))
    batch_cycles: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    state: Mapped[SavingState] = mapped_column(default=SavingState.DRAFT)
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    project: Mapped[Project] = relationship()
    indicator: Mapped[Indicator | None] = relationship()
    meter: Mapped[Meter | None] = relationship(foreign_keys=[meter_id])
    production_meter: Mapped[Meter | None] = relationship(foreign_keys=[production_meter_id])
    claims: Mapped[list["Claim"]] = relationship(back_populates="saving", order_by="Claim.number")
    further_meters: Mapped[list["SavingMeter"]] = relationship(
        order_by="SavingMeter.id", cascade="all, delete-orphan"
    )
    adjustments: Mapped[list["SavingAdjustment"]] = relationship(
        order_by="SavingAdjustment.id", cascade="all, delete-orphan"
    )
    side_effects: Mapped[list[SideEffect]] = relationship(
        back_populates="saving", order_by="SideEffect.id", cascade="all, delete-orphan"
    )
    all_money_rows: Mapped[list["MoneyRow"]] = relationship(back_populates="saving", order_by="MoneyRow.id")

    @property
    def money_rows(self) -> list["MoneyRow"]:
        """The rows of money that stand; where there are any, the three totals come from them alone."""
        return [row for row in self.all_money_rows if row.removed_at is None]

    def meters_as(self, use: "MeterUse") -> list[Meter]:
        """The further meters named for one use, in the order in which they were named."""
        return [row.meter for row in self.further_meters if row.use is use]

    @property
    def claim(self) -> "Claim | None":
        """The claim that stands now, if any."""
        return next((claim for claim in reversed(self.claims) if claim.voided_at is None), None)


class SavingMeter(Base):
    """A further meter of a saving: a driver of the use, the flow behind a concentration, or the discharge."""

    __tablename__ = "saving_meters"
    __table_args__ = (sa.UniqueConstraint("saving_id", "meter_id", "use"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"))
    meter_id: Mapped[int] = mapped_column(sa.ForeignKey("meters.id"), index=True)
    use: Mapped[MeterUse]

    meter: Mapped[Meter] = relationship()


class SavingAdjustment(Base):
    """One non-routine adjustment: what an event added to the use (below zero: took), when, and its proof.

    `quantity` is in the unit of the saving.
    """

    __tablename__ = "saving_adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text)
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)

    evidence: Mapped[Evidence | None] = relationship()


class MoneyKind(enum.Enum):
    """Which of the three columns a row of money stands in, or that it is deducted."""

    DIRECT_GAIN = "direct_gain"
    TAX_AVOIDED = "tax_avoided"
    ACTIVITY_COST = "activity_cost"
    INDIRECT = "indirect"
    FORECAST = "forecast"


class MoneyRow(Base):
    """One amount beside the metered saving; an activity cost is kept above zero and deducted.

    `workings` holds how an avoided tax was computed: factor, kg, equivalents and rate.
    """

    __tablename__ = "money_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    kind: Mapped[MoneyKind]
    amount: Mapped[Decimal] = mapped_column(Exact(MONEY))
    note: Mapped[str] = mapped_column(sa.String(300))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cost_accounts.id"), index=True)
    bill_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bills.id"), index=True)
    workings: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    saving: Mapped[Saving] = relationship(back_populates="all_money_rows")


class Claim(Base):
    """One version of a claimed saving: inputs, factors and amounts, frozen and hashed as shown.

    `canonical_text` is what every signer sees; `sha256` is its hash.
    """

    __tablename__ = "claims"
    __table_args__ = (sa.UniqueConstraint("saving_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"))
    number: Mapped[int]
    method_version: Mapped[str] = mapped_column(sa.String(40))
    inputs: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    factors: Mapped[list[Any]] = mapped_column(sa.JSON)
    evidence_hashes: Mapped[list[Any]] = mapped_column(sa.JSON)
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    unit: Mapped[str] = mapped_column(sa.String(20))
    kgce: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    kgco2e: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    direct_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY))
    indirect_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY))
    forecast_yuan: Mapped[Decimal] = mapped_column(Exact(MONEY))
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    is_provisional: Mapped[bool] = mapped_column(default=False)
    required_roles: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    canonical_text: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    claimed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")

    saving: Mapped[Saving] = relationship(back_populates="claims")
    signatures: Mapped[list["Signature"]] = relationship(back_populates="claim", order_by="Signature.id")


class Signature(Base):
    """One verifier's signature on one claim version, with the amounts they stand for."""

    __tablename__ = "signatures"
    __table_args__ = (
        sa.Index(
            "uq_signatures_live",
            "claim_id",
            "role",
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"))
    role: Mapped[Role]
    signer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    for_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    quantity: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    kgce: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    kgco2e: Mapped[Decimal | None] = mapped_column(Exact(QUANTITY))
    direct_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    canonical_text: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    claim: Mapped[Claim] = relationship(back_populates="signatures")
    signer: Mapped[Person] = relationship(foreign_keys=[signer_id])
    for_person: Mapped[Person | None] = relationship(foreign_keys=[for_person_id])


class VerificationChain(Base):
    """Which signatures a company asks for on a claim, and how many days each verifier has.

    Without a row the platform's own order holds; a claim keeps the chain that held when it was made.
    """

    __tablename__ = "verification_chains"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    roles: Mapped[list[Any]] = mapped_column(sa.JSON)
    days_to_sign: Mapped[int] = mapped_column(default=7)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
