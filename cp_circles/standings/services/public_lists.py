"""The public variant of a list: written at every change, unless its organiser holds it still."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards
from cp_circles.judging.chain import put_head_in_platform_chain, record_round_event
from cp_circles.judging.models import Entry, PublicList, Round
from cp_circles.judging.queries.public_lists import public_list_of
from cp_circles.people.rules import Actor


class ListHeld(DomainError):
    """A round does not end behind a list that nobody can see change."""

    msgid = msg("The public list is held. Let it follow again first, so that everybody sees what is decided.")


def write_public_list(session: Session, round_: Round) -> None:
    """Write what everybody reads of a round as it stands now; a list that is held stays as it is."""
    shown = public_list_of(session, round_.id)
    if shown is not None and shown.held_at is not None:
        return
    if round_.published_at is None or round_.standing_id is None:
        if shown is not None:
            session.delete(shown)
            session.flush()
        return
    if shown is None:
        shown = PublicList(round_id=round_.id, hold_reason="")
        session.add(shown)
    shown.standing_id, shown.published_at = round_.standing_id, round_.published_at
    shown.publicity_ends_at, shown.finished_at = round_.publicity_ends_at, round_.finished_at
    struck = sa.select(Entry.id).where(Entry.round_id == round_.id, Entry.disqualified_at.is_not(None))
    shown.struck = list(session.scalars(struck.order_by(Entry.id)))
    session.flush()


def hold_list(session: Session, *, actor: Actor, round_: Round, reason: str, now: datetime) -> PublicList:
    """Hold the public list still: what happens from now on reaches it only when the hold is lifted."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    shown = public_list_of(session, round_.id)
    if shown is None:
        raise DomainError(msg("No list of this round is public."))
    if shown.held_at is not None:
        raise DomainError(msg("The public list is held already."))
    shown.hold_reason = guards.require_reason(reason)
    shown.held_at, shown.held_by_id = now, actor.person_id
    _record(session, actor, round_, "judging.hold_list", shown, now, reason=shown.hold_reason)
    return shown


def lift_hold(session: Session, *, actor: Actor, round_: Round, now: datetime) -> None:
    """Let the public list follow again: what happened meanwhile reaches it in this one act."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    shown = public_list_of(session, round_.id)
    if shown is None or shown.held_at is None:
        raise DomainError(msg("The public list is not held."))
    shown.held_at, shown.held_by_id, shown.hold_reason = None, None, ""
    _record(session, actor, round_, "judging.lift_hold", shown, now)
    write_public_list(session, round_)


def require_not_held(session: Session, round_: Round) -> None:
    """Refuse to end a round while its public list is held."""
    shown = public_list_of(session, round_.id)
    if shown is not None and shown.held_at is not None:
        raise ListHeld


def _record(
    session: Session,
    actor: Actor,
    round_: Round,
    verb: str,
    shown: PublicList,
    now: datetime,
    reason: str = "",
) -> None:
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb=verb,
        subject=round_,
        at=now,
        reason=reason,
        after={"shown": shown.standing_id, "standing": round_.standing_id},
    )
    put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
