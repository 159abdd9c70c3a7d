"""Money beside the meter, row by row: gains, avoided tax, activity cost deducted, indirect, forecast."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.pollutants import tax_avoided, waste_tax_avoided
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Factor, Factors, Indicators
from cp_circles.savings import queries, rules
from cp_circles.savings.models import MoneyKind, MoneyRow, Saving, SavingState
from cp_circles.savings.services.claims import hold_saving

EQUIVALENT = "equivalent"
CURRENCY = "CNY"
CENT = Decimal("0.01")
Rates = tuple[Decimal, Decimal]
LAW: Rates = (Decimal("1.2"), Decimal(14))


def add_money_row(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    kind: MoneyKind,
    amount: Decimal,
    note: str,
    account_id: int | None = None,
    bill_id: int | None = None,
    now: datetime,
) -> MoneyRow:
    """Put an amount in yuan beside a saving that is not claimed; the totals follow from the rows."""
    _may_write(session, actor, saving)
    if kind is MoneyKind.TAX_AVOIDED:
        raise Invalid(msg("An avoided tax is computed from its pollutant; use its own form."), field="kind")
    if amount <= 0:
        raise Invalid(msg("Give an amount above zero; a cost is deducted by its kind."), field="amount")
    if amount != amount.quantize(CENT):
        raise Invalid(msg("Money has two decimal places."), field="amount")
    if not note.strip():
        raise Invalid(msg("Say where this money comes from."), field="note")
    row = MoneyRow(
        saving=saving, kind=kind, amount=amount, note=note.strip(), account_id=account_id, bill_id=bill_id,
        workings={}, added_by_id=actor.person_id, added_at=now,
    )  # fmt: skip
    return _added(session, actor, saving, row, now)


def add_avoided_tax(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    factor_key: str,
    kilograms: Decimal,
    rate: Decimal | None,
    source: str,
    now: datetime,
) -> MoneyRow:
    """Put the environmental tax that was not due beside a saving, as a provisional direct amount.

    Pollutants: kg / equivalent value of the law x local rate in yuan an equivalent, within the law's range
    for water or air. Solid waste: tonnes x the rate of the law itself, so that `rate` is None.
    """
    _may_write(session, actor, saving)
    pack = queries.factor_pack(session, saving.project)
    factor = next((row for row in taxed_things(pack) if row.key == factor_key), None)
    if factor is None or factor.value is None:
        raise Invalid(msg("Choose one of the pollutants shown."), field="factor_key")
    if kilograms <= 0:
        raise Invalid(msg("Give the mass that was avoided, above zero."), field="kilograms")
    charge = _waste_charge if factor.to_unit == CURRENCY else _equivalent_charge
    amount, workings = charge(factor, kilograms, rate, rates_of(factor, pack, queries.catalogue(session)))
    if not source.strip():
        raise Invalid(msg("Say which notice of the province sets this rate."), field="source")
    if amount <= 0:
        raise Invalid(msg("This mass comes to less than a cent of tax."), field="kilograms")
    row = MoneyRow(
        saving=saving, kind=MoneyKind.TAX_AVOIDED, amount=amount, note=source.strip(), is_provisional=True,
        added_by_id=actor.person_id, added_at=now,
        workings={
            "factor": f"{pack.key}/{pack.edition}/{factor.key}", "key": factor.key,
            "kilograms": str(kilograms), "standard": factor.standard, "edition": factor.edition,
            "source": factor.source, "confidence": factor.confidence, **workings,
        },
    )  # fmt: skip
    return _added(session, actor, saving, row, now)


def _equivalent_charge(
    factor: Factor, kilograms: Decimal, rate: Decimal | None, rates: Rates
) -> tuple[Decimal, dict[str, str]]:
    """The tax on a pollutant in yuan, with its workings; Invalid at `rate` outside what the law allows."""
    each = factor.value or Decimal(0)
    if rate is None:
        raise Invalid(msg("Give the local rate of this pollutant."), field="rate")
    if not rates[0] <= rate <= rates[1]:
        raise Invalid(
            msg("The law lets a province set from %(low)s to %(high)s yuan an equivalent; this is %(rate)s."),
            field="rate", low=rates[0], high=rates[1], rate=rate,
        )  # fmt: skip
    equivalents = round_half_up(to_fraction(kilograms) / to_fraction(each), 4)
    workings = {"kilograms_per_equivalent": str(each), "equivalents": str(equivalents), "rate": str(rate)}
    return tax_avoided(kilograms, each, rate), workings


def _waste_charge(
    factor: Factor, kilograms: Decimal, rate: Decimal | None, rates: Rates
) -> tuple[Decimal, dict[str, str]]:
    """The tax on solid waste in yuan, with its workings; Invalid for another rate than the law's own."""
    of_law = factor.value or Decimal(0)
    if rate not in (None, of_law):
        text = msg("The law itself sets %(rate)s yuan a tonne for this waste; leave the rate empty.")
        raise Invalid(text, field="rate", rate=of_law)
    return waste_tax_avoided(kilograms, of_law), {"yuan_per_tonne": str(of_law)}


def remove_money_row(session: Session, *, actor: Actor, row: MoneyRow, now: datetime) -> None:
    """Take a row away from a saving that is not claimed; the row is kept, and the totals follow."""
    saving = row.saving
    _may_write(session, actor, saving)
    if row.removed_at is not None:
        raise DomainError(msg("This row was taken away already."))
    row.removed_at = now
    _settle(saving)
    session.flush()
    _record(session, actor, row, "savings.remove_money_row", now)


def taxed_pollutants(pack: Factors) -> list[Factor]:
    """The rows of a factor pack that say how many kg of a pollutant are one equivalent."""
    return [row for row in pack.factors if row.from_unit == EQUIVALENT and row.to_unit == "kg"]


def taxed_things(pack: Factors) -> list[Factor]:
    """The taxed pollutants, then solid wastes by the rates that the law sets in yuan a tonne."""
    groups = {row.group for row in _rate_rows(pack)}
    wastes = [row for row in pack.factors if row.group in groups and row.from_unit == "t" and row.value]
    return [*taxed_pollutants(pack), *wastes]


def rates_of(pollutant: Factor, pack: Factors, catalogue: Indicators) -> Rates:
    """The least and the most that the law lets a province charge for an equivalent of it, in yuan.

    That is the range for water or for air, as the row of the pollutant states, else the catalogue (editions
    before 2026.3 state no medium); else the whole range.
    """
    known = next(
        (row for row in catalogue.indicators if pollutant.key.endswith(f"_{row.code.lower()}")), None
    )
    rows = _rate_rows(pack)
    medium = pollutant.medium or (known.mass_rule if known is not None else None)
    rows = [row for row in rows if medium and row.key.endswith(f"_{medium}")] or rows
    lows = [row.low for row in rows if row.low is not None]
    highs = [row.high for row in rows if row.high is not None]
    return (min(lows), max(highs)) if lows and highs else LAW


def _rate_rows(pack: Factors) -> list[Factor]:
    return [row for row in pack.factors if row.from_unit == EQUIVALENT and row.to_unit == CURRENCY]


def net_direct(saving: Saving) -> Decimal:
    """Direct money beside the meter in yuan: gains and avoided tax less activity cost (may be below zero)."""
    return _sum(saving, MoneyKind.DIRECT_GAIN, MoneyKind.TAX_AVOIDED) - _sum(saving, MoneyKind.ACTIVITY_COST)


def _settle(saving: Saving) -> None:
    """The three totals and the note of a saving, from its rows."""
    saving.other_direct_yuan = net_direct(saving)
    saving.indirect_yuan = _sum(saving, MoneyKind.INDIRECT)
    saving.forecast_yuan = _sum(saving, MoneyKind.FORECAST)
    saving.money_note = "; ".join(f"{row.note} {_sign(row)}{row.amount}" for row in saving.money_rows)
    saving.version += 1


def _sign(row: MoneyRow) -> str:
    return "−" if row.kind is MoneyKind.ACTIVITY_COST else "+"


def _sum(saving: Saving, *kinds: MoneyKind) -> Decimal:
    return sum((row.amount for row in saving.money_rows if row.kind in kinds), Decimal(0))


def _may_write(session: Session, actor: Actor, saving: Saving) -> None:
    """The circle, and the company's finance, write rows while nothing is claimed."""
    if not rules.can_see_savings(actor, saving.project):
        raise NotFound
    is_finance = actor.holds(Role.FINANCE, ScopeKind.COMPANY, saving.project.company_id)
    if not (rules.can_claim(actor, saving.project) or is_finance):
        raise NotAllowed(msg("The circle and the company's finance write money beside a saving."))
    hold_saving(session, saving)
    session.refresh(saving, ["all_money_rows"])
    if saving.state not in {SavingState.DRAFT, SavingState.REFUSED} or rules.is_imported(saving):
        raise DomainError(msg("A claimed saving does not change; reopen the claim first."))


def _added(session: Session, actor: Actor, saving: Saving, row: MoneyRow, now: datetime) -> MoneyRow:
    session.add(row)
    session.flush()
    session.refresh(saving, ["all_money_rows"])
    _settle(saving)
    session.flush()
    _record(session, actor, row, "savings.add_money_row", now)
    return row


def _record(session: Session, actor: Actor, row: MoneyRow, verb: str, now: datetime) -> None:
    after: dict[str, Any] = {"row": row.id, "kind": row.kind.value, "amount": str(row.amount)}
    record_event(
        session, actor=actor, verb=verb, subject=row.saving, at=now,
        company_id=row.saving.project.company_id, after=after,
    )  # fmt: skip
