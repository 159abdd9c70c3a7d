"""A verifier who is recorded as absent: who signs meanwhile, and why the absent person does not."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.dates import local_date
from cp_circles.errors import DomainError, msg
from cp_circles.people.models import Role, ScopeKind, StandIn
from cp_circles.people.queries import stands_in
from cp_circles.people.rules import Actor
from cp_circles.savings import rules
from cp_circles.savings.models import Saving


class AwayNow(DomainError):
    """The signer is recorded as absent in this role: the work is with the stand-in."""

    msgid = msg(
        "You are recorded as absent until %(until)s and %(person)s signs for you. To sign yourself, end the"
        " absence under Stand-ins first."
    )


def absence_of(session: Session, actor: Actor, saving: Saving, role: Role, now: datetime) -> StandIn | None:
    """The absence during which the actor's own role in the company is lent; None while they are present."""
    company_id = saving.project.company_id
    if not rules.is_away(actor, role, company_id):
        return None
    return session.scalar(
        sa.select(StandIn)
        .where(
            StandIn.person_id == actor.person_id,
            StandIn.role == role,
            StandIn.scope_kind == ScopeKind.COMPANY,
            StandIn.scope_id == company_id,
            stands_in(now),
        )
        .options(joinedload(StandIn.stand_in))
        .order_by(StandIn.id)
        .limit(1)
    )


def require_present(session: Session, actor: Actor, saving: Saving, role: Role, now: datetime) -> None:
    """Raise AwayNow while somebody stands in for the actor in this role."""
    row = absence_of(session, actor, saving, role, now)
    if row is not None:
        raise AwayNow(until=local_date(row.until), person=row.stand_in.name)
