"""Bills, prices and cost accounts; what proves each row of money; third parties; effects without money."""

import enum
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.db.base import FACTOR, MONEY, QUANTITY, Base, Exact
from cp_circles.errors import msg
from cp_circles.people.models import Person
from cp_circles.projects.models import Evidence, Project
from cp_circles.savings.models import MoneyRow, Saving
from cp_circles.tools.models import ToolSheet


class CostAccount(Base):
    """One of the company's cost accounts, to which bills and rows of money belong."""

    __tablename__ = "cost_accounts"
    __table_args__ = (sa.UniqueConstraint("company_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    active: Mapped[bool] = mapped_column(default=True)


class Bill(Base):
    """What a supplier charged for a period: quantity, amount and the file; a wrong one is voided.

    `tax_included` says whether the amount holds value added tax; None where nobody said.
    """

    __tablename__ = "bills"
    __table_args__ = (sa.Index("ix_bills_company_indicator", "company_id", "indicator_code", "period_to"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    indicator_code: Mapped[str] = mapped_column(sa.String(20))
    supplier: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    period_from: Mapped[date]
    period_to: Mapped[date]
    dated_on: Mapped[date | None]
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    unit: Mapped[str] = mapped_column(sa.String(20))
    tax_included: Mapped[bool | None]
    amount: Mapped[Decimal] = mapped_column(Exact(MONEY))
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cost_accounts.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    added_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")

    account: Mapped[CostAccount | None] = relationship()


class UnitPrice(Base):
    """A price agreed for a time, with where it stands; a wrong one is voided."""

    __tablename__ = "unit_prices"
    __table_args__ = (sa.Index("ix_unit_prices_company_indicator", "company_id", "indicator_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"))
    indicator_code: Mapped[str] = mapped_column(sa.String(20))
    price: Mapped[Decimal] = mapped_column(Exact(FACTOR))
    unit: Mapped[str] = mapped_column(sa.String(20))
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    tax_included: Mapped[bool | None]
    source: Mapped[str] = mapped_column(sa.String(200))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    added_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")


class MoneyProof(Base):
    """What finance ties a row of money to: a bill, an agreed price, or a contract named in words.

    Without a row of money it proves the metered saving at its price. Date, unit, price in yuan for one unit
    and tax are copied when it is tied; quantity x unit price is what it proves.
    """

    __tablename__ = "money_proofs"

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    money_row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("money_rows.id"), index=True)
    bill_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bills.id"), index=True)
    price_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit_prices.id"), index=True)
    document: Mapped[str] = mapped_column(sa.String(200), default="")
    dated_on: Mapped[date]
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    unit: Mapped[str] = mapped_column(sa.String(20))
    unit_price: Mapped[Decimal] = mapped_column(Exact(FACTOR))
    tax_included: Mapped[bool | None]
    tied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    tied_at: Mapped[datetime]
    untied_at: Mapped[datetime | None]

    saving: Mapped[Saving] = relationship()
    money_row: Mapped[MoneyRow | None] = relationship()
    bill: Mapped[Bill | None] = relationship()
    price: Mapped[UnitPrice | None] = relationship()

    @property
    def amount(self) -> Decimal:
        """Quantity x unit price in yuan, rounded half up to the cent."""
        return round_half_up(to_fraction(self.quantity) * to_fraction(self.unit_price), 2)

    @property
    def is_void(self) -> bool:
        """True once the bill or price behind it was taken back."""
        source = self.bill or self.price
        return source is not None and source.voided_at is not None


class ThirdParty(Base):
    """Somebody of an outside body whom the department asked to sign: one claim, or all of the company."""

    __tablename__ = "third_parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    saving_id: Mapped[int | None] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("grants.id"), index=True)
    body: Mapped[str] = mapped_column(sa.String(120))
    reason: Mapped[str] = mapped_column(sa.Text)
    until: Mapped[datetime | None]
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    saving: Mapped[Saving | None] = relationship()


class EffectState(enum.Enum):
    """The life of an effect without money."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class EffectWay(enum.Enum):
    """How an effect without money was shown."""

    SURVEY = "survey"
    RADAR = "radar"
    DOCUMENT = "document"
    PHOTO = "photo"
    OBSERVED = "observed"


WAYS = {
    EffectWay.SURVEY: msg("Survey before and after"),
    EffectWay.RADAR: msg("Radar chart before and after"),
    EffectWay.DOCUMENT: msg("Document"),
    EffectWay.PHOTO: msg("Photo evidence"),
    EffectWay.OBSERVED: msg("Seen on site"),
}


class IntangibleEffect(Base):
    """What became better without a value in money, stated by the circle and signed by the department.

    `evidence` or `sheet` of the same project is the record behind it, as its way of being shown asks.
    """

    __tablename__ = "intangible_effects"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    shown_by: Mapped[str] = mapped_column(sa.Text)
    way: Mapped[EffectWay] = mapped_column(default=EffectWay.OBSERVED, server_default="observed")
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tool_sheets.id"), index=True)
    state: Mapped[EffectState] = mapped_column(default=EffectState.STATED)
    stated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    stated_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")

    project: Mapped[Project] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
    sheet: Mapped[ToolSheet | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
