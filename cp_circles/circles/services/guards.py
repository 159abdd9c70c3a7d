"""What every act on a circle asks first, and how it is written into the history."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles import rules
from cp_circles.circles.models import Circle, CircleState
from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.people.services import give_role, take_role

WRONG_STATE = {
    CircleState.DRAFT: msg("This circle is still a draft."),
    CircleState.SUBMITTED: msg("This circle is waiting for the department."),
    CircleState.RETURNED: msg("This circle has been returned for correction."),
    CircleState.REGISTERED: msg("This circle is registered already."),
    CircleState.DORMANT: msg("This circle is dormant."),
    CircleState.DEREGISTERED: msg("This circle has been struck off."),
}


def require(
    session: Session,
    circle: Circle,
    actor: Actor,
    may: Callable[[Actor, Circle], bool],
    refusal: str,
    states: Collection[CircleState],
) -> None:
    """Lock and reread the row; then: may they see it, may they do this, does the state allow it?"""
    session.refresh(circle, ["state", "version", "number", "last_active_on"], with_for_update=True)
    if not rules.can_see(actor, circle):
        raise NotFound
    if not may(actor, circle):
        raise NotAllowed(refusal)
    if circle.state not in states:
        raise DomainError(WRONG_STATE[circle.state])


def reason_given(reason: str) -> str:
    """The reason without blanks around it; Invalid if there is none."""
    if not reason.strip():
        raise Invalid(msg("Please give the reason; the people concerned will read it."), field="reason")
    return reason.strip()


def note(session: Session, actor: Actor, circle: Circle, verb: str, now: datetime, **more: Any) -> None:
    """One line of the circle's history."""
    record_event(
        session,
        actor=actor,
        verb=f"circles.{verb}",
        subject=circle,
        company_id=circle.company_id,
        at=now,
        **more,
    )


def keep_grants_in_step(session: Session, *, actor: Actor, circle: Circle, now: datetime) -> None:
    """Give every present member the circle's grant and the leader the leader's; end all others."""
    session.flush()
    session.expire(circle, ["members"])
    wanted: set[tuple[int, Role]] = set()
    if circle.state is not CircleState.DEREGISTERED:
        for member in circle.present_members:
            wanted.add((member.person_id, Role.LEADER if member.is_leader else Role.MEMBER))
    for person_id in sorted({member.person_id for member in circle.members}):
        for role in (Role.LEADER, Role.MEMBER):
            if (person_id, role) not in wanted:
                take_role(
                    session,
                    actor=actor,
                    person_id=person_id,
                    role=role,
                    scope_kind=ScopeKind.CIRCLE,
                    scope_id=circle.id,
                    now=now,
                )
    for person_id, role in sorted(wanted, key=lambda pair: (pair[0], pair[1].value)):
        give_role(
            session,
            actor=actor,
            person_id=person_id,
            role=role,
            scope_kind=ScopeKind.CIRCLE,
            scope_id=circle.id,
            now=now,
        )
    session.flush()
