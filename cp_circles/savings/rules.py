"""Who may claim and who may verify, and in which order."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from cp_circles.circles import rules as circles
from cp_circles.circles.dates import local_date
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings.models import Claim, Saving, SavingState, Signature

REQUIRED_CHAIN = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)
CHAIN = (*REQUIRED_CHAIN, Role.THIRD_PARTY)
IMPORTED = "import"
DAYS_TO_SIGN = 7
PASSWORD_HOLDS_FOR = timedelta(minutes=10)


def is_of_circle(actor: Actor, project: Project) -> bool:
    """True for a member or the leader of the project's circle."""
    return project.circle_id is not None and any(
        actor.holds(role, ScopeKind.CIRCLE, project.circle_id) for role in (Role.LEADER, Role.MEMBER)
    )


def can_see_savings(actor: Actor, project: Project) -> bool:
    """The circle, its facilitator, whoever has a role in the company, its partners, and administrators."""
    return (
        actor.is_administrator
        or is_of_circle(actor, project)
        or project.company_id in actor.company_ids
        or (
            project.circle_id is not None
            and actor.holds(Role.FACILITATOR, ScopeKind.CIRCLE, project.circle_id)
        )
        or (project.circle is not None and circles.heads_partner(actor, project.circle))
    )


def can_see_saving(actor: Actor, saving: Saving) -> bool:
    """Whoever sees the project's savings, and a third party invited for this claim alone."""
    return can_see_savings(actor, saving.project) or actor.holds(
        Role.THIRD_PARTY, ScopeKind.SAVING, saving.id
    )


def can_claim(actor: Actor, project: Project) -> bool:
    """Only the circle states what it saved."""
    return is_of_circle(actor, project) or actor.is_system


def can_verify(actor: Actor, saving: Saving, role: Role, circle_people: Sequence[int]) -> bool:
    """Whoever holds the role in the company, or stands in for it, and was never a member of the circle.

    A third party may hold the role for this claim alone. Who stands in for a member signs nothing either.
    """
    company_id = saving.project.company_id
    lent = actor.signs_for(role, ScopeKind.COMPANY, company_id)
    invited = role is Role.THIRD_PARTY and actor.holds(role, ScopeKind.SAVING, saving.id)
    return (
        role in CHAIN
        and (invited or actor.holds(role, ScopeKind.COMPANY, company_id))
        and actor.person_id not in circle_people
        and (not lent or any(person not in circle_people for person in lent))
        and not is_of_circle(actor, saving.project)
    )


def is_away(actor: Actor, role: Role, company_id: int) -> bool:
    """True while the actor's own role in the company is lent to a stand-in."""
    own = [
        grant
        for grant in actor.grants
        if (grant.role, grant.scope_kind, grant.scope_id) == (role, ScopeKind.COMPANY, company_id)
        and grant.for_person_id is None
    ]
    return bool(own) and all(grant.is_away for grant in own)


def due_on(since: datetime, days: int) -> date:
    """The local day by which a verifier signs: so many days after the local day on which it was asked."""
    return local_date(since) + timedelta(days=days)


def live_signatures(claim: Claim) -> list[Signature]:
    """The signatures that stand."""
    return [signature for signature in claim.signatures if signature.voided_at is None]


def required_roles(claim: Claim) -> tuple[Role, ...]:
    """The signatures without which this claim does not count, in their order."""
    if claim.required_roles is None:
        return REQUIRED_CHAIN
    return tuple(role for role in CHAIN if role.value in claim.required_roles)


def chain_for(chosen: Sequence[Role], *, has_money: bool) -> tuple[Role, ...]:
    """The chain of a new claim: what the company asks for, always with metering, and finance where money is.

    >>> [role.value for role in chain_for([Role.METERING], has_money=True)]
    ['metering', 'finance']
    """
    needed = {*chosen, Role.METERING, *([Role.FINANCE] if has_money else [])}
    return tuple(role for role in CHAIN if role in needed)


def next_role(claim: Claim) -> Role | None:
    """Whose turn it is in the chain; None when every required signature stands."""
    signed = {signature.role for signature in live_signatures(claim)}
    return next((role for role in required_roles(claim) if role not in signed), None)


def has_signed(claim: Claim, person_id: int | None) -> bool:
    """True if the person's signature stands on the claim, in whatever role."""
    return any(row.signer_id == person_id for row in live_signatures(claim))


def role_to_sign(actor: Actor, saving: Saving, circle_people: Sequence[int]) -> Role | None:
    """The role in which the actor may sign the standing claim now: whose turn it is, or the third party."""
    claim = saving.claim
    if claim is None or is_imported(saving):
        return None
    role = next_role(claim)
    if role is None and Role.THIRD_PARTY not in {row.role for row in live_signatures(claim)}:
        role = Role.THIRD_PARTY
    return role if role is not None and can_verify(actor, saving, role, circle_people) else None


def is_imported(saving: Saving) -> bool:
    """True for a claim from a foreign file: it has no readings here, and is never verified."""
    return saving.method == IMPORTED


def is_open_for_signing(saving: Saving) -> bool:
    """True while a claim stands and is not settled; never for an imported one."""
    return not is_imported(saving) and saving.state in {SavingState.CLAIMED, SavingState.IN_VERIFICATION}


def is_password_fresh(confirmed_at: datetime, now: datetime) -> bool:
    """A signature needs a password given within the last ten minutes."""
    return now - confirmed_at <= PASSWORD_HOLDS_FOR
