"""Refusals that many acts of this room share, and the small facts that they rest on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.judging import rules
from cp_circles.judging.models import Level, Round
from cp_circles.judging.queries.rounds import rule_of as rule_of
from cp_circles.notices.services import assign_task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


class RoundFinished(DomainError):
    """A finished round is history."""

    msgid = msg("This round is finished; nothing in it can change any more.")


def require_organiser(actor: Actor, round_: Round) -> None:
    """Refuse everybody but those who hold the round; a hint only for those who may see it."""
    if rules.can_organise(actor, round_):
        return
    if rules.can_see_round(actor, round_):
        raise NotAllowed(msg("Only those who hold this round may do this."))
    raise NotFound


def require_unfinished(round_: Round) -> None:
    """Refuse any change in a finished round."""
    if round_.finished_at is not None:
        raise RoundFinished


def require_reason(reason: str, field: str = "reason") -> str:
    """The reason without surrounding space; an empty one is refused beside its field."""
    reason = reason.strip()
    if not reason:
        raise Invalid(msg("Give the reason; the people concerned will read it."), field=field)
    return reason


def lock_round(session: Session, round_: Round) -> Round:
    """Let writers of a round follow one another, and read the round as it is now."""
    take_turns(session, f"round:{round_.id}")
    session.flush()
    session.refresh(round_)
    return round_


def lock_rounds(session: Session, rounds: Collection[Round]) -> None:
    """Lock several rounds in the one order of all who hold more than one: the lower before the one above."""
    levels = list(Level)
    for round_ in sorted(set(rounds), key=lambda row: (levels.index(row.level), row.id)):
        lock_round(session, round_)


def bump(session: Session, round_: Round, version: int | None) -> None:
    """Count the round's version up; Stale if it is no longer the one that was seen."""
    seen = round_.version if version is None else version
    session.flush()
    changed = session.execute(
        sa.update(Round).where(Round.id == round_.id, Round.version == seen).values(version=seen + 1)
    )
    if not isinstance(changed, sa.CursorResult) or changed.rowcount != 1:
        session.refresh(round_)
        raise Stale(current={"version": round_.version})
    session.refresh(round_)


def organiser_of(round_: Round) -> dict[str, Any]:
    """The role and scope to whom the organiser's tasks go, as `assign_task` takes them."""
    if round_.company_id is not None:
        return {"to_role": Role.DEPARTMENT, "scope_kind": ScopeKind.COMPANY, "scope_id": round_.company_id}
    return {"to_role": Role.OFFICIAL, "scope_kind": ScopeKind.REGION, "scope_id": round_.region_id}


def ask_organiser(
    session: Session,
    *,
    round_: Round,
    kind: str,
    now: datetime,
    subject: Any = None,
    path: str = "",
    **fields: Any,
) -> None:
    """Give a task to those who hold the round."""
    values = {"round": round_.name, **fields.pop("values", {})}
    assign_task(
        session,
        kind=kind,
        subject=subject or round_,
        url=f"{url_of(round_)}{path}",
        values=values,
        now=now,
        **organiser_of(round_),
        **fields,
    )


def url_of(round_: Round) -> str:
    """The round's page, as a path inside the application."""
    return f"/judging/rounds/{round_.id}"
