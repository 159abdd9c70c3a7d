"""The talks: their order, their beginning and end, and the reveal once every judge has locked."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, Invalid, msg
from cp_circles.judging import guards, phases
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Round
from cp_circles.people.rules import Actor
from cp_circles.sittings.models import Talk
from cp_circles.sittings.queries import talks as queries

STEPS = ("begin", "questions", "end", "reveal")


class OutOfOrder(DomainError):
    """A step of a talk that does not follow from the one before."""

    msgid = msg("This step does not follow now; look at the queue again.")


def order_talks(
    session: Session, *, actor: Actor, round_: Round, entry_ids: Sequence[int], now: datetime
) -> Sequence[Talk]:
    """Put the entries of the presented stage in order; talks that have begun keep their place in front."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    phases.require_unpublished(round_)
    wanted = {entry.id for entry in queries.entries_to_present(session, round_.id)}
    if not wanted:
        raise DomainError(msg("No entry has judges for its presentation yet; assign them first."))
    if sorted(entry_ids) != sorted(wanted):
        raise Invalid(msg("Give every entry one place of its own."), field="order")
    held = {talk.entry_id: talk for talk in queries.talks_of(session, round_.id)}
    begun = [talk.entry_id for talk in held.values() if talk.began_at is not None]
    order = [*begun, *(entry_id for entry_id in entry_ids if entry_id not in begun)]
    session.execute(sa.delete(Talk).where(Talk.round_id == round_.id, Talk.entry_id.not_in(wanted)))
    for place, entry_id in enumerate(order, start=1):
        talk = held.get(entry_id)
        if talk is None:
            session.add(Talk(round_id=round_.id, entry_id=entry_id, position=place))
        else:
            talk.position = place
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.order_talks",
        subject=round_,
        at=now,
        after={"entries": list(order)},
    )
    return queries.talks_of(session, round_.id)


def move_talk(session: Session, *, actor: Actor, talk: Talk, step: str, now: datetime) -> Talk:
    """Begin a talk, go on to its questions, end it, or reveal its points once every judge has locked."""
    round_ = talk.round_
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    session.refresh(talk)
    if step not in STEPS:
        raise Invalid(msg("Choose what happens next."), field="step")
    if step == "reveal":
        _reveal(session, talk, now)
    else:
        phases.require_right(round_, guards.rule_of(session, round_), "present", now)
        _advance(session, talk, step, now)
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="sittings.move_talk",
        subject=talk,
        at=now,
        after={"entry": talk.entry_id, "step": step},
    )
    return talk


def _advance(session: Session, talk: Talk, step: str, now: datetime) -> None:
    if step == "begin":
        if talk.began_at is not None:
            raise OutOfOrder
        if queries.running_talk(session, talk.round_id) is not None:
            raise DomainError(msg("Another talk is still running; end it first."))
        talk.began_at = now
    elif step == "questions":
        if talk.began_at is None or talk.questions_at is not None or talk.ended_at is not None:
            raise OutOfOrder
        talk.questions_at = now
    else:
        if talk.began_at is None or talk.ended_at is not None:
            raise OutOfOrder
        talk.ended_at = now


def _reveal(session: Session, talk: Talk, now: datetime) -> None:
    locks = queries.locks_of(session, talk.round_id).get(talk.entry_id, queries.Locks())
    if talk.ended_at is None or locks.reveals(talk):
        raise OutOfOrder
    if locks.open:
        raise DomainError(
            msg("Judges who have not locked their sheets: %(count)s; nothing is revealed before."),
            count=locks.open,
        )
    talk.revealed_at = now
