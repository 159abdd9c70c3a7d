"""What a saving counts for on the boards."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import Countable, count_saving
from cp_circles.savings import queries
from cp_circles.savings.models import Claim, Saving


def count_claimed(session: Session, saving: Saving, claim: Claim, *, now: datetime) -> None:
    """Count a claim on the claimed metrics, apart from what is verified."""
    amounts = _amounts(
        session, saving, claim.quantity, claim.kgce, claim.kgco2e, claim.direct_yuan, claim.indirect_yuan
    )
    count_saving(session, _countable(session, saving, amounts), basis=Basis.CLAIMED, now=now)


def count_verified(session: Session, saving: Saving, claim: Claim, *, now: datetime) -> None:
    """Count what the chain agreed on."""
    verified = queries.verified_amounts(claim)
    assert verified is not None
    amounts = _amounts(
        session,
        saving,
        verified.quantity,
        verified.kgce,
        verified.kgco2e,
        verified.direct_yuan,
        verified.indirect_yuan,
    )
    count_saving(session, _countable(session, saving, amounts), basis=Basis.VERIFIED, now=now)


def _amounts(
    session: Session,
    saving: Saving,
    quantity: Decimal,
    kgce: Decimal | None,
    kgco2e: Decimal | None,
    direct: Decimal,
    indirect: Decimal,
) -> dict[str, Decimal]:
    """Board metric to base-unit amount; forecast money appears nowhere."""
    own_amounts = {"direct_yuan": direct, "indirect_yuan": indirect, "kgce": kgce, "kgco2e": kgco2e}
    amounts: dict[str, Decimal] = {}
    for metric in queries.vocabulary(session).metrics:
        amount = own_amounts.get(metric.counts or "")
        if amount is not None:
            amounts[metric.key] = amount
    indicator = queries.catalogue_indicator(session, saving.indicator_code)
    if indicator is not None and indicator.metric is not None:
        factor = indicator.metric_factor.value if indicator.metric_factor else Decimal(1)
        own = quantity * factor
        amounts[indicator.metric] = amounts.get(indicator.metric, Decimal(0)) + own
    return {metric: amount for metric, amount in amounts.items() if amount}


def _countable(session: Session, saving: Saving, amounts: dict[str, Decimal]) -> Countable:
    """The saving as the ledger sees it; its season holds the reporting period's last day."""
    project = saving.project
    assert saving.reporting_to is not None
    return Countable(
        saving_id=saving.id,
        project_id=project.id,
        circle_id=project.circle_id,
        company_id=project.company_id,
        region_path=project.company.region.path,
        industry_id=project.industry_id or project.company.industry_id,
        season=saving.reporting_to.year,
        domain=project.domain,
        focus_area=project.focus_area,
        currency=saving.currency,
        amounts=amounts,
        money_metrics=frozenset(
            row.key for row in queries.vocabulary(session).metrics if row.group == "money"
        ),
    )
