"""What waits for a verifier: whose turn it is, since when, until when, and on how much evidence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.dates import local_date
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings import queries, rules
from cp_circles.savings.models import Claim, Saving, SavingState, VerificationChain

ORDERS = ("due", "age", "amount", "evidence")


@dataclass(frozen=True)
class Waiting:
    """One claim on a verifier's list; `for_person_id` is set where the verifier stands in for another."""

    saving: Saving
    claim: Claim
    role: Role
    for_person_id: int | None
    since: datetime
    due_on: date
    days: int
    evidence: int


def waiting_for(session: Session, actor: Actor, *, now: datetime, order: str = "due") -> list[Waiting]:
    """Every claim that the actor may sign now, in one of `ORDERS`; what was lent out is not on the list."""
    scopes = [
        (grant.role, grant.scope_kind, grant.scope_id, grant.for_person_id)
        for grant in actor.grants
        if grant.role in rules.CHAIN
        and grant.scope_kind in {ScopeKind.COMPANY, ScopeKind.SAVING}
        and not grant.is_away
    ]
    if not scopes:
        return []
    savings = _standing(session, scopes)
    days = _days_to_sign(session, {saving.project.company_id for saving in savings})
    circles = _members(session, {saving.project.circle_id for saving in savings})
    found: dict[tuple[int, Role], Waiting] = {}
    for saving in savings:
        role = _turn(saving)
        held = [row for row in scopes if row[0] is role and _reaches(row, saving)]
        members = circles.get(saving.project.circle_id, set())
        held = [row for row in held if row[3] not in members]
        if role is None or not held or actor.person_id in members:
            continue
        own = any(row[3] is None for row in held)
        claim = saving.claim
        assert claim is not None
        found[saving.id, role] = _waiting(
            saving, claim, role, None if own else held[0][3], days.get(saving.project.company_id), now
        )
    return sorted(found.values(), key=_key(order))


def _waiting(
    saving: Saving, claim: Claim, role: Role, lent: int | None, days: int | None, now: datetime
) -> Waiting:
    """The line of one claim."""
    since = max([claim.claimed_at, *(row.signed_at for row in rules.live_signatures(claim))])
    due_on = rules.due_on(since, days or rules.DAYS_TO_SIGN)
    waited = (local_date(now) - local_date(since)).days
    return Waiting(saving, claim, role, lent, since, due_on, waited, len(claim.evidence_hashes))


def _turn(saving: Saving) -> Role | None:
    """Whose signature is next; the third party's where all required ones stand."""
    claim = saving.claim
    if claim is None:
        return None
    third = Role.THIRD_PARTY
    signed = {row.role for row in rules.live_signatures(claim)}
    return rules.next_role(claim) or (None if third in signed else third)


def _reaches(scope: tuple[Role, ScopeKind, int, int | None], saving: Saving) -> bool:
    """True if a grant covers the saving; what is verified already is asked of those invited for it only."""
    _role, kind, id_, _lent = scope
    if kind is ScopeKind.SAVING:
        return id_ == saving.id
    return id_ == saving.project.company_id and saving.state is not SavingState.VERIFIED


def _standing(session: Session, scopes: Sequence[tuple[Role, ScopeKind, int, int | None]]) -> list[Saving]:
    """The savings with a standing claim that the grants may reach."""
    companies = {row[2] for row in scopes if row[1] is ScopeKind.COMPANY}
    single = {row[2] for row in scopes if row[1] is ScopeKind.SAVING}
    open_ = sa.and_(
        Project.company_id.in_(companies),
        Saving.state.in_([SavingState.CLAIMED, SavingState.IN_VERIFICATION]),
    )
    standing = [SavingState.CLAIMED, SavingState.IN_VERIFICATION, SavingState.VERIFIED]
    named = sa.and_(Saving.id.in_(single), Saving.state.in_(standing))
    return list(
        session.scalars(
            sa.select(Saving)
            .join(Project, Saving.project_id == Project.id)
            .where(sa.or_(open_, named), Saving.method != rules.IMPORTED)
            .order_by(Saving.id)
            .options(joinedload(Saving.project).joinedload(Project.circle), *queries.with_chain())
        )
    )


def _days_to_sign(session: Session, company_ids: Iterable[int]) -> dict[int, int]:
    """The days that companies with settings of their own give each verifier."""
    wanted = sa.select(VerificationChain.company_id, VerificationChain.days_to_sign)
    rows = session.execute(wanted.where(VerificationChain.company_id.in_(list(company_ids))))
    return {company_id: days for company_id, days in rows}


def _members(session: Session, circle_ids: Iterable[int | None]) -> dict[int | None, set[int]]:
    """Everyone who is or was in these circles."""
    members: dict[int | None, set[int]] = {}
    for circle_id, person_id in queries.people_of_circles(session, circle_ids):
        members.setdefault(circle_id, set()).add(person_id)
    return members


def _key(order: str) -> Callable[[Waiting], tuple[Any, ...]]:
    """What a list is ordered by; the claim's number settles ties."""
    keys: dict[str, Callable[[Waiting], tuple[Any, ...]]] = {
        "age": lambda row: (row.since, row.saving.id),
        "amount": lambda row: (-row.claim.direct_yuan, row.saving.id),
        "evidence": lambda row: (row.evidence, row.saving.id),
    }
    return keys.get(order, lambda row: (row.due_on, row.since, row.saving.id))
