"""Finance's own evidence: cost accounts, bills with their files, agreed prices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.metering.services import hold_readings
from cp_circles.people.rules import Actor
from cp_circles.savings.services import void_signatures_on_money
from cp_circles.verification import rules
from cp_circles.verification.models import Bill, CostAccount, MoneyProof, UnitPrice

BACKWARDS = msg("The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days.")
Row = TypeVar("Row", CostAccount, Bill, UnitPrice)


def add_account(
    session: Session, *, actor: Actor, company_id: int, code: str, name: str, now: datetime
) -> CostAccount:
    """Add a cost account; its code is the company's own and stands once."""
    _require_finance(actor, company_id)
    if not code.strip():
        raise Invalid(msg("Give the account's code."), field="code")
    if not name.strip():
        raise Invalid(msg("Give the account's name."), field="name")
    take_turns(session, f"money:{company_id}")
    wanted = sa.select(CostAccount.id).where(
        CostAccount.company_id == company_id, CostAccount.code == code.strip()
    )
    if session.scalar(wanted) is not None:
        raise Invalid(msg("An account with this code stands already."), field="code")
    row = CostAccount(company_id=company_id, code=code.strip(), name=name.strip())
    return _kept(session, actor, row, "verification.add_account", now, {"code": row.code})


def add_bill(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    indicator_code: str,
    supplier: str,
    number: str,
    period_from: date,
    period_to: date,
    quantity: Decimal,
    unit: str,
    amount: Decimal,
    currency: str = "CNY",
    dated_on: date | None = None,
    tax_included: bool | None = None,
    account_id: int | None = None,
    blob: Blob | None = None,
    file_name: str = "",
    now: datetime,
) -> Bill:
    """Enter a supplier's bill with its file; the same number of a supplier stands once."""
    _require_finance(actor, company_id)
    if not supplier.strip():
        raise Invalid(msg("Name the supplier."), field="supplier")
    if period_to < period_from:
        raise Invalid(BACKWARDS, field="period_to", starts_on=period_from, ends_on=period_to)
    if quantity <= 0:
        raise Invalid(msg("Give the quantity on the bill, above zero."), field="quantity")
    if amount <= 0:
        raise Invalid(msg("Give the amount of the bill, above zero."), field="amount")
    _require_account(session, company_id, account_id)
    take_turns(session, f"money:{company_id}")
    if number.strip() and _same_bill(session, company_id, supplier.strip(), number.strip()):
        raise Invalid(msg("This bill of the supplier is entered already."), field="number")
    row = Bill(
        company_id=company_id, indicator_code=indicator_code, supplier=supplier.strip(),
        number=number.strip(), dated_on=dated_on, tax_included=tax_included, period_from=period_from,
        period_to=period_to, quantity=quantity, unit=unit, amount=amount, currency=currency,
        account_id=account_id, sha256=blob.sha256 if blob else None, file_name=file_name,
        added_by_id=actor.person_id, added_at=now,
    )  # fmt: skip
    facts = {"number": row.number, "amount": str(amount), "sha256": row.sha256}
    return _kept(session, actor, row, "verification.add_bill", now, facts)


def add_price(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    indicator_code: str,
    price: Decimal,
    unit: str,
    valid_from: date,
    valid_to: date | None,
    source: str,
    tax_included: bool | None = None,
    now: datetime,
) -> UnitPrice:
    """Enter a price agreed for a time, with where it stands; two never hold for the same unit and day."""
    _require_finance(actor, company_id)
    if price <= 0:
        raise Invalid(msg("Give the price, above zero."), field="price")
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(BACKWARDS, field="valid_to", starts_on=valid_from, ends_on=valid_to)
    if not source.strip():
        raise Invalid(msg("Say where this price stands: contract, tariff or notice."), field="source")
    take_turns(session, f"money:{company_id}")
    beside = sa.select(UnitPrice.id).where(
        UnitPrice.company_id == company_id, UnitPrice.indicator_code == indicator_code,
        UnitPrice.unit == unit, UnitPrice.voided_at.is_(None),
        sa.or_(UnitPrice.valid_to.is_(None), UnitPrice.valid_to >= valid_from),
    )  # fmt: skip
    if valid_to is not None:
        beside = beside.where(UnitPrice.valid_from <= valid_to)
    if session.scalar(beside.limit(1)) is not None:
        raise Invalid(msg("Another price holds in this time; take it back or choose other days."),
                      field="valid_from")  # fmt: skip
    row = UnitPrice(
        company_id=company_id, indicator_code=indicator_code, price=price, unit=unit, valid_from=valid_from,
        valid_to=valid_to, source=source.strip(), tax_included=tax_included,
        added_by_id=actor.person_id, added_at=now,
    )  # fmt: skip
    return _kept(session, actor, row, "verification.add_price", now, {"price": str(price)})


def void_bill(session: Session, *, actor: Actor, bill: Bill, reason: str, now: datetime) -> None:
    """Take a wrong bill back; it stays on the page, struck out, and is not compared any more.

    Finance's signatures on money that is tied to it fall, with every later one.
    """
    _void(session, actor, bill, reason, "verification.void_bill", now)


def void_price(session: Session, *, actor: Actor, price: UnitPrice, reason: str, now: datetime) -> None:
    """Take a wrong price back, with the signatures on money that is tied to it."""
    _void(session, actor, price, reason, "verification.void_price", now)


def _void(
    session: Session, actor: Actor, row: Bill | UnitPrice, reason: str, verb: str, now: datetime
) -> None:
    _require_finance(actor, row.company_id)
    hold_readings(session, row.company_id)
    take_turns(session, f"money:{row.company_id}")
    session.refresh(row)
    if row.voided_at is not None:
        raise DomainError(msg("This was taken back already."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    row.voided_at, row.void_reason = now, reason.strip()
    session.flush()
    record_event(
        session, actor=actor, verb=verb, subject=row, at=now, company_id=row.company_id, reason=reason.strip()
    )
    for saving_id in _resting_on(session, row):
        void_signatures_on_money(session, actor=actor, saving_id=saving_id, reason=reason.strip(), now=now)


def _resting_on(session: Session, row: Bill | UnitPrice) -> list[int]:
    """The savings whose money is tied to a bill or price."""
    source = MoneyProof.bill_id if isinstance(row, Bill) else MoneyProof.price_id
    wanted = sa.select(MoneyProof.saving_id).where(source == row.id, MoneyProof.untied_at.is_(None))
    return sorted(set(session.scalars(wanted)))


def _require_finance(actor: Actor, company_id: int) -> None:
    """Finance writes; who may not see the page gets no hint."""
    if not rules.can_see_money(actor, company_id):
        raise NotFound
    if not rules.can_keep_money(actor, company_id):
        raise NotAllowed(msg("Only the company's finance enters bills, prices and accounts."))


def _require_account(session: Session, company_id: int, account_id: int | None) -> None:
    account = session.get(CostAccount, account_id) if account_id is not None else None
    if account_id is not None and (account is None or account.company_id != company_id):
        raise Invalid(msg("Choose one of the company's accounts."), field="account_id")


def _same_bill(session: Session, company_id: int, supplier: str, number: str) -> bool:
    wanted = sa.select(Bill.id).where(
        Bill.company_id == company_id, Bill.supplier == supplier, Bill.number == number,
        Bill.voided_at.is_(None),
    )  # fmt: skip
    return session.scalar(wanted.limit(1)) is not None


def _kept(
    session: Session,
    actor: Actor,
    row: Row,
    verb: str,
    now: datetime,
    after: dict[str, Any],
) -> Row:
    session.add(row)
    session.flush()
    record_event(
        session, actor=actor, verb=verb, subject=row, at=now, company_id=row.company_id, after=after,
    )  # fmt: skip
    return row
