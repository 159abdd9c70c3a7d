"""Savings of a project, claims to sign, and what was verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc.savings import PeriodUse
from cp_circles.circles.models import CircleMember
from cp_circles.editions import queries as editions
from cp_circles.metering import queries as metering
from cp_circles.metering.models import Reading
from cp_circles.people.models import Role
from cp_circles.projects.models import Evidence, EvidenceVersion, Project
from cp_circles.rulesets.schema.figures import Factors, Indicators, Vocabulary
from cp_circles.rulesets.schema.figures import Indicator as CatalogueIndicator
from cp_circles.savings import computing, rules
from cp_circles.savings.computing import Computed
from cp_circles.savings.models import Claim, Saving, SavingState, Signature


def savings_of(session: Session, project_id: int) -> list[Saving]:
    """A project's savings with their claims and signatures."""
    return list(
        session.scalars(
            sa.select(Saving)
            .where(Saving.project_id == project_id)
            .order_by(Saving.id)
            .options(*_with_chain())
        )
    )


def _with_chain() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    """Load a saving's meter, claims, signatures and signers in a fixed number of statements."""
    return (
        joinedload(Saving.meter),
        joinedload(Saving.production_meter),
        selectinload(Saving.claims).selectinload(Claim.signatures).joinedload(Signature.signer),
    )


def savings_to_sign(session: Session, company_ids: Iterable[int], role: Role) -> list[Saving]:
    """Savings of these companies whose next signature is this role's, oldest claim first."""
    rows = session.scalars(
        sa.select(Saving)
        .join(Project, Saving.project_id == Project.id)
        .where(
            Project.company_id.in_(list(company_ids)),
            Saving.state.in_([SavingState.CLAIMED, SavingState.IN_VERIFICATION]),
            Saving.method != rules.IMPORTED,
        )
        .order_by(Saving.id)
        .options(joinedload(Saving.project).joinedload(Project.circle), *_with_chain())
    )
    return [saving for saving in rows if saving.claim is not None and rules.next_role(saving.claim) is role]


def people_of_circle(session: Session, circle_id: int | None) -> list[int]:
    """Everyone who is or was a member of the circle: none of them verifies its savings."""
    return list(
        session.scalars(
            sa.select(CircleMember.person_id).where(CircleMember.circle_id == circle_id).distinct()
        )
    )


def evidence_hashes(session: Session, project_id: int) -> list[str]:
    """The SHA-256 of the latest version of every piece of evidence that stands."""
    rows = session.execute(
        sa.select(EvidenceVersion.evidence_id, EvidenceVersion.sha256)
        .join(Evidence, EvidenceVersion.evidence_id == Evidence.id)
        .where(Evidence.project_id == project_id, Evidence.withdrawn_at.is_(None))
        .order_by(EvidenceVersion.evidence_id, EvidenceVersion.number)
    )
    return sorted({evidence: sha256 for evidence, sha256 in rows}.values())


def factor_pack(session: Session, project: Project) -> Factors:
    """The factors a project is bound to."""
    return editions.pack(session, project.factors_edition_id, Factors)


def catalogue(session: Session) -> Indicators:
    """The newest indicator catalogue."""
    return editions.newest_pack(session, Indicators)


def vocabulary(session: Session) -> Vocabulary:
    """The newest vocabulary with the boards' metrics."""
    return editions.newest_pack(session, Vocabulary)


def catalogue_indicator(session: Session, code: str) -> CatalogueIndicator | None:
    """One indicator of the catalogue, or None for one of the company's own."""
    return catalogue(session).indicator(code)


def computed(session: Session, saving: Saving) -> Computed:
    """What a saving comes to on the readings as they stand now."""
    indicator = catalogue_indicator(session, saving.indicator_code)
    factors = (
        computing.factors_for(indicator, factor_pack(session, saving.project), saving.supplier_factors)
        if indicator and not rules.is_imported(saving)
        else ()
    )
    baseline = _uses(session, saving, saving.baseline_from, saving.baseline_to)
    reporting = _uses(session, saving, saving.reporting_from, saving.reporting_to)
    unit = saving.meter.unit if saving.meter else ""
    return computing.compute(saving, baseline, reporting, factors, unit)


def readings_under(session: Session, saving: Saving) -> list[Reading]:
    """Every reading that the saving rests on: of use and of production, in both periods."""
    readings = []
    for meter_id in (saving.meter_id, saving.production_meter_id):
        for first, last in (
            (saving.baseline_from, saving.baseline_to),
            (saving.reporting_from, saving.reporting_to),
        ):
            if meter_id is not None and first is not None and last is not None:
                readings += metering.readings_between(session, meter_id, first, last)
    return readings


def standing_beside(session: Session, saving: Saving) -> list[Saving]:
    """Other savings with a standing claim that rest on one of the saving's meters."""
    meters = [id_ for id_ in (saving.meter_id, saving.production_meter_id) if id_ is not None]
    return list(
        session.scalars(
            sa.select(Saving)
            .where(
                Saving.id != saving.id,
                sa.or_(Saving.meter_id.in_(meters), Saving.production_meter_id.in_(meters)),
                Saving.claims.any(Claim.voided_at.is_(None)),
            )
            .order_by(Saving.id)
            .options(selectinload(Saving.claims))
        )
    )


def share_claimed_beside(session: Session, saving: Saving) -> Decimal:
    """The sum of the shares that other standing claims take of the same meter in the reporting period."""
    shares = session.scalars(
        sa.select(Saving.share).where(
            Saving.id != saving.id,
            Saving.meter_id == saving.meter_id,
            Saving.reporting_from <= saving.reporting_to,
            Saving.reporting_to >= saving.reporting_from,
            Saving.claims.any(Claim.voided_at.is_(None)),
        )
    )
    return sum(shares, Decimal(0))


def _uses(session: Session, saving: Saving, first: date | None, last: date | None) -> tuple[PeriodUse, ...]:
    """The periods between two days, with production where a counter is named."""
    if saving.meter_id is None or first is None or last is None:
        return ()
    readings = metering.readings_between(session, saving.meter_id, first, last)
    production = (
        metering.readings_between(session, saving.production_meter_id, first, last)
        if saving.production_meter_id is not None
        else None
    )
    return computing.uses(readings, production)


@dataclass(frozen=True)
class VerifiedAmounts:
    """What the chain agreed on for one claim."""

    quantity: Decimal
    kgce: Decimal | None
    kgco2e: Decimal | None
    direct_yuan: Decimal
    indirect_yuan: Decimal


def verified_amounts(claim: Claim) -> VerifiedAmounts | None:
    """The amounts of a fully signed claim: quantities from metering, yuan from finance; else None."""
    signed: dict[Role, Signature] = {row.role: row for row in rules.live_signatures(claim)}
    if any(role not in signed for role in rules.REQUIRED_CHAIN):
        return None
    metered, financed = signed[Role.METERING], signed[Role.FINANCE]
    assert metered.quantity is not None and financed.direct_yuan is not None
    return VerifiedAmounts(
        metered.quantity, metered.kgce, metered.kgco2e, financed.direct_yuan, claim.indirect_yuan
    )


def verified_of(savings: Sequence[Saving]) -> dict[int, VerifiedAmounts]:
    """The verified amounts of those savings that are verified, by saving id."""
    found = {}
    for saving in savings:
        if saving.state is SavingState.VERIFIED and saving.claim is not None:
            amounts = verified_amounts(saving.claim)
            if amounts is not None:
                found[saving.id] = amounts
    return found
