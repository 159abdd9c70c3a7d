"""Stand-ins of verifiers: named by the verifier, confirmed by the department, ended by either."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.people import queries, rules
from cp_circles.people.models import Role, ScopeKind, StandIn
from cp_circles.people.rules import Actor


def name_stand_in(
    session: Session,
    *,
    actor: Actor,
    company_id: int,
    person_id: int,
    stand_in_id: int,
    role: Role,
    since: datetime,
    until: datetime,
    reason: str,
    now: datetime,
) -> StandIn:
    """Name who signs for a verifier in a period; what the department names is confirmed at once."""
    if not rules.can_see_stand_ins_of(actor, company_id):
        raise NotFound
    heads = actor.heads_department_of(company_id)
    if not heads and (
        person_id != actor.person_id or role not in rules.own_roles_with_stand_in(actor, company_id)
    ):
        raise NotAllowed(msg("A verifier names a stand-in for their own role; the department for any."))
    take_turns(session, f"stand_ins:{company_id}")
    _check(session, company_id, person_id, stand_in_id, role, since, until, now)
    if not reason.strip():
        raise Invalid(msg("Say why a stand-in is needed."), field="reason")
    row = StandIn(
        person_id=person_id,
        stand_in_id=stand_in_id,
        role=role,
        scope_kind=ScopeKind.COMPANY,
        scope_id=company_id,
        since=since,
        until=until,
        reason=reason.strip(),
        named_by_id=actor.person_id,
        named_at=now,
        confirmed_by_id=actor.person_id if heads else None,
        confirmed_at=now if heads else None,
    )
    session.add(row)
    session.flush()
    _record(session, actor, row, "people.name_stand_in", reason, now)
    return row


def confirm_stand_in(session: Session, *, actor: Actor, stand_in: StandIn, now: datetime) -> StandIn:
    """Let a stand-in that a verifier named begin, as the department."""
    if not rules.can_see_stand_ins_of(actor, stand_in.scope_id):
        raise NotFound
    if not actor.heads_department_of(stand_in.scope_id):
        raise NotAllowed(msg("The department confirms a stand-in."))
    if actor.person_id == stand_in.person_id:
        raise NotAllowed(msg("Nobody confirms their own stand-in."))
    take_turns(session, f"stand_ins:{stand_in.scope_id}")
    session.refresh(stand_in)
    if stand_in.confirmed_at is not None or stand_in.ended_at is not None:
        raise DomainError(msg("This stand-in was decided on already."))
    stand_in.confirmed_by_id, stand_in.confirmed_at = actor.person_id, now
    session.flush()
    _record(session, actor, stand_in, "people.confirm_stand_in", "", now)
    return stand_in


def end_stand_in(session: Session, *, actor: Actor, stand_in: StandIn, reason: str, now: datetime) -> StandIn:
    """End a stand-in before its time, or refuse one that waits; the open tasks come back at once."""
    if not rules.can_see_stand_ins_of(actor, stand_in.scope_id):
        raise NotFound
    if actor.person_id not in {stand_in.person_id, stand_in.stand_in_id} and not actor.heads_department_of(
        stand_in.scope_id
    ):
        raise NotAllowed(msg("The verifier, the stand-in or the department ends it."))
    take_turns(session, f"stand_ins:{stand_in.scope_id}")
    session.refresh(stand_in)
    if stand_in.ended_at is not None or stand_in.until <= now:
        raise DomainError(msg("This stand-in is over already."))
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    stand_in.ended_at, stand_in.end_reason = now, reason.strip()
    session.flush()
    _record(session, actor, stand_in, "people.end_stand_in", reason, now)
    return stand_in


def _check(
    session: Session,
    company_id: int,
    person_id: int,
    stand_in_id: int,
    role: Role,
    since: datetime,
    until: datetime,
    now: datetime,
) -> None:
    """The person holds the role, the stand-in works here, and the period is free and not over."""
    if role not in rules.STANDING_IN:
        raise Invalid(msg("Only verifiers inside the company have stand-ins."), field="role")
    held = queries.live_grant(
        session, person_id=person_id, role=role, scope_kind=ScopeKind.COMPANY, scope_id=company_id, now=now
    )
    if held is None:
        raise Invalid(msg("This person does not hold this role in the company."), field="person_id")
    if stand_in_id == person_id:
        raise Invalid(msg("Choose somebody else: nobody stands in for themselves."), field="stand_in_id")
    if stand_in_id not in {row.id for row in queries.colleagues(session, company_id)}:
        raise Invalid(msg("A stand-in works at the company and has an account."), field="stand_in_id")
    if until <= since or until <= now:
        raise Invalid(msg("The period ends before it begins, or is over already."), field="until")
    beside = session.scalar(
        sa.select(StandIn.id).where(
            StandIn.person_id == person_id,
            StandIn.role == role,
            StandIn.scope_kind == ScopeKind.COMPANY,
            StandIn.scope_id == company_id,
            StandIn.ended_at.is_(None),
            StandIn.since < until,
            StandIn.until > since,
        )
    )
    if beside is not None:
        raise Invalid(msg("Somebody stands in for this role in this period already."), field="since")


def _record(session: Session, actor: Actor, row: StandIn, verb: str, reason: str, now: datetime) -> None:
    """One line of history: who stands in for whom, by their ids."""
    record_event(
        session,
        actor=actor,
        verb=verb,
        subject=row,
        at=now,
        company_id=row.scope_id,
        reason=reason.strip(),
        after={"person_id": row.person_id, "stand_in_id": row.stand_in_id, "role": row.role.value},
    )
