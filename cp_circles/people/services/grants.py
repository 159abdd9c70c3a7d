"""Roles given and taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.organisations.models import Company, Region
from cp_circles.people import queries, rules
from cp_circles.people.models import Grant, Role, ScopeKind
from cp_circles.people.rules import Actor


def grant_role(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: int = 0,
    until: datetime | None = None,
    reason: str = "",
    now: datetime,
) -> Grant:
    """Give a person a role, as the administrator or the company's department may."""
    if not rules.can_grant(actor, role, scope_kind, scope_id):
        raise NotAllowed(msg("You may not give this role in this scope."))
    is_own_staff = actor.is_administrator or queries.employment_at(session, person_id, scope_id) is not None
    if not is_own_staff:
        raise NotFound
    if until is not None and until <= now:
        raise Invalid(msg("This date lies in the past."), field="until")
    return give_role(
        session,
        actor=actor,
        person_id=person_id,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        until=until,
        reason=reason,
        now=now,
    )


def give_role(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: int = 0,
    until: datetime | None = None,
    reason: str = "",
    now: datetime,
) -> Grant:
    """Write a grant; for services of other rooms that have checked by their own rules who may.

    A live grant of the same role in the same scope is given back unchanged.
    """
    queries.person_by_id(session, person_id)
    standing = queries.live_grant(
        session, person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id, now=now
    )
    if standing is not None:
        return standing
    grant = Grant(
        person_id=person_id,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        region_path=_region_path(session, scope_kind, scope_id),
        since=now,
        until=until,
        granted_by_id=actor.person_id,
        reason=reason.strip(),
    )
    session.add(grant)
    session.flush()
    record_event(
        session,
        actor=actor,
        verb="people.grant_role",
        subject=grant,
        at=now,
        company_id=scope_id if scope_kind is ScopeKind.COMPANY else None,
        reason=reason.strip(),
        after={"person_id": person_id, "role": role.value, "scope": scope_kind.value, "scope_id": scope_id},
    )
    return grant


def revoke_grant(session: Session, *, actor: Actor, grant_id: int, reason: str, now: datetime) -> Grant:
    """Take a role back with a reason, as whoever may give it."""
    grant = session.get(Grant, grant_id)
    if grant is None:
        raise NotFound
    if not rules.can_grant(actor, grant.role, grant.scope_kind, grant.scope_id):
        raise NotFound
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    if grant.person_id == actor.person_id and grant.role is Role.ADMINISTRATOR:
        raise NotAllowed(msg("Nobody takes away their own administrator's role; ask another administrator."))
    return _end(session, actor, grant, reason, now)


def take_role(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: int,
    reason: str = "",
    now: datetime,
) -> Grant | None:
    """End a grant; for services of other rooms that have checked who may. None if it did not hold."""
    grant = queries.live_grant(
        session, person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id, now=now
    )
    return None if grant is None else _end(session, actor, grant, reason, now)


def _end(session: Session, actor: Actor, grant: Grant, reason: str, now: datetime) -> Grant:
    if grant.until is None or grant.until > now:
        grant.until = now
        record_event(
            session,
            actor=actor,
            verb="people.revoke_grant",
            subject=grant,
            at=now,
            company_id=grant.scope_id if grant.scope_kind is ScopeKind.COMPANY else None,
            reason=reason.strip(),
        )
    return grant


def _region_path(session: Session, scope_kind: ScopeKind, scope_id: int) -> str | None:
    if scope_kind is ScopeKind.REGION:
        region = session.get(Region, scope_id)
        if region is None:
            raise NotFound
        return region.path
    if scope_kind is ScopeKind.COMPANY and session.get(Company, scope_id) is None:
        raise NotFound
    return None
