"""What only this person can do now, and so has to be handed over before their data are erased."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.rules import LIVE
from cp_circles.errors import msg
from cp_circles.judging.models import Round, ScoreSheet, SheetState
from cp_circles.notices.models import Task
from cp_circles.notices.services.tasks import DISMISSIBLE
from cp_circles.people.models import Grant, Person, Role, ScopeKind
from cp_circles.people.queries import grants_of, is_live

SOLE = frozenset(
    {
        Role.DEPARTMENT,
        Role.PROCESS_OWNER,
        Role.METERING,
        Role.FINANCE,
        Role.OFFICIAL,
        Role.ADMINISTRATOR,
        Role.THIRD_PARTY,
    }
)
ASK = msg("The cleaner-production department hands this over under Leaves or moves.")
ABOVE = msg("An administrator gives this role to somebody else.")


@dataclass(frozen=True)
class Duty:
    """One open duty: what it is (msgid and values), what to do about it, and the page where that is done."""

    msgid: str
    values: dict[str, Any] = field(default_factory=dict)
    remedy: str = ""
    url: str | None = None


def duties_of(session: Session, *, person_id: int, now: datetime) -> list[Duty]:
    """Led circles, open tasks, roles that nobody else holds, and open score sheets."""
    return [
        *_led(session, person_id),
        *_tasks(session, person_id),
        *_sole(session, person_id, now),
        *_sheets(session, person_id),
    ]


def _led(session: Session, person_id: int) -> list[Duty]:
    led = sa.select(CircleMember.circle_id).where(
        CircleMember.person_id == person_id, CircleMember.left_on.is_(None), CircleMember.is_leader
    )
    found = session.scalars(
        sa.select(Circle).where(Circle.id.in_(led), Circle.state.in_(LIVE)).order_by(Circle.id)
    )
    remedy = msg("Choose another leader on the page of the circle.")
    return [
        Duty(msg("You lead the circle %(name)s."), {"name": row.name}, remedy, f"/circles/{row.id}")
        for row in found
    ]


def _tasks(session: Session, person_id: int) -> list[Duty]:
    found = session.scalars(
        sa.select(Task)
        .where(Task.person_id == person_id, Task.done_at.is_(None), Task.kind.not_in(DISMISSIBLE))
        .order_by(Task.id)
    )
    remedy = msg("Do it, or let the department hand it over.")
    return [Duty(row.kind, dict(row.values), remedy, row.url) for row in found]


def _sole(session: Session, person_id: int, now: datetime) -> list[Duty]:
    """Roles whose work would stand still, since nobody else holds them in their scope."""
    own = [row for row in grants_of(session, person_id, now) if row.role in SOLE]
    if not own:
        return []
    others = {
        (role, kind, scope_id)
        for role, kind, scope_id in session.execute(
            sa.select(Grant.role, Grant.scope_kind, Grant.scope_id)
            .join(Person, Person.id == Grant.person_id)
            .where(Grant.person_id != person_id, Person.active, Person.password_hash.is_not(None))
            .where(is_live(now), Grant.role.in_(SOLE))
        )
    }
    duties = []
    for row in own:
        if (row.role, row.scope_kind, row.scope_id) not in others:
            in_company = row.scope_kind is ScopeKind.COMPANY and row.role is not Role.DEPARTMENT
            text = msg("Nobody else holds the role %(role)s there.")
            duties.append(Duty(text, {"role": row.role}, ASK if in_company else ABOVE))
    return duties


def _sheets(session: Session, person_id: int) -> list[Duty]:
    found = session.scalars(
        sa.select(Round)
        .where(
            Round.finished_at.is_(None),
            Round.id.in_(
                sa.select(ScoreSheet.round_id).where(
                    ScoreSheet.judge_id == person_id, ScoreSheet.state == SheetState.OPEN
                )
            ),
        )
        .options(joinedload(Round.season))
        .order_by(Round.id)
    )
    remedy = msg("Score them, or let the organiser assign somebody else.")
    text = msg("Score sheets of yours are open in %(round)s.")
    return [Duty(text, {"round": row.name}, remedy, "/judging/my-entries") for row in found]
