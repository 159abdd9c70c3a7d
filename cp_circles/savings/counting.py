"""What a saving counts for on the boards."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.circles.queries import shares_on
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import CompanyShare, Countable, count_saving
from cp_circles.savings import queries
from cp_circles.savings.models import Claim, Saving


def count_claimed(session: Session, saving: Saving, claim: Claim, *, now: datetime) -> None:
    """Count a claim on the claimed metrics, apart from what is verified."""
    stated = (claim.quantity, claim.kgce, claim.kgco2e, claim.direct_yuan, claim.indirect_yuan)
    amounts = _amounts(session, saving, claim, *stated)
    count_saving(session, _countable(session, saving, amounts), basis=Basis.CLAIMED, now=now)


def count_verified(session: Session, saving: Saving, claim: Claim, *, now: datetime) -> None:
    """Count what the chain agreed on."""
    verified = queries.verified_amounts(claim)
    assert verified is not None
    amounts = _amounts(
        session,
        saving,
        claim,
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
    claim: Claim,
    quantity: Decimal,
    kgce: Decimal | None,
    kgco2e: Decimal | None,
    direct: Decimal,
    indirect: Decimal,
) -> dict[str, Decimal]:
    """Board metric to base-unit amount, net of side effects; forecast money appears nowhere."""
    own_amounts = {"direct_yuan": direct, "indirect_yuan": indirect, "kgce": kgce, "kgco2e": kgco2e}
    amounts: dict[str, Decimal] = {}
    for metric in queries.vocabulary(session).metrics:
        amount = own_amounts.get(metric.counts or "")
        if amount is not None:
            amounts[metric.key] = amount
    elsewhere = [row for row in claim.inputs.get("side_effects", []) if not row["same_medium"]]
    for code, own in [
        (saving.indicator_code, quantity),
        *((row["indicator"], -Decimal(row["quantity"])) for row in elsewhere),
    ]:
        indicator = queries.catalogue_indicator(session, code)
        if indicator is not None and indicator.metric is not None:
            factor = indicator.metric_factor.value if indicator.metric_factor else Decimal(1)
            amounts[indicator.metric] = amounts.get(indicator.metric, Decimal(0)) + own * factor
    return {metric: amount for metric, amount in amounts.items() if amount}


def _countable(session: Session, saving: Saving, amounts: dict[str, Decimal]) -> Countable:
    """The saving as the ledger sees it; its season and the shares of a joint circle are of its last day."""
    project = saving.project
    assert saving.reporting_to is not None
    shares = shares_on(session, project.circle, saving.reporting_to) if project.circle else {}
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
        shares=tuple(
            CompanyShare(row.id, row.region.path, project.industry_id or row.industry_id, share)
            for row, share in shares.items()
        ),
    )
