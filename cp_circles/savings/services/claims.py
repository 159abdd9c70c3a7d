"""Drafting a saving and claiming it; reopening voids every signature."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import uncount_saving
from cp_circles.metering.services import bind_readings, hold_readings, unbind_readings
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings import computing, queries, rules
from cp_circles.savings.counting import count_claimed
from cp_circles.savings.freezing import amounts_text, inputs_text
from cp_circles.savings.gathering import OWN
from cp_circles.savings.models import Claim, Saving, SavingState
from cp_circles.savings.services.asking import ask_to_sign
from cp_circles.savings.services.drafts import SavingDraft, fill, stored
from cp_circles.savings.versions import v2026_3
from cp_circles.savings.versions.v2026_3 import Computed

OPEN_STATES = {ProjectState.REGISTERED, ProjectState.UNDER_WAY, ProjectState.COMPLETED}


class DataDoNotCarry(Invalid):
    """The readings cannot carry this saving; `reasons` says why, one by one."""

    msgid = msg("The readings cannot carry this saving yet; the reasons are listed.")

    def __init__(self, computed: Computed) -> None:
        self.reasons = computed.reasons
        super().__init__(field=computed.reasons[0].field if computed.reasons else "")


class ReasonForMethod(Invalid):
    """Another method than the recommended one is chosen, and nothing says why."""

    msgid = msg("Another method is recommended than the one chosen: say why; the verifiers read it.")

    def __init__(self) -> None:
        super().__init__(field="method_reason")


class AlreadyClaimed(DomainError):
    """Other claims on the same meter and days leave too little for this one."""

    msgid = msg(
        "Other claims on this meter already take a share of %(taken)s in this period; together with this"
        " one it would be more than the whole saving. Agree on the shares first."
    )


def draft_saving(
    session: Session, *, actor: Actor, project: Project, draft: SavingDraft, now: datetime
) -> Saving:
    """Start a saving of a running project."""
    require_claimant(actor, project)
    if project.state not in OPEN_STATES:
        raise DomainError(msg("Savings are stated while a project is registered, under way or completed."))
    saving = Saving(project_id=project.id, created_at=now, project=project)
    fill(saving, draft)
    session.add(saving)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="savings.draft_saving",
        subject=saving,
        at=now,
        company_id=project.company_id,
    )
    return saving


def edit_saving(
    session: Session, *, actor: Actor, saving: Saving, draft: SavingDraft, version: int, now: datetime
) -> Saving:
    """Change a saving that is not claimed."""
    require_claimant(actor, saving.project)
    hold_saving(session, saving)
    if saving.state not in {SavingState.DRAFT, SavingState.REFUSED}:
        raise DomainError(msg("A claimed saving does not change; reopen the claim first."))
    if version != saving.version:
        raise Stale(current=stored(saving))
    before = stored(saving)
    fill(saving, draft)
    saving.version += 1
    saving.state = SavingState.DRAFT
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="savings.edit_saving",
        subject=saving,
        at=now,
        company_id=saving.project.company_id,
        before=before,
        after=stored(saving),
    )
    return saving


def claim_saving(session: Session, *, actor: Actor, saving: Saving, now: datetime) -> Claim:
    """State a saving: inputs, factors and amounts are frozen and hashed, the readings bound."""
    require_claimant(actor, saving.project)
    hold_saving(session, saving)
    if saving.state not in {SavingState.DRAFT, SavingState.REFUSED}:
        raise DomainError(msg("This saving is claimed already."))
    computed = queries.computed(session, saving)
    if computed.result is None or computed.converted is None:
        raise DataDoNotCarry(computed)
    if computed.needs_reason and not saving.method_reason.strip():
        raise ReasonForMethod
    taken = queries.share_claimed_beside(session, saving)
    if taken + saving.share > 1:
        raise AlreadyClaimed(taken=f"{taken.normalize():f}")
    claim = _frozen(session, saving, computed, actor, now)
    session.add(claim)
    with session.no_autoflush:
        claim.required_roles = [role.value for role in queries.chain_of_new_claim(session, saving, claim)]
    session.flush()
    bind_readings(session, queries.readings_under(session, saving), claim.id)
    saving.state, saving.state_reason = SavingState.CLAIMED, ""
    saving.version += 1
    session.flush()
    count_claimed(session, saving, claim, now=now)
    record_event(
        session,
        actor=actor,
        verb="savings.claim_saving",
        subject=saving,
        at=now,
        company_id=saving.project.company_id,
        after={"claim": claim.number, "sha256": claim.sha256, "quantity": str(claim.quantity)},
    )
    finish_tasks(session, subject=saving, now=now)
    ask_to_sign(session, saving, rules.required_roles(claim)[0], now)
    return claim


def hold_saving(session: Session, saving: Saving) -> None:
    """Let acts on a saving and on its company's readings follow one another; read it as it is now."""
    take_turns(session, f"saving:{saving.id}")
    hold_readings(session, saving.project.company_id)
    refresh_chain(session, saving)


def refresh_chain(session: Session, saving: Saving) -> None:
    """Read a saving with its claims and signatures as they are stored now."""
    session.flush()
    session.refresh(saving)
    session.refresh(saving, ["claims"])
    for claim in saving.claims:
        session.refresh(claim, ["voided_at", "void_reason", "signatures"])


def free_readings(session: Session, claim: Claim) -> None:
    """Unbind the readings of a claim that fell, and hold fast those on which another claim still rests."""
    unbind_readings(session, claim.id)
    for other in queries.standing_beside(session, claim.saving):
        assert other.claim is not None
        bind_readings(session, queries.readings_under(session, other), other.claim.id)


def reopen_claim(session: Session, *, actor: Actor, saving: Saving, reason: str, now: datetime) -> None:
    """Open a claim again: signatures are void, nothing counts any more, and the readings are free."""
    if not rules.can_see_savings(actor, saving.project):
        raise NotFound
    if not (rules.can_claim(actor, saving.project) or actor.heads_department_of(saving.project.company_id)):
        raise NotAllowed(msg("Only the circle or its department reopens a claim."))
    hold_saving(session, saving)
    if not reason.strip():
        raise Invalid(msg("Say why the claim is opened again."), field="reason")
    _void_standing_claim(session, saving, reason, now)
    saving.state, saving.state_reason = SavingState.DRAFT, reason
    saving.version += 1
    _close(session, actor, saving, "savings.reopen_claim", reason, now)


def withdraw_saving(session: Session, *, actor: Actor, saving: Saving, reason: str, now: datetime) -> None:
    """Take a saving back for good."""
    require_claimant(actor, saving.project)
    hold_saving(session, saving)
    if saving.state is SavingState.WITHDRAWN:
        raise DomainError(msg("This saving was withdrawn already."))
    if not reason.strip():
        raise Invalid(msg("Say why the saving is withdrawn."), field="reason")
    if saving.claim is not None:
        _void_standing_claim(session, saving, reason, now)
    saving.state, saving.state_reason = SavingState.WITHDRAWN, reason
    saving.version += 1
    _close(session, actor, saving, "savings.withdraw_saving", reason, now)


def annul_saving(session: Session, *, actor: Actor, saving: Saving, reason: str, now: datetime) -> None:
    """Take a saving of a falsified result off every board; whoever calls has asked who may."""
    hold_saving(session, saving)
    if saving.claim is not None:
        void_claim(session, saving, saving.claim, reason, now)
    saving.state, saving.state_reason = SavingState.REFUSED, reason
    saving.version += 1
    _close(session, actor, saving, "savings.annul_saving", reason, now)


def _void_standing_claim(session: Session, saving: Saving, reason: str, now: datetime) -> None:
    """Void the claim that stands; there must be one."""
    if saving.claim is None:
        raise DomainError(msg("There is no claim to reopen."))
    void_claim(session, saving, saving.claim, reason, now)


def void_claim(session: Session, saving: Saving, claim: Claim, reason: str, now: datetime) -> None:
    """Void a claim with its signatures: nothing of it counts any more, and its readings are free."""
    claim.voided_at, claim.void_reason = now, reason
    for signature in rules.live_signatures(claim):
        signature.voided_at, signature.void_reason = now, reason
    for basis in Basis:
        uncount_saving(session, saving_id=saving.id, basis=basis)
    session.flush()
    free_readings(session, claim)


def _close(session: Session, actor: Actor, saving: Saving, verb: str, reason: str, now: datetime) -> None:
    """Flush, record the act and take the open signatures off the lists."""
    session.flush()
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=saving,
        at=now,
        company_id=saving.project.company_id,
        reason=reason,
    )
    finish_tasks(session, subject=saving, now=now)


def require_claimant(actor: Actor, project: Project) -> None:
    """The circle alone states its savings; who may not see them gets no hint."""
    if not (rules.can_see_savings(actor, project) or actor.is_system):
        raise NotFound
    if not rules.can_claim(actor, project):
        raise NotAllowed(msg("Only members of the circle state its savings."))


def _frozen(session: Session, saving: Saving, computed: Computed, actor: Actor, now: datetime) -> Claim:
    """A new claim version with everything that was computed, and the text that signers see."""
    assert computed.result is not None and computed.converted is not None
    number = max((claim.number for claim in saving.claims), default=0) + 1
    hashes = queries.evidence_hashes(session, saving.project_id)
    inputs, amounts = inputs_text(saving, computed), amounts_text(saving, computed)
    factors = [computing.factor_row(factor) for factor in computed.factors]
    text, sha256 = computing.canonical(
        {
            "claim": number,
            "saving": saving.id,
            "method_version": v2026_3.VERSION,
            "inputs": inputs,
            "factors": factors,
            "evidence": hashes,
            "amounts": amounts,
        }
    )
    return Claim(
        saving_id=saving.id,
        saving=saving,
        number=number,
        method_version=v2026_3.VERSION,
        inputs=inputs,
        factors=factors,
        evidence_hashes=hashes,
        quantity=computed.result.quantity,
        unit=computed.unit,
        kgce=computed.converted.kgce,
        kgco2e=computed.converted.kgco2e,
        direct_yuan=computed.direct_yuan,
        indirect_yuan=saving.indirect_yuan,
        forecast_yuan=saving.forecast_yuan,
        currency=saving.currency,
        is_provisional=computed.converted.provisional
        or saving.indicator_code.startswith(OWN)
        or any(row.is_provisional for row in saving.money_rows),
        canonical_text=text,
        sha256=sha256,
        claimed_by_id=actor.person_id,
        claimed_at=now,
    )
