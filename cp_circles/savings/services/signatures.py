"""The verification chain: process owner, metering, finance, and where wanted a third party."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import uncount_saving
from cp_circles.notices.services import assign_task, finish_tasks
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.savings import computing, queries, rules
from cp_circles.savings.absence import require_present
from cp_circles.savings.counting import count_verified
from cp_circles.savings.guarding import require_counted_once
from cp_circles.savings.models import Claim, Saving, SavingState, Signature
from cp_circles.savings.services.asking import ask_to_sign
from cp_circles.savings.services.claims import hold_saving, refresh_chain, void_claim
from cp_circles.savings.services.follow_ups import restore_living
from cp_circles.savings.signing_texts import fingerprint, part_for


class NotYourTurn(DomainError):
    """An earlier signature of the chain is still missing, or this one stands already."""

    msgid = msg("It is not this verifier's turn; the order is process owner, metering, finance.")


class ClaimHasChanged(DomainError):
    """The claim on screen is not the one that stands."""

    msgid = msg("The claim has changed since this page was opened; read the new one before signing.")


class PasswordTooOld(NotAllowed):
    """A signature asks for the password again."""

    msgid = msg("Give your password again before signing; it is valid for 10 minutes.")


def signing_text(
    claim: Claim,
    role: Role,
    quantity: Decimal | None,
    direct_yuan: Decimal | None,
    reason: str,
    for_person_id: int | None = None,
    part: Mapping[str, Any] | None = None,
) -> str:
    """The canonical text that is shown, signed and hashed: the claim's hash and the signer's own amounts.

    A stand-in's text also holds the number of the person who is signed for; `part` is what the role signs
    besides (`signing_texts.part_for`).
    """
    facts: dict[str, Any] = {
        "claim_sha256": claim.sha256,
        "role": role.value,
        "amounts": {
            key: _text(value) for key, value in _own_amounts(claim, role, quantity, direct_yuan).items()
        },
        "reason": reason,
        **(part or {}),
    }
    if for_person_id is not None:
        facts["signed_for"] = for_person_id
    return computing.canonical(facts)[0]


def amounts_to_sign(claim: Claim, role: Role) -> dict[str, Any]:
    """What a verifier stands for who changes nothing: quantity, kgce, kgco2e, direct_yuan."""
    return _own_amounts(claim, role, None, None)


def sign_claim(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    role: Role,
    claim_sha256: str,
    password_confirmed_at: datetime,
    now: datetime,
    quantity: Decimal | None = None,
    direct_yuan: Decimal | None = None,
    reason: str = "",
    money_sha256: str | None = None,
) -> Signature:
    """Sign the standing claim in a role, with one's own amounts where they differ; the last one counts it.

    `money_sha256` is the fingerprint of the money's evidence on the page that was read; where another stands
    by now, ClaimHasChanged. None where nothing was shown.
    """
    claim = _claim_to_sign(session, actor, saving, role, claim_sha256, password_confirmed_at, now)
    require_counted_once(session, saving)
    part = part_for(session, claim, role)
    if money_sha256 is not None and money_sha256 != fingerprint(part):
        raise ClaimHasChanged
    amounts = _own_amounts(claim, role, quantity, direct_yuan)
    _require_reason(claim, role, amounts, reason)
    for_person_id = absent_verifier(session, actor, saving, role)
    text = signing_text(claim, role, quantity, direct_yuan, reason, for_person_id, part)
    assert actor.person_id is not None
    signature = Signature(
        claim_id=claim.id,
        claim=claim,
        role=role,
        signer_id=actor.person_id,
        for_person_id=for_person_id,
        quantity=amounts.get("quantity"),
        kgce=amounts.get("kgce"),
        kgco2e=amounts.get("kgco2e"),
        direct_yuan=amounts.get("direct_yuan"),
        reason=reason,
        canonical_text=text,
        sha256=computing.sha256_of(text),
        signed_at=now,
    )
    session.add(signature)
    session.flush()
    _record(
        session,
        actor,
        saving,
        "savings.sign_claim",
        now,
        reason,
        {"role": role.value, "sha256": signature.sha256, "for_person_id": for_person_id},
    )
    finish_tasks(session, subject=saving, now=now)
    _go_on(session, saving, claim, now)
    return signature


def absent_verifier(session: Session, actor: Actor, saving: Saving, role: Role) -> int | None:
    """Whom the actor signs for in this role, never a member of the circle; None for a role of their own."""
    lent = actor.signs_for(role, ScopeKind.COMPANY, saving.project.company_id)
    people = queries.people_of_circle(session, saving.project.circle_id)
    return next((person for person in lent if person not in people), None)


def refuse_claim(
    session: Session,
    *,
    actor: Actor,
    saving: Saving,
    role: Role,
    claim_sha256: str,
    reason: str,
    now: datetime,
) -> None:
    """Refuse the standing claim with a reason: it is void and the circle corrects it."""
    claim = _claim_to_sign(session, actor, saving, role, claim_sha256, now, now)
    if not reason.strip():
        raise Invalid(msg("Say why the claim is refused; the circle reads it."), field="reason")
    void_claim(session, saving, claim, reason, now)
    saving.state, saving.state_reason = SavingState.REFUSED, reason
    saving.version += 1
    session.flush()
    _record(session, actor, saving, "savings.refuse_claim", now, reason, {"role": role.value})
    finish_tasks(session, subject=saving, now=now)
    if saving.project.circle_id is not None:
        assign_task(
            session,
            kind=msg("Correct the refused saving of %(project)s"),
            values={"project": saving.project.title},
            subject=saving,
            url=f"/savings/{saving.id}",
            to_role=Role.LEADER,
            scope_kind=ScopeKind.CIRCLE,
            scope_id=saving.project.circle_id,
            now=now,
        )


def void_signature(
    session: Session, *, actor: Actor, signature: Signature, reason: str, now: datetime
) -> None:
    """Take back one's own signature and every later one; without a required one the saving stops counting."""
    claim, saving = signature.claim, signature.claim.saving
    if not rules.can_see_saving(actor, saving):
        raise NotFound
    if actor.person_id != signature.signer_id and not actor.heads_department_of(saving.project.company_id):
        raise NotAllowed(msg("Only the signer or the department takes a signature back."))
    hold_saving(session, saving)
    session.refresh(signature)
    if signature.voided_at is not None or claim.voided_at is not None:
        raise DomainError(msg("This signature does not stand any more."))
    if not reason.strip():
        raise Invalid(msg("Say why the signature is taken back."), field="reason")
    _void_from(session, actor, saving, claim, signature.role, reason, now)


def void_signatures_on_money(
    session: Session, *, actor: Actor, saving_id: int, reason: str, now: datetime
) -> None:
    """The evidence of a saving's money changed: finance's signature on it and every later one fall.

    To be called while the company's readings are held.
    """
    saving = session.get_one(Saving, saving_id)
    refresh_chain(session, saving)
    claim = saving.claim
    if claim is not None and Role.FINANCE in {row.role for row in rules.live_signatures(claim)}:
        _void_from(session, actor, saving, claim, Role.FINANCE, reason, now)


def _void_from(
    session: Session, actor: Actor, saving: Saving, claim: Claim, role: Role, reason: str, now: datetime
) -> None:
    """Void a role's signature and all after it, and ask that role again."""
    place = rules.CHAIN.index(role)
    for later in rules.live_signatures(claim):
        if rules.CHAIN.index(later.role) >= place:
            later.voided_at, later.void_reason = now, reason
    if rules.next_role(claim) is not None:
        uncount_saving(session, saving_id=saving.id, basis=Basis.VERIFIED)
        saving.state = SavingState.IN_VERIFICATION if rules.live_signatures(claim) else SavingState.CLAIMED
    saving.version += 1
    session.flush()
    _record(session, actor, saving, "savings.void_signature", now, reason, {"role": role.value})
    finish_tasks(session, subject=saving, now=now)
    ask_to_sign(session, saving, role, now)


def _claim_to_sign(
    session: Session,
    actor: Actor,
    saving: Saving,
    role: Role,
    claim_sha256: str,
    confirmed_at: datetime,
    now: datetime,
) -> Claim:
    """The standing claim, if this actor may sign it in this role now."""
    if not rules.can_see_saving(actor, saving):
        raise NotFound
    if not rules.can_verify(actor, saving, role, queries.people_of_circle(session, saving.project.circle_id)):
        raise NotAllowed(msg("Only a verifier of the company who is not of this circle signs here."))
    require_present(session, actor, saving, role, now)
    hold_saving(session, saving)
    claim = saving.claim
    may_follow = role is Role.THIRD_PARTY and not rules.is_imported(saving)
    if claim is None or not (rules.is_open_for_signing(saving) or may_follow):
        raise DomainError(msg("There is no claim to sign."))
    if claim.sha256 != claim_sha256:
        raise ClaimHasChanged
    expected = rules.next_role(claim)
    third_party_turn = role is Role.THIRD_PARTY and expected is None
    if (role is not expected and not third_party_turn) or role in {
        row.role for row in rules.live_signatures(claim)
    }:
        raise NotYourTurn
    lent = actor.signs_for(role, ScopeKind.COMPANY, saving.project.company_id)
    if lent and rules.has_signed(claim, actor.person_id):
        raise NotAllowed(msg("You have signed this claim already; a stand-in signs one place of it only."))
    if not rules.is_password_fresh(confirmed_at, now):
        raise PasswordTooOld
    return claim


def _own_amounts(
    claim: Claim, role: Role, quantity: Decimal | None, direct_yuan: Decimal | None
) -> dict[str, Any]:
    """What the signer stands for: quantities in metering, yuan in finance, everything as claimed elsewhere.

    Yuan follow from the metered quantity by the frozen price, kgce and kgCO2e by the frozen factors, each
    less the side effects that the claim froze.
    """
    metered = next((row for row in rules.live_signatures(claim) if row.role is Role.METERING), None)
    base = metered.quantity if metered and metered.quantity is not None else claim.quantity
    own = quantity if role is Role.METERING and quantity is not None else base
    converted = computing.reconverted(claim.inputs, claim.factors, own, claim.unit)
    other = Decimal(claim.inputs["other_direct_yuan"])
    amounts: dict[str, Any] = {"quantity": own, "kgce": converted.kgce, "kgco2e": converted.kgco2e}
    money = (converted.yuan or Decimal(0)) + other
    amounts["direct_yuan"] = direct_yuan if role is Role.FINANCE and direct_yuan is not None else money
    return amounts


def _require_reason(claim: Claim, role: Role, amounts: dict[str, Any], reason: str) -> None:
    """A differing amount needs its reason, in the field it differs in."""
    metered = next((row for row in rules.live_signatures(claim) if row.role is Role.METERING), None)
    expected = computing.reconverted(claim.inputs, claim.factors, amounts["quantity"], claim.unit)
    money = (expected.yuan or Decimal(0)) + Decimal(claim.inputs["other_direct_yuan"])
    differs = (role is Role.METERING and amounts["quantity"] != claim.quantity) or (
        role is Role.FINANCE and amounts["direct_yuan"] != money
    )
    if amounts["quantity"] < 0 and metered is None:
        raise Invalid(msg("A verified quantity cannot be negative."), field="quantity")
    if differs and not reason.strip():
        raise Invalid(msg("Your amount differs from the claim: say why."), field="reason")


def _go_on(session: Session, saving: Saving, claim: Claim, now: datetime) -> None:
    """Ask the next verifier, or count the saving when the last required signature stands."""
    following = rules.next_role(claim)
    saving.version += 1
    if following is not None:
        saving.state = SavingState.IN_VERIFICATION
        session.flush()
        ask_to_sign(session, saving, following, now)
        return
    if saving.state is not SavingState.VERIFIED:
        saving.state = SavingState.VERIFIED
        session.flush()
        count_verified(session, saving, claim, now=now)
        restore_living(session, saving, claim.id, now=now)


def _record(
    session: Session,
    actor: Actor,
    saving: Saving,
    verb: str,
    now: datetime,
    reason: str,
    after: dict[str, Any],
) -> None:
    """One line of history about the saving."""
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=saving,
        at=now,
        company_id=saving.project.company_id,
        reason=reason,
        after=after,
    )


def _text(value: Decimal | None) -> str | None:
    """An amount as text; nothing stays nothing."""
    return None if value is None else str(value)
