"""Savings of a project, claims to sign, and what was verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.circles.models import CircleMember
from cp_circles.editions import queries as editions
from cp_circles.metering.models import Reading
from cp_circles.metering.queries.findings import claim_reasons
from cp_circles.people.models import Role
from cp_circles.projects.models import Evidence, EvidenceVersion, Project
from cp_circles.rulesets.schema.figures import Factors, Indicators, Vocabulary
from cp_circles.rulesets.schema.figures import Indicator as CatalogueIndicator
from cp_circles.savings import gathering, rules
from cp_circles.savings.covering import told
from cp_circles.savings.models import Claim, Saving, SavingMeter, SavingState, Signature, VerificationChain
from cp_circles.savings.versions.v2026_3 import Computed, work_out


def savings_of(session: Session, project_id: int) -> list[Saving]:
    """A project's savings with their claims and signatures."""
    return list(
        session.scalars(
            sa.select(Saving)
            .where(Saving.project_id == project_id)
            .order_by(Saving.id)
            .options(*with_chain())
        )
    )


def with_chain() -> tuple[sa.orm.interfaces.LoaderOption, ...]:
    """Load a saving's meter, claims, signatures and signers in a fixed number of statements."""
    return (
        joinedload(Saving.meter),
        joinedload(Saving.production_meter),
        selectinload(Saving.claims)
        .selectinload(Claim.signatures)
        .options(joinedload(Signature.signer), joinedload(Signature.for_person)),
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
        .options(joinedload(Saving.project).joinedload(Project.circle), *with_chain())
    )
    return [saving for saving in rows if saving.claim is not None and rules.next_role(saving.claim) is role]


def standing_claims_of_company(session: Session, company_id: int) -> list[Saving]:
    """A company's savings with a standing claim, newest first, for choosing one of them."""
    return list(
        session.scalars(
            sa.select(Saving)
            .join(Project, Saving.project_id == Project.id)
            .where(
                Project.company_id == company_id,
                Saving.method != rules.IMPORTED,
                Saving.claims.any(Claim.voided_at.is_(None)),
            )
            .order_by(Saving.id.desc())
            .limit(200)
            .options(joinedload(Saving.project))
        )
    )


def people_of_circle(session: Session, circle_id: int | None) -> list[int]:
    """Everyone who is or was a member of the circle: none of them verifies its savings."""
    return list(
        session.scalars(
            sa.select(CircleMember.person_id).where(CircleMember.circle_id == circle_id).distinct()
        )
    )


def people_of_circles(session: Session, circle_ids: Iterable[int | None]) -> list[tuple[int, int]]:
    """(circle, person) for everyone who is or was a member of one of the circles: one statement."""
    wanted = {id_ for id_ in circle_ids if id_ is not None}
    rows = session.execute(
        sa.select(CircleMember.circle_id, CircleMember.person_id)
        .where(CircleMember.circle_id.in_(wanted))
        .distinct()
    )
    return [(circle_id, person_id) for circle_id, person_id in rows]


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
    """One indicator of the catalogue, or of a company in the same form; None for an unknown code."""
    return gathering.indicator_of(session, code)


def computed(session: Session, saving: Saving) -> Computed:
    """What a saving comes to on the readings as they stand now; refused while some of them are in doubt."""
    worked_out = told(
        session,
        saving,
        work_out(gathering.material_of(session, saving), gathering.side_effects_of(session, saving)),
    )
    limits = (
        (saving.baseline_from, saving.baseline_to),
        (saving.reporting_from, saving.reporting_to),
    )
    spans = [(first, last) for first, last in limits if first is not None and last is not None]
    doubts = claim_reasons(session, gathering.meter_ids(saving), spans)
    if not doubts:
        return worked_out
    reasons = (*worked_out.reasons, *doubts)
    return replace(worked_out, reasons=reasons, result=None, converted=None, direct_yuan=Decimal(0))


def readings_under(session: Session, saving: Saving) -> list[Reading]:
    """Every reading that the saving rests on: of use, production and all further meters, in both periods."""
    return gathering.readings_of_periods(session, saving)


def standing_beside(session: Session, saving: Saving) -> list[Saving]:
    """Other savings with a standing claim that rest on one of the saving's meters."""
    meters = gathering.meter_ids(saving)
    return list(
        session.scalars(
            sa.select(Saving)
            .where(
                Saving.id != saving.id,
                sa.or_(
                    Saving.meter_id.in_(meters),
                    Saving.production_meter_id.in_(meters),
                    Saving.further_meters.any(SavingMeter.meter_id.in_(meters)),
                ),
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
    if any(role not in signed for role in rules.required_roles(claim)):
        return None
    metered, financed = signed[Role.METERING], signed.get(Role.FINANCE)
    assert metered.quantity is not None
    if financed is None:
        return VerifiedAmounts(metered.quantity, metered.kgce, metered.kgco2e, Decimal(0), Decimal(0))
    assert financed.direct_yuan is not None
    return VerifiedAmounts(
        metered.quantity, metered.kgce, metered.kgco2e, financed.direct_yuan, claim.indirect_yuan
    )


def chain_settings(session: Session, company_id: int) -> VerificationChain | None:
    """What the company settled about its signatures; None while the platform's own order holds."""
    return session.get(VerificationChain, company_id)


def chain_of_new_claim(session: Session, saving: Saving, claim: Claim) -> tuple[Role, ...]:
    """The signatures that a claim made now will need."""
    settled = chain_settings(session, saving.project.company_id)
    chosen = [Role(role) for role in settled.roles] if settled else rules.REQUIRED_CHAIN
    return rules.chain_for(chosen, has_money=bool(claim.direct_yuan or claim.indirect_yuan))


def verified_of(savings: Sequence[Saving]) -> dict[int, VerifiedAmounts]:
    """The verified amounts of those savings that are verified, by saving id."""
    found = {}
    for saving in savings:
        if saving.state is SavingState.VERIFIED and saving.claim is not None:
            amounts = verified_amounts(saving.claim)
            if amounts is not None:
                found[saving.id] = amounts
    return found
