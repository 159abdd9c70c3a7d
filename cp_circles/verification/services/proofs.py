"""Tying rows of money to what proves them: bills, agreed prices, contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import MoneyRow, Saving
from cp_circles.savings.services import hold_saving
from cp_circles.verification import rules
from cp_circles.verification.models import Bill, MoneyProof, UnitPrice

PRICE_PLACES = 10


@dataclass(frozen=True)
class Source:
    """Where an amount stands: a bill, an agreed price, or a document with date, unit, price and tax."""

    bill: Bill | None = None
    price: UnitPrice | None = None
    document: str = ""
    dated_on: date | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    tax_included: bool | None = None


def tie_proof(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    row: MoneyRow | None,
    source: Source,
    quantity: Decimal | None,
    now: datetime,
) -> MoneyProof:
    """Tie a row of money, or without one the metered saving, to what proves it, as the company's finance."""
    _require_finance(session, actor, saving)
    if row is not None and (row.saving_id != saving.id or row.removed_at is not None):
        raise Invalid(msg("Choose one of the rows of this saving."), field="row")
    if quantity is None or quantity <= 0:
        raise Invalid(msg("Give the quantity that the row takes from this evidence, above zero."),
                      field="quantity")  # fmt: skip
    proof = _proof_of(session, saving, source)
    proof.money_row_id = row.id if row is not None else None
    proof.saving_id, proof.quantity = saving.id, quantity
    proof.tied_by_id, proof.tied_at = actor.person_id, now
    session.add(proof)
    session.flush()
    _record(session, actor, saving, proof, "verification.tie_proof", now)
    return proof


def untie_proof(session: Session, *, actor: Actor, proof: MoneyProof, now: datetime) -> None:
    """Take a piece of evidence away from its row; it is kept in the history."""
    _require_finance(session, actor, proof.saving)
    session.refresh(proof)
    if proof.untied_at is not None:
        raise DomainError(msg("This was taken back already."))
    proof.untied_at = now
    session.flush()
    _record(session, actor, proof.saving, proof, "verification.untie_proof", now)


def _require_finance(session: Session, actor: Actor, saving: Saving) -> None:
    """Finance ties while it has not signed: what was signed rests on the evidence that was there."""
    if not rules.can_see_money_of(actor, saving):
        raise NotFound
    if not rules.can_keep_money(actor, saving.project.company_id):
        raise NotAllowed(msg("Only the company's finance ties money to its evidence."))
    hold_saving(session, saving)
    take_turns(session, f"money:{saving.project.company_id}")
    claim = saving.claim
    if claim is not None and Role.FINANCE in {row.role for row in savings_rules.live_signatures(claim)}:
        raise DomainError(
            msg("Finance has signed this claim; take the signature back before its evidence changes.")
        )


def _proof_of(session: Session, saving: Saving, source: Source) -> MoneyProof:
    """The proof with what its source says, copied."""
    company_id = saving.project.company_id
    if source.bill is not None:
        _require_standing(session, source.bill, company_id)
        bill = source.bill
        each = round_half_up(to_fraction(bill.amount) / to_fraction(bill.quantity), PRICE_PLACES)
        return MoneyProof(
            bill_id=bill.id, dated_on=bill.dated_on or bill.period_to, unit=bill.unit, unit_price=each,
            tax_included=bill.tax_included,
        )  # fmt: skip
    if source.price is not None:
        _require_standing(session, source.price, company_id)
        price = source.price
        return MoneyProof(
            price_id=price.id, dated_on=price.valid_from, unit=price.unit, unit_price=price.price,
            tax_included=price.tax_included,
        )  # fmt: skip
    return _document(source)


def _require_standing(session: Session, source: Bill | UnitPrice, company_id: int) -> None:
    session.refresh(source)
    if source.company_id != company_id or source.voided_at is not None:
        raise Invalid(msg("Choose a bill or price of the company that stands."), field="source")
    if source.currency != "CNY":
        raise Invalid(msg("The rows are in yuan; evidence in another currency proves none of them."),
                      field="source")  # fmt: skip


def _document(source: Source) -> MoneyProof:
    """A contract or other paper: everything is typed."""
    if not source.document.strip():
        raise Invalid(msg("Choose a bill or a price, or name the contract or document."), field="document")
    if source.dated_on is None:
        raise Invalid(msg("Give the date of the document."), field="dated_on")
    if not source.unit.strip():
        raise Invalid(msg("Give the unit of the quantity."), field="unit")
    if source.unit_price is None or source.unit_price <= 0:
        raise Invalid(msg("Give the price for one unit, above zero."), field="unit_price")
    if source.tax_included is None:
        raise Invalid(msg("Say whether the price includes tax."), field="tax")
    return MoneyProof(
        document=source.document.strip(), dated_on=source.dated_on, unit=source.unit.strip(),
        unit_price=source.unit_price, tax_included=source.tax_included,
    )  # fmt: skip


def _record(
    session: Session, actor: Actor, saving: Saving, proof: MoneyProof, verb: str, now: datetime
) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=saving, at=now, company_id=saving.project.company_id,
        after={"proof": proof.id, "row": proof.money_row_id, "bill": proof.bill_id, "price": proof.price_id,
               "document": proof.document, "quantity": str(proof.quantity)},
    )  # fmt: skip
