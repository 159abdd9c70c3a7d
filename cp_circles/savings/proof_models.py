"""Finance's own evidence: cost accounts, bills, agreed prices, and what proves each row of money."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.db.base import FACTOR, MONEY, QUANTITY, Base, Exact

if TYPE_CHECKING:
    from cp_circles.savings.models import MoneyRow, Saving


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

    saving: Mapped["Saving"] = relationship()
    money_row: Mapped["MoneyRow | None"] = relationship()
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
