"""Bills, prices, accounts, third parties and effects as they are asked for; the check of a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.db.paging import PAGE_SIZE, Page, page_of
from cp_circles.projects.models import Evidence
from cp_circles.projects.queries import evidence_of
from cp_circles.savings.models import Claim, Saving
from cp_circles.tools.models import ToolSheet
from cp_circles.tools.queries import sheets_of
from cp_circles.verification.models import (
    Bill,
    CostAccount,
    IntangibleEffect,
    MoneyProof,
    ThirdParty,
    UnitPrice,
)


@dataclass(frozen=True)
class PriceCheck:
    """The price of a claim beside the bills of its reporting period and the agreed price.

    Prices are in yuan for one `unit`; X
    """

    claimed: Decimal
    unit: str
    bills: int
    billed: Decimal | None
    percent: Decimal | None
    agreed: Decimal | None
    agreed_source: str
    other_units: int


def accounts_of(session: Session, company_id: int) -> Sequence[CostAccount]:
    """The company's cost accounts by code."""
    wanted = sa.select(CostAccount).where(CostAccount.company_id == company_id).order_by(CostAccount.code)
    return session.scalars(wanted).all()


def bills_listed(
    session: Session, company_id: int, *, indicator: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[Bill]:
    """A page of the company's bills, the latest period first."""
    wanted = (
        sa.select(Bill)
        .where(Bill.company_id == company_id)
        .options(joinedload(Bill.account))
        .order_by(Bill.period_to.desc(), Bill.id.desc())
    )
    if indicator:
        wanted = wanted.where(Bill.indicator_code == indicator)
    return page_of(session, wanted, number=number, size=size)


def prices_of(session: Session, company_id: int) -> Sequence[UnitPrice]:
    """The company's agreed prices that stand, by indicator, the latest first."""
    return session.scalars(
        sa.select(UnitPrice)
        .where(UnitPrice.company_id == company_id, UnitPrice.voided_at.is_(None))
        .order_by(UnitPrice.indicator_code, UnitPrice.valid_from.desc(), UnitPrice.id)
    ).all()


def bills_of_period(
    session: Session, company_id: int, indicator: str, first: date, last: date
) -> Sequence[Bill]:
    """The standing bills of an indicator that touch a period, earliest first."""
    return session.scalars(
        sa.select(Bill)
        .where(
            Bill.company_id == company_id,
            Bill.indicator_code == indicator,
            Bill.voided_at.is_(None),
            Bill.period_from <= last,
            Bill.period_to >= first,
        )
        .order_by(Bill.period_from, Bill.id)
    ).all()


def price_at(session: Session, company_id: int, indicator: str, unit: str, day: date) -> UnitPrice | None:
    """The agreed price for one unit that holds on a day."""
    return session.scalar(
        sa.select(UnitPrice)
        .where(
            UnitPrice.company_id == company_id,
            UnitPrice.indicator_code == indicator,
            UnitPrice.unit == unit,
            UnitPrice.voided_at.is_(None),
            UnitPrice.valid_from <= day,
            sa.or_(UnitPrice.valid_to.is_(None), UnitPrice.valid_to >= day),
        )
        .order_by(UnitPrice.valid_from.desc(), UnitPrice.id.desc())
        .limit(1)
    )


def price_check(session: Session, saving: Saving, claim: Claim | None) -> PriceCheck | None:
    """The price that a claim froze against the bills of its period; None where no price was used."""
    factor = next((row for row in (claim.factors if claim else []) if row["kind"] == "yuan"), None)
    if factor is None or factor["value"] is None or saving.reporting_from is None:
        return None
    assert saving.reporting_to is not None
    claimed, unit, company_id = Decimal(factor["value"]), factor["per_unit"], saving.project.company_id
    found = bills_of_period(
        session, company_id, saving.indicator_code, saving.reporting_from, saving.reporting_to
    )
    same = [row for row in found if row.unit == unit and row.currency == saving.currency]
    billed = _average(same)
    agreed = price_at(session, company_id, saving.indicator_code, unit, saving.reporting_to)
    return PriceCheck(
        claimed=claimed,
        unit=unit,
        bills=len(same),
        billed=None if billed is None else round_half_up(billed, 4),
        percent=round_half_up((to_fraction(claimed) / billed - 1) * 100, 1) if billed else None,
        agreed=agreed.price if agreed else None,
        agreed_source=agreed.source if agreed else "",
        other_units=len(found) - len(same),
    )


def _average(bills: Sequence[Bill]) -> Fraction | None:
    """Amount by quantity over all bills; None without a quantity."""
    quantity = sum((to_fraction(row.quantity) for row in bills), Fraction(0))
    amount = sum((to_fraction(row.amount) for row in bills), Fraction(0))
    return amount / quantity if quantity > 0 else None


def proofs_of(session: Session, saving_id: int) -> dict[int | None, list[MoneyProof]]:
    """What a saving's money is tied to, by row; under None what proves the metered saving."""
    rows = session.scalars(
        sa.select(MoneyProof)
        .where(MoneyProof.saving_id == saving_id, MoneyProof.untied_at.is_(None))
        .order_by(MoneyProof.id)
        .options(joinedload(MoneyProof.bill), joinedload(MoneyProof.price))
    )
    found: dict[int | None, list[MoneyProof]] = {}
    for row in rows:
        found.setdefault(row.money_row_id, []).append(row)
    return found


def standing_bills(session: Session, company_id: int, indicator: str, *, limit: int = 200) -> list[Bill]:
    """A company's latest standing bills in yuan, those of an indicator first, for choosing one of them."""
    rows = session.scalars(
        sa.select(Bill)
        .where(Bill.company_id == company_id, Bill.voided_at.is_(None), Bill.currency == "CNY")
        .order_by(Bill.indicator_code != indicator, Bill.period_to.desc(), Bill.id.desc())
        .limit(limit)
    )
    return list(rows)


def third_parties_of(session: Session, company_id: int) -> Sequence[ThirdParty]:
    """The outside people invited by a company, newest first."""
    return session.scalars(
        sa.select(ThirdParty)
        .where(ThirdParty.company_id == company_id)
        .options(joinedload(ThirdParty.person), joinedload(ThirdParty.saving).joinedload(Saving.project))
        .order_by(ThirdParty.id.desc())
    ).all()


def is_asked(session: Session, person_id: int, company_id: int, saving_id: int | None, now: datetime) -> bool:
    """Whether a person may sign as a third party already, for this claim or, if None, for the company."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    ThirdParty.person_id == person_id,
                    ThirdParty.company_id == company_id,
                    ThirdParty.saving_id.is_(None)
                    if saving_id is None
                    else ThirdParty.saving_id == saving_id,
                    ThirdParty.ended_at.is_(None),
                    sa.or_(ThirdParty.until.is_(None), ThirdParty.until > now),
                )
            )
        )
    )


def bodies_of(session: Session, saving: Saving) -> dict[int, str]:
    """The outside bodies for which people sign this saving, by person."""
    rows = session.execute(
        sa.select(ThirdParty.person_id, ThirdParty.body).where(
            ThirdParty.company_id == saving.project.company_id,
            sa.or_(ThirdParty.saving_id.is_(None), ThirdParty.saving_id == saving.id),
        )
    )
    return {person_id: body for person_id, body in rows}


def records_for_effects(session: Session, project_id: int) -> tuple[list[Evidence], list[ToolSheet]]:
    """What may show an effect without money: the project's standing evidence and its complete sheets."""
    evidence = [one for one in evidence_of(session, project_id) if one.withdrawn_at is None]
    return evidence, [one for one in sheets_of(session, project_id) if one.latest.is_complete]


def effects_of(session: Session, project_id: int) -> Sequence[IntangibleEffect]:
    """What a project made better without money, in the order stated; withdrawn ones are among them."""
    return session.scalars(
        sa.select(IntangibleEffect)
        .where(IntangibleEffect.project_id == project_id)
        .options(
            joinedload(IntangibleEffect.decided_by),
            selectinload(IntangibleEffect.evidence).selectinload(Evidence.versions),
            selectinload(IntangibleEffect.sheet).selectinload(ToolSheet.versions),
        )
        .order_by(IntangibleEffect.id)
    ).all()
